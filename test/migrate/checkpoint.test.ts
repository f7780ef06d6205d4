// Checkpoints: what was saved is there after the process is gone, and belongs to one migration.
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CheckpointFile } from '../../src/migrate/checkpoint-file.js'
import { CheckpointTable } from '../../src/migrate/checkpoint-table.js'
import type { Checkpoint, MigrationPlan, SegmentState } from '../../src/migrate/checkpoint.js'
import { NO_COUNTS } from '../../src/migrate/counts.js'
import { useStoreDatabase } from '../support/store-database.js'

const database = useStoreDatabase()
const PLAN: MigrationPlan = { job: 'encrypt-table', tableName: 'People', totalSegments: 3 }
const TABLE = `Checkpoints-${randomUUID()}`
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ddbec-'))
  await CheckpointTable.createTable(database.client(), TABLE)
})
afterAll(() => rm(folder, { recursive: true }))

const KINDS: Record<string, (name: string, plan: MigrationPlan) => Checkpoint> = {
  file: (name, plan) => new CheckpointFile(join(folder, name), plan),
  table: (migration, plan) => new CheckpointTable({ client: database.client(), tableName: TABLE, migration, plan }),
}

const begun: SegmentState = {
  phase: 'pass',
  segment: 1,
  isFinished: false,
  counts: { ...NO_COUNTS, read: 3, rewritten: 2, problems: 1 },
  lastEvaluatedKey: { id: { B: new Uint8Array([0, 255, 7]) }, at: { N: '5' } },
}
const finished: SegmentState = { phase: 'check', segment: 2, isFinished: true, counts: { ...NO_COUNTS, read: 9, done: 9 } }

describe.each(Object.keys(KINDS))('in a %s', (kind) => {
  const open = (name: string, plan = PLAN): Checkpoint => {
    const make = KINDS[kind]
    if (make === undefined) throw new Error('no such kind')
    return make(name, plan)
  }

  test('there is nothing at first; then the newest state of each segment and phase', async () => {
    expect(await open('a').load()).toEqual([])
    const checkpoint = open('a')
    await Promise.all([checkpoint.save({ ...begun, counts: NO_COUNTS }), checkpoint.save(finished)])
    await checkpoint.save(begun)
    const states = await open('a').load()
    expect(states.toSorted((a, b) => a.segment - b.segment)).toEqual([begun, finished])
  })

  test('a cleared one is empty', async () => {
    const checkpoint = open('b')
    for (let segment = 0; segment < 30; segment++) await checkpoint.save({ ...finished, segment })
    await checkpoint.clear()
    expect(await open('b').load()).toEqual([])
  })

  test.each([
    ['job', { ...PLAN, job: 'decrypt-table' }],
    ['table', { ...PLAN, tableName: 'Others' }],
    ['number of segments', { ...PLAN, totalSegments: 4 }],
  ] as const)('one of another %s is refused', async (what, other) => {
    await open(what).save(begun)
    await expect(open(what, other).load()).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('belongs to another migration (encrypt-table of People in 3 segments') as unknown,
    })
  })
})

test('a file holds segment, key and counts, and nothing is left beside it', async () => {
  const path = join(folder, 'seen')
  await new CheckpointFile(path, PLAN).save(begun)
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    version: 1,
    ...PLAN,
    segments: [{ ...begun, lastEvaluatedKey: { id: { B: 'AP8H' }, at: { N: '5' } } }],
  })
  expect((await readdir(folder)).filter((name) => name.startsWith('seen'))).toEqual(['seen'])
})

test.each([
  ['no JSON', '{'],
  ['another version', '{"version":2,"segments":[]}'],
  ['a segment without counts', JSON.stringify({ version: 1, ...PLAN, segments: [{ phase: 'pass', segment: 0, isFinished: true }] })],
  ['a count that is none', JSON.stringify({ version: 1, ...PLAN, segments: [{ ...begun, counts: { ...NO_COUNTS, read: -1 } }] })],
  ['a state that is none', JSON.stringify({ version: 1, ...PLAN, segments: [7] })],
])('a file with %s is refused', async (name, text) => {
  const path = join(folder, name)
  await writeFile(path, text)
  await expect(new CheckpointFile(path, PLAN).load()).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('cannot be read: remove it to begin anew') as unknown,
  })
})

test('a file in a folder that is not there is an error of the system', async () => {
  await expect(new CheckpointFile(join(folder, 'none', 'x'), PLAN).save(begun)).rejects.toMatchObject({ code: 'ENOENT' })
})
