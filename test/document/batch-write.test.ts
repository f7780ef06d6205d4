// Any number of writes in batches of 25: nothing lost, nothing doubled, the last of a key wins, and a half-done batch says exactly what is left.
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { inspect } from 'node:util'
import { type BatchOptions, type BatchWriteRequest, EncryptedTable, UnfinishedBatchError } from 'dynamodb-encryption-client/document'
import { describe, expect, test, vi } from 'vitest'
import { watchedProvider } from '../client/support/watched-provider.js'
import { createTable } from '../client/support/tables.js'
import { answerWire, errorAnswer, tapWire } from '../client/support/wire.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { leaveUnprocessed, type PassingBatch, type Processed } from './support/partial-batches.js'

const database = useStoreDatabase()
const SECRET = 'rue de la Paix 7731'

interface Setup {
  readonly client: DynamoDBClient
  readonly table: EncryptedTable
  /** Every item that is stored, decrypted, by key. */
  readonly stored: () => Promise<Record<string, unknown>[]>
}

async function setup(key = 'id', materialsProvider = staticProvider()): Promise<Setup> {
  const client = database.client({ maxAttempts: 1 })
  const tableName = await createTable(database.client(), { key })
  const table = new EncryptedTable({ client, tableName, materialsProvider })
  const reader = new EncryptedTable({ client: database.client(), tableName, materialsProvider })
  const stored = async (): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = []
    for await (const item of reader.scanItems()) items.push(item)
    return items.sort((a, b) => String(a['id']).localeCompare(String(b['id']), 'en', { numeric: true }))
  }
  return { client, table, stored }
}

const put = (id: string, more: object = {}): BatchWriteRequest => ({ PutRequest: { Item: { id, address: SECRET, ...more } } })
const remove = (id: string): BatchWriteRequest => ({ DeleteRequest: { Key: { id } } })
const itemOf = ({ PutRequest }: BatchWriteRequest): unknown => PutRequest?.Item
const puts = (count: number): BatchWriteRequest[] => Array.from({ length: count }, (_, at) => put(String(at)))
/** No time passes. Sixty pauses in a row would be some five minutes. */
function simulatedPause(): { options: BatchOptions; attempts: number[] } {
  const attempts: number[] = []
  return {
    attempts,
    options: {
      pause: async (attempt, signal) => {
        attempts.push(attempt)
        signal?.throwIfAborted()
      },
    },
  }
}

async function unfinished(work: () => Promise<unknown>): Promise<UnfinishedBatchError<BatchWriteRequest>> {
  const error = await thrownBy(work)
  if (error instanceof UnfinishedBatchError) return error
  throw new Error('not the error of an unfinished batch', { cause: error })
}

describe('splits', () => {
  test.each([
    [0, []],
    [1, [1]],
    [25, [25]],
    [26, [25, 1]],
    [103, [25, 25, 25, 25, 3]],
  ])('%i puts', async (count, sizes) => {
    const { client, table, stored } = await setup()
    const batches = leaveUnprocessed(client, ({ size }) => size)
    expect(await table.batchWrite({ RequestItems: puts(count) })).toEqual({})
    expect(batches.toSorted((a, b) => b - a)).toEqual(sizes)
    expect(await stored()).toEqual(puts(count).map(itemOf))
  })

  test('puts and deletions together; nothing of an encrypted attribute is sent', async () => {
    const { client, table, stored } = await setup()
    await table.batchWrite({ RequestItems: puts(30) })
    const sent = tapWire(client)
    await table.batchWrite({ RequestItems: [remove('0'), put('1', { more: 1 }), remove('29'), put('30')] })
    expect(await stored()).toEqual([put('1', { more: 1 }), ...puts(31).slice(2, 29), put('30')].map(itemOf))
    expect(sent.filter(({ body }) => body.includes(SECRET) || body.includes('more":{"N'))).toEqual([])
    expect(sent.map(({ operation }) => operation)).toContain('BatchWriteItem')
  })

  test('ConsumedCapacity is that of all requests', async () => {
    const { table } = await setup()
    const { ConsumedCapacity } = await table.batchWrite({ RequestItems: puts(30), ReturnConsumedCapacity: 'TOTAL' })
    expect(ConsumedCapacity).toHaveLength(2)
  })
})

