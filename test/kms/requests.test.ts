// What the provider asks KMS for, member by member, and the description that it writes (format section 6, "Direct KMS").
import { expect, test } from 'vitest'
import { CBC_ENTRY } from '../support/reference-format.js'
import { HOME, useKms, type TestKey } from './support/kms-under-test.js'
import { blobOf, descriptionOf, encryptorWith, ORDER, ORDER_CONTEXT } from './support/orders.js'

const kms = useKms()

/** Each form of a key id, and whether Decrypt may carry it: an alias says nothing of the key that an item was written under. */
const FORMS: readonly { form: string; name: (key: TestKey) => Promise<string>; confirmed: boolean }[] = [
  { form: 'a key id', name: async ({ keyId }) => keyId, confirmed: true },
  { form: 'a key ARN', name: async ({ arn }) => arn, confirmed: true },
  { form: 'an alias name', name: (key) => kms.createAlias(key), confirmed: false },
  { form: 'an alias ARN', name: async (key) => key.arn.replace(/key\/.*/, await kms.createAlias(key)), confirmed: false },
]

test.each(FORMS)('$form: GenerateDataKey of 32 bytes, Decrypt of its blob, and nothing else', async ({ name, confirmed }) => {
  const KeyId = await name(await kms.createKey())
  const encryptor = encryptorWith(kms.provider({ keyId: KeyId }))
  const stored = await encryptor.encryptItem(ORDER)
  expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
  expect(kms.calls).toMatchObject([
    { operation: 'GenerateDataKey', region: HOME },
    { operation: 'Decrypt', region: HOME },
  ])
  expect(kms.calls.map(({ input }) => input)).toEqual([
    // NumberOfBytes and no KeySpec: what both libraries send, and what a policy may have been written for.
    { KeyId, NumberOfBytes: 32, EncryptionContext: ORDER_CONTEXT },
    { ...(confirmed && { KeyId }), CiphertextBlob: blobOf(stored), EncryptionContext: ORDER_CONTEXT },
  ])
})

test('the description: six entries, as both libraries write them', async () => {
  const { keyId } = await kms.createKey()
  const stored = await encryptorWith(kms.provider({ keyId })).encryptItem(ORDER)
  const { 'amzn-ddb-env-key': blob = '', ...entries } = descriptionOf(stored)
  expect(entries).toEqual({
    'amzn-ddb-env-alg': 'AES/256',
    'amzn-ddb-sig-alg': 'HmacSHA256/256',
    'amzn-ddb-wrap-alg': 'kms',
    'aws-kms-ec-attr': '*keys*',
    ...Object.fromEntries([CBC_ENTRY]),
  })
  expect(Buffer.from(blob, 'base64').toString('base64')).toBe(blob)
})

test('requested entries: unknown ones are kept, the provider`s own are not for the caller to set', async () => {
  const { keyId } = await kms.createKey()
  const requested = { purpose: 'orders', 'amzn-ddb-env-key': 'AAAA', 'amzn-ddb-wrap-alg': 'AESWrap', 'aws-kms-ec-attr': 'none' }
  const encryptor = encryptorWith(kms.provider({ keyId, materialDescription: requested }))
  const stored = await encryptor.encryptItem(ORDER, { context: { materialDescription: { season: 'spring' } } })
  expect(descriptionOf(stored)).toMatchObject({
    purpose: 'orders',
    season: 'spring',
    'amzn-ddb-wrap-alg': 'kms',
    'aws-kms-ec-attr': '*keys*',
  })
  expect(blobOf(stored)).not.toBe('AAAA')
  expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
})

test.each([[['one']], [['one', 'two']], [[]]])('grant tokens %j go along both ways', async (grantTokens) => {
  const { keyId } = await kms.createKey()
  const encryptor = encryptorWith(kms.provider({ keyId, grantTokens }))
  await encryptor.decryptItem(await encryptor.encryptItem(ORDER))
  expect(kms.calls.map(({ input }) => input['GrantTokens'])).toEqual([grantTokens, grantTokens])
})

test('a call an item, and a data key an item', async () => {
  const { keyId } = await kms.createKey()
  const encryptor = encryptorWith(kms.provider({ keyId }))
  const items = Array.from({ length: 20 }, (_, at) => ({ ...ORDER, order: { N: String(at) } }))
  const stored = await encryptor.encryptItems(items)
  expect(await encryptor.decryptItems(stored)).toEqual(items)
  expect(kms.calls.filter(({ operation }) => operation === 'GenerateDataKey')).toHaveLength(20)
  expect(kms.calls.filter(({ operation }) => operation === 'Decrypt')).toHaveLength(20)
  expect(new Set(stored.map(blobOf)).size).toBe(20)
})

test('options are read once: what the caller changes afterwards changes nothing', async () => {
  const key = await kms.createKey()
  const other = await kms.createKey()
  const grantTokens = ['one']
  const decryptKeyIds = [key.arn]
  const options = { keyId: key.arn, client: kms.client(), grantTokens, decryptKeyIds }
  const provider = kms.provider(options)
  options.keyId = other.arn
  grantTokens.push('two')
  decryptKeyIds[0] = other.arn
  const encryptor = encryptorWith(provider)
  expect(await encryptor.decryptItem(await encryptor.encryptItem(ORDER))).toEqual(ORDER)
  expect(kms.calls.map(({ input }) => [input['KeyId'], input['GrantTokens']])).toEqual([
    [key.arn, ['one']],
    [key.arn, ['one']],
  ])
})
