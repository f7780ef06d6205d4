// Configurations and middleware stacks under which items would pass unencrypted, or unverified: refused, before anything is sent where that can be told.
import { DynamoDBClient, GetItemCommand, PutItemCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import {
  EncryptedClient,
  getItemEncryptionPlugin,
  MetaStore,
  TableInfo,
  type EncryptedClientOptions,
  type ItemEncryptionPluginOptions,
} from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable } from './support/tables.js'
import { foundIn, tapWire } from './support/wire.js'

const SECRET = 'Blutgruppe AB 7731'
const database = useStoreDatabase()
const materialsProvider = staticProvider()
const options = { materialsProvider }
const ITEM = { id: { S: 'a' }, note: { S: SECRET } }
let table: string

beforeAll(async () => {
  table = await createTable(database.client(), { key: 'id' })
})

describe('a client that encrypts already', () => {
  const pluggedIn = (config?: DynamoDBClientConfig): DynamoDBClient => {
    const client = database.client(config)
    client.middlewareStack.use(getItemEncryptionPlugin({ client, ...options }))
    return client
  }
  const MAKERS: readonly (readonly [string, () => DynamoDBClient])[] = [
    ['made by from', () => EncryptedClient.from(database.client(), options)],
    ['with the plugin', pluggedIn],
  ]
  const USES: readonly (readonly [string, (client: DynamoDBClient) => unknown])[] = [
    ['EncryptedClient.from', (client) => EncryptedClient.from(client, options)],
    ['getItemEncryptionPlugin', (client) => client.middlewareStack.use(getItemEncryptionPlugin({ client, ...options }))],
    ['MetaStore', (client) => new MetaStore({ client, tableName: 'Keys', materialsProvider })],
    ['MetaStore.createTable', (client) => MetaStore.createTable(client, 'Keys')],
  ]

  test.each(MAKERS.flatMap(([made, make]) => USES.map(([what, use]) => [made, what, make, use] as const)))(
    '%s: is none for %s',
    async (_, what, make, use) => {
      const client = make()
      const wire = tapWire(client)
      await failureOf(
        async () => use(client),
        'INVALID_CONFIGURATION',
        new RegExp(`^${what.replace(/\.createTable$/, '')}.* takes a plain client`),
      )
      expect(wire).toEqual([])
      // It still does what it did.
      await client.send(new PutItemCommand({ TableName: table, Item: ITEM }))
      expect((await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: 'a' } } }))).Item).toEqual(ITEM)
      expect(wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
    },
  )
})

describe('a client with cacheMiddleware', () => {
  test('does not take the plugin, which it would never call once it has sent a command', async () => {
    const client = database.client({ cacheMiddleware: true })
    await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: 'b' } } }))
    const before = client.middlewareStack.identify()
    await failureOf(
      () => client.middlewareStack.use(getItemEncryptionPlugin({ client, ...options })),
      'INVALID_CONFIGURATION',
      /cacheMiddleware.*EncryptedClient\.from/,
    )
    expect(client.middlewareStack.identify()).toEqual(before)
  })

  test('does not take the plugin of another client either', async () => {
    const client = database.client({ cacheMiddleware: true })
    await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: 'b' } } }))
    const wire = tapWire(client)
    const error = await thrownBy(async () => {
      client.middlewareStack.use(getItemEncryptionPlugin({ client: database.client(), ...options }))
      await client.send(new PutItemCommand({ TableName: table, Item: ITEM }))
    }).catch((unexpected: unknown) => unexpected)
    expect(wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' })
  })
})