describe('several requests with one key', () => {
  test.each<[string, BatchWriteRequest[], unknown[]]>([
    ['the last put wins', [put('a', { n: 1 }), put('b'), put('a', { n: 2 })], [put('a', { n: 2 }), put('b')].map(itemOf)],
    ['a deletion after a put', [put('a'), put('b'), remove('a')], [put('b')].map(itemOf)],
    ['a put after a deletion', [remove('a'), put('a', { n: 3 })], [put('a', { n: 3 })].map(itemOf)],
  ])('%s', async (_, requests, expected) => {
    const { table, stored } = await setup()
    await table.batchWrite({ RequestItems: requests })
    expect(await stored()).toEqual(expected)
  })

  test('a number key is the same however it is given', async () => {
    const { table, stored } = await setup('id:N')
    const numbers = [5, 5n, NumberValueImpl.from('5.0'), NumberValueImpl.from('0.5e1')]
    await table.batchWrite({ RequestItems: numbers.map((id, n) => ({ PutRequest: { Item: { id, n } } })) })
    expect(await stored()).toEqual([{ id: 5, n: 3 }])
  })

  test('a binary key, and a key of two attributes', async () => {
    const { table, stored } = await setup('id:B, sort')
    const item = (byte: number, sort: string, n: number): BatchWriteRequest => ({
      PutRequest: { Item: { id: new Uint8Array([byte]), sort, n } },
    })
    await table.batchWrite({ RequestItems: [item(1, 'a', 1), item(1, 'b', 2), item(2, 'a', 3), item(1, 'a', 4)] })
    expect((await stored()).map(({ n }) => n).sort()).toEqual([2, 3, 4])
  })

  test('one that is under way is waited for: the later one is not in a batch beside it', async () => {
    const { client, table, stored } = await setup()
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const sizes = leaveUnprocessed(client, async ({ index, size }) => {
      if (index === 0) await held
      return size
    })
    const writer = table.batchWriter()
    const [first = put('0'), ...others] = puts(50)
    const written = [put('a', { n: 1 }), ...others.slice(0, 24), put('a', { n: 2 }), first, ...others.slice(25)].map((request) =>
      writer.write(request),
    )
    await vi.waitFor(async () => expect(await stored()).toHaveLength(25), { timeout: 20_000 })
    release()
    await Promise.all(written)
    await writer.finish()
    expect((await stored()).filter(({ id }) => id === 'a')).toEqual([itemOf(put('a', { n: 2 }))])
    expect(sizes).toEqual([25, 25, 1])
  })

  test('random requests: what was given last is stored, whatever the server does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 1, maxLength: 120 }),
        // The last of them is more than none, so that it ends.
        fc
          .tuple(fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 20 }), fc.integer({ min: 1, max: 25 }))
          .map(([some, last]) => [...some, last]),
        async (steps, processed) => {
          const { client, table, stored } = await setup()
          leaveUnprocessed(client, ({ index, size }) => Math.min(size, processed[index % processed.length] ?? size))
          const writer = table.batchWriter({ maxAttempts: Infinity, ...simulatedPause().options })
          const expected = new Map<string, unknown>()
          for (const [at, [id, isPut]] of steps.entries()) {
            const request = isPut ? put(String(id), { at }) : remove(String(id))
            expected.set(String(id), itemOf(request))
            const written = writer.write(request)
            // Now and then what was given is sent at once.
            if (at % 7 === 0) await writer.finish()
            await written
          }
          await writer.finish()
          expect(writer.unprocessed).toEqual([])
          expect(await stored()).toEqual([...expected].sort().flatMap(([, item]) => (item === undefined ? [] : [item])))
        },
      ),
      { numRuns: 12 },
    )
  })
})

