// The error tables of the providers' pages: each row has a case here that ends in its code, and each case has its row.
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import {
  CachingMostRecentProvider,
  ItemEncryptor,
  LocalKey,
  MetaStore,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CachingMostRecentProviderOptions,
  type CryptographicMaterialsProvider,
  type DynamoDBEncryptionErrorCode,
  type Item,
  type ItemEncryptorOptions,
  type ProviderStore,
} from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { tableRowsUnder } from './support/doc-pages.js'
import { useWatchedServices, type WatchedStore } from './support/watched-services.js'

const services = useWatchedServices()

interface Case {
  readonly code: DynamoDBEncryptionErrorCode
  readonly when: string
  readonly message: RegExp | string
  readonly work: () => unknown
}

const encryptorWith = (materialsProvider: CryptographicMaterialsProvider, more: Partial<ItemEncryptorOptions> = {}): ItemEncryptor =>
  new ItemEncryptor({
    materialsProvider,
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
    ...more,
  })
const order: Item = { order: { N: '7' }, address: { S: '1 Sea Road' } }
const changed: Item = { order: { N: '8' } }

const aes = LocalKey.generate('AES/256')
const hmac = LocalKey.generate('HmacSHA256/256')
const staticProvider = new StaticMaterialsProvider({ encryptionKey: aes, signingKey: hmac })
const wrapped = new WrappedMaterialsProvider({ wrappingKey: aes, signingKey: hmac })

/** What one provider wrote, read with another. */
async function readWith(
  writer: CryptographicMaterialsProvider,
  reader: CryptographicMaterialsProvider,
  over: Item = {},
  more: Partial<ItemEncryptorOptions> = {},
): Promise<Item> {
  return encryptorWith(reader).decryptItem({ ...(await encryptorWith(writer, more).encryptItem(order)), ...over })
}

/** Codes in a page's tables of errors, without doubles. */
const codesOf = (page: string): string[] =>
  [...new Set(tableRowsUnder(page, 'Errors').flatMap((row) => row.flatMap((cell) => /^\[([A-Z_]+)\]/.exec(cell)?.[1] ?? [])))].sort()
const codesIn = (cases: readonly Case[]): string[] => [...new Set(cases.map(({ code }) => code))].sort()

const staticCases: Case[] = [
  {
    code: 'INVALID_CONFIGURATION',
    when: 'there is no signing key',
    message: 'a signingKey, a verificationKey, or both',
    work: () => new StaticMaterialsProvider({}),
  },
  {
    code: 'INVALID_CONFIGURATION',
    when: 'the key for the job is missing',
    message: 'has no signingKey',
    work: () => encryptorWith(new StaticMaterialsProvider({ verificationKey: hmac })).encryptItem(order),
  },
  {
    code: 'INVALID_CONFIGURATION',
    when: 'there is nothing to encrypt with',
    message: 'has no encryptionKey',
    work: () => encryptorWith(new StaticMaterialsProvider({ signingKey: hmac })).encryptItem(order),
  },
  {
    code: 'INVALID_CONFIGURATION',
    when: 'a key has a wrong length',
    message: '16, 24 or 32 bytes',
    work: () => LocalKey.aes(new Uint8Array(20)),
  },
  {
    code: 'SIGNATURE_MISMATCH',
    when: 'the item was changed',
    message: 'does not hold',
    work: () => readWith(staticProvider, staticProvider, changed),
  },
  {
    code: 'SIGNATURE_MISMATCH',
    when: 'the signing key is another one',
    message: 'does not hold',
    work: () =>
      readWith(staticProvider, new StaticMaterialsProvider({ encryptionKey: aes, signingKey: LocalKey.generate('HmacSHA256/256') })),
  },
  {
    code: 'INVALID_CIPHERTEXT',
    when: 'the encryption key is another one',
    message: 'does not decrypt',
    work: () => readWith(staticProvider, new StaticMaterialsProvider({ encryptionKey: LocalKey.generate('AES/128'), signingKey: hmac })),
  },
]

const wrappedCases: Case[] = [
  {
    code: 'INVALID_CONFIGURATION',
    when: 'the half for the job is missing',
    message: 'has no wrappingKey that can wrap',
    work: () => encryptorWith(new WrappedMaterialsProvider({ unwrappingKey: aes, signingKey: hmac })).encryptItem(order),
  },
  {
    code: 'SIGNATURE_MISMATCH',
    when: 'the item was changed',
    message: 'does not hold',
    work: () => readWith(wrapped, wrapped, changed),
  },
  {
    code: 'INVALID_CIPHERTEXT',
    when: 'the wrapping key is another one',
    message: 'does not decrypt',
    work: () => readWith(wrapped, new WrappedMaterialsProvider({ wrappingKey: LocalKey.generate('AES/256'), signingKey: hmac })),
  },
  {
    code: 'INVALID_MATERIAL_DESCRIPTION',
    when: 'another kind of provider wrote it',
    message: 'has no amzn-ddb-env-key',
    work: () => readWith(staticProvider, wrapped),
  },
  {
    code: 'ALGORITHM_NOT_ALLOWED',
    when: "the item's key is shorter than the minimum",
    message: 'minimumContentKeyBits (256)',
    work: () =>
      readWith(
        wrapped,
        new WrappedMaterialsProvider({ wrappingKey: aes, signingKey: hmac, minimumContentKeyBits: 256 }),
        {},
        {
          context: { tableName: 'Orders', materialDescription: { 'amzn-ddb-env-alg': 'AES/128' } },
        },
      ),
  },
]

