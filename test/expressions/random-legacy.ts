// Random parameters of the kind from before expressions, most of them right.
import type {
  AttributeValue,
  AttributeValueUpdate,
  ComparisonOperator,
  ConditionalOperator,
  ExpectedAttributeValue,
} from '@aws-sdk/client-dynamodb'
import { typeLetter, type TypeLetter } from '../../src/expressions/attribute-type.js'
import { setOwn, type Item } from '../../src/items.js'
import { NAMES, randomType, randomValue } from './random-items.js'
import type { RandomSource } from './random-source.js'

const OPERATORS = [
  'EQ',
  'NE',
  'LT',
  'LE',
  'GT',
  'GE',
  'NULL',
  'NOT_NULL',
  'CONTAINS',
  'NOT_CONTAINS',
  'BEGINS_WITH',
  'IN',
  'BETWEEN',
] as const
const ORDERED = ['S', 'N', 'B'] as const
const TYPES: Readonly<Partial<Record<ComparisonOperator, readonly [TypeLetter, ...TypeLetter[]]>>> = {
  LT: ORDERED,
  LE: ORDERED,
  GT: ORDERED,
  GE: ORDERED,
  IN: ORDERED,
  BETWEEN: ORDERED,
  CONTAINS: ['S', 'N', 'B', 'BOOL', 'NULL'],
  NOT_CONTAINS: ['S', 'N', 'B', 'BOOL', 'NULL'],
  BEGINS_WITH: ['S', 'B'],
}

interface Comparison {
  readonly ComparisonOperator: ComparisonOperator
  readonly AttributeValueList?: AttributeValue[]
}

function randomComparison(random: RandomSource, name: string, items: readonly Item[]): Comparison {
  const operator = random.pick(OPERATORS)
  const usual =
    operator === 'NULL' || operator === 'NOT_NULL' ? 0 : operator === 'BETWEEN' ? 2 : operator === 'IN' ? 1 + random.below(4) : 1
  const count = random.chance(0.02) ? random.below(3) : usual
  const allowed = TYPES[operator]
  const type = random.chance(0.03) || allowed === undefined ? undefined : likelyType(random, allowed, name, items)
  const values = random.times(count, () => asciiPart(operator, likelyValue(random, name, items, type)))
  return { ComparisonOperator: operator, ...((count > 0 || random.chance(0.2)) && { AttributeValueList: values }) }
}

/** See "binary parts in CONTAINS" in local-oddities.test.ts. */
function asciiPart(operator: ComparisonOperator, value: AttributeValue): AttributeValue {
  if (value.B === undefined || !operator.endsWith('CONTAINS')) return value
  return { B: value.B.map((byte) => byte & 127) }
}

/** Of a type that some version of the item has there, if that may be. */
function likelyType(
  random: RandomSource,
  allowed: readonly [TypeLetter, ...TypeLetter[]],
  name: string,
  items: readonly Item[],
): TypeLetter {
  const item = random.pickFrom(items) ?? {}
  const held = Object.hasOwn(item, name) ? item[name] : undefined
  const type = held && typeLetter(held)
  return type !== undefined && allowed.includes(type) ? type : random.pick(allowed)
}

function likelyValue(random: RandomSource, name: string, items: readonly Item[], type: TypeLetter | undefined): AttributeValue {
  const item = random.pickFrom(items) ?? {}
  const held = Object.hasOwn(item, name) ? item[name] : undefined
  if (held !== undefined && (type === undefined || held[type] !== undefined) && random.chance(0.7)) return held
  return randomValue(random, type ?? randomType(random))
}

function someNames(random: RandomSource): readonly string[] {
  return random.shuffled(NAMES).slice(
    0,
    random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
      [0.2, 0],
    ]),
  )
}

function operatorFor(random: RandomSource, names: readonly string[]): ConditionalOperator | undefined {
  if (random.chance(names.length > 1 ? 0.6 : 0.03)) return random.pick(['AND', 'OR'])
  return undefined
}

export interface RandomFilter<T> {
  readonly filter: Record<string, T>
  readonly operator: ConditionalOperator | undefined
}

export function randomFilter(random: RandomSource, items: readonly Item[]): RandomFilter<Comparison> {
  return randomRows(random, (name) => randomComparison(random, name, items))
}

export function randomExpected(random: RandomSource, items: readonly Item[]): RandomFilter<ExpectedAttributeValue> {
  return randomRows(random, (name) =>
    random.weighted<() => ExpectedAttributeValue>([
      [6, () => randomComparison(random, name, items)],
      [2, () => ({ Value: likelyValue(random, name, items, undefined), ...(random.chance(0.3) && { Exists: true }) })],
      [1, () => ({ Exists: false })],
      [0.1, () => ({ Exists: random.chance(0.5), ...(random.chance(0.5) && { Value: { N: '1' } }) })],
      [0.1, () => ({ Value: { N: '1' }, AttributeValueList: [{ N: '1' }] })],
      [0.1, () => ({ ...randomComparison(random, name, items), Exists: true })],
      [0.1, () => ({ ComparisonOperator: 'EQ', Value: { N: '1' } })],
      [0.05, () => ({})],
    ])(),
  )
}

function randomRows<T>(random: RandomSource, make: (name: string) => T): RandomFilter<T> {
  const names = someNames(random)
  const filter: Record<string, T> = {}
  for (const name of names) setOwn(filter, name, make(name))
  return { filter, operator: operatorFor(random, names) }
}

export function randomAttributeUpdates(random: RandomSource, item: Item): Record<string, AttributeValueUpdate> {
  const updates: Record<string, AttributeValueUpdate> = {}
  for (const name of someNames(random)) {
    const held = Object.hasOwn(item, name) ? item[name] : undefined
    const sets = ['SS', 'NS', 'BS'] as const
    const added = ['N', 'SS', 'NS', 'BS', 'L'] as const
    const like = <T extends TypeLetter>(types: readonly [T, ...T[]]) =>
      types.find((type) => held?.[type] !== undefined) ?? random.pick(types)
    const value = (type: TypeLetter) => likelyValue(random, name, [item], type)
    const update = random.weighted<() => AttributeValueUpdate>([
      [3, () => ({ Action: 'PUT', Value: randomValue(random) })],
      [1, () => ({ Value: randomValue(random) })],
      [2, () => ({ Action: 'DELETE' })],
      [3, () => ({ Action: 'DELETE', Value: value(like(sets)) })],
      [3, () => ({ Action: 'ADD', Value: randomValue(random, like(added)) })],
      [0.2, () => ({ Action: random.pick(['ADD', 'DELETE']), Value: randomValue(random) })],
      [0.1, () => ({ Action: 'PUT' })],
    ])()
    setOwn(updates, name, update)
  }
  return updates
}

export function randomAttributesToGet(random: RandomSource): string[] {
  const names = random.shuffled(NAMES).slice(0, 1 + random.below(4))
  return random.chance(0.04) ? [...names, names[0] ?? 'a'] : [...names, ...(random.chance(0.2) ? ['nothing'] : [])]
}
