// How long a version is used without asking the store: the time to live and its grace (format section 6, "Caching most recent").
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { isWaiting, reads, writes } from '../support/fake-provider-store.js'
import { caching, GRACE, TTL, USES, type CachingSubject } from '../support/caching-subject.js'

describe.each(USES)('$use', ({ once, calls }) => {
  /** Used once; the clock stands at the moment of that fetch. */
  async function used(): Promise<CachingSubject> {
    const subject = caching({ orders: 0 })
    expect(await once(subject.provider)).toBe('orders#0 of fetch 1')
    subject.store.takeCalls()
    return subject
  }

  test.each([0, 1, TTL / 2, TTL - 1])('%d ms after the fetch the store is not asked', async (age) => {
    const { provider, clock, store } = await used()
    clock.time += age
    expect(await once(provider)).toBe('orders#0 of fetch 1')
    expect(store.takeCalls()).toEqual([])
  })

  test.each([TTL, TTL + 1, TTL + GRACE - 1, TTL + GRACE, 100 * TTL])(
    '%d ms after the fetch the version is fetched again, though it still is the newest',
    async (age) => {
      const { provider, clock, store } = await used()
      clock.time += age
      expect(await once(provider)).toBe('orders#0 of fetch 2')
      expect(store.takeCalls()).toEqual(calls)
      clock.time += TTL - 1
      expect(await once(provider)).toBe('orders#0 of fetch 2')
      expect(store.takeCalls()).toEqual([])
    },
  )

  test('use does not make the time to live longer', async () => {
    const { provider, clock, store } = await used()
    for (let step = 1; step < 10; step++) {
      clock.time += TTL / 10
      expect(await once(provider)).toBe('orders#0 of fetch 1')
    }
    clock.time += TTL / 10
    expect(await once(provider)).toBe('orders#0 of fetch 2')
    expect(store.takeCalls()).toEqual(calls)
  })

  test('time passes while the store answers: the age counts from the beginning of the fetch', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    const held = store.hold('provider')
    const first = once(provider)
    await isWaiting(first)
    clock.time += TTL - 1
    held.release()
    expect(await first).toBe('orders#0 of fetch 1')
    expect(await once(provider)).toBe('orders#0 of fetch 1')
    clock.time += 1
    expect(await once(provider)).toBe('orders#0 of fetch 2')
  })

  describe('the grace', () => {
    test.each([0, GRACE - 1])('%d ms into it one caller refreshes, and a thousand others use what is cached', async (late) => {
      const { provider, clock, store } = await used()
      clock.time += TTL + late
      const held = store.hold('provider')
      const refresher = once(provider)
      const others = Array.from({ length: 1000 }, () => once(provider))
      expect(new Set(await Promise.all(others))).toEqual(new Set(['orders#0 of fetch 1']))
      expect(await isWaiting(refresher)).toBe(true)
      held.release()
      expect(await refresher).toBe('orders#0 of fetch 2')
      expect(await once(provider)).toBe('orders#0 of fetch 2')
      expect(store.takeCalls()).toEqual(calls)
    })

    test('after it everyone waits for the one refresh', async () => {
      const { provider, clock, store } = await used()
      clock.time += TTL + GRACE
      const held = store.hold('provider')
      const callers = Array.from({ length: 1000 }, () => once(provider))
      expect(await isWaiting(Promise.race(callers))).toBe(true)
      held.release()
      expect(new Set(await Promise.all(callers))).toEqual(new Set(['orders#0 of fetch 2']))
      expect(store.takeCalls()).toEqual(calls)
    })

    test('it passes while the refresh is under way: from then on callers wait', async () => {
      const { provider, clock, store } = await used()
      clock.time += TTL
      const held = store.hold('provider')
      const refresher = once(provider)
      await isWaiting(refresher)
      clock.time += GRACE - 1
      expect(await once(provider)).toBe('orders#0 of fetch 1')
      clock.time += 1
      const late = once(provider)
      expect(await isWaiting(late)).toBe(true)
      held.release()
      expect(await Promise.all([refresher, late])).toEqual(['orders#0 of fetch 2', 'orders#0 of fetch 2'])
      expect(store.takeCalls()).toEqual(calls)
    })

    test('it ends at once when the refresh fails', async () => {
      const { provider, clock, store } = await used()
      clock.time += TTL
      const held = store.hold('provider')
      const refresher = once(provider)
      expect(await once(provider)).toBe('orders#0 of fetch 1')
      expect(await isWaiting(refresher)).toBe(true)
      held.fail(new Error('the key is disabled'))
      await failureOf(() => refresher, 'MATERIALS_UNAVAILABLE', 'the provider store failed')
      // Another refresh is under way, and still nobody gets what is cached.
      const again = store.hold('provider')
      const callers = [once(provider), once(provider)]
      expect(await isWaiting(Promise.race(callers))).toBe(true)
      again.fail(new Error('the key is disabled'))
      for (const caller of callers) await failureOf(() => caller, 'MATERIALS_UNAVAILABLE', 'the provider store failed')
    })

    test('a refresh that succeeds after one that failed brings it back', async () => {
      const { provider, clock, store } = await used()
      clock.time += TTL
      store.failure = new Error('down')
      await failureOf(() => once(provider), 'MATERIALS_UNAVAILABLE', 'the provider store failed')
      store.failure = undefined
      expect(await once(provider)).toMatch(/^orders#0 of fetch [23]$/)
      clock.time += TTL
      const held = store.hold('provider')
      const refresher = once(provider)
      expect(await isWaiting(once(provider))).toBe(false)
      held.release()
      await refresher
    })
  })

  describe('a store that fails', () => {
    test.each([
      ['before the first use', 0, false],
      ['at the end of the time to live', TTL, true],
      ['after the grace', TTL + GRACE, true],
    ])('%s: an error with its cause, and never the expired key', async (_, age, isUsed) => {
      const { provider, clock, store } = isUsed ? await used() : caching({ orders: 0 })
      clock.time += age
      store.failure = new Error('network is down')
      for (let time = 1; time <= 3; time++) {
        const error = await failureOf(() => once(provider), 'MATERIALS_UNAVAILABLE', 'the provider store failed: see cause')
        expect(error.cause).toBe(store.failure)
        // Each caller asks again: nothing remembers the failure.
        expect(store.takeCalls()).toHaveLength(1)
      }
      store.failure = undefined
      expect(await once(provider)).toMatch(/^orders#0 of fetch/)
    })

    test('all who wait get the failure, and the next caller asks again', async () => {
      const { provider, store } = caching({ orders: 0 })
      const held = store.hold('maxVersion')
      const callers = Array.from({ length: 1000 }, () => once(provider))
      held.fail(new Error('network is down'))
      const outcomes = await Promise.allSettled(callers)
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1000)
      expect(store.takeCalls()).toEqual(['maxVersion orders'])
      expect(await once(provider)).toBe('orders#0 of fetch 1')
    })
  })
})

