// What goes wrong between a MetaStore and its table.
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { failureOf } from '../support/failures.js'
import {
  accessDenied,
  createOtherTable,
  putRow,
  storedRow,
  tableName,
  useStoreDatabase,
  type WatchedClient,
} from '../support/store-database.js'
import { forged } from '../support/forged-version.js'
import { SettableClock } from '../support/fake-provider-store.js'
import { wrappedAes } from '../support/store-items.js'

const db = useStoreDatabase()
const TTL = 60_000

interface Subject extends WatchedClient {
  readonly table: string
  readonly store: MetaStore
  readonly clock: SettableClock
  readonly provider: CachingMostRecentProvider
  readonly encryptor: ItemEncryptor
}

/** A store, and a provider and an encryptor of orders over it. */
async function subject(table?: string): Promise<Subject> {
  const watched = db.watchedClient()
  const name = table ?? (await db.storeTable())
  const store = new MetaStore({ client: watched.client, tableName: name, materialsProvider: wrappedAes() })
  const clock = new SettableClock()
  const provider = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: TTL, clock })
  const encryptor = new ItemEncryptor({ materialsProvider: provider, actions: { attributes: { id: 'SIGN_ONLY' } } })
  return { ...watched, table: name, store, clock, provider, encryptor }
}

const ITEM = { id: { S: '7' }, note: { S: 'secret' } }

async function deleteRow(table: string, version: number): Promise<void> {
  await db.client().send(new DeleteItemCommand({ TableName: table, Key: { N: { S: 'orders' }, V: { N: String(version) } } }))
}

