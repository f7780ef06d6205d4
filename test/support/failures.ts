// How the tests look at errors: by code and by what the message says, never by class alone.
import { inspect } from 'node:util'
import type { DynamoDBEncryptionError, DynamoDBEncryptionErrorCode } from 'dynamodb-encryption-client'
import { expect } from 'vitest'

/** What `work` throws, or what the promise it returns rejects with. A `work` that succeeds fails the test. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  let returned: unknown
  try {
    returned = await work()
  } catch (error) {
    return error
  }
  throw new Error(`no error: it returned ${inspect(returned, { depth: 2 })}`)
}

/** The package's own error that `work` ends with, asserted to have this code and message. */
export async function failureOf(
  work: () => unknown,
  code: DynamoDBEncryptionErrorCode,
  message: RegExp | string,
): Promise<DynamoDBEncryptionError> {
  const error = await thrownBy(work)
  if (!isOfThisPackage(error)) throw new Error('the error is none of this package', { cause: error })
  expect(error.message).toMatch(message)
  expect(error.code).toBe(code)
  return error
}

/** By name and code: the sources and the built package, which the same tests run over, have a class each. */
function isOfThisPackage(error: unknown): error is DynamoDBEncryptionError {
  return error instanceof Error && error.name === 'DynamoDBEncryptionError' && 'code' in error
}
