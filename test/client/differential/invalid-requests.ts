// Requests that DynamoDB refuses for another reason than an expression, each with one fault.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { Call, CallOf } from './call.js'
import type { InvalidRow, RowContext } from './invalid-rows.js'

const put =
  (change: (context: RowContext) => Partial<CallOf<'PutItem'>['input']>) =>
  (context: RowContext): Call => ({
    operation: 'PutItem',
    input: { TableName: context.shape.name, Item: context.item, ...change(context) },
  })
const get =
  (change: (context: RowContext) => Partial<CallOf<'GetItem'>['input']>) =>
  (context: RowContext): Call => ({
    operation: 'GetItem',
    input: { TableName: context.shape.name, Key: context.key, ...change(context) },
  })
const remove =
  (change: (context: RowContext) => Partial<CallOf<'DeleteItem'>['input']>) =>
  (context: RowContext): Call => ({
    operation: 'DeleteItem',
    input: { TableName: context.shape.name, Key: context.key, ...change(context) },
  })
const update =
  (change: (context: RowContext) => Partial<CallOf<'UpdateItem'>['input']>) =>
  (context: RowContext): Call => ({
    operation: 'UpdateItem',
    input: { TableName: context.shape.name, Key: context.key, ...change(context) },
  })
const query = (input: Partial<CallOf<'Query'>['input']>) => (): Call => ({
  operation: 'Query',
  input: {
    TableName: 'indexed',
    KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } },
    ...input,
  },
})
const queryIndex = (IndexName: string, input: Partial<CallOf<'Query'>['input']>) => (): Call => ({
  operation: 'Query',
  input: {
    TableName: 'indexed',
    IndexName,
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': INDEX_KEY[IndexName] ?? 'pk' },
    ExpressionAttributeValues: { ':key': { S: 'one' } },
    ...input,
  },
})
const INDEX_KEY: Readonly<Record<string, string>> = { globalKeys: 'nTeam', globalParts: 'sGroup', globalAll: 'sGroup' }
const scan =
  (input: Partial<CallOf<'Scan'>['input']>) =>
  ({ shape }: RowContext): Call => ({
    operation: 'Scan',
    input: { TableName: shape.name, ...input },
  })

/** The key with its last attribute left out. */
const cutKey = ({ shape, key }: RowContext): Item => Object.fromEntries(Object.entries(key).slice(0, shape.keys.length - 1))
/** The key with its last attribute as another one. */
const otherKey = ({ shape, key }: RowContext, value: AttributeValue): Item => ({ ...key, [shape.keys.at(-1)?.name ?? '']: value })
const ofWrongType: AttributeValue = { BOOL: true }

const nested = (levels: number): AttributeValue => (levels === 0 ? { S: 'a' } : { L: [nested(levels - 1)] })

/** Values that no item may have: [what is wrong, value]. */
const WRONG_VALUES: readonly (readonly [string, AttributeValue])[] = [
  ['a number that is none', { N: 'twelve' }],
  ['a number of 39 digits', { N: '1'.repeat(39) }],
  ['a number that is too large', { N: '1e126' }],
  ['a number that is too small', { N: '1e-131' }],
  ['an empty number', { N: '' }],
  ['an empty set', { SS: [] }],
  ['a set with a member twice', { SS: ['a', 'b', 'a'] }],
  ['a set with a number twice', { NS: ['1', '1.0'] }],
  ['a set with bytes twice', { BS: [new Uint8Array([1]), new Uint8Array([1])] }],
  ['more than 32 levels', nested(33)],
]

const REFUSED_HERE: InvalidRow['byDesign'] = {
  refusal: 'INVALID_ITEM',
  why: 'the value is refused before it is encrypted or signed: DynamoDB would not see it, or not as it was',
}