const directCases: Case[] = [
  {
    code: 'INVALID_CONFIGURATION',
    when: 'there is no keyId',
    message: 'takes a keyId',
    work: () => new DirectKmsMaterialsProvider({ keyId: '' }),
  },
  {
    code: 'INVALID_CONFIGURATION',
    when: 'decryptKeyIds has an alias',
    message: 'never an alias',
    work: () => new DirectKmsMaterialsProvider({ keyId: 'alias/orders', decryptKeyIds: ['alias/orders'] }),
  },
  {
    code: 'INVALID_CONFIGURATION',
    when: 'key and client are of different Regions',
    message: 'the key is in eu-west-1 and the KMS client in us-east-1',
    work: () => encryptorWith(services.direct(services.kms.createKey({ region: 'eu-west-1' }).arn)).encryptItem(order),
  },
  {
    code: 'INVALID_ITEM',
    when: 'the item lacks its primary key',
    message: 'the primary key attribute "order" is not in the item',
    work: () => encryptorWith(services.direct(services.kms.createKey().arn)).encryptItem({ address: { S: '1 Sea Road' } }),
  },
  {
    code: 'INVALID_MATERIAL_DESCRIPTION',
    when: 'it was not written under a KMS key',
    message: 'was not written under a KMS key',
    work: () => readWith(wrapped, services.direct(services.kms.createKey().arn)),
  },
  {
    code: 'ALGORITHM_NOT_ALLOWED',
    when: 'the description names another algorithm',
    message: 'MD5',
    work: () =>
      encryptorWith(
        services.direct(services.kms.createKey().arn, { materialDescription: { 'amzn-ddb-sig-alg': 'HmacMD5/128' } }),
      ).encryptItem(order),
  },
]

