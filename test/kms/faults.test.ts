// What KMS and the way to it can do wrong: each is MATERIALS_UNAVAILABLE with KMS's own error as the cause, and nothing is decrypted.
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
  type CreateKeyCommandInput,
} from '@aws-sdk/client-kms'
import type { DynamoDBEncryptionError, EncryptionContext, Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { SIMULATES, useKms, type TestKey } from './support/kms-under-test.js'
import { blobOf, encryptorWith, ORDER, ORDERS, withDescription } from './support/orders.js'

const kms = useKms()

async function keyAndItem(): Promise<{ key: TestKey; stored: Item }> {
  const key = await kms.createKey()
  return { key, stored: await encryptorWith(kms.provider({ keyId: key.arn })).encryptItem(ORDER) }
}

/** The failure, and the name of KMS's error in its cause. */
async function unavailable(
  work: () => unknown,
  name: string | RegExp,
  message = /^KMS (GenerateDataKey|Decrypt) failed/,
): Promise<DynamoDBEncryptionError> {
  const error = await failureOf(work, 'MATERIALS_UNAVAILABLE', message)
  expect(error.cause).toHaveProperty('name', typeof name === 'string' ? name : expect.stringMatching(name))
  expect(error).toMatchObject({ tableName: 'Orders', key: { customer: { S: 'anna' } } })
  return error
}

describe.each(['GenerateDataKey', 'Decrypt'] as const)('%s', (operation) => {
  /** Writes or reads with a client of its own. */
  async function prepared(config?: Parameters<typeof kms.client>[1]): Promise<() => Promise<Item>> {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn, client: kms.client(undefined, config) }))
    return () => (operation === 'Decrypt' ? encryptor.decryptItem(stored) : encryptor.encryptItem(ORDER))
  }

  const attempts = (): number => kms.calls.filter((call) => call.operation === operation).length

  test('access denied', async () => {
    const work = await prepared()
    const fault = kms.inject({ kind: 'deny', operation })
    await unavailable(work, 'AccessDeniedException', /failed with AccessDeniedException: the caller lacks the permission/)
    // Nothing of the refusal is kept: with the permission it works at once.
    fault.remove()
    await expect(work()).resolves.toMatchObject({ customer: { S: 'anna' } })
  })

  test('throttling: the SDK`s retries, then the error', async () => {
    const work = await prepared({ maxAttempts: 3 })
    const before = attempts()
    kms.inject({ kind: 'throttle', operation })
    const error = await unavailable(work, 'ThrottlingException', /failed with ThrottlingException/)
    expect(attempts() - before).toBe(3)
    expect(error.cause).toMatchObject({ $metadata: { attempts: 3 } })
  })

  test('throttling that ends: the SDK`s retries succeed', async () => {
    const work = await prepared({ maxAttempts: 3 })
    const before = attempts()
    kms.inject({ kind: 'throttle', operation, times: 2 })
    await expect(work()).resolves.toMatchObject({ customer: { S: 'anna' } })
    expect(attempts() - before).toBe(3)
  })

  test.each([
    ['KMSInternalException', 500],
    ['DependencyTimeoutException', 503],
    ['KeyUnavailableException', 500],
    ['CloudHsmClusterInUseException', 400],
  ])('%s of the service', async (name, status) => {
    const work = await prepared()
    kms.inject({ kind: 'error', name, status, operation })
    await unavailable(work, name)
  })

  test('timeout', async () => {
    const work = await prepared({ requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true } })
    kms.inject({ kind: 'delay', delayMs: 60_000, operation })
    await unavailable(work, 'TimeoutError')
  })

  test('a connection dropped before the answer', async () => {
    const work = await prepared()
    kms.inject({ kind: 'drop', operation })
    const error = await unavailable(work, /Error$/)
    expect(error.cause).toMatchObject({ code: 'ECONNRESET' })
  })

  test('a connection cut in the middle of the answer', async () => {
    const work = await prepared()
    kms.inject({ kind: 'cut', operation })
    await unavailable(work, /Error$/)
  })

  test('a KMS that is not there', async () => {
    const work = await prepared({ endpoint: 'http://127.0.0.1:9' }) // discard: nothing listens
    await unavailable(work, /Error$/)
  })

  test('no credentials', async () => {
    const work = await prepared({ credentials: () => Promise.reject(new Error('no credentials here')) })
    await unavailable(work, 'Error')
  })

  const other = operation === 'Decrypt' ? 'KeyId' : 'CiphertextBlob'
  test.each([['Plaintext'], [other], ['Plaintext', other]])('an answer without its members %j and %j', async (...missing) => {
    const { key, stored } = await keyAndItem()
    const client = await kms.clientBehind((json) =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).filter(([name]) => !missing.includes(name)))),
    )
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn, client }))
    const work = (): unknown => (operation === 'Decrypt' ? encryptor.decryptItem(stored) : encryptor.encryptItem(ORDER))
    await failureOf(work, 'MATERIALS_UNAVAILABLE', new RegExp(`^KMS ${operation} answered without a key$`))
  })

  test('an answer that ends early and says that it is whole', async () => {
    const { key, stored } = await keyAndItem()
    const client = await kms.clientBehind((json) => json.slice(0, -10))
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn, client }))
    await unavailable(() => (operation === 'Decrypt' ? encryptor.decryptItem(stored) : encryptor.encryptItem(ORDER)), 'SyntaxError')
  })
})

