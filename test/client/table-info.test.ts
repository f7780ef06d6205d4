// What has to be known of a table: described, or given by hand.
import { DescribeTableCommand, UpdateTimeToLiveCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { AttributeActions, TableInfo, type TableInfoOptions } from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { accessDenied, useStoreDatabase } from '../support/store-database.js'
import { addGlobalIndex, createTable, hasTransactions } from './support/tables.js'
import { answerWire, errorAnswer } from './support/wire.js'

const database = useStoreDatabase()
let client: DynamoDBClient

beforeAll(() => {
  client = database.client()
})

describe('describe', () => {
  test('a table with a partition key', async () => {
    const tableName = await createTable(client, { key: 'id' })
    const info = await TableInfo.describe(client, tableName)
    expect(info.tableName).toBe(tableName)
    expect(info.primaryIndex).toEqual({ partitionKeyName: 'id' })
    expect(info.secondaryIndexes).toEqual([])
    expect(info.timeToLiveAttribute).toBeUndefined()
    expect(info.protectedIndexKeys()).toEqual(['id'])
    expect(info.secondaryIndexKeys()).toEqual([])
    expect(info.encryptionContextValues).toEqual({ tableName, partitionKeyName: 'id' })
  })

  test('a table with a sort key and indexes of every kind', async () => {
    const tableName = await createTable(client, {
      key: 'pk, sk:N',
      indexes: {
        Local: { kind: 'local', key: 'pk, city', projects: 'KEYS_ONLY' },
        Global: { kind: 'global', key: 'city, year:N', projects: 'ALL' },
        Included: { kind: 'global', key: 'year:N', projects: ['first', 'second'] },
      },
    })
    const info = await TableInfo.describe(client, tableName)
    expect(info.primaryIndex).toEqual({ partitionKeyName: 'pk', sortKeyName: 'sk' })
    expect(info.protectedIndexKeys()).toEqual(['pk', 'sk'])
    expect(info.secondaryIndexKeys().toSorted()).toEqual(['city', 'pk', 'year'])
    expect(info.encryptionContextValues).toEqual({ tableName, partitionKeyName: 'pk', sortKeyName: 'sk' })
    const byName = info.secondaryIndexes.toSorted((a, b) => a.indexName.localeCompare(b.indexName))
    expect(byName.map((index) => ({ ...index, nonKeyAttributes: index.nonKeyAttributes?.toSorted() }))).toEqual([
      { indexName: 'Global', kind: 'global', keyNames: ['city', 'year'], projection: 'ALL', nonKeyAttributes: [] },
      { indexName: 'Included', kind: 'global', keyNames: ['year'], projection: 'INCLUDE', nonKeyAttributes: ['first', 'second'] },
      { indexName: 'Local', kind: 'local', keyNames: ['pk', 'city'], projection: 'KEYS_ONLY', nonKeyAttributes: [] },
    ])
    expect(new AttributeActions().withIndexKeys(...info.protectedIndexKeys()).actionFor('sk')).toBe('SIGN_ONLY')
  })

  test('keys in whatever order DynamoDB lists them', async () => {
    const answering = database.client()
    const KeySchema = [
      { AttributeName: 'sk', KeyType: 'RANGE' },
      { AttributeName: 'pk', KeyType: 'HASH' },
    ]
    answerWire(answering, (operation) =>
      operation === 'DescribeTable' ? { status: 200, body: { Table: { TableName: 'T', KeySchema } } } : undefined,
    )
    expect((await TableInfo.describe(answering, 'T')).protectedIndexKeys()).toEqual(['pk', 'sk'])
  })

  test('a table that is not there: DynamoDB’s own error', async () => {
    await expect(TableInfo.describe(client, 'NoSuchTable')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  test('no permission for DescribeTable: DynamoDB’s own error', async () => {
    const { client: watched, before } = database.watchedClient()
    before('DescribeTable', () => {
      throw accessDenied()
    })
    await expect(TableInfo.describe(watched, 'People')).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('no client', async () => {
    const noClient: unknown = {}
    await failureOf(() => TableInfo.describe(noClient as DynamoDBClient, 'People'), 'INVALID_CONFIGURATION', /takes a DynamoDBClient/)
  })
})

describe('the TimeToLive attribute', () => {
  const described = (status: string, AttributeName = 'expires'): DynamoDBClient => {
    const answering = database.client()
    answerWire(answering, (operation) =>
      operation === 'DescribeTimeToLive'
        ? { status: 200, body: { TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName } } }
        : undefined,
    )
    return answering
  }

  test.each([
    ['ENABLED', 'expires'],
    ['ENABLING', 'expires'],
    ['DISABLED', undefined],
    ['DISABLING', undefined],
  ])('%s: %s', async (status, name) => {
    const tableName = await createTable(client, { key: 'id' })
    expect((await TableInfo.describe(described(status), tableName)).timeToLiveAttribute).toBe(name)
  })

  test('is unknown to who may not ask', async () => {
    const tableName = await createTable(client, { key: 'id' })
    const answering = database.client()
    answerWire(answering, (operation) => (operation === 'DescribeTimeToLive' ? errorAnswer('AccessDeniedException') : undefined))
    expect((await TableInfo.describe(answering, tableName)).timeToLiveAttribute).toBeUndefined()
  })

  test.skipIf(!hasTransactions)('of a real table (DYNAMODB_ENDPOINT)', async () => {
    const tableName = await createTable(client, { key: 'id' })
    const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true }
    await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }))
    expect((await TableInfo.describe(client, tableName)).timeToLiveAttribute).toBe('expires')
  })
})

describe('by hand', () => {
  test('the same as described', async () => {
    const key = 'pk, sk:N'
    const tableName = await createTable(client, { key, indexes: { Global: { kind: 'global', key: 'city', projects: 'KEYS_ONLY' } } })
    const described = await TableInfo.describe(client, tableName)
    const info = new TableInfo({
      tableName,
      primaryIndex: { partitionKeyName: 'pk', sortKeyName: 'sk' },
      secondaryIndexes: [{ indexName: 'Global', kind: 'global', keyNames: ['city'], projection: 'KEYS_ONLY', nonKeyAttributes: [] }],
    })
    expect(info.primaryIndex).toEqual(described.primaryIndex)
    expect(info.secondaryIndexes).toEqual(described.secondaryIndexes)
    expect(info.encryptionContextValues).toEqual(described.encryptionContextValues)
  })

  test('an ARN means the table of that name', () => {
    const tableName = 'arn:aws:dynamodb:eu-west-1:123456789012:table/People'
    const info = new TableInfo({ tableName, primaryIndex: { partitionKeyName: 'id' } })
    expect(info.tableName).toBe('People')
    expect(info.encryptionContextValues).toEqual({ tableName: 'People', partitionKeyName: 'id' })
  })

  test('an index of two tables’ names is told once', () => {
    const index = { kind: 'global', keyNames: ['city', 'year'] } as const
    const secondaryIndexes = [
      { ...index, indexName: 'A' },
      { ...index, indexName: 'B', keyNames: ['year'] },
    ]
    const info = new TableInfo({ tableName: 'T', primaryIndex: { partitionKeyName: 'id' }, secondaryIndexes })
    expect(info.secondaryIndexKeys()).toEqual(['city', 'year'])
  })

  test('what is given is copied', () => {
    const keyNames = ['city']
    const primaryIndex = { partitionKeyName: 'id' }
    const info = new TableInfo({ tableName: 'T', primaryIndex, secondaryIndexes: [{ indexName: 'Global', kind: 'global', keyNames }] })
    keyNames.push('year')
    primaryIndex.partitionKeyName = 'other'
    info.protectedIndexKeys().push('more')
    expect([info.protectedIndexKeys(), info.secondaryIndexKeys()]).toEqual([['id'], ['city']])
    expect(() => Object.assign(info.primaryIndex, { partitionKeyName: 'other' })).toThrow(TypeError)
  })

  const primaryIndex = { partitionKeyName: 'id' }
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /takes \{ tableName, primaryIndex/],
    ['a name', 'People', /takes \{ tableName, primaryIndex/],
    ['no primary index', { tableName: 'People' }, /takes \{ tableName, primaryIndex/],
    ['no table name', { primaryIndex }, /takes a tableName/],
    ['an empty table name', { tableName: '', primaryIndex }, /takes a tableName/],
    ['no partition key', { tableName: 'People', primaryIndex: {} }, /of "People" takes primaryIndex\.partitionKeyName/],
    ['an empty partition key', { tableName: 'People', primaryIndex: { partitionKeyName: '' } }, /takes primaryIndex\.partitionKeyName/],
    ['a sort key that is none', { tableName: 'People', primaryIndex: { ...primaryIndex, sortKeyName: 5 } }, /sortKeyName is a name/],
  ])('refused: %s', async (_, options, message) => {
    await failureOf(() => new TableInfo(options as TableInfoOptions), 'INVALID_CONFIGURATION', message)
  })
})

test.skipIf(!hasTransactions)('refreshIndexedAttributes sees an index that was added (DYNAMODB_ENDPOINT)', async () => {
  const tableName = await createTable(client, { key: 'id' })
  const info = await TableInfo.describe(client, tableName)
  await addGlobalIndex(client, tableName, 'Global', 'city')
  expect(info.secondaryIndexKeys()).toEqual([])
  await info.refreshIndexedAttributes(client)
  expect(info.secondaryIndexKeys()).toEqual(['city'])
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  expect(table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['Global'])
})
