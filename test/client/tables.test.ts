// The tables of a client: each described once, however many requests wait for it, and again when it has been made anew.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { EncryptedClient, TableInfo } from 'dynamodb-encryption-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../support/failures.js'
import { accessDenied, useStoreDatabase, type WatchedClient } from '../support/store-database.js'
import { addGlobalIndex, createTable, hasTransactions } from './support/tables.js'
import { watchedProvider, type WatchedProvider } from './support/watched-provider.js'
import { tapWire, type WireRequest } from './support/wire.js'

const database = useStoreDatabase()
let plain: WatchedClient
let watched: WatchedProvider
let client: DynamoDBClient
let wire: WireRequest[]
let table: string

beforeEach(async () => {
  plain = database.watchedClient()
  wire = tapWire(plain.client)
  table = await createTable(database.client(), { key: 'id' })
  watched = watchedProvider()
  client = EncryptedClient.from(plain.client, { materialsProvider: watched.provider })
})
afterEach(() => vi.restoreAllMocks())

const described = (): number => plain.operations().filter((operation) => operation === 'DescribeTable').length
const item = (id: string) => ({ id: { S: id }, note: { S: 'a note' } })
const put = (id: string) => client.send(new PutItemCommand({ TableName: table, Item: item(id) }))
const get = (id: string) => client.send(new GetItemCommand({ TableName: table, Key: { id: { S: id } } }))

describe('a table is described', () => {
  test('once, however many requests wait for it, and then never again', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, number) => (number % 2 === 0 ? put(`id-${number}`) : get(`id-${number}`))))
    expect(described()).toBe(1)
    await put('later')
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item: item('batch') } }] } }))
    await client.send(new ScanCommand({ TableName: table }))
    expect(described()).toBe(1)
    expect(plain.operations().filter((operation) => operation === 'DescribeTimeToLive')).toHaveLength(1)
  })

  test('never where its info is given', async () => {
    const info = new TableInfo({ tableName: table, primaryIndex: { partitionKeyName: 'id' } })
    client = EncryptedClient.from(plain.client, { materialsProvider: watched.provider, tables: { [table]: { info } } })
    await put('a')
    expect((await get('a')).Item).toEqual(item('a'))
    expect(plain.operations()).toEqual(['PutItem', 'GetItem'])
    expect(watched.encryptions).toMatchObject([{ tableName: table, partitionKeyName: 'id' }])
  })

  test('again after a failure, which all who waited are told of', async () => {
    plain.before('DescribeTable', () => {
      throw Object.assign(new Error('unreachable'), { name: 'InternalServerError' })
    })
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => get('a')))
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual(
      Array.from({ length: 20 }, () => 'InternalServerError: unreachable'),
    )
    expect(described()).toBe(1)
    plain.before('DescribeTable', () => undefined)
    expect((await get('a')).Item).toBeUndefined()
    expect(described()).toBe(2)
  })

  test('again where it did not exist', async () => {
    table = `NotYetThere-${randomUUID()}`
    await expect(get('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await createTable(database.client(), { key: 'id' }, table)
    expect((await get('a')).Item).toBeUndefined()
    expect(described()).toBe(2)
  })
})

test('no permission to describe: the error names both ways out, and both work', async () => {
  plain.before('DescribeTable', () => {
    throw accessDenied()
  })
  const error = await failureOf(
    () => put('a'),
    'INVALID_CONFIGURATION',
    /allow dynamodb:DescribeTable, or give tables\[\.\.\.\]\.info = new TableInfo/,
  )
  expect(error).toMatchObject({ tableName: table, cause: { name: 'AccessDeniedException' } })
  expect(wire.map(({ operation }) => operation)).not.toContain('PutItem')
  const info = new TableInfo({ tableName: table, primaryIndex: { partitionKeyName: 'id' } })
  const informed = EncryptedClient.from(plain.client, { materialsProvider: watched.provider, tables: { [table]: { info } } })
  await informed.send(new PutItemCommand({ TableName: table, Item: item('a') }))
  plain.before('DescribeTable', () => undefined)
  expect((await get('a')).Item).toEqual(item('a'))
})

describe('an info given by hand', () => {
  test('counts as it is now: refreshed, it is taken up', async () => {
    const info = new TableInfo({ tableName: table, primaryIndex: { partitionKeyName: 'wrong' } })
    client = EncryptedClient.from(plain.client, { materialsProvider: watched.provider, tables: { [table]: { info } } })
    await expect(put('a')).rejects.toThrow(/Missing the key wrong in the item/)
    await info.refreshIndexedAttributes(database.client())
    await put('a')
    expect(watched.encryptions).toMatchObject([{ partitionKeyName: 'id' }])
  })
})

