import { isContext, isTexts, type EncryptionContext, type JsonObject } from './kms-input.js'
import { namedKey, subjectKey, type KmsRequest } from './kms-request.js'

/** One request that the local KMS received, attempts that ended in a fault included. */
export interface LocalKmsCall {
  /** `GenerateDataKey`; also an operation that is not simulated. */
  readonly operation: string
  readonly region: string
  /** The key as the request named it (for ReEncrypt the destination, for aliases the target); absent if it named none. */
  readonly keyId?: string
  /** ARN of that key, or of the one that the ciphertext names; absent if there is no such key. */
  readonly keyArn?: string
  /** For ReEncrypt that of the destination; absent if there was none. */
  readonly encryptionContext?: EncryptionContext
  readonly grantTokens?: readonly string[]
  /** The whole input as it was sent: binary members are base64. */
  readonly input: JsonObject
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number
  /** How it failed: the name of the error it was answered with, or `drop` or `cut`. Absent if it succeeded or is still being answered. */
  readonly error?: string
}

/** A call whose outcome is still to come. */
export type OpenCall = { -readonly [Member in keyof LocalKmsCall]: LocalKmsCall[Member] }

/** Describes a request that may be wrong in any way: what cannot be read is left out. */
export function describeCall(request: KmsRequest): OpenCall {
  const { operation, region, input } = request
  const keyId = namedKey(request)
  const keyArn = subjectKey(request)?.arn
  const context = input['EncryptionContext'] ?? input['DestinationEncryptionContext']
  const tokens = input['GrantTokens']
  return {
    operation,
    region,
    ...(keyId !== undefined && { keyId }),
    ...(keyArn !== undefined && { keyArn }),
    ...(isContext(context) && { encryptionContext: context }),
    ...(isTexts(tokens) && { grantTokens: tokens }),
    input,
    at: Date.now(),
  }
}
