// Items to clone: with all of a layout's names, and no values yet. V8 gives an object that gets more than 16 names one by one the
// form of a hash table; a clone of an object with these names is made in one piece, and items of 100 attributes cost 5 % less.
import type { Item } from '../items.js'

/** How often a layout has been asked for its blank item, and the item once it was worth making. */
export interface Blank {
  uses: number
  item: Item | undefined
}

const FEWEST_NAMES = 17
/** Above this V8 makes hash tables whatever one does. */
const MOST_NAMES = 128
const USES_FIRST = 64
/**
 * V8's inline caches hold four forms at a place in the code; with a fifth, each clone costs twice what building up does. So the
 * first four layouts that are used often have blank items, and no others ever.
 */
const MOST_BLANKS = 4

let blanks = 0
const PLACEHOLDER = { S: '' }

/** The blank item of a layout's names; undefined where there is none, or none yet. */
export function blankItem(blank: Blank, names: readonly string[], places: readonly number[]): Item | undefined {
  if (blank.item !== undefined || blanks === MOST_BLANKS || places.length < FEWEST_NAMES || places.length > MOST_NAMES) return blank.item
  if (++blank.uses < USES_FIRST) return undefined
  const item: Item = {}
  for (const place of places) {
    const name = names[place]
    // Defined, since V8 counts names that are assigned against the 16.
    if (name !== undefined) Object.defineProperty(item, name, { value: PLACEHOLDER, enumerable: true, configurable: true, writable: true })
  }
  blanks++
  blank.item = item
  return item
}