describe('a table that was deleted and made anew with another key', () => {
  const byName = { TableName: '', Key: { name: { S: 'Ada' } } }
  const newItem = { name: { S: 'Ada' }, note: { S: 'a note' } }
  const keySchema = {
    KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' as const }],
    AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' as const }],
    BillingMode: 'PAY_PER_REQUEST' as const,
  }

  async function waitUntilGone(): Promise<void> {
    // Servers in this process delete after a moment.
    await vi.waitFor(async () => {
      await expect(TableInfo.describe(database.client(), table)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    })
  }

  beforeEach(async () => {
    await put('a')
    watched.encryptions.length = 0
  })

  test('through this client: described again with the next request', async () => {
    await client.send(new DeleteTableCommand({ TableName: table }))
    await waitUntilGone()
    await client.send(new CreateTableCommand({ TableName: table, ...keySchema }))
    await vi.waitFor(() => client.send(new PutItemCommand({ TableName: table, Item: newItem })))
    expect((await client.send(new GetItemCommand({ ...byName, TableName: table }))).Item).toEqual(newItem)
    expect(watched.encryptions.at(-1)).toMatchObject({ partitionKeyName: 'name' })
    expect(described()).toBeGreaterThanOrEqual(2)
  })

  describe('behind its back', () => {
    beforeEach(async () => {
      await database.client().send(new DeleteTableCommand({ TableName: table }))
      await waitUntilGone()
      await createTable(database.client(), { key: 'name' }, table)
    })
    /** A table is not described again within a second of the last time. */
    const later = (): void => {
      const now = performance.now()
      vi.spyOn(performance, 'now').mockReturnValue(now + 5000)
    }

    test.each<[string, () => Promise<unknown>]>([
      ['PutItem', () => client.send(new PutItemCommand({ TableName: table, Item: newItem }))],
      [
        'PutItem with the former key, too',
        () => client.send(new PutItemCommand({ TableName: table, Item: { ...newItem, id: { S: 'a' } } })),
      ],
      ['GetItem', () => client.send(new GetItemCommand({ ...byName, TableName: table }))],
      ['BatchWriteItem', () => client.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item: newItem } }] } }))],
      [
        'Query',
        () =>
          client.send(
            new QueryCommand({
              TableName: table,
              KeyConditionExpression: '#n = :n',
              ExpressionAttributeNames: { '#n': 'name' },
              ExpressionAttributeValues: { ':n': { S: 'Ada' } },
            }),
          ),
      ],
    ])('%s: described again, and done', async (_, request) => {
      later()
      await request()
      expect(described()).toBe(2)
      for (const context of watched.encryptions.slice(-1)) expect(context).toMatchObject({ partitionKeyName: 'name' })
      await client.send(new PutItemCommand({ TableName: table, Item: newItem }))
      expect((await client.send(new GetItemCommand({ ...byName, TableName: table }))).Item).toEqual(newItem)
      expect(described()).toBe(2)
    })

    test('20 requests at once: described again once, and all done', async () => {
      later()
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, () => client.send(new GetItemCommand({ ...byName, TableName: table }))),
      )
      expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'fulfilled'))
      expect(described()).toBe(2)
    })

    test('a request that is wrong under either key is refused, and asks at most once a second', async () => {
      later()
      const neither = () => client.send(new GetItemCommand({ TableName: table, Key: { other: { S: 'x' } } }))
      for (let attempt = 0; attempt < 5; attempt++) await expect(neither()).rejects.toMatchObject({ name: 'ValidationException' })
      expect(described()).toBe(2)
    })
  })

  test('within a second of the last description: DynamoDB’s own error, and nothing is asked', async () => {
    const now = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(now)
    const wrong = () => client.send(new GetItemCommand({ ...byName, TableName: table }))
    await expect(wrong()).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The provided key element does not match the schema',
    })
    expect(described()).toBe(1)
  })
})

test.skipIf(!hasTransactions)('an index that was added behind the client’s back is taken up (DYNAMODB_ENDPOINT)', async () => {
  await put('a')
  await addGlobalIndex(database.client(), table, 'Global', 'city')
  const now = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(now + 5000)
  const query = {
    TableName: table,
    IndexName: 'Global',
    KeyConditionExpression: 'city = :city',
    ExpressionAttributeValues: { ':city': { S: 'Porto' } },
  }
  // The index's key would be encrypted: that is told now.
  await failureOf(() => client.send(new QueryCommand(query)), 'INVALID_ACTIONS', /"city" is a key of the index "Global"/)
})
