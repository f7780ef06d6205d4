// Tables of the transparent clients' tests, in dynalite or in the server that DYNAMODB_ENDPOINT names.
import {
  CreateTableCommand,
  DescribeTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type KeySchemaElement,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

/** DynamoDB Local has transactions and PartiQL; dynalite has neither. */
export const hasTransactions = process.env['DYNAMODB_ENDPOINT'] !== undefined

/** `id` or `pk, sk`; `year:N` for another type than S. */
type Key = string

export interface TableShape {
  readonly key: Key
  readonly indexes?: Readonly<
    Record<string, { readonly kind: 'local' | 'global'; readonly key: Key; readonly projects: 'ALL' | 'KEYS_ONLY' | readonly string[] }>
  >
}

function attributesOf(key: Key): { name: string; type: 'S' | 'N' | 'B' }[] {
  return key.split(',').map((part) => {
    const [name = '', type = 'S'] = part.trim().split(':')
    return { name, type: type === 'N' || type === 'B' ? type : 'S' }
  })
}

function schemaOf(key: Key): KeySchemaElement[] {
  return attributesOf(key).map(({ name }, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }))
}

/** Creates a table and waits until it can be used. */
export async function createTable(
  client: DynamoDBClient,
  { key, indexes = {} }: TableShape,
  tableName = `Table-${randomUUID()}`,
): Promise<string> {
  const types = new Map(
    [key, ...Object.values(indexes).map((index) => index.key)].flatMap(attributesOf).map(({ name, type }) => [name, type]),
  )
  const of = (kind: 'local' | 'global') =>
    Object.entries(indexes).flatMap(([IndexName, index]) => {
      if (index.kind !== kind) return []
      const { projects } = index
      const Projection =
        typeof projects === 'string'
          ? { ProjectionType: projects }
          : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...projects] }
      return [{ IndexName, KeySchema: schemaOf(index.key), Projection }]
    })
  const input: CreateTableCommandInput = {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: schemaOf(key),
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    ...(of('local').length > 0 && { LocalSecondaryIndexes: of('local') }),
    ...(of('global').length > 0 && { GlobalSecondaryIndexes: of('global') }),
  }
  await client.send(new CreateTableCommand(input))
  await waitUntilReady(client, tableName, of('global').length)
  return tableName
}

/** Adds a global index on one attribute, with whole items, and waits until it can be used. */
export async function addGlobalIndex(client: DynamoDBClient, tableName: string, indexName: string, key: Key): Promise<void> {
  await client.send(
    new UpdateTableCommand({
      TableName: tableName,
      AttributeDefinitions: attributesOf(key).map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: indexName,
            KeySchema: schemaOf(key),
            Projection: { ProjectionType: 'ALL' },
            ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
          },
        },
      ],
    }),
  )
  await waitUntilReady(client, tableName, 1)
}

async function waitUntilReady(client: DynamoDBClient, tableName: string, indexCount: number): Promise<void> {
  for (;;) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
    const ready = (table?.GlobalSecondaryIndexes ?? []).filter(({ IndexStatus }) => IndexStatus === 'ACTIVE')
    if (table?.TableStatus === 'ACTIVE' && ready.length >= indexCount) return
    await setTimeout(20)
  }
}
