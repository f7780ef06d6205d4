// Choices that a seed decides: the same seed, the same program.

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
  }

  /** At least 0, less than 1. Marsaglia's way of mixing by shifts, on a counter, so that neighbouring seeds differ at once. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0, less than `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  /** A whole number, both ends included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<const T>(choices: readonly T[]): T {
    const place = this.below(choices.length)
    for (const choice of choices.slice(place, place + 1)) return choice
    throw new Error('nothing to choose from')
  }

  /** @returns undefined where there is nothing to choose from */
  pickAny<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)]
  }

  shuffled<T>(members: readonly T[]): T[] {
    return members
      .map((member) => ({ member, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ member }) => member)
  }

  /** `count` members, or all where there are fewer. */
  some<T>(members: readonly T[], count: number): T[] {
    return this.shuffled(members).slice(0, count)
  }

  /** Rows `[weight, choice]`. */
  weighted<const T>(rows: readonly (readonly [number, T])[]): T {
    let left = this.next() * rows.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, choice] of rows) {
      left -= weight
      if (left < 0) return choice
    }
    throw new Error('nothing to choose from')
  }
}
