// Times of several things in one run, taken in turn, so that a slow moment of the machine hits all of them alike.

export interface Candidate {
  readonly name: string
  /** Runs the work `count` times. */
  run(count: number): void | Promise<void>
}

/** Runs work that returns nothing to wait for. */
export function inTurn(name: string, work: () => void): Candidate {
  return {
    name,
    run: (count) => {
      for (let at = 0; at < count; at++) work()
    },
  }
}

/** Runs work one call after the other, each awaited. */
export function awaited(name: string, work: () => Promise<unknown>): Candidate {
  return {
    name,
    run: async (count) => {
      for (let at = 0; at < count; at++) await work()
    },
  }
}

/**
 * Time of one call of each candidate in its best quarter of `rounds` rounds of `milliseconds` each, in nanoseconds: what other
 * programs take of the machine only ever adds.
 */
export async function measure(candidates: readonly Candidate[], rounds: number, milliseconds: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const times = new Map<string, number[]>()
  for (const candidate of candidates) {
    // Warm up, and find out how often it runs in a round.
    let count = 16
    for (;;) {
      const began = performance.now()
      await candidate.run(count)
      const took = performance.now() - began
      if (took > milliseconds / 2) {
        counts.set(candidate.name, Math.max(1, Math.round((count * milliseconds) / took)))
        break
      }
      count *= 2
    }
    times.set(candidate.name, [])
  }
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      const count = counts.get(candidate.name) ?? 1
      const began = process.hrtime.bigint()
      await candidate.run(count)
      times.get(candidate.name)?.push(Number(process.hrtime.bigint() - began) / count)
    }
  }
  return new Map([...times].map(([name, list]) => [name, bestQuarter(list)]))
}

function bestQuarter(list: number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[sorted.length >> 2] ?? Number.NaN
}
