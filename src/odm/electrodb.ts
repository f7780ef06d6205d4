// The entry ./electrodb: attribute actions read from ElectroDB's own schema, where an attribute's `encryption` says them.
//
// ElectroDB has no place for metadata, but keeps a schema as it was given, with the properties that it does not know. The declarations below
// make the word one that the compiler checks.
import type {} from 'electrodb'
import type { AttributeAction, AttributeActions } from '../item/attribute-actions.js'
import { electrodbModel, type ElectroEntity } from './electrodb-model.js'
import { refuseUnknown, type ClientWithStack } from './known-attributes.js'
import { tableActions, type TableActions } from './single-table.js'

interface Encrypted {
  /** What is done to the attribute; `ENCRYPT_AND_SIGN` where left out. Parts of a secondary index's key take `SIGN_ONLY`. */
  readonly encryption?: AttributeAction
}

declare module 'electrodb' {
  /* eslint-disable @typescript-eslint/no-empty-object-type -- each adds the one property of Encrypted */
  interface BooleanAttribute extends Encrypted {}
  interface NumberAttribute extends Encrypted {}
  interface StringAttribute extends Encrypted {}
  interface EnumAttribute extends Encrypted {}
  interface AnyAttribute extends Encrypted {}
  interface MapAttribute extends Encrypted {}
  interface StringListAttribute extends Encrypted {}
  interface NumberListAttribute extends Encrypted {}
  interface MapListAttribute extends Encrypted {}
  interface CustomListAttribute extends Encrypted {}
  interface AnyListAttribute extends Encrypted {}
  interface EnumNumberSetAttribute extends Encrypted {}
  interface EnumStringSetAttribute extends Encrypted {}
  interface StringSetAttribute extends Encrypted {}
  interface NumberSetAttribute extends Encrypted {}
  /* eslint-enable @typescript-eslint/no-empty-object-type */
}

export type { ElectroEntity } from './electrodb-model.js'
export type { ClientWithStack } from './known-attributes.js'
export type { TableActions } from './single-table.js'

/** Entities of one table: a list, or what has them as `entities`, such as a `Service`. */
export type ElectroEntities = readonly [ElectroEntity, ...ElectroEntity[]] | { readonly entities: Readonly<Record<string, ElectroEntity>> }

/**
 * The attribute actions of an entity, or of all entities of a table. Keys, index keys and ElectroDB's marks (`__edb_e__`, `__edb_v__`) are
 * signed; an attribute without the word `encryption` is encrypted and signed.
 *
 * @param entities - with their table's name: `new Entity(schema, { table })`
 * @returns actions for `tables[name].actions` of a transparent client: a function of the primary key where entities give an attribute
 *   different actions and their keys tell them apart
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, with entity and attribute in its message, for a part of a key that is to be encrypted,
 *   a word that is no action or stands inside a nested attribute, and entities that cannot be told apart; `INVALID_CONFIGURATION` for an
 *   entity without a table, or entities of different tables
 *
 * @example
 * ```ts
 * const client = EncryptedClient.from(plain, { materialsProvider, tables: { People: { actions: actionsFrom(people) } } })
 * people.setClient(client)
 * ```
 */
export function actionsFrom(entity: ElectroEntity): AttributeActions
export function actionsFrom(entities: ElectroEntity | ElectroEntities): TableActions
export function actionsFrom(entities: ElectroEntity | ElectroEntities): TableActions {
  return tableActions(listOf(entities).map(electrodbModel))
}

/**
 * Makes a client refuse items of the entities' table that hold an attribute which no entity knows, written or read. Without it ElectroDB
 * leaves such an attribute out in silence.
 *
 * @param client - the encrypted client, before ElectroDB gets it
 * @returns the same client, which from then on throws `INVALID_ITEM`
 */
export function refuseUnknownAttributes<C extends ClientWithStack>(client: C, entities: ElectroEntity | ElectroEntities): C {
  return refuseUnknown(client, listOf(entities).map(electrodbModel))
}

function listOf(entities: ElectroEntity | ElectroEntities): readonly ElectroEntity[] {
  if ('entities' in entities) return Object.values(entities.entities)
  return 'schema' in entities ? [entities] : entities
}