describe('many items', () => {
  test('the first that KMS refuses rejects the call, with its place', async () => {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    const error = await unavailable(
      () => encryptor.decryptItems([stored, stored, { ...stored, order: { N: '6' } }, stored]),
      'InvalidCiphertextException',
    )
    expect(error.index).toBe(2)
  })
})

describe.runIf(SIMULATES.keyStates)('the key', () => {
  test('disabled: neither written nor read under; enabled again, both', async () => {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    await kms.client().send(new DisableKeyCommand({ KeyId: key.keyId }))
    await unavailable(() => encryptor.encryptItem(ORDER), 'DisabledException', /the key is disabled/)
    await unavailable(() => encryptor.decryptItem(stored), 'DisabledException', /the key is disabled/)
    await kms.client().send(new EnableKeyCommand({ KeyId: key.keyId }))
    expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
    await encryptor.encryptItem(ORDER)
  })

  test('pending deletion: neither written nor read under', async () => {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    await kms.client().send(new ScheduleKeyDeletionCommand({ KeyId: key.keyId, PendingWindowInDays: 7 }))
    await unavailable(() => encryptor.encryptItem(ORDER), 'KMSInvalidStateException', /the key is pending deletion or import/)
    await unavailable(() => encryptor.decryptItem(stored), 'KMSInvalidStateException', /the key is pending deletion or import/)
  })

  test.each<CreateKeyCommandInput>([
    { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
    { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
    { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  ])('asymmetric or for MACs, $KeySpec for $KeyUsage: refused on writing', async (input) => {
    const { KeyMetadata } = await kms.client().send(new CreateKeyCommand(input))
    const encryptor = encryptorWith(kms.provider({ keyId: KeyMetadata?.Arn ?? '' }))
    await unavailable(() => encryptor.encryptItem(ORDER), 'InvalidKeyUsageException', /the key is not a symmetric encryption key/)
  })
})

describe('the wrong key', () => {
  const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

  test.each([ID, `arn:aws:kms:us-east-1:111122223333:key/${ID}`, 'alias/of-no-key'])('%s, which does not exist', async (keyId) => {
    await unavailable(
      () => encryptorWith(kms.provider({ keyId })).encryptItem(ORDER),
      'NotFoundException',
      /no such key or alias in this Region/,
    )
  })

  test('an item of a key that this caller may not use', async () => {
    const { stored } = await keyAndItem()
    kms.inject({ kind: 'deny', operation: 'Decrypt' })
    const own = await kms.createKey()
    const encryptor = encryptorWith(kms.provider({ keyId: own.arn, decryptKeyIds: 'any' }))
    await unavailable(() => encryptor.decryptItem(stored), 'AccessDeniedException')
  })

  test('an item of a key that this Region does not have', async () => {
    const { stored } = await keyAndItem()
    const { arn } = await kms.createKey({}, 'eu-west-1')
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client: kms.client('eu-west-1'), decryptKeyIds: 'any' }))
    await unavailable(() => encryptor.decryptItem(stored), 'AccessDeniedException')
  })
})