/** By the error that KMS answers with. */
const kmsCases: Record<string, () => Promise<unknown>> = {
  AccessDeniedException: async () => {
    const { arn } = services.kms.createKey()
    services.kms.inject({ kind: 'deny', keyId: arn })
    return encryptorWith(services.direct(arn)).encryptItem(order)
  },
  DisabledException: async () => {
    const { arn } = services.kms.createKey()
    services.kms.disable(arn)
    return encryptorWith(services.direct(arn)).encryptItem(order)
  },
  KMSInvalidStateException: async () => {
    const { arn } = services.kms.createKey()
    const client = new KMSClient(services.kms.clientConfig())
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: arn }))
    client.destroy()
    return encryptorWith(services.direct(arn)).encryptItem(order)
  },
  NotFoundException: () => encryptorWith(services.direct('alias/nothing')).encryptItem(order),
  InvalidKeyUsageException: () =>
    encryptorWith(services.direct(services.kms.createKey({ spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' }).arn)).encryptItem(order),
  InvalidCiphertextException: async () => {
    const direct = services.direct(services.kms.createKey().arn)
    return readWith(direct, direct, changed)
  },
  ThrottlingException: async () => {
    const { arn } = services.kms.createKey()
    services.kms.inject({ kind: 'throttle', keyId: arn })
    return encryptorWith(services.direct(arn)).encryptItem(order)
  },
  IncorrectKeyException: () => readWith(services.direct(services.kms.createKey().arn), services.direct(services.kms.createKey().arn)),
}

let stores = 0
/** A store with version 0, and a provider over it. */
async function cachingOver(materialName = 'orders'): Promise<{ watched: WatchedStore; caching: CachingMostRecentProvider }> {
  const watched = await services.store(`ErrorKeys${String((stores += 1))}`)
  await watched.store.newProvider('orders')
  return { watched, caching: new CachingMostRecentProvider({ store: watched.store, materialName, ttl: 60_000 }) }
}
const storeIsDown = (): Promise<never> => Promise.reject(new Error('the store is down'))
/** Over a store that always fails. */
function failingWith(options: Partial<CachingMostRecentProviderOptions>): CachingMostRecentProvider {
  const store: ProviderStore = {
    newProvider: storeIsDown,
    getOrCreateProvider: storeIsDown,
    provider: storeIsDown,
    maxVersion: storeIsDown,
    versionFromMaterialDescription: () => 0,
  }
  return new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000, ...options })
}

const cachingCases: Case[] = [
  {
    code: 'MATERIALS_UNAVAILABLE',
    when: 'KMS refuses',
    message: 'KMS Decrypt failed with DisabledException',
    work: async () => {
      const { watched, caching } = await cachingOver()
      services.kms.disable(watched.key.arn)
      return encryptorWith(caching).encryptItem(order)
    },
  },
  {
    code: 'MATERIALS_UNAVAILABLE',
    when: 'the store fails',
    message: 'store failed',
    work: () => encryptorWith(failingWith({})).encryptItem(order),
  },
  {
    code: 'MATERIALS_UNAVAILABLE',
    when: 'a row was copied to another version',
    message: 'InvalidCiphertextException',
    work: async () => {
      const { watched, caching } = await cachingOver()
      await rewriteRow(watched, (row) => ({ ...row, V: { N: '1' } }))
      return encryptorWith(caching).encryptItem(order)
    },
  },
  {
    code: 'VERSION_NOT_FOUND',
    when: 'the store lacks the version',
    message: 'no version 0',
    work: async () => {
      const { watched, caching } = await cachingOver()
      const stored = await encryptorWith(caching).encryptItem(order)
      await watched.store.newProvider('orders')
      await watched.client.send(new DeleteItemCommand({ TableName: watched.tableName, Key: { N: { S: 'orders' }, V: { N: '0' } } }))
      caching.refresh()
      return encryptorWith(caching).decryptItem(stored)
    },
  },
  {
    code: 'MATERIAL_NAME_MISMATCH',
    when: 'the item names another material',
    message: 'names the material "orders"',
    work: async () => {
      const { watched, caching } = await cachingOver()
      return readWith(caching, new CachingMostRecentProvider({ store: watched.store, materialName: 'invoices', ttl: 60_000 }))
    },
  },
  {
    code: 'SIGNATURE_MISMATCH',
    when: 'the item was changed',
    message: 'does not hold',
    work: async () => {
      const { caching } = await cachingOver()
      return readWith(caching, caching, changed)
    },
  },
  {
    code: 'INVALID_MATERIAL_DESCRIPTION',
    when: 'the item names no material',
    message: 'no amzn-ddb-meta-id',
    work: async () => readWith(wrapped, (await cachingOver()).caching),
  },
  { code: 'INVALID_CONFIGURATION', when: 'ttl is 0', message: 'ttl', work: () => failingWith({ ttl: 0 }) },
  { code: 'INVALID_CONFIGURATION', when: 'cacheSize is 0', message: 'cacheSize', work: () => failingWith({ cacheSize: 0 }) },
  { code: 'INVALID_CONFIGURATION', when: 'materialName is empty', message: 'materialName', work: () => failingWith({ materialName: '' }) },
]

async function rewriteRow({ client, tableName }: WatchedStore, change: (row: Item) => Item): Promise<void> {
  const { Item: row = {} } = await client.send(new GetItemCommand({ TableName: tableName, Key: { N: { S: 'orders' }, V: { N: '0' } } }))
  await client.send(new PutItemCommand({ TableName: tableName, Item: change(row) }))
}

describe.each([
  { page: 'docs/provider-static.md', cases: staticCases, others: [] },
  { page: 'docs/provider-wrapped.md', cases: wrappedCases, others: [] },
  { page: 'docs/provider-direct-kms.md', cases: directCases, others: ['KEY_ID_NOT_ALLOWED', 'MATERIALS_UNAVAILABLE'] },
  { page: 'docs/provider-caching-most-recent.md', cases: cachingCases, others: [] },
])('$page', ({ page, cases, others }) => {
  test('its table of errors has the codes of the cases below', () => {
    expect(codesOf(page)).toEqual([...codesIn(cases), ...others].sort())
  })

  test.each(cases)('$code when $when', async ({ code, message, work }) => {
    await failureOf(work, code, message)
  })
})

describe("docs/provider-direct-kms.md: KMS's errors", () => {
  const rows = tableRowsUnder('docs/provider-direct-kms.md', 'Errors')
    .map(([name = '', code = '']) => ({ name: /^`(\w+Exception)`$/.exec(name)?.[1], code: /^\[([A-Z_]+)\]/.exec(code)?.[1] }))
    .filter(({ name }) => name !== undefined)

  test('each has its case', () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(kmsCases))
  })

  test.each(Object.entries(kmsCases))('%s', async (name, work) => {
    const code = rows.find((row) => row.name === name)?.code
    await expect(work()).rejects.toMatchObject({ code, cause: { name } })
  })
})

test('a changed row of the store is told by the tableName', async () => {
  const { watched, caching } = await cachingOver()
  await rewriteRow(watched, (row) => ({ ...row, encAlg: { B: new Uint8Array(48) } }))
  const error = await failureOf(() => encryptorWith(caching).encryptItem(order), 'SIGNATURE_MISMATCH', 'does not hold')
  expect(error.tableName).toBe(watched.tableName)
})

test('a provider store that is protected by a Wrapped provider finds a copied row by its signature', async () => {
  const watched = await services.store('WrappedKeys')
  const store = new MetaStore({ client: watched.client, tableName: watched.tableName, materialsProvider: wrapped })
  await store.newProvider('orders')
  await rewriteRow(watched, (row) => ({ ...row, V: { N: '1' } }))
  const provider = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 })
  await failureOf(() => encryptorWith(provider).encryptItem(order), 'SIGNATURE_MISMATCH', 'does not hold')
})
