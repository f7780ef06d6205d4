// Which tables are encrypted, and with whose options: by name, by ARN, by `tables` and `otherTables`.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { EncryptedClient, type EncryptedClientOptions } from 'dynamodb-encryption-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable, hasTransactions } from './support/tables.js'
import { watchedProvider } from './support/watched-provider.js'
import { answerWire, foundIn, rewriteWire, tapWire, type WireRequest } from './support/wire.js'

const SECRET = 'Blutgruppe AB 7731'
const database = useStoreDatabase()
const arnOf = (name: string) => `arn:aws:dynamodb:eu-west-1:123456789012:table/${name}`
const key = { id: { S: 'a' } }
const item = { ...key, note: { S: SECRET }, visits: { N: '1' } }
let plain: DynamoDBClient
let table: string
let other: string
let wire: WireRequest[]

/** A client of the server by ARN, too: dynalite knows no ARNs. */
function clientForArns(): DynamoDBClient {
  const client = database.client()
  if (!hasTransactions) withoutArns(client)
  return client
}

function withoutArns(client: DynamoDBClient): void {
  rewriteWire(client, (body) => body.replaceAll(/arn:aws:dynamodb:[^"]*:table\//g, ''))
}

beforeEach(async () => {
  plain = clientForArns()
  table = await createTable(plain, { key: 'id', indexes: { byCity: { kind: 'global', key: 'city', projects: ['team'] } } })
  other = await createTable(plain, { key: 'id' })
  wire = tapWire(plain)
})

const encrypting = (options: Partial<EncryptedClientOptions>): DynamoDBClient =>
  EncryptedClient.from(plain, {
    materialsProvider: staticProvider(),
    actions: { attributes: { city: 'SIGN_ONLY', visits: 'DO_NOTHING' } },
    ...options,
  } as EncryptedClientOptions)
const put = (client: DynamoDBClient, TableName: string) => client.send(new PutItemCommand({ TableName, Item: item }))
const get = async (client: DynamoDBClient, TableName: string) => (await client.send(new GetItemCommand({ TableName, Key: key }))).Item
const secretsSent = () => wire.flatMap(({ body }) => foundIn(body, SECRET))
const itemsSent = () => wire.filter(({ operation }) => !operation.startsWith('Describe'))

describe('a table’s ARN', () => {
  test('means the table of that name: the bare name goes into the context', async () => {
    const watched = watchedProvider()
    const client = encrypting({ materialsProvider: watched.provider })
    await put(client, arnOf(table))
    expect(await get(client, table)).toEqual(item)
    expect(await get(client, arnOf(table))).toEqual(item)
    expect([...watched.encryptions, ...watched.decryptions].map(({ tableName }) => tableName)).toEqual([table, table, table])
    expect(secretsSent()).toEqual([])
  })

  test('in every operation', async () => {
    const client = encrypting({})
    const arn = arnOf(table)
    await client.send(new BatchWriteItemCommand({ RequestItems: { [arn]: [{ PutRequest: { Item: item } }] } }))
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [arn]: { Keys: [key] } } }))
    expect(Object.values(Responses ?? {})).toEqual([[item]])
    const byId = { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': key.id } }
    expect((await client.send(new QueryCommand({ TableName: arn, ...byId }))).Items).toEqual([item])
    expect((await client.send(new ScanCommand({ TableName: arn }))).Items).toEqual([item])
    const visit = { UpdateExpression: 'SET visits = :two', ExpressionAttributeValues: { ':two': { N: '2' } } }
    const update = new UpdateItemCommand({ TableName: arn, Key: key, ...visit, ReturnValues: 'ALL_NEW' })
    expect((await client.send(update)).Attributes).toEqual({ ...item, visits: { N: '2' } })
    expect(secretsSent()).toEqual([])
  })

  test('of an index with parts of items: the whole ones are found', async () => {
    const client = encrypting({ partialIndexReads: 'fetch' })
    const inPorto = { ...item, city: { S: 'Porto' } }
    await client.send(new PutItemCommand({ TableName: arnOf(table), Item: inPorto }))
    const query = {
      IndexName: 'byCity',
      KeyConditionExpression: 'city = :city',
      ExpressionAttributeValues: { ':city': { S: 'Porto' } },
      ProjectionExpression: 'id, city',
    }
    expect((await client.send(new QueryCommand({ TableName: arnOf(table), ...query }))).Items).toEqual([{ ...key, city: { S: 'Porto' } }])
  })

  test('as the answer’s name, where the server gives it back so', async () => {
    const client = encrypting({})
    await put(client, table)
    const { Item: stored } = await plain.send(new GetItemCommand({ TableName: table, Key: key }))
    const arn = arnOf(table)
    const body = { Responses: { [arn]: [{ ...stored }] }, UnprocessedKeys: { [arn]: { Keys: [{ id: { S: 'b' } }] } } }
    answerWire(plain, (operation) => {
      if (operation !== 'BatchGetItem') return undefined
      return { status: 200, body: JSON.parse(JSON.stringify(body, (_, value: unknown) => asWire(value))) as object }
    })
    const Keys = [key, { id: { S: 'b' } }]
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [arn]: { Keys, ProjectionExpression: 'note' } } }))
    expect(answer.Responses).toEqual({ [arn]: [{ note: item.note }] })
    expect(answer.UnprocessedKeys).toEqual({ [arn]: { Keys: [{ id: { S: 'b' } }], ProjectionExpression: 'note' } })
  })

  test.skipIf(!hasTransactions)('in transactions (DYNAMODB_ENDPOINT)', async () => {
    // DynamoDB Local takes ARNs in every operation but these.
    withoutArns(plain)
    const client = encrypting({})
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: arnOf(table), Item: item } }] }))
    const gets = [{ Get: { TableName: arnOf(table), Key: key } }]
    expect((await client.send(new TransactGetItemsCommand({ TransactItems: gets }))).Responses).toEqual([{ Item: item }])
    expect(await get(client, table)).toEqual(item)
    expect(secretsSent()).toEqual([])
  })

  test('options are looked up by ARN, then by name', async () => {
    const [byArn, byName] = [watchedProvider(), watchedProvider()]
    const client = encrypting({
      tables: { [arnOf(table)]: { materialsProvider: byArn.provider }, [table]: { materialsProvider: byName.provider } },
    })
    await put(client, arnOf(table))
    expect([byArn.encryptions.length, byName.encryptions.length]).toEqual([1, 0])
    await put(client, table)
    expect([byArn.encryptions.length, byName.encryptions.length]).toEqual([1, 1])
  })

  test('a table among tables by its name is found by its ARN', async () => {
    const watched = watchedProvider()
    const client = encrypting({ tables: { [table]: { materialsProvider: watched.provider } } })
    await put(client, arnOf(table))
    expect(watched.encryptions).toHaveLength(1)
  })

  test('a table among tables by its ARN does not pass in plaintext by its name', async () => {
    const client = encrypting({ tables: { [arnOf(table)]: {} }, otherTables: 'passThrough' })
    await failureOf(() => put(client, table), 'OPERATION_NOT_SUPPORTED', /is not among the tables of this client/)
    await failureOf(() => get(client, table), 'OPERATION_NOT_SUPPORTED', /is not among the tables of this client/)
    expect(itemsSent()).toEqual([])
  })
})

