// Random items of all ten types, from few values: equal ones, ordered ones and parts of each other have to meet.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { setOwn, type Item } from '../../src/items.js'
import { TYPE_LETTERS, type TypeLetter } from '../../src/expressions/attribute-type.js'
import type { DocumentPath } from '../../src/expressions/paths.js'
import type { RandomSource } from './random-source.js'

/** Names of attributes and of map keys. Some can be written in an expression only with a placeholder. */
export const NAMES = ['a', 'b', 'c', 'd', 'e1', 'f_g', 'name', 'x.y', '__proto__', 'constructor', 'é[0]'] as const

// Several beyond the BMP and several from U+E000 to U+FFFF: their orders by UTF-16 and by UTF-8 differ, and their sizes do.
const STRINGS = [
  ...(['', 'a', 'ab', 'abc', 'b', 'B', 'é', 'N', 'SS', '1', '\ud7ff'] as const),
  ...(['z\u{10000}', 'z\u{10ffff}', '\u{1f511}', '\u{1f511}a', 'z\uffff', 'z\ufb01', '\ufb01', '\ue000'] as const),
] as const
const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '1.0',
  '1.5',
  '2.50',
  '-0.25',
  '10',
  '1e1',
  '100',
  '7e-1',
  '12345678901234567890123456789012345678',
] as const
const EXTREMES = [
  '9e125',
  '-9e125',
  '1e-130',
  '2.5e-130',
  '1e37',
  '99999999999999999999999999999999999999',
  '1e38',
  '0.1',
  '5e-38',
  '-1e-130',
] as const
const BYTES: [number[], ...number[][]] = [[], [0], [1], [1, 2], [1, 2, 3], [2], [127], [128], [255]]

const MEMBER_NAMES = ['a', 'b', 'c', 'name', 'x.y', '__proto__'] as const

export function randomNumber(random: RandomSource): string {
  return random.chance(0.06) ? random.pick(EXTREMES) : random.pick(NUMBERS)
}

export function randomType(random: RandomSource): TypeLetter {
  return random.pick(TYPE_LETTERS)
}

export function randomValue(random: RandomSource, type = randomType(random), depth = 2): AttributeValue {
  switch (type) {
    case 'S':
      return { S: random.pick(STRINGS) }
    case 'N':
      return { N: randomNumber(random) }
    case 'B':
      return { B: Uint8Array.from(random.pick(BYTES)) }
    case 'BOOL':
      return { BOOL: random.chance(0.5) }
    case 'NULL':
      return { NULL: true }
    case 'SS':
      return { SS: members(random, STRINGS, (text) => text) }
    case 'NS':
      return { NS: members(random, NUMBERS, (number) => String(Number(number))) }
    case 'BS':
      return { BS: members(random, BYTES, String).map((bytes) => Uint8Array.from(bytes)) }
    case 'L':
      return { L: random.times(random.below(4), () => inner(random, depth)) }
    case 'M': {
      const M: Item = {}
      for (let left = random.below(4); left > 0; left--) setOwn(M, random.pick(MEMBER_NAMES), inner(random, depth))
      return { M }
    }
  }
}

function inner(random: RandomSource, depth: number): AttributeValue {
  const flat = ['S', 'N', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS'] as const
  return randomValue(random, depth > 0 ? randomType(random) : random.pick(flat), depth - 1)
}

/** One to three members, no two with the same key. */
function members<T>(random: RandomSource, from: readonly [T, ...T[]], keyOf: (member: T) => string): T[] {
  const picked = new Map<string, T>()
  for (let left = 1 + random.below(3); left > 0; left--) {
    const member = random.pick(from)
    picked.set(keyOf(member), member)
  }
  return [...picked.values()]
}

/**
 * Items that are versions of each other: an attribute has one of three values, two of them of the same type, so that a comparison with
 * one item's value holds for some items and not for others.
 *
 * @returns attributes without the primary key
 */
export function randomVersions(random: RandomSource, count: number): Item[] {
  const types = random.shuffled<TypeLetter>(['N', 'N', 'L', 'L', 'M', 'S', 'S', 'B', 'SS', 'NS', 'BS'])
  const pools = NAMES.map((name, at) => {
    const type = types[at]
    return [
      name,
      [randomValue(random, type), randomValue(random, type), randomValue(random, random.chance(0.6) ? type : undefined)],
    ] as const
  })
  return random.times(count, () => {
    const item: Item = {}
    for (const [name, pool] of pools) {
      const value = random.chance(0.88) ? random.pickFrom(pool) : undefined
      if (value !== undefined) setOwn(item, name, value)
    }
    return item
  })
}

/** A path that mostly leads somewhere in the item. */
export function randomPath(random: RandomSource, item: Readonly<Item>): DocumentPath {
  const name = random.pick(NAMES)
  const path: [string, ...(string | number)[]] = [name]
  let value: AttributeValue | undefined = Object.hasOwn(item, name) ? item[name] : undefined
  while (path.length < 5) {
    if (value?.M !== undefined && random.chance(0.55)) {
      const key = random.pickFrom(Object.keys(value.M)) ?? random.pick(MEMBER_NAMES)
      const step = random.chance(0.85) ? key : random.pick(MEMBER_NAMES)
      path.push(step)
      value = Object.hasOwn(value.M, step) ? value.M[step] : undefined
    } else if (value?.L !== undefined && random.chance(0.55)) {
      const step = random.chance(0.85) ? random.below(Math.max(1, value.L.length)) : random.below(6)
      path.push(step)
      value = value.L[step]
    } else {
      if (random.chance(0.96)) break
      path.push(random.chance(0.5) ? random.pick(MEMBER_NAMES) : random.below(3))
      value = undefined
    }
  }
  return path
}
