// The encrypting middleware under everything that can stand above a client, and beside everything that can stand on its stack.
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDB,
  DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  paginateScan,
  PutItemCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocument,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery as paginateDocumentQuery,
  paginateScan as paginateDocumentScan,
  PutCommand,
} from '@aws-sdk/lib-dynamodb'
import { randomUUID } from 'node:crypto'
import { EncryptedClient, getItemEncryptionPlugin, ItemEncryptor, type Item } from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable } from './support/tables.js'
import { foundIn, tapWire } from './support/wire.js'

const SECRET = 'rue de la Paix 7731'
const database = useStoreDatabase()
const materialsProvider = staticProvider()
let plain: DynamoDBClient
let table: string

beforeAll(async () => {
  plain = database.client()
  table = await createTable(plain, { key: 'id' })
})

async function rawItem(id: string): Promise<Item | undefined> {
  const { Item: item } = await plain.send(new GetItemCommand({ TableName: table, Key: { id: { S: id } } }))
  return item
}

/** An application's put and get, whatever it is written with. */
interface Application {
  put(id: string, address: string): Promise<unknown>
  get(id: string): Promise<unknown>
}

const withCommands = (client: DynamoDBClient): Application => ({
  put: (id, address) => client.send(new PutItemCommand({ TableName: table, Item: { id: { S: id }, address: { S: address } } })),
  get: async (id) => (await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: id } } }))).Item?.['address']?.S,
})
const withMethods = (client: DynamoDB): Application => ({
  put: (id, address) => client.putItem({ TableName: table, Item: { id: { S: id }, address: { S: address } } }),
  get: async (id) => (await client.getItem({ TableName: table, Key: { id: { S: id } } })).Item?.['address']?.S,
})
const withDocuments = (client: DynamoDBDocumentClient): Application => ({
  put: (id, address) => client.send(new PutCommand({ TableName: table, Item: { id, address } })),
  get: async (id) => (await client.send(new GetCommand({ TableName: table, Key: { id } }))).Item?.['address'] as unknown,
})
const withDocumentMethods = (client: DynamoDBDocument): Application => ({
  put: (id, address) => client.put({ TableName: table, Item: { id, address } }),
  get: async (id) => (await client.get({ TableName: table, Key: { id } })).Item?.['address'] as unknown,
})

const encrypting = (client: DynamoDBClient): DynamoDBClient => EncryptedClient.from(client, { materialsProvider })
function pluggedIn<C extends DynamoDBClient>(client: C): C {
  client.middlewareStack.use(getItemEncryptionPlugin({ client, materialsProvider }))
  return client
}

/** what the application has | how it was made */
const APPLICATIONS: readonly (readonly [string, () => Application])[] = [
  ['a client', () => withCommands(encrypting(database.client()))],
  ['a client with the plugin', () => withCommands(pluggedIn(database.client()))],
  ['an aggregated client', () => withMethods(EncryptedClient.from(new DynamoDB(database.clientConfig), { materialsProvider }))],
  ['an aggregated client with the plugin', () => withMethods(pluggedIn(new DynamoDB(database.clientConfig)))],
  ['a document client', () => withDocuments(DynamoDBDocumentClient.from(encrypting(database.client())))],
  ['an aggregated document client', () => withDocumentMethods(DynamoDBDocument.from(encrypting(database.client())))],
  ['a document client above the plugin', () => withDocuments(DynamoDBDocumentClient.from(pluggedIn(database.client())))],
  [
    'a document client that was made before the plugin came',
    () => {
      const client = database.client()
      const documents = DynamoDBDocumentClient.from(client)
      pluggedIn(client)
      return withDocuments(documents)
    },
  ],
  [
    'a document client with marshalling options of its own',
    () => withDocuments(DynamoDBDocumentClient.from(encrypting(database.client()), { marshallOptions: { removeUndefinedValues: true } })),
  ],
]

