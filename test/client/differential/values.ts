// Random attribute values. Few different ones, so that conditions often hold; hard ones among them.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { SERVER } from './database.js'
import type { Random } from './random.js'

export const TYPES = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'BOOL', 'NULL'] as const
export type ValueType = (typeof TYPES)[number]

const TEXTS = ['', 'a', 'ab', 'abc', 'b', 'Zebra', 'é', 'e\u0301', '\u{1F600}', '\uFFFD', 'a.b', ' ', '#a', 'true', '\u0000'] as const
/** As DynamoDB would write them, and not. */
const NUMBERS = ['0', '1', '-1', '2', '3', '10', '100', '5.00', '1e2', '0.1', '-7.5', '007', '-0', '1.50E+3', '1E-5'] as const
const RARE_NUMBERS = [
  '12345678901234567890123456789012345678',
  '-0.00000000000000000000012345678901234567890123456789012345678',
  '1E-130',
  '-1E-130',
  '9.9999999999999999999999999999999999999E+125',
  '-9.9999999999999999999999999999999999999E+125',
  '123456789012345678901234567890123456780000',
] as const
const BYTES = [[], [0], [1], [1, 2], [1, 2, 3], [255], [0xf0, 0x9f]] as const

/** Keys of maps: one with a dot, which is a single name only by way of `#`; one that every object of JavaScript has, which dynalite falls for. */
export const MAP_KEYS: readonly string[] = ['a', 'b', 'c.d', 'deep', 'status', ...(SERVER.name === 'dynalite' ? [] : ['constructor'])]

export function textValue(random: Random): string {
  return random.pick(TEXTS)
}

export function numberValue(random: Random): string {
  return random.chance(0.1) ? random.pick(RARE_NUMBERS) : random.pick(NUMBERS)
}

export function bytesValue(random: Random): Uint8Array {
  return new Uint8Array(random.pick(BYTES))
}

/** Sets have members that DynamoDB tells apart, none of them empty. */
function members<T>(random: Random, choices: readonly T[]): T[] {
  return random.some(choices, random.between(1, 4))
}

const DISTINCT_NUMBERS = ['0', '1', '-1', '2', '3.0', '1e1', '0.10', '-7.5', '100'] as const

/** How deep lists and maps go. */
const DEEPEST = 3

const MAKE: Readonly<Record<ValueType, (random: Random, depth: number) => AttributeValue>> = {
  S: (random) => ({ S: textValue(random) }),
  N: (random) => ({ N: numberValue(random) }),
  B: (random) => ({ B: bytesValue(random) }),
  SS: (random) => ({ SS: members(random, TEXTS.slice(1)) }),
  NS: (random) => ({ NS: members(random, DISTINCT_NUMBERS) }),
  BS: (random) => ({ BS: members(random, BYTES.slice(1)).map((bytes) => new Uint8Array(bytes)) }),
  L: (random, depth) => ({ L: Array.from({ length: random.below(5) }, () => anyValue(random, depth + 1)) }),
  M: (random, depth) => ({
    M: Object.fromEntries(random.some(MAP_KEYS, random.below(5)).map((key) => [key, anyValue(random, depth + 1)])),
  }),
  BOOL: (random) => ({ BOOL: random.chance(0.5) }),
  NULL: () => ({ NULL: true }),
}

export function valueOf(type: ValueType, random: Random, depth = 0): AttributeValue {
  return MAKE[type](random, depth)
}

export function anyValue(random: Random, depth = 0): AttributeValue {
  return valueOf(random.pick(depth >= DEEPEST ? TYPES.filter((type) => type !== 'L' && type !== 'M') : TYPES), random, depth)
}

export function typeOf(value: AttributeValue): ValueType {
  const type = TYPES.find((candidate) => value[candidate] !== undefined)
  if (type === undefined) throw new Error('a value without a type')
  return type
}
