// The figures in the tables and sentences of docs/ are those that are measured.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import {
  CachingMostRecentProvider,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type EncryptionContext,
  type Item,
  type ProviderStore,
} from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import type { LocalKeyOptions } from 'dynamodb-encryption-client/testing'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { readRepositoryFile, rowOf, tableRowsUnder } from './support/doc-pages.js'
import { countByOperation, useWatchedServices, type WatchedStore } from './support/watched-services.js'

const services = useWatchedServices()
const MINUTE = 60_000

const encryptorWith = (materialsProvider: CryptographicMaterialsProvider): ItemEncryptor =>
  new ItemEncryptor({
    materialsProvider,
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
  })
const ordersOf = (count: number): Item[] => Array.from({ length: count }, (_, at) => ({ order: { N: String(at) }, total: { N: '9.5' } }))

/** Calls to KMS while `work` runs, by operation. */
async function kmsCallsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  services.kms.clearCalls()
  await work()
  return countByOperation(services.kms.calls)
}

/** As the pages have it: `0`, or `1 Decrypt`. */
function cell(counts: Readonly<Record<string, number>>, things: number): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
  return parts.map(([operation, count]) => `${String(count / things)} ${operation}`).join(', ') || '0'
}

const minus = (counts: Readonly<Record<string, number>>, others: Readonly<Record<string, number>>, times: number): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([operation, count]) => [operation, count - (others[operation] ?? 0) * times]))

/** A caching provider over a store with this many versions, and an item of each. */
async function versionsInUse(
  watched: WatchedStore,
  count: number,
  now: () => number,
): Promise<{ encryptor: ItemEncryptor; stored: Item[] }> {
  const materialsProvider = new CachingMostRecentProvider({ store: watched.store, materialName: 'orders', ttl: MINUTE, clock: now })
  const encryptor = encryptorWith(materialsProvider)
  const stored: Item[] = []
  for (let version = 0; version < count; version += 1) {
    await watched.store.newProvider('orders')
    materialsProvider.refresh()
    stored.push(...(await encryptor.encryptItems(ordersOf(1))))
  }
  return { encryptor, stored }
}

