// What a call costs in requests: one read and one write where this process has to work something out, and no more than without encryption
// where it has not.
import {
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable, hasTransactions } from './support/tables.js'
import { tapWire, type WireRequest } from './support/wire.js'

const database = useStoreDatabase()
let client: DynamoDBClient
let TableName: string
let wire: WireRequest[]

const Key = { id: { S: 'one' } }
const one = { ':one': { N: '1' } }
const readsSecret = { ConditionExpression: 'secret >= :one', ExpressionAttributeValues: one }

beforeAll(async () => {
  const plain = database.client()
  TableName = await createTable(plain, { key: 'id' })
  wire = tapWire(plain)
  client = EncryptedClient.from(plain, {
    materialsProvider: staticProvider(),
    actions: { attributes: { signed: 'SIGN_ONLY', visits: 'DO_NOTHING' } },
  })
})
beforeEach(async () => {
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, secret: { N: '5' }, signed: { N: '1' }, visits: { N: '1' } } }))
  wire.length = 0
})

const update = (UpdateExpression: string, more: object = {}): Promise<unknown> =>
  client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues: one, ...more }))

test.each<[string, () => Promise<unknown>, string[]]>([
  ['an update of an encrypted attribute', () => update('SET secret = secret + :one'), ['GetItem', 'UpdateItem']],
  ['of a signed one', () => update('SET signed = signed + :one'), ['GetItem', 'UpdateItem']],
  ['of both and one that is neither', () => update('SET secret = :one, signed = :one ADD visits :one'), ['GetItem', 'UpdateItem']],
  ['of one that is neither', () => update('ADD visits :one'), ['UpdateItem']],
  [
    'of one that is neither, if an encrypted one is such',
    () => update('ADD visits :one', { ConditionExpression: 'secret > :one' }),
    ['GetItem', 'UpdateItem'],
  ],
  ['a put', () => client.send(new PutItemCommand({ TableName, Item: Key })), ['PutItem']],
  [
    'a put on a condition that DynamoDB can see',
    () => client.send(new PutItemCommand({ TableName, Item: Key, ConditionExpression: 'attribute_exists(secret)' })),
    ['PutItem'],
  ],
  ['a put on one that it cannot', () => client.send(new PutItemCommand({ TableName, Item: Key, ...readsSecret })), ['GetItem', 'PutItem']],
  ['a deletion', () => client.send(new DeleteItemCommand({ TableName, Key })), ['DeleteItem']],
  [
    'a deletion on a condition that DynamoDB cannot see',
    () => client.send(new DeleteItemCommand({ TableName, Key, ...readsSecret })),
    ['GetItem', 'DeleteItem'],
  ],
  [
    'a scan with a filter',
    () => client.send(new ScanCommand({ TableName, FilterExpression: 'secret > :one', ExpressionAttributeValues: one })),
    ['Scan'],
  ],
  [
    'a query with a filter',
    () =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'id = :id',
          FilterExpression: 'secret > :one',
          ExpressionAttributeValues: { ...one, ':id': Key.id },
        }),
      ),
    ['Query'],
  ],
])('%s', async (_, send, requests) => {
  await send()
  expect(wire.map(({ operation }) => operation)).toEqual(requests)
})

test('a condition that fails costs the read alone', async () => {
  const failing = update('SET secret = :one', { ConditionExpression: 'secret < :one' })
  await expect(failing).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
  expect(wire.map(({ operation }) => operation)).toEqual(['GetItem'])
})

test.skipIf(!hasTransactions)('a transaction reads what it works out here, and is one request', async () => {
  await client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        { Update: { TableName, Key, UpdateExpression: 'SET secret = secret + :one', ExpressionAttributeValues: one } },
        { Put: { TableName, Item: { id: { S: 'two' } } } },
      ],
    }),
  )
  expect(wire.map(({ operation }) => operation)).toEqual(['GetItem', 'TransactWriteItems'])
})
