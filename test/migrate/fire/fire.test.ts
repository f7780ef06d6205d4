// A table is encrypted while writers keep changing it, and the process that does it is killed and started again: no write is lost, nothing is
// left in plaintext, nothing is encrypted twice, and every item is accounted for.
//
// FIRE_ITEMS and FIRE_KILLS set the size; `FIRE_ITEMS=100000 FIRE_KILLS=20` is the full figure.
import { type DynamoDBClient, UpdateItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { EncryptedClient, type Item } from 'dynamodb-encryption-client'
import { fork } from 'node:child_process'
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addsUp } from '../../../src/migrate/counts.js'
import { openJob } from '../../../src/migrate/job-tables.js'
import { migrateTable, type MigrationSummary } from '../../../src/migrate/migrate-table.js'
import { createTable } from '../../client/support/tables.js'
import { useStoreDatabase } from '../../support/store-database.js'
import { allItems, putAll } from '../support/job-runs.js'
import { ACTIONS, migrationProvider, type MigrationMessage, type MigrationStart } from './migration.js'
import { startThrottlingProxy } from './throttling-proxy.js'
import { patient, startWriters } from './writers.js'

const ITEMS = Number(process.env['FIRE_ITEMS'] ?? 1500)
const KILLS = Number(process.env['FIRE_KILLS'] ?? 3)
const WRITERS = 4
const SEGMENTS = 4
/** About a tenth of the table a second. */
const LIMIT_RCU = Math.max(40, ITEMS / 40)

const database = useStoreDatabase()
const keys = { wrapping: randomBytes(32), signing: randomBytes(32) }
const protection = { materialsProvider: migrationProvider(keys), actions: ACTIONS }
let folder = ''
let plain: DynamoDBClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ddbec-'))
  plain = database.client({ maxAttempts: 10 })
})
afterAll(() => rm(folder, { recursive: true }))

async function plaintextTable(): Promise<{ tableName: string; items: Item[] }> {
  const tableName = await createTable(plain, { key: 'id' })
  const items = Array.from({ length: ITEMS }, (_, at) => patient(`p${String(at)}`))
  for (let at = 0; at < items.length; at += 200) await putAll(plain, tableName, items.slice(at, at + 200))
  return { tableName, items }
}

test(
  `${String(ITEMS)} items under ${String(WRITERS)} writers, killed ${String(KILLS)} times`,
  async () => {
    const { tableName, items } = await plaintextTable()
    const proxy = await startThrottlingProxy(database.clientConfig.endpoint, 25)
    const start: MigrationStart = {
      clientConfig: { ...database.clientConfig, endpoint: proxy.endpoint },
      tableName,
      keys,
      checkpoint: join(folder, 'checkpoint.json'),
      totalSegments: SEGMENTS,
      limitRcu: LIMIT_RCU,
    }
    // Stage 1: every reader and writer has the encrypted client, which lets plaintext pass.
    const client = EncryptedClient.from(plain, { ...protection, allowPlaintextReads: () => true, maxUpdateAttempts: 60 })
    const writers = startWriters(client, tableName, items, WRITERS)

    let killed = 0
    let summary: MigrationSummary | undefined
    while (summary === undefined) {
      const run = await runProcess(start, killed < KILLS ? 2 + randomInt(6) : Infinity)
      if (run === 'killed') killed++
      else summary = run
    }
    await writers.stop()
    const throttled = proxy.throttled()
    await proxy.close()

    const { pass, check } = summary
    console.log(
      `fire: killed ${String(killed)} times, ${String(throttled)} requests throttled, writes ${JSON.stringify(Object.fromEntries(writers.done))}, ` +
        `pass ${JSON.stringify(pass)}, check ${JSON.stringify(check)}`,
    )
    expect(killed).toBe(KILLS)
    expect(throttled).toBeGreaterThan(0)
    expect(writers.done.size).toBe(5)
    expect(pass !== undefined && check !== undefined && addsUp(pass) && addsUp(check)).toBe(true)
    expect(pass).toMatchObject({ problems: 0, toRewrite: 0, unprotected: 0 })
    expect(check).toMatchObject({ problems: 0, rewritten: 0, deleted: 0 })
    // Stage 4: nothing but what verifies is read.
    const read = await allItems(EncryptedClient.from(plain, protection), tableName)
    expect([...read.keys()].sort()).toEqual([...writers.model.keys()].sort())
    for (const [id, item] of writers.model) expect(read.get(id)).toEqual(item)
  },
  Math.max(240_000, ITEMS * 60),
)

