// One table in document form: lib-dynamodb's requests and answers without the table's name.
import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import { EncryptedClient, type Item, TableInfo } from 'dynamodb-encryption-client'
import { EncryptedDocumentClient, EncryptedTable, type EncryptedTableOptions } from 'dynamodb-encryption-client/document'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTable, hasTransactions } from '../client/support/tables.js'
import { answerWire, errorAnswer, tapWire } from '../client/support/wire.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()
const SECRET = 'rue de la Paix 7731'
const actions = { attributes: { city: 'SIGN_ONLY', seen: 'DO_NOTHING' } } as const
let plain: DynamoDBClient
let tableName: string
let table: EncryptedTable

beforeAll(async () => {
  plain = database.client()
  tableName = await createTable(plain, {
    key: 'id',
    indexes: { byCity: { kind: 'global', key: 'city', projects: 'ALL' }, names: { kind: 'global', key: 'city', projects: 'KEYS_ONLY' } },
  })
  table = new EncryptedTable({ client: database.client(), tableName, materialsProvider, actions })
})

async function storedItem(id: string): Promise<Item> {
  const { Item: item = {} } = await plain.send(new GetItemCommand({ TableName: tableName, Key: { id: { S: id } } }))
  return item
}

const BYTES: unknown = expect.any(Uint8Array)

describe('the methods', () => {
  test('put and get', async () => {
    const Item = {
      id: 'put',
      city: 'Paris',
      address: SECRET,
      tags: new Set(['a']),
      photo: new Uint8Array([1]),
      deep: { list: [1, null, true] },
    }
    expect(await table.put({ Item, ReturnValues: 'ALL_OLD' })).toMatchObject({ $metadata: { httpStatusCode: 200 } })
    expect(await storedItem('put')).toMatchObject({ id: { S: 'put' }, city: { S: 'Paris' }, address: { B: BYTES }, deep: { B: BYTES } })
    expect((await table.get({ Key: { id: 'put' } })).Item).toEqual(Item)
    const projected = await table.get({
      Key: { id: 'put' },
      ProjectionExpression: 'deep.#list[0]',
      ExpressionAttributeNames: { '#list': 'list' },
    })
    expect(projected.Item).toEqual({ deep: { list: [1] } })
    expect((await table.get({ Key: { id: 'none' } })).Item).toBeUndefined()
  })

  test('put with a condition, and what it replaces', async () => {
    await table.put({ Item: { id: 'old', address: 'before' } })
    const { Attributes } = await table.put({ Item: { id: 'old', address: SECRET }, ReturnValues: 'ALL_OLD' })
    expect(Attributes).toEqual({ id: 'old', address: 'before' })
    const again = table.put({ Item: { id: 'old' }, ConditionExpression: 'attribute_not_exists(id)' })
    await expect(again).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
  })

  test('delete', async () => {
    await table.put({ Item: { id: 'gone', address: SECRET } })
    expect((await table.delete({ Key: { id: 'gone' }, ReturnValues: 'ALL_OLD' })).Attributes).toEqual({ id: 'gone', address: SECRET })
    expect((await table.get({ Key: { id: 'gone' } })).Item).toBeUndefined()
  })

  test('update of an attribute that is not signed', async () => {
    await table.put({ Item: { id: 'update', address: SECRET } })
    const update = { UpdateExpression: 'ADD seen :one', ExpressionAttributeValues: { ':one': 1 }, ReturnValues: 'ALL_NEW' } as const
    expect((await table.update({ Key: { id: 'update' }, ...update })).Attributes).toEqual({ id: 'update', address: SECRET, seen: 1 })
  })

  test('query of an index, and scan', async () => {
    await table.put({ Item: { id: 'q1', city: 'Lyon', address: SECRET } })
    const query = { IndexName: 'byCity', KeyConditionExpression: 'city = :city', ExpressionAttributeValues: { ':city': 'Lyon' } }
    expect(await table.query(query)).toMatchObject({ Items: [{ id: 'q1', city: 'Lyon', address: SECRET }], Count: 1, ScannedCount: 1 })
    const scan = { FilterExpression: 'city = :city', ExpressionAttributeValues: { ':city': 'Lyon' } }
    expect((await table.scan(scan)).Items).toEqual([{ id: 'q1', city: 'Lyon', address: SECRET }])
    expect((await table.scan()).Count).toBeGreaterThan(0)
  })

  test('an index with parts of items: refused, or fetched whole', async () => {
    const query = { IndexName: 'names', KeyConditionExpression: 'city = :city', ExpressionAttributeValues: { ':city': 'Nice' } }
    await table.put({ Item: { id: 'n1', city: 'Nice', address: SECRET } })
    await failureOf(() => table.query(query), 'OPERATION_NOT_SUPPORTED', /partialIndexReads/)
    const fetching = new EncryptedTable({ client: database.client(), tableName, materialsProvider, actions, partialIndexReads: 'fetch' })
    expect((await fetching.query(query)).Items).toEqual([{ id: 'n1', city: 'Nice' }])
  })

  test.runIf(hasTransactions)('transactions', async () => {
    await table.put({ Item: { id: 't0', address: 'old' } })
    await table.transactWrite({
      TransactItems: [
        { Put: { Item: { id: 't1', address: SECRET } } },
        { Delete: { Key: { id: 't0' } } },
        { ConditionCheck: { Key: { id: 't9' }, ConditionExpression: 'attribute_not_exists(id)' } },
      ],
    })
    await table.transactWrite({
      TransactItems: [{ Update: { Key: { id: 't1' }, UpdateExpression: 'SET seen = :two', ExpressionAttributeValues: { ':two': 2 } } }],
    })
    const { Responses } = await table.transactGet({ TransactItems: [{ Get: { Key: { id: 't1' } } }, { Get: { Key: { id: 't0' } } }] })
    expect(Responses).toEqual([{ Item: { id: 't1', address: SECRET, seen: 2 } }, {}])
    expect(await storedItem('t1')).toMatchObject({ address: { B: BYTES } })
  })

  test.runIf(!hasTransactions)('transactions go out encrypted, with the table in each action', async () => {
    const client = database.client({ maxAttempts: 1 })
    answerWire(client, (operation) => (operation.startsWith('Transact') ? errorAnswer('UnknownOperationException') : undefined))
    const sent = tapWire(client)
    const here = new EncryptedTable({ client, tableName, materialsProvider, actions })
    const Key = { id: 't' }
    const writes = here.transactWrite({
      TransactItems: [
        { Put: { Item: { id: 't1', address: SECRET } } },
        { Delete: { Key } },
        { Update: { Key: { id: 't2' }, UpdateExpression: 'REMOVE seen' } },
        { ConditionCheck: { Key: { id: 't3' }, ConditionExpression: 'attribute_exists(id)' } },
      ],
    })
    await expect(writes).rejects.toMatchObject({ name: 'UnknownOperationException' })
    await expect(here.transactGet({ TransactItems: [{ Get: { Key } }, { Get: { Key: { id: 'u' } } }] })).rejects.toMatchObject({
      name: 'UnknownOperationException',
    })
    const [write, get] = sent.filter(({ operation }) => operation.startsWith('Transact'))
    expect(write?.body.split(tableName)).toHaveLength(5)
    expect(write?.body).not.toContain(SECRET)
    expect(get?.body.split(tableName)).toHaveLength(3)
  })
})

