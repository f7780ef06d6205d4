// An item that cannot be verified or rewritten: it is reported by its key, and the scan goes on.
import { isDynamoDBEncryptionError, type DynamoDBEncryptionErrorCode } from '../errors.js'
import type { Item } from '../items.js'

export interface ItemProblem {
  readonly tableName: string
  readonly key: Item
  /** A code of this package, `NOT_REWRITTEN` where the check found something left to do, or the name of DynamoDB's error. */
  readonly code: string
  /** Without any attribute's value. */
  readonly message: string
}

/** Codes that are about one item. Any other error is about all of them: a scan that went on would report a billion items. */
const ABOUT_AN_ITEM: ReadonlySet<string> = new Set<DynamoDBEncryptionErrorCode>([
  'SIGNATURE_MISMATCH',
  'NOT_ENCRYPTED',
  'INVALID_ITEM',
  'INVALID_CIPHERTEXT',
  'INVALID_MATERIAL_DESCRIPTION',
  'ALGORITHM_NOT_ALLOWED',
  'VERSION_NOT_FOUND',
  'MATERIAL_NAME_MISMATCH',
  'KEY_ID_NOT_ALLOWED',
  'ITEM_TOO_LARGE',
  'OPERATION_NOT_SUPPORTED',
  'CONTENTION',
])

/** What KMS says of an item whose data key is another KMS key's, or was changed. */
const OTHER_KEY: ReadonlySet<string> = new Set(['InvalidCiphertextException', 'IncorrectKeyException'])

/** @returns undefined for an error that is not about this item alone */
export function problemOf(error: unknown): Pick<ItemProblem, 'code' | 'message'> | undefined {
  if (!(error instanceof Error)) return undefined
  if (isDynamoDBEncryptionError(error)) {
    const { code, message, cause } = error
    const isOtherKey = cause instanceof Error && OTHER_KEY.has(cause.name)
    return ABOUT_AN_ITEM.has(code) || isOtherKey ? { code, message } : undefined
  }
  // DynamoDB's words may hold a value.
  if (error.name === 'ValidationException') return { code: error.name, message: 'DynamoDB refused the item as it was to be written' }
  return undefined
}
