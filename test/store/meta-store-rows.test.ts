// A row of a MetaStore's table: what the Java and Python clients expect in it, and that nobody can change, copy or invent one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ItemEncryptor, MetaStore, type Item, type MetaStoreExtraData } from 'dynamodb-encryption-client'
import { startLocalKms, type LocalKms } from 'dynamodb-encryption-client/testing'
import { failureOf } from '../support/failures.js'
import { putRow, storedRow, useStoreDatabase } from '../support/store-database.js'
import { canRead, haveSameKeys, wrappedAes, writtenBy } from '../support/store-items.js'
import { PROTECTIONS } from '../support/store-protection.js'
import { secretBytes } from '../support/test-keys.js'

const db = useStoreDatabase()
let kms: LocalKms
beforeAll(async () => {
  kms = await startLocalKms()
})
afterAll(() => kms.close())

const ACTIONS = { attributes: { N: 'SIGN_ONLY', V: 'SIGN_ONLY' } } as const

interface Subject {
  readonly table: string
  readonly store: MetaStore
}
async function newStore(extraData?: MetaStoreExtraData): Promise<Subject> {
  const table = await db.storeTable()
  return { table, store: new MetaStore({ client: db.client(), tableName: table, materialsProvider: wrappedAes(), extraData }) }
}

/** A row, encrypted and signed as the store itself would. */
function protectedRow(table: string, row: Item): Promise<Item> {
  return new ItemEncryptor({
    materialsProvider: wrappedAes(),
    context: { tableName: table, partitionKeyName: 'N', sortKeyName: 'V' },
    actions: ACTIONS,
  }).encryptItem(row)
}

describe.each(PROTECTIONS)('protected by $name', ({ make }) => {
  test('a row holds exactly what Java and Python write', async () => {
    const table = await db.storeTable()
    const materialsProvider = make(kms)
    const store = new MetaStore({ client: db.client(), tableName: table, materialsProvider })
    const made = await store.newProvider('orders')

    const stored = await storedRow(db.client(), table, 'orders', 0)
    const names = ['N', 'V', 't', 'enc', 'encAlg', 'int', 'intAlg']
    expect(Object.keys(stored).sort()).toEqual([...names, '*amzn-ddb-map-desc*', '*amzn-ddb-map-sig*'].sort())
    expect(stored).toMatchObject({ N: { S: 'orders' }, V: { N: '0' } })
    for (const name of ['t', 'enc', 'encAlg', 'int', 'intAlg']) expect(Object.keys(stored[name] ?? {})).toEqual(['B'])

    // As their own item encryptors are set up for it.
    const encryptor = new ItemEncryptor({
      materialsProvider,
      context: { tableName: table, partitionKeyName: 'N', sortKeyName: 'V' },
      actions: ACTIONS,
    })
    const row = await encryptor.decryptItem(stored)
    expect(row).toEqual({
      N: { S: 'orders' },
      V: { N: '0' },
      t: { S: '0' },
      enc: { B: expect.any(Uint8Array) as Uint8Array },
      encAlg: { S: 'AES' },
      int: { B: expect.any(Uint8Array) as Uint8Array },
      intAlg: { S: 'HmacSHA256' },
    })
    expect([row['enc']?.B?.length, row['int']?.B?.length]).toEqual([32, 32])
    expect(Buffer.compare(row['enc']?.B ?? Buffer.of(), row['int']?.B ?? Buffer.of())).not.toBe(0)
    expect(await haveSameKeys(made, await store.provider('orders', 0))).toBe(true)
  })

  test('an item that a version wrote carries its id, and a fresh key wrapped by AES', async () => {
    const store = new MetaStore({ client: db.client(), tableName: await db.storeTable(), materialsProvider: make(kms) })
    const { materialDescription } = await (await store.getOrCreateProvider('orders', 3)).encryptionMaterials({})
    expect(materialDescription).toEqual({
      'amzn-ddb-meta-id': 'orders#3',
      'amzn-ddb-env-alg': 'AES/256',
      'amzn-ddb-wrap-alg': 'AESWrap',
      'amzn-ddb-env-key': expect.any(String) as string,
    })
  })

  test('a row copied to another name, version or table is refused', async () => {
    const [table, other] = [await db.storeTable(), await db.storeTable()]
    const client = db.client()
    const materialsProvider = make(kms)
    const store = new MetaStore({ client, tableName: table, materialsProvider })
    await store.newProvider('orders')
    const row = await storedRow(client, table, 'orders', 0)
    await putRow(client, table, { ...row, N: { S: 'people' } })
    await putRow(client, table, { ...row, V: { N: '1' } })
    await putRow(client, other, row)

    // KMS refuses to decrypt the row's key where it binds it to table and key; else the signature shows it.
    const refused = /^(SIGNATURE_MISMATCH|MATERIALS_UNAVAILABLE)$/
    for (const read of [
      () => store.provider('people', 0),
      () => store.provider('orders', 1),
      () => store.getOrCreateProvider('orders', 1),
      () => new MetaStore({ client, tableName: other, materialsProvider }).provider('orders', 0),
    ]) {
      await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(refused) as string })
    }
    await expect(store.provider('orders', 0)).resolves.toBeDefined()
  })
})

