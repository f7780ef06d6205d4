// A KMS, a DynamoDB, and a provider store over both, with every call counted: what the figures of docs/ are checked against.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider, type DirectKmsMaterialsProviderOptions } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms, type LocalDynamoDb, type LocalKms, type LocalKmsKey } from 'dynamodb-encryption-client/testing'
import { afterAll, beforeAll } from 'vitest'

/** A request to DynamoDB. */
export interface DynamoDbCall {
  /** `GetItem` */
  readonly operation: string
  readonly tableName: string
  /** The value of the store's partition key that it asks for; absent where it asks for a table. */
  readonly materialName?: string
}

export interface WatchedStore {
  readonly store: MetaStore
  readonly client: DynamoDBClient
  readonly tableName: string
  /** Calls of this store's client so far, oldest first. */
  readonly calls: DynamoDbCall[]
  readonly key: LocalKmsKey
}

export interface WatchedServices {
  readonly kms: LocalKms
  readonly db: LocalDynamoDb
  direct(keyId: string, options?: Partial<DirectKmsMaterialsProviderOptions>): DirectKmsMaterialsProvider
  /** A new store under a new key, with an empty table. */
  store(tableName: string): Promise<WatchedStore>
}

/** To be called once, at the top of a test file. */
export function useWatchedServices(): WatchedServices {
  let servers: { kms: LocalKms; db: LocalDynamoDb } | undefined
  const clients: { destroy(): void }[] = []
  const running = (): { kms: LocalKms; db: LocalDynamoDb } => {
    if (servers === undefined) throw new Error('only inside a test')
    return servers
  }
  const kept = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client)
    return client
  }

  beforeAll(async () => {
    const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
    servers = { kms, db }
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await Promise.all([running().kms.close(), running().db.close()])
  })

  const direct: WatchedServices['direct'] = (keyId, options = {}) =>
    new DirectKmsMaterialsProvider({ keyId, client: kept(new KMSClient({ ...running().kms.clientConfig(), maxAttempts: 1 })), ...options })

  return {
    get kms() {
      return running().kms
    },
    get db() {
      return running().db
    },
    direct,
    async store(tableName) {
      const client = kept(new DynamoDBClient(running().db.clientConfig))
      const calls = watch(client)
      const key = running().kms.createKey()
      await MetaStore.createTable(client, tableName)
      return { store: new MetaStore({ client, tableName, materialsProvider: direct(key.arn) }), client, tableName, calls, key }
    },
  }
}

function watch(client: DynamoDBClient): DynamoDbCall[] {
  const calls: DynamoDbCall[] = []
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        calls.push({ operation: commandName.replace(/Command$/, ''), ...placeOf(args.input) })
        return next(args)
      },
    { step: 'initialize', name: 'watchedByTests' },
  )
  return calls
}

/** What IAM knows of a request: its table, and the partition key (`N` in a store's table) that it leads with. */
function placeOf(input: object): Omit<DynamoDbCall, 'operation'> {
  const { TableName, Key, Item, ExpressionAttributeValues } = input as {
    TableName?: string
    Key?: { N?: { S?: string } }
    Item?: { N?: { S?: string } }
    ExpressionAttributeValues?: { ':n'?: { S?: string } }
  }
  const materialName = Key?.N?.S ?? Item?.N?.S ?? ExpressionAttributeValues?.[':n']?.S
  return { tableName: TableName ?? '', ...(materialName !== undefined && { materialName }) }
}

/** How many calls of each name, by name. */
export function countByOperation(calls: readonly { readonly operation: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1
  return counts
}