/** Commands before, so that a kept handler would be found. */
async function warmUp(client: { send(command: object): unknown }): Promise<void> {
  await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }))
  await client.send(new DescribeTableCommand({ TableName: tableName }))
}

describe('the client', () => {
  /** Whatever client an application has, in whatever state. */
  const CLIENTS: [string, () => DynamoDBClient | DynamoDBDocumentClient][] = [
    ['a DynamoDBClient', () => database.client()],
    ['one with cacheMiddleware', () => database.client({ cacheMiddleware: true })],
    ['a DynamoDBDocumentClient', () => DynamoDBDocumentClient.from(database.client())],
    [
      "an encrypting client's raw one",
      () => {
        const raw = database.client()
        EncryptedClient.from(raw, { materialsProvider })
        return raw
      },
    ],
  ]

  test.each(CLIENTS)('%s: stays raw', async (name, make) => {
    const client = make()
    await warmUp(client)
    const here = new EncryptedTable({ client, tableName, materialsProvider, actions })
    const ids = [`${name} 1`, `${name} 2`]
    for (const id of ids) {
      await here.put({ Item: { id, address: SECRET } })
      expect(await storedItem(id)).toMatchObject({ address: { B: BYTES } })
      expect((await here.get({ Key: { id } })).Item).toEqual({ id, address: SECRET })
    }
    if (client instanceof DynamoDBClient) expect(Object.hasOwn(client.config, 'translateConfig')).toBe(false)
  })

  test('table.client is for paginators; it refuses other tables', async () => {
    const pages = paginateScan({ client: table.client, pageSize: 1 }, { TableName: tableName })
    for await (const { Items } of pages) expect(Items?.every((item) => !Object.hasOwn(item, '*amzn-ddb-map-sig*'))).toBe(true)
    const elsewhere = new PutCommand({ TableName: 'Elsewhere', Item: { id: '1' } })
    await failureOf(() => table.client.send(elsewhere), 'OPERATION_NOT_SUPPORTED', /"Elsewhere" is not among the tables/)
  })

  test('options of the table: info given by hand, nothing is described', async () => {
    const client = database.client()
    const sent = tapWire(client)
    const info = new TableInfo({ tableName, primaryIndex: { partitionKeyName: 'id' } })
    const here = new EncryptedTable({ client, tableName, materialsProvider, actions, info })
    await here.put({ Item: { id: 'info', address: SECRET } })
    await here.batchWrite({ RequestItems: [{ DeleteRequest: { Key: { id: 'info' } } }] })
    expect(sent.map(({ operation }) => operation)).toEqual(['PutItem', 'BatchWriteItem'])
  })
})

