// An item is encrypted once a call and decrypted once a call, however often the SDK tries; and what cannot be verified is not asked for again.
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { createTable } from './support/tables.js'
import { watchedProvider, type WatchedProvider } from './support/watched-provider.js'
import { answerWire, errorAnswer, tapWire, type WireAnswer, type WireRequest } from './support/wire.js'

const database = useStoreDatabase()
let plain: DynamoDBClient
let client: DynamoDBClient
let table: string
let watched: WatchedProvider
/** Every attempt, as it left the client. */
let wire: WireRequest[]
/** What the next attempts of an operation are answered with, in the server's place. */
let answers: Map<string, WireAnswer[]>

const ITEMS = Array.from({ length: 3 }, (_, number) => ({
  team: { S: 'red' },
  number: { N: String(number) },
  name: { S: `name ${number}` },
}))
const [ITEM] = ITEMS
const KEY = { team: { S: 'red' }, number: { N: '0' } }

beforeEach(async () => {
  plain = database.client()
  table = await createTable(plain, { key: 'team, number:N' })
  const flaky = database.client({ maxAttempts: 4 })
  answers = new Map()
  answerWire(flaky, (operation) => answers.get(operation)?.shift())
  wire = tapWire(flaky)
  watched = watchedProvider()
  client = EncryptedClient.from(flaky, { materialsProvider: watched.provider })
})

const attemptsOf = (operation: string): WireRequest[] => wire.filter((request) => request.operation === operation)

const FAULT = errorAnswer('InternalServerError', 500)
const FAULTS: readonly (readonly [string, WireAnswer])[] = [
  ['an internal error', FAULT],
  ['an answer that is no JSON of DynamoDB', { status: 503, body: {} }],
  ['throttling', errorAnswer('ThrottlingException')],
  ['too much for the table', errorAnswer('ProvisionedThroughputExceededException')],
]

test.each(FAULTS)('%s, twice: a put is encrypted once, and each attempt sends the same bytes', async (_, fault) => {
  answers.set('PutItem', [fault, fault])
  await client.send(new PutItemCommand({ TableName: table, Item: ITEM }))
  expect(watched.encryptions).toHaveLength(1)
  const bodies = attemptsOf('PutItem').map(({ body }) => body)
  expect(bodies).toHaveLength(3)
  expect(new Set(bodies).size).toBe(1)
  expect((await client.send(new GetItemCommand({ TableName: table, Key: KEY }))).Item).toEqual(ITEM)
})

test('a batch is encrypted once', async () => {
  answers.set('BatchWriteItem', [FAULT, FAULT])
  await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: ITEMS.map((Item) => ({ PutRequest: { Item } })) } }))
  expect(watched.encryptions).toHaveLength(3)
  expect(attemptsOf('BatchWriteItem')).toHaveLength(3)
})

test('a page is decrypted once', async () => {
  for (const Item of ITEMS) await client.send(new PutItemCommand({ TableName: table, Item }))
  answers.set('Query', [FAULT, FAULT])
  const query = {
    TableName: table,
    KeyConditionExpression: '#t = :t',
    ExpressionAttributeNames: { '#t': 'team' },
    ExpressionAttributeValues: { ':t': { S: 'red' } },
  }
  expect((await client.send(new QueryCommand(query))).Items).toEqual(ITEMS)
  expect(watched.decryptions).toHaveLength(3)
  expect(attemptsOf('Query')).toHaveLength(3)
})

test('an answer that fails after the put: the item in it is decrypted once', async () => {
  await client.send(new PutItemCommand({ TableName: table, Item: ITEM }))
  answers.set('PutItem', [FAULT])
  const put = new PutItemCommand({ TableName: table, Item: { ...KEY, name: { S: 'another' } }, ReturnValues: 'ALL_OLD' })
  expect((await client.send(put)).Attributes).toEqual(ITEM)
  expect([watched.encryptions.length, watched.decryptions.length]).toEqual([2, 1])
})

test('when every attempt fails, the last error is the SDK’s own', async () => {
  answers.set(
    'PutItem',
    Array.from({ length: 4 }, () => FAULT),
  )
  await expect(client.send(new PutItemCommand({ TableName: table, Item: ITEM }))).rejects.toMatchObject({
    name: 'InternalServerError',
    $metadata: { attempts: 4 },
  })
  expect(watched.encryptions).toHaveLength(1)
})

describe('an item that cannot be verified', () => {
  beforeEach(async () => {
    await client.send(new PutItemCommand({ TableName: table, Item: ITEM }))
    await plain.send(
      new UpdateItemCommand({
        TableName: table,
        Key: KEY,
        UpdateExpression: 'SET #n = :n',
        ExpressionAttributeNames: { '#n': 'name' },
        ExpressionAttributeValues: { ':n': { S: 'exchanged' } },
      }),
    )
  })

  test('is read once, and its error says nothing of attempts', async () => {
    await failureOf(() => client.send(new GetItemCommand({ TableName: table, Key: KEY })), 'SIGNATURE_MISMATCH', /signature/)
    expect(attemptsOf('GetItem')).toHaveLength(1)
    expect(watched.decryptions).toHaveLength(1)
  })

  test('is read once even where the provider fails with what the SDK would try again', async () => {
    watched.before = () => {
      throw Object.assign(new Error('keys are throttled'), { name: 'ThrottlingException', $retryable: { throttling: true } })
    }
    await expect(client.send(new GetItemCommand({ TableName: table, Key: KEY }))).rejects.toThrow('keys are throttled')
    expect(attemptsOf('GetItem')).toHaveLength(1)
    expect(watched.decryptions).toHaveLength(1)
  })

  test('of a write: the write is not made again', async () => {
    const put = new PutItemCommand({ TableName: table, Item: ITEM, ReturnValues: 'ALL_OLD' })
    const error = await failureOf(() => client.send(put), 'SIGNATURE_MISMATCH', /signature/)
    expect(error.requestApplied).toBe(true)
    expect(attemptsOf('PutItem')).toHaveLength(2)
  })
})