describe.each(APPLICATIONS)('%s', (_, make) => {
  test('writes what only the key reads, and reads it back', async () => {
    const application = make()
    const id = randomUUID()
    await application.put(id, SECRET)
    const stored = await rawItem(id)
    expect(Object.keys(stored ?? {}).toSorted()).toEqual(['*amzn-ddb-map-desc*', '*amzn-ddb-map-sig*', 'address', 'id'])
    expect(foundIn(JSON.stringify(stored), SECRET)).toEqual([])
    expect(await application.get(id)).toBe(SECRET)
    // The same bytes as the item encryptor's.
    const encryptor = new ItemEncryptor({
      materialsProvider,
      actions: { attributes: { id: 'SIGN_ONLY' } },
      context: { tableName: table, partitionKeyName: 'id' },
    })
    expect(await encryptor.decryptItem(stored ?? {})).toEqual({ id: { S: id }, address: { S: SECRET } })
  })

  test('answers that there is no item', async () => {
    expect(await make().get('nobody')).toBeUndefined()
  })
})

test('the classes stay what they are', () => {
  const aggregated = new DynamoDB(database.clientConfig)
  expect(EncryptedClient.from(aggregated, { materialsProvider })).toBeInstanceOf(DynamoDB)
  expect(encrypting(database.client())).toBeInstanceOf(DynamoDBClient)
})

test('the client given to from keeps its raw view', async () => {
  const client = database.client()
  const before = client.middlewareStack.identify()
  const encrypted = encrypting(client)
  await withCommands(encrypted).put('raw', SECRET)
  expect(client.middlewareStack.identify()).toEqual(before)
  const { Item: item } = await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: 'raw' } } }))
  expect(item?.['address']?.B).toBeInstanceOf(Uint8Array)
  // What a document client writes into the configuration of the one is not in the other's.
  DynamoDBDocumentClient.from(encrypted, { unmarshallOptions: { wrapNumbers: true } })
  expect(client.config).not.toHaveProperty('translateConfig')
})

test('the options are read once: what is changed in them later has no effect', async () => {
  const options = { materialsProvider: staticProvider() }
  const client = EncryptedClient.from(database.client(), options)
  const { materialsProvider: own } = options
  options.materialsProvider = staticProvider()
  await withCommands(client).put('options', SECRET)
  const encryptor = new ItemEncryptor({
    materialsProvider: own,
    actions: { attributes: { id: 'SIGN_ONLY' } },
    context: { tableName: table, partitionKeyName: 'id' },
  })
  expect(await encryptor.decryptItem((await rawItem('options')) ?? {})).toMatchObject({ address: { S: SECRET } })
})

describe("the application's own middleware", () => {
  /** Of any step: the SDK has a type for each. */
  type AnyMiddleware = (next: (args: unknown) => unknown, context: { readonly commandName?: string }) => (args: unknown) => unknown

  /** Writes down the operations that pass it. */
  function logged(client: DynamoDBClient, step: 'initialize' | 'build' | 'finalizeRequest'): string[] {
    const log: string[] = []
    const { middlewareStack } = client as unknown as { middlewareStack: { add(middleware: AnyMiddleware, options: object): void } }
    const logs: AnyMiddleware = (next, context) => (args) => {
      log.push(String(context.commandName))
      return next(args)
    }
    middlewareStack.add(logs, { name: `log ${step}`, step })
    return log
  }

  test.each(['initialize', 'build', 'finalizeRequest'] as const)(
    '%s: is copied by from, also for the reads of the plugin',
    async (step) => {
      const client = database.client()
      const log = logged(client, step)
      await withCommands(encrypting(client)).put('logged', SECRET)
      expect(log.toSorted()).toEqual(['DescribeTableCommand', 'DescribeTimeToLiveCommand', 'PutItemCommand'])
    },
  )

  test('added to either client afterwards, is not on the other', async () => {
    const client = database.client()
    const encrypted = encrypting(client)
    const onPlain = logged(client, 'build')
    const onEncrypted = logged(encrypted, 'build')
    await withCommands(encrypted).get('nobody')
    expect(onPlain).toEqual([])
    expect(onEncrypted).toEqual(['GetItemCommand'])
    await withCommands(client).get('nobody')
    expect(onPlain).toEqual(['GetItemCommand'])
    expect(onEncrypted).toEqual(['GetItemCommand'])
  })

  test('above the plugin, sees what the application wrote and reads', async () => {
    const client = database.client()
    const seen: unknown[] = []
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        if (context.commandName === 'PutItemCommand') seen.push(args.input)
        if (context.commandName === 'GetItemCommand') seen.push(result.output)
        return result
      },
      { name: 'above', step: 'initialize' },
    )
    const application = withCommands(encrypting(client))
    await application.put('above', SECRET)
    await application.get('above')
    expect(seen).toMatchObject([{ Item: { address: { S: SECRET } } }, { Item: { id: { S: 'above' }, address: { S: SECRET } } }])
  })

  test('below the plugin, sees the stored item alone', async () => {
    const client = database.client()
    const seen: unknown[] = []
    client.middlewareStack.add(
      (next) => (args) => {
        seen.push(args)
        return next(args)
      },
      { name: 'below', step: 'finalizeRequest' },
    )
    await withCommands(encrypting(client)).put('below', SECRET)
    expect(seen.length).toBeGreaterThan(0)
    expect(foundIn(JSON.stringify(seen), SECRET)).toEqual([])
  })

  test('is not told of a request that is refused', async () => {
    const client = database.client()
    const encrypted = encrypting(client)
    const wire = tapWire(encrypted)
    const withoutKey = new PutItemCommand({ TableName: table, Item: { address: { S: SECRET } } })
    await expect(encrypted.send(withoutKey)).rejects.toThrow(/Missing the key id/)
    expect(wire.map(({ operation }) => operation).toSorted()).toEqual(['DescribeTable', 'DescribeTimeToLive'])
  })
})