const ITEM_ROWS: readonly InvalidRow[] = WRONG_VALUES.flatMap(([label, value]): InvalidRow[] => [
  { label: `put, neither: ${label}`, on: 'hash-string', call: put(({ item }) => ({ Item: { ...item, nText: value } })) },
  {
    label: `put, signed: ${label}`,
    on: 'hash-string',
    call: put(({ item }) => ({ Item: { ...item, sText: value } })),
    byDesign: REFUSED_HERE,
  },
  {
    label: `put, encrypted: ${label}`,
    on: 'hash-string',
    call: put(({ item }) => ({ Item: { ...item, eText: value } })),
    byDesign: REFUSED_HERE,
  },
])

const LARGE = { S: 'x'.repeat(410_000) }

const WRITE_ROWS: readonly InvalidRow[] = [
  { label: 'put: no key', call: put(({ item, shape }) => ({ Item: withoutLastKey(item, shape.keys.at(-1)?.name) })) },
  { label: 'put: key of another type', call: put((context) => ({ Item: { ...context.item, ...otherKey(context, ofWrongType) } })) },
  { label: 'put: empty key', on: 'indexed', call: put(({ item }) => ({ Item: { ...item, sk: { S: '' } } })) },
  { label: 'put, binary: empty key', on: 'hash-binary', call: put(({ item }) => ({ Item: { ...item, pk: { B: new Uint8Array() } } })) },
  { label: 'put: index key of another type', on: 'indexed', call: put(({ item }) => ({ Item: { ...item, sRank: { S: 'a' } } })) },
  { label: 'put: empty index key', on: 'indexed', call: put(({ item }) => ({ Item: { ...item, nTeam: { S: '' } } })) },
  // Inside an encrypted value DynamoDB cannot see it, and the Java and Python clients store it, so it is stored here, too.
  {
    label: 'put: empty name in a map',
    on: 'hash-string',
    call: put(({ item }) => ({ Item: { ...item, sMap: { M: { '': { S: 'a' } } } } })),
  },
  { label: 'put: no item', call: put(() => ({ Item: undefined })) },
  { label: 'put: empty name', call: put(({ item }) => ({ Item: { ...item, '': { S: 'a' } } })) },
  {
    label: 'put: more than 400 KB',
    on: 'hash-string',
    call: put(({ item }) => ({ Item: { ...item, eText: LARGE } })),
    byDesign: { refusal: 'ITEM_TOO_LARGE', why: 'says the size before and after encryption' },
  },
  { label: 'put: ReturnValues', call: put(() => ({ ReturnValues: 'ALL_NEW' })) },
  { label: 'put: unknown table', call: put(() => ({ TableName: 'no-such-table' })) },
  { label: 'put: no table', call: put(() => ({ TableName: undefined })) },
  {
    label: 'put: expression and older parameters',
    call: put(() => ({ ConditionExpression: 'attribute_exists(nText)', Expected: { nText: { Exists: false } } })),
  },
  { label: 'put, values: placeholders alone', call: put(() => ({ ExpressionAttributeValues: { ':v': { S: 'a' } } })) },
  { label: 'put, names: placeholders alone', call: put(() => ({ ExpressionAttributeNames: { '#n': 'nText' } })) },
  { label: 'put, value: Expected', call: put(() => ({ Expected: { nText: { Exists: false, Value: { S: 'a' } } } })) },
  { label: 'put, nothing: Expected', call: put(() => ({ Expected: { nText: {} } })) },
  { label: 'put, without: Expected', call: put(() => ({ Expected: { nText: { ComparisonOperator: 'EQ' } } })) },
  {
    label: 'put, two: Expected',
    call: put(() => ({ Expected: { nText: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }, { S: 'b' }] } } })),
  },
  {
    label: 'put, order: Expected',
    call: put(() => ({ Expected: { nText: { ComparisonOperator: 'LT', AttributeValueList: [{ BOOL: true }] } } })),
  },
  { label: 'put: nothing to join', call: put(() => ({ ConditionalOperator: 'OR' })) },
  { label: 'put, one: nothing to join', call: put(() => ({ ConditionalOperator: 'AND', Expected: { nText: { Exists: false } } })) },
  { label: 'delete: key cut short', call: remove((context) => ({ Key: cutKey(context) })) },
  { label: 'delete: key of another type', call: remove((context) => ({ Key: otherKey(context, ofWrongType) })) },
  { label: 'delete: too many keys', call: remove(({ key }) => ({ Key: { ...key, nText: { S: 'a' } } })) },
  { label: 'delete: no key', call: remove(() => ({ Key: undefined })) },
  { label: 'delete: ReturnValues', call: remove(() => ({ ReturnValues: 'UPDATED_OLD' })) },
  { label: 'delete: unknown table', call: remove(() => ({ TableName: 'no-such-table' })) },
  {
    label: 'delete: expression and older parameters',
    call: remove(() => ({ ConditionExpression: 'attribute_exists(nText)', Expected: { nText: { Exists: false } } })),
  },
  { label: 'update: key cut short', call: update((context) => ({ Key: cutKey(context), UpdateExpression: 'REMOVE nText' })) },
  { label: 'update: no key', call: update(() => ({ Key: undefined, UpdateExpression: 'REMOVE nText' })) },
  { label: 'update: unknown table', call: update(() => ({ TableName: 'no-such-table', UpdateExpression: 'REMOVE nText' })) },
  {
    label: 'update: expression and older parameters',
    call: update(() => ({ UpdateExpression: 'REMOVE nText', AttributeUpdates: { nText: { Action: 'DELETE' } } })),
  },
  {
    label: 'update, condition: expression and older parameters',
    call: update(() => ({ UpdateExpression: 'REMOVE nText', Expected: { nText: { Exists: false } } })),
  },
  {
    label: 'update, add: AttributeUpdates',
    call: update(() => ({ AttributeUpdates: { nText: { Action: 'ADD', Value: { S: 'a' } } } })),
  },
  { label: 'update, put: AttributeUpdates', call: update(() => ({ AttributeUpdates: { nText: { Action: 'PUT' } } })) },
  {
    label: 'update: nothing to join',
    call: update(() => ({
      AttributeUpdates: { nText: { Action: 'DELETE' } },
      Expected: { nText: { ComparisonOperator: 'NOT_NULL' } },
      ConditionalOperator: 'AND',
    })),
  },
  {
    label: 'update: empty index key',
    on: 'indexed',
    call: update(() => ({ UpdateExpression: 'SET nTeam = :v', ExpressionAttributeValues: { ':v': { S: '' } } })),
  },
  { label: 'update: placeholders alone', call: update(() => ({ ExpressionAttributeNames: { '#n': 'nText' } })) },
]

