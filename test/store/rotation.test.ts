// The providers together, as production uses them: a table under a KMS key by way of MetaStore and the Caching Most Recent provider.
// Versions change, stored items stay as they are, KMS is asked once in a time to live, and access ends when its permission does.
import { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type Item } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms, type InjectedFault, type LocalKms } from 'dynamodb-encryption-client/testing'
import { readMaterialDescription } from '../../src/format/material-description.js'
import { isWaiting, SettableClock } from '../support/fake-provider-store.js'
import { failureOf } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'

const db = useStoreDatabase()
let kms: LocalKms
beforeAll(async () => {
  kms = await startLocalKms()
})
afterAll(() => kms.close())

const TTL = 60_000
const GRACE = 500
const ITEM: Item = { id: { S: '7' }, note: { S: 'secret' } }

interface Subject {
  readonly store: MetaStore
  readonly clock: SettableClock
  readonly encryptor: ItemEncryptor
  /** KMS's operations since the last time. */
  takeKmsCalls(): string[]
}

/** An application: each has its own cache; those of one table share what is stored. */
function application(tableName: string, keyId: string): Subject {
  const client = new KMSClient({ ...kms.clientConfig(), maxAttempts: 1 })
  const materialsProvider = new DirectKmsMaterialsProvider({ keyId, client })
  const store = new MetaStore({ client: db.client(), tableName, materialsProvider })
  const clock = new SettableClock()
  const encryptor = new ItemEncryptor({
    materialsProvider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: TTL, clock }),
    context: { tableName: 'Orders', partitionKeyName: 'id' },
    actions: { attributes: { id: 'SIGN_ONLY' } },
  })
  const takeKmsCalls = (): string[] => {
    const operations = kms.calls.map(({ operation }) => operation)
    kms.clearCalls()
    return operations
  }
  return { store, clock, encryptor, takeKmsCalls }
}

let table: string
let keyId: string
let app: Subject
beforeEach(async () => {
  table = await db.storeTable()
  keyId = kms.createKey().arn
  kms.clearCalls()
  app = application(table, keyId)
})

const idOf = (stored: Item): string | undefined => {
  return readMaterialDescription(Buffer.from(stored['*amzn-ddb-map-desc*']?.B ?? []))['amzn-ddb-meta-id']
}

describe('calls of KMS', () => {
  test('10,000 items in a time to live cost one', async () => {
    await app.store.newProvider('orders')
    app.takeKmsCalls()
    const items = Array.from({ length: 5000 }, () => ITEM)
    await app.encryptor.decryptItems(await app.encryptor.encryptItems(items))
    expect(app.takeKmsCalls()).toEqual(['Decrypt'])
  })

  test('the call names the table of the store, the material and the version', async () => {
    await app.encryptor.encryptItem(ITEM)
    expect(kms.calls).toHaveLength(1)
    expect(kms.calls[0]).toMatchObject({
      operation: 'GenerateDataKey',
      encryptionContext: { '*aws-kms-table*': table, N: 'orders', V: '0' },
    })
  })

  test('each time to live costs one more, though the version stays the same', async () => {
    const stored = await app.encryptor.encryptItem(ITEM)
    app.takeKmsCalls()
    for (let minute = 1; minute <= 5; minute++) {
      app.clock.time += TTL
      expect(await app.encryptor.decryptItem(stored)).toEqual(ITEM)
      await app.encryptor.encryptItem(ITEM)
      expect(app.takeKmsCalls()).toEqual(['Decrypt'])
    }
  })
})

