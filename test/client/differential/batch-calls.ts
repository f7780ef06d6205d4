// Random BatchGetItem and BatchWriteItem, over one table or two.
import type { KeysAndAttributes, WriteRequest } from '@aws-sdk/client-dynamodb'
import type { CallOf } from './call.js'
import { ExpressionWriter } from './expression-writer.js'
import { keyOf, type ProgramState } from './program-state.js'
import { attributesToGet, projectionExpression } from './projections.js'
import type { TableShape } from './shapes.js'
import { tableName } from './single-item-calls.js'

/** The main table, and often another one beside it. */
export function tablesOf(state: ProgramState): TableShape[] {
  const { main, other } = state
  return main !== other && state.random.chance(0.4) ? [main, other] : [main]
}

export function batchGetItem(state: ProgramState): CallOf<'BatchGetItem'> {
  const { random } = state
  // DynamoDB takes one form in all tables of a batch.
  const isLegacy = random.chance(0.3)
  const RequestItems = Object.fromEntries(
    tablesOf(state).map((shape) => [tableName(state, shape.name), keysAndAttributes(state, shape, isLegacy)] as const),
  )
  return {
    operation: 'BatchGetItem',
    input: { RequestItems, ...(random.chance(0.15) && { ReturnConsumedCapacity: random.pick(['INDEXES', 'TOTAL']) }) },
  }
}

function keysAndAttributes(state: ProgramState, shape: TableShape, isLegacy: boolean): KeysAndAttributes {
  const { random } = state
  const Keys = state.someKeys(shape, random.between(1, 8))
  const items = Keys.map((key) => state.itemAt(shape, key)).filter((item) => item !== undefined)
  const writer = new ExpressionWriter(random)
  const projection = random.chance(0.3)
    ? {}
    : isLegacy
      ? { AttributesToGet: attributesToGet(random, items) }
      : { ProjectionExpression: projectionExpression(writer, random, items), ...writer.parameters }
  return { Keys, ...projection, ...(random.chance(0.3) && { ConsistentRead: true }) }
}

/** @param puts - the share of puts among the writes */
export function batchWriteItem(state: ProgramState, puts = 0.7, tables = tablesOf(state)): CallOf<'BatchWriteItem'> {
  const { random } = state
  const RequestItems = Object.fromEntries(
    tables.map((shape) => {
      const keys = state.someKeys(shape, random.between(2, 10), 0.3)
      const requests = keys.map((key): WriteRequest =>
        random.chance(puts) ? { PutRequest: { Item: state.newItem(shape, key) } } : { DeleteRequest: { Key: keyOf(shape, key) } },
      )
      return [tableName(state, shape.name), requests] as const
    }),
  )
  return {
    operation: 'BatchWriteItem',
    input: {
      RequestItems,
      ...(random.chance(0.15) && { ReturnConsumedCapacity: random.pick(['INDEXES', 'TOTAL']) }),
      ...(random.chance(0.1) && { ReturnItemCollectionMetrics: 'SIZE' }),
    },
  }
}