describe("the SDK's paginators", () => {
  const PEOPLE = Array.from({ length: 23 }, (_, number) => ({ team: 'red', number, name: `${SECRET} ${number}` }))
  let people: string
  let client: DynamoDBClient

  beforeAll(async () => {
    people = await createTable(plain, { key: 'team, number:N' })
    client = encrypting(database.client())
    const documents = DynamoDBDocumentClient.from(client)
    for (const Item of PEOPLE) await documents.send(new PutCommand({ TableName: people, Item }))
  })

  const keyCondition = { KeyConditionExpression: 'team = :team' }
  const ROWS: readonly (readonly [string, () => AsyncIterable<{ Items?: unknown[] | undefined }>])[] = [
    ['paginateScan', () => paginateScan({ client, pageSize: 5 }, { TableName: people })],
    [
      'paginateQuery',
      () =>
        paginateQuery(
          { client, pageSize: 5 },
          { TableName: people, ...keyCondition, ExpressionAttributeValues: { ':team': { S: 'red' } } },
        ),
    ],
    ['paginateScan of documents', () => paginateDocumentScan({ client: documentsOf(client), pageSize: 5 }, { TableName: people })],
    [
      'paginateQuery of documents',
      () =>
        paginateDocumentQuery(
          { client: documentsOf(client), pageSize: 5 },
          { TableName: people, ...keyCondition, ExpressionAttributeValues: { ':team': 'red' } },
        ),
    ],
  ]
  const documentsOf = (inner: DynamoDBClient) => DynamoDBDocumentClient.from(inner)

  test.each(ROWS)('%s: every item once, in order, in pages of the asked size', async (name, pages) => {
    const sizes: number[] = []
    const items: unknown[] = []
    for await (const { Items = [] } of pages()) {
      sizes.push(Items.length)
      items.push(...Items)
    }
    expect(sizes.slice(0, 5)).toEqual([5, 5, 5, 5, 3])
    const asStored = PEOPLE.map(({ team, number, name: full }) => ({ team: { S: team }, number: { N: String(number) }, name: { S: full } }))
    expect(items).toEqual(name.endsWith('documents') ? PEOPLE : asStored)
  })
})

test("the SDK's waiters", async () => {
  const client = encrypting(database.client())
  const TableName = `Waited-${randomUUID()}`
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  )
  expect(await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName })).toMatchObject({ state: 'SUCCESS' })
  await client.send(new DeleteTableCommand({ TableName }))
  expect(await waitUntilTableNotExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName })).toMatchObject({ state: 'SUCCESS' })
})
