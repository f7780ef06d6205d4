// The cache under the Caching Most Recent provider: what is kept, for how long, and that it leaves memory by itself.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { andThen, ExpiringCache, GRACE_MS } from '../../src/store/expiring-cache.js'
import { SettableClock } from '../support/fake-provider-store.js'

interface Value {
  readonly made: number
}

function subject({ ttl = 1000, size = 10 } = {}) {
  const clock = new SettableClock()
  const cache = new ExpiringCache<Value>({ ttl, size, now: () => clock.now() })
  let made = 0
  const fetch = async (): Promise<{ value: Value }> => {
    made += 1
    return { value: { made } }
  }
  return { clock, cache, fetch }
}

describe('get', () => {
  test('answers what may still be used without a promise', async () => {
    const { cache, fetch } = subject()
    const value = await cache.get('a', fetch)
    expect(cache.get('a', fetch)).toBe(value)
  })

  test('names of properties that every object has are keys like others', async () => {
    const { cache, fetch } = subject()
    expect(await cache.get('__proto__', fetch)).toEqual({ made: 1 })
    expect(await cache.get('constructor', fetch)).toEqual({ made: 2 })
    expect(cache.get('__proto__', fetch)).toEqual({ made: 1 })
  })

  test('a value that is older than its fetch expires so much earlier', async () => {
    const { cache, clock, fetch } = subject()
    const fetchedAt = clock.now() - 400
    await cache.get('a', async () => ({ value: { made: 99 }, fetchedAt }))
    clock.time += 599
    expect(cache.get('a', fetch)).toEqual({ made: 99 })
    clock.time += 1
    expect(await cache.get('a', fetch)).toEqual({ made: 1 })
  })

  test('nothing makes a value younger than its fetch', async () => {
    const { cache, clock, fetch } = subject()
    await cache.get('a', async () => ({ value: { made: 99 }, fetchedAt: clock.now() + 5000 }))
    clock.time += 1000
    expect(await cache.get('a', fetch)).toEqual({ made: 1 })
  })

  test('a failure is not kept', async () => {
    const { cache, fetch } = subject()
    const error = new Error('down')
    await expect(cache.get('a', () => Promise.reject(error))).rejects.toBe(error)
    expect(await cache.get('a', fetch)).toEqual({ made: 1 })
  })
})

describe('clear', () => {
  test('forgets values', async () => {
    const { cache, fetch } = subject()
    await cache.get('a', fetch)
    cache.clear()
    expect(await cache.get('a', fetch)).toEqual({ made: 2 })
  })

  test.each([
    ['ends well', 0],
    ['fails', 1],
  ])('a fetch that was under way and %s changes nothing about what came after', async (_, fails) => {
    const { cache, fetch } = subject()
    let settle = (): void => undefined
    const before = cache.get(
      'a',
      () =>
        new Promise((resolve, reject) => {
          settle = () => (fails === 1 ? reject(new Error('late')) : resolve({ value: { made: 99 } }))
        }),
    )
    cache.clear()
    expect(await cache.get('a', fetch)).toEqual({ made: 1 })
    settle()
    await Promise.resolve(before).catch(() => undefined)
    expect(cache.get('a', fetch)).toEqual({ made: 1 })
  })
})

test('andThen waits only where there is something to wait for', async () => {
  expect(andThen(1, (value) => value + 1)).toBe(2)
  const later = andThen(Promise.resolve(1), (value) => value + 1)
  expect(later).toBeInstanceOf(Promise)
  expect(await later).toBe(2)
})

describe('memory', () => {
  // Without a flag on the command line of every worker.
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void

  /** In a function of its own, so that no variable here holds the value. */
  async function cached(cache: ExpiringCache<Value>): Promise<WeakRef<Value>> {
    return new WeakRef(await cache.get('a', async () => ({ value: { made: 1 } })))
  }

  test('a value leaves it at the end of its grace, though nobody asks again', async () => {
    const cache = new ExpiringCache<Value>({ ttl: 300, size: 10, now: () => performance.now() })
    const held = await cached(cache)
    await sleep(50)
    collectGarbage()
    expect(held.deref()).toEqual({ made: 1 })
    for (let round = 0; round < 200 && held.deref() !== undefined; round++) {
      await sleep(50)
      collectGarbage()
    }
    expect(held.deref()).toBeUndefined()
  })

  test('a value that was evicted or replaced leaves it at once', async () => {
    const { cache, fetch } = subject({ size: 1 })
    const held = await cached(cache)
    await cache.get('b', fetch)
    await sleep(1)
    collectGarbage()
    expect(held.deref()).toBeUndefined()
  })
})

describe('timers', () => {
  const warnings = new Set<string>()
  const note = (warning: Error): void => void warnings.add(warning.name)
  beforeEach(() => {
    warnings.clear()
    process.on('warning', note)
  })
  afterEach(() => {
    process.off('warning', note)
    vi.useRealTimers()
  })

  test('every value of many is cleared, each in its time', async () => {
    vi.useFakeTimers()
    const cache = new ExpiringCache<Value>({ ttl: 1000, size: 5000, now: () => performance.now() })
    // A value's timer goes with the value.
    const left = (): number => vi.getTimerCount()
    for (let at = 0; at < 1000; at++) {
      await cache.get(String(at), async () => ({ value: { made: at } }))
      vi.advanceTimersByTime(1)
    }
    expect(left()).toBe(1000)
    vi.advanceTimersByTime(GRACE_MS)
    expect(left()).toBeGreaterThan(990)
    vi.advanceTimersByTime(500)
    expect(left()).toBeGreaterThan(490)
    expect(left()).toBeLessThan(510)
    vi.advanceTimersByTime(510)
    expect(left()).toBe(0)
  })

  test.each([2 ** 31 - 1 - GRACE_MS, 2 ** 31, 1e12, Number.MAX_VALUE])('a time to live of %d ms is none that overflows', async (ttl) => {
    const { cache, fetch } = subject({ ttl })
    await cache.get('a', fetch)
    await sleep(20)
    expect(warnings).toEqual(new Set())
    expect(cache.get('a', fetch)).toEqual({ made: 1 })
  })

  test('a clock that a test has set to 0 is a clock like another', async () => {
    const cache = new ExpiringCache<Value>({ ttl: 1, size: 10, now: () => 0 })
    await cache.get('a', async () => ({ value: { made: 1 } }))
    await sleep(GRACE_MS + 100)
    expect(warnings).toEqual(new Set())
  })
})

test('no timer keeps a process alive', async () => {
  const script = fileURLToPath(new URL('./waits-for-nothing.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { timeout: 30_000 })
  expect(stdout).toBe('written and read\n')
})
