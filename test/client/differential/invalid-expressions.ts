// Expressions that DynamoDB refuses, each with one fault, in all the places where an expression of its kind may stand.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Call } from './call.js'
import type { InvalidRow, RowContext } from './invalid-rows.js'

/** An expression with its placeholders: [fault, text, values, names]. Attributes are such as all tables let expressions use. */
type Fault = readonly [
  fault: string,
  text: string,
  values?: Readonly<Record<string, AttributeValue>> | undefined,
  names?: Readonly<Record<string, string>>,
]

const A = { S: 'a' }
const ONE = { N: '1' }
const numbered = (count: number): Record<string, AttributeValue> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`:v${String(at)}`, { N: String(at) }]))

const CONDITION_FAULTS: readonly Fault[] = [
  ['empty', ''],
  ['cut short', 'nText ='],
  ['unknown character', 'nText % :v', { ':v': A }],
  ['undefined #name', '#missing = :v', { ':v': A }, { '#other': 'nText' }],
  ['undefined :value', 'nText = :missing', { ':v': A }],
  ['unused #name', 'nText = :v', { ':v': A }, { '#unused': 'nText' }],
  ['unused :value', 'nText = :v', { ':v': A, ':unused': ONE }],
  ['reserved word', 'status = :v', { ':v': A }],
  ['unknown function', 'starts_with(nText, :v)', { ':v': A }],
  ['number of operands', 'begins_with(nText)'],
  ['type of operand', 'begins_with(nText, :v)', { ':v': ONE }],
  ['same operands', 'nText = nText'],
  ['bounds in wrong order', 'nText BETWEEN :b AND :a', { ':a': A, ':b': { S: 'b' } }],
  ['bounds of two types', 'nText BETWEEN :n AND :a', { ':a': A, ':n': ONE }],
  ['unknown type', 'attribute_type(nText, :v)', { ':v': { S: 'TEXT' } }],
  ['more than 100 options', `nNumber IN (${Object.keys(numbered(101)).join(', ')})`, numbered(101)],
  ['redundant parentheses', '((nText = :v))', { ':v': A }],
  ['names key without #', 'nText = :v', { ':v': A }, { name: 'nText' }],
  ['values key without :', 'nText = :v', { v: A }],
  ['no names', 'nText = :v', { ':v': A }, {}],
  ['no values', 'attribute_exists(nText)', {}],
  ['empty name', '#n = :v', { ':v': A }, { '#n': '' }],
  ['malformed number', 'nNumber = :v', { ':v': { N: 'twelve' } }],
  ['set with a member twice', 'nTexts = :v', { ':v': { SS: ['a', 'a'] } }],
  ['empty set', 'nTexts = :v', { ':v': { SS: [] } }],
  ['list index', 'nList[2147483648] = :v', { ':v': A }],
  ['nested too deep', `nMap${'.a'.repeat(32)} = :v`, { ':v': A }],
  ['more than 300 operators', Array.from({ length: 302 }, () => 'nNumber = :v').join(' OR '), { ':v': ONE }],
  ['longer than 4 KB', `nText = :v${' '.repeat(4096)}`, { ':v': A }],
  ['size of a number', 'size(:v) > :v', { ':v': ONE }],
  ['order of a Boolean', 'nFlag < :v', { ':v': { BOOL: true } }],
  ['function of updates', 'if_not_exists(nText, :v) = :v', { ':v': A }],
  ['operand for condition', 'nText'],
  ['condition for operand', 'attribute_exists(nText) = :v', { ':v': { BOOL: true } }],
]

const PROJECTION_FAULTS: readonly Fault[] = [
  ['empty', ''],
  ['two commas', 'nText,,nMap'],
  ['comma at the end', 'nText,'],
  ['undefined #name', 'nText, #missing', undefined, { '#other': 'nMap' }],
  ['unused #name', 'nText', undefined, { '#unused': 'nMap' }],
  ['reserved word', 'nText, status'],
  ['overlapping paths', 'nMap, nMap.a'],
  ['same path twice', 'nText, nMap.a, nText'],
  ['map and list', 'eMap.a, eMap[0]'],
  ['value', 'nText, :v'],
  ['list index', 'eList[2147483648]'],
  ['nested too deep', `eMap${'.a'.repeat(32)}`],
  ['names key without #', 'nText', undefined, { name: 'nText' }],
]

