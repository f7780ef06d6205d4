// No request ever holds what is encrypted: every operation, and every place of it in which a secret can stand. The HTTP handler is tapped,
// so this sees what the network would. As a control each secret is found once the plugin is off.
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable } from './support/tables.js'
import { foundIn, tapWire, type WireRequest } from './support/wire.js'

const SECRET_TEXT = 'Blutgruppe "AB−" \u00e4\u{1f9ec} 7731'
const SECRET_NUMBER = '4929123456781234'
const TABLE = `Wire-${randomUUID()}`

const TEXT: AttributeValue = { S: SECRET_TEXT }
const SECRETS: Record<string, AttributeValue> = {
  text: TEXT,
  number: { N: SECRET_NUMBER },
  bytes: { B: Buffer.from(SECRET_TEXT) },
  texts: { SS: [SECRET_TEXT, 'other'] },
  numbers: { NS: ['1', SECRET_NUMBER] },
  binaries: { BS: [Buffer.from(SECRET_TEXT)] },
  list: { L: [{ M: { inner: TEXT } }] },
  map: { M: { inner: { N: SECRET_NUMBER }, other: TEXT } },
  mapKey: { M: { [SECRET_TEXT]: { BOOL: true } } },
}
const KEY = { id: { S: 'person-1' } }
const ITEM = { ...KEY, ...SECRETS, city: { S: 'Porto' }, visits: { N: '3' } }
const VALUES = { ':secret': TEXT }
const READS_SECRET = {
  ConditionExpression: 'contains(#text, :secret)',
  ExpressionAttributeNames: { '#text': 'text' },
  ExpressionAttributeValues: VALUES,
}
const FILTERS_SECRET = {
  FilterExpression: '#text = :secret',
  ExpressionAttributeNames: { '#text': 'text' },
  ExpressionAttributeValues: VALUES,
}
const COMPARES_SECRET = { text: { ComparisonOperator: 'EQ' as const, AttributeValueList: [TEXT] } }
const NULL_WITH_SECRET = { text: { ComparisonOperator: 'NULL' as const, AttributeValueList: [TEXT] } }
const QUERIES = { TableName: TABLE, KeyConditionExpression: 'id = :id' }
const ID = { ':id': KEY.id }
/** A caller's mistake: the whole item where its key belongs. */
const WHOLE_ITEM_AS_KEY = ITEM
const SELECT = `SELECT * FROM "${TABLE}" WHERE "text" = '${SECRET_TEXT}'`

type AnyCommand = Parameters<DynamoDBClient['send']>[0]

