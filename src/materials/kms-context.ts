// The encryption context that KMS binds an item's data key to (format section 6, "Direct KMS").
import { asBuffer } from '../bytes.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { FormatError } from '../format/format-error.js'
import { canonicalNumber } from '../format/number-text.js'
import { getOwn, setOwn } from '../items.js'
import type { EncryptionContext } from './materials.js'

/** The developer guide leaves the asterisks out; both libraries write them. */
const CONTENT_ALGORITHM = '*amzn-ddb-env-alg*'
const SIGNING_ALGORITHM = '*amzn-ddb-sig-alg*'
const TABLE = '*aws-kms-table*'

/**
 * @param missingKeys - on writing a primary key attribute that the item lacks is an error; on reading it is left out, as
 * Python does: KMS then refuses what was written with it
 * @throws `INVALID_ITEM` for a key attribute that is missing, or of a type that has no text form
 */
export function kmsEncryptionContext(
  context: EncryptionContext,
  contentAlgorithm: string,
  signingAlgorithm: string,
  missingKeys: 'refuse' | 'leaveOut',
): Record<string, string> {
  const result: Record<string, string> = { [CONTENT_ALGORITHM]: contentAlgorithm, [SIGNING_ALGORITHM]: signingAlgorithm }
  if (context.tableName !== undefined) result[TABLE] = context.tableName
  for (const name of [context.partitionKeyName, context.sortKeyName]) {
    if (name === undefined) continue
    const text = keyText(name, context, missingKeys)
    if (text === undefined) continue
    if (Object.hasOwn(result, name)) throw invalid(name, 'has a name that stands for something else in the encryption context')
    setOwn(result, name, text)
  }
  return result
}

function keyText(name: string, { attributes = {} }: EncryptionContext, missingKeys: 'refuse' | 'leaveOut'): string | undefined {
  const value = getOwn(attributes, name)
  if (value === undefined) {
    if (missingKeys === 'leaveOut') return undefined
    throw invalid(name, 'is not in the item, or not in plaintext. KMS binds the data key to the values of the primary key')
  }
  if (value.S !== undefined) {
    if (!value.S.isWellFormed()) throw invalid(name, 'has a lone surrogate, which has no UTF-8 form')
    return value.S
  }
  if (value.B !== undefined) return asBuffer(value.B).toString('base64')
  if (value.N === undefined) throw invalid(name, 'is neither S, N nor B, so it cannot be a primary key')
  try {
    // DynamoDB returns `5` for a key that was written as `5.0`: only the canonical text is the same on both sides.
    return canonicalNumber(value.N)
  } catch (error) {
    throw error instanceof FormatError ? invalid(name, error.message) : error
  }
}

function invalid(attributeName: string, reason: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_ITEM', `the primary key attribute ${quote(attributeName)} ${reason}`, { attributeName })
}