describe('docs/choosing-a-provider.md', () => {
  test('calls to KMS: those of the table', async () => {
    const { store } = await services.store('CompareKeys')
    let now = 0
    const local = { signingKey: LocalKey.generate('HmacSHA256/256') }
    const key = LocalKey.generate('AES/256')
    const newVersion = await kmsCallsOf(() => store.newProvider('orders'))
    const written: string[] = []
    const read: string[] = []
    const fetched: string[] = []
    for (const provider of [
      new StaticMaterialsProvider({ ...local, encryptionKey: key }),
      new WrappedMaterialsProvider({ ...local, wrappingKey: key }),
      services.direct(services.kms.createKey().arn),
      new CachingMostRecentProvider({ store, materialName: 'orders', ttl: MINUTE, clock: () => now }),
    ]) {
      const encryptor = encryptorWith(provider)
      let [stored] = [await encryptor.encryptItems(ordersOf(1))]
      const write20 = await kmsCallsOf(async () => (stored = await encryptor.encryptItems(ordersOf(20))))
      const read20 = await kmsCallsOf(() => encryptor.decryptItems(stored))
      const fiveMinutes = await kmsCallsOf(async () => {
        for (let minute = 0; minute < 5; minute += 1) {
          now += MINUTE
          await encryptor.encryptItems(ordersOf(20))
        }
      })
      written.push(cell(write20, 20))
      read.push(cell(read20, 20))
      fetched.push(cell(minus(fiveMinutes, write20, 5), 5))
    }
    const rows = tableRowsUnder('docs/choosing-a-provider.md', 'Compare')
    expect(rowOf(rows, 'KMS calls for an item that is written')).toEqual(written)
    expect(rowOf(rows, 'KMS calls for an item that is read')).toEqual(read)
    expect(rowOf(rows, 'KMS calls for a version in use, in each process and time to live')).toEqual(fetched)
    expect(rowOf(rows, 'KMS calls for a new version')).toEqual(['0', '0', '0', cell(newVersion, 1)])
  })

  describe('which KMS keys do', () => {
    const rows: { label: RegExp; key: LocalKeyOptions; usable: boolean }[] = [
      { label: /^customer managed, symmetric/, key: {}, usable: true },
      { label: /multi-Region key/, key: { multiRegion: true }, usable: true },
      { label: /^asymmetric .* HMAC$/, key: { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' }, usable: false },
      { label: /^asymmetric .* HMAC$/, key: { spec: 'RSA_2048', usage: 'SIGN_VERIFY' }, usable: false },
      { label: /^asymmetric .* HMAC$/, key: { spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY' }, usable: false },
      { label: /^asymmetric .* HMAC$/, key: { spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' }, usable: false },
    ]
    test.each(rows)('$key', async ({ label, key, usable }) => {
      const [, answer = ''] =
        tableRowsUnder('docs/choosing-a-provider.md', 'Which KMS keys do').find(([first = '']) => label.test(first)) ?? []
      expect(answer).toMatch(usable ? /^yes/ : /^no: `MATERIALS_UNAVAILABLE`.*`InvalidKeyUsageException`$/)
      const encryptor = encryptorWith(services.direct(services.kms.createKey(key).arn))
      const roundTrip = async (): Promise<Item[]> => encryptor.decryptItems(await encryptor.encryptItems(ordersOf(1)))
      if (usable) expect(await roundTrip()).toEqual(ordersOf(1))
      else await failureOf(roundTrip, 'MATERIALS_UNAVAILABLE', 'InvalidKeyUsageException')
    })
  })

  test('a number key is logged in its shortest form, and a binary one in Base64', async () => {
    const encryptor = encryptorWith(services.direct(services.kms.createKey().arn))
    const contexts: unknown[] = []
    for (const order of [{ N: '12.0' }, { B: Buffer.from('abc') }]) {
      services.kms.clearCalls()
      await encryptor.encryptItem({ order })
      contexts.push(services.kms.calls[0]?.encryptionContext?.['order'])
    }
    expect(contexts).toEqual(['12', 'YWJj'])
  })
})

describe('docs/rotation.md', () => {
  test('two processes that rotate at the same moment make one version', async () => {
    const { store } = await services.store('RaceKeys')
    await Promise.all([store.newProvider('orders'), store.newProvider('orders')])
    expect(await store.versions('orders')).toEqual([0])
  })

  test('a reader takes up a new version at once, but asks for unknown ones at most once a second', async () => {
    const watched = await services.store('ReaderKeys')
    let now = 0
    const { stored } = await versionsInUse(watched, 2, () => now)
    const [old = {}, newest = {}] = stored
    const reader = encryptorWith(
      new CachingMostRecentProvider({ store: watched.store, materialName: 'orders', ttl: MINUTE, clock: () => now }),
    )
    await reader.decryptItem(old)
    await reader.decryptItem(newest)

    await watched.store.newProvider('orders')
    const { stored: later } = await versionsInUse(watched, 1, () => now)
    const [unknown = {}] = later
    now = 999
    await failureOf(() => reader.decryptItem(unknown), 'VERSION_NOT_FOUND', 'newest is 1')
    now = 1000
    expect(await reader.decryptItem(unknown)).toEqual(ordersOf(1)[0])
  })

  test('replicating twice does nothing, and onto other keys is an error', async () => {
    const [from, to] = await Promise.all([services.store('FromKeys'), services.store('ToKeys')])
    await from.store.newProvider('orders')
    await from.store.replicate('orders', 0, to.store)
    await from.store.replicate('orders', 0, to.store)
    expect(await to.store.versions('orders')).toEqual([0])
    await from.store.newProvider('orders')
    await to.store.newProvider('orders')
    await failureOf(() => from.store.replicate('orders', 1, to.store), 'INVALID_CONFIGURATION', 'with other keys')
  })

  test('without the row of a leaked version its items are refused, forged ones too', async () => {
    const watched = await services.store('LeakedKeys')
    let now = 0
    const { encryptor, stored } = await versionsInUse(watched, 2, () => now)
    const [leaked = {}] = stored
    await watched.client.send(new DeleteItemCommand({ TableName: watched.tableName, Key: { N: { S: 'orders' }, V: { N: '0' } } }))
    now = MINUTE
    await failureOf(() => encryptor.decryptItem(leaked), 'VERSION_NOT_FOUND', 'no version 0')
    expect(await encryptor.encryptItems(ordersOf(1))).toHaveLength(1)
  })
})

describe('docs/tuning.md', () => {
  test('calls of a process in a time to live: those of the table', async () => {
    const watched = await services.store('TuningKeys')
    let now = 0
    const versions = 3
    const { encryptor, stored } = await versionsInUse(watched, versions, () => now)
    await encryptor.decryptItems(stored)
    watched.calls.length = 0
    const minutes = 4
    const kmsCalls = await kmsCallsOf(async () => {
      for (let second = 0; second < minutes * 60; second += 1) {
        now += 1000
        await encryptor.encryptItems(ordersOf(2))
        await encryptor.decryptItems(stored)
      }
    })
    const storeCalls = countByOperation(watched.calls)
    const rows = tableRowsUnder('docs/tuning.md', 'Calls')
    expect(rowOf(rows, 'KMS `Decrypt`')).toEqual(['1 for each version in use'])
    expect(kmsCalls).toEqual({ Decrypt: minutes * versions })
    expect(rowOf(rows, "DynamoDB `GetItem` on the store's table")).toEqual(['1 for each version in use'])
    expect(rowOf(rows, "DynamoDB `Query` on the store's table")).toEqual(['1 or 2 for each material name that is written with'])
    expect(storeCalls).toEqual({ GetItem: minutes * versions, Query: expect.toBeOneOf([minutes, 2 * minutes]) as number })
  })

  test('the grace after the time to live lasts 500 ms, however long KMS takes', async () => {
    const watched = await services.store('GraceKeys')
    let now = 0
    const { encryptor } = await versionsInUse(watched, 1, () => now)
    const [asks, meanwhile, tooLate] = [MINUTE, MINUTE + 499, MINUTE + 500]
    services.kms.disable(watched.key.arn)
    const slow = services.kms.inject({ kind: 'delay', delayMs: 50, keyId: watched.key.arn })
    now = asks
    const asking = failureOf(() => encryptor.encryptItems(ordersOf(1)), 'MATERIALS_UNAVAILABLE', 'DisabledException')
    now = meanwhile
    expect(await encryptor.encryptItems(ordersOf(1))).toHaveLength(1)
    now = tooLate
    await failureOf(() => encryptor.encryptItems(ordersOf(1)), 'MATERIALS_UNAVAILABLE', 'DisabledException')
    await asking
    slow.remove()
    expect(readRepositoryFile('docs/tuning.md')).toContain(`**at most the time to live and\n${String(tooLate - asks)} ms**`)
  })

  test("a row of the store's table is smaller than 2 KB", async () => {
    const { store, client, tableName } = await services.store('RowKeys')
    await store.newProvider('orders')
    const { Item: row = {} } = await client.send(new GetItemCommand({ TableName: tableName, Key: { N: { S: 'orders' }, V: { N: '0' } } }))
    const sizes = Object.entries(row).map(([name, { S = '', N = '', B = [] }]) => name.length + S.length + N.length + B.length)
    const size = sizes.reduce((sum, each) => sum + each, 0)
    expect(size).toBeGreaterThan(512)
    expect(size).toBeLessThan(2048)
  })

  test('an item that is moved to another tenant is refused, with its description or without', async () => {
    const { store } = await services.store('MovedKeys')
    const materialName = ({ attributes }: EncryptionContext): string => `tenant-${attributes?.['tenant']?.S ?? ''}`
    const encryptor = new ItemEncryptor({
      materialsProvider: new CachingMostRecentProvider({ store, materialName, ttl: MINUTE }),
      actions: { attributes: { tenant: 'SIGN_ONLY' } },
      context: { tableName: 'Invoices', partitionKeyName: 'tenant' },
    })
    const [acme = {}, globex = {}] = await encryptor.encryptItems(['acme', 'globex'].map((S) => ({ tenant: { S }, total: { N: '9.5' } })))
    const moved = { ...acme, tenant: { S: 'globex' } }
    await failureOf(() => encryptor.decryptItem(moved), 'MATERIAL_NAME_MISMATCH', 'tenant-acme')
    const description = globex['*amzn-ddb-map-desc*'] ?? { NULL: true }
    await failureOf(() => encryptor.decryptItem({ ...moved, '*amzn-ddb-map-desc*': description }), 'SIGNATURE_MISMATCH', 'does not hold')
  })

  test('a version in memory takes less than 8 KB', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const inUse = (): number => {
      collectGarbage()
      const { heapUsed, external } = process.memoryUsage()
      return heapUsed + external
    }
    const count = 2000
    const store: ProviderStore = {
      newProvider: () => Promise.reject(new Error('not asked')),
      getOrCreateProvider: () => Promise.reject(new Error('not asked')),
      maxVersion: async () => 0,
      versionFromMaterialDescription: () => 0,
      provider: async (name) =>
        new WrappedMaterialsProvider({
          wrappingKey: LocalKey.generate('AES/256'),
          signingKey: LocalKey.generate('HmacSHA256/256'),
          materialDescription: { 'amzn-ddb-meta-id': `${name}#0` },
        }),
    }
    const materialName = ({ attributes }: EncryptionContext): string => `tenant-${attributes?.['order']?.N ?? ''}`
    const caching = new CachingMostRecentProvider({ store, materialName, ttl: 60 * MINUTE, cacheSize: count })
    const encryptor = encryptorWith(caching)
    const useAll = async (): Promise<void> => {
      for (const order of ordersOf(count)) await encryptor.decryptItem(await encryptor.encryptItem(order))
    }
    await useAll() // what the first use of anything costs
    caching.refresh()
    const before = inUse()
    await useAll()
    const bytes = (inUse() - before) / count
    expect(bytes).toBeGreaterThan(64) // both keys are there
    expect(bytes).toBeLessThan(8192)
    const page = readRepositoryFile('docs/tuning.md')
    expect(page).toContain('A version in memory takes less than 8 KB. The default `cacheSize` of 1000 is therefore at most 8 MB.')
  })
})

describe('docs/provider-direct-kms.md', () => {
  test('one client is made for each Region', async () => {
    const made: string[] = []
    const clientFor = (region: string): KMSClient => {
      made.push(region)
      return new KMSClient(services.kms.clientConfig(region))
    }
    const east = services.kms.createKey({ region: 'us-east-1' })
    const west = services.kms.createKey({ region: 'us-west-2' })
    const provider = new DirectKmsMaterialsProvider({
      keyId: east.arn,
      clientFor,
      selectKeyId: ({ attributes }) => (attributes?.['order']?.N === '0' ? east.arn : west.arn),
    })
    await encryptorWith(provider).encryptItems(ordersOf(6))
    expect(made.sort()).toEqual(['us-east-1', 'us-west-2'])
  })
})
