// Any number of keys, read 100 at a time: each item once, whatever the server leaves unprocessed.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EncryptedTable, UnfinishedBatchError } from 'dynamodb-encryption-client/document'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../client/support/tables.js'
import { answerWire, errorAnswer, tapWire } from '../client/support/wire.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { leaveUnprocessed, type PassingBatch, type Processed } from './support/partial-batches.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()
const COUNT = 250
const items = Array.from({ length: COUNT }, (_, at) => ({ id: `i${String(at)}`, name: `n${String(at)}`, place: { city: 'Paris', at } }))
const keys = items.map(({ id }) => ({ id }))
let tableName: string

beforeAll(async () => {
  const client = database.client()
  tableName = await createTable(client, { key: 'id' })
  const table = new EncryptedTable({ client, tableName, materialsProvider })
  await table.batchWrite({ RequestItems: items.map((Item) => ({ PutRequest: { Item } })) })
})

function newTable(): { client: DynamoDBClient; table: EncryptedTable } {
  const client = database.client({ maxAttempts: 1 })
  return { client, table: new EncryptedTable({ client, tableName, materialsProvider }) }
}

const sorted = (these: readonly Record<string, unknown>[]): unknown[] =>
  these.toSorted((a, b) => String(a['id']).localeCompare(String(b['id']), 'en', { numeric: true }))
const noPause = { pause: async (): Promise<void> => undefined }

test.each([
  [0, []],
  [1, [1]],
  [100, [100]],
  [250, [100, 100, 50]],
])('%i keys', async (count, sizes) => {
  const { client, table } = newTable()
  const batches = leaveUnprocessed(client, ({ size }) => size)
  const { Responses } = await table.batchGet({ RequestItems: { Keys: keys.slice(0, count) } })
  expect(sorted(Responses)).toEqual(items.slice(0, count))
  expect(batches.toSorted((a, b) => b - a)).toEqual(sizes)
})

test('a key that is given twice is read once, one that is not there is left out', async () => {
  const { table } = newTable()
  const { Responses } = await table.batchGet({ RequestItems: { Keys: [{ id: 'i1' }, { id: 'none' }, { id: 'i1' }, { id: 'i0' }] } })
  expect(sorted(Responses)).toEqual(items.slice(0, 2))
})

test('projected, and with the capacity of all requests', async () => {
  const { table } = newTable()
  const { Responses, ConsumedCapacity } = await table.batchGet({
    RequestItems: { Keys: keys.slice(0, 150), ProjectionExpression: '#p.city', ExpressionAttributeNames: { '#p': 'place' } },
    ReturnConsumedCapacity: 'TOTAL',
  })
  expect(Responses).toEqual(Array.from({ length: 150 }, () => ({ place: { city: 'Paris' } })))
  expect(ConsumedCapacity).toHaveLength(2)
})

test('items that are returned unverified are listed', async () => {
  const { client } = newTable()
  const plainTable = await createTable(client, { key: 'id' })
  const open = new EncryptedTable({ client, tableName: plainTable, materialsProvider, allowPlaintextReads: () => true })
  const unprotected = new EncryptedTable({ client, tableName: plainTable, materialsProvider, actions: () => 'unprotected' })
  await unprotected.put({ Item: { id: 'old', name: 'plain' } })
  await open.put({ Item: { id: 'new', name: 'Ada' } })
  const { Responses, $metadata } = await open.batchGet({ RequestItems: { Keys: [{ id: 'old' }, { id: 'new' }] } })
  expect(sorted(Responses)).toEqual([
    { id: 'new', name: 'Ada' },
    { id: 'old', name: 'plain' },
  ])
  expect($metadata).toEqual({ unverifiedItems: [{ id: { S: 'old' } }] })
})

test.each<[string, (batch: PassingBatch) => Processed]>([
  ['one in two batches not at all', ({ index, size }) => (index % 2 === 0 ? 0 : size)],
  ['a third of each batch', ({ size }) => Math.ceil(size / 3)],
  ['throttled every other time', ({ index, size }) => (index % 2 === 0 ? 'throttled' : size)],
  ['nothing for the first 60 requests', ({ index, size }) => (index < 60 ? 0 : size)],
])('what is left unprocessed is asked for again: %s', async (_, process) => {
  const { client, table } = newTable()
  leaveUnprocessed(client, process)
  const { Responses } = await table.batchGet(
    { RequestItems: { Keys: keys, ProjectionExpression: 'id' } },
    { ...noPause, maxAttempts: 1000 },
  )
  expect(sorted(Responses)).toEqual(keys)
})

describe('fails', () => {
  test('where keys are put off too often, with these keys as they were given', async () => {
    const { client, table } = newTable()
    leaveUnprocessed(client, ({ index }) => (index === 0 ? 2 : 0))
    const Keys = keys.slice(0, 5)
    const error = await thrownBy(() => table.batchGet({ RequestItems: { Keys } }, { ...noPause, maxAttempts: 2 }))
    expect(error).toBeInstanceOf(UnfinishedBatchError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/3 of 5 requests of a batch are left/) as unknown,
      unprocessed: Keys.slice(2),
    })
  })

  test('with an error of DynamoDB', async () => {
    const { client, table } = newTable()
    answerWire(client, (operation) => (operation === 'BatchGetItem' ? errorAnswer('AccessDeniedException') : undefined))
    expect(await thrownBy(() => table.batchGet({ RequestItems: { Keys: keys } }))).toMatchObject({ name: 'AccessDeniedException' })
  })

  test('with an item that does not verify', async () => {
    const { client } = newTable()
    const other = new EncryptedTable({ client, tableName, materialsProvider: staticProvider() })
    await failureOf(() => other.batchGet({ RequestItems: { Keys: keys } }), 'SIGNATURE_MISMATCH', /signature/)
  })

  test('with the reason of the signal, before and while it waits', async () => {
    const { client, table } = newTable()
    const reason = new Error('enough')
    const sent = tapWire(client)
    const RequestItems = { Keys: keys.slice(0, 3) }
    expect(await thrownBy(() => table.batchGet({ RequestItems }, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(sent.map(({ operation }) => operation)).not.toContain('BatchGetItem')
    const controller = new AbortController()
    leaveUnprocessed(client, () => 0)
    const pause = async (): Promise<void> => controller.abort(reason)
    expect(await thrownBy(() => table.batchGet({ RequestItems }, { signal: controller.signal, pause }))).toBe(reason)
  })
})
