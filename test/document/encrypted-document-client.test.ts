// A document client that encrypts, beside the raw one that it was made from.
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocument,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  paginateScan,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import { EncryptedClient, type EncryptedClientOptions, getItemEncryptionPlugin, type Item } from 'dynamodb-encryption-client'
import { EncryptedDocumentClient } from 'dynamodb-encryption-client/document'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../client/support/tables.js'
import { tapWire } from '../client/support/wire.js'
import { failureOf } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()
let plain: DynamoDBClient
let table: string

beforeAll(async () => {
  plain = database.client()
  table = await createTable(plain, { key: 'id, sort:N' })
})

async function storedItem(id: string, sort = 1): Promise<Item> {
  const { Item: item = {} } = await plain.send(new GetItemCommand({ TableName: table, Key: { id: { S: id }, sort: { N: String(sort) } } }))
  return item
}

/** A subclass of an application's own, with state of its own. */
class TenantClient extends DynamoDBDocumentClient {
  readonly #prefix = 'tenant/'
  readonly tenant = 'blue'
  constructor(client: DynamoDBClient) {
    super(client, { marshallOptions: { removeUndefinedValues: true } })
  }
  prefixed(id: string): string {
    return Object.hasOwn(this, 'tenant') ? `${this.tenant}/${id}` : this.#prefix
  }
}

describe.each<[string, () => DynamoDBDocumentClient]>([
  ['DynamoDBDocumentClient', () => DynamoDBDocumentClient.from(database.client())],
  ['DynamoDBDocument', () => DynamoDBDocument.from(database.client())],
  ['a subclass', () => new TenantClient(database.client())],
])('%s', (_, make) => {
  test('gives a client of the same class that encrypts; the one given stays raw', async () => {
    const raw = make()
    const encrypted = EncryptedDocumentClient.from(raw, { materialsProvider })
    expect(Object.getPrototypeOf(encrypted)).toBe(Object.getPrototypeOf(raw))
    expect(encrypted).not.toBe(raw)
    const Item = { id: 'class', sort: 1, name: 'Ada', tags: new Set(['a', 'b']), photo: new Uint8Array([1, 2]), deep: [{ is: null }] }
    const Key = { id: 'class', sort: 1 }
    await encrypted.send(new PutCommand({ TableName: table, Item }))
    expect(await storedItem('class')).toMatchObject({
      id: { S: 'class' },
      sort: { N: '1' },
      name: { B: expect.any(Uint8Array) as unknown },
    })
    expect((await encrypted.send(new GetCommand({ TableName: table, Key }))).Item).toEqual(Item)
    const { Item: stored } = await raw.send(new GetCommand({ TableName: table, Key }))
    expect(stored).toMatchObject({ name: expect.any(Uint8Array) as unknown, '*amzn-ddb-map-sig*': expect.any(Uint8Array) as unknown })
  })
})

test('a subclass keeps its own properties and methods', () => {
  const encrypted = EncryptedDocumentClient.from(new TenantClient(database.client()), { materialsProvider })
  expect(encrypted.prefixed('7')).toBe('blue/7')
})

test('the methods of the aggregated client encrypt', async () => {
  const encrypted = EncryptedDocumentClient.from(DynamoDBDocument.from(database.client()), { materialsProvider })
  await encrypted.put({ TableName: table, Item: { id: 'aggregated', sort: 1, name: 'Ada' } })
  expect(await storedItem('aggregated')).toMatchObject({ name: { B: expect.any(Uint8Array) as unknown } })
  expect((await encrypted.get({ TableName: table, Key: { id: 'aggregated', sort: 1 } })).Item).toEqual({
    id: 'aggregated',
    sort: 1,
    name: 'Ada',
  })
})

