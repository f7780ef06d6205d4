// A bounded cache of values that expire: least recently used first, one fetch a key however many callers wait, and a short
// grace after the time to live in which one caller fetches and the others go on with what is there.
import { LRUCache } from 'lru-cache'
import { isPromise, type MaybePromise } from '../items.js'

/** Time in milliseconds, from any beginning, never backwards. `performance` is one; a function will do as well. */
export type Clock = (() => number) | { now(): number }

/** How long after its time to live a value may still be used while one caller fetches it again, in milliseconds. */
export const GRACE_MS = 500
/** Node's timers overflow beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 2

/** What a fetch brings. */
export interface Fetched<T> {
  readonly value: T
  /** Where the value is older than its fetch: when it came from its source. */
  readonly fetchedAt?: number | undefined
}

interface Entry<T> {
  readonly value: T
  /** When the fetch began: what the source said cannot be newer than that. */
  readonly fetchedAt: number
  /** False once a fetch in its grace has failed. */
  hasGrace: boolean
}

export interface ExpiringCacheOptions {
  /** Milliseconds. */
  readonly ttl: number
  readonly size: number
  readonly now: () => number
}

export class ExpiringCache<T extends object> {
  readonly #ttl: number
  readonly #now: () => number
  readonly #entries: LRUCache<string, Entry<T>>
  readonly #flights = new Map<string, Promise<T>>()

  constructor({ ttl, size, now }: ExpiringCacheOptions) {
    this.#ttl = ttl
    this.#now = now
    // The cache's own time to live only clears memory, by timers that keep no process alive; what may be used is decided below.
    const memoryMs = Math.min(Math.ceil(ttl) + GRACE_MS, LONGEST_TIMER_MS)
    // It takes a time of 0 for none.
    const began = now() - 1
    this.#entries = new LRUCache({ max: size, ttl: memoryMs, ttlAutopurge: true, ttlResolution: 0, perf: { now: () => now() - began } })
  }

  /**
   * The value of a key that may still be used, or what `fetch` makes of it. Without waiting where nothing has to be fetched.
   *
   * @param minimumLeft - how much of its time to live the value must still have, in milliseconds; with any there is no grace
   */
  get(key: string, fetch: () => Promise<Fetched<T>>, minimumLeft = 0): MaybePromise<T> {
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      const age = this.#now() - entry.fetchedAt
      if (age + minimumLeft < this.#ttl) return entry.value
      if (minimumLeft === 0 && entry.hasGrace && age < this.#ttl + GRACE_MS && this.#flights.has(key)) return entry.value
    }
    return this.#fly(key, fetch)
  }

  /** When the value of a key came from its source. */
  fetchedAt(key: string): number | undefined {
    return this.#entries.peek(key)?.fetchedAt
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
    // Flights under way end for whoever waits for them, and leave nothing behind.
    this.#flights.clear()
  }

  #fly(key: string, fetch: () => Promise<Fetched<T>>): Promise<T> {
    const underWay = this.#flights.get(key)
    if (underWay !== undefined) return underWay
    const began = this.#now()
    const flight: Promise<T> = fetch().then(
      ({ value, fetchedAt = began }) => {
        if (this.#land(key, flight)) this.#entries.set(key, { value, fetchedAt: Math.min(fetchedAt, began), hasGrace: true })
        return value
      },
      (error: unknown) => {
        const entry = this.#entries.peek(key)
        if (this.#land(key, flight) && entry !== undefined) entry.hasGrace = false
        throw error
      },
    )
    this.#flights.set(key, flight)
    return flight
  }

  /** @returns false where the cache was cleared meanwhile */
  #land(key: string, flight: Promise<T>): boolean {
    if (this.#flights.get(key) !== flight) return false
    this.#flights.delete(key)
    return true
  }
}

/** A value, handed on whether it must be waited for or not. */
export function andThen<T, R>(value: MaybePromise<T>, work: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(work) : work(value)
}
