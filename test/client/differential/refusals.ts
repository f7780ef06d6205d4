// What DynamoDB would do on plaintext, and the encrypted client without local evaluation refuses on purpose. Made on the encrypted side alone;
// that nothing was written, the calls that follow tell.
import type { InvalidRow, RowContext } from './invalid-rows.js'
import type { Server } from './servers.js'

export interface Refusal extends Pick<InvalidRow, 'label' | 'on' | 'call'> {
  readonly code: 'OPERATION_NOT_SUPPORTED' | 'ITEM_TOO_LARGE' | 'INVALID_ITEM'
  readonly why: string
}

const CIPHERTEXT = 'DynamoDB would compare ciphertext'
const UNSIGNED = 'DynamoDB cannot sign what it changes'

const V = { ExpressionAttributeValues: { ':v': { S: 'a' } } }
const EQUALS_A = { ComparisonOperator: 'EQ' as const, AttributeValueList: [{ S: 'a' }] }
const condition = { code: 'OPERATION_NOT_SUPPORTED' as const, why: CIPHERTEXT }
const update = { code: 'OPERATION_NOT_SUPPORTED' as const, why: UNSIGNED }

const updateOf =
  (UpdateExpression: string, more: object = V): Refusal['call'] =>
  ({ shape: { name: TableName }, key: Key }) => ({ operation: 'UpdateItem', input: { TableName, Key, UpdateExpression, ...more } })

const absent = ({ shape: { keys } }: RowContext) => ({ [keys[0].name]: { S: 'a key that no program uses' } })

