// Items one by one: lazily, page by page, in segments with bounded memory, until somebody has enough.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EncryptedTable } from 'dynamodb-encryption-client/document'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../client/support/tables.js'
import { answerWire, errorAnswer, tapWire, type WireRequest } from '../client/support/wire.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()
const items = Array.from({ length: 60 }, (_, at) => ({ owner: `o${String(at % 3)}`, at, name: `n${String(at)}` }))
let tableName: string

beforeAll(async () => {
  const client = database.client()
  tableName = await createTable(client, { key: 'owner, at:N' })
  await new EncryptedTable({ client, tableName, materialsProvider }).batchWrite({
    RequestItems: items.map((Item) => ({ PutRequest: { Item } })),
  })
})

interface Watched {
  readonly client: DynamoDBClient
  readonly table: EncryptedTable
  /** Requests for pages so far. */
  readonly pages: () => WireRequest[]
}

function watchedTable(): Watched {
  const client = database.client({ maxAttempts: 1 })
  const sent = tapWire(client)
  const table = new EncryptedTable({ client, tableName, materialsProvider })
  return { client, table, pages: () => sent.filter(({ operation }) => operation === 'Query' || operation === 'Scan') }
}

const OF_ONE = {
  KeyConditionExpression: '#owner = :owner',
  ExpressionAttributeNames: { '#owner': 'owner' },
  ExpressionAttributeValues: { ':owner': 'o1' },
}
const ofOne = items.filter(({ owner }) => owner === 'o1')
const sorted = (these: readonly Record<string, unknown>[]): unknown[] => these.toSorted((a, b) => Number(a['at']) - Number(b['at']))

async function all(iterator: AsyncIterable<Record<string, unknown>>): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for await (const item of iterator) found.push(item)
  return found
}

describe('queryItems', () => {
  test.each([undefined, 1, 7, 20, 100])('page size %s: all items, in order', async (pageSize) => {
    const { table, pages } = watchedTable()
    expect(await all(table.queryItems(OF_ONE, { pageSize }))).toEqual(ofOne)
    const sizes = new Set(pages().map(({ body }) => /"Limit":(\d+)/.exec(body)?.[1]))
    expect([...sizes]).toEqual([pageSize === undefined ? undefined : String(pageSize)])
    expect(pages().length).toBeGreaterThanOrEqual(20 / (pageSize ?? 100))
  })

  test('backwards, from a key, projected and filtered', async () => {
    const { table } = watchedTable()
    const ExclusiveStartKey = { owner: 'o1', at: 40 }
    const ExpressionAttributeNames = { ...OF_ONE.ExpressionAttributeNames, '#name': 'name' }
    const projected = { ...OF_ONE, ExpressionAttributeNames, ProjectionExpression: '#name' }
    const backwards = table.queryItems({ ...projected, ScanIndexForward: false, ExclusiveStartKey }, { pageSize: 3 })
    expect(await all(backwards)).toEqual(
      ofOne
        .filter(({ at }) => at < 40)
        .toReversed()
        .map(({ name }) => ({ name })),
    )
  })

  test('a page is asked for when its first item is', async () => {
    const { table, pages } = watchedTable()
    const iterator = table.queryItems(OF_ONE, { pageSize: 4 })
    expect(pages()).toHaveLength(0)
    for (const [at, item] of ofOne.slice(0, 9).entries()) {
      expect(await iterator.next()).toEqual({ done: false, value: item })
      expect(pages()).toHaveLength(Math.floor(at / 4) + 1)
    }
    await iterator.return()
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(pages()).toHaveLength(3)
  })
})