describe('the table is missing', () => {
  test.each<[string, string, (store: MetaStore) => Promise<unknown>]>([
    ['newProvider', 'Query', (store) => store.newProvider('orders')],
    ['getOrCreateProvider', 'GetItem', (store) => store.getOrCreateProvider('orders', 0)],
    ['provider', 'GetItem', (store) => store.provider('orders', 0)],
    ['the newest provider', 'Query', (store) => store.provider('orders')],
    ['maxVersion', 'Query', (store) => store.maxVersion('orders')],
    ['versions', 'Query', (store) => store.versions('orders')],
    ['replicate', 'GetItem', (store) => store.replicate('orders', 0, store)],
  ])('%s', async (_, operation, use) => {
    const { store, table } = await subject(tableName())
    const message = `the provider store's ${operation} failed with ResourceNotFoundException: see cause`
    const error = await failureOf(() => use(store), 'MATERIALS_UNAVAILABLE', message)
    expect(error.tableName).toBe(table)
    expect(error.cause).toHaveProperty('name', 'ResourceNotFoundException')
  })

  test('writing an item: the same error, and nothing is written', async () => {
    const { encryptor } = await subject(tableName())
    const error = await failureOf(() => encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', 'ResourceNotFoundException')
    expect(error.cause).toHaveProperty('name', 'ResourceNotFoundException')
  })

  test('a table with other keys', async () => {
    const name = tableName()
    await createOtherTable(db.client(), name, { id: 'S' })
    const { store } = await subject(name)
    const error = await failureOf(() => store.newProvider('orders'), 'MATERIALS_UNAVAILABLE', 'failed with ValidationException')
    expect(error.cause).toHaveProperty('name', 'ValidationException')
  })
})

describe('permissions', () => {
  test('a put that fails is an error: keys that were never stored are not handed out', async () => {
    const { store, before, encryptor } = await subject()
    before('PutItem', () => {
      throw accessDenied()
    })
    for (const use of [
      () => store.newProvider('orders'),
      () => store.getOrCreateProvider('orders', 0),
      () => encryptor.encryptItem(ITEM),
    ]) {
      const error = await failureOf(
        use,
        'MATERIALS_UNAVAILABLE',
        "the provider store's PutItem failed with AccessDeniedException: see cause",
      )
      expect(error.cause).toHaveProperty('name', 'AccessDeniedException')
    }
    expect(await store.versions('orders')).toEqual([])
  })

  test('where a version exists nobody needs the permission to write', async () => {
    const { store, before, encryptor, clock, operations, table } = await subject()
    await new MetaStore({ client: db.client(), tableName: table, materialsProvider: wrappedAes() }).newProvider('orders')
    before('PutItem', () => {
      throw accessDenied()
    })
    const stored = await encryptor.encryptItem(ITEM)
    clock.time += 2 * TTL
    expect(await encryptor.decryptItem(stored)).toEqual(ITEM)
    await encryptor.encryptItem(ITEM)
    await store.getOrCreateProvider('orders', 0)
    expect(new Set(operations())).toEqual(new Set(['Query', 'GetItem']))
  })

  test('who may read rows and not query them reads items of known versions, and writes none', async () => {
    const { before, encryptor, clock } = await subject()
    const stored = await encryptor.encryptItem(ITEM)
    before('Query', () => {
      throw accessDenied()
    })
    clock.time += TTL
    expect(await encryptor.decryptItem(stored)).toEqual(ITEM)
    await failureOf(
      () => encryptor.encryptItem(ITEM),
      'MATERIALS_UNAVAILABLE',
      "the provider store's Query failed with AccessDeniedException",
    )
  })
})

describe('a store that answers the newest-version query but not the read', () => {
  test('an error for each caller, never an expired key, and the next caller tries again', async () => {
    const { before, encryptor, clock, operations } = await subject()
    const stored = await encryptor.encryptItem(ITEM)
    await encryptor.decryptItem(stored)
    clock.time += TTL
    let isDown = true
    before('GetItem', () => {
      if (isDown) throw Object.assign(new Error('connect ECONNREFUSED'), { name: 'TimeoutError' })
    })
    const earlier = operations().length
    for (let time = 0; time < 3; time++) {
      for (const use of [() => encryptor.encryptItem(ITEM), () => encryptor.decryptItem(stored)]) {
        const error = await failureOf(use, 'MATERIALS_UNAVAILABLE', "the provider store's GetItem failed with TimeoutError: see cause")
        expect(error.cause).toHaveProperty('message', 'connect ECONNREFUSED')
      }
    }
    expect(
      operations()
        .slice(earlier)
        .filter((operation) => operation === 'GetItem'),
    ).toHaveLength(6)
    isDown = false
    expect(await encryptor.decryptItem(await encryptor.encryptItem(ITEM))).toEqual(ITEM)
  })

  test('a newest version that is not there when it is read', async () => {
    const { before, encryptor, store, table } = await subject()
    await store.newProvider('orders')
    before('GetItem', () => deleteRow(table, 0))
    await failureOf(() => encryptor.encryptItem(ITEM), 'VERSION_NOT_FOUND', 'the store has no version 0 of the material "orders"')
  })
})

describe('a store whose newest row was deleted', () => {
  test('nothing is written with an older version; what is there is read', async () => {
    const { encryptor, store, table, clock } = await subject()
    const old = await encryptor.encryptItem(ITEM)
    await store.newProvider('orders')
    clock.time += TTL
    const recent = await encryptor.encryptItem(ITEM)
    await deleteRow(table, 1)
    clock.time += TTL
    const message = `the provider store's newest version of the material "orders" is 0, and version 1 was seen before: rows of the store were deleted`
    await failureOf(() => encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', message)
    expect(await encryptor.decryptItem(old)).toEqual(ITEM)
    await failureOf(() => encryptor.decryptItem(recent), 'VERSION_NOT_FOUND', 'the store has no version 1 of the material "orders"')
  })

  test('a store whose rows are all gone gets no new version 0', async () => {
    const { encryptor, store, table, clock } = await subject()
    await encryptor.encryptItem(ITEM)
    await deleteRow(table, 0)
    clock.time += TTL
    await failureOf(() => encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', 'is gone, and version 0 was seen before')
    expect(await store.versions('orders')).toEqual([])
  })
})

describe('rows whose version no store makes', () => {
  test.each(['-1', '0.5', '0.99999999999999999999', '1000000000000000', '9e120', '1e-5'])(
    'V %s is refused, not taken for the newest',
    async (version) => {
      const { store, table, encryptor } = await subject()
      await putRow(db.client(), table, { N: { S: 'orders' }, V: { N: version }, enc: { B: new Uint8Array(32) } })
      const message = 'the store has a row whose version is no whole number from 0'
      for (const use of [
        () => store.maxVersion('orders'),
        () => store.versions('orders'),
        () => store.provider('orders'),
        () => store.newProvider('orders'),
        () => encryptor.encryptItem(ITEM),
      ]) {
        expect(await failureOf(use, 'MATERIALS_UNAVAILABLE', message)).toHaveProperty('tableName', table)
      }
    },
  )

  test('a row of a huge version that nobody signed is not used', async () => {
    const { table, store, encryptor } = await subject()
    await store.newProvider('orders')
    const row = await storedRow(db.client(), table, 'orders', 0)
    await putRow(db.client(), table, { ...row, V: { N: '999999999999999' } })
    await failureOf(() => encryptor.encryptItem(ITEM), 'SIGNATURE_MISMATCH', 'the signature does not hold')
  })
})

describe('items that name versions far above the newest', () => {
  test('cost at most one query a second', async () => {
    const { encryptor, clock, operations } = await subject()
    const stored = await encryptor.encryptItem(ITEM)
    const earlier = operations().length
    for (let at = 0; at < 200; at++) {
      clock.time += 50
      const item = forged(stored, `orders#${at + 1000}`)
      await failureOf(() => encryptor.decryptItem(item), 'VERSION_NOT_FOUND', "and the provider store's newest is 0")
    }
    const cost = operations().slice(earlier)
    expect(new Set(cost)).toEqual(new Set(['Query']))
    expect(cost.length).toBeLessThanOrEqual(10)
  })
})