describe('a row that was altered', () => {
  test.each(['t', 'enc', 'encAlg', 'int', 'intAlg', '*amzn-ddb-map-sig*'])('%s changed by a bit: refused, with its place', async (name) => {
    const { store, table } = await newStore()
    await store.newProvider('orders')
    const row = await storedRow(db.client(), table, 'orders', 0)
    const bytes = Uint8Array.from(row[name]?.B ?? [])
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await putRow(db.client(), table, { ...row, [name]: { B: bytes } })
    const error = await failureOf(() => store.provider('orders', 0), 'SIGNATURE_MISMATCH', 'the signature does not hold')
    expect(error).toMatchObject({ tableName: table, key: { N: { S: 'orders' }, V: { N: '0' } } })
  })

  test.each<[string, (row: Item) => Item]>([
    ['an attribute less', ({ intAlg: _, ...row }) => row],
    ['an attribute more', (row) => ({ ...row, extra: { S: 'x' } })],
    ['both keys exchanged', ({ enc, int, ...row }) => ({ ...row, ...(enc && { int: enc }), ...(int && { enc: int }) })],
    ['a plain value where one was encrypted', (row) => ({ ...row, t: { S: '0' } })],
  ])('%s: refused', async (_, alter) => {
    const { store, table } = await newStore()
    await store.newProvider('orders')
    await putRow(db.client(), table, alter(await storedRow(db.client(), table, 'orders', 0)))
    await failureOf(() => store.provider('orders', 0), 'SIGNATURE_MISMATCH', 'the signature does not hold')
  })

  test('a row without a signature is none: keys that anyone put there are not used', async () => {
    const { store, table } = await newStore()
    const row: Item = {
      N: { S: 'orders' },
      V: { N: '0' },
      t: { S: '0' },
      enc: { B: secretBytes(32, 1) },
      encAlg: { S: 'AES' },
      int: { B: secretBytes(32, 2) },
      intAlg: { S: 'HmacSHA256' },
    }
    await putRow(db.client(), table, row)
    await failureOf(() => store.provider('orders', 0), 'NOT_ENCRYPTED', 'signature')
    await failureOf(() => store.getOrCreateProvider('orders', 0), 'NOT_ENCRYPTED', 'signature')
  })

  test('keys of another store protect nothing here', async () => {
    const { store, table } = await newStore()
    await store.newProvider('orders')
    const other = new MetaStore({ client: db.client(), tableName: table, materialsProvider: PROTECTIONS[3]?.make(kms) ?? wrappedAes() })
    await expect(other.provider('orders', 0)).rejects.toThrow()
  })
})

