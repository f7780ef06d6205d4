// Reading items under another table's name: a restored table's items are signed for the original (guide: "Overriding the table name").
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { EncryptionContext } from '../materials/materials.js'

/** Changes the encryption context, once the fields of encryptor and call are merged. */
export type ContextOverride = (context: EncryptionContext) => EncryptionContext

/** A restored table's bare name to the original's. */
export function overrideTableName(restored: string, original: string): ContextOverride
export function overrideTableName(originals: Readonly<Record<string, string>>): ContextOverride
export function overrideTableName(restored: string | Readonly<Record<string, string>>, original?: string): ContextOverride {
  const given =
    typeof restored === 'string'
      ? [[restored, original] as const]
      : isPlainObject(restored)
        ? Object.entries(restored)
        : [['', ''] as const]
  const originals = new Map<string, string | undefined>(given)
  for (const [from, to] of originals) {
    if (from === '' || typeof to !== 'string' || to === '') {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        'overrideTableName takes two table names, or an object of table names to table names',
      )
    }
  }
  return (context) => {
    const to = context.tableName === undefined ? undefined : originals.get(context.tableName)
    return to === undefined ? context : { ...context, tableName: to }
  }
}
