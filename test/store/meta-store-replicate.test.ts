// A version copied into another store: another table, another Region, another protection.
import { describe, expect, test } from 'vitest'
import { ItemEncryptor, LocalKey, MetaStore, WrappedMaterialsProvider, type MetaStoreExtraData } from 'dynamodb-encryption-client'
import { failureOf } from '../support/failures.js'
import { accessDenied, putRow, storedRow, useStoreDatabase } from '../support/store-database.js'
import { haveSameKeys, wrappedAes } from '../support/store-items.js'
import { secretBytes } from '../support/test-keys.js'

const db = useStoreDatabase()

function otherKeys(): WrappedMaterialsProvider {
  return new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(secretBytes(32, 7)), signingKey: LocalKey.hmac(secretBytes(32, 8)) })
}

async function stores(extraData?: MetaStoreExtraData) {
  const watched = db.watchedClient()
  const tables = { source: await db.storeTable(), target: await db.storeTable() }
  const source = new MetaStore({ client: db.client(), tableName: tables.source, materialsProvider: wrappedAes(), extraData })
  const target = new MetaStore({ client: watched.client, tableName: tables.target, materialsProvider: otherKeys(), extraData })
  return { source, target, tables, watched }
}

describe('replicate', () => {
  test('the other store has the same keys afterwards, under its own protection', async () => {
    const { source, target, tables } = await stores()
    const made = await source.getOrCreateProvider('orders', 3)
    await source.replicate('orders', 3, target)
    expect(await target.versions('orders')).toEqual([3])
    expect(await haveSameKeys(made, await target.provider('orders', 3))).toBe(true)
    const row = await storedRow(db.client(), tables.target, 'orders', 3)
    const encryptor = new ItemEncryptor({
      materialsProvider: otherKeys(),
      context: { tableName: tables.target },
      actions: { attributes: { N: 'SIGN_ONLY', V: 'SIGN_ONLY' } },
    })
    expect(await encryptor.decryptItem(row)).toMatchObject({ t: { S: '0' }, encAlg: { S: 'AES' }, intAlg: { S: 'HmacSHA256' } })
  })

  test('only that version', async () => {
    const { source, target } = await stores()
    for (let version = 0; version < 3; version++) await source.newProvider('orders')
    await source.replicate('orders', 1, target)
    expect(await target.versions('orders')).toEqual([1])
  })

  test('extra data goes with it, signed or encrypted as there', async () => {
    const extraData: MetaStoreExtraData = { attributes: () => ({ owner: { S: 'us' }, note: { S: 'secret' } }), signedOnly: ['owner'] }
    const { source, target, tables } = await stores(extraData)
    await source.newProvider('orders')
    await source.replicate('orders', 0, target)
    const row = await storedRow(db.client(), tables.target, 'orders', 0)
    expect(row['owner']).toEqual({ S: 'us' })
    expect(Object.keys(row['note'] ?? {})).toEqual(['B'])
    await expect(target.provider('orders', 0)).resolves.toBeDefined()
  })

  test('a store that has the version with the same keys is left as it is', async () => {
    const { source, target, tables } = await stores()
    await source.newProvider('orders')
    await source.replicate('orders', 0, target)
    const before = await storedRow(db.client(), tables.target, 'orders', 0)
    await source.replicate('orders', 0, target)
    await source.replicate('orders', 0, source)
    expect(await storedRow(db.client(), tables.target, 'orders', 0)).toEqual(before)
  })

  test('a store that has the version with other keys refuses, and keeps its own', async () => {
    const { source, target, tables } = await stores()
    await source.newProvider('orders')
    const theirs = await target.newProvider('orders')
    const message = `the store "${tables.target}" has version 0 of the material "orders" with other keys`
    await failureOf(() => source.replicate('orders', 0, target), 'INVALID_CONFIGURATION', message)
    expect(await haveSameKeys(theirs, await target.provider('orders', 0))).toBe(true)
  })

  test('a version that is not there', async () => {
    const { source, target } = await stores()
    await source.newProvider('orders')
    const message = 'the store has no version 1 of the material "orders"'
    await failureOf(() => source.replicate('orders', 1, target), 'VERSION_NOT_FOUND', message)
    await failureOf(() => source.replicate('people', 0, target), 'VERSION_NOT_FOUND', 'of the material "people"')
    expect(await target.versions('orders')).toEqual([])
  })

  test('a row that was altered is not handed on', async () => {
    const { source, target, tables } = await stores()
    await source.newProvider('orders')
    const row = await storedRow(db.client(), tables.source, 'orders', 0)
    await putRow(db.client(), tables.source, { ...row, extra: { S: 'x' } })
    await failureOf(() => source.replicate('orders', 0, target), 'SIGNATURE_MISMATCH', 'the signature does not hold')
    expect(await target.versions('orders')).toEqual([])
  })

  test('a row of a type that this version does not know is not handed on', async () => {
    const { source, target, tables } = await stores()
    const encryptor = new ItemEncryptor({
      materialsProvider: wrappedAes(),
      context: { tableName: tables.source },
      actions: { attributes: { N: 'SIGN_ONLY', V: 'SIGN_ONLY' } },
    })
    await putRow(db.client(), tables.source, await encryptor.encryptItem({ N: { S: 'orders' }, V: { N: '0' }, t: { S: '1' } }))
    await failureOf(() => source.replicate('orders', 0, target), 'MATERIALS_UNAVAILABLE', 'the store has an item of a type')
    expect(await target.versions('orders')).toEqual([])
  })

  test('another store that fails: its error', async () => {
    const { source, target, watched } = await stores()
    await source.newProvider('orders')
    watched.before('PutItem', () => {
      throw accessDenied()
    })
    const error = await failureOf(
      () => source.replicate('orders', 0, target),
      'MATERIALS_UNAVAILABLE',
      'PutItem failed with AccessDeniedException',
    )
    expect(error.cause).toHaveProperty('name', 'AccessDeniedException')
  })
})
