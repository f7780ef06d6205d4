// Of several attributes that cannot be updated DynamoDB Local tells the one that its hash map has first; here it is the first in the text.
import { applyUpdate } from '../../src/expressions/apply-update.js'
import type { DocumentPath } from '../../src/expressions/paths.js'
import type { Update } from '../../src/expressions/update.js'
import type { Item } from '../../src/items.js'
import { isError, resultOrError } from './outcomes.js'

/** What each attribute's actions would fail with, were they the only ones. Empty where there is only one such fault: it has to be told. */
export function faultsOfAttributes(update: Update, before: Item): ReadonlySet<string> {
  const paths = [...update.set, ...update.add, ...update.delete].map(({ path }) => path).concat(update.remove)
  const faults = new Set<string>()
  for (const name of new Set(paths.map(([attribute]) => attribute))) {
    const isOf = ({ path }: { readonly path: DocumentPath }) => path[0] === name
    const part: Update = {
      set: update.set.filter(isOf),
      remove: update.remove.filter((path) => isOf({ path })),
      add: update.add.filter(isOf),
      delete: update.delete.filter(isOf),
    }
    const outcome = resultOrError(() => {
      applyUpdate(part, before)
      return ''
    })
    if (isError(outcome)) faults.add(outcome)
  }
  return faults.size > 1 ? faults : new Set()
}
