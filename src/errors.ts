// The one error class of this package and its codes (docs/errors.md has a section for each code).
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** What went wrong, in a form that programs can branch on. Codes are stable; messages are not. */
export type DynamoDBEncryptionErrorCode =
  | 'SIGNATURE_MISMATCH'
  | 'NOT_ENCRYPTED'
  | 'INVALID_ITEM'
  | 'INVALID_CIPHERTEXT'
  | 'INVALID_MATERIAL_DESCRIPTION'
  | 'ALGORITHM_NOT_ALLOWED'
  | 'INVALID_ACTIONS'
  | 'INVALID_CONFIGURATION'
  | 'MATERIALS_UNAVAILABLE'
  | 'VERSION_NOT_FOUND'
  | 'MATERIAL_NAME_MISMATCH'
  | 'KEY_ID_NOT_ALLOWED'
  | 'OPERATION_NOT_SUPPORTED'
  | 'ITEM_TOO_LARGE'
  | 'CONTENTION'

/** Where the error happened, as far as it is known. */
export interface DynamoDBEncryptionErrorDetails {
  /** An error of KMS, DynamoDB or the system; never one of a decipher, which could tell failures apart. */
  readonly cause?: unknown
  readonly tableName?: string | undefined
  readonly attributeName?: string | undefined
  /** The item's primary key: plaintext in the table, and kept out of the message all the same. */
  readonly key?: Readonly<Record<string, AttributeValue>> | undefined
  /** Position in the list that was passed to `encryptItems` or `decryptItems`, from 0. */
  readonly index?: number | undefined
  /** True when the operation has happened (or its condition has failed) and only its answer could not be verified. */
  readonly requestApplied?: boolean | undefined
}

/**
 * Every error this package raises by itself. Errors of the AWS SDK and of DynamoDB pass through as they are.
 *
 * Test `code`, not `instanceof`: an application can load the ESM and the CommonJS build side by side, and each has a class
 * of its own. Messages and properties never hold an attribute's value, key bytes, or a wrapped key.
 */
export class DynamoDBEncryptionError extends Error {
  override readonly name = 'DynamoDBEncryptionError'
  readonly code: DynamoDBEncryptionErrorCode
  declare readonly tableName?: string
  declare readonly attributeName?: string
  declare readonly key?: Readonly<Record<string, AttributeValue>>
  declare readonly index?: number
  declare readonly requestApplied?: boolean

  constructor(code: DynamoDBEncryptionErrorCode, message: string, details: DynamoDBEncryptionErrorDetails = {}) {
    const { cause, ...known } = details
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    for (const [property, value] of Object.entries(known)) {
      if (value !== undefined) Object.defineProperty(this, property, { value, enumerable: true, configurable: true })
    }
  }
}

/** True for this package's errors, whichever build of it made them. */
export function isDynamoDBEncryptionError(error: unknown): error is DynamoDBEncryptionError {
  return error instanceof Error && error.name === 'DynamoDBEncryptionError' && 'code' in error
}

/** The same error with what it lacks of its place: an inner function knows the reason, an outer one knows where. */
export function withDetails(error: DynamoDBEncryptionError, details: DynamoDBEncryptionErrorDetails): DynamoDBEncryptionError {
  const { cause, tableName, attributeName, key, index, requestApplied } = error
  const known = Object.entries({ cause, tableName, attributeName, key, index, requestApplied }).filter(([, value]) => value !== undefined)
  const placed = new DynamoDBEncryptionError(error.code, error.message, { ...details, ...Object.fromEntries(known) })
  if (error.stack !== undefined) placed.stack = error.stack
  return placed
}

const LONGEST_QUOTE = 64

/** A name for use in a message. It may be an attacker's text, so control characters are escaped and its length is cut. */
export function quote(name: string): string {
  return JSON.stringify(name.length > LONGEST_QUOTE ? `${name.slice(0, LONGEST_QUOTE)}…` : name)
}
