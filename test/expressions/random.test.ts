// Random items and random expressions of every kind, right and wrong: DynamoDB Local and the evaluator have to agree on the result, the
// item and the error.
//
// EXPRESSION_RUNS says how many expressions (CI has a short run, by hand 200,000). EXPRESSION_SEED repeats a run; both are printed with the
// counts. Each batch has a seed of its own, which a failure tells. type-pairs.test.ts sees to it that all
// operators meet all types; what is DynamoDB Local's own stands in local-oddities.test.ts.
import { randomInt, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UPDATE_OPERATORS } from '../../src/expressions/apply-update.js'
import { CONDITION_OPERATORS } from '../../src/expressions/evaluate-condition.js'
import { endpoint, LocalTable } from './dynamodb-local.js'
import { FAULTY_CONDITIONS, FAULTY_UPDATES } from './faulty-operators.js'
import { Batch, conditionOutcome, sortKeysOf, Statistics, updateOutcome, type Case } from './random-batch.js'

const RUNS = Number(process.env['EXPRESSION_RUNS'] ?? 15_000)
const SEED = Number(process.env['EXPRESSION_SEED'] ?? randomInt(2 ** 31))

/** Fewer are too few for shares, and to meet every fault. */
const ENOUGH = 12_000

describe.skipIf(endpoint === undefined)('DynamoDB Local (DYNAMODB_ENDPOINT)', () => {
  const table = new LocalTable(endpoint ?? '', `Random-${randomUUID()}`)
  const conditionCases: Case[] = []
  const updateCases: Case[] = []
  beforeAll(() => table.create())
  afterAll(() => table.drop())

  test(`${String(RUNS)} random expressions, seed ${String(SEED)}`, { timeout: 3_600_000 }, async () => {
    const statistics = new Statistics()
    const problems: string[] = []
    for (let at = 0; statistics.total('all') < RUNS && problems.length < 10; at++) {
      const batch = new Batch(table, SEED + at, statistics)
      await batch.run()
      if (conditionCases.length < 20_000) conditionCases.push(...batch.conditionCases)
      if (updateCases.length < 20_000) updateCases.push(...batch.updateCases)
      problems.push(...batch.problems.map((problem) => `EXPRESSION_SEED=${String(SEED + at)} EXPRESSION_RUNS=1 ${problem}`))
    }
    console.log(Object.fromEntries(statistics.kinds), `seed ${String(SEED)}`)
    expect(problems.slice(0, 10).join('\n\n')).toBe('')
    expect(statistics.total('all')).toBeGreaterThanOrEqual(RUNS)
    if (RUNS < ENOUGH) return
    expect(statistics.total('varied') / statistics.total('all')).toBeGreaterThan(0.6)
    expect(1 - statistics.total('valid') / statistics.total('all')).toBeGreaterThan(0.05)
  })

  test.skipIf(RUNS < ENOUGH).each(Object.keys(FAULTY_CONDITIONS))('notices a fault in conditions: %s', (name) => {
    const operators = { ...CONDITION_OPERATORS, ...FAULTY_CONDITIONS[name] }
    const differs = ({ expression, items, answer }: Case): boolean =>
      answer !== conditionOutcome(expression, 'FilterExpression', (holds) => sortKeysOf(items.filter(holds)), operators)
    expect(conditionCases.length).toBeGreaterThan(0)
    expect(conditionCases.some(differs)).toBe(true)
  })

  test.skipIf(RUNS < ENOUGH).each(Object.keys(FAULTY_UPDATES))('notices a fault in updates: %s', (name) => {
    const operators = { ...UPDATE_OPERATORS, ...FAULTY_UPDATES[name] }
    const differs = ({ expression, items: [item = {}], answer }: Case): boolean =>
      answer !== updateOutcome(expression, item, 'ALL_NEW', operators)
    expect(updateCases.length).toBeGreaterThan(0)
    expect(updateCases.some(differs)).toBe(true)
  })
})
