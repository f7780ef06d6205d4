// Two kinds of failure that callers treat differently: the token could not be used, or it was used and said no.
import { DynamoDBEncryptionError } from 'dynamodb-encryption-client'
import pkcs11js from 'pkcs11js'

/**
 * Return values that speak of the library, the session or the key, and never of the data handed in. All others can be the
 * token's way to say no: SoftHSM answers a padding that does not fit with CKR_GENERAL_ERROR, others with CKR_DEVICE_ERROR.
 */
const NOT_TRIED: ReadonlySet<number> = new Set([
  pkcs11js.CKR_CRYPTOKI_NOT_INITIALIZED,
  pkcs11js.CKR_DEVICE_MEMORY,
  pkcs11js.CKR_DEVICE_REMOVED,
  pkcs11js.CKR_HOST_MEMORY,
  pkcs11js.CKR_KEY_FUNCTION_NOT_PERMITTED,
  pkcs11js.CKR_KEY_HANDLE_INVALID,
  pkcs11js.CKR_MECHANISM_INVALID,
  pkcs11js.CKR_MECHANISM_PARAM_INVALID,
  pkcs11js.CKR_SESSION_CLOSED,
  pkcs11js.CKR_SESSION_HANDLE_INVALID,
  pkcs11js.CKR_TOKEN_NOT_PRESENT,
  pkcs11js.CKR_UNWRAPPING_KEY_HANDLE_INVALID,
  pkcs11js.CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT,
  pkcs11js.CKR_USER_NOT_LOGGED_IN,
])

export function wasTried(error: unknown): boolean {
  return error instanceof pkcs11js.Pkcs11Error && !NOT_TRIED.has(error.code)
}

/** What the item encryptor passes on as it is. The cause is the token's return value: it tells nothing of a key or an item. */
export function unavailable(job: string, cause?: unknown): DynamoDBEncryptionError {
  if (cause instanceof DynamoDBEncryptionError) return cause
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', `the PKCS#11 token could not ${job}${reason}`, { cause })
}
