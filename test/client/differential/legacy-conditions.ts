// Random conditions in the parameters that expressions replaced: Expected, QueryFilter, ScanFilter.
import type { AttributeValue, ComparisonOperator, Condition, ConditionalOperator, ExpectedAttributeValue } from '@aws-sdk/client-dynamodb'
import type { ConditionSource } from './conditions.js'
import { SERVER } from './database.js'
import type { Random } from './random.js'
import { ATTRIBUTES } from './shapes.js'
import { typeOf, TYPES, valueOf, type ValueType } from './values.js'

type LegacyCondition = Pick<Condition, 'ComparisonOperator' | 'AttributeValueList'> & { ComparisonOperator: ComparisonOperator }

const NAMES = ATTRIBUTES.map(({ name }) => name)

/** What a value may be compared with. */
const COMPARED: readonly ValueType[] = SERVER.comparesDocuments ? TYPES : ['S', 'N', 'B', 'SS', 'NS', 'BS']

/** Conditions by attribute. */
export function legacyConditions(random: Random, source: ConditionSource): Record<string, LegacyCondition> {
  const { item = {}, mayRead, mayUse = () => true } = source
  const names = (random.chance(0.8) ? Object.keys(item) : NAMES).filter(mayUse)
  const readable = names.filter(mayRead)
  const chosen = random.some(random.chance(0.85) && readable.length > 0 ? readable : names, random.between(1, 3))
  const fallback = NAMES.find(mayUse) ?? ['pk', 'sk'].find(mayUse) ?? 'pk'
  return Object.fromEntries(
    (chosen.length === 0 ? [fallback] : chosen).map((name) => {
      const value = item[name]
      const existence: LegacyCondition = { ComparisonOperator: value === undefined ? 'NULL' : 'NOT_NULL' }
      if (!mayRead(name) || (value !== undefined && !COMPARED.includes(typeOf(value)))) return [name, existence]
      if (value === undefined || random.chance(0.1)) return [name, random.chance(0.6) ? existence : anyCondition(random)]
      return [name, random.chance(0.15) ? existence : random.pick(holding(value, random))]
    }),
  )
}

/** DynamoDB takes it only where there is something to join. */
export function conditionalOperator(random: Random, conditions: object): ConditionalOperator | undefined {
  return Object.keys(conditions).length > 1 ? random.pick(['AND', 'OR', undefined]) : undefined
}

/** As {@link legacyConditions}, in all the forms of Expected. */
export function expected(random: Random, source: ConditionSource): Record<string, ExpectedAttributeValue> {
  const conditions = Object.entries(legacyConditions(random, source))
  return Object.fromEntries(
    conditions.map(([name, { ComparisonOperator, AttributeValueList }]): [string, ExpectedAttributeValue] => {
      const [Value] = AttributeValueList ?? []
      if (ComparisonOperator === 'NULL' && random.chance(0.5)) return [name, { Exists: false }]
      if (ComparisonOperator === 'EQ' && random.chance(0.5)) return [name, random.chance(0.5) ? { Value, Exists: true } : { Value }]
      return [name, { ComparisonOperator, AttributeValueList }]
    }),
  )
}

/** What nearly all values are between. */
const OUTERMOST: Readonly<Record<'S' | 'N' | 'B', readonly [AttributeValue, AttributeValue]>> = {
  S: [{ S: '\u0000' }, { S: '\u{1FFFD}' }],
  N: [{ N: '-1e125' }, { N: '1e125' }],
  B: [{ B: new Uint8Array([0]) }, { B: new Uint8Array([255, 255]) }],
}

function holding(value: AttributeValue, random: Random): LegacyCondition[] {
  const type = typeOf(value)
  const one = (ComparisonOperator: ComparisonOperator, ...AttributeValueList: AttributeValue[]): LegacyCondition => ({
    ComparisonOperator,
    AttributeValueList,
  })
  const any = [one('EQ', value), one('NE', type === 'S' ? { N: '1' } : { S: 'another' })]
  if (type === 'S' || type === 'N' || type === 'B') {
    const scalars = [one('LE', value), one('GE', value), one('BETWEEN', value, value), one('IN', value, valueOf(type, random))]
    const [low, high] = OUTERMOST[type]
    const around = [one('LT', high), one('GT', low)]
    const prefix =
      type === 'B'
        ? { B: value.B?.slice(0, 1) ?? new Uint8Array() }
        : {
            S: Array.from(value.S ?? '')
              .slice(0, 1)
              .join(''),
          }
    const texts = [one('BEGINS_WITH', value), one('BEGINS_WITH', prefix), one('CONTAINS', value), one('NOT_CONTAINS', { S: 'nowhere' })]
    const starts = type === 'B' && (value.B ?? []).length > 0 ? [one('BEGINS_WITH', value), one('BEGINS_WITH', prefix)] : []
    return [
      ...any,
      ...scalars,
      ...scalars,
      ...scalars,
      ...around,
      ...around,
      ...starts,
      ...(type === 'S' && value.S !== '' ? [...texts, ...texts] : []),
    ]
  }
  const [text] = value.SS ?? []
  const [number] = value.NS ?? []
  const [bytes] = value.BS ?? []
  return [
    ...any,
    ...(text === undefined ? [] : [one('CONTAINS', { S: text })]),
    ...(number === undefined ? [] : [one('CONTAINS', { N: number }), one('NOT_CONTAINS', { N: '424242' })]),
    ...(bytes === undefined ? [] : [one('CONTAINS', { B: bytes })]),
  ]
}

function anyCondition(random: Random): LegacyCondition {
  const type = random.pick<'S' | 'N' | 'B'>(['S', 'N', 'B'])
  const value = valueOf(type, random)
  return random.pick<LegacyCondition>([
    { ComparisonOperator: random.pick(['EQ', 'NE', 'LE', 'LT', 'GE', 'GT']), AttributeValueList: [value] },
    { ComparisonOperator: random.pick(['EQ', 'NE']), AttributeValueList: [valueOf(random.pick(COMPARED), random)] },
    { ComparisonOperator: 'IN', AttributeValueList: [value, valueOf(type, random)] },
    { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [value] },
    { ComparisonOperator: random.pick(['NULL', 'NOT_NULL']) },
  ])
}
