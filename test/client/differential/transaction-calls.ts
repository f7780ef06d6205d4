// Random TransactGetItems and TransactWriteItems, over one table or two.
import type { TransactGetItem, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { randomUUID } from 'node:crypto'
import type { CallOf } from './call.js'
import { tablesOf } from './batch-calls.js'
import { condition } from './conditions.js'
import { ExpressionWriter } from './expression-writer.js'
import type { ProgramState } from './program-state.js'
import { projectionExpression } from './projections.js'
import type { TableShape } from './shapes.js'
import { updateExpression } from './update-clauses.js'
import { conditionOn } from './written-conditions.js'

export function transactGetItems(state: ProgramState): CallOf<'TransactGetItems'> {
  const { random } = state
  const TransactItems = tablesOf(state).flatMap((shape) =>
    state.someKeys(shape, random.between(1, 5)).map((Key): TransactGetItem => {
      const item = state.itemAt(shape, Key)
      const writer = new ExpressionWriter(random)
      const projection = random.chance(0.5) && {
        ProjectionExpression: projectionExpression(writer, random, item === undefined ? [] : [item]),
        ...writer.parameters,
      }
      return { Get: { TableName: shape.name, Key, ...projection } }
    }),
  )
  return {
    operation: 'TransactGetItems',
    input: { TransactItems, ...(random.chance(0.1) && { ReturnConsumedCapacity: 'TOTAL' }) },
  }
}

export function transactWriteItems(state: ProgramState): CallOf<'TransactWriteItems'> {
  const { random } = state
  const TransactItems = tablesOf(state).flatMap((shape) =>
    state.someKeys(shape, random.between(1, 4), 0.6).map((key) => actionOn(state, shape, key)),
  )
  return {
    operation: 'TransactWriteItems',
    input: {
      TransactItems,
      ...(random.chance(0.2) && { ClientRequestToken: randomUUID() }),
      ...(random.chance(0.1) && { ReturnConsumedCapacity: 'TOTAL' }),
      ...(random.chance(0.1) && { ReturnItemCollectionMetrics: 'SIZE' }),
    },
  }
}

function actionOn(state: ProgramState, shape: TableShape, key: Item): TransactWriteItem {
  const { random } = state
  const isThere = state.itemAt(shape, key) !== undefined
  const common = {
    TableName: shape.name,
    ...(random.chance(0.6) && { ReturnValuesOnConditionCheckFailure: random.pick(['ALL_OLD', 'ALL_OLD', 'NONE']) }),
  }
  const conditional = (writer?: ExpressionWriter) => conditionOn(state, shape, key, writer, 0.35)
  const put = (): TransactWriteItem => ({ Put: { ...common, Item: state.newItem(shape, key), ...conditional() } })
  const remove = (): TransactWriteItem => ({ Delete: { ...common, Key: key, ...conditional() } })
  const check = (): TransactWriteItem => {
    const writer = new ExpressionWriter(random)
    const source = { item: state.itemAt(shape, key), mayRead: state.mayRead(shape, key) }
    const ConditionExpression = condition(writer, random, source)
    return { ConditionCheck: { ...common, Key: key, ConditionExpression, ...writer.parameters } }
  }
  const update = (): TransactWriteItem => {
    const writer = new ExpressionWriter(random)
    const UpdateExpression = updateExpression(state, shape, key, writer)
    return { Update: { ...common, Key: key, UpdateExpression, ...conditional(writer) } }
  }
  const mayUpdate = isThere || state.mayCreateByUpdate(shape, key)
  return random.pick(mayUpdate ? [put, remove, check, update] : [put, put, remove, check])()
}
