// The newest version is asked for once in a time to live (format section 6, "Caching most recent"), however long each answer takes.
import { CachingMostRecentProvider } from 'dynamodb-encryption-client'
import { expect, test } from 'vitest'
import { FakeProviderStore, SettableClock, writes } from '../support/fake-provider-store.js'
import { TTL } from '../support/caching-subject.js'

/** A store whose answers to `maxVersion` take these times, in turn: a first answer comes slower, since it opens a connection. */
class SlowStore extends FakeProviderStore {
  readonly #clock: SettableClock
  readonly #latencies: readonly number[]
  #asked = 0

  constructor(clock: SettableClock, latencies: readonly number[]) {
    super({ orders: 0 })
    this.#clock = clock
    this.#latencies = latencies
  }

  override async maxVersion(materialName: string): Promise<number | undefined> {
    this.#clock.time += this.#latencies[this.#asked++ % this.#latencies.length] ?? 0
    return super.maxVersion(materialName)
  }
}

test.each([
  { latencies: [0], name: 'at once' },
  { latencies: [10], name: 'after 10 ms' },
  { latencies: [100, 5], name: 'after 100 ms, then after 5 ms' },
])('answers come $name', async ({ latencies }) => {
  const clock = new SettableClock()
  const store = new SlowStore(clock, latencies)
  const provider = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: TTL, clock })
  const minutes = 6
  for (const end = clock.time + minutes * TTL; clock.time < end; clock.time += 100) await writes(provider)
  expect(store.calls.filter((call) => call === 'maxVersion orders').length).toBeLessThanOrEqual(minutes)
})
