// The provider stores of docs/custom-provider-store.md do what the page says.
import { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  CachingMostRecentProvider,
  ItemEncryptor,
  LocalKey,
  MetaStore,
  WrappedMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms, type LocalKms } from 'dynamodb-encryption-client/testing'
import { KeyHistoryStore, type KeyHistory, type KeyRecord } from '../../examples/custom-provider-store/key-history-store.js'
import { orderEncryptor } from '../../examples/custom-provider-store/orders.js'
import { TwoRegionStore } from '../../examples/custom-provider-store/two-region-store.js'
import { failureOf } from '../support/failures.js'
import { SettableClock } from '../support/fake-provider-store.js'
import { forged } from '../support/forged-version.js'
import { accessDenied, useStoreDatabase, type WatchedClient } from '../support/store-database.js'
import { haveSameKeys } from '../support/store-items.js'
import { secretBytes } from '../support/test-keys.js'

const db = useStoreDatabase()
let kms: LocalKms
beforeAll(async () => {
  kms = await startLocalKms()
})
afterAll(() => kms.close())

const ORDER: Item = { orderId: { S: 'o-1' }, total: { N: '99.5' } }

/** A secrets manager in memory. */
class MemoryHistory implements KeyHistory {
  readonly records: KeyRecord[]
  reads = 0

  constructor(...records: KeyRecord[]) {
    this.records = records
  }

  async read(): Promise<readonly KeyRecord[]> {
    this.reads += 1
    return [...this.records]
  }

  async add(_: string, version: number, record: KeyRecord): Promise<boolean> {
    if (version !== this.records.length) return false
    this.records.push(record)
    return true
  }
}

describe('KeyHistoryStore: Wrapped for old versions, Direct KMS for new ones', () => {
  const local = (at: number): KeyRecord => ({ kind: 'local', wrappingKey: secretBytes(32, at), signingKey: secretBytes(32, 100 + at) })

  function storeOf(history: KeyHistory, kmsKeyId: string): KeyHistoryStore {
    return new KeyHistoryStore({ history, kmsKeyId, kmsClient: new KMSClient(kms.clientConfig()) })
  }
  const kmsCalls = (): string[] => kms.calls.map(({ operation }) => operation)
  beforeEach(() => kms.clearCalls())

  test('after the move items are written under KMS, and those of old versions are read without it', async () => {
    const history = new MemoryHistory(local(0), local(1))
    const store = storeOf(history, kms.createKey().arn)
    const oldItem = await orderEncryptor(store).encryptItem(ORDER)
    expect(kmsCalls()).toEqual([])

    await store.newProvider('orders')
    const encryptor = orderEncryptor(store)
    const newItem = await encryptor.encryptItem(ORDER)
    expect(kmsCalls()).toEqual(['GenerateDataKey'])
    expect(await encryptor.decryptItem(oldItem)).toEqual(ORDER)
    expect(kmsCalls()).toEqual(['GenerateDataKey'])
    expect(await encryptor.decryptItem(newItem)).toEqual(ORDER)
    expect(kmsCalls()).toEqual(['GenerateDataKey', 'Decrypt'])
  })

  test('items from before there were versions are those of version 0', async () => {
    const keys = { wrappingKey: LocalKey.aes(secretBytes(32, 0)), signingKey: LocalKey.hmac(secretBytes(32, 100)) }
    const before = new ItemEncryptor({
      materialsProvider: new WrappedMaterialsProvider(keys),
      actions: { attributes: { orderId: 'SIGN_ONLY' } },
      context: { tableName: 'Orders' },
    })
    const stored = await before.encryptItem(ORDER)
    const encryptor = orderEncryptor(storeOf(new MemoryHistory(local(0), local(1)), kms.createKey().arn))
    expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
  })

  test('the store is asked once for many items, KMS once for each', async () => {
    const history = new MemoryHistory({ kind: 'kms', keyId: kms.createKey().arn })
    const encryptor = orderEncryptor(storeOf(history, 'not used'))
    await encryptor.encryptItems(Array.from({ length: 50 }, () => ORDER))
    expect(history.reads).toBe(2)
    expect(kmsCalls()).toHaveLength(50)
  })

  test('the first version is made by the first item, once however many processes try', async () => {
    const history = new MemoryHistory()
    const keyId = kms.createKey().arn
    const processes = Array.from({ length: 20 }, () => orderEncryptor(storeOf(history, keyId)))
    const stored = await Promise.all(processes.map((encryptor) => encryptor.encryptItem(ORDER)))
    expect(history.records).toEqual([{ kind: 'kms', keyId }])
    const [reader] = processes
    expect(await reader?.decryptItems(stored)).toEqual(stored.map(() => ORDER))
  })

  test('each version keeps its KMS key', async () => {
    const [first, second] = [kms.createKey().arn, kms.createKey().arn]
    const history = new MemoryHistory({ kind: 'kms', keyId: first })
    await storeOf(history, second).newProvider('orders')
    const encryptor = orderEncryptor(storeOf(history, second))
    await encryptor.encryptItem(ORDER)
    expect(kms.calls.map(({ keyArn }) => keyArn)).toEqual([second])
    expect(history.records).toEqual([
      { kind: 'kms', keyId: first },
      { kind: 'kms', keyId: second },
    ])
  })

  test('a version that does not exist', async () => {
    const store = storeOf(new MemoryHistory(local(0)), 'not used')
    await failureOf(() => store.provider('orders', 1), 'VERSION_NOT_FOUND', 'there is no version 1')
    await failureOf(() => store.getOrCreateProvider('orders', 2), 'INVALID_CONFIGURATION', 'the version after the newest is 1')
    const encryptor = orderEncryptor(store)
    const stored = await encryptor.encryptItem(ORDER)
    await failureOf(() => encryptor.decryptItem(forged(stored, 'orders#7')), 'VERSION_NOT_FOUND', 'version 7')
    await failureOf(() => encryptor.decryptItem(forged(stored, 'people#0')), 'MATERIAL_NAME_MISMATCH', 'people')
    await failureOf(() => store.versionFromMaterialDescription({ 'amzn-ddb-meta-id': 'x' }), 'INVALID_MATERIAL_DESCRIPTION', 'no version')
  })

  test('a version that an item claims cannot make it read under other keys', async () => {
    const store = storeOf(new MemoryHistory(local(0), local(1)), 'not used')
    const encryptor = orderEncryptor(store)
    const stored = await encryptor.encryptItem(ORDER)
    await failureOf(() => encryptor.decryptItem(forged(stored, 'orders#0')), 'SIGNATURE_MISMATCH', 'does not hold')
  })
})

