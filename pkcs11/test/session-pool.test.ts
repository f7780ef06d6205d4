// The pool without a token: who gets a session when, and which one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionPool } from '../src/session-pool.js'

/** Sessions named by numbers, and what became of them. */
function poolOf(size: number, limit = Infinity): { pool: SessionPool; opened: number[]; closed: number[] } {
  const [opened, closed]: [number[], number[]] = [[], []]
  const open = (): Buffer => {
    if (opened.length === limit) throw new Error('CKR_SESSION_COUNT')
    opened.push(opened.length)
    return Buffer.from([opened.length - 1])
  }
  return { pool: new SessionPool(size, open, (session) => closed.push(session.readUInt8())), opened, closed }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('no more operations at once than sessions, each with a session of its own, in the order they came', async () => {
  const { pool } = poolOf(3)
  const [underWay, began]: [Set<number>, number[]] = [new Set(), []]
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      pool.use(async (session) => {
        const name = session.readUInt8()
        assert.ok(!underWay.has(name), 'a session was lent twice')
        underWay.add(name)
        began.push(number)
        most = Math.max(most, underWay.size)
        await turn()
        underWay.delete(name)
      }),
    ),
  )
  assert.equal(most, 3)
  assert.deepEqual(
    began,
    Array.from({ length: 20 }, (_, number) => number),
  )
})

test('a session in which an operation failed is closed and replaced', async () => {
  const { pool, closed } = poolOf(1)
  await assert.rejects(
    pool.use(() => Promise.reject(new Error('CKR_GENERAL_ERROR'))),
    /CKR_GENERAL_ERROR/,
  )
  await assert.rejects(
    pool.use(() => {
      throw new Error('CKR_ARGUMENTS_BAD')
    }),
    /CKR_ARGUMENTS_BAD/,
  )
  assert.deepEqual(closed, [0, 1])
  assert.equal(await pool.use((session) => session.readUInt8()), 2)
})

test('where no other session is to be had, the pool keeps the one it has', async () => {
  const { pool, closed } = poolOf(1, 1)
  await assert.rejects(
    pool.use(() => Promise.reject(new Error('CKR_DEVICE_REMOVED'))),
    /CKR_DEVICE_REMOVED/,
  )
  assert.deepEqual(closed, [])
  assert.equal(await pool.use((session) => session.readUInt8()), 0)
})

test('draining waits for the operations under way and for those that wait already', async () => {
  const { pool } = poolOf(2)
  let done = 0
  const work = Array.from({ length: 5 }, () => pool.use(() => turn().then(() => (done += 1))))
  await pool.drain()
  assert.equal(done, 5)
  await Promise.all(work)
})
