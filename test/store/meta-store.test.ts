// MetaStore's operations: versions are made, found, listed, each with keys of its own.
import { describe, expect, test } from 'vitest'
import { ItemEncryptor, MetaStore, overrideTableName, type MetaStoreExtraData, type MetaStoreOptions } from 'dynamodb-encryption-client'
import { failureOf } from '../support/failures.js'
import { tableName, useStoreDatabase } from '../support/store-database.js'
import { haveSameKeys, wrappedAes, writtenBy } from '../support/store-items.js'

const db = useStoreDatabase()

async function newStore(extraData?: MetaStoreExtraData): Promise<MetaStore> {
  return new MetaStore({ client: db.client(), tableName: await db.storeTable(), materialsProvider: wrappedAes(), extraData })
}

describe('versions', () => {
  test('an empty store has none', async () => {
    const store = await newStore()
    expect(await store.maxVersion('orders')).toBeUndefined()
    expect(await store.versions('orders')).toEqual([])
    await failureOf(() => store.provider('orders'), 'VERSION_NOT_FOUND', 'the store has no version of the material "orders"')
    await failureOf(() => store.provider('orders', 0), 'VERSION_NOT_FOUND', 'the store has no version 0 of the material "orders"')
  })

  test('newProvider makes them one after the other, from 0, with different keys', async () => {
    const store = await newStore()
    const made = [await store.newProvider('orders'), await store.newProvider('orders'), await store.newProvider('orders')] as const
    expect(await store.versions('orders')).toEqual([0, 1, 2])
    expect(await store.maxVersion('orders')).toBe(2)
    for (const [at, one] of made.entries()) {
      for (const [version, other] of made.entries()) expect(await haveSameKeys(one, other)).toBe(at === version)
      expect(await haveSameKeys(one, await store.provider('orders', at))).toBe(true)
    }
  })

  test('provider without a version is the newest', async () => {
    const store = await newStore()
    await store.newProvider('orders')
    const newest = await store.newProvider('orders')
    expect(await haveSameKeys(newest, await store.provider('orders'))).toBe(true)
  })

  test('getOrCreateProvider makes a version that does not exist, and gets it from then on', async () => {
    const store = await newStore()
    const made = await store.getOrCreateProvider('orders', 7)
    expect(await haveSameKeys(made, await store.getOrCreateProvider('orders', 7))).toBe(true)
    expect(await haveSameKeys(made, await store.provider('orders', 7))).toBe(true)
    expect(await store.versions('orders')).toEqual([7])
    await store.newProvider('orders')
    expect(await store.versions('orders')).toEqual([7, 8])
  })

  test('are sorted as numbers', async () => {
    const store = await newStore()
    for (const version of [10, 9, 100, 2, 0]) await store.getOrCreateProvider('orders', version)
    expect(await store.versions('orders')).toEqual([0, 2, 9, 10, 100])
    expect(await store.maxVersion('orders')).toBe(100)
  })

  test('of more than one page of a query are all listed', async () => {
    // A page ends after a megabyte.
    const store = await newStore({ attributes: () => ({ note: { S: 'x'.repeat(300_000) } }) })
    for (let version = 0; version < 8; version++) await store.getOrCreateProvider('orders', version)
    expect(await store.versions('orders')).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(await store.maxVersion('orders')).toBe(7)
  })

  test('of one material are none of another', async () => {
    const store = await newStore()
    const orders = await store.newProvider('orders')
    const people = await store.newProvider('people')
    await store.newProvider('people')
    expect(await store.versions('orders')).toEqual([0])
    expect(await store.versions('people')).toEqual([0, 1])
    expect(await haveSameKeys(orders, people)).toBe(false)
  })

  test.each(['a#b', 'a#0', '#', 'Bestellungen für Zürich 🧾', '__proto__', 'a\u0000b', ' ', 'x'.repeat(2000)])(
    'of the material %j are made, found and named',
    async (name) => {
      const store = await newStore()
      const made = await store.newProvider(name)
      expect(await store.maxVersion(name)).toBe(0)
      expect(await haveSameKeys(made, await store.provider(name, 0))).toBe(true)
      const { materialDescription } = await made.encryptionMaterials({})
      expect(materialDescription['amzn-ddb-meta-id']).toBe(`${name}#0`)
      expect(store.versionFromMaterialDescription(materialDescription)).toBe(0)
    },
  )

  test('the highest there is, 999999999999999, is the last', async () => {
    const store = await newStore()
    await store.getOrCreateProvider('orders', 999_999_999_999_999)
    expect(await store.maxVersion('orders')).toBe(999_999_999_999_999)
    await failureOf(() => store.newProvider('orders'), 'INVALID_CONFIGURATION', 'from 0 to 999999999999999')
  })

  test.each([-1, 0.5, 1e15, Number.NaN, Infinity, 1e300])('%d is no version', async (version) => {
    const store = await newStore()
    const message = 'a version is a whole number from 0 to 999999999999999'
    await failureOf(() => store.provider('orders', version), 'INVALID_CONFIGURATION', message)
    await failureOf(() => store.getOrCreateProvider('orders', version), 'INVALID_CONFIGURATION', message)
    await failureOf(() => store.replicate('orders', version, store), 'INVALID_CONFIGURATION', message)
  })

  test('a material has a name', async () => {
    const store = await newStore()
    for (const use of [() => store.newProvider(''), () => store.provider(''), () => store.provider('', 0), () => store.maxVersion('')]) {
      await failureOf(use, 'INVALID_CONFIGURATION', 'a material name is a text that is not empty')
    }
  })
})