describe('native values are converted', () => {
  const number = NumberValueImpl.from('12345678901234567890.123456789')

  test("as translateConfig says, which is not changed by the SDK's own defaults", async () => {
    const translateConfig = { marshallOptions: { removeUndefinedValues: true }, unmarshallOptions: { wrapNumbers: true } }
    const here = new EncryptedTable({ client: database.client(), tableName, materialsProvider, actions, translateConfig })
    await here.put({ Item: { id: 'numbers', number, nothing: undefined } })
    expect((await here.get({ Key: { id: 'numbers' } })).Item).toEqual({ id: 'numbers', number })
    expect(translateConfig).toEqual({ marshallOptions: { removeUndefinedValues: true }, unmarshallOptions: { wrapNumbers: true } })
  })

  test('as the document client has it', async () => {
    const client = DynamoDBDocumentClient.from(database.client(), { unmarshallOptions: { wrapNumbers: true } })
    const here = new EncryptedTable({ client, tableName, materialsProvider, actions })
    await here.put({ Item: { id: 'wrapped', number } })
    expect((await here.get({ Key: { id: 'wrapped' } })).Item).toEqual({ id: 'wrapped', number })
    for await (const item of here.queryItems({ KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'wrapped' } })) {
      expect(item).toEqual({ id: 'wrapped', number })
    }
  })
})

describe('an abort', () => {
  test.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['put', (signal) => table.put({ Item: { id: 'abort' } }, { signal })],
    ['get', (signal) => table.get({ Key: { id: 'abort' } }, { signal })],
    ['delete', (signal) => table.delete({ Key: { id: 'abort' } }, { signal })],
    ['update', (signal) => table.update({ Key: { id: 'abort' }, UpdateExpression: 'REMOVE seen' }, { signal })],
    ['query', (signal) => table.query({ KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'abort' } }, { signal })],
    ['scan', (signal) => table.scan({}, { signal })],
    ['transactGet', (signal) => table.transactGet({ TransactItems: [{ Get: { Key: { id: 'abort' } } }] }, { signal })],
    ['transactWrite', (signal) => table.transactWrite({ TransactItems: [{ Delete: { Key: { id: 'abort' } } }] }, { signal })],
  ])('%s rejects with the reason', async (_, work) => {
    const reason = new Error('enough')
    expect(await thrownBy(() => work(AbortSignal.abort(reason)))).toBe(reason)
  })

  test('while a request is on its way', async () => {
    const client = database.client()
    const here = new EncryptedTable({ client, tableName, materialsProvider, actions })
    await here.get({ Key: { id: 'abort' } })
    const controller = new AbortController()
    const reason = new Error('too slow')
    answerWire(client, async () => {
      controller.abort(reason)
      return undefined
    })
    expect(await thrownBy(() => here.get({ Key: { id: 'abort' } }, { signal: controller.signal }))).toBe(reason)
  })
})

describe('refuses', () => {
  const good = (): EncryptedTableOptions => ({ client: database.client(), tableName, materialsProvider })

  test.each<[string, (options: EncryptedTableOptions) => unknown, RegExp]>([
    ['no options', () => undefined, /EncryptedTable takes \{ client, tableName, materialsProvider \}/],
    ['no client', ({ client: _client, ...rest }) => rest, /takes a client/],
    ['no tableName', ({ tableName: _tableName, ...rest }) => rest, /takes a tableName/],
    ['no provider', ({ materialsProvider: _provider, ...rest }) => rest, /materialsProvider/],
    ['tables', (options) => ({ ...options, tables: {} }), /of one table: for several, use EncryptedDocumentClient/],
    [
      'info of another table',
      (options) => ({ ...options, info: new TableInfo({ tableName: 'Other', primaryIndex: { partitionKeyName: 'id' } }) }),
      /is of the table "Other"/,
    ],
    [
      'a client that encrypts',
      (options) => ({ ...options, client: EncryptedClient.from(database.client(), { materialsProvider }) }),
      /encrypts items already/,
    ],
    [
      'a document client that encrypts',
      (options) => ({
        ...options,
        client: EncryptedDocumentClient.from(DynamoDBDocumentClient.from(database.client()), { materialsProvider }),
      }),
      /encrypts items already/,
    ],
    ['the client of another EncryptedTable', (options) => ({ ...options, client: table.client }), /encrypts items already/],
  ])('%s', async (_, change, message) => {
    await failureOf(() => Reflect.construct(EncryptedTable, [change(good())]), 'INVALID_CONFIGURATION', message)
  })

  test('a request that names another table', async () => {
    const elsewhere = { TableName: 'Elsewhere', Item: { id: '1' } }
    await failureOf(() => table.put(elsewhere), 'INVALID_CONFIGURATION', /a request to "Elsewhere" was given to the EncryptedTable/)
    const inside = { TransactItems: [{ Put: elsewhere }] }
    await failureOf(() => table.transactWrite(inside), 'INVALID_CONFIGURATION', /leave TableName out/)
    expect((await table.get({ ...{ TableName: tableName }, Key: { id: 'none' } })).Item).toBeUndefined()
  })
})