describe('the wrong encryption context', () => {
  const BOUND = /made for another table name, other primary key values or other algorithms, or the stored key was altered/

  test.each<[string, Partial<EncryptionContext>, Item]>([
    ['a changed table name', { tableName: 'orders' }, {}],
    ['no table name', { tableName: undefined }, {}],
    ['a changed partition key', {}, { customer: { S: 'ben' } }],
    ['a changed sort key', {}, { order: { N: '6' } }],
    ['a sort key of another type', {}, { order: { B: Buffer.from('5') } }],
    ['no sort key name', { sortKeyName: undefined }, {}],
    ['key names exchanged', { partitionKeyName: 'order', sortKeyName: 'customer' }, { customer: { S: '5' }, order: { S: 'anna' } }],
    ['another attribute as the sort key', { sortKeyName: 'status' }, { status: { N: '5' } }],
  ])('%s', async (_what, contextChange, itemChange) => {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }), { ...ORDERS, ...contextChange })
    const error = await failureOf(() => encryptor.decryptItem({ ...stored, ...itemChange }), 'MATERIALS_UNAVAILABLE', BOUND)
    expect(error.cause).toHaveProperty('name', 'InvalidCiphertextException')
  })

  test('the data key of another item', async () => {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    const other = await encryptor.encryptItem({ ...ORDER, order: { N: '6' } })
    await unavailable(
      () => encryptor.decryptItem(withDescription(stored, { 'amzn-ddb-env-key': blobOf(other) })),
      'InvalidCiphertextException',
      BOUND,
    )
  })

  test('the data key of the same item`s earlier state is KMS`s to give, and the signature refuses', async () => {
    const { key, stored } = await keyAndItem()
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    const later = await encryptor.encryptItem({ ...ORDER, card: { S: 'changed' } })
    const mixed = withDescription(later, { 'amzn-ddb-env-key': blobOf(stored) })
    await failureOf(() => encryptor.decryptItem(mixed), 'SIGNATURE_MISMATCH', /signature does not hold/)
  })
})

describe('the blob', () => {
  test.each<[string, (blob: Buffer) => Buffer]>([
    ['cut short by a byte', (blob) => blob.subarray(0, -1)],
    ['cut in half', (blob) => blob.subarray(0, blob.length / 2)],
    ['cut to its first byte', (blob) => blob.subarray(0, 1)],
    ['longer by a byte', (blob) => Buffer.concat([blob, Buffer.of(0)])],
    ['with its last bit flipped', (blob) => Buffer.concat([blob.subarray(0, -1), Buffer.of((blob.at(-1) ?? 0) ^ 1)])],
    ['of zeros', (blob) => Buffer.alloc(blob.length)],
  ])('%s', async (_what, change) => {
    const { key, stored } = await keyAndItem()
    const changed = change(Buffer.from(blobOf(stored), 'base64')).toString('base64')
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    await unavailable(
      () => encryptor.decryptItem(withDescription(stored, { 'amzn-ddb-env-key': changed })),
      /^(InvalidCiphertext|AccessDenied)Exception$/,
    )
  })

  test.each([
    ['empty', '', /is not Base64/],
    ['no Base64', 'not base64!', /is not Base64/],
    ['missing', undefined, /has no amzn-ddb-env-key/],
  ])('%s: KMS is not asked', async (_what, value, message) => {
    const { key, stored } = await keyAndItem()
    const asked = kms.calls.length
    const encryptor = encryptorWith(kms.provider({ keyId: key.arn }))
    await failureOf(
      () => encryptor.decryptItem(withDescription(stored, { 'amzn-ddb-env-key': value })),
      'INVALID_MATERIAL_DESCRIPTION',
      message,
    )
    expect(kms.calls).toHaveLength(asked)
  })
})
