// Blank items to clone: which layouts have one, and that a result shows nothing of it.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { AttributeActions, ItemEncryptor, type Item } from '../../src/index.js'
import type { Blank, blankItem } from '../../src/item/blank-items.js'
import { staticProvider } from '../support/encryptors.js'

const namesOf = (count: number, prefix = 'name'): string[] => Array.from({ length: count }, (_, at) => `${prefix}${String(at)}`)

describe('which layouts have one', () => {
  let blankOf: typeof blankItem
  beforeEach(async () => {
    vi.resetModules()
    ;({ blankItem: blankOf } = await import('../../src/item/blank-items.js'))
  })

  /** The use that first has a blank item, of 100. */
  function firstUse(names: readonly string[], blank: Blank = { uses: 0, item: undefined }): number | undefined {
    const places = [...names.keys()]
    for (let use = 1; use <= 100; use++) if (blankOf(blank, names, places) !== undefined) return use
    return undefined
  }

  test.each([
    { count: 16, first: undefined },
    { count: 17, first: 64 },
    { count: 128, first: 64 },
    { count: 129, first: undefined },
  ])('$count names: at use $first', ({ count, first }) => {
    expect(firstUse(namesOf(count))).toBe(first)
  })

  test('four of them, and the same each time', () => {
    const blank: Blank = { uses: 0, item: undefined }
    const names = namesOf(20)
    expect(firstUse(names, blank)).toBe(64)
    for (const prefix of ['a', 'b', 'c']) expect(firstUse(namesOf(20, prefix))).toBe(64)
    for (const prefix of ['d', 'e']) expect(firstUse(namesOf(20, prefix))).toBeUndefined()
    expect(firstUse(names, blank)).toBe(1)
    expect(Object.keys(blank.item ?? {})).toEqual(names)
  })

  test('it has the names at the given places, whatever they are', () => {
    const names = [...namesOf(20), '__proto__', 'constructor', 'left out', '7']
    const places = [...names.keys()].filter((place) => names[place] !== 'left out')
    const blank: Blank = { uses: 63, item: undefined }
    const item = blankOf(blank, names, places)
    expect(Object.keys(item ?? {})).toEqual(['7', ...namesOf(20), '__proto__', 'constructor'])
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype)
  })
})

describe('results', () => {
  const encryptor = new ItemEncryptor({
    materialsProvider: staticProvider(),
    actions: new AttributeActions({ attributes: { unsigned: 'DO_NOTHING' } }),
  })
  const item = (round: number): Item => {
    const made: Item = {}
    for (const name of [...namesOf(20), '__proto__', 'constructor', 'toString', '12', 'unsigned']) {
      Object.defineProperty(made, name, { value: { S: `${name} ${String(round)}` }, enumerable: true })
    }
    return made
  }

  test('are the same before and after, and have nothing in common', async () => {
    const all: Item[] = []
    for (let round = 0; round < 150; round++) {
      const stored = await encryptor.encryptItem(item(round))
      expect(Object.keys(stored)).toEqual([...Object.keys(item(round)), '*amzn-ddb-map-desc*', '*amzn-ddb-map-sig*'])
      expect(Object.getPrototypeOf(stored)).toBe(Object.prototype)
      all.push(await encryptor.decryptItem(stored))
    }
    for (const [round, read] of all.entries()) {
      expect(Object.entries(read)).toEqual(Object.entries(item(round)))
      expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    }
  })

  test('leave out what is undefined', async () => {
    for (let round = 0; round < 150; round++) {
      const given: Item = { ...item(round) }
      if (round > 100) Reflect.set(given, 'unsigned', undefined)
      const read = await encryptor.decryptItem(await encryptor.encryptItem(given))
      expect('unsigned' in read).toBe(round <= 100)
      expect(Object.keys(read)).toHaveLength(round <= 100 ? 25 : 24)
    }
  })
})
