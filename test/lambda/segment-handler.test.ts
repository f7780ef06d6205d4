// Segments of a migration by the Lambda handler, as a state machine calls it: again and again until each is finished, through failures.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EncryptedClient, LocalKey, WrappedMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import { migrateSegmentHandler, type SegmentEvent } from 'dynamodb-encryption-client/lambda'
import { beforeEach, expect, test } from 'vitest'
import { createTable } from '../client/support/tables.js'
import { allItems, putAll } from '../migrate/support/job-runs.js'
import { useStoreDatabase, type WatchedClient } from '../support/store-database.js'

const database = useStoreDatabase()
const protection = {
  materialsProvider: new WrappedMaterialsProvider({
    wrappingKey: LocalKey.generate('AES/256'),
    signingKey: LocalKey.generate('HmacSHA256/256'),
  }),
}
const ITEMS = 120
const person = (id: string): Item => ({ id: { S: id }, diagnosis: { S: 'influenza' } })
const NO_TIME = { getRemainingTimeInMillis: () => 0 }
const TIME = { getRemainingTimeInMillis: () => 900_000 }

let watched: WatchedClient
let plain: DynamoDBClient
let tableName: string

beforeEach(async () => {
  plain = database.client()
  watched = database.watchedClient()
  tableName = await createTable(plain, { key: 'id' })
  await putAll(
    plain,
    tableName,
    Array.from({ length: ITEMS }, (_, at) => person(String(at))),
  )
})

test('a table in segments, each call for a page, and some of them fail', async () => {
  const problems: string[] = []
  const handler = migrateSegmentHandler({
    job: 'encrypt-table',
    client: watched.client,
    tableName,
    protection,
    // Pages of a few items.
    limitRcu: 200,
    onProblem: ({ code }) => void problems.push(code),
  })
  let writes = 0
  watched.before('UpdateItem', () => {
    writes++
    if (writes % 50 === 0) throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })
  })
  let [calls, failures] = [0, 0]
  async function whole(phase: 'pass' | 'check', segment: number): Promise<SegmentEvent> {
    let event: SegmentEvent = { phase, segment, totalSegments: 2 }
    for (;;) {
      calls++
      try {
        // Through JSON, as a state machine keeps it.
        event = JSON.parse(JSON.stringify(await handler(event, NO_TIME))) as SegmentEvent
        if (event.isFinished === true) return event
      } catch {
        failures++
      }
    }
  }
  const pass = [await whole('pass', 0), await whole('pass', 1)]
  const check = [await whole('check', 0), await whole('check', 1)]
  const sum = (events: SegmentEvent[], name: 'read' | 'done' | 'rewritten'): number =>
    events.reduce((total, { counts }) => total + (counts?.[name] ?? 0), 0)
  expect(failures).toBeGreaterThan(0)
  expect(calls).toBeGreaterThan(6)
  expect(sum(pass, 'read')).toBe(ITEMS)
  expect(sum(check, 'done')).toBe(ITEMS)
  expect(problems).toEqual([])
  expect((await allItems(EncryptedClient.from(plain, protection), tableName)).get('7')).toEqual(person('7'))
})

test('with time enough one call finishes a segment, and a finished one is not read again', async () => {
  const handler = migrateSegmentHandler({ job: 'verify', client: watched.client, tableName, protection, onProblem: () => undefined })
  const event = await handler({ phase: 'check', segment: 0, totalSegments: 1 }, TIME)
  expect(event).toMatchObject({ isFinished: true, counts: { read: ITEMS, problems: ITEMS } })
  const before = watched.sent.length
  expect(await handler(event, TIME)).toEqual(event)
  expect(watched.sent.length).toBe(before)
})

test.each([
  ['nothing', undefined],
  ['no segment', { phase: 'pass', totalSegments: 2 }],
  ['a segment too many', { phase: 'pass', segment: 2, totalSegments: 2 }],
  ['another phase', { phase: 'begin', segment: 0, totalSegments: 2 }],
  ['counts that are none', { phase: 'pass', segment: 0, totalSegments: 2, counts: { read: 'all' } }],
])('an event with %s is refused', async (_, event) => {
  const handler = migrateSegmentHandler({ job: 'verify', client: plain, tableName, protection, onProblem: () => undefined })
  await expect(handler(event as SegmentEvent, TIME)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' })
})