const READ_ROWS: readonly InvalidRow[] = [
  { label: 'get: key cut short', call: get((context) => ({ Key: cutKey(context) })) },
  { label: 'get: key of another type', call: get((context) => ({ Key: otherKey(context, ofWrongType) })) },
  { label: 'get: too many keys', call: get(({ key }) => ({ Key: { ...key, nText: { S: 'a' } } })) },
  { label: 'get: no key', call: get(() => ({ Key: undefined })) },
  { label: 'get: empty key', on: 'indexed', call: get(({ key }) => ({ Key: { ...key, sk: { S: '' } } })) },
  { label: 'get: malformed number', on: 'hash-number', call: get(() => ({ Key: { id: { N: 'one' } } })) },
  { label: 'get: unknown table', call: get(() => ({ TableName: 'no-such-table' })) },
  { label: 'get: no table', call: get(() => ({ TableName: undefined })) },
  { label: 'get: short table name', call: get(() => ({ TableName: 'ab' })) },
  { label: 'get: expression and older parameters', call: get(() => ({ ProjectionExpression: 'nText', AttributesToGet: ['nText'] })) },
  { label: 'get, none: AttributesToGet', call: get(() => ({ AttributesToGet: [] })) },
  { label: 'get, twice: AttributesToGet', call: get(() => ({ AttributesToGet: ['nText', 'nMap', 'nText'] })) },
  { label: 'get: placeholders alone', call: get(() => ({ ExpressionAttributeNames: { '#n': 'nText' } })) },
  {
    label: 'get, older: placeholders alone',
    call: get(() => ({ AttributesToGet: ['nText'], ExpressionAttributeNames: { '#n': 'nText' } })),
  },
  { label: 'query: no condition', call: query({ KeyConditions: undefined }) },
  { label: 'query: Limit 0', call: query({ Limit: 0 }) },
  { label: 'query, negative: Limit 0', call: query({ Limit: -1 }) },
  { label: 'query: unknown index', call: query({ IndexName: 'nowhere' }) },
  { label: 'query: unknown table', call: query({ TableName: 'no-such-table' }) },
  { label: 'query, count: Select', call: query({ Select: 'COUNT', AttributesToGet: ['nText'] }) },
  { label: 'query, nothing: Select', call: query({ Select: 'SPECIFIC_ATTRIBUTES' }) },
  { label: 'query, all: Select', call: query({ Select: 'ALL_ATTRIBUTES', AttributesToGet: ['nText'] }) },
  { label: 'query, projected: Select', call: query({ Select: 'ALL_PROJECTED_ATTRIBUTES' }) },
  { label: 'query: ALL_ATTRIBUTES of a partial index', call: queryIndex('globalKeys', { Select: 'ALL_ATTRIBUTES' }) },
  { label: 'query: attributes that the index lacks', call: queryIndex('globalKeys', { ProjectionExpression: 'sText' }) },
  {
    label: 'query: attributes that the index lacks',
    call: queryIndex('globalParts', { ProjectionExpression: 'eMap.a, sMap.a, eList[0]' }),
  },
  { label: 'query: filter that the index lacks', call: queryIndex('globalParts', { FilterExpression: 'attribute_exists(sMap)' }) },
  { label: 'query: consistent read of a global index', call: queryIndex('globalAll', { ConsistentRead: true }) },
  { label: 'query: wrong start key', call: query({ ExclusiveStartKey: { pk: { S: 'a' } } }) },
  { label: 'query, partition: wrong start key', call: query({ ExclusiveStartKey: { pk: { S: 'b' }, sk: { S: '1' } } }) },
  { label: 'query, more: wrong start key', call: query({ ExclusiveStartKey: { pk: { S: 'a' }, sk: { S: '1' }, nText: { S: 'a' } } }) },
  { label: 'query, type: wrong start key', call: query({ ExclusiveStartKey: { pk: { S: 'a' }, sk: { N: '1' } } }) },
  {
    label: 'query, index: wrong start key',
    call: queryIndex('globalAll', { ExclusiveStartKey: { pk: { S: 'a' }, sk: { S: '1' } } }),
  },
  { label: 'query: filter of a key', call: query({ QueryFilter: { sk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: '1' }] } } }) },
  {
    label: 'query: expression and older parameters',
    call: query({ KeyConditionExpression: 'pk = :v', ExpressionAttributeValues: { ':v': { S: 'a' } } }),
  },
  {
    label: 'query, operator: KeyConditions',
    call: query({ KeyConditions: { pk: { ComparisonOperator: 'NE', AttributeValueList: [{ S: 'a' }] } } }),
  },
  {
    label: 'query, partition key: KeyConditions',
    call: query({ KeyConditions: { sk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } } }),
  },
  { label: 'query: nothing to join', call: query({ ConditionalOperator: 'OR' }) },
  {
    label: 'query, without: older filter',
    call: query({ QueryFilter: { nText: { ComparisonOperator: 'EQ', AttributeValueList: [] } } }),
  },
  { label: 'scan: Limit 0', call: scan({ Limit: 0 }) },
  { label: 'scan, one: segments', call: scan({ Segment: 0 }) },
  { label: 'scan, total: segments', call: scan({ TotalSegments: 2 }) },
  { label: 'scan, range: segments', call: scan({ Segment: 2, TotalSegments: 2 }) },
  { label: 'scan, none: segments', call: scan({ Segment: 0, TotalSegments: 0 }) },
  { label: 'scan: unknown index', call: scan({ IndexName: 'nowhere' }) },
  { label: 'scan: unknown table', call: scan({ TableName: 'no-such-table' }) },
  { label: 'scan, count: Select', call: scan({ Select: 'COUNT', ProjectionExpression: 'nText' }) },
  { label: 'scan: wrong start key', call: scan({ ExclusiveStartKey: { pk: { S: 'a' }, sk: { S: '1' }, nText: { S: 'a' } } }) },
  {
    label: 'scan: expression and older parameters',
    call: scan({ FilterExpression: 'attribute_exists(nText)', ScanFilter: { nText: { ComparisonOperator: 'NULL' } } }),
  },
  {
    label: 'scan: older filter',
    call: scan({ ScanFilter: { nText: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ BOOL: true }] } } }),
  },
  { label: 'scan: placeholders alone', call: scan({ ExpressionAttributeValues: { ':v': { S: 'a' } } }) },
]

