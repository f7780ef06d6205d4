// The DynamoDB of the provider store's tests: dynalite in this process, or the server that DYNAMODB_ENDPOINT names.
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { MetaStore, type Item } from 'dynamodb-encryption-client'
import { startLocalDynamoDb, type LocalClientConfig, type LocalDynamoDb } from 'dynamodb-encryption-client/testing'
import { afterAll, beforeAll } from 'vitest'

/** A request as the client was asked to send it. */
export interface SentRequest {
  /** `GetItem` */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** A client of which every request is seen before it is sent. */
export interface WatchedClient {
  readonly client: DynamoDBClient
  /** Requests so far, oldest first. */
  readonly sent: readonly SentRequest[]
  /** Operations so far. */
  readonly operations: () => string[]
  /** Called before a request of this operation is sent: may wait, or throw what the client is to fail with. */
  readonly before: (operation: string, hook: () => void | Promise<void>) => void
}

export interface StoreDatabase {
  /** For clients of other processes. */
  readonly clientConfig: LocalClientConfig
  /** A new client; all are destroyed at the end of the file. */
  client(options?: DynamoDBClientConfig): DynamoDBClient
  watchedClient(options?: DynamoDBClientConfig): WatchedClient
  /** An empty table for a store. */
  storeTable(name?: string): Promise<string>
}

export function tableName(): string {
  return `Store-${randomUUID()}`
}

/** To be called once, at the top of a test file. */
export function useStoreDatabase(): StoreDatabase {
  let db: LocalDynamoDb | undefined
  const clients: DynamoDBClient[] = []
  const tables: string[] = []

  function running(): LocalDynamoDb {
    if (db === undefined) throw new Error('only inside a test')
    return db
  }
  function newClient(options: DynamoDBClientConfig = {}): DynamoDBClient {
    const client = new DynamoDBClient({ ...running().clientConfig, ...options })
    clients.push(client)
    return client
  }

  beforeAll(async () => {
    const endpoint = process.env['DYNAMODB_ENDPOINT']
    db = await startLocalDynamoDb(endpoint === undefined ? {} : { endpoint })
  })
  afterAll(async () => {
    const client = newClient()
    await Promise.all(tables.map((TableName) => client.send(new DeleteTableCommand({ TableName })).catch(() => undefined)))
    for (const each of clients) each.destroy()
    await running().close()
  })

  return {
    get clientConfig() {
      return running().clientConfig
    },
    client: newClient,
    watchedClient: (options) => watch(newClient(options)),
    async storeTable(name = tableName()) {
      const client = newClient()
      tables.push(name)
      // What a run that was cut short left on a server that outlives it.
      await client.send(new DeleteTableCommand({ TableName: name })).catch(() => undefined)
      await MetaStore.createTable(client, name)
      return name
    },
  }
}

function watch(client: DynamoDBClient): WatchedClient {
  const sent: SentRequest[] = []
  const hooks = new Map<string, () => void | Promise<void>>()
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context.commandName).replace(/Command$/, '')
      sent.push({ operation, input: { ...args.input } })
      await hooks.get(operation)?.()
      return next(args)
    },
    { name: 'watch', step: 'initialize' },
  )
  return { client, sent, operations: () => sent.map(({ operation }) => operation), before: (operation, hook) => hooks.set(operation, hook) }
}

/** What DynamoDB answers to who lacks the permission. */
export function accessDenied(): Error {
  return Object.assign(new Error('User is not authorized to perform this operation'), { name: 'AccessDeniedException' })
}

/** A row of a store's table as it is stored. */
export async function storedRow(client: DynamoDBClient, table: string, name: string, version: number): Promise<Item> {
  const Key = { N: { S: name }, V: { N: String(version) } }
  const { Item: row } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  if (row === undefined) throw new Error('the table has no such row')
  return row
}

export async function putRow(client: DynamoDBClient, table: string, row: Item): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: row }))
}

/** A table that has a store's attribute names with other types, or another key. */
export async function createOtherTable(client: DynamoDBClient, name: string, keys: Readonly<Record<string, 'S' | 'N'>>): Promise<void> {
  const names = Object.entries(keys)
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: names.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: names.map(([AttributeName], at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
}