describe('wrong options', () => {
  const wrong = (value: unknown): EncryptedClientOptions => value as EncryptedClientOptions
  const of = (value: object): EncryptedClientOptions => wrong({ materialsProvider, ...value })
  const info = new TableInfo({ tableName: 'Other', primaryIndex: { partitionKeyName: 'id' } })
  const ROWS: readonly (readonly [string, EncryptedClientOptions, RegExp])[] = [
    ['none', wrong(undefined), /take options, at least \{ materialsProvider \}/],
    ['null', wrong(null), /take options/],
    ['a text', wrong('materialsProvider'), /take options/],
    ['no provider', wrong({}), /take a materialsProvider, or tables that have one each/],
    ['a provider that is none', wrong({ materialsProvider: {} }), /materialsProvider is a materials provider/],
    ['half a provider', wrong({ materialsProvider: { encryptionMaterials: () => ({}) } }), /materialsProvider is a materials provider/],
    ['a table without a provider', wrong({ tables: { People: {} } }), /the table "People" has no materialsProvider/],
    ['a table whose provider is none', of({ tables: { People: { materialsProvider: 'k' } } }), /materialsProvider is a materials provider/],
    ['a table whose options are none', of({ tables: { People: true } }), /the options of the table "People" are an object/],
    ['tables that are a list', of({ tables: ['People'] }), /the options of the table "0" are an object/],
    ['the info of another table', of({ tables: { People: { info } } }), /info given for the table "People" is of the table "Other"/],
    ['concurrency 0', of({ concurrency: 0 }), /concurrency is a whole number from 1/],
    ['concurrency 1.5', of({ concurrency: 1.5 }), /concurrency is a whole number from 1/],
    ['concurrency that is a text', of({ concurrency: '16' }), /concurrency is a whole number from 1/],
    ['otherTables', of({ otherTables: 'pass' }), /otherTables is 'reject' or 'passThrough'/],
    ['onItemError', of({ onItemError: 'skip' }), /onItemError/],
    ['partialIndexReads', of({ partialIndexReads: 'allow' }), /partialIndexReads/],
    ['allowPlaintextReads', of({ allowPlaintextReads: true }), /allowPlaintextReads/],
    ['an info that is none', of({ tables: { People: { info: { tableName: 'People' } } } }), /info/],
    ['partialIndexReads of a table', of({ tables: { People: { partialIndexReads: 'allow' } } }), /partialIndexReads/],
  ]

  test.each(ROWS)('%s: told by from', async (_, given, message) => {
    await failureOf(() => EncryptedClient.from(database.client(), given), 'INVALID_CONFIGURATION', message)
  })

  test.each(ROWS)('%s: told by the plugin, before it is used', async (_, given, message) => {
    const client = database.client()
    const withClient = typeof given === 'object' ? { client, ...(given as object) } : given
    const ownMessage = message.source.includes('take options') ? /takes the client|take a materialsProvider/ : message
    await failureOf(() => getItemEncryptionPlugin(withClient as ItemEncryptionPluginOptions), 'INVALID_CONFIGURATION', ownMessage)
  })

  test.each([
    ['undefined', undefined],
    ['a configuration', { region: 'eu-west-1' }],
  ])('a client that is %s', async (_, client) => {
    await failureOf(
      () => EncryptedClient.from(client as unknown as DynamoDBClient, options),
      'INVALID_CONFIGURATION',
      /takes a DynamoDBClient/,
    )
    await failureOf(
      () => getItemEncryptionPlugin({ client: client as unknown as DynamoDBClient, ...options }),
      'INVALID_CONFIGURATION',
      /takes the client that it is used on/,
    )
  })

  const wrongActions = { attributes: { note: 'ENCRYPT' } } as unknown as NonNullable<EncryptedClientOptions['actions']>
  test.each<[string, NonNullable<EncryptedClientOptions['actions']>, RegExp]>([
    ['an unknown action', wrongActions, /"note"/],
    ['an action for the key', { attributes: { id: 'ENCRYPT_AND_SIGN' } }, /the key attribute "id"/],
    ['an empty history', [] as unknown as NonNullable<EncryptedClientOptions['actions']>, /actions/],
  ])('%s: told with the first request, before it is sent', async (_, actions, message) => {
    const client = database.client()
    const wire = tapWire(client)
    const encrypted = EncryptedClient.from(client, { materialsProvider, actions })
    const put = new PutItemCommand({ TableName: table, Item: ITEM })
    await failureOf(() => encrypted.send(put), 'INVALID_ACTIONS', message)
    expect(wire.filter(({ operation }) => !operation.startsWith('Describe'))).toEqual([])
  })
})

