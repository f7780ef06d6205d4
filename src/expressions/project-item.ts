// Applies a projection to an item, as DynamoDB would have before it sent the item.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { getOwn, setOwn, type Item } from '../items.js'
import type { DocumentPath } from './paths.js'

/** What is wanted of a value: all of it, or some of its members. */
type Wanted = 'all' | Map<string | number, Wanted>

/**
 * The parts of an item that lie on the paths: maps hold the wanted keys alone, lists the wanted elements alone, in their order and without
 * gaps. A path that leads nowhere adds nothing, not even the maps and lists around it.
 *
 * @param paths - of which none lies inside another, as {@link parseProjection} gives them
 * @returns a new item; values that are wanted whole are the same objects as in `item`
 */
export function projectItem(item: Item, paths: readonly DocumentPath[]): Item {
  return projectMap(item, wantedOf(paths)) ?? {}
}

function wantedOf(paths: readonly DocumentPath[]): Map<string | number, Wanted> {
  const root = new Map<string | number, Wanted>()
  for (const path of paths) {
    let place = root
    path.forEach((step, at) => {
      const last = at === path.length - 1
      const next = place.get(step)
      if (last) place.set(step, 'all')
      else if (next === undefined) place.set(step, (place = new Map<string | number, Wanted>()))
      else if (next !== 'all') place = next
    })
  }
  return root
}

/** @returns undefined where nothing of it is there */
function projectMap(map: Readonly<Item>, wanted: ReadonlyMap<string | number, Wanted>): Item | undefined {
  const result: Item = {}
  let any = false
  for (const [step, inside] of wanted) {
    if (typeof step !== 'string') continue
    const projected = project(getOwn(map, step), inside)
    if (projected === undefined) continue
    setOwn(result, step, projected)
    any = true
  }
  return any ? result : undefined
}

function projectList(list: readonly AttributeValue[], wanted: ReadonlyMap<string | number, Wanted>): AttributeValue[] | undefined {
  const indexes = [...wanted.keys()].filter((step) => typeof step === 'number').toSorted((a, b) => a - b)
  const result: AttributeValue[] = []
  for (const index of indexes) {
    const projected = project(list[index], wanted.get(index))
    if (projected !== undefined) result.push(projected)
  }
  return result.length > 0 ? result : undefined
}

function project(value: AttributeValue | undefined, wanted: Wanted | undefined): AttributeValue | undefined {
  if (value === undefined || wanted === undefined) return undefined
  if (wanted === 'all') return value
  if (value.M !== undefined) {
    const M = projectMap(value.M, wanted)
    return M && { M }
  }
  if (value.L !== undefined) {
    const L = projectList(value.L, wanted)
    return L && { L }
  }
  return undefined
}
