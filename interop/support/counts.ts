// What was compared, counted by direction and printed when a file is done: a run that met no hard case proves little.
import { afterAll } from 'vitest'

/** What is counted under this name has too many kinds for a line each. */
const ROWS = 'rows'

const kindsText = (kinds: ReadonlyMap<string, number>): string => [...kinds].map(([kind, count]) => `${String(count)} ${kind}`).join(', ')
const rowsLine = (counts: readonly number[]): string =>
  `${String(counts.length)} rows of providers, each met ${String(Math.min(...counts))} times or more`

export class Counts {
  readonly #counts = new Map<string, Map<string, number>>()

  add(what: string, kind: string, by = 1): void {
    const kinds = this.#counts.get(what) ?? new Map<string, number>()
    this.#counts.set(what, kinds.set(kind, (kinds.get(kind) ?? 0) + by))
  }

  of(what: string, kind: string): number {
    return this.#counts.get(what)?.get(kind) ?? 0
  }

  get lines(): string[] {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, kinds]) => (what === ROWS ? rowsLine([...kinds.values()]) : `${what}: ${kindsText(kinds)}`))
  }
}

export function printedCounts(title: string): Counts {
  const counts = new Counts()
  afterAll(() => {
    console.log([title, ...counts.lines].join('\n  '))
  })
  return counts
}
