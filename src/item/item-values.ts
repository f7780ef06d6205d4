// An item's values in an array, in the order of its names, while it is worked on.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { setOwn, type Item } from '../items.js'
import { blankItem } from './blank-items.js'
import type { ItemLayout } from './item-layout.js'

/** One value a name. An attribute that is `undefined` is refused where it is to be encrypted or signed, and left out otherwise. */
export type ItemValues = (AttributeValue | undefined)[]

/** Reads each attribute once: what is checked is what is stored or returned. */
export function readValues(item: Item, attributeNames: readonly string[]): ItemValues {
  // As long as it will be: one that grows leaves four times its size behind in an item of 3,000 attributes.
  const values = new Array<AttributeValue | undefined>(attributeNames.length)
  let at = 0
  for (const name of attributeNames) values[at++] = item[name]
  return values
}

/**
 * The item of these values, at the given places.
 *
 * Built up from an empty object: adding two attributes to a copy of an item costs 1 us, building one of ten costs 0.2 us.
 */
export function itemOf(layout: ItemLayout, values: Readonly<ItemValues>, places: readonly number[]): Item {
  const item: Item = {}
  for (const index of places) {
    const name = layout.names[index]
    const value = values[index]
    if (name !== undefined && value !== undefined) setOwn(item, name, value)
  }
  return item
}

/** The item of all these values but the reserved attributes'. */
export function ownItemOf(layout: ItemLayout, values: Readonly<ItemValues>): Item {
  const { names, own } = layout
  const blank = blankItem(layout.blank, names, own)
  if (blank === undefined) return itemOf(layout, values, own)
  const item = { ...blank }
  for (const index of own) {
    const name = names[index]
    const value = values[index]
    // Left out, as if it were not there.
    if (name === undefined || value === undefined) return itemOf(layout, values, own)
    setOwn(item, name, value)
  }
  return item
}
