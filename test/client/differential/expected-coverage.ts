// What a full run must have met often enough, in successful calls.
import type { Server } from './servers.js'
import { SHAPES } from './shapes.js'

/** `PutItem: a b` as `PutItem a`, `PutItem b`. */
const lines = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [prefix = '', options = ''] = line.split(':')
      return options
        .trim()
        .split(', ')
        .map((option) => `${prefix.trim()} ${option}`)
    })

const indexes = SHAPES.indexed.indexes.map(({ name }) => `IndexName ${name}`).join(', ')
const written =
  'ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, Expected, ConditionalOperator AND, ConditionalOperator OR, ' +
  'ReturnValues ALL_OLD, ReturnValues NONE, ReturnValuesOnConditionCheckFailure ALL_OLD, ReturnValuesOnConditionCheckFailure NONE, ' +
  'ReturnConsumedCapacity INDEXES, ReturnConsumedCapacity TOTAL, ReturnConsumedCapacity NONE, ReturnItemCollectionMetrics SIZE, ReturnItemCollectionMetrics NONE'
const paged =
  'ExclusiveStartKey, ExpressionAttributeNames, ExpressionAttributeValues, FilterExpression, ProjectionExpression, AttributesToGet, ConditionalOperator AND, ' +
  'ConditionalOperator OR, ConsistentRead true, Limit, Select COUNT, Select ALL_ATTRIBUTES, Select ALL_PROJECTED_ATTRIBUTES, Select SPECIFIC_ATTRIBUTES, ' +
  'ReturnConsumedCapacity INDEXES, ReturnConsumedCapacity TOTAL'
const conditional =
  'ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ReturnValuesOnConditionCheckFailure ALL_OLD, ReturnValuesOnConditionCheckFailure NONE'

const OPTIONS = lines(`
  PutItem: ${written}
  DeleteItem: ${written}
  UpdateItem: ${written}, UpdateExpression, AttributeUpdates, ReturnValues ALL_NEW, ReturnValues UPDATED_OLD, ReturnValues UPDATED_NEW
  GetItem: ProjectionExpression, ExpressionAttributeNames, AttributesToGet, ConsistentRead true, ConsistentRead false, ReturnConsumedCapacity TOTAL
  BatchGetItem: ProjectionExpression, ExpressionAttributeNames, AttributesToGet, ConsistentRead true, two tables, ReturnConsumedCapacity INDEXES, ReturnConsumedCapacity TOTAL
  BatchWriteItem: PutRequest, DeleteRequest, two tables, ReturnConsumedCapacity INDEXES, ReturnConsumedCapacity TOTAL, ReturnItemCollectionMetrics SIZE
  Query: ${paged}, ${indexes}, KeyConditionExpression, KeyConditions, QueryFilter, ScanIndexForward true, ScanIndexForward false
  Scan: ${paged}, ${indexes}, ScanFilter, Segment, TotalSegments
  TransactGetItems: Get, two tables, ReturnConsumedCapacity TOTAL
  TransactGetItems Get: ProjectionExpression, ExpressionAttributeNames
  TransactWriteItems: Put, Delete, Update, ConditionCheck, two tables, ClientRequestToken, ReturnConsumedCapacity TOTAL, ReturnItemCollectionMetrics SIZE
  TransactWriteItems Put: ${conditional}
  TransactWriteItems Delete: ${conditional}
  TransactWriteItems Update: ${conditional}, UpdateExpression
  TransactWriteItems ConditionCheck: ${conditional}
`)

const condition =
  'attribute_exists, attribute_not_exists, attribute_type, begins_with, contains, size, =, <>, <, <=, >, >=, AND, OR, NOT, BETWEEN, IN'
const compared = 'EQ, NE, LE, LT, GE, GT, NOT_NULL, NULL, CONTAINS, NOT_CONTAINS, BEGINS_WITH, IN, BETWEEN'

const FEATURES = [
  ...lines(`
    ConditionExpression: ${condition}
    FilterExpression: ${condition}
    ProjectionExpression: nested path, list index, name by #
    UpdateExpression: SET, REMOVE, ADD, DELETE, if_not_exists, list_append, sum, difference, nested path, list index
    AttributeUpdates: PUT, ADD, DELETE
    Expected: ${compared}, Value or Exists
    QueryFilter: ${compared}
    ScanFilter: ${compared}
    KeyConditions: EQ, LE, LT, GE, GT, BEGINS_WITH, BETWEEN
    table: ${Object.keys(SHAPES).join(', ')}
    Query: further page
    Scan: further page
    #: for a name with a dot
  `),
  'table by ARN',
]

export function expectedOptions({ operations, leftOut }: Server): readonly string[] {
  return OPTIONS.filter((option) => operations.some((operation) => option.startsWith(`${operation} `)) && !leftOut.includes(option))
}

export function expectedFeatures({ leftOut }: Server): readonly string[] {
  return FEATURES.filter((feature) => !leftOut.includes(feature))
}