const UPDATE_FAULTS: readonly Fault[] = [
  ['empty', ''],
  ['no clause', 'nText = :v', { ':v': A }],
  ['clause twice', 'SET nText = :v SET nNumber = :v', { ':v': A }],
  ['undefined #name', 'SET #missing = :v', { ':v': A }, { '#other': 'nText' }],
  ['undefined :value', 'SET nText = :missing', { ':v': A }],
  ['unused :value', 'REMOVE nText', { ':v': A }],
  ['reserved word', 'SET status = :v', { ':v': A }],
  ['overlapping paths', 'SET nMap = :m, nMap.a = :v', { ':v': A, ':m': { M: {} } }],
  ['same path twice', 'SET nText = :v REMOVE nText', { ':v': A }],
  ['map and list', 'SET nMap.a = :v, nMap[0] = :v', { ':v': A }],
  ['ADD of text', 'ADD nText :v', { ':v': A }],
  ['DELETE of a number', 'DELETE nNumbers :v', { ':v': ONE }],
  ['sum of text', 'SET nNumber = nNumber + :v', { ':v': A }],
  ['appended text', 'SET nList = list_append(nList, :v)', { ':v': A }],
  ['function of conditions', 'SET nNumber = size(nText)'],
  ['number of operands', 'SET nText = if_not_exists(nText)'],
  ['missing operand', 'SET nNumber = nAbsent + :v', { ':v': ONE }],
  ['path into nothing', 'SET nAbsent.a.b = :v', { ':v': A }],
  ['malformed number', 'SET nNumber = :v', { ':v': { N: '1x' } }],
  ['empty set', 'ADD nTexts :v', { ':v': { SS: [] } }],
]

const KEY_CONDITION_FAULTS: readonly Fault[] = [
  ['empty', ''],
  ['no partition key', 'nText = :v', { ':v': A }],
  ['partition key not equal', 'pk > :v', { ':v': A }],
  ['<>', 'pk <> :v', { ':v': A }],
  ['OR', 'pk = :v OR pk = :w', { ':v': A, ':w': { S: 'b' } }],
  ['NOT', 'NOT pk = :v', { ':v': A }],
  ['IN', 'pk IN (:v)', { ':v': A }],
  ['contains', 'pk = :v AND contains(sk, :v)', { ':v': A }],
  ['attribute_exists', 'pk = :v AND attribute_exists(sk)', { ':v': A }],
  ['size', 'pk = :v AND size(sk) > :n', { ':v': A, ':n': ONE }],
  ['no key', 'pk = :v AND nText = :v', { ':v': A }],
  ['two ranges', 'pk = :v AND sk > :v AND sk < :w', { ':v': A, ':w': { S: 'b' } }],
  ['partition key of another type', 'pk = :v', { ':v': ONE }],
  ['empty key', 'pk = :v', { ':v': { S: '' } }],
  ['undefined :value', 'pk = :missing', { ':v': A }],
  ['nested path', 'pk.a = :v', { ':v': A }],
]

interface Parameters {
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, AttributeValue>
}

function parameters([, , values, names]: Fault): Parameters {
  return {
    ...(values && { ExpressionAttributeValues: { ...values } }),
    ...(names && { ExpressionAttributeNames: { ...names } }),
  }
}

type Place = (context: RowContext, text: string, placeholders: Parameters) => Call