export const REFUSALS: readonly Refusal[] = [
  {
    ...condition,
    label: 'put: condition on an encrypted attribute',
    call: ({ shape: { name: TableName }, item: Item }) => ({
      operation: 'PutItem',
      input: { TableName, Item, ConditionExpression: 'eText = :v', ...V },
    }),
  },
  {
    ...condition,
    label: 'put: Expected of an encrypted attribute',
    call: ({ shape: { name: TableName }, item: Item }) => ({
      operation: 'PutItem',
      input: { TableName, Item, Expected: { eText: { Value: { S: 'a' } } } },
    }),
  },
  {
    ...condition,
    label: 'delete: condition inside an encrypted attribute',
    call: ({ shape: { name: TableName }, key: Key }) => ({
      operation: 'DeleteItem',
      input: { TableName, Key, ConditionExpression: 'attribute_exists(eMap.a)' },
    }),
  },
  {
    ...condition,
    label: 'transact write: check of an encrypted attribute',
    call: ({ shape: { name: TableName }, key: Key }) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: 'contains(eTexts, :v)', ...V } }] },
    }),
  },
  {
    ...condition,
    label: 'scan: filter on an encrypted attribute',
    call: ({ shape: { name: TableName } }) => ({
      operation: 'Scan',
      input: {
        TableName,
        FilterExpression: 'attribute_exists(sText) OR size(eText) > :v',
        ExpressionAttributeValues: { ':v': { N: '1' } },
      },
    }),
  },
  {
    ...condition,
    label: 'scan: ScanFilter of an encrypted attribute',
    call: ({ shape: { name: TableName } }) => ({ operation: 'Scan', input: { TableName, ScanFilter: { eText: EQUALS_A } } }),
  },
  {
    ...condition,
    label: 'query: filter on an encrypted attribute',
    on: 'indexed',
    call: () => ({
      operation: 'Query',
      input: { TableName: 'indexed', KeyConditionExpression: 'pk = :v', FilterExpression: 'eText = :v', ...V },
    }),
  },
  {
    ...condition,
    label: 'query: QueryFilter of an encrypted attribute',
    on: 'indexed',
    call: () => ({
      operation: 'Query',
      input: { TableName: 'indexed', Select: 'COUNT', KeyConditions: { pk: EQUALS_A }, QueryFilter: { eText: EQUALS_A } },
    }),
  },
  {
    ...condition,
    label: 'scan: filter on what some items have encrypted',
    on: 'entities',
    call: () => ({ operation: 'Scan', input: { TableName: 'entities', FilterExpression: 'eText = :v', ...V } }),
  },
  {
    ...condition,
    why: 'of actions that are a function of the key, nothing is known without an item',
    label: 'scan: filter on what no item has encrypted',
    on: 'entities',
    call: () => ({ operation: 'Scan', input: { TableName: 'entities', FilterExpression: 'sText = :v', ...V } }),
  },
  { ...update, label: 'update: of an encrypted attribute', call: updateOf('SET eText = :v') },
  { ...update, label: 'update: of a signed attribute', call: updateOf('SET sText = :v') },
  { ...update, label: 'update: removal of an encrypted attribute', call: updateOf('REMOVE eText, nText', {}) },
  { ...update, label: 'update: from a signed attribute', call: updateOf('SET nText = sText', {}) },
  {
    ...update,
    label: 'update: AttributeUpdates of a signed attribute',
    call: ({ shape: { name: TableName }, key: Key }) => ({
      operation: 'UpdateItem',
      input: { TableName, Key, AttributeUpdates: { sNumber: { Action: 'ADD', Value: { N: '1' } } } },
    }),
  },
  {
    ...update,
    label: 'transact write: update of an encrypted attribute',
    call: ({ shape: { name: TableName }, key: Key }) => ({
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Update: { TableName, Key, UpdateExpression: 'SET eText = :v', ...V } }] },
    }),
  },
  {
    ...update,
    why: 'an update would create an unsigned item',
    label: 'update: without an item',
    on: 'hash-string',
    call: (context) => ({
      operation: 'UpdateItem',
      input: { TableName: context.shape.name, Key: absent(context), UpdateExpression: 'SET nText = :v', ...V },
    }),
  },
  {
    ...update,
    why: 'an update would create an unsigned item',
    label: 'transact write: update without an item',
    on: 'hash-string',
    call: (context) => ({
      operation: 'TransactWriteItems',
      input: {
        TransactItems: [{ Update: { TableName: context.shape.name, Key: absent(context), UpdateExpression: 'SET nText = :v', ...V } }],
      },
    }),
  },
  {
    label: 'update: of the reserved attributes',
    code: 'INVALID_ITEM',
    why: 'they are not the caller’s',
    call: updateOf('SET #signature = :v', { ...V, ExpressionAttributeNames: { '#signature': '*amzn-ddb-map-sig*' } }),
  },
  {
    label: 'put: with a reserved attribute',
    code: 'INVALID_ITEM',
    why: 'it is not the caller’s',
    call: ({ shape: { name: TableName }, item }) => ({
      operation: 'PutItem',
      input: { TableName, Item: { ...item, '*amzn-ddb-map-desc*': { B: new Uint8Array([0]) } } },
    }),
  },
  {
    label: 'put: that outgrows 400 KB',
    code: 'ITEM_TOO_LARGE',
    why: 'an encrypted item is longer',
    on: 'hash-string',
    call: ({ shape: { name: TableName }, key }) => ({
      operation: 'PutItem',
      input: { TableName, Item: { ...key, eText: { S: 'x'.repeat(409_500) } } },
    }),
  },
  {
    label: 'query: index with parts of items',
    code: 'OPERATION_NOT_SUPPORTED',
    why: 'parts of items cannot be verified; partialIndexReads is refuse',
    on: 'hash-binary',
    call: () => ({
      operation: 'Query',
      input: { TableName: 'hash-binary', IndexName: 'refused', KeyConditionExpression: 'nTeam = :v', ...V },
    }),
  },
  {
    label: 'scan: index with parts of items',
    code: 'OPERATION_NOT_SUPPORTED',
    why: 'parts of items cannot be verified; partialIndexReads is refuse',
    on: 'hash-binary',
    call: () => ({ operation: 'Scan', input: { TableName: 'hash-binary', IndexName: 'refused', ProjectionExpression: 'nTeam' } }),
  },
]

export function refusalsFor({ operations }: Server): readonly Refusal[] {
  return REFUSALS.filter(({ label }) => operations.includes('TransactWriteItems') || !label.startsWith('transact'))
}