describe('a row that the store itself signed, of a kind that this version does not know', () => {
  const KNOWN: Item = {
    N: { S: 'orders' },
    V: { N: '0' },
    t: { S: '0' },
    enc: { B: secretBytes(32, 1) },
    encAlg: { S: 'AES' },
    int: { B: secretBytes(32, 2) },
    intAlg: { S: 'HmacSHA256' },
  }
  /** Without the attributes that are undefined. */
  const altered = (changes: Readonly<Record<string, Item[string] | undefined>>): Item =>
    Object.fromEntries(Object.entries({ ...KNOWN, ...changes }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

  test('what is known is read', async () => {
    const { store, table } = await newStore()
    await putRow(db.client(), table, await protectedRow(table, KNOWN))
    const provider = await store.provider('orders', 0)
    expect(await canRead(provider, await writtenBy(provider))).toBe(true)
  })

  test.each<[string, Readonly<Record<string, Item[string] | undefined>>]>([
    ['another t', { t: { S: '1' } }],
    ['a t that is a number', { t: { N: '0' } }],
    ['no t', { t: undefined }],
    ['another cipher', { encAlg: { S: 'DES' } }],
    ['no cipher', { encAlg: undefined }],
    ['a MAC that is too weak', { intAlg: { S: 'HmacMD5' } }],
    ['a MAC named by a property of every object', { intAlg: { S: 'constructor' } }],
    ['no encryption key', { enc: undefined }],
    ['an encryption key that is a text', { enc: { S: 'x'.repeat(32) } }],
    ['no signing key', { int: undefined }],
  ])('%s', async (_, changes) => {
    const { store, table } = await newStore()
    await putRow(db.client(), table, await protectedRow(table, altered(changes)))
    const message = 'the store has an item of a type, or with algorithms'
    for (const read of [() => store.provider('orders', 0), () => store.getOrCreateProvider('orders', 0)]) {
      const error = await failureOf(read, 'MATERIALS_UNAVAILABLE', message)
      expect(error).toMatchObject({ tableName: table, key: { N: { S: 'orders' }, V: { N: '0' } } })
    }
  })

  test.each([
    ['an encryption key', { enc: { B: secretBytes(31) } }],
    ['a signing key', { int: { B: new Uint8Array() } }],
  ])('%s of a length that is none', async (_, changes) => {
    const { store, table } = await newStore()
    await putRow(db.client(), table, await protectedRow(table, altered(changes)))
    const error = await failureOf(() => store.provider('orders', 0), 'MATERIALS_UNAVAILABLE', 'the store has an item of a type')
    expect(error).toMatchObject({ tableName: table, key: { N: { S: 'orders' }, V: { N: '0' } } })
  })

  test('another HMAC is known', async () => {
    const { store, table } = await newStore()
    await putRow(db.client(), table, await protectedRow(table, altered({ intAlg: { S: 'HmacSHA512' } })))
    const { signingKey } = await (await store.provider('orders', 0)).encryptionMaterials({})
    expect(signingKey.algorithm).toBe('HmacSHA512')
  })
})

describe('extra data', () => {
  const extraData: MetaStoreExtraData = {
    attributes: (name, version) => ({ owner: { S: `team of ${name}` }, serial: { N: String(version + 100) } }),
    signedOnly: ['owner'],
  }

  test('is stored beside the keys: signed, or encrypted and signed', async () => {
    const { store, table } = await newStore(extraData)
    await store.getOrCreateProvider('orders', 3)
    const row = await storedRow(db.client(), table, 'orders', 3)
    expect(row['owner']).toEqual({ S: 'team of orders' })
    expect(Object.keys(row['serial'] ?? {})).toEqual(['B'])
    const encryptor = new ItemEncryptor({
      materialsProvider: wrappedAes(),
      context: { tableName: table },
      actions: { attributes: { ...ACTIONS.attributes, owner: 'SIGN_ONLY' } },
    })
    expect(await encryptor.decryptItem(row)).toMatchObject({ owner: { S: 'team of orders' }, serial: { N: '103' }, t: { S: '0' } })
    await expect(store.provider('orders', 3)).resolves.toBeDefined()
  })

  test.each<[string, (row: Item) => Item]>([
    ['what is signed', (row) => ({ ...row, owner: { S: 'nobody' } })],
    ['what is encrypted', (row) => ({ ...row, serial: { B: new Uint8Array(48) } })],
    ['away', ({ owner: _, ...row }) => row],
  ])('nobody changes %s', async (_, alter) => {
    const { store, table } = await newStore(extraData)
    await store.newProvider('orders')
    await putRow(db.client(), table, alter(await storedRow(db.client(), table, 'orders', 0)))
    await failureOf(() => store.provider('orders', 0), 'SIGNATURE_MISMATCH', 'the signature does not hold')
  })

  test.each(['N', 'V', 't', 'enc', 'encAlg', 'int', 'intAlg'])("cannot be named %s, which is the store's own", async (name) => {
    const { store } = await newStore({ attributes: () => ({ [name]: { S: 'x' } }) })
    await failureOf(
      () => store.newProvider('orders'),
      'INVALID_CONFIGURATION',
      `extraData has the attribute "${name}", which is the store's own`,
    )
    expect(await store.versions('orders')).toEqual([])
  })

  test('is asked for where a version is made, not where it is read', async () => {
    const asked: string[] = []
    const { store } = await newStore({
      attributes: (name, version) => {
        asked.push(`${name}#${version}`)
        return {}
      },
    })
    await store.newProvider('orders')
    await store.provider('orders', 0)
    await store.getOrCreateProvider('orders', 0)
    expect(asked).toEqual(['orders#0'])
  })
})
