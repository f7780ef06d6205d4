// Many who make the first version at once: the table's condition decides, exactly one is made, and all use it.
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { useStoreDatabase, type WatchedClient } from '../support/store-database.js'
import { canRead, haveSameKeys, wrappedAes, writtenBy } from '../support/store-items.js'
import type { RaceEnd, RaceStart } from './racing-process.js'

const db = useStoreDatabase()

interface Subject extends WatchedClient {
  readonly table: string
  readonly store: MetaStore
}
async function subject(table?: string, options: DynamoDBClientConfig = {}): Promise<Subject> {
  const watched = db.watchedClient(options)
  const name = table ?? (await db.storeTable())
  return { ...watched, table: name, store: new MetaStore({ client: watched.client, tableName: name, materialsProvider: wrappedAes() }) }
}

describe('32 processes', () => {
  const PROCESSES = 32
  const script = fileURLToPath(new URL('./racing-process.ts', import.meta.url))

  function started(start: RaceStart): ChildProcess {
    const env = { ...process.env, NODE_NO_WARNINGS: '1' }
    const child = fork(script, { execArgv: ['--import', 'tsx'], serialization: 'advanced', env })
    child.send(start)
    return child
  }
  /** The next message of a process, or an error where it ends instead. */
  async function nextOf(child: ChildProcess): Promise<unknown> {
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a process ended with status ${String(code)}`)))
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
    ended.catch(() => undefined)
    return message
  }

  test('each finds no version, each puts one: one is made, and all use it', async () => {
    const { table, store } = await subject()
    const children = Array.from({ length: PROCESSES }, (_, at) =>
      started({ clientConfig: db.clientConfig, tableName: table, through: at % 2 === 0 ? 'provider' : 'store' }),
    )
    try {
      expect(new Set(await Promise.all(children.map(nextOf)))).toEqual(new Set(['at the put']))
      expect(await store.versions('orders')).toEqual([])
      const ends = Promise.all(children.map(nextOf))
      for (const child of children) child.send('put now')
      const races = (await ends) as RaceEnd[]

      const outcomes = races.map(({ outcome }) => outcome).sort()
      expect(outcomes).toEqual([...Array.from({ length: PROCESSES - 1 }, () => 'ConditionalCheckFailedException'), 'put'])
      expect(await store.versions('orders')).toEqual([0])
      const provider = await store.provider('orders', 0)
      for (const { stored } of races) expect(await canRead(provider, stored)).toBe(true)
    } finally {
      for (const child of children) child.kill()
    }
  }, 300_000)
})

describe('1,000 callers in one process', () => {
  test('who ask the store: one version is made, and all use it', async () => {
    // Most wait for one of the client's fifty connections, as they should.
    const { store, operations, client } = await subject(undefined, { requestHandler: { socketAcquisitionWarningTimeout: 600_000 } })
    let made = 0
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        if (context.commandName === 'PutItemCommand') made += 1
        return result
      },
      { name: 'made', step: 'initialize' },
    )
    const providers = await Promise.all(Array.from({ length: 1000 }, () => store.getOrCreateProvider('orders', 0)))
    expect(made).toBe(1)
    expect(operations().filter((operation) => operation === 'PutItem').length).toBeGreaterThan(1)
    expect(await store.versions('orders')).toEqual([0])
    const stored = await writtenBy(await store.provider('orders', 0))
    for (const provider of providers) expect(await canRead(provider, stored)).toBe(true)
  })

  test('who write through one provider: one request of each kind', async () => {
    const { store, operations } = await subject()
    const materialsProvider = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 })
    const encryptor = new ItemEncryptor({ materialsProvider })
    const stored = await Promise.all(Array.from({ length: 1000 }, () => encryptor.encryptItem({ note: { S: 'secret' } })))
    expect(operations()).toEqual(['Query', 'GetItem', 'PutItem'])
    expect(await encryptor.decryptItems(stored)).toHaveLength(1000)
  })
})

describe('one who was slower', () => {
  test.each(['newProvider', 'getOrCreateProvider'] as const)('%s: gets the version that is there', async (operation) => {
    const { store, before, table } = await subject()
    const other = await subject(table)
    // The other puts its row between this one's question and its put.
    before('PutItem', async () => {
      await other.store.newProvider('orders')
    })
    const provider = await (operation === 'newProvider' ? store.newProvider('orders') : store.getOrCreateProvider('orders', 0))
    expect(await store.versions('orders')).toEqual([0])
    expect(await haveSameKeys(provider, await other.store.provider('orders', 0))).toBe(true)
  })

  test('a put whose answer was lost is sent again, and counts as its own', async () => {
    const { store, client, table } = await subject()
    let lost = 0
    // Below the client's own retries.
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        if (context.commandName !== 'PutItemCommand' || lost > 0) return result
        lost += 1
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })
      },
      { name: 'loses an answer', step: 'finalizeRequest', priority: 'low' },
    )
    const provider = await store.getOrCreateProvider('orders', 0)
    expect(lost).toBe(1)
    const other = await subject(table)
    expect(await other.store.versions('orders')).toEqual([0])
    expect(await haveSameKeys(provider, await other.store.provider('orders', 0))).toBe(true)
  })
})