/** Bytes as they stand in a body. */
function asWire(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'B' in value && value.B instanceof Uint8Array
    ? { B: Buffer.from(value.B).toString('base64') }
    : value
}

describe('without tables', () => {
  test.each([[{}], [{ otherTables: 'reject' as const }], [{ otherTables: 'passThrough' as const }]])(
    '%o: every table is encrypted',
    async (options) => {
      const client = encrypting(options)
      await put(client, table)
      await put(client, other)
      expect(secretsSent()).toEqual([])
      expect([await get(client, table), await get(client, other)]).toEqual([item, item])
    },
  )
})

describe('tables', () => {
  test('alone, or with reject: another table is refused before anything is sent', async () => {
    for (const options of [{}, { otherTables: 'reject' as const }]) {
      const client = encrypting({ tables: { [table]: {} }, ...options })
      const requests = [
        () => put(client, other),
        () => get(client, other),
        () =>
          client.send(
            new BatchWriteItemCommand({
              RequestItems: { [table]: [{ PutRequest: { Item: item } }], [other]: [{ PutRequest: { Item: item } }] },
            }),
          ),
        () => client.send(new ScanCommand({ TableName: other })),
      ]
      for (const request of requests) {
        const error = await failureOf(
          request,
          'OPERATION_NOT_SUPPORTED',
          /is not among the tables of this client: name it in tables, or set otherTables to 'passThrough'/,
        )
        expect(error.tableName).toBe(other)
      }
    }
    expect(itemsSent()).toEqual([])
  })

  test('with passThrough: another table is as without encryption, in the same request, too', async () => {
    const client = encrypting({ tables: { [table]: {} }, otherTables: 'passThrough' })
    const requests = [{ PutRequest: { Item: item } }]
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests, [other]: requests } }))
    expect(await get(plain, other)).toEqual(item)
    expect((await get(plain, table))?.['note']?.B).toBeInstanceOf(Uint8Array)
    const both = { [table]: { Keys: [key] }, [other]: { Keys: [key], ProjectionExpression: 'note' } }
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: both }))
    expect(Responses).toEqual({ [table]: [item], [other]: [{ note: item.note }] })
    const filter = { FilterExpression: 'note = :note', ExpressionAttributeValues: { ':note': item.note } }
    expect((await client.send(new ScanCommand({ TableName: other, ...filter }))).Items).toEqual([item])
    const note = { UpdateExpression: 'SET note = :note', ExpressionAttributeValues: { ':note': { S: 'changed' } } }
    await client.send(new UpdateItemCommand({ TableName: other, Key: key, ...note }))
    expect((await get(client, other))?.['note']).toEqual({ S: 'changed' })
    expect(wire.filter(({ operation }) => operation === 'DescribeTable')).toHaveLength(1)
  })

  test.skipIf(!hasTransactions)('with passThrough, in one transaction (DYNAMODB_ENDPOINT)', async () => {
    const client = encrypting({ tables: { [table]: {} }, otherTables: 'passThrough' })
    const TransactItems = [{ Put: { TableName: table, Item: item } }, { Put: { TableName: other, Item: item } }]
    await client.send(new TransactWriteItemsCommand({ TransactItems }))
    expect(await get(plain, other)).toEqual(item)
    expect((await get(plain, table))?.['note']?.B).toBeInstanceOf(Uint8Array)
    const gets = [{ Get: { TableName: other, Key: key, ProjectionExpression: 'id' } }, { Get: { TableName: table, Key: key } }]
    const { Responses } = await client.send(new TransactGetItemsCommand({ TransactItems: gets }))
    expect(Responses).toEqual([{ Item: key }, { Item: item }])
  })

  test('each with a provider, actions and a context of its own', async () => {
    const [ofTable, ofOther] = [watchedProvider(), watchedProvider()]
    const client = EncryptedClient.from(plain, {
      tables: {
        [table]: { materialsProvider: ofTable.provider },
        [other]: {
          materialsProvider: ofOther.provider,
          actions: { default: 'SIGN_ONLY' },
          contextOverride: (context) => ({ ...context, tableName: 'Original' }),
        },
      },
    })
    const writes = [{ PutRequest: { Item: { ...item, city: { S: 'Porto' } } } }]
    await expect(client.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes } }))).rejects.toMatchObject({
      code: 'INVALID_ACTIONS',
    })
    await client.send(new BatchWriteItemCommand({ RequestItems: { [other]: writes } }))
    expect([ofTable.encryptions.length, ofOther.encryptions.length]).toEqual([0, 1])
    expect(ofOther.encryptions).toMatchObject([{ tableName: 'Original' }])
    expect((await get(plain, other))?.['note']).toEqual(item.note)
  })

  test('a request without a table’s name: DynamoDB’s own words, and nothing is sent', async () => {
    const client = encrypting({})
    for (const TableName of [undefined, '']) {
      await expect(client.send(new PutItemCommand({ TableName, Item: item }))).rejects.toMatchObject({
        name: 'ValidationException',
        message: "The parameter 'TableName' is required but was not present in the request",
      })
    }
    expect(wire).toEqual([])
  })
})