describe('sends again what was left unprocessed', () => {
  /** how the server behaves | what it processes of a batch */
  const SERVERS: [string, (batch: PassingBatch) => Processed][] = [
    ['one in three batches not at all', ({ index, size }) => (index % 3 === 0 ? 0 : size)],
    ['half of each batch', ({ size }) => Math.ceil(size / 2)],
    ['one item a request', () => 1],
    ['throttled every other time', ({ index, size }) => (index % 2 === 0 ? 'throttled' : size)],
    ['nothing for the first 60 requests', ({ index, size }) => (index < 60 ? 0 : size)],
    ['throttled for the first 60 requests', ({ index, size }) => (index < 60 ? 'throttled' : size)],
  ]

  test.each(SERVERS)('%s: nothing lost, nothing doubled', async (_, process) => {
    const { client, table, stored } = await setup()
    leaveUnprocessed(client, process)
    const { options } = simulatedPause()
    await table.batchWrite({ RequestItems: puts(80) }, { ...options, maxAttempts: 1000 })
    expect(await stored()).toEqual(puts(80).map(itemOf))
  })

  test('the pause is told how often nothing was processed, and begins anew after progress', async () => {
    const { client, table } = await setup()
    const answers: Processed[] = [0, 0, 'throttled', 2, 0, 1, 1]
    leaveUnprocessed(client, ({ index }) => answers[index] ?? 0)
    const { options, attempts } = simulatedPause()
    await table.batchWrite({ RequestItems: puts(4) }, options)
    expect(attempts).toEqual([1, 2, 3, 1, 1, 1])
  })

  test('by its own pauses, too', async () => {
    const { client, table, stored } = await setup()
    leaveUnprocessed(client, ({ index, size }) => (index === 0 ? 1 : size))
    await table.batchWrite({ RequestItems: puts(3) })
    expect(await stored()).toHaveLength(3)
  })
})

describe('a batch that ends half-way', () => {
  const RATE = { maxAttempts: 3, concurrency: 1 }

  test('put off too often: the rest, as it was given', async () => {
    const { client, table, stored } = await setup()
    leaveUnprocessed(client, ({ index }) => (index === 0 ? 10 : 0))
    const requests = puts(60)
    const { options, attempts } = simulatedPause()
    const error = await unfinished(() => table.batchWrite({ RequestItems: requests }, { ...options, ...RATE }))
    expect(attempts).toEqual([1, 1, 2])
    expect(error.message).toMatch(/50 of 60 requests of a batch are left: DynamoDB put them off too often/)
    expect(error.cause).toBeUndefined()
    expect(error.unprocessed).toEqual(requests.slice(10))
    expect(error.unprocessed.every((request) => requests.includes(request))).toBe(true)
    expect(await stored()).toEqual(requests.slice(0, 10).map(itemOf))
  })

  test('throttled too often: the error that DynamoDB answered with is the cause', async () => {
    const { client, table } = await setup()
    leaveUnprocessed(client, () => 'throttled')
    const error = await unfinished(() => table.batchWrite({ RequestItems: puts(3) }, { ...simulatedPause().options, ...RATE }))
    expect(error).toMatchObject({ cause: { name: 'ProvisionedThroughputExceededException' }, unprocessed: puts(3) })
  })

  test('an error of DynamoDB: the cause', async () => {
    const { client, table, stored } = await setup()
    let batches = 0
    answerWire(client, (operation) =>
      operation === 'BatchWriteItem' && ++batches === 2 ? errorAnswer('AccessDeniedException') : undefined,
    )
    const error = await unfinished(() => table.batchWrite({ RequestItems: puts(60) }, RATE))
    expect(error).toMatchObject({ cause: { name: 'AccessDeniedException' }, unprocessed: puts(60).slice(25) })
    expect(error.message).toMatch(/35 of 60 requests of a batch are left: cause has the reason/)
    expect(await stored()).toEqual(puts(25).map(itemOf))
  })

  test('an abort: the cause is the reason of the signal', async () => {
    const { client, table, stored } = await setup()
    const controller = new AbortController()
    const reason = new Error('enough')
    leaveUnprocessed(client, ({ index, size }) => (index === 0 ? size : 5))
    const pause = async (): Promise<void> => {
      controller.abort(reason)
    }
    const error = await unfinished(() => table.batchWrite({ RequestItems: puts(60) }, { concurrency: 1, pause, signal: controller.signal }))
    expect(error).toMatchObject({ cause: reason, unprocessed: puts(60).slice(30) })
    expect(await stored()).toEqual(puts(30).map(itemOf))
  })

  test('requests under way when another fails are waited for, so that what is left is exact', async () => {
    const { client, table, stored } = await setup()
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    leaveUnprocessed(client, async ({ index, size }) => {
      if (index === 0) await held
      if (index === 1) setTimeout(release, 20)
      return index === 1 ? 'throttled' : size
    })
    const error = await unfinished(() => table.batchWrite({ RequestItems: puts(50) }, { maxAttempts: 1, concurrency: 2 }))
    const left = new Set(error.unprocessed)
    expect(left.size).toBe(25)
    const written = await stored()
    expect(written).toHaveLength(25)
    expect([...written, ...[...left].map(itemOf)]).toEqual(expect.arrayContaining(puts(50).map(itemOf)))
  })

  test('the error shows no plaintext to a logger', async () => {
    const { client, table } = await setup()
    leaveUnprocessed(client, ({ index }) => (index === 0 ? 1 : 0))
    const error = await unfinished(() => table.batchWrite({ RequestItems: puts(3) }, { ...simulatedPause().options, ...RATE }))
    for (const text of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error.stack)]) {
      expect(text).not.toContain(SECRET)
    }
    expect(error.unprocessed).toHaveLength(2)
  })

  test('what is left can be given again', async () => {
    const { client, table, stored } = await setup()
    leaveUnprocessed(client, ({ index, size }) => (index === 0 ? 7 : index < 4 ? 0 : size))
    const error = await unfinished(() => table.batchWrite({ RequestItems: puts(40) }, { ...simulatedPause().options, ...RATE }))
    await table.batchWrite({ RequestItems: [...error.unprocessed] })
    expect(await stored()).toEqual(puts(40).map(itemOf))
  })
})

