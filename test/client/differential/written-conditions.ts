// The condition of a write, in either form, or none.
import type { ExpectedAttributeValue, ConditionalOperator } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { condition } from './conditions.js'
import { ExpressionWriter } from './expression-writer.js'
import { conditionalOperator, expected } from './legacy-conditions.js'
import type { ProgramState } from './program-state.js'
import type { TableShape } from './shapes.js'

export interface ExpressionParameters {
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Item
}

export interface LegacyParameters {
  Expected?: Record<string, ExpectedAttributeValue>
  ConditionalOperator?: ConditionalOperator
}

/** @param writer - of the request's other expressions */
export function conditionOn(
  state: ProgramState,
  shape: TableShape,
  key: Item,
  writer = new ExpressionWriter(state.random),
  share = 0.5,
): ExpressionParameters {
  const source = { item: state.itemAt(shape, key), mayRead: state.mayRead(shape, key) }
  const ConditionExpression = state.random.chance(share) ? condition(writer, state.random, source) : undefined
  return { ...(ConditionExpression !== undefined && { ConditionExpression }), ...writer.parameters }
}

export function expectedOf(state: ProgramState, shape: TableShape, key: Item): LegacyParameters {
  const Expected = expected(state.random, { item: state.itemAt(shape, key), mayRead: state.mayRead(shape, key) })
  const operator = conditionalOperator(state.random, Expected)
  return { Expected, ...(operator !== undefined && { ConditionalOperator: operator }) }
}

export function conditionOrExpected(state: ProgramState, shape: TableShape, key: Item): ExpressionParameters & LegacyParameters {
  return state.random.chance(0.35) ? expectedOf(state, shape, key) : conditionOn(state, shape, key)
}