/** @param pages - after how many reports of progress the process is killed */
async function runProcess(start: MigrationStart, pages: number): Promise<MigrationSummary | 'killed'> {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = fork(fileURLToPath(new URL('migrating-process.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    env,
  })
  let seen = 0
  let summary: MigrationSummary | undefined
  child.on('message', (message: MigrationMessage) => {
    if (message.kind === 'summary') summary = message.summary
    else if (message.kind === 'problem') throw new Error(`a problem: ${message.problem.code} ${message.problem.message}`)
    else if (++seen === pages) child.kill('SIGKILL')
  })
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  child.send(start)
  const how = await ended
  if (summary !== undefined) return summary
  if (how === 'SIGKILL' && seen >= pages) return 'killed'
  throw new Error(`the process ended with ${String(how)}`)
}

test(
  'a forgotten plain writer: every item that it breaks or leaves in plaintext is reported, none is signed over',
  async () => {
    const { tableName, items } = await plaintextTable()
    const client = EncryptedClient.from(plain, { ...protection, allowPlaintextReads: () => true, maxUpdateAttempts: 60 })
    const forgotten = items.filter((_, at) => at % 10 === 0)
    const writers = startWriters(
      client,
      tableName,
      items.filter((_, at) => at % 10 !== 0),
      WRITERS,
    )
    const plainWriter = startPlainWriter(tableName, forgotten)

    const reported = new Map<string, string>()
    let stopped: Promise<void> | undefined
    const opened = await openJob('encrypt-table', { client: plain, tableName, protection })
    const { check } = await migrateTable({
      ...opened,
      totalSegments: SEGMENTS,
      segmentsAtOnce: SEGMENTS,
      concurrency: 8,
      limitRcu: LIMIT_RCU * 2,
      onProgress: ({ phase }) => {
        if (phase === 'check') stopped ??= plainWriter.stop()
      },
      onProblem: ({ key, code }, phase) => {
        if (phase === 'check') reported.set(key['id']?.S ?? '', code)
      },
    })
    await stopped
    await writers.stop()

    const bad = new Map<string, string>()
    const strict = EncryptedClient.from(plain, {
      ...protection,
      onItemError(error, { key }) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
        bad.set(key['id']?.S ?? '', code === 'NOT_ENCRYPTED' ? 'NOT_REWRITTEN' : code)
        return 'skip'
      },
    })
    const read = await allItems(strict, tableName)
    console.log(
      `fire: a plain writer wrote ${String(plainWriter.written())} times, over ${String(plainWriter.brokenIds.size)} signed items; ` +
        `check ${JSON.stringify(check)}`,
    )
    expect(plainWriter.brokenIds.size).toBeGreaterThan(0)
    // What it wrote before its last requests came back may have been written behind the check's back: a last look finds it.
    for (const [id, code] of bad) if (!plainWriter.late().has(id)) expect([id, reported.get(id)]).toEqual([id, code])
    for (const id of reported.keys()) expect(bad.has(id)).toBe(true)
    for (const id of plainWriter.brokenIds) expect(bad.has(id)).toBe(true)
    for (const [id, item] of writers.model) expect(read.get(id)).toEqual(item)
  },
  Math.max(240_000, ITEMS * 60),
)

interface PlainWriter {
  /** Items in which it has changed what a signature covered, and which it has not replaced since. */
  readonly brokenIds: ReadonlySet<string>
  /** Items that it wrote after it was told to stop. */
  late(): ReadonlySet<string>
  written(): number
  stop(): Promise<void>
}

/** Knows nothing of signatures: it replaces whole items, and changes an attribute of others. */
function startPlainWriter(tableName: string, items: readonly Item[]): PlainWriter {
  const brokenIds = new Set<string>()
  const late = new Set<string>()
  let written = 0
  const stop = new AbortController()
  const isStopped = (): boolean => stop.signal.aborted
  const lane = (async () => {
    while (!isStopped()) {
      const id = items[randomInt(items.length)]?.['id']?.S ?? ''
      if (randomInt(3) === 0) {
        await plain.send(new PutItemCommand({ TableName: tableName, Item: { ...patient(id), city: { S: randomUUID() } } }))
        brokenIds.delete(id)
      } else {
        const { Attributes: old } = await plain.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { id: { S: id } },
            UpdateExpression: 'SET city = :c',
            ExpressionAttributeValues: { ':c': { S: randomUUID() } },
            ReturnValues: 'ALL_OLD',
          }),
        )
        if (old !== undefined && '*amzn-ddb-map-sig*' in old) brokenIds.add(id)
      }
      written++
      if (isStopped()) late.add(id)
      await setTimeout(randomInt(5))
    }
  })()
  return {
    brokenIds,
    late: () => late,
    written: () => written,
    async stop() {
      stop.abort()
      await lane
    },
  }
}
