// How many runs a property gets, and a line that says what was generated: a property that never met the hard cases proves little.
//
// FC_RUNS sets the runs for each property (`npm run soak` the full figures). A failure prints its seed and path:
// FC_SEED and FC_PATH with vitest's -t run that one case again.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import fc from 'fast-check'
import { afterAll } from 'vitest'

const { FC_RUNS = '200', FC_SEED, FC_PATH, SOAK } = process.env
const RUNS = Number(FC_RUNS)
// Fewer would leave out cases that the tests assert to have met.
if (!Number.isInteger(RUNS) || RUNS < 50) throw new Error('FC_RUNS is a whole number from 50')

// Shrinking an item and what was done to it can go on for hours. In a soak the seed and path are enough: they run, and shrink, again.
const SHRINKING_LIMIT = 45_000
if (SOAK === undefined) fc.installGlobalPlugin(fc.interruptAfterTimeLimit(SHRINKING_LIMIT, { failOnInterrupt: true }))
fc.configureGlobal({ endOnFailure: SOAK !== undefined, ...(FC_SEED === undefined ? {} : { seed: Number(FC_SEED) }) })

/** Parameters for a property that gets a share of the runs: less than 1 for one row of a table, more for what is quick. */
export function runs(share = 1): { numRuns: number; path?: string } {
  return { numRuns: Math.max(1, Math.ceil(RUNS * share)), ...(FC_PATH === undefined ? {} : { path: FC_PATH }) }
}

/** Counts by group and label. */
export class Tally {
  readonly #groups = new Map<string, Map<string, number>>()

  add(group: string, label: string, by = 1): void {
    const counts = this.#groups.get(group) ?? new Map<string, number>()
    this.#groups.set(group, counts.set(label, (counts.get(label) ?? 0) + by))
  }

  /** Counts an item, and each value in it by its type. */
  addItem(item: Item): void {
    this.add('items', 'all')
    for (const value of Object.values(item)) this.addValue(value)
  }

  addValue(value: AttributeValue): void {
    for (const type of Object.keys(value)) this.add('types', type)
    for (const member of value.L ?? Object.values(value.M ?? {})) this.addValue(member)
  }

  of(group: string, label: string): number {
    return this.#groups.get(group)?.get(label) ?? 0
  }

  toString(): string {
    const groups = [...this.#groups].map(([group, counts]) => {
      const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
      return `${group}: ${sorted.map(([label, count]) => `${label} ${String(count)}`).join(', ')}`
    })
    return groups.join('; ')
  }
}

/** A tally that is printed when the file's tests are done. */
export function printedTally(title: string): Tally {
  const tally = new Tally()
  afterAll(() => {
    console.log(`${title}: ${tally.toString()}`)
  })
  return tally
}
