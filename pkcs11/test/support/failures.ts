// How the tests look at errors: by code and by what the message says.
import assert from 'node:assert/strict'
import type { DynamoDBEncryptionErrorCode } from 'dynamodb-encryption-client'

export async function assertFails(work: Promise<unknown>, code: DynamoDBEncryptionErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(work, { name: 'DynamoDBEncryptionError', code, message })
}

/** The one answer to whatever does not decrypt: same words for all, and no cause. */
export async function assertDoesNotDecrypt(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error)
    assert.equal(error.code, 'INVALID_CIPHERTEXT')
    assert.match(error.message, /^the signature holds, but the item does not decrypt: [^:]*$/)
    assert.equal(error.cause, undefined)
    return true
  })
}
