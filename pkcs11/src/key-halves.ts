// What the asymmetric keys of this folder have in common.
import { DynamoDBEncryptionError } from 'dynamodb-encryption-client'
import type { Handle } from 'pkcs11js'

/** Give the half that the job needs. */
export interface KeyHalves {
  readonly publicKey?: Handle
  readonly privateKey?: Handle
}

export function missingHalf(half: string, job: string): never {
  throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `the PKCS#11 key has no ${half}, which it takes to ${job}`)
}

/** The row of an algorithm that the library has let through: by then it is one of the key's kind. */
export function mechanismFor<T>(rows: ReadonlyMap<string, T>, algorithm: string): T {
  const row = rows.get(algorithm)
  if (row === undefined)
    throw new DynamoDBEncryptionError('ALGORITHM_NOT_ALLOWED', `this PKCS#11 key works by ${[...rows.keys()].join(', ')}`)
  return row
}
