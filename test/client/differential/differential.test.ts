// Random programs of operations, through a plain client and through the encrypted client: every answer must be the same.
//
// DYNAMODB_ENDPOINT names a DynamoDB Local; without it dynalite runs in this process, with fewer programs and fewer operations.
// DIFFERENTIAL_PROGRAMS sets how many programs run, DIFFERENTIAL_SEED and DIFFERENTIAL_FIRST which.
//
// Both servers give items in an order that depends on the hash of their keys alone (tried: the same keys in two tables, put in opposite orders),
// so that the order of items, pages and segments are compared, too.
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SERVER, startDatabase } from './database.js'
import { expectedFeatures, expectedOptions } from './expected-coverage.js'
import { refusalsFor } from './refusals.js'
import { reportOf, runPrograms, type Run } from './run-programs.js'
import type { LocalDynamoDb } from 'dynamodb-encryption-client/testing'

const { DIFFERENTIAL_PROGRAMS, DIFFERENTIAL_SEED, DIFFERENTIAL_FIRST = '0' } = process.env
const seed = DIFFERENTIAL_SEED === undefined ? (SERVER.seed ?? randomInt(2 ** 31)) : Number(DIFFERENTIAL_SEED)
const first = Number(DIFFERENTIAL_FIRST)
const programs = DIFFERENTIAL_PROGRAMS === undefined ? SERVER.programs : Number(DIFFERENTIAL_PROGRAMS)

let db: LocalDynamoDb
let run: Run

beforeAll(async () => {
  db = await startDatabase()
  run = await runPrograms({ config: db.clientConfig, server: SERVER, seed, first, programs, lanes: 4 })
  const { coverage, findings } = run
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`
  console.log(
    [
      `differential, ${SERVER.name}, seed ${seed}, programs ${first} to ${first + programs - 1}: ${coverage.programs} programs, ${coverage.calls} calls on each side`,
      `${share(coverage.succeeded, coverage.calls)} of the calls succeed; ${share(coverage.readsWithItems, coverage.reads)} of the reads return items; ${findings.length} kinds of differences`,
      coverage.toString(),
    ].join('\n'),
  )
}, 1_200_000)
afterAll(() => db.close())

test('every answer is the same', () => {
  expect(run.findings.map((finding) => reportOf(finding, seed)).join('\n\n')).toBe('')
})

// A run that was made shorter by hand has less of everything.
describe.skipIf(programs < SERVER.programs)('a full run', () => {
  test('has at least 70 % of the calls succeed, and half of the reads return items', () => {
    const { succeeded, calls, readsWithItems, reads } = run.coverage
    expect(succeeded / calls).toBeGreaterThanOrEqual(0.7)
    expect(readsWithItems / reads).toBeGreaterThanOrEqual(0.5)
  })

  const everything: [string, readonly string[]][] = [
    ['operation', SERVER.operations],
    ['option', expectedOptions(SERVER)],
    ['feature', expectedFeatures(SERVER)],
    ['error', [...SERVER.invalidKinds, ...SERVER.errors]],
    ['refusal', refusalsFor(SERVER).map(({ label }) => label)],
  ]
  // The run that fits into `npm test` has not enough programs for more.
  const counted = everything.filter(([group]) => group === 'operation' || SERVER.name !== 'dynalite')
  test.each(counted)(`has each %s at least ${SERVER.leastOfEach} times`, (group, expected) => {
    const counts = expected.map((what) => [what, run.coverage.of(`${group} ${what}`)] as const)
    expect(counts.filter(([, count]) => count < SERVER.leastOfEach)).toEqual([])
  })
})