/** operation and place of the secret | the request */
const REQUESTS: readonly (readonly [string, () => AnyCommand])[] = [
  ['PutItem: item', () => new PutItemCommand({ TableName: TABLE, Item: ITEM })],
  ['PutItem: condition', () => new PutItemCommand({ TableName: TABLE, Item: KEY, ...READS_SECRET })],
  [
    'PutItem: condition on a part',
    () =>
      new PutItemCommand({
        TableName: TABLE,
        Item: KEY,
        ConditionExpression: '#m.other = :secret',
        ExpressionAttributeNames: { '#m': 'map' },
        ExpressionAttributeValues: VALUES,
      }),
  ],
  ['PutItem: Expected', () => new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: { text: { Value: TEXT } } })],
  ['PutItem: Expected that is compared', () => new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: COMPARES_SECRET })],
  [
    'PutItem: Expected absent, with a value',
    () => new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: { text: { Exists: false, Value: TEXT } } }),
  ],
  ['PutItem: Expected NULL, with a value', () => new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: NULL_WITH_SECRET })],
  [
    'PutItem: a value that nothing uses',
    () =>
      new PutItemCommand({ TableName: TABLE, Item: KEY, ConditionExpression: 'attribute_exists(id)', ExpressionAttributeValues: VALUES }),
  ],
  ['PutItem: a value without an expression', () => new PutItemCommand({ TableName: TABLE, Item: KEY, ExpressionAttributeValues: VALUES })],
  [
    'PutItem: an expression that cannot be read',
    () => new PutItemCommand({ TableName: TABLE, Item: KEY, ConditionExpression: 'city == :secret', ExpressionAttributeValues: VALUES }),
  ],
  ['PutItem: no key', () => new PutItemCommand({ TableName: TABLE, Item: SECRETS })],
  ['PutItem: no table', () => new PutItemCommand({ TableName: undefined, Item: ITEM })],
  ['GetItem: key', () => new GetItemCommand({ TableName: TABLE, Key: WHOLE_ITEM_AS_KEY })],
  ['DeleteItem: key', () => new DeleteItemCommand({ TableName: TABLE, Key: WHOLE_ITEM_AS_KEY })],
  ['DeleteItem: condition', () => new DeleteItemCommand({ TableName: TABLE, Key: KEY, ...READS_SECRET })],
  ['DeleteItem: Expected', () => new DeleteItemCommand({ TableName: TABLE, Key: KEY, Expected: COMPARES_SECRET })],
  [
    'UpdateItem: key',
    () =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: WHOLE_ITEM_AS_KEY,
        UpdateExpression: 'SET visits = :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
  ],
  [
    'UpdateItem: set',
    () =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: KEY,
        UpdateExpression: 'SET #text = :secret',
        ExpressionAttributeNames: { '#text': 'text' },
        ExpressionAttributeValues: VALUES,
      }),
  ],
  [
    'UpdateItem: set a part',
    () =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: KEY,
        UpdateExpression: 'SET #map.inner = :secret',
        ExpressionAttributeNames: { '#map': 'map' },
        ExpressionAttributeValues: VALUES,
      }),
  ],
  [
    'UpdateItem: set if not there',
    () =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: KEY,
        UpdateExpression: 'SET visits = if_not_exists(#text, :secret)',
        ExpressionAttributeNames: { '#text': 'text' },
        ExpressionAttributeValues: VALUES,
      }),
  ],
  [
    'UpdateItem: add',
    () =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: KEY,
        UpdateExpression: 'ADD #number :secret',
        ExpressionAttributeNames: { '#number': 'number' },
        ExpressionAttributeValues: { ':secret': { N: SECRET_NUMBER } },
      }),
  ],
  [
    'UpdateItem: delete from a set',
    () =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: KEY,
        UpdateExpression: 'DELETE texts :secret',
        ExpressionAttributeValues: { ':secret': { SS: [SECRET_TEXT] } },
      }),
  ],
  [
    'UpdateItem: condition',
    () => new UpdateItemCommand({ TableName: TABLE, Key: KEY, UpdateExpression: 'REMOVE visits', ...READS_SECRET }),
  ],
  [
    'UpdateItem: AttributeUpdates',
    () => new UpdateItemCommand({ TableName: TABLE, Key: KEY, AttributeUpdates: { text: { Action: 'PUT', Value: TEXT } } }),
  ],
  [
    'UpdateItem: Expected',
    () =>
      new UpdateItemCommand({ TableName: TABLE, Key: KEY, AttributeUpdates: { visits: { Action: 'DELETE' } }, Expected: COMPARES_SECRET }),
  ],
  ['Query: filter', () => new QueryCommand({ ...QUERIES, ...FILTERS_SECRET, ExpressionAttributeValues: { ...VALUES, ...ID } })],
  [
    'Query: QueryFilter',
    () =>
      new QueryCommand({
        TableName: TABLE,
        KeyConditions: { id: { ComparisonOperator: 'EQ', AttributeValueList: [KEY.id] } },
        QueryFilter: COMPARES_SECRET,
      }),
  ],
  ['Query: KeyConditions', () => new QueryCommand({ TableName: TABLE, KeyConditions: COMPARES_SECRET })],
  [
    'Query: key condition',
    () =>
      new QueryCommand({
        ...QUERIES,
        KeyConditionExpression: 'id = :id AND #text = :secret',
        ExpressionAttributeNames: { '#text': 'text' },
        ExpressionAttributeValues: { ...VALUES, ...ID },
      }),
  ],
  ['Query: start key', () => new QueryCommand({ ...QUERIES, ExpressionAttributeValues: ID, ExclusiveStartKey: WHOLE_ITEM_AS_KEY })],
  [
    'Query: an expression that cannot be read',
    () => new QueryCommand({ ...QUERIES, FilterExpression: ')', ExpressionAttributeValues: { ...VALUES, ...ID } }),
  ],
  ['Scan: filter', () => new ScanCommand({ TableName: TABLE, ...FILTERS_SECRET })],
  ['Scan: filter that counts', () => new ScanCommand({ TableName: TABLE, ...FILTERS_SECRET, Select: 'COUNT' })],
  ['Scan: ScanFilter', () => new ScanCommand({ TableName: TABLE, ScanFilter: COMPARES_SECRET })],
  ['Scan: start key', () => new ScanCommand({ TableName: TABLE, ExclusiveStartKey: WHOLE_ITEM_AS_KEY })],
  ['BatchGetItem: key', () => new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [WHOLE_ITEM_AS_KEY] } } })],
  ['BatchWriteItem: item', () => new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: ITEM } }] } })],
  ['BatchWriteItem: key', () => new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ DeleteRequest: { Key: WHOLE_ITEM_AS_KEY } }] } })],
  [
    'BatchWriteItem: one item without its key',
    () => new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: SECRETS } }, { PutRequest: { Item: ITEM } }] } }),
  ],
  ['TransactGetItems: key', () => new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: TABLE, Key: WHOLE_ITEM_AS_KEY } }] })],
  ['TransactWriteItems: item', () => new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: TABLE, Item: ITEM } }] })],
  [
    'TransactWriteItems: condition of a put',
    () => new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: TABLE, Item: KEY, ...READS_SECRET } }] }),
  ],
  [
    'TransactWriteItems: delete',
    () => new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: TABLE, Key: KEY, ...READS_SECRET } }] }),
  ],
  [
    'TransactWriteItems: update',
    () =>
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Update: {
              TableName: TABLE,
              Key: KEY,
              UpdateExpression: 'SET #text = :secret',
              ExpressionAttributeNames: { '#text': 'text' },
              ExpressionAttributeValues: VALUES,
            },
          },
        ],
      }),
  ],
  [
    'TransactWriteItems: condition check',
    () => new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: { TableName: TABLE, Key: KEY, ...READS_SECRET } }] }),
  ],
  ['ExecuteStatement: text', () => new ExecuteStatementCommand({ Statement: SELECT })],
  [
    'ExecuteStatement: parameter',
    () => new ExecuteStatementCommand({ Statement: `INSERT INTO "${TABLE}" VALUE {'id': ?, 'text': ?}`, Parameters: [KEY.id, TEXT] }),
  ],
  ['BatchExecuteStatement', () => new BatchExecuteStatementCommand({ Statements: [{ Statement: SELECT }] })],
  ['ExecuteTransaction', () => new ExecuteTransactionCommand({ TransactStatements: [{ Statement: SELECT }] })],
]