describe('a batch of which nothing was written ends with the error itself', () => {
  test('the provider fails for one item: no batch is sent', async () => {
    const watched = watchedProvider()
    watched.before = ({ attributes }) => {
      if (attributes?.['id']?.S === '13') throw new Error('no keys today')
    }
    const client = database.client()
    const tableName = await createTable(client, { key: 'id' })
    const table = new EncryptedTable({ client, tableName, materialsProvider: watched.provider })
    const sent = tapWire(client)
    await expect(table.batchWrite({ RequestItems: puts(25) })).rejects.toThrow('no keys today')
    expect(sent.map(({ operation }) => operation)).not.toContain('BatchWriteItem')
  })

  test('a key that cannot be read', async () => {
    const { client, table } = await setup()
    const sent = tapWire(client)
    const RequestItems = [put('a'), { PutRequest: { Item: { id: () => 'b' } } }]
    await failureOf(() => table.batchWrite({ RequestItems }), 'INVALID_ITEM', /"id"/)
    expect(sent.map(({ operation }) => operation)).not.toContain('BatchWriteItem')
  })

  test.each<[string, BatchWriteRequest, RegExp]>([
    ['an item without its key', { PutRequest: { Item: { name: 'Ada' } } }, /Missing the key id/],
    ['a deletion with more than the key', { DeleteRequest: { Key: { id: 'a', name: 'Ada' } } }, /key element does not match the schema/],
  ])('%s', async (_, request, message) => {
    const { client, table } = await setup()
    const sent = tapWire(client)
    await expect(table.batchWrite({ RequestItems: [request] })).rejects.toThrow(message)
    expect(sent.filter(({ operation, body }) => operation === 'BatchWriteItem' || body.includes('Ada'))).toEqual([])
  })

  test('aborted before it begins: the reason', async () => {
    const { client, table } = await setup()
    const sent = tapWire(client)
    const reason = new Error('never mind')
    expect(await thrownBy(() => table.batchWrite({ RequestItems: puts(3) }, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(sent.map(({ operation }) => operation)).not.toContain('BatchWriteItem')
  })

  test('aborted while the first request waits for its keys', async () => {
    const controller = new AbortController()
    const reason = new Error('too slow')
    const watched = watchedProvider()
    watched.before = () => controller.abort(reason)
    const client = database.client()
    const table = new EncryptedTable({ client, tableName: await createTable(client, { key: 'id' }), materialsProvider: watched.provider })
    expect(await thrownBy(() => table.batchWrite({ RequestItems: puts(3) }, { signal: controller.signal }))).toBe(reason)
  })

  test.each<[BatchOptions, RegExp]>([
    [{ concurrency: 0 }, /concurrency is a whole number from 1/],
    [{ maxAttempts: 1.5 }, /maxAttempts is a whole number from 1/],
  ])('options %j', async (options, message) => {
    const { table } = await setup()
    await failureOf(() => table.batchWrite({ RequestItems: [] }, options), 'INVALID_CONFIGURATION', message)
    await failureOf(() => table.batchWriter(options), 'INVALID_CONFIGURATION', message)
  })
})

describe('batchWriter', () => {
  test('takes items one by one, with at most so many requests at once', async () => {
    const { client, table, stored } = await setup()
    let underWay = 0
    let most = 0
    leaveUnprocessed(client, async ({ size }) => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, 2))
      underWay--
      return size
    })
    const writer = table.batchWriter({ concurrency: 3 })
    for (const { PutRequest } of puts(260)) {
      await writer.put(PutRequest?.Item ?? {})
      // Bounded: what is under way, and less than one batch more.
      expect(writer.unprocessed.length).toBeLessThanOrEqual(4 * 25)
    }
    await writer.finish()
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(3)
    expect(await stored()).toEqual(puts(260).map(itemOf))
  })

  test('await using finishes it', async () => {
    const { table, stored } = await setup()
    {
      await using writer = table.batchWriter()
      await writer.put({ id: '1' })
      await writer.put({ id: '2' })
      await writer.delete({ id: '1' })
    }
    expect(await stored()).toEqual([{ id: '2' }])
  })

  test('an empty one finishes, and so does a finished one', async () => {
    const { table, stored } = await setup()
    const writer = table.batchWriter()
    await writer.finish()
    await writer.put({ id: '1' })
    await writer.finish()
    await writer.finish()
    expect(await stored()).toEqual([{ id: '1' }])
  })

  test('after a failure every call says what is left, the last request among it', async () => {
    const { client, table } = await setup()
    leaveUnprocessed(client, ({ index }) => (index === 0 ? 20 : 'throttled'))
    const writer = table.batchWriter({ ...simulatedPause().options, maxAttempts: 1 })
    for (const request of puts(25)) await writer.write(request)
    await thrownBy(() => writer.finish())
    const error = await unfinished(() => writer.write(put('more')))
    expect(error.unprocessed).toEqual([...puts(25).slice(20), put('more')])
    expect(writer.unprocessed).toEqual(error.unprocessed)
    expect((await unfinished(() => writer.finish())).unprocessed).toEqual(error.unprocessed)
  })

  test('a request whose key cannot be read is not taken; the others are', async () => {
    const { table, stored } = await setup()
    const writer = table.batchWriter()
    await writer.put({ id: '1' })
    await failureOf(() => writer.put({ id: Symbol('1') }), 'INVALID_ITEM', /"id"/)
    await writer.put({ id: '2' })
    await writer.finish()
    expect(await stored()).toEqual([{ id: '1' }, { id: '2' }])
  })

  test('a table that could not be described is asked for again', async () => {
    const client = database.client({ maxAttempts: 1 })
    const table = new EncryptedTable({ client, tableName: await createTable(client, { key: 'id' }), materialsProvider: staticProvider() })
    let asked = 0
    answerWire(client, (operation) =>
      operation === 'DescribeTable' && ++asked === 1 ? errorAnswer('InternalServerError', 500) : undefined,
    )
    const writer = table.batchWriter()
    await expect(writer.put({ id: '1' })).rejects.toThrow('InternalServerError')
    await writer.put({ id: '2' })
    await writer.finish()
    expect((await table.scan()).Items).toEqual([{ id: '2' }])
  })
})