describe('scanItems', () => {
  test.each<[{ segments?: number; pageSize?: number }]>([
    [{}],
    [{ segments: 1, pageSize: 7 }],
    [{ segments: 3 }],
    [{ segments: 3, pageSize: 2 }],
    [{ segments: 50 }],
  ])('%j: each item once', async (options) => {
    const { table, pages } = watchedTable()
    expect(sorted(await all(table.scanItems({}, options)))).toEqual(items)
    const segments = new Set(pages().map(({ body }) => /"Segment":(\d+)/.exec(body)?.[1]))
    expect(segments.size).toBe(options.segments ?? 1)
  })

  test('from a key', async () => {
    const { table } = watchedTable()
    const [first, ...rest] = await all(table.scanItems())
    const { owner, at } = first ?? {}
    expect(await all(table.scanItems({ ExclusiveStartKey: { owner, at } }, { pageSize: 10 }))).toEqual(rest)
  })

  test('segments: nothing before the first item is asked for, then at most a page of each', async () => {
    const { table, pages } = watchedTable()
    const iterator = table.scanItems({}, { segments: 3, pageSize: 2 })
    expect(pages()).toHaveLength(0)
    for (let taken = 1; taken <= 12; taken++) {
      expect((await iterator.next()).done).toBe(false)
      // Every page but those of the three that are kept has been given away whole.
      expect(pages().length).toBeLessThanOrEqual(3 + Math.ceil(taken / 2))
    }
    await iterator.return()
    const left = pages().length
    await new Promise((resolve) => setImmediate(resolve))
    expect(pages()).toHaveLength(left)
  })

  test('leaving it ends the requests that are on their way', async () => {
    const { client, table } = watchedTable()
    const { requestHandler } = client.config
    const send = requestHandler.handle.bind(requestHandler)
    const signals: AbortSignal[] = []
    const segments = await Promise.all([0, 1, 2].map((Segment) => table.scan({ Segment, TotalSegments: 3 })))
    const withItems = segments.findIndex(({ Count = 0 }) => Count > 0)
    // The pages of the other segments never come.
    requestHandler.handle = async (...args: Parameters<typeof send>) => {
      const signal = args[1] !== undefined && 'abortSignal' in args[1] ? args[1].abortSignal : undefined
      const { body: bytes } = args[0] as { readonly body: Uint8Array }
      const body = Buffer.from(bytes).toString()
      if (!(signal instanceof AbortSignal) || body.includes(`"Segment":${String(withItems)}`)) return send(...args)
      signals.push(signal)
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })))
      })
    }
    for await (const item of table.scanItems({}, { segments: 3, pageSize: 2 })) {
      expect(item).toBeDefined()
      break
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  test('the requests of the other segments end when one fails, and nothing is left behind', async () => {
    const { client, table } = watchedTable()
    let asked = 0
    answerWire(client, (operation) => (operation === 'Scan' && ++asked === 4 ? errorAnswer('AccessDeniedException') : undefined))
    expect(await thrownBy(() => all(table.scanItems({}, { segments: 3, pageSize: 2 })))).toMatchObject({ name: 'AccessDeniedException' })
    const before = asked
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(asked).toBe(before)
  })

  test.each([0, -1, 1.5, Number.NaN, 1_000_001])('segments %s are refused', async (segments) => {
    const { table } = watchedTable()
    await failureOf(() => table.scanItems({}, { segments }), 'INVALID_CONFIGURATION', /segments is a whole number from 1 to 1,000,000/)
  })

  test('a start key is refused with segments', async () => {
    const { table } = watchedTable()
    const ExclusiveStartKey = { owner: 'o1', at: 1 }
    await failureOf(() => table.scanItems({ ExclusiveStartKey }, { segments: 2 }), 'INVALID_CONFIGURATION', /has no ExclusiveStartKey/)
  })
})

describe.each<[string, (table: EncryptedTable, signal: AbortSignal) => AsyncIterable<Record<string, unknown>>]>([
  ['queryItems', (table, signal) => table.queryItems(OF_ONE, { pageSize: 3, signal })],
  ['scanItems', (table, signal) => table.scanItems({}, { pageSize: 3, signal })],
  ['scanItems in segments', (table, signal) => table.scanItems({}, { pageSize: 3, segments: 2, signal })],
])('%s ends with the reason of the signal', (_, iterate) => {
  test('when it aborts between two items of a page', async () => {
    const { table } = watchedTable()
    const controller = new AbortController()
    const reason = new Error('enough')
    const found: unknown[] = []
    const error = await thrownBy(async () => {
      for await (const item of iterate(table, controller.signal)) {
        found.push(item)
        if (found.length === 2) controller.abort(reason)
      }
    })
    expect(error).toBe(reason)
    expect(found).toHaveLength(2)
  })

  test('when it aborts while a page is on its way', async () => {
    const { client, table } = watchedTable()
    const controller = new AbortController()
    const reason = new Error('too slow')
    let asked = 0
    answerWire(client, (operation) => {
      if ((operation === 'Query' || operation === 'Scan') && ++asked === 3) controller.abort(reason)
      return undefined
    })
    expect(await thrownBy(() => all(iterate(table, controller.signal)))).toBe(reason)
  })

  test('when it has aborted before', async () => {
    const { table, pages } = watchedTable()
    const reason = new Error('never mind')
    expect(await thrownBy(() => all(iterate(table, AbortSignal.abort(reason))))).toBe(reason)
    expect(pages()).toEqual([])
  })
})
