// Keeps a migration from taking the capacity of those who use the table.
import { setTimeout } from 'node:timers/promises'

/** What it takes of time: a test's clock may pass at once. */
export interface PacingClock {
  /** Milliseconds. */
  now(): number
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>
}

const CLOCK: PacingClock = {
  now: () => performance.now(),
  async sleep(milliseconds, signal) {
    await setTimeout(milliseconds, undefined, signal === undefined ? undefined : { signal })
  },
}

/** How much may be saved up, in seconds of the limit. */
const SAVED_SECONDS = 1

/** Units a second, shared by all segments. What a request costs is known when it is answered, so a caller waits until the last ones are paid. */
export class CapacityLimit {
  readonly #perSecond: number
  readonly #clock: PacingClock
  #balance: number
  #at: number

  /** @param perSecond - capacity units a second; Infinity for no limit */
  constructor(perSecond: number, clock: PacingClock = CLOCK) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#balance = perSecond * SAVED_SECONDS
    this.#at = clock.now()
  }

  get isLimited(): boolean {
    return Number.isFinite(this.#perSecond)
  }

  get perSecond(): number {
    return this.#perSecond
  }

  /**
   * Waits until there is something to spend, and takes what a request will probably cost.
   *
   * @returns takes the rest, once the true cost is known
   */
  async take(estimate: number, signal?: AbortSignal): Promise<(actual: number | undefined) => void> {
    if (!this.isLimited) return () => undefined
    this.#earn()
    this.#balance -= estimate
    // Whoever finds a debt waits as long as it takes to pay it; later callers find a greater one, and so wait longer.
    const debt = -this.#balance
    if (debt > 0) await this.#clock.sleep((debt / this.#perSecond) * 1000, signal)
    return (actual) => {
      if (actual !== undefined) this.#balance += estimate - actual
    }
  }

  #earn(): void {
    const now = this.#clock.now()
    this.#balance = Math.min(this.#balance + ((now - this.#at) / 1000) * this.#perSecond, this.#perSecond * SAVED_SECONDS)
    this.#at = now
  }
}
