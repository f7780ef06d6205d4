// What the examples of this folder share: the table, the keys, and the look at what is really stored.
import {
  CreateTableCommand,
  DescribeTableCommand,
  ScanCommand,
  type AttributeDefinition,
  type DynamoDBClient,
  type DynamoDBClientConfig,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb'
import { setTimeout } from 'node:timers/promises'
import type { CryptographicMaterialsProvider, Item } from 'dynamodb-encryption-client'

/** What an example is given. */
export interface Setting {
  /** A plain client, whose view of the table is the raw one. */
  readonly plain: DynamoDBClient
  /** What it was made with. */
  readonly clientConfig: DynamoDBClientConfig
  readonly materialsProvider: CryptographicMaterialsProvider
  /** The name of a table that does not exist yet. */
  readonly tableName: string
  /** Whether the server has transactions: DynamoDB has, dynalite has not. */
  readonly hasTransactions: boolean
}

/** Stand in attributes that are encrypted, and nowhere else. */
export const SECRETS = ['ana@example.com', 'ana@example.org', 'ben@example.com', 'cleo@example.com'] as const

/** A table with a key and one global index, all of type S. */
export async function createTable(
  client: DynamoDBClient,
  tableName: string,
  key: readonly string[],
  index: { readonly name: string; readonly key: readonly string[] },
): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...new Set([...key, ...index.key])].map((name): AttributeDefinition => ({
        AttributeName: name,
        AttributeType: 'S',
      })),
      KeySchema: keySchema(key),
      GlobalSecondaryIndexes: [{ IndexName: index.name, KeySchema: keySchema(index.key), Projection: { ProjectionType: 'ALL' } }],
    }),
  )
  for (;;) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
    const isReady = table?.GlobalSecondaryIndexes?.every(({ IndexStatus }) => IndexStatus === 'ACTIVE') ?? false
    if (table?.TableStatus === 'ACTIVE' && isReady) return
    await setTimeout(20)
  }
}

function keySchema(names: readonly string[]): KeySchemaElement[] {
  return names.map((name, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' }))
}

/** The items as they are stored. */
export async function rawItems(plain: DynamoDBClient, tableName: string): Promise<Item[]> {
  const { Items = [] } = await plain.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
  return Items
}

/** @throws Error where there is no item to look at, one is not signed, or a secret stands in plaintext */
export async function checkNoPlaintext(plain: DynamoDBClient, tableName: string): Promise<void> {
  const items = await rawItems(plain, tableName)
  if (items.length === 0) throw new Error('there is nothing to look at')
  for (const item of items) {
    if (item['*amzn-ddb-map-sig*'] === undefined) throw new Error('an item is not signed')
    const found = SECRETS.find((secret) => holds(item, secret))
    if (found !== undefined) throw new Error(`${found} is in the table in plaintext`)
  }
}

/** In any attribute, texts and bytes alike. */
function holds(value: unknown, secret: string): boolean {
  if (typeof value === 'string') return value.includes(secret)
  if (value instanceof Uint8Array) return Buffer.from(value).includes(secret)
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(([name, inner]) => name.includes(secret) || holds(inner, secret))
  )
}
