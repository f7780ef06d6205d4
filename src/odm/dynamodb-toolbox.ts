// The entry ./dynamodb-toolbox: attribute actions read from DynamoDB-Toolbox's own schema, where `.meta({ encryption })` says them.
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { AttributeActions } from '../item/attribute-actions.js'
import { getOwn } from '../items.js'
import { toolboxModel, type KeyPrefixes, type ToolboxEntity } from './dynamodb-toolbox-model.js'
import { refuseUnknown, type ClientWithStack } from './known-attributes.js'
import type { Model } from './model.js'
import { tableActions, type TableActions } from './single-table.js'

export type { KeyPrefixes, ToolboxEntity, ToolboxTable } from './dynamodb-toolbox-model.js'
export type { ClientWithStack } from './known-attributes.js'
export type { TableActions } from './single-table.js'

/** For `.meta(signOnly)`: the attribute is signed and stays in plaintext. */
export const signOnly = { encryption: 'SIGN_ONLY' } as const

/** For `.meta(doNothing)`: the attribute is stored as it is, and whoever can write to the table can change it. */
export const doNothing = { encryption: 'DO_NOTHING' } as const

/** Entities of one table, at least one. */
export type ToolboxEntities = readonly [ToolboxEntity, ...ToolboxEntity[]]

export interface ToolboxOptions {
  /**
   * How the keys of entities begin, by entity and key attribute, where `computeKey` makes them: `{ User: { PK: 'USER#' } }`. A constant key
   * or one with the transformer `prefix(...)` tells by itself. Only entities that disagree need it.
   */
  readonly keyPrefixes?: Readonly<Record<string, KeyPrefixes>> | undefined
}

/**
 * The attribute actions of an entity, or of all entities of a table. Keys, what `.key()` marks, linked index keys and the entity's mark
 * (`_et`) are signed; an attribute without the word is encrypted and signed.
 *
 * @returns actions for `tables[name].actions` of a transparent client: a function of the primary key where entities give an attribute
 *   different actions and their keys tell them apart
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, with entity and attribute in its message, for a key that is to be encrypted, a word that
 *   is no action or stands inside a nested attribute, and entities that cannot be told apart; `INVALID_CONFIGURATION` for a table without a
 *   name, entities of different tables, and key prefixes of entities or keys that there are not
 *
 * @example
 * ```ts
 * const client = EncryptedDocumentClient.from(plain, { materialsProvider, tables: { People: { actions: actionsFrom(Person) } } })
 * table.documentClient = client
 * ```
 */
export function actionsFrom(entity: ToolboxEntity): AttributeActions
export function actionsFrom(entities: ToolboxEntity | ToolboxEntities, options?: ToolboxOptions): TableActions
export function actionsFrom(entities: ToolboxEntity | ToolboxEntities, options: ToolboxOptions = {}): TableActions {
  return tableActions(modelsOf(entities, options))
}

/**
 * Makes a client refuse items of the entities' table that hold an attribute which no entity knows, written or read. Without it
 * DynamoDB-Toolbox leaves such an attribute out in silence.
 *
 * @param client - the encrypted client, before the table gets it
 * @returns the same client, which from then on throws `INVALID_ITEM`
 */
export function refuseUnknownAttributes<C extends ClientWithStack>(
  client: C,
  entities: ToolboxEntity | ToolboxEntities,
  options: ToolboxOptions = {},
): C {
  return refuseUnknown(client, modelsOf(entities, options))
}

function modelsOf(entities: ToolboxEntity | ToolboxEntities, { keyPrefixes = {} }: ToolboxOptions): Model[] {
  const list = 'entityName' in entities ? [entities] : entities
  const names = list.map(({ entityName }) => entityName)
  const unknown = Object.keys(keyPrefixes).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `keyPrefixes name ${quote(unknown)}, which is none of the entities: ${names.join(', ')}`,
    )
  }
  return list.map((entity) => toolboxModel(entity, getOwn(keyPrefixes, entity.entityName)))
}
