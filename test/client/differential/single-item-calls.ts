// Random PutItem, GetItem, UpdateItem and DeleteItem.
import type { CallOf } from './call.js'
import { ExpressionWriter } from './expression-writer.js'
import type { ProgramState } from './program-state.js'
import { attributesToGet, projectionExpression } from './projections.js'
import type { Random } from './random.js'
import { updateExpression, attributeUpdates } from './update-clauses.js'
import { conditionOn, conditionOrExpected, expectedOf } from './written-conditions.js'

/** Now and then a table goes by its ARN. */
export function tableName({ random, server }: ProgramState, name: string): string {
  return server.takesArns && random.chance(0.03) ? `arn:aws:dynamodb:us-east-1:000000000000:table/${name}` : name
}

function returned<const V extends string>(random: Random, values: readonly V[]): { ReturnValues?: V } {
  return random.chance(0.6) ? { ReturnValues: random.pick(values) } : {}
}

/** Parameters that change nothing of the answer but what it adds to it. */
function extras(random: Random) {
  return {
    ...(random.chance(0.2) && { ReturnConsumedCapacity: random.pick(['INDEXES', 'TOTAL', 'NONE']) }),
    ...(random.chance(0.15) && { ReturnItemCollectionMetrics: random.pick(['SIZE', 'NONE']) }),
  }
}

function onFailure({ random, server }: ProgramState) {
  return server.returnsItemsOnFailure && random.chance(0.6)
    ? { ReturnValuesOnConditionCheckFailure: random.pick(['ALL_OLD', 'ALL_OLD', 'NONE']) }
    : {}
}

export function putItem(state: ProgramState): CallOf<'PutItem'> {
  const { random } = state
  const shape = state.table()
  const key = state.someKey(shape, 0.5)
  return {
    operation: 'PutItem',
    input: {
      TableName: tableName(state, shape.name),
      Item: state.newItem(shape, key),
      ...conditionOrExpected(state, shape, key),
      ...returned(random, ['ALL_OLD', 'ALL_OLD', 'NONE']),
      ...onFailure(state),
      ...extras(random),
    },
  }
}

export function getItem(state: ProgramState): CallOf<'GetItem'> {
  const { random } = state
  const shape = state.table()
  const Key = state.someKey(shape)
  const item = state.itemAt(shape, Key)
  const items = item === undefined ? [] : [item]
  const writer = new ExpressionWriter(random)
  const projection = random.weighted([
    [3, () => ({})],
    [6, () => ({ ProjectionExpression: projectionExpression(writer, random, items), ...writer.parameters })],
    [2, () => ({ AttributesToGet: attributesToGet(random, items) })],
  ])()
  return {
    operation: 'GetItem',
    input: {
      TableName: tableName(state, shape.name),
      Key,
      ...projection,
      ...(random.chance(0.5) && { ConsistentRead: random.chance(0.7) }),
      ...(random.chance(0.05) && { ReturnConsumedCapacity: 'TOTAL' }),
    },
  }
}

export function deleteItem(state: ProgramState): CallOf<'DeleteItem'> {
  const { random } = state
  const shape = state.table()
  const Key = state.someKey(shape, 0.7)
  return {
    operation: 'DeleteItem',
    input: {
      TableName: tableName(state, shape.name),
      Key,
      ...conditionOrExpected(state, shape, Key),
      ...returned(random, ['ALL_OLD', 'ALL_OLD', 'NONE']),
      ...onFailure(state),
      ...extras(random),
    },
  }
}

export function updateItem(state: ProgramState): CallOf<'UpdateItem'> | undefined {
  const { random, server } = state
  const shape = state.table()
  const Key = state.someKey(shape, 0.95)
  if (state.itemAt(shape, Key) === undefined && !state.mayCreateByUpdate(shape, Key)) return undefined
  const writer = new ExpressionWriter(random)
  // Without the item in the answer a failed condition is taken for one that there is no item.
  const conditions = server.returnsItemsOnFailure ? 0.5 : 0
  const changes = random.weighted<() => Partial<CallOf<'UpdateItem'>['input']>>([
    [
      6,
      () => ({
        UpdateExpression: updateExpression(state, shape, Key, writer),
        ...conditionOn(state, shape, Key, writer, conditions),
      }),
    ],
    [
      4,
      () => ({
        AttributeUpdates: attributeUpdates(state, shape, Key),
        ...(random.chance(1.5 * conditions) && expectedOf(state, shape, Key)),
      }),
    ],
    // Nothing but a condition, or not even that: legal, and it touches the item.
    [1, () => conditionOn(state, shape, Key, writer, conditions)],
  ])()
  return {
    operation: 'UpdateItem',
    input: {
      TableName: tableName(state, shape.name),
      Key,
      ...changes,
      ...returned(
        random,
        tellsChanges(changes, state) ? ['ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW', 'NONE'] : ['ALL_OLD', 'ALL_NEW', 'NONE'],
      ),
      ...onFailure(state),
      ...extras(random),
    },
  }
}

/**
 * Whether UPDATED_OLD and UPDATED_NEW may be asked for. Of an update that changes nothing DynamoDB Local answers with an InternalFailure; of
 * one that changes a part of an attribute, with the whole of it (see by-design.ts).
 */
function tellsChanges({ UpdateExpression, AttributeUpdates }: Partial<CallOf<'UpdateItem'>['input']>, { scope }: ProgramState): boolean {
  if (UpdateExpression === undefined) return AttributeUpdates !== undefined
  return !scope.localEvaluation || !/[\w#][.[]/.test(UpdateExpression)
}
