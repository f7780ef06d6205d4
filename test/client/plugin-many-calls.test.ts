// Many calls and several clients in one process: nothing is mixed up, asked for twice, or left running after an abort.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { setTimeout } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable } from './support/tables.js'
import { watchedProvider } from './support/watched-provider.js'
import { tapWire } from './support/wire.js'

const database = useStoreDatabase()
let table: string

beforeEach(async () => {
  table = await createTable(database.client(), { key: 'team, number:N' })
})

const key = (number: number) => ({ team: { S: 'red' }, number: { N: String(number) } })
const item = (number: number, name = `name ${number}`) => ({ ...key(number), name: { S: name } })
const puts = (count: number) => Array.from({ length: count }, (_, number) => ({ PutRequest: { Item: item(number) } }))
const redTeam = { KeyConditionExpression: 'team = :team', ExpressionAttributeValues: { ':team': { S: 'red' } } }

describe('two clients of one process with providers of their own', () => {
  let first: DynamoDBClient
  let second: DynamoDBClient

  beforeEach(() => {
    // Over one connection and configuration.
    const client = database.client()
    first = EncryptedClient.from(client, { materialsProvider: staticProvider() })
    second = EncryptedClient.from(client, { materialsProvider: staticProvider() })
  })

  test('each reads its own items, and neither the other’s', async () => {
    await Promise.all([
      first.send(new PutItemCommand({ TableName: table, Item: item(1, 'first') })),
      second.send(new PutItemCommand({ TableName: table, Item: item(2, 'second') })),
    ])
    const get = (client: DynamoDBClient, number: number) => client.send(new GetItemCommand({ TableName: table, Key: key(number) }))
    expect((await get(first, 1)).Item).toEqual(item(1, 'first'))
    expect((await get(second, 2)).Item).toEqual(item(2, 'second'))
    for (const [client, number] of [[first, 2] as const, [second, 1] as const]) {
      const error = await failureOf(() => get(client, number), 'SIGNATURE_MISMATCH', /signature/)
      expect(error).toMatchObject({ tableName: table, key: key(number) })
    }
  })

  test('calls at once do not mix', async () => {
    const names = Array.from({ length: 100 }, (_, number) => number)
    await Promise.all(
      names.map((number) => (number % 2 === 0 ? first : second).send(new PutItemCommand({ TableName: table, Item: item(number) }))),
    )
    const read = await Promise.allSettled(
      names.flatMap((number) => [first, second].map((client) => client.send(new GetItemCommand({ TableName: table, Key: key(number) })))),
    )
    const outcomes = read.map((result) => (result.status === 'fulfilled' ? result.value.Item : String(Reflect.get(result.reason, 'code'))))
    const refused = 'SIGNATURE_MISMATCH'
    expect(outcomes).toEqual(names.flatMap((number) => (number % 2 === 0 ? [item(number), refused] : [refused, item(number)])))
  })
})

test('10,000 requests at once: each has its own answer, and the table is described once', { timeout: 300_000 }, async () => {
  const client = database.client({ requestHandler: { httpAgent: { maxSockets: 100 }, socketAcquisitionWarningTimeout: 600_000 } })
  const wire = tapWire(client)
  const watched = watchedProvider()
  const encrypted = EncryptedClient.from(client, { materialsProvider: watched.provider })
  const numbers = Array.from({ length: 5000 }, (_, number) => number)
  const described = () => wire.filter(({ operation }) => operation === 'DescribeTable').length
  const answers = await Promise.all(
    numbers.flatMap((number) => [
      encrypted.send(new PutItemCommand({ TableName: table, Item: item(number), ReturnValues: 'ALL_OLD' })),
      // What was never written.
      encrypted.send(new GetItemCommand({ TableName: table, Key: key(-1 - number) })),
    ]),
  )
  expect(answers.every((answer) => !('Item' in answer) && !('Attributes' in answer))).toBe(true)
  expect([watched.encryptions.length, watched.decryptions.length]).toEqual([5000, 0])
  expect(described()).toBe(1)
  const pages = Array.from({ length: 50 }, (_, page) => numbers.slice(page * 100, page * 100 + 100))
  const read = await Promise.all(
    pages.map((page) => encrypted.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: page.map(key) } } }))),
  )
  const byNumber = new Map(read.flatMap(({ Responses }) => Responses?.[table] ?? []).map((each) => [Number(each['number']?.N), each]))
  expect(numbers.map((number) => byNumber.get(number))).toEqual(numbers.map((number) => item(number)))
  expect(described()).toBe(1)
})

describe('concurrency', () => {
  test.each([1, 4, 16])('%i: no more items of a batch or page wait for their materials at once, and that many do', async (concurrency) => {
    const watched = watchedProvider()
    let [waiting, most] = [0, 0]
    watched.before = async () => {
      most = Math.max(most, ++waiting)
      await setTimeout(1)
      waiting--
    }
    const client = EncryptedClient.from(database.client(), { materialsProvider: watched.provider, concurrency })
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts(25) } }))
    expect([watched.encryptions.length, most]).toEqual([25, concurrency])
    most = 0
    const { Items } = await client.send(new QueryCommand({ TableName: table, ...redTeam }))
    expect([watched.decryptions.length, most]).toEqual([25, concurrency])
    expect(Items).toEqual(puts(25).map(({ PutRequest }) => PutRequest.Item))
  })
})

describe('an AbortSignal', () => {
  const reason = new Error('the user has gone')

  test('stops the encryption of a batch: nothing is sent', async () => {
    const controller = new AbortController()
    const watched = watchedProvider()
    watched.before = async () => {
      await setTimeout(1)
      if (watched.encryptions.length >= 6) controller.abort(reason)
    }
    const client = database.client()
    const wire = tapWire(client)
    const encrypted = EncryptedClient.from(client, { materialsProvider: watched.provider, concurrency: 2 })
    const write = new BatchWriteItemCommand({ RequestItems: { [table]: puts(25) } })
    expect(await thrownBy(() => encrypted.send(write, { abortSignal: controller.signal }))).toBe(reason)
    expect(watched.encryptions.length).toBeLessThanOrEqual(8)
    expect(wire.filter(({ operation }) => !operation.startsWith('Describe'))).toEqual([])
  })

  test('stops the decryption of a page', async () => {
    const controller = new AbortController()
    const watched = watchedProvider()
    const client = EncryptedClient.from(database.client(), { materialsProvider: watched.provider, concurrency: 2 })
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts(25) } }))
    watched.before = async () => {
      await setTimeout(1)
      if (watched.decryptions.length >= 6) controller.abort(reason)
    }
    const query = new QueryCommand({ TableName: table, ...redTeam })
    expect(await thrownBy(() => client.send(query, { abortSignal: controller.signal }))).toBe(reason)
    expect(watched.decryptions.length).toBeLessThanOrEqual(8)
  })

  test('that has aborted: nothing is sent', async () => {
    const client = database.client()
    const wire = tapWire(client)
    const encrypted = EncryptedClient.from(client, { materialsProvider: staticProvider() })
    const signal = AbortSignal.abort(reason)
    await expect(encrypted.send(new PutItemCommand({ TableName: table, Item: item(1) }), { abortSignal: signal })).rejects.toThrow()
    await expect(encrypted.send(new QueryCommand({ TableName: table, ...redTeam }), { abortSignal: signal })).rejects.toThrow()
    const { Item: stored } = await client.send(new GetItemCommand({ TableName: table, Key: key(1) }))
    expect(stored).toBeUndefined()
    expect(wire.map(({ operation }) => operation)).not.toContain('BatchWriteItem')
  })
})