describe('configuration', () => {
  test('translateConfig is that of the client given', async () => {
    const raw = DynamoDBDocumentClient.from(database.client(), {
      marshallOptions: { removeUndefinedValues: true },
      unmarshallOptions: { wrapNumbers: true },
    })
    const encrypted = EncryptedDocumentClient.from(raw, { materialsProvider })
    const number = NumberValueImpl.from('12345678901234567890.123456789')
    await encrypted.send(new PutCommand({ TableName: table, Item: { id: 'numbers', sort: 1, number, nothing: undefined } }))
    const { Item: item } = await encrypted.send(new GetCommand({ TableName: table, Key: { id: 'numbers', sort: 1 } }))
    expect(item).toEqual({ id: 'numbers', sort: NumberValueImpl.from('1'), number })
  })

  test('is a copy: what is changed of one client is not of the other', () => {
    const raw = DynamoDBDocumentClient.from(database.client())
    const encrypted = EncryptedDocumentClient.from(raw, { materialsProvider })
    expect(encrypted.config).not.toBe(raw.config)
    encrypted.config.translateConfig = { unmarshallOptions: { wrapNumbers: true } }
    expect(raw.config.translateConfig).toBeUndefined()
  })

  test('a document client made above the encrypting one does not change the raw one', () => {
    const raw = DynamoDBDocumentClient.from(database.client())
    const encrypted = EncryptedClient.from(database.client(), { materialsProvider })
    DynamoDBDocumentClient.from(encrypted, { unmarshallOptions: { wrapNumbers: true } })
    expect(raw.config.translateConfig).toBeUndefined()
  })
})

/** Each command once, as an application has sent it before it heard of encryption. */
async function sendEach(client: DynamoDBDocumentClient, id: string): Promise<void> {
  const Key = { id, sort: 1 }
  await client.send(new PutCommand({ TableName: table, Item: { ...Key, name: 'before' } }))
  await client.send(new GetCommand({ TableName: table, Key }))
  await client.send(
    new UpdateCommand({ TableName: table, Key, UpdateExpression: 'SET seen = :one', ExpressionAttributeValues: { ':one': 1 } }),
  )
  await client.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: [Key] } } }))
  await client.send(new BatchWriteCommand({ RequestItems: { [table]: [{ DeleteRequest: { Key } }] } }))
  await client.send(new QueryCommand({ TableName: table, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': id } }))
  await client.send(new ScanCommand({ TableName: table, Limit: 1 }))
  await client.send(new DeleteCommand({ TableName: table, Key }))
  await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: id }, sort: { N: '1' } } }))
  await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: id }, sort: { N: '1' } } }))
}

describe.each([false, true])('a client that has sent each command before, cacheMiddleware %s', (cacheMiddleware) => {
  test('shares no handler with the encrypting one', async () => {
    const below = database.client()
    const raw = DynamoDBDocumentClient.from(below)
    // The SDK refuses it in its own constructor; an older one does not, nor does one whose configuration is changed later.
    raw.config.cacheMiddleware = cacheMiddleware
    const id = `before ${String(cacheMiddleware)}`
    await sendEach(raw, id)
    const encrypted = EncryptedDocumentClient.from(raw, { materialsProvider })
    for (const name of ['Ada', 'Grace']) {
      await encrypted.send(new PutCommand({ TableName: table, Item: { id, sort: 1, name } }))
      expect((await storedItem(id))['name']).toEqual({ B: expect.any(Uint8Array) as unknown })
      expect((await encrypted.send(new GetCommand({ TableName: table, Key: { id, sort: 1 } }))).Item).toEqual({ id, sort: 1, name })
    }
    const { Responses } = await encrypted.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: [{ id, sort: 1 }] } } }))
    expect(Responses?.[table]).toEqual([{ id, sort: 1, name: 'Grace' }])
    await encrypted.send(new BatchWriteCommand({ RequestItems: { [table]: [{ PutRequest: { Item: { id, sort: 2, name: 'Edith' } } }] } }))
    expect((await storedItem(id, 2))['name']).toEqual({ B: expect.any(Uint8Array) as unknown })
    const query = { TableName: table, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': id } }
    expect((await encrypted.send(new QueryCommand(query))).Items).toMatchObject([{ name: 'Grace' }, { name: 'Edith' }])
    const filter = { FilterExpression: 'id = :id', ExpressionAttributeValues: { ':id': id } }
    expect((await encrypted.send(new ScanCommand({ TableName: table, ...filter }))).Items).toMatchObject([
      { name: 'Grace' },
      { name: 'Edith' },
    ])
    const removed = await encrypted.send(new DeleteCommand({ TableName: table, Key: { id, sort: 2 }, ReturnValues: 'ALL_OLD' }))
    expect(removed.Attributes).toEqual({ id, sort: 2, name: 'Edith' })
  })
})

