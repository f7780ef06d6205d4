// Random projections: paths to what items have, and to what they have not.
import type { Item } from 'dynamodb-encryption-client'
import { placesIn } from './conditions.js'
import type { ExpressionWriter, Path } from './expression-writer.js'
import type { Random } from './random.js'
import { ATTRIBUTES } from './shapes.js'

/** @param within - top-level attributes that may be asked for; undefined for all */
function paths(random: Random, items: readonly Item[], within: readonly string[] | undefined): Path[] {
  const allowed = (path: Path) => within === undefined || within.includes(path[0])
  const places = items.flatMap((item) => placesIn(item).map(({ path }) => path)).filter(allowed)
  const absent = ATTRIBUTES.map(({ name }): Path => [name]).filter(allowed)
  const deep = places.filter((path) => path.length > 1)
  const chosen: Path[] = []
  for (let count = random.between(1, 6); count > 0; count--) {
    const from = random.weighted<readonly Path[]>([
      [4, places],
      [5, deep],
      [1, absent],
    ])
    const path = random.pickAny(from.length === 0 ? absent : from) ?? ['pk']
    // Somewhere beside it, now and then.
    const [name, ...rest] = path
    const tried: Path = rest.length > 0 && random.chance(0.1) ? [name, ...rest.slice(0, -1), random.pick(['a', 'absent', 0, 7])] : path
    if (chosen.every((other) => areApart(other, tried))) chosen.push(tried)
  }
  return chosen
}

/** Whether DynamoDB takes both in one projection: neither is inside the other, nor does one have a list where the other has a map. */
function areApart(one: Path, other: Path): boolean {
  for (const [at, step] of one.entries()) {
    const beside = other[at]
    if (beside === undefined) return false
    if (step !== beside) return typeof step === typeof beside
  }
  return false
}

export function projectionExpression(writer: ExpressionWriter, random: Random, items: readonly Item[], within?: readonly string[]): string {
  return paths(random, items, within)
    .map((path) => writer.path(path))
    .join(random.pick([', ', ',', ' , ']))
}

/** The older form: top-level names alone. */
export function attributesToGet(random: Random, items: readonly Item[], within?: readonly string[]): string[] {
  return [...new Set(paths(random, items, within).map(([name]) => name))]
}