describe('versionFromMaterialDescription', () => {
  test.each([
    ['orders#0', 0],
    ['orders#12', 12],
    ['a#b#3', 3],
  ])('%s', async (id, version) => {
    const store = await newStore()
    expect(store.versionFromMaterialDescription({ 'amzn-ddb-meta-id': id })).toBe(version)
  })

  test.each([
    [{}, 'it was written by another provider'],
    [{ 'amzn-ddb-meta-id': 'orders#-1' }, 'is not <name>#<version>'],
  ])('%j is refused', async (description, message) => {
    const store = await newStore()
    await failureOf(() => store.versionFromMaterialDescription(description), 'INVALID_MATERIAL_DESCRIPTION', message)
  })
})

describe('requests', () => {
  test('every read is consistent', async () => {
    const { client, sent } = db.watchedClient()
    const store = new MetaStore({ client, tableName: await db.storeTable(), materialsProvider: wrappedAes() })
    await store.newProvider('orders')
    await store.provider('orders')
    await store.getOrCreateProvider('orders', 0)
    await store.versions('orders')
    const reads = sent.filter(({ operation }) => operation !== 'PutItem')
    expect(new Set(reads.map(({ operation }) => operation))).toEqual(new Set(['GetItem', 'Query']))
    for (const { input } of reads) expect(input).toMatchObject({ ConsistentRead: true })
  })

  test('the newest version is one row of a descending query', async () => {
    const { client, sent } = db.watchedClient()
    const store = new MetaStore({ client, tableName: await db.storeTable(), materialsProvider: wrappedAes() })
    for (let version = 0; version < 3; version++) await store.getOrCreateProvider('orders', version)
    const before = sent.length
    await store.maxVersion('orders')
    expect(sent.slice(before)).toEqual([
      { operation: 'Query', input: expect.objectContaining({ Limit: 1, ScanIndexForward: false, ProjectionExpression: '#v' }) as unknown },
    ])
  })

  test('what exists is only read, and what is new is put on the condition that it is', async () => {
    const { client, sent, operations } = db.watchedClient()
    const store = new MetaStore({ client, tableName: await db.storeTable(), materialsProvider: wrappedAes() })
    await store.getOrCreateProvider('orders', 0)
    expect(operations()).toEqual(['GetItem', 'PutItem'])
    expect(sent[1]?.input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#n) AND attribute_not_exists(#v)',
      ExpressionAttributeNames: { '#n': 'N', '#v': 'V' },
    })
    await store.getOrCreateProvider('orders', 0)
    await store.provider('orders', 0)
    expect(operations()).toEqual(['GetItem', 'PutItem', 'GetItem', 'GetItem'])
  })
})