test("a user's own middleware is on the copy's stack, in its place, and is called once a request", async () => {
  const seen: unknown[] = []
  const raw = DynamoDBDocumentClient.from(database.client())
  raw.middlewareStack.add(
    (next) => (args) => {
      seen.push(args.input)
      return next(args)
    },
    { step: 'initialize', name: 'own' },
  )
  const encrypted = EncryptedDocumentClient.from(raw, { materialsProvider })
  const Item = { id: 'middleware', sort: 1, name: 'Ada' }
  await encrypted.send(new PutCommand({ TableName: table, Item }))
  // Once more by the raw way: DescribeTable and DescribeTimeToLive of the table that is seen for the first time.
  expect(seen.filter((input) => typeof input === 'object' && input !== null && 'Item' in input)).toEqual([{ TableName: table, Item }])
  encrypted.middlewareStack.remove('own')
  const before = seen.length
  await encrypted.send(new GetCommand({ TableName: table, Key: { id: 'middleware', sort: 1 } }))
  expect(seen).toHaveLength(before)
  await raw.send(new GetCommand({ TableName: table, Key: { id: 'middleware', sort: 1 } }))
  expect(seen).toHaveLength(before + 1)
})

test("the SDK's paginators read every page through it", async () => {
  const encrypted = EncryptedDocumentClient.from(DynamoDBDocumentClient.from(database.client()), { materialsProvider })
  const items = Array.from({ length: 7 }, (_, sort) => ({ id: 'pages', sort, name: `n${String(sort)}` }))
  for (const Item of items) await encrypted.send(new PutCommand({ TableName: table, Item }))
  const ofPages = { ExpressionAttributeValues: { ':id': 'pages' } }
  const pages: unknown[][] = []
  const query = { TableName: table, KeyConditionExpression: 'id = :id', ...ofPages }
  for await (const page of paginateQuery({ client: encrypted, pageSize: 3 }, query)) pages.push(page.Items ?? [])
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1])
  expect(pages.flat()).toEqual(items)
  const scanned: unknown[] = []
  const scan = { TableName: table, FilterExpression: 'id = :id', ...ofPages }
  for await (const page of paginateScan({ client: encrypted, pageSize: 2 }, scan)) scanned.push(...(page.Items ?? []))
  expect(scanned).toEqual(items)
})

describe('refuses, before anything is sent', () => {
  const encrypting = (): DynamoDBDocumentClient =>
    EncryptedDocumentClient.from(DynamoDBDocumentClient.from(database.client()), { materialsProvider })
  const pluggedIn = (): DynamoDBClient => {
    const client = database.client()
    client.middlewareStack.use(getItemEncryptionPlugin({ client, materialsProvider }))
    return client
  }

  test.each<[string, () => unknown, RegExp]>([
    ['one that encrypts', encrypting, /takes a plain client; the one given encrypts items already/],
    ['one above a client that encrypts', () => DynamoDBDocumentClient.from(pluggedIn()), /encrypts items already/],
    ['what is no client', () => ({ config: {} }), /takes a client of the AWS SDK/],
    ['nothing', () => undefined, /takes a client of the AWS SDK/],
  ])('%s', async (_, given, message) => {
    await failureOf(
      () => EncryptedDocumentClient.from(given() as DynamoDBDocumentClient, { materialsProvider }),
      'INVALID_CONFIGURATION',
      message,
    )
  })

  test.each<[string, unknown, RegExp]>([
    ['no options', undefined, /take options/],
    ['no provider', {}, /materialsProvider/],
    ['a table without a provider', { tables: { People: {} } }, /"People" has no materialsProvider/],
  ])('%s', async (_, options, message) => {
    const raw = DynamoDBDocumentClient.from(database.client())
    await failureOf(() => EncryptedDocumentClient.from(raw, options as EncryptedClientOptions), 'INVALID_CONFIGURATION', message)
  })

  test('a table that is not named', async () => {
    const below = database.client()
    const sent = tapWire(below)
    const encrypted = EncryptedDocumentClient.from(DynamoDBDocumentClient.from(below), { materialsProvider, tables: { Other: {} } })
    const put = new PutCommand({ TableName: table, Item: { id: 'secret', sort: 1 } })
    await failureOf(() => encrypted.send(put), 'OPERATION_NOT_SUPPORTED', /not among the tables of this client/)
    expect(sent).toEqual([])
  })
})
