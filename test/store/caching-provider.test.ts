// The rest of the Caching Most Recent provider: material names, its bound, refresh(), stores of any kind, wrong options.
import { describe, expect, test } from 'vitest'
import {
  CachingMostRecentProvider,
  DynamoDBEncryptionError,
  ItemEncryptor,
  type CachingMostRecentProviderOptions,
  type EncryptionContext,
} from 'dynamodb-encryption-client'
import { failureOf } from '../support/failures.js'
import { FakeProviderStore, isWaiting, MATERIAL_ID, reads, writes } from '../support/fake-provider-store.js'
import { caching, TTL } from '../support/caching-subject.js'

describe('material names', () => {
  const byTable = (context: EncryptionContext): string => `of ${context.tableName ?? 'none'}`

  test('a function chooses for each context, on both sides', async () => {
    const { provider, store } = caching({ 'of Orders': 1, 'of People': 0 }, { materialName: byTable })
    expect(await writes(provider, 'Orders')).toBe('of Orders#1 of fetch 1')
    expect(await writes(provider, 'People')).toBe('of People#0 of fetch 2')
    expect(await reads(provider, 'of Orders#1', 'Orders')).toBe('of Orders#1 of fetch 1')
    expect(await reads(provider, 'of People#0', 'People')).toBe('of People#0 of fetch 2')
    expect(store.takeCalls()).toHaveLength(4)
    await failureOf(() => reads(provider, 'of Orders#1', 'People'), 'MATERIAL_NAME_MISMATCH', 'of Orders')
  })

  test('each has a newest version, a flight and a bound of its own', async () => {
    const { provider, store } = caching({ 'of Orders': 0, 'of People': 0 }, { materialName: byTable })
    await reads(provider, 'of Orders#0', 'Orders')
    await failureOf(() => reads(provider, 'of Orders#9', 'Orders'), 'VERSION_NOT_FOUND', 'of Orders')
    expect(await reads(provider, 'of People#0', 'People')).toMatch(/^of People#0/)
    expect(store.calls).toEqual(['maxVersion of Orders', 'provider of Orders#0', 'maxVersion of People', 'provider of People#0'])
  })

  test('an item of another material is refused without a call', async () => {
    const { provider, store } = caching({ orders: 0, people: 0 })
    const message = 'the item names the material "people", and this provider serves "orders"'
    await failureOf(() => reads(provider, 'people#0'), 'MATERIAL_NAME_MISMATCH', message)
    expect(store.calls).toEqual([])
  })

  test.each([
    ['a case that differs', 'Orders#0'],
    ['a space', 'orders #0'],
    ['no name', '#0'],
    ['a version in the name', 'orders#0#0'],
    ['a property of every object', '__proto__#0'],
  ])('%s is another material', async (_, id) => {
    const { provider, store } = caching({ orders: 0 })
    await failureOf(() => reads(provider, id), 'MATERIAL_NAME_MISMATCH', 'and this provider serves "orders"')
    expect(store.calls).toEqual([])
  })

  test('a name of a megabyte is cut in the message', async () => {
    const { provider } = caching({ orders: 0 })
    const error = await failureOf(() => reads(provider, `${'x'.repeat(1e6)}#0`), 'MATERIAL_NAME_MISMATCH', 'x')
    expect(error.message.length).toBeLessThan(300)
  })

  test('allowOtherMaterialNames reads what it names, and writes with its own', async () => {
    const { provider } = caching({ orders: 0, people: 3 }, { allowOtherMaterialNames: true })
    expect(await reads(provider, 'people#2')).toMatch(/^people#2/)
    expect(await writes(provider)).toMatch(/^orders#0/)
    await failureOf(() => reads(provider, 'people#4'), 'VERSION_NOT_FOUND', '"people"')
    await failureOf(() => reads(provider, 'nobody#0'), 'VERSION_NOT_FOUND', '"nobody"')
  })

  test.each(['a#b', 'a#1', '#', '#0', 'Bestellungen für Zürich 🧾', '__proto__', 'constructor', 'a\u0000b'])(
    'the name %j is written and read',
    async (materialName) => {
      const { provider } = caching({ [materialName]: 1 }, { materialName })
      const encryptor = new ItemEncryptor({ materialsProvider: provider })
      const item = { secret: { S: 'x' } }
      expect(await encryptor.decryptItem(await encryptor.encryptItem(item))).toEqual(item)
    },
  )
})

test('a requested description cannot give an item the id of another version', async () => {
  const { provider } = caching({ orders: 1 })
  const encryptor = new ItemEncryptor({ materialsProvider: provider })
  const item = { secret: { S: 'x' } }
  // Such as an old item's description, handed on with the item that replaces it.
  const context = { materialDescription: { [MATERIAL_ID]: 'orders#0', purpose: 'archive' } }
  expect(await encryptor.decryptItem(await encryptor.encryptItem(item, { context }))).toEqual(item)
})

describe('cacheSize', () => {
  test('bounds the versions that are kept: the least recently used one goes', async () => {
    const { provider, store } = caching({ orders: 2 }, { cacheSize: 2 })
    await reads(provider, 'orders#0')
    await reads(provider, 'orders#1')
    await reads(provider, 'orders#0')
    await reads(provider, 'orders#2')
    store.takeCalls()
    await reads(provider, 'orders#0')
    await reads(provider, 'orders#2')
    expect(store.takeCalls()).toEqual([])
    await reads(provider, 'orders#1')
    expect(store.takeCalls()).toEqual(['provider orders#1'])
  })

  test('1000 where left out', async () => {
    const { provider, store } = caching({ orders: 1000 })
    const readAll = async (versions: number): Promise<void> => {
      for (let version = 0; version < versions; version++) await reads(provider, `orders#${version}`)
    }
    await readAll(1000)
    store.takeCalls()
    await readAll(1000)
    expect(store.takeCalls()).toEqual([])
    await reads(provider, 'orders#1000')
    await reads(provider, 'orders#0')
    expect(store.takeCalls()).toEqual(['provider orders#1000', 'provider orders#0'])
  })

  test('of 1: old versions are read, and the newest is written with, without asking for it again', async () => {
    const { provider, store } = caching({ orders: 1 }, { cacheSize: 1 })
    await writes(provider)
    await reads(provider, 'orders#0')
    store.takeCalls()
    expect(await writes(provider)).toBe('orders#1 of fetch 1')
    expect(store.takeCalls()).toEqual([])
  })

  test('of 1: what was seen of a material is remembered while another is used', async () => {
    const { provider, clock, store } = caching(
      { 'of Orders': 2, 'of People': 0 },
      { cacheSize: 1, materialName: (context) => `of ${context.tableName ?? ''}` },
    )
    await writes(provider, 'Orders')
    await writes(provider, 'People')
    store.newest.set('of Orders', 1)
    clock.time += TTL
    await failureOf(() => writes(provider, 'Orders'), 'MATERIALS_UNAVAILABLE', 'version 2 was seen before')
  })
})

describe('refresh()', () => {
  test('empties everything', async () => {
    const { provider, store } = caching({ orders: 1 })
    await writes(provider)
    await reads(provider, 'orders#0')
    store.takeCalls()
    provider.refresh()
    expect(await writes(provider)).toBe('orders#1 of fetch 3')
    expect(await reads(provider, 'orders#0')).toBe('orders#0 of fetch 4')
    expect(store.takeCalls()).toEqual(['maxVersion orders', 'provider orders#1', 'provider orders#0'])
  })

  test.each([
    ['reading', (provider: CachingMostRecentProvider) => reads(provider, 'orders#0')],
    ['writing', (provider: CachingMostRecentProvider) => writes(provider)],
  ])('a fetch under way serves whoever waits for it, and is not kept: %s', async (_, once) => {
    const { provider, store } = caching({ orders: 0 })
    const held = store.hold('provider')
    const before = once(provider)
    await isWaiting(before)
    provider.refresh()
    const after = once(provider)
    await isWaiting(after)
    held.release()
    const answers = await Promise.all([before, after])
    expect(new Set(answers).size).toBe(2)
    expect(await once(provider)).toBe(answers[1])
  })

  test('a question under way leaves no version behind that the store then lacks', async () => {
    const { provider, store } = caching({ orders: 3 })
    const held = store.hold('maxVersion')
    const before = reads(provider, 'orders#3')
    await isWaiting(before)
    // Rows are deleted on purpose, and refresh() says so.
    store.newest.set('orders', 2)
    provider.refresh()
    held.release()
    await before.catch(() => undefined)
    expect(await writes(provider)).toMatch(/^orders#2/)
  })
})

describe('any provider store', () => {
  test('its own errors keep their code', async () => {
    const { provider, store } = caching({ orders: 0 })
    store.failure = new DynamoDBEncryptionError('KEY_ID_NOT_ALLOWED', 'another key')
    for (const use of [() => writes(provider), () => reads(provider, 'orders#0')]) {
      expect(await failureOf(use, 'KEY_ID_NOT_ALLOWED', 'another key')).toBe(store.failure)
    }
  })

  test.each(['maxVersion', 'provider', 'getOrCreateProvider'] as const)('%s may throw where it should reject', async (operation) => {
    const { provider, store } = caching(operation === 'getOrCreateProvider' ? {} : { orders: 0 })
    const cause = new TypeError('not a function')
    store[operation] = () => {
      throw cause
    }
    const error = await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', 'the provider store failed: see cause')
    expect(error.cause).toBe(cause)
  })

  test('it may name versions without the id of MetaStore: the configured material is asked for', async () => {
    const { provider, store } = caching({ orders: 4 })
    store.versionFromMaterialDescription = (description) => Number(description['key-version'])
    const read = provider.decryptionMaterials({ materialDescription: { 'key-version': '3' } })
    expect((await read).materialDescription).toMatchObject({ [MATERIAL_ID]: 'orders#3' })
    expect(store.calls).toEqual(['maxVersion orders', 'provider orders#3'])
  })

  test('a version that is no number is in no store', async () => {
    const { provider, store } = caching({ orders: 4 })
    store.versionFromMaterialDescription = () => Number.NaN
    const read = (): unknown => provider.decryptionMaterials({ materialDescription: { 'key-version': 'x' } })
    await failureOf(read, 'VERSION_NOT_FOUND', 'version NaN')
    expect(store.calls).toEqual(['maxVersion orders'])
  })
})

describe('wrong options', () => {
  const right: CachingMostRecentProviderOptions = { store: new FakeProviderStore(), materialName: 'orders', ttl: TTL }
  test.each<[string, Partial<Record<keyof CachingMostRecentProviderOptions, unknown>>, RegExp]>([
    ['ttl 0', { ttl: 0 }, /ttl .* milliseconds above 0/],
    ['a negative ttl', { ttl: -1 }, /ttl/],
    ['an endless ttl', { ttl: Number.POSITIVE_INFINITY }, /ttl/],
    ['no ttl', { ttl: undefined }, /ttl/],
    ['a ttl that is a text', { ttl: '60' }, /ttl/],
    ['cacheSize 0', { cacheSize: 0 }, /cacheSize .* from 1/],
    ['half a version', { cacheSize: 1.5 }, /cacheSize/],
    ['an endless cacheSize', { cacheSize: Number.POSITIVE_INFINITY }, /cacheSize/],
    ['an empty name', { materialName: '' }, /materialName/],
    ['no name', { materialName: undefined }, /materialName/],
    ['no store', { store: undefined }, /store/],
  ])('%s', async (_, wrong, message) => {
    await failureOf(() => new CachingMostRecentProvider(Object.assign({ ...right }, wrong)), 'INVALID_CONFIGURATION', message)
  })
})