describe('TwoRegionStore: reads through another store', () => {
  interface Region extends WatchedClient {
    readonly store: MetaStore
    /** From now on, nothing in this Region answers. */
    readonly fail: () => void
    readonly recover: () => void
  }

  /** A table and a KMS key in a Region of their own. */
  async function region(name: string): Promise<Region> {
    const watched = db.watchedClient()
    const client = new KMSClient(kms.clientConfig(name))
    const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey({ region: name }).arn, client })
    let isDown = false
    for (const operation of ['GetItem', 'Query', 'PutItem']) {
      watched.before(operation, () => {
        if (isDown) throw accessDenied()
      })
    }
    const store = new MetaStore({ client: watched.client, tableName: await db.storeTable(), materialsProvider })
    return { ...watched, store, fail: () => (isDown = true), recover: () => (isDown = false) }
  }

  async function subject() {
    const [home, away] = [await region('eu-west-1'), await region('eu-central-1')]
    return { home, away, store: new TwoRegionStore({ home: home.store, away: away.store }) }
  }

  test('a version that is made is in both Regions, with the same keys', async () => {
    const { home, away, store } = await subject()
    await orderEncryptor(store).encryptItem(ORDER)
    await store.newProvider('orders')
    for (const version of [0, 1]) {
      expect(await haveSameKeys(await home.store.provider('orders', version), await away.store.provider('orders', version))).toBe(true)
    }
  })

  test('while home answers, the other Region is not asked', async () => {
    const { away, store } = await subject()
    await store.newProvider('orders')
    const before = away.operations().length
    const encryptor = orderEncryptor(store)
    await encryptor.decryptItem(await encryptor.encryptItem(ORDER))
    expect(away.operations()).toHaveLength(before)
  })

  test('while home is down, items are read and written all the same', async () => {
    const { home, store } = await subject()
    const stored = await orderEncryptor(store).encryptItem(ORDER)
    home.fail()
    const encryptor = orderEncryptor(store)
    expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
    const during = await encryptor.encryptItem(ORDER)
    home.recover()
    expect(await orderEncryptor(store).decryptItem(during)).toEqual(ORDER)
  })

  test('no new version is made while home is down', async () => {
    const { home, away, store } = await subject()
    home.fail()
    await failureOf(() => store.newProvider('orders'), 'MATERIALS_UNAVAILABLE', 'Query failed')
    expect(await away.store.versions('orders')).toEqual([])
  })

  test('a copy that failed is caught up on', async () => {
    const { home, away, store } = await subject()
    away.fail()
    await failureOf(() => store.newProvider('orders'), 'MATERIALS_UNAVAILABLE', 'failed with AccessDeniedException')
    expect(await home.store.versions('orders')).toEqual([0])
    away.recover()
    await store.copyVersions('orders')
    await store.copyVersions('orders')
    expect(await away.store.versions('orders')).toEqual([0])
  })

  test('a version that home lacks is not looked for elsewhere', async () => {
    const { away, store } = await subject()
    await away.store.newProvider('orders')
    const before = away.operations().length
    await failureOf(() => store.provider('orders', 0), 'VERSION_NOT_FOUND', 'no version 0')
    expect(away.operations()).toHaveLength(before)
  })

  test('while a copy lags behind nothing is written with its older version', async () => {
    const { home, away, store } = await subject()
    await store.newProvider('orders')
    await home.store.newProvider('orders') // not by way of the store that copies
    const clock = new SettableClock()
    const materialsProvider = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000, clock })
    const encryptor = new ItemEncryptor({ materialsProvider })
    await encryptor.encryptItem(ORDER)
    home.fail()
    clock.time += 60_000
    expect(await away.store.versions('orders')).toEqual([0])
    await failureOf(() => encryptor.encryptItem(ORDER), 'MATERIALS_UNAVAILABLE', 'version 1 was seen before')
  })

  test('both Regions down: the reasons of both', async () => {
    const { home, away, store } = await subject()
    await store.newProvider('orders')
    home.fail()
    away.fail()
    const error = await failureOf(() => orderEncryptor(store).encryptItem(ORDER), 'MATERIALS_UNAVAILABLE', 'neither Region has the keys')
    expect(error.cause).toBeInstanceOf(AggregateError)
    expect(error.cause).toHaveProperty('errors.length', 2)
  })
})
