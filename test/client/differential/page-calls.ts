// Random Query and Scan: of tables and indexes, filtered, projected, counted, in pages and in segments.
import type { AttributeValue, Condition, Select } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { Call, CallOf } from './call.js'
import { condition, type ConditionSource } from './conditions.js'
import { ExpressionWriter } from './expression-writer.js'
import { conditionalOperator, legacyConditions } from './legacy-conditions.js'
import type { ProgramState } from './program-state.js'
import { attributesToGet, projectionExpression } from './projections.js'
import type { Random } from './random.js'
import type { IndexShape, KeyAttribute, TableShape } from './shapes.js'
import { tableName } from './single-item-calls.js'

interface Place {
  readonly shape: TableShape
  readonly index: IndexShape | undefined
  readonly keys: readonly [KeyAttribute, ...KeyAttribute[]]
}

/** A table or one of its indexes; a count may be of any, items only of what the table's options let be read. */
function place(state: ProgramState): Place {
  const shape = state.table()
  const readable = shape.partialIndexReads === 'fetch' && state.server.readsPartialIndexes
  const indexes = shape.indexes.filter(({ projection }) => projection === 'ALL' || readable)
  const index = state.random.chance(0.65) ? state.random.pickAny(indexes) : undefined
  return { shape, index, keys: index?.keys ?? shape.keys }
}

/** Attributes that an index has; undefined for all. */
function heldBy({ shape, index }: Place): readonly string[] | undefined {
  if (index === undefined || index.projection === 'ALL') return undefined
  return [...shape.keys, ...index.keys].map(({ name }) => name).concat(index.included ?? [])
}

/** Items that are in the place. */
function itemsIn(state: ProgramState, { shape, keys }: Place): Item[] {
  return state.itemsOf(shape).filter((item) => keys.every(({ name }) => item[name] !== undefined))
}

interface Selection {
  Select?: Select
  ProjectionExpression?: string
  AttributesToGet?: string[]
}

function selection(state: ProgramState, writer: ExpressionWriter | undefined, at: Place, items: readonly Item[]): Selection {
  const { random } = state
  // A local index gives what it lacks from the table.
  const held = at.index?.kind === 'local' ? undefined : heldBy(at)
  const partial = at.index?.kind === 'global' && at.index.projection !== 'ALL'
  const specific = (): Selection => ({ ...(random.chance(0.3) && { Select: 'SPECIFIC_ATTRIBUTES' }) })
  return random.weighted<() => Selection>([
    [5, () => ({})],
    [2, () => ({ Select: 'COUNT' })],
    [partial ? 0 : 1, () => ({ Select: 'ALL_ATTRIBUTES' })],
    [at.index === undefined ? 0 : 2, () => ({ Select: 'ALL_PROJECTED_ATTRIBUTES' })],
    [
      5,
      () =>
        writer === undefined
          ? { AttributesToGet: attributesToGet(random, items, held), ...specific() }
          : { ProjectionExpression: projectionExpression(writer, random, items, held), ...specific() },
    ],
  ])()
}

function paging(random: Random) {
  return {
    ...(random.chance(0.45) && { Limit: random.between(1, 6) }),
    ...(random.chance(0.05) && { ReturnConsumedCapacity: random.pick(['INDEXES', 'TOTAL']) }),
  }
}

/** Global indexes have no consistent reads. */
function consistency(random: Random, { index }: Place) {
  return index?.kind !== 'global' && random.chance(0.3) ? { ConsistentRead: true } : {}
}

/** A filter may use what the index has; that of a Query no key. */
function filterSource(state: ProgramState, at: Place, items: readonly Item[], keysToo: boolean): ConditionSource {
  const held = heldBy(at)
  const isKey = (name: string) => at.keys.some((key) => key.name === name)
  return {
    item: state.random.pickAny(items),
    mayRead: state.mayRead(at.shape, undefined),
    mayUse: (name) => (held === undefined || held.includes(name)) && (keysToo || !isKey(name)),
  }
}

export function scan(state: ProgramState): CallOf<'Scan'> {
  const { random } = state
  const at = place(state)
  const items = itemsIn(state, at)
  const source = filterSource(state, at, items, true)
  const TotalSegments = random.between(1, 4)
  const common = {
    TableName: tableName(state, at.shape.name),
    ...(at.index && { IndexName: at.index.name }),
    ...paging(random),
    ...consistency(random, at),
    ...(random.chance(0.25) && { Segment: random.below(TotalSegments), TotalSegments }),
  }
  if (random.chance(0.4)) {
    const ScanFilter = random.chance(0.8) ? legacyConditions(random, source) : undefined
    const operator = ScanFilter && conditionalOperator(random, ScanFilter)
    return {
      operation: 'Scan',
      input: {
        ...common,
        ...selection(state, undefined, at, items),
        ...(ScanFilter && { ScanFilter }),
        ...(operator && { ConditionalOperator: operator }),
      },
    }
  }
  const writer = new ExpressionWriter(random)
  const filter = random.chance(0.45) && { FilterExpression: condition(writer, random, source) }
  return { operation: 'Scan', input: { ...common, ...selection(state, writer, at, items), ...filter, ...writer.parameters } }
}