describe('writing looks for a newer version once in a time to live', () => {
  test('one that was made meanwhile is taken up at its end, not before', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await writes(provider)
    store.newest.set('orders', 1)
    clock.time += TTL - 1
    expect(await writes(provider)).toBe('orders#0 of fetch 1')
    clock.time += 1
    expect(await writes(provider)).toBe('orders#1 of fetch 2')
    expect(store.takeCalls()).toEqual(['maxVersion orders', 'provider orders#0', 'maxVersion orders', 'provider orders#1'])
  })

  test('the newest version known is used, also where reading found it', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await writes(provider)
    store.newest.set('orders', 1)
    clock.time += 1000
    expect(await reads(provider, 'orders#1')).toBe('orders#1 of fetch 2')
    expect(await writes(provider)).toBe('orders#1 of fetch 2')
  })

  test('the newest version known is used, also where reading found it while the older one was being fetched', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    const held = store.hold('provider')
    const writer = writes(provider)
    await isWaiting(writer)
    store.newest.set('orders', 1)
    clock.time += 1000
    const reader = reads(provider, 'orders#1')
    await isWaiting(reader)
    held.release()
    await Promise.all([writer, reader])
    expect(await writes(provider)).toMatch(/^orders#1/)
  })

  test('reading goes on for a version whose successor was taken up', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await writes(provider)
    store.newest.set('orders', 1)
    clock.time += TTL
    await writes(provider)
    expect(await reads(provider, 'orders#0')).toMatch(/^orders#0 of fetch/)
    expect(await reads(provider, 'orders#1')).toMatch(/^orders#1 of fetch/)
  })

  test('with none in the store, version 0 is made', async () => {
    const { provider, store } = caching()
    expect(await writes(provider)).toBe('orders#0 of fetch 1')
    expect(store.takeCalls()).toEqual(['maxVersion orders', 'getOrCreateProvider orders#0'])
  })
})

describe('one fetch serves writing and reading', () => {
  test.each([
    ['version 2 exists', { orders: 2 }, 'orders#2', ['maxVersion orders', 'provider orders#2']],
    ['version 0 was made', {}, 'orders#0', ['maxVersion orders', 'getOrCreateProvider orders#0']],
  ])('writing first, %s', async (_, newest, id, calls) => {
    const { provider, store } = caching(newest)
    expect(await writes(provider)).toBe(`${id} of fetch 1`)
    expect(await reads(provider, id)).toBe(`${id} of fetch 1`)
    expect(store.takeCalls()).toEqual(calls)
  })

  test('reading first: what it learned is no newer for writing', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await reads(provider, 'orders#0')
    clock.time += TTL / 2
    expect(await writes(provider)).toBe('orders#0 of fetch 1')
    expect(store.takeCalls()).toEqual(['maxVersion orders', 'provider orders#0'])
    clock.time += TTL / 2
    expect(await writes(provider)).toBe('orders#0 of fetch 2')
  })

  test('a store that answers now fast, now slowly is asked no more often', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    const maxVersion = store.maxVersion.bind(store)
    store.maxVersion = (name) => {
      clock.time += store.calls.length % 4 === 0 ? 40 : 1
      return maxVersion(name)
    }
    const minutes = 10
    for (const began = clock.time; clock.time < began + minutes * TTL; clock.time += 10) {
      await writes(provider)
      await reads(provider, 'orders#0')
    }
    expect(store.calls.filter((call) => call === 'maxVersion orders')).toHaveLength(minutes)
    expect(store.calls.filter((call) => call === 'provider orders#0')).toHaveLength(minutes)
  })

  test('at the end of the time to live both at once cost one call for each question', async () => {
    const { provider, clock, store } = caching({ orders: 0 })
    await writes(provider)
    await reads(provider, 'orders#0')
    store.takeCalls()
    clock.time += TTL
    const held = store.hold('provider')
    const reader = reads(provider, 'orders#0')
    const writer = writes(provider)
    await isWaiting(writer)
    held.release()
    await Promise.all([reader, writer])
    await Promise.all([reads(provider, 'orders#0'), writes(provider)])
    expect(store.takeCalls().sort()).toEqual(['maxVersion orders', 'provider orders#0'])
  })
})
