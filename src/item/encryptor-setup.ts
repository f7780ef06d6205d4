// Everything one call of the item encryptor needs, merged from constructor and call, and checked.
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote, withDetails } from '../errors.js'
import type { CompatibilityRow } from '../format/compatibility.js'
import type { MaterialDescription } from '../format/material-description.js'
import { getOwn, setOwn, type Item } from '../items.js'
import type { CryptographicMaterialsProvider, EncryptionContext } from '../materials/materials.js'
import type { CheckedHistory } from './actions-history.js'
import type { ReservedAttributes } from './item-layout.js'

/** Names that Java lets its caller change. */
export interface ReservedNames extends ReservedAttributes {
  /** Names of the encryptor's own entries in the description, and the one that nearly every item has, made once. */
  readonly mode: string
  readonly modeEntry: MaterialDescription
  readonly signingAlgorithm: string
}

export interface CallSetup {
  readonly provider: CryptographicMaterialsProvider
  readonly history: CheckedHistory
  readonly context: EncryptionContext
  readonly names: ReservedNames
  /** How items are written. */
  readonly form: CompatibilityRow
  /** How items were most likely written. */
  readonly formToTry: CompatibilityRow
  /** How items may have been written, {@link formToTry} among them. */
  readonly formsToCheck: readonly CompatibilityRow[]
}

/** @throws `INVALID_ACTIONS` for a primary key to be encrypted: DynamoDB could not find the item */
export function assertKeysNotEncrypted({ context, history }: Pick<CallSetup, 'context' | 'history'>): void {
  for (const name of [context.partitionKeyName, context.sortKeyName]) {
    if (name === undefined) continue
    for (const { actions } of [history.newest, ...history.former]) {
      if (actions.actionFor(name) !== 'ENCRYPT_AND_SIGN') continue
      throw new DynamoDBEncryptionError(
        'INVALID_ACTIONS',
        `the primary key attribute ${quote(name)} has the action ENCRYPT_AND_SIGN, and DynamoDB needs it in plaintext: ` +
          `use actions.withIndexKeys(...), or give it SIGN_ONLY`,
        { attributeName: name, tableName: context.tableName },
      )
    }
  }
}

/**
 * An error with the item's place: its table, and its primary key as far as the context names it and the item holds it. An
 * error of another table's item (a provider store keeps its keys in items too) has its place already.
 */
export function placed(error: unknown, item: Item, context: EncryptionContext): unknown {
  if (!isDynamoDBEncryptionError(error) || (error.tableName !== undefined && error.tableName !== context.tableName)) return error
  const key: Item = {}
  for (const name of [context.partitionKeyName, context.sortKeyName]) {
    const value = name === undefined ? undefined : getOwn(item, name)
    if (name !== undefined && value !== undefined) setOwn(key, name, value)
  }
  return withDetails(error, { tableName: context.tableName, key: Object.keys(key).length > 0 ? key : undefined })
}
