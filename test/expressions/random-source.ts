// Random choices that a seed repeats: tens of thousands of expressions a minute, which is more than fast-check is made for.

export class RandomSource {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to 1 (mulberry32, a public-domain generator of 32 bits). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from 0 up to `end`, without it. */
  below(end: number): number {
    return Math.floor(this.#next() * end)
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0]
  }

  /** One of a list that may be empty. */
  pickFrom<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)]
  }

  /** One of the rows, as often as its weight says. */
  weighted<T>(rows: readonly [readonly [weight: number, value: T], ...(readonly [weight: number, value: T])[]]): T {
    let left = this.#next() * rows.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of rows) {
      left -= weight
      if (left < 0) return value
    }
    return rows[0][1]
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list]
    return this.times(list.length, () => left.splice(this.below(left.length), 1)).flat()
  }

  times<T>(count: number, make: (at: number) => T): T[] {
    return Array.from({ length: count }, (_, at) => make(at))
  }
}
