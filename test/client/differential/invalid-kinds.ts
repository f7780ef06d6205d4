// All invalid requests, by the kind of their fault.
import { INVALID_EXPRESSIONS } from './invalid-expressions.js'
import { INVALID_REQUESTS } from './invalid-requests.js'
import type { InvalidRow } from './invalid-rows.js'

/** The kind of fault: the same in all the places where it can be. */
export function kindOf(label: string): string {
  return label.slice(label.indexOf(': ') + 2)
}

export const INVALID_ROWS: ReadonlyMap<string, readonly InvalidRow[]> = [...INVALID_REQUESTS, ...INVALID_EXPRESSIONS].reduce(
  (kinds, row) => {
    const kind = kindOf(row.label)
    return kinds.set(kind, [...(kinds.get(kind) ?? []), row])
  },
  new Map<string, InvalidRow[]>(),
)
