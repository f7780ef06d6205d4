// Which version an item is read with, what it may cost to be asked for made-up ones, and a store that goes back.
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { isWaiting, MATERIAL_ID, reads, writes } from '../support/fake-provider-store.js'
import { caching, TTL } from '../support/caching-subject.js'

describe('the version that an item names', () => {
  test('is fetched once each, and the newest is not dropped for it', async () => {
    const { provider, store } = caching({ orders: 2 }, { cacheSize: 3 })
    expect(await writes(provider)).toBe('orders#2 of fetch 1')
    expect(await reads(provider, 'orders#0')).toBe('orders#0 of fetch 2')
    expect(await reads(provider, 'orders#1')).toBe('orders#1 of fetch 3')
    for (let time = 0; time < 3; time++) {
      expect(await reads(provider, 'orders#0')).toBe('orders#0 of fetch 2')
      expect(await reads(provider, 'orders#1')).toBe('orders#1 of fetch 3')
      expect(await reads(provider, 'orders#2')).toBe('orders#2 of fetch 1')
      expect(await writes(provider)).toBe('orders#2 of fetch 1')
    }
    expect(store.calls).toEqual(['maxVersion orders', 'provider orders#2', 'provider orders#0', 'provider orders#1'])
  })

  test('is fetched once however many callers wait, each version by itself', async () => {
    const { provider, store } = caching({ orders: 4 })
    const callers = Array.from({ length: 1000 }, (_, at) => reads(provider, `orders#${at % 5}`))
    const answers = await Promise.all(callers)
    answers.forEach((answer, at) => expect(answer).toMatch(new RegExp(`^orders#${at % 5} of fetch \\d$`)))
    expect(store.calls.sort()).toEqual(['maxVersion orders', ...['0', '1', '2', '3', '4'].map((version) => `provider orders#${version}`)])
  })

  test('a thousand who read and a thousand who write cost one call for each question', async () => {
    const { provider, store } = caching({ orders: 0 })
    const callers = Array.from({ length: 1000 }, () => [reads(provider, 'orders#0'), writes(provider)]).flat()
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['orders#0 of fetch 1']))
    expect(store.calls).toEqual(['maxVersion orders', 'provider orders#0'])
  })

  test('is an error of the store where it was deleted, and others are read', async () => {
    const { provider, store } = caching({ orders: 2 })
    store.deleted.add('orders#1')
    await failureOf(() => reads(provider, 'orders#1'), 'VERSION_NOT_FOUND', 'the fake store has no orders#1')
    expect(await reads(provider, 'orders#0')).toMatch(/^orders#0/)
  })

  describe('malformed: refused without a call', () => {
    test.each([
      ['a negative version', 'orders#-1'],
      ['a sign', 'orders#+1'],
      ['no number', 'orders#newest'],
      ['NaN', 'orders#NaN'],
      ['a fraction', 'orders#1.5'],
      ['an exponent', 'orders#1e3'],
      ['hexadecimal', 'orders#0x1'],
      ['a leading zero', 'orders#01'],
      ['sixteen digits', 'orders#1000000000000000'],
      ['a million digits', `orders#${'9'.repeat(1_000_000)}`],
      ['space', 'orders# 1'],
      ['a line break', 'orders#1\n'],
      ['digits of another script', 'orders#\u0661'],
      ['nothing after the #', 'orders#'],
      ['no #', 'orders'],
      ['nothing', ''],
    ])('%s', async (_, id) => {
      const { provider, store } = caching({ orders: 0 })
      const error = await failureOf(() => reads(provider, id), 'INVALID_MATERIAL_DESCRIPTION', MATERIAL_ID)
      expect(error.message.length).toBeLessThan(300)
      expect(store.calls).toEqual([])
    })
  })
})

