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

/** Sends a request through a client. */
type Send = (client: DynamoDBClient) => Promise<unknown>

/** operation and place of the secret | the request */
const REQUESTS: readonly (readonly [string, Send])[] = [
  ['PutItem: item', (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }))],
  ['PutItem: condition', (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: KEY, ...READS_SECRET }))],
  [
    'PutItem: condition on a part',
    (client) =>
      client.send(
        new PutItemCommand({
          TableName: TABLE,
          Item: KEY,
          ConditionExpression: '#m.other = :secret',
          ExpressionAttributeNames: { '#m': 'map' },
          ExpressionAttributeValues: VALUES,
        }),
      ),
  ],
  ['PutItem: Expected', (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: { text: { Value: TEXT } } }))],
  [
    'PutItem: Expected that is compared',
    (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: COMPARES_SECRET })),
  ],
  [
    'PutItem: Expected absent, with a value',
    (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: { text: { Exists: false, Value: TEXT } } })),
  ],
  [
    'PutItem: Expected NULL, with a value',
    (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: KEY, Expected: NULL_WITH_SECRET })),
  ],
  [
    'PutItem: a value that nothing uses',
    (client) =>
      client.send(
        new PutItemCommand({ TableName: TABLE, Item: KEY, ConditionExpression: 'attribute_exists(id)', ExpressionAttributeValues: VALUES }),
      ),
  ],
  [
    'PutItem: a value without an expression',
    (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: KEY, ExpressionAttributeValues: VALUES })),
  ],
  [
    'PutItem: an expression that cannot be read',
    (client) =>
      client.send(
        new PutItemCommand({ TableName: TABLE, Item: KEY, ConditionExpression: 'city == :secret', ExpressionAttributeValues: VALUES }),
      ),
  ],
  ['PutItem: no key', (client) => client.send(new PutItemCommand({ TableName: TABLE, Item: SECRETS }))],
  ['PutItem: no table', (client) => client.send(new PutItemCommand({ TableName: undefined, Item: ITEM }))],
  ['GetItem: key', (client) => client.send(new GetItemCommand({ TableName: TABLE, Key: WHOLE_ITEM_AS_KEY }))],
  ['DeleteItem: key', (client) => client.send(new DeleteItemCommand({ TableName: TABLE, Key: WHOLE_ITEM_AS_KEY }))],
  ['DeleteItem: condition', (client) => client.send(new DeleteItemCommand({ TableName: TABLE, Key: KEY, ...READS_SECRET }))],
  ['DeleteItem: Expected', (client) => client.send(new DeleteItemCommand({ TableName: TABLE, Key: KEY, Expected: COMPARES_SECRET }))],
  [
    'UpdateItem: key',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: WHOLE_ITEM_AS_KEY,
          UpdateExpression: 'SET visits = :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      ),
  ],
  [
    'UpdateItem: set',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: KEY,
          UpdateExpression: 'SET #text = :secret',
          ExpressionAttributeNames: { '#text': 'text' },
          ExpressionAttributeValues: VALUES,
        }),
      ),
  ],
  [
    'UpdateItem: set a part',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: KEY,
          UpdateExpression: 'SET #map.inner = :secret',
          ExpressionAttributeNames: { '#map': 'map' },
          ExpressionAttributeValues: VALUES,
        }),
      ),
  ],
  [
    'UpdateItem: set if not there',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: KEY,
          UpdateExpression: 'SET visits = if_not_exists(#text, :secret)',
          ExpressionAttributeNames: { '#text': 'text' },
          ExpressionAttributeValues: VALUES,
        }),
      ),
  ],
  [
    'UpdateItem: add',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: KEY,
          UpdateExpression: 'ADD #number :secret',
          ExpressionAttributeNames: { '#number': 'number' },
          ExpressionAttributeValues: { ':secret': { N: SECRET_NUMBER } },
        }),
      ),
  ],
  [
    'UpdateItem: delete from a set',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: KEY,
          UpdateExpression: 'DELETE texts :secret',
          ExpressionAttributeValues: { ':secret': { SS: [SECRET_TEXT] } },
        }),
      ),
  ],
  [
    'UpdateItem: condition',
    (client) => client.send(new UpdateItemCommand({ TableName: TABLE, Key: KEY, UpdateExpression: 'REMOVE visits', ...READS_SECRET })),
  ],
  [
    'UpdateItem: AttributeUpdates',
    (client) =>
      client.send(new UpdateItemCommand({ TableName: TABLE, Key: KEY, AttributeUpdates: { text: { Action: 'PUT', Value: TEXT } } })),
  ],
  [
    'UpdateItem: Expected',
    (client) =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: KEY,
          AttributeUpdates: { visits: { Action: 'DELETE' } },
          Expected: COMPARES_SECRET,
        }),
      ),
  ],
  [
    'Query: filter',
    (client) => client.send(new QueryCommand({ ...QUERIES, ...FILTERS_SECRET, ExpressionAttributeValues: { ...VALUES, ...ID } })),
  ],
  [
    'Query: QueryFilter',
    (client) =>
      client.send(
        new QueryCommand({
          TableName: TABLE,
          KeyConditions: { id: { ComparisonOperator: 'EQ', AttributeValueList: [KEY.id] } },
          QueryFilter: COMPARES_SECRET,
        }),
      ),
  ],
  ['Query: KeyConditions', (client) => client.send(new QueryCommand({ TableName: TABLE, KeyConditions: COMPARES_SECRET }))],
  [
    'Query: key condition',
    (client) =>
      client.send(
        new QueryCommand({
          ...QUERIES,
          KeyConditionExpression: 'id = :id AND #text = :secret',
          ExpressionAttributeNames: { '#text': 'text' },
          ExpressionAttributeValues: { ...VALUES, ...ID },
        }),
      ),
  ],
  [
    'Query: start key',
    (client) => client.send(new QueryCommand({ ...QUERIES, ExpressionAttributeValues: ID, ExclusiveStartKey: WHOLE_ITEM_AS_KEY })),
  ],
  [
    'Query: an expression that cannot be read',
    (client) => client.send(new QueryCommand({ ...QUERIES, FilterExpression: ')', ExpressionAttributeValues: { ...VALUES, ...ID } })),
  ],
  ['Scan: filter', (client) => client.send(new ScanCommand({ TableName: TABLE, ...FILTERS_SECRET }))],
  ['Scan: filter that counts', (client) => client.send(new ScanCommand({ TableName: TABLE, ...FILTERS_SECRET, Select: 'COUNT' }))],
  ['Scan: ScanFilter', (client) => client.send(new ScanCommand({ TableName: TABLE, ScanFilter: COMPARES_SECRET }))],
  ['Scan: start key', (client) => client.send(new ScanCommand({ TableName: TABLE, ExclusiveStartKey: WHOLE_ITEM_AS_KEY }))],
  ['BatchGetItem: key', (client) => client.send(new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [WHOLE_ITEM_AS_KEY] } } }))],
  [
    'BatchWriteItem: item',
    (client) => client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: ITEM } }] } })),
  ],
  [
    'BatchWriteItem: key',
    (client) => client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ DeleteRequest: { Key: WHOLE_ITEM_AS_KEY } }] } })),
  ],
  [
    'BatchWriteItem: one item without its key',
    (client) =>
      client.send(
        new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: SECRETS } }, { PutRequest: { Item: ITEM } }] } }),
      ),
  ],
  [
    'TransactGetItems: key',
    (client) => client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: TABLE, Key: WHOLE_ITEM_AS_KEY } }] })),
  ],
  [
    'TransactWriteItems: item',
    (client) => client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: TABLE, Item: ITEM } }] })),
  ],
  [
    'TransactWriteItems: condition of a put',
    (client) => client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: TABLE, Item: KEY, ...READS_SECRET } }] })),
  ],
  [
    'TransactWriteItems: delete',
    (client) =>
      client.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: TABLE, Key: KEY, ...READS_SECRET } }] })),
  ],
  [
    'TransactWriteItems: update',
    (client) =>
      client.send(
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
      ),
  ],
  [
    'TransactWriteItems: a second action in the same place',
    (client) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Put: { TableName: TABLE, Item: KEY },
              Update: { TableName: TABLE, Key: KEY, UpdateExpression: 'SET city = :secret', ExpressionAttributeValues: VALUES },
              Delete: { TableName: TABLE, Key: KEY, ...READS_SECRET },
            },
          ],
        }),
      ),
  ],
  [
    'TransactWriteItems: condition check',
    (client) =>
      client.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: { TableName: TABLE, Key: KEY, ...READS_SECRET } }] })),
  ],
  ['ExecuteStatement: text', (client) => client.send(new ExecuteStatementCommand({ Statement: SELECT }))],
  [
    'ExecuteStatement: parameter',
    (client) =>
      client.send(
        new ExecuteStatementCommand({ Statement: `INSERT INTO "${TABLE}" VALUE {'id': ?, 'text': ?}`, Parameters: [KEY.id, TEXT] }),
      ),
  ],
  ['BatchExecuteStatement', (client) => client.send(new BatchExecuteStatementCommand({ Statements: [{ Statement: SELECT }] }))],
  ['ExecuteTransaction', (client) => client.send(new ExecuteTransactionCommand({ TransactStatements: [{ Statement: SELECT }] }))],
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
async function sendAndWatch(client: DynamoDBClient, send: Send): Promise<{ sent: WireRequest[]; error: unknown }> {
  wire.length = 0
  const error: unknown = await send(client).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { sent: wire.filter(({ operation }) => !DESCRIBES.has(operation)), error }
}

describe('a secret in', () => {
  test.each(REQUESTS)('%s: is never on the wire', async (_, send) => {
    const { sent, error } = await sendAndWatch(refusing, send)
    expect(secretsIn(sent)).toEqual([])
    // Either it went out encrypted, or it was refused before a byte was sent: what we refuse had no attempt.
    const isRefused = error instanceof Error && ('code' in error || JSON.stringify(error).includes('"attempts":0'))
    if (isRefused) expect({ error: String(error), sent: sent.length }).toMatchObject({ sent: 0 })
  })

  test.each(REQUESTS)('%s: nor with local evaluation', async (_, send) => {
    const { sent } = await sendAndWatch(encrypted, send)
    expect(secretsIn(sent)).toEqual([])
  })

  test.each(REQUESTS.filter(([name]) => !name.endsWith('no table')))('%s: is found without the plugin', async (_, send) => {
    const { sent } = await sendAndWatch(plain, send)
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
