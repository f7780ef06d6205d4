// Many writers, in several processes, change the same encrypted attributes at once, while a tenth of their writes lose their answers after
// DynamoDB has done them. In the end every number is exact, every mark is there once, and every item verifies.
//
// RACE_ROUNDS sets how often each writer writes.
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { useStoreDatabase } from '../../support/store-database.js'
import { createTable, hasTransactions } from '../support/tables.js'
import { startCuttingProxy } from './cutting-proxy.js'
import { racingProvider, type RaceStart, type WriterLog } from './race.js'

const PROCESSES = 4
const WRITERS = 16
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 2)
const ITEMS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const BALANCE = 20

const database = useStoreDatabase()

test.skipIf(!hasTransactions)(
  `${String(PROCESSES * WRITERS)} writers count, append and move, and a tenth of the answers are lost`,
  async () => {
    const { endpoint } = database.clientConfig
    const proxy = await startCuttingProxy(endpoint, 0.1)
    const keys = { wrapping: randomBytes(32), signing: randomBytes(32), directEndpoint: endpoint }
    const plain = database.client()
    const tableName = await createTable(plain, { key: 'id' })
    const client = EncryptedClient.from(plain, {
      materialsProvider: racingProvider(keys),
      actions: { attributes: { views: 'DO_NOTHING' } },
    })
    for (const item of ITEMS) {
      await client.send(new PutItemCommand({ TableName: tableName, Item: { id: { S: item }, balance: { N: String(BALANCE) } } }))
    }

    const start: RaceStart = {
      clientConfig: { ...database.clientConfig, endpoint: proxy.endpoint },
      tableName,
      writers: WRITERS,
      rounds: ROUNDS,
      items: ITEMS,
      keys,
    }
    const logs = await Promise.all(Array.from({ length: PROCESSES }, () => runProcess(start)))

    const { Items: items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
    expect(items).toHaveLength(ITEMS.length)
    for (const item of items) {
      const id = String(item['id']?.S)
      const marks = (item['log']?.L ?? []).map(({ S }) => String(S))
      expect(marks.toSorted()).toEqual(logs.flatMap(({ added }) => added[id] ?? []).toSorted())
      expect(Number(item['count']?.N ?? 0)).toBe(marks.length)
      expect(Number(item['balance']?.N)).toBe(BALANCE + logs.reduce((sum, { moved }) => sum + (moved[id] ?? 0), 0))
    }
    const sum = (name: string): number => items.reduce((total, item) => total + Number(item[name]?.N ?? 0), 0)
    expect(sum('count')).toBe(PROCESSES * WRITERS * ROUNDS)
    expect(sum('balance')).toBe(BALANCE * ITEMS.length)
    expect(sum('views')).toBe(PROCESSES * WRITERS * ROUNDS)
    const total = (name: 'unknown' | 'contended' | 'repeated' | 'ended'): number => logs.reduce((all, log) => all + log[name], 0)
    console.log(
      `races: ${String(sum('count'))} counted, ${String(proxy.cut())} answers lost, ${String(total('unknown'))} outcomes unknown to the client, ` +
        `${String(total('contended'))} gave up and came back, ${String(total('repeated'))} transactions repeated, ${String(total('ended'))} attempts ended between read and write`,
    )
    expect(proxy.cut()).toBeGreaterThan(ROUNDS * 5)
    expect(total('ended')).toBeGreaterThan(0)
    await proxy.close()
  },
  600_000,
)

async function runProcess(start: RaceStart): Promise<WriterLog> {
  const script = fileURLToPath(new URL('writing-process.ts', import.meta.url))
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = fork(script, { execArgv: ['--import', 'tsx'], serialization: 'advanced', env })
  child.send(start)
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a process ended with status ${String(code)}`)))
  const message: unknown = await Promise.race([once(child, 'message').then(([log]: unknown[]) => log), ended])
  ended.catch(() => undefined)
  if (!isLog(message)) throw new Error('a process said something else')
  return message
}

function isLog(message: unknown): message is WriterLog {
  return typeof message === 'object' && message !== null && 'added' in message && 'moved' in message
}
