// Tables of the transparent clients' tests, in dynalite or in the server that DYNAMODB_ENDPOINT names.
import {
  CreateTableCommand,
  DescribeTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type KeySchemaElement,
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
  for (;;) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
    const indexesReady = (table?.GlobalSecondaryIndexes ?? []).every(({ IndexStatus }) => IndexStatus === 'ACTIVE')
    if (table?.TableStatus === 'ACTIVE' && indexesReady) return tableName
    await setTimeout(20)
  }
}