describe('options', () => {
  test('encryptor: rows under names of its own', async () => {
    const encryptor = new ItemEncryptor({
      materialsProvider: wrappedAes(),
      materialDescriptionAttribute: 'description',
      signatureAttribute: 'signature',
    })
    const { client, sent } = db.watchedClient()
    const options = { client, tableName: await db.storeTable() }
    const made = await new MetaStore({ ...options, encryptor }).newProvider('orders')
    expect(await haveSameKeys(made, await new MetaStore({ ...options, encryptor }).provider('orders', 0))).toBe(true)
    const put = sent.find(({ operation }) => operation === 'PutItem')
    expect(Object.keys(put?.input['Item'] ?? {})).toEqual(expect.arrayContaining(['description', 'signature']))
    const plain = new MetaStore({ ...options, materialsProvider: wrappedAes() })
    await failureOf(() => plain.provider('orders', 0), 'NOT_ENCRYPTED', 'signature')
  })

  test('encryptor: a table that was restored under another name', async () => {
    const [original, restored] = [await db.storeTable(), await db.storeTable()]
    const client = db.client()
    const made = await new MetaStore({ client, tableName: original, materialsProvider: wrappedAes() }).newProvider('orders')
    const contextOverride = overrideTableName(restored, original)
    const source = new MetaStore({ client, tableName: original, materialsProvider: wrappedAes() })
    const encryptor = new ItemEncryptor({ materialsProvider: wrappedAes(), contextOverride })
    const target = new MetaStore({ client, tableName: restored, encryptor })
    await source.replicate('orders', 0, target)
    expect(await haveSameKeys(made, await target.provider('orders', 0))).toBe(true)
    const plain = new MetaStore({ client, tableName: restored, materialsProvider: wrappedAes() })
    await failureOf(() => plain.provider('orders', 0), 'SIGNATURE_MISMATCH', 'the signature does not hold')
  })

  test('a client that encrypts is refused', async () => {
    const client = db.client()
    client.middlewareStack.add((next) => (args) => next(args), { name: 'dynamoDBItemEncryption', step: 'initialize' })
    const message = 'takes a plain client; the one given encrypts items already'
    const make = (): unknown => new MetaStore({ client, tableName: 'Store', materialsProvider: wrappedAes() })
    await failureOf(make, 'INVALID_CONFIGURATION', `MetaStore ${message}`)
    await failureOf(() => MetaStore.createTable(client, tableName()), 'INVALID_CONFIGURATION', `MetaStore.createTable ${message}`)
  })

  test('a client with other middleware is none', async () => {
    const client = db.client()
    client.middlewareStack.add((next) => (args) => next(args), { name: 'audit', step: 'initialize' })
    expect(() => new MetaStore({ client, tableName: 'Store', materialsProvider: wrappedAes() })).not.toThrow()
  })

  test.each<[string, Partial<Record<keyof MetaStoreOptions, unknown>>, RegExp]>([
    ['no protection', { materialsProvider: undefined }, /materialsProvider/],
    ['an empty table name', { tableName: '' }, /tableName/],
    ['no table name', { tableName: undefined }, /tableName/],
    ['no client', { client: undefined }, /client/],
  ])('%s is refused', async (_, wrong, message) => {
    const right: MetaStoreOptions = { client: db.client(), tableName: 'Store', materialsProvider: wrappedAes() }
    await failureOf(() => new MetaStore(Object.assign({ ...right }, wrong)), 'INVALID_CONFIGURATION', message)
  })
})

test('the same name and version in another table has other keys', async () => {
  const store = await newStore()
  const stored = await writtenBy(await store.newProvider('orders'))
  const other = await newStore()
  const provider = await other.newProvider('orders')
  await failureOf(() => new ItemEncryptor({ materialsProvider: provider }).decryptItem(stored), 'SIGNATURE_MISMATCH', 'does not hold')
})