describe('a version above the newest', () => {
  test.each(['orders#1', 'orders#17', 'orders#999999999999999'])('%s is refused after one call to the store', async (id) => {
    const { provider, store } = caching({ orders: 0 })
    const message = `version ${id.slice('orders#'.length)} of the material "orders", and the provider store's newest is 0`
    await failureOf(() => reads(provider, id), 'VERSION_NOT_FOUND', message)
    expect(store.takeCalls()).toEqual(['maxVersion orders'])
  })

  test('of a material that the store lacks', async () => {
    const { provider, store } = caching()
    await failureOf(() => reads(provider, 'orders#0'), 'VERSION_NOT_FOUND', "the provider store's newest is none")
    await failureOf(() => reads(provider, 'orders#0'), 'VERSION_NOT_FOUND', "the provider store's newest is none")
    expect(store.takeCalls()).toEqual(['maxVersion orders'])
  })

  test('a thousand items at once cost one call', async () => {
    const { provider, store } = caching({ orders: 0 })
    const outcomes = await Promise.allSettled(Array.from({ length: 1000 }, (_, at) => reads(provider, `orders#${at + 1}`)))
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1000)
    expect(store.takeCalls()).toEqual(['maxVersion orders'])
  })

  test.each([
    ['a store that has a newest version', { orders: 0 }],
    ['a store that has none', {}],
  ])('%s is asked at most once a second, however many items name such versions', async (_, newest) => {
    const { provider, clock, store } = caching(newest)
    for (let at = 0; at < 600; at++) {
      await failureOf(() => reads(provider, `orders#${at + 1}`), 'VERSION_NOT_FOUND', 'orders')
      clock.time += 100
    }
    expect(store.calls.length).toBeLessThanOrEqual(60)
    expect(store.calls.length).toBeGreaterThanOrEqual(55)
  })

  test('a store that went back is asked at most once a second, too', async () => {
    const { provider, clock, store } = caching({ orders: 5 })
    await writes(provider)
    store.newest.set('orders', 2)
    store.takeCalls()
    for (let at = 0; at < 100; at++) {
      clock.time += 100
      const error: unknown = await reads(provider, 'orders#99').catch((thrown: unknown) => thrown)
      expect(error).toHaveProperty('code', expect.stringMatching(/^(VERSION_NOT_FOUND|MATERIALS_UNAVAILABLE)$/))
    }
    expect(store.takeCalls().length).toBeLessThanOrEqual(10)
  })

  test('is read as soon as it exists and a second has passed', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await failureOf(() => reads(provider, 'orders#1'), 'VERSION_NOT_FOUND', 'newest is 0')
    store.newest.set('orders', 1)
    clock.time += 999
    await failureOf(() => reads(provider, 'orders#1'), 'VERSION_NOT_FOUND', 'newest is 0')
    clock.time += 1
    expect(await reads(provider, 'orders#1')).toMatch(/^orders#1/)
  })

  test('known versions are read meanwhile without being slowed down', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await reads(provider, 'orders#0')
    clock.time += 1000
    const held = store.hold('maxVersion')
    const made = failureOf(() => reads(provider, 'orders#7'), 'VERSION_NOT_FOUND', 'newest is 0')
    expect(await isWaiting(reads(provider, 'orders#0'))).toBe(false)
    expect(await isWaiting(made)).toBe(true)
    held.release()
    await made
  })
})

describe('a store that goes back to an older version', () => {
  const GONE_BACK = [
    ['an older one', 1, 'the provider store\'s newest version of the material "orders" is 1, and version 2 was seen before'],
    ['none', undefined, 'the provider store\'s newest version of the material "orders" is gone, and version 2 was seen before'],
  ] as const

  test.each(GONE_BACK)('%s: nothing is written with it', async (_, newest, message) => {
    const { provider, clock, store } = caching({ orders: 2 })
    await writes(provider)
    if (newest === undefined) store.newest.delete('orders')
    else store.newest.set('orders', newest)
    clock.time += TTL
    for (let time = 0; time < 3; time++) {
      await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', message)
      clock.time += TTL
    }
    expect(store.calls.filter((call) => call.startsWith('getOrCreate'))).toEqual([])
  })

  test('the highest version counts also where only an item named it', async () => {
    const { provider, clock, store } = caching({ orders: 2 })
    await reads(provider, 'orders#2')
    store.newest.set('orders', 1)
    clock.time += TTL
    await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', 'version 2 was seen before')
  })

  test('versions that are still there are read', async () => {
    const { provider, clock, store } = caching({ orders: 2 })
    await writes(provider)
    store.newest.set('orders', 1)
    clock.time += TTL
    await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', 'seen before')
    expect(await reads(provider, 'orders#1')).toMatch(/^orders#1/)
    await failureOf(() => reads(provider, 'orders#2'), 'VERSION_NOT_FOUND', 'orders#2')
  })

  test('writing goes on by itself once the rows are restored', async () => {
    const { provider, clock, store } = caching({ orders: 2 })
    await writes(provider)
    store.newest.set('orders', 1)
    clock.time += TTL
    await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', 'call refresh()')
    store.newest.set('orders', 3)
    expect(await writes(provider)).toMatch(/^orders#3/)
  })

  test('refresh() accepts it', async () => {
    const { provider, clock, store } = caching({ orders: 2 })
    await writes(provider)
    store.newest.set('orders', 1)
    clock.time += TTL
    await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', 'call refresh()')
    provider.refresh()
    expect(await writes(provider)).toMatch(/^orders#1/)
  })

  test('version 0, made by this process while others made more, does not lower what was seen', async () => {
    const { provider, clock, store } = caching()
    const held = store.hold('getOrCreateProvider')
    const writer = writes(provider)
    await isWaiting(writer)
    // Other processes were faster, and an item of theirs is read before the answer comes.
    store.newest.set('orders', 3)
    clock.time += 1000
    expect(await reads(provider, 'orders#3')).toMatch(/^orders#3/)
    held.release()
    await writer
    store.newest.set('orders', 2)
    clock.time += TTL
    await failureOf(() => writes(provider), 'MATERIALS_UNAVAILABLE', 'version 3 was seen before')
  })
})