export function query(state: ProgramState): CallOf<'Query'> {
  const { random } = state
  const at = place(state)
  const items = itemsIn(state, at)
  const sought = random.chance(0.9) ? random.pickAny(items) : undefined
  const valueOf = ({ name, values }: KeyAttribute) => sought?.[name] ?? random.pick(values)
  const found = sought === undefined ? [] : items.filter((item) => sameValue(item[at.keys[0].name], sought[at.keys[0].name]))
  const source = filterSource(state, at, found, false)
  const common = {
    TableName: tableName(state, at.shape.name),
    ...(at.index && { IndexName: at.index.name }),
    ...paging(random),
    ...consistency(random, at),
    ...(random.chance(0.4) && { ScanIndexForward: random.chance(0.3) }),
  }
  const [hash, range] = at.keys
  const ranged = range !== undefined && random.chance(0.7)
  if (random.chance(0.5)) {
    const QueryFilter = random.chance(0.9) ? legacyConditions(random, source) : undefined
    const operator = QueryFilter && conditionalOperator(random, QueryFilter)
    return {
      operation: 'Query',
      input: {
        ...common,
        ...selection(state, undefined, at, found),
        KeyConditions: {
          [hash.name]: { ComparisonOperator: 'EQ', AttributeValueList: [valueOf(hash)] },
          ...(ranged && { [range.name]: legacyRange(random, range, valueOf(range)) }),
        },
        ...(QueryFilter && { QueryFilter }),
        ...(operator && { ConditionalOperator: operator }),
      },
    }
  }
  const writer = new ExpressionWriter(random)
  const equal = `${writer.path([hash.name])} = ${writer.value(valueOf(hash))}`
  const conditions = ranged ? random.shuffled([equal, rangeCondition(writer, random, range, valueOf(range))]) : [equal]
  const filter = random.chance(0.45) && { FilterExpression: condition(writer, random, source) }
  return {
    operation: 'Query',
    input: {
      ...common,
      ...selection(state, writer, at, found),
      KeyConditionExpression: conditions.join(' AND '),
      ...filter,
      ...writer.parameters,
    },
  }
}

function sameValue(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function rangeCondition(writer: ExpressionWriter, random: Random, { name, type }: KeyAttribute, value: AttributeValue): string {
  const path = writer.path([name])
  return random.pick([
    () => `${path} ${random.pick(['=', '<=', '>=', '<', '>'])} ${writer.value(value)}`,
    () => `${path} BETWEEN ${writer.value(value)} AND ${writer.value(value)}`,
    () => (type === 'N' ? `${path} >= ${writer.value({ N: '-5' })}` : `begins_with(${path}, ${writer.value(prefixOf(value))})`),
  ])()
}

function legacyRange(random: Random, { type }: KeyAttribute, value: AttributeValue): Condition {
  const compared = (): Condition => ({
    ComparisonOperator: random.pick(['EQ', 'LE', 'GE', 'LT', 'LT', 'GT', 'GT']),
    AttributeValueList: [value],
  })
  return random.pick<() => Condition>([
    compared,
    compared,
    compared,
    () => ({ ComparisonOperator: 'BETWEEN', AttributeValueList: [value, value] }),
    () =>
      type === 'N'
        ? { ComparisonOperator: 'LE', AttributeValueList: [{ N: '100' }] }
        : { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [prefixOf(value)] },
  ])()
}

function prefixOf({ S, B }: AttributeValue): AttributeValue {
  return B === undefined
    ? {
        S: Array.from(S ?? 'x')
          .slice(0, 1)
          .join(''),
      }
    : { B: B.slice(0, 1) }
}

/** The call for the page after this one. */
export function nextPage(call: Call, lastEvaluatedKey: Item | undefined): CallOf<'Query' | 'Scan'> | undefined {
  if (lastEvaluatedKey === undefined) return undefined
  if (call.operation === 'Query') return { operation: 'Query', input: { ...call.input, ExclusiveStartKey: lastEvaluatedKey } }
  if (call.operation === 'Scan') return { operation: 'Scan', input: { ...call.input, ExclusiveStartKey: lastEvaluatedKey } }
  return undefined
}
