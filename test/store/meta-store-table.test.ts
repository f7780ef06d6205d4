// MetaStore.createTable: the table that Java and Python would make, ready to be used.
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { MetaStore } from 'dynamodb-encryption-client'
import { tableName, useStoreDatabase } from '../support/store-database.js'
import { wrappedAes } from '../support/store-items.js'

const db = useStoreDatabase()

async function described(client: DynamoDBClient, table: string): Promise<TableDescription> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
  if (Table === undefined) throw new Error('no table')
  return Table
}

describe('createTable', () => {
  test('partition key N of type S, sort key V of type N, on demand', async () => {
    const client = db.client()
    const table = tableName()
    await MetaStore.createTable(client, table)
    const made = await described(client, table)
    expect(made).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'N', KeyType: 'HASH' },
        { AttributeName: 'V', KeyType: 'RANGE' },
      ],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    })
    expect(made.AttributeDefinitions).toHaveLength(2)
    expect(made.AttributeDefinitions).toEqual(
      expect.arrayContaining([
        { AttributeName: 'N', AttributeType: 'S' },
        { AttributeName: 'V', AttributeType: 'N' },
      ]),
    )
  })

  const throughput = { readCapacityUnits: 3, writeCapacityUnits: 2 }
  test.each([
    ['throughput alone', { throughput }],
    ['both', { throughput, billingMode: 'PROVISIONED' }],
  ] as const)('provisioned: %s', async (_, options) => {
    const client = db.client()
    const table = tableName()
    await MetaStore.createTable(client, table, options)
    expect((await described(client, table)).ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 3, WriteCapacityUnits: 2 })
  })

  test("provisioned without throughput: DynamoDB's own error", async () => {
    const options = { billingMode: 'PROVISIONED' } as const
    await expect(MetaStore.createTable(db.client(), tableName(), options)).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test("a table that exists: DynamoDB's own error, and the table stays as it is", async () => {
    const client = db.client()
    const table = await db.storeTable()
    const store = new MetaStore({ client, tableName: table, materialsProvider: wrappedAes() })
    await store.newProvider('orders')
    await expect(MetaStore.createTable(client, table)).rejects.toMatchObject({ name: 'ResourceInUseException' })
    expect(await store.versions('orders')).toEqual([0])
  })

  test('waits until the table is active', async () => {
    const { client, operations } = db.watchedClient()
    // The server's tables are active at once; its answer is changed as DynamoDB's is for some seconds.
    let creating = 2
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        const { output } = result
        if (context.commandName === 'DescribeTableCommand' && 'Table' in output && output.Table !== undefined && creating > 0) {
          creating -= 1
          output.Table.TableStatus = 'CREATING'
        }
        return result
      },
      { name: 'creating', step: 'initialize' },
    )
    await MetaStore.createTable(client, tableName())
    expect(operations()).toEqual(['CreateTable', 'DescribeTable', 'DescribeTable', 'DescribeTable'])
  })
})

test('a table made by hand with the same keys serves as well', async () => {
  const client = db.client()
  const table = tableName()
  await client.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: [
        { AttributeName: 'N', AttributeType: 'S' },
        { AttributeName: 'V', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'N', KeyType: 'HASH' },
        { AttributeName: 'V', KeyType: 'RANGE' },
      ],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  )
  // MetaStore waits for no table; DynamoDB Local's and dynalite's are there at once.
  const store = new MetaStore({ client, tableName: table, materialsProvider: wrappedAes() })
  await expect(store.newProvider('orders')).resolves.toBeDefined()
})