describe('a rotation', () => {
  test('the new version is taken up within the time to live; items of both are read, and no stored item changes', async () => {
    const before = await app.encryptor.encryptItem(ITEM)
    await application(table, keyId).store.newProvider('orders')
    app.clock.time += TTL
    const after = await app.encryptor.encryptItem(ITEM)
    expect([idOf(before), idOf(after)]).toEqual(['orders#0', 'orders#1'])
    expect(await app.encryptor.decryptItems([before, after])).toEqual([ITEM, ITEM])
  })

  test('an application that still writes the old version reads the new one', async () => {
    await app.encryptor.encryptItem(ITEM)
    const other = application(table, keyId)
    await other.store.newProvider('orders')
    const stored = await other.encryptor.encryptItem(ITEM)
    expect(idOf(stored)).toBe('orders#1')
    app.clock.time += 1000
    expect(await app.encryptor.decryptItem(stored)).toEqual(ITEM)
  })

  test("to another KMS key: the store's old rows are read where their key is allowed", async () => {
    const before = await app.encryptor.encryptItem(ITEM)
    const newKey = kms.createKey().arn
    const client = new KMSClient(kms.clientConfig())
    const both = new DirectKmsMaterialsProvider({ keyId: newKey, client, decryptKeyIds: [newKey, keyId] })
    const store = new MetaStore({ client: db.client(), tableName: table, materialsProvider: both })
    await store.newProvider('orders')
    const materialsProvider = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: TTL })
    const encryptor = new ItemEncryptor({
      materialsProvider,
      context: { tableName: 'Orders', partitionKeyName: 'id' },
      actions: { attributes: { id: 'SIGN_ONLY' } },
    })
    kms.clearCalls()
    const after = await encryptor.encryptItem(ITEM)
    expect(await encryptor.decryptItems([before, after])).toEqual([ITEM, ITEM])
    expect(kms.calls.map(({ keyArn }) => keyArn)).toEqual([newKey, keyId])
  })
})

describe('permission that is taken away', () => {
  const USES = [
    ['writing', () => app.encryptor.encryptItem(ITEM)],
    ['reading', (stored: Item) => app.encryptor.decryptItem(stored)],
  ] as const
  let fault: InjectedFault | undefined
  const removeFault = (): void => fault?.remove()
  afterAll(removeFault)
  beforeEach(removeFault)

  test.each(USES)('access ends with the time to live: %s', async (_, use) => {
    const stored = await app.encryptor.encryptItem(ITEM)
    await app.encryptor.decryptItem(stored)
    fault = kms.inject({ kind: 'deny', keyId })
    app.clock.time += TTL - 1
    await expect(use(stored)).resolves.toBeDefined()
    app.clock.time += 1
    for (const later of [0, 1, GRACE, TTL]) {
      app.clock.time += later
      const error = await failureOf(() => use(stored), 'MATERIALS_UNAVAILABLE', 'KMS Decrypt failed with AccessDeniedException')
      expect(error.cause).toHaveProperty('name', 'AccessDeniedException')
    }
    fault.remove()
    await expect(use(stored)).resolves.toBeDefined()
  })

  test.each(USES)('a KMS that is slow to refuse makes it no longer than the grace: %s', async (_, use) => {
    const stored = await app.encryptor.encryptItem(ITEM)
    await app.encryptor.decryptItem(stored)
    fault = kms.inject({ kind: 'deny', keyId })
    const slow = kms.inject({ kind: 'delay', keyId, delayMs: 1000 })
    app.clock.time += TTL
    const refresher = failureOf(() => use(stored), 'MATERIALS_UNAVAILABLE', 'AccessDeniedException')
    app.clock.time += GRACE - 1
    await expect(use(stored)).resolves.toBeDefined()
    app.clock.time += 1
    const late = failureOf(() => use(stored), 'MATERIALS_UNAVAILABLE', 'AccessDeniedException')
    expect(await isWaiting(late)).toBe(true)
    await Promise.all([refresher, late])
    slow.remove()
  })

  test('a key that is disabled ends it, too', async () => {
    const stored = await app.encryptor.encryptItem(ITEM)
    kms.disable(keyId)
    app.clock.time += TTL
    await failureOf(() => app.encryptor.decryptItem(stored), 'MATERIALS_UNAVAILABLE', 'KMS Decrypt failed with DisabledException')
    await failureOf(() => app.encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', 'KMS Decrypt failed with DisabledException')
    kms.enable(keyId)
    expect(await app.encryptor.decryptItem(stored)).toEqual(ITEM)
  })

  test('no version is made that nobody could read: the row is put only once KMS gave its key', async () => {
    fault = kms.inject({ kind: 'deny', keyId })
    await failureOf(() => app.encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', 'KMS GenerateDataKey failed with AccessDeniedException')
    fault.remove()
    expect(await app.store.versions('orders')).toEqual([])
  })
})