describe('a middleware between the plugin and the wire', () => {
  /** Exchanges the request object once it is serialized, as a middleware may that copies what it passes on. */
  function copiesInput(client: DynamoDBClient): DynamoDBClient {
    client.middlewareStack.add((next) => (args) => next({ ...args, input: { ...args.input } }), { name: 'copies', step: 'build' })
    return client
  }

  test('that exchanges the input: nothing unverified is returned', async () => {
    const plain = database.client()
    await EncryptedClient.from(plain, options).send(new PutItemCommand({ TableName: table, Item: ITEM }))
    const client = EncryptedClient.from(copiesInput(database.client()), { ...options, tables: { [table]: { info: idTable(table) } } })
    const get = new GetItemCommand({ TableName: table, Key: { id: { S: 'a' } } })
    await failureOf(() => client.send(get), 'INVALID_CONFIGURATION', /another middleware exchanged the request/)
    const documents = DynamoDBDocumentClient.from(client)
    const getDocument = new GetCommand({ TableName: table, Key: { id: 'a' } })
    await failureOf(() => documents.send(getDocument), 'INVALID_CONFIGURATION', /another middleware exchanged the request/)
  })

  test('that exchanges the input of a write: it is not sent', async () => {
    const client = EncryptedClient.from(copiesInput(database.client()), { ...options, tables: { [table]: { info: idTable(table) } } })
    const wire = tapWire(client)
    const put = new PutItemCommand({ TableName: table, Item: ITEM })
    await failureOf(() => client.send(put), 'INVALID_CONFIGURATION', /another middleware exchanged the request/)
    expect(wire).toEqual([])
  })

  test('that answers by itself: nothing unverified is returned', async () => {
    const client = EncryptedClient.from(database.client(), { ...options, tables: { [table]: { info: idTable(table) } } })
    client.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, Item: ITEM } }), {
      name: 'cache',
      step: 'build',
    })
    const get = new GetItemCommand({ TableName: table, Key: { id: { S: 'a' } } })
    await failureOf(() => client.send(get), 'INVALID_CONFIGURATION', /another middleware exchanged the request/)
  })
})

const idTable = (tableName: string) => new TableInfo({ tableName, primaryIndex: { partitionKeyName: 'id' } })

describe('a stack without the places that the plugin needs', () => {
  const put = () => new PutItemCommand({ TableName: table, Item: ITEM })
  const putDocument = () => new PutCommand({ TableName: table, Item: { id: 'a', note: SECRET } })

  test.each(['serializerMiddleware', 'deserializerMiddleware', 'DocumentMarshall', 'DocumentUnmarshall', 'dynamoDBItemEncryptionResponse'])(
    '%s is gone: nothing is sent in plaintext, and nothing unverified is returned',
    async (name) => {
      const plain = database.client()
      const client = EncryptedClient.from(plain, { ...options, tables: { [table]: { info: idTable(table) } } })
      const wire = tapWire(client)
      client.middlewareStack.remove(name)
      const get = new GetItemCommand({ TableName: table, Key: { id: { S: 'a' } } })
      const documents = DynamoDBDocumentClient.from(EncryptedClient.from(database.client(), options))
      documents.middlewareStack.remove(name)
      // The SDK throws, rather than rejects, for a stack that it cannot put together.
      const sends = [async () => client.send(put()), async () => client.send(get), async () => documents.send(putDocument())]
      const answers = await Promise.allSettled(sends.map((send) => send()))
      expect(wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
      const returned = answers.map((answer) => (answer.status === 'fulfilled' && 'Item' in answer.value ? answer.value.Item : undefined))
      for (const item of returned) if (item !== undefined) expect(item).toEqual(ITEM)
    },
  )

  test('a stack that takes no middleware relative to the serializer: refused by use', async () => {
    const client = database.client()
    const stack = Object.create(client.middlewareStack, {
      addRelativeTo: {
        value: () => {
          throw new Error('serializerMiddleware is not found')
        },
      },
    }) as typeof client.middlewareStack
    Object.assign(client, { middlewareStack: stack })
    const plugin = getItemEncryptionPlugin({ client, ...options })
    const error = await failureOf(
      () => plugin.applyToStack(stack),
      'INVALID_CONFIGURATION',
      /has not the places that item encryption needs/,
    )
    expect(String(error.cause)).toMatch(/serializerMiddleware is not found/)
  })
})

test('a client of nothing but a stack: the plugin says what it takes', async () => {
  const { middlewareStack } = new DynamoDBClient({ region: 'eu-west-1' })
  await failureOf(
    () => getItemEncryptionPlugin({ client: { middlewareStack } as unknown as DynamoDBClient, ...options }),
    'INVALID_CONFIGURATION',
    /takes the client that it is used on/,
  )
})
