// Everything one call of the item encryptor needs, merged from constructor and call, and checked.
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { CompatibilityRow } from '../format/compatibility.js'
import { getOwn, type Item } from '../items.js'
import type { CryptographicMaterialsProvider, EncryptionContext } from '../materials/materials.js'
import type { CheckedHistory } from './actions-history.js'

/** Names that Java lets its caller change. */
export interface ReservedNames {
  readonly materialDescription: string
  readonly signature: string
  readonly both: ReadonlySet<string>
  /** Entries of the description. */
  readonly mode: string
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

/** The primary key's attributes, as far as the context names them and the item holds them: where an error happened. */
export function placeOf(item: Item, context: EncryptionContext): { tableName?: string | undefined; key?: Item | undefined } {
  const key: Item = {}
  for (const name of [context.partitionKeyName, context.sortKeyName]) {
    const value = name === undefined ? undefined : getOwn(item, name)
    if (name !== undefined && value !== undefined) Object.defineProperty(key, name, { value, enumerable: true })
  }
  return { tableName: context.tableName, key: Object.keys(key).length > 0 ? key : undefined }
}
