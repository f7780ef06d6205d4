// Clients that keep their resolved handlers (cacheMiddleware), or have sent everything before they were wrapped: nothing of that leads past the encryption.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb'
import { EncryptedClient, getItemEncryptionPlugin } from 'dynamodb-encryption-client'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable } from './support/tables.js'
import { foundIn, tapWire } from './support/wire.js'

const SECRET = 'Blutgruppe AB 7731'
const database = useStoreDatabase()
const materialsProvider = staticProvider()
const options = { materialsProvider, actions: { attributes: { visits: 'DO_NOTHING' } } } as const

const item = (id: string, note = SECRET) => ({ id: { S: id }, note: { S: note }, visits: { N: '1' } })
const key = (id: string) => ({ id: { S: id } })
const byId = (id: string) => ({ KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: id } } })
const visit = { UpdateExpression: 'SET visits = :two', ExpressionAttributeValues: { ':two': { N: '2' } } }

/** Sends a command of each class that carries items. */
async function sendEach(client: DynamoDBClient, table: string): Promise<unknown[]> {
  await client.send(new PutItemCommand({ TableName: table, Item: item('a') }))
  await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item: item('b') } }] } }))
  const { Item: got } = await client.send(new GetItemCommand({ TableName: table, Key: key('a') }))
  const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key('b')] } } }))
  const { Items: queried } = await client.send(new QueryCommand({ TableName: table, ...byId('a') }))
  const { Items: scanned } = await client.send(new ScanCommand({ TableName: table }))
  const update = new UpdateItemCommand({ TableName: table, Key: key('a'), ...visit, ReturnValues: 'ALL_NEW' })
  const { Attributes: updated } = await client.send(update)
  const { Attributes: deleted } = await client.send(new DeleteItemCommand({ TableName: table, Key: key('a'), ReturnValues: 'ALL_OLD' }))
  await client.send(new DeleteItemCommand({ TableName: table, Key: key('b') }))
  const all = [got, ...(Responses?.[table] ?? []), ...(queried ?? []), ...(scanned ?? []), updated, deleted]
  return all.map((each) => each?.['note']?.S ?? each?.['note'])
}

const plaintext = (): unknown[] => Array.from({ length: 7 }, () => SECRET)

describe.each<[string, DynamoDBClientConfig]>([
  ['with cacheMiddleware', { cacheMiddleware: true }],
  ['without cacheMiddleware', {}],
])('a client %s that has sent each command', (_, config) => {
  test('and was wrapped then: nothing goes past the encryption, and the client is as raw as before', async () => {
    const client = database.client(config)
    const [before, after] = [await createTable(client, { key: 'id' }), await createTable(client, { key: 'id' })]
    expect(await sendEach(client, before)).toEqual(plaintext())
    const encrypted = EncryptedClient.from(client, options)
    const wire = tapWire(client)
    for (let round = 0; round < 2; round++) expect(await sendEach(encrypted, after)).toEqual(plaintext())
    expect(wire.length).toBeGreaterThan(9)
    expect(wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
    // Now that the encrypting one has handlers of its own.
    expect(await sendEach(client, before)).toEqual(plaintext())
    expect(wire.flatMap(({ body }) => foundIn(body, SECRET))).not.toEqual([])
    await encrypted.send(new PutItemCommand({ TableName: after, Item: item('c') }))
    const { Item: raw } = await client.send(new GetItemCommand({ TableName: after, Key: key('c') }))
    expect(raw?.['note']?.B).toBeInstanceOf(Uint8Array)
  })
})

test('a client without cacheMiddleware that has sent each command takes the plugin', async () => {
  const client = database.client()
  const table = await createTable(client, { key: 'id' })
  expect(await sendEach(client, table)).toEqual(plaintext())
  client.middlewareStack.use(getItemEncryptionPlugin({ client, ...options }))
  const wire = tapWire(client)
  expect(await sendEach(client, table)).toEqual(plaintext())
  expect(wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
})

/** A call, and what it must answer with: no other call's answer will do. */
interface Call {
  send(client: DynamoDBClient, table: string): Promise<unknown>
  readonly answer: unknown
}

const KINDS: readonly ((id: string) => Call)[] = [
  (id) => ({
    send: async (client, table) =>
      (await client.send(new PutItemCommand({ TableName: table, Item: item(id, 'new'), ReturnValues: 'ALL_OLD' }))).Attributes,
    answer: item(id, `note ${id}`),
  }),
  (id) => ({
    send: async (client, table) => (await client.send(new GetItemCommand({ TableName: table, Key: key(id) }))).Item,
    answer: item(id, `note ${id}`),
  }),
  (id) => ({
    send: async (client, table) =>
      (await client.send(new GetItemCommand({ TableName: table, Key: key(id), ProjectionExpression: 'note' }))).Item,
    answer: { note: { S: `note ${id}` } },
  }),
  (id) => ({
    send: async (client, table) => (await client.send(new QueryCommand({ TableName: table, ...byId(id) }))).Items,
    answer: [item(id, `note ${id}`)],
  }),
  (id) => ({
    send: async (client, table) =>
      (await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key(id)] } } }))).Responses?.[table],
    answer: [item(id, `note ${id}`)],
  }),
  (id) => ({
    send: async (client, table) => {
      const update = new UpdateItemCommand({ TableName: table, Key: key(id), ...visit, ReturnValues: 'ALL_NEW' })
      return (await client.send(update)).Attributes
    },
    answer: { ...item(id, `note ${id}`), visits: { N: '2' } },
  }),
  (id) => ({
    send: async (client, table) =>
      (await client.send(new DeleteItemCommand({ TableName: table, Key: key(id), ReturnValues: 'ALL_OLD' }))).Attributes,
    answer: item(id, `note ${id}`),
  }),
  (id) => ({
    send: (client, table) =>
      client.send(new GetItemCommand({ TableName: table, Key: { ...key(id), more: { S: 'x' } } })).catch((error: unknown) => String(error)),
    answer: 'ValidationException: The provided key element does not match the schema',
  }),
]

test.each<[string, DynamoDBClientConfig]>([
  ['with cacheMiddleware', { cacheMiddleware: true }],
  ['without cacheMiddleware', {}],
])('200 mixed calls at once over a client %s: each gets its own answer', async (_, config) => {
  const client = database.client(config)
  const table = await createTable(client, { key: 'id' })
  const encrypted = EncryptedClient.from(client, options)
  const calls = Array.from({ length: 200 }, (__, number) => KINDS[number % KINDS.length]?.(`id-${number}`)).filter(
    (call) => call !== undefined,
  )
  for (let start = 0; start < 200; start += 25) {
    const puts = Array.from({ length: 25 }, (__, at) => ({ PutRequest: { Item: item(`id-${start + at}`, `note id-${start + at}`) } }))
    await encrypted.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }))
  }
  // Answers come back in another order than that of the requests.
  const { requestHandler } = client.config
  const handle = requestHandler.handle.bind(requestHandler)
  let sent = 0
  requestHandler.handle = async (...args: Parameters<typeof handle>) => {
    await setTimeout((sent++ * 37) % 23)
    return handle(...args)
  }
  const answers = await Promise.all(calls.map((call) => call.send(encrypted, table)))
  expect(answers).toEqual(calls.map(({ answer }) => answer))
})