const keys = (count: number): Item[] => Array.from({ length: count }, (_, at) => ({ pk: { S: `key ${String(at)}` } }))

// Of keys that are numbers, DynamoDB Local does not always see that two are the same: those that occur twice are texts.
const BATCH_ROWS: readonly InvalidRow[] = [
  { label: 'batch get: nothing', call: () => ({ operation: 'BatchGetItem', input: { RequestItems: {} } }) },
  {
    label: 'batch get, keys: nothing',
    call: ({ shape }) => ({ operation: 'BatchGetItem', input: { RequestItems: { [shape.name]: { Keys: [] } } } }),
  },
  {
    label: 'batch get: too many',
    call: () => ({ operation: 'BatchGetItem', input: { RequestItems: { 'hash-string': { Keys: keys(101) } } } }),
  },
  {
    label: 'batch get: key twice',
    on: 'indexed',
    call: ({ shape, key }) => ({ operation: 'BatchGetItem', input: { RequestItems: { [shape.name]: { Keys: [key, key] } } } }),
  },
  {
    label: 'batch get: key cut short',
    call: (context) => ({ operation: 'BatchGetItem', input: { RequestItems: { [context.shape.name]: { Keys: [cutKey(context)] } } } }),
  },
  {
    label: 'batch get: unknown table',
    call: ({ key }) => ({ operation: 'BatchGetItem', input: { RequestItems: { 'no-such-table': { Keys: [key] } } } }),
  },
  {
    label: 'batch get: expression and older parameters',
    call: ({ shape, key }) => ({
      operation: 'BatchGetItem',
      input: { RequestItems: { [shape.name]: { Keys: [key], AttributesToGet: ['nText'], ProjectionExpression: 'nText' } } },
    }),
  },
  { label: 'batch write: nothing', call: () => ({ operation: 'BatchWriteItem', input: { RequestItems: {} } }) },
  {
    label: 'batch write, requests: nothing',
    call: ({ shape }) => ({ operation: 'BatchWriteItem', input: { RequestItems: { [shape.name]: [] } } }),
  },
  {
    label: 'batch write: too many',
    call: () => ({
      operation: 'BatchWriteItem',
      input: { RequestItems: { 'hash-string': keys(26).map((Item) => ({ PutRequest: { Item } })) } },
    }),
  },
  {
    label: 'batch write: key twice',
    on: 'indexed',
    call: ({ shape, key, item }) => ({
      operation: 'BatchWriteItem',
      input: { RequestItems: { [shape.name]: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: key } }] } },
    }),
  },
  {
    label: 'batch write: empty action',
    call: ({ shape }) => ({ operation: 'BatchWriteItem', input: { RequestItems: { [shape.name]: [{}] } } }),
  },
  {
    label: 'batch write: two actions in one',
    call: ({ shape, key, item }) => ({
      operation: 'BatchWriteItem',
      input: { RequestItems: { [shape.name]: [{ PutRequest: { Item: item }, DeleteRequest: { Key: key } }] } },
    }),
  },
  {
    label: 'batch write: key of another type',
    call: (context) => ({
      operation: 'BatchWriteItem',
      input: { RequestItems: { [context.shape.name]: [{ PutRequest: { Item: { ...context.item, ...otherKey(context, ofWrongType) } } }] } },
    }),
  },
  {
    label: 'batch write: key cut short',
    call: (context) => ({
      operation: 'BatchWriteItem',
      input: { RequestItems: { [context.shape.name]: [{ DeleteRequest: { Key: cutKey(context) } }] } },
    }),
  },
  {
    label: 'batch write: index key of another type',
    on: 'indexed',
    call: ({ shape, item }) => ({
      operation: 'BatchWriteItem',
      input: { RequestItems: { [shape.name]: [{ PutRequest: { Item: { ...item, sGroup: { N: '1' } } } }] } },
    }),
  },
  {
    label: 'batch write: unknown table',
    call: ({ item }) => ({ operation: 'BatchWriteItem', input: { RequestItems: { 'no-such-table': [{ PutRequest: { Item: item } }] } } }),
  },
]