const database = useStoreDatabase()
let plain: DynamoDBClient
let encrypted: DynamoDBClient
let refusing: DynamoDBClient
let wire: WireRequest[]

beforeAll(async () => {
  plain = database.client({ maxAttempts: 1 })
  await createTable(plain, { key: 'id' }, TABLE)
  wire = tapWire(plain)
  const options = { materialsProvider: staticProvider(), actions: { attributes: { city: 'SIGN_ONLY', visits: 'DO_NOTHING' } } } as const
  encrypted = EncryptedClient.from(plain, options)
  refusing = EncryptedClient.from(plain, { ...options, localEvaluation: false })
  await encrypted.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }))
})

const DESCRIBES = new Set(['DescribeTable', 'DescribeTimeToLive'])
const secretsIn = (requests: readonly WireRequest[]): string[] =>
  requests.flatMap(({ body }) => [...foundIn(body, SECRET_TEXT), ...foundIn(body, SECRET_NUMBER)])

/** Sends a request, and tells what became of it; what the server makes of it does not matter here. */
async function sendAndWatch(client: DynamoDBClient, command: AnyCommand): Promise<{ sent: WireRequest[]; error: unknown }> {
  wire.length = 0
  const error: unknown = await client.send(command).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { sent: wire.filter(({ operation }) => !DESCRIBES.has(operation)), error }
}

describe('a secret in', () => {
  test.each(REQUESTS)('%s: is never on the wire', async (_, command) => {
    const { sent, error } = await sendAndWatch(refusing, command())
    expect(secretsIn(sent)).toEqual([])
    // Either it went out encrypted, or it was refused before a byte was sent: what we refuse had no attempt.
    const isRefused = error instanceof Error && ('code' in error || JSON.stringify(error).includes('"attempts":0'))
    if (isRefused) expect({ error: String(error), sent: sent.length }).toMatchObject({ sent: 0 })
  })

  test.each(REQUESTS)('%s: nor with local evaluation', async (_, command) => {
    const { sent } = await sendAndWatch(encrypted, command())
    expect(secretsIn(sent)).toEqual([])
  })

  test.each(REQUESTS.filter(([name]) => !name.endsWith('no table')))('%s: is found without the plugin', async (_, command) => {
    const { sent } = await sendAndWatch(plain, command())
    expect(secretsIn(sent)).not.toEqual([])
  })
})

test.each([
  ['raw', SECRET_TEXT],
  ['escaped', JSON.stringify(SECRET_TEXT)],
  ['hex', Buffer.from(SECRET_TEXT).toString('hex')],
  ['Base64', Buffer.from(SECRET_TEXT).toString('base64')],
  ['Base64, one byte on', Buffer.from(`x${SECRET_TEXT}`).toString('base64')],
  ['Base64, two bytes on', Buffer.from(`xy${SECRET_TEXT}`).toString('base64')],
])('the search finds a secret: %s', (_, text) => {
  expect(foundIn(`{"Item":{"a":"${text}"}}`, SECRET_TEXT)).not.toEqual([])
  expect(foundIn('{"Item":{"a":"nothing"}}', SECRET_TEXT)).toEqual([])
})