const CONDITION_PLACES: readonly Place[] = [
  ({ shape: { name }, item }, ConditionExpression, more) => ({
    operation: 'PutItem',
    input: { TableName: name, Item: item, ConditionExpression, ...more },
  }),
  ({ shape: { name }, key }, ConditionExpression, more) => ({
    operation: 'DeleteItem',
    input: { TableName: name, Key: key, ConditionExpression, ...more },
  }),
  ({ shape: { name }, key }, ConditionExpression, more) => ({
    operation: 'UpdateItem',
    input: { TableName: name, Key: key, UpdateExpression: 'REMOVE nBytes', ConditionExpression, ...more },
  }),
  ({ shape: { name }, key }, ConditionExpression, more) => ({
    operation: 'TransactWriteItems',
    input: { TransactItems: [{ ConditionCheck: { TableName: name, Key: key, ConditionExpression, ...more } }] },
  }),
  ({ shape: { name }, key }, ConditionExpression, more) => ({
    operation: 'TransactWriteItems',
    input: { TransactItems: [{ Delete: { TableName: name, Key: key, ConditionExpression, ...more } }] },
  }),
  ({ shape: { name }, item }, ConditionExpression, more) => ({
    operation: 'TransactWriteItems',
    input: { TransactItems: [{ Put: { TableName: name, Item: item, ConditionExpression, ...more } }] },
  }),
  ({ shape: { name } }, FilterExpression, more) => ({ operation: 'Scan', input: { TableName: name, FilterExpression, ...more } }),
  ({ shape: { name, keys }, key }, FilterExpression, more) => ({
    operation: 'Query',
    input: {
      TableName: name,
      KeyConditionExpression: `${keys[0].name} = :key`,
      FilterExpression,
      ...more,
      ExpressionAttributeValues: { ':key': key[keys[0].name] ?? { S: 'a' }, ...more.ExpressionAttributeValues },
    },
  }),
]

const PROJECTION_PLACES: readonly Place[] = [
  ({ shape: { name }, key }, ProjectionExpression, more) => ({
    operation: 'GetItem',
    input: { TableName: name, Key: key, ProjectionExpression, ...more },
  }),
  ({ shape: { name }, key }, ProjectionExpression, more) => ({
    operation: 'BatchGetItem',
    input: { RequestItems: { [name]: { Keys: [key], ProjectionExpression, ...more } } },
  }),
  ({ shape: { name }, key }, ProjectionExpression, more) => ({
    operation: 'TransactGetItems',
    input: { TransactItems: [{ Get: { TableName: name, Key: key, ProjectionExpression, ...more } }] },
  }),
  ({ shape: { name } }, ProjectionExpression, more) => ({ operation: 'Scan', input: { TableName: name, ProjectionExpression, ...more } }),
]

const UPDATE_PLACES: readonly Place[] = [
  ({ shape: { name }, key }, UpdateExpression, more) => ({
    operation: 'UpdateItem',
    input: { TableName: name, Key: key, UpdateExpression, ...more },
  }),
  ({ shape: { name }, key }, UpdateExpression, more) => ({
    operation: 'TransactWriteItems',
    input: { TransactItems: [{ Update: { TableName: name, Key: key, UpdateExpression, ...more } }] },
  }),
]

const KEY_CONDITION_PLACES: readonly Place[] = [
  (_, KeyConditionExpression, more) => ({ operation: 'Query', input: { TableName: 'indexed', KeyConditionExpression, ...more } }),
]

function rows(kind: string, faults: readonly Fault[], places: readonly Place[]): InvalidRow[] {
  return faults.map((fault) => ({
    label: `${kind}: ${fault[0]}`,
    call: (context) => context.random.pick(places)(context, fault[1], parameters(fault)),
  }))
}

// A Query has a value in its key condition whatever its filter says.
const [withoutValues, withValues] = [true, false].map((none) =>
  CONDITION_FAULTS.filter(([, , values]) => (values !== undefined && Object.keys(values).length === 0) === none),
)

export const INVALID_EXPRESSIONS: readonly InvalidRow[] = [
  ...rows('condition', withValues ?? [], CONDITION_PLACES),
  ...rows('condition', withoutValues ?? [], CONDITION_PLACES.slice(0, -1)),
  ...rows('projection', PROJECTION_FAULTS, PROJECTION_PLACES),
  ...rows('update', UPDATE_FAULTS, UPDATE_PLACES),
  ...rows('key condition', KEY_CONDITION_FAULTS, KEY_CONDITION_PLACES),
]