describe('10,000 at once', () => {
  const COUNT = 10_000
  const item = (at: number): Record<string, unknown> => ({ id: `p${String(at)}`, at, address: SECRET })
  const WRITERS: [string, (table: EncryptedTable) => Promise<unknown>][] = [
    ['puts', (table) => Promise.all(Array.from({ length: COUNT }, (_, at) => table.put({ Item: item(at) })))],
    [
      'of a batch',
      (table) => table.batchWrite({ RequestItems: Array.from({ length: COUNT }, (_, at) => ({ PutRequest: { Item: item(at) } })) }),
    ],
  ]

  test.each(WRITERS)('%s', async (_, write) => {
    // The SDK would warn of requests that wait for one of its 50 connections.
    const { client, operations } = database.watchedClient({ requestHandler: { socketAcquisitionWarningTimeout: 600_000 } })
    const tableName = await createTable(client, { key: 'id' })
    const table = new EncryptedTable({ client, tableName, materialsProvider: staticProvider() })
    const sent = tapWire(client)
    // Calls, not the SDK's tries.
    const describes = (): number => operations().filter((operation) => operation === 'DescribeTable').length
    const describedBefore = describes()
    await write(table)
    expect(sent.filter(({ body }) => body.includes(SECRET))).toEqual([])
    const seen = new Set<unknown>()
    for await (const { id, at, address } of table.scanItems({}, { segments: 4 })) {
      if (address === SECRET && id === `p${String(at)}`) seen.add(at)
    }
    expect(seen.size).toBe(COUNT)
    const { Count: described } = await client.send(new ScanCommand({ TableName: tableName, Select: 'COUNT', Limit: 100 }))
    expect(described).toBe(100)
    expect(describes() - describedBefore).toBe(1)
  })
})