const TRANSACTION_ROWS: readonly InvalidRow[] = [
  { label: 'transact get: nothing', call: () => ({ operation: 'TransactGetItems', input: { TransactItems: [] } }) },
  {
    label: 'transact get: too many',
    call: () => ({
      operation: 'TransactGetItems',
      input: { TransactItems: keys(101).map((Key) => ({ Get: { TableName: 'hash-string', Key } })) },
    }),
  },
  {
    label: 'transact get: key twice',
    on: 'indexed',
    call: ({ shape: { name: TableName }, key: Key }) => ({
      operation: 'TransactGetItems',
      input: { TransactItems: [{ Get: { TableName, Key } }, { Get: { TableName, Key } }] },
    }),
  },
  {
    label: 'transact get: key cut short',
    call: (context) => ({
      operation: 'TransactGetItems',
      input: { TransactItems: [{ Get: { TableName: context.shape.name, Key: cutKey(context) } }] },
    }),
    byDesign: {
      refusal: 'ValidationException',
      why: 'a key that is not whole is refused before anything is sent, so nothing is cancelled',
    },
  },
  {
    label: 'transact get: unknown table',
    call: ({ key: Key }) => ({ operation: 'TransactGetItems', input: { TransactItems: [{ Get: { TableName: 'no-such-table', Key } }] } }),
  },
  { label: 'transact get: empty action', call: () => ({ operation: 'TransactGetItems', input: { TransactItems: [{ Get: undefined }] } }) },
  { label: 'transact write: nothing', call: () => ({ operation: 'TransactWriteItems', input: { TransactItems: [] } }) },
  {
    label: 'transact write: too many',
    call: () => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: keys(101).map((Item) => ({ Put: { TableName: 'hash-string', Item } })) },
    }),
  },
  {
    label: 'transact write: key twice',
    on: 'indexed',
    call: ({ shape: { name: TableName }, key: Key, item: Item }) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Put: { TableName, Item } }, { Delete: { TableName, Key } }] },
    }),
  },
  {
    label: 'transact write: two actions in one',
    call: ({ shape: { name: TableName }, key: Key, item: Item }) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Put: { TableName, Item }, Delete: { TableName, Key } }] },
    }),
  },
  { label: 'transact write: empty action', call: () => ({ operation: 'TransactWriteItems', input: { TransactItems: [{}] } }) },
  {
    label: 'transact write: key of another type',
    call: (context) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Put: { TableName: context.shape.name, Item: { ...context.item, ...otherKey(context, ofWrongType) } } }] },
    }),
  },
  {
    label: 'transact write: key cut short',
    call: (context) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Delete: { TableName: context.shape.name, Key: cutKey(context) } }] },
    }),
  },
  {
    label: 'transact write: check without condition',
    call: ({ shape: { name: TableName }, key: Key }) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: undefined } }] },
    }),
  },
  {
    label: 'transact write: unknown table',
    call: ({ item: Item }) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Put: { TableName: 'no-such-table', Item } }] },
    }),
  },
]

function withoutLastKey(item: Item, name: string | undefined): Item {
  return Object.fromEntries(Object.entries(item).filter(([other]) => other !== name))
}

export const INVALID_REQUESTS: readonly InvalidRow[] = [...ITEM_ROWS, ...WRITE_ROWS, ...READ_ROWS, ...BATCH_ROWS, ...TRANSACTION_ROWS]
