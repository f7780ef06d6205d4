// Random Expected, filters, AttributeUpdates and AttributesToGet: DynamoDB Local and the evaluator have to agree, as in random.test.ts.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { randomInt, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyUpdate } from '../../src/expressions/apply-update.js'
import { evaluateCondition } from '../../src/expressions/evaluate-condition.js'
import {
  conditionOfExpected,
  conditionOfFilter,
  pathsOfAttributesToGet,
  updateOfAttributeUpdates,
} from '../../src/expressions/legacy-parameters.js'
import { projectItem } from '../../src/expressions/project-item.js'
import { setOwn } from '../../src/items.js'
import { comparable } from './comparable.js'
import { endpoint, LocalTable, S } from './dynamodb-local.js'
import { answered, isError, keyOf, resultOrError, withKey } from './outcomes.js'
import { randomVersions } from './random-items.js'
import { randomAttributesToGet, randomAttributeUpdates, randomExpected, randomFilter } from './random-legacy.js'
import { RandomSource } from './random-source.js'
import { itemToJson as written } from '../../src/migrate/dynamodb-json.js'

// A fifth of what random.test.ts has.
const RUNS = Math.ceil(Number(process.env['EXPRESSION_RUNS'] ?? 15_000) / 5)
const SEED = Number(process.env['EXPRESSION_SEED'] ?? randomInt(2 ** 31))
const BATCH = { items: 8, filters: 20, expectations: 20, gets: 5, updates: 20 }

/** What is not the request's only type error is told in other words for parameters than for expressions. */
function comparableFault(outcome: string): string {
  return outcome.replace('Type mismatch for attribute to update', 'An operand in the update expression has an incorrect data type')
}

/** Parameters with their values as they are on the wire. */
function wire(rows: Readonly<Record<string, Row>>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, { Value, AttributeValueList, ...row }] of Object.entries(rows)) {
    const value = Value && { Value: written({ Value })['Value'] }
    const list = AttributeValueList && { AttributeValueList: AttributeValueList.map((each) => written({ each })['each']) }
    setOwn(result, name, { ...row, ...value, ...list })
  }
  return result
}

interface Row {
  readonly Value?: AttributeValue | undefined
  readonly AttributeValueList?: readonly AttributeValue[] | undefined
}

describe.skipIf(endpoint === undefined)('DynamoDB Local (DYNAMODB_ENDPOINT)', () => {
  const table = new LocalTable(endpoint ?? '', `Legacy-${randomUUID()}`)
  beforeAll(() => table.create())
  afterAll(() => table.drop())

  test(`${String(RUNS)} random parameters, seed ${String(SEED)}`, { timeout: 3_600_000 }, async () => {
    const counts = { all: 0, valid: 0 }
    const problems: string[] = []
    const check = (what: unknown, here: string, there: string) => {
      counts.all += 1
      if (!isError(there)) counts.valid += 1
      if (here !== there) problems.push(`${JSON.stringify(what)}\n  here:  ${here}\n  there: ${there}`)
    }

    for (let at = 0; counts.all < RUNS && problems.length < 10; at++) {
      const random = new RandomSource(SEED + at)
      const items = randomVersions(random, BATCH.items).map((item, sk) => withKey(item, `i${String(at)}`, String(sk)))
      const updated = randomVersions(random, BATCH.updates).map((item, sk) => withKey(item, `u${String(at)}`, String(sk)))
      await Promise.all([table.putAll(items), table.putAll(updated)])

      const filters = random.times(BATCH.filters, async () => {
        const { filter, operator } = randomFilter(random, items)
        const answer = await table.query({
          KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [S(`i${String(at)}`)] } },
          QueryFilter: wire(filter),
          ConditionalOperator: operator,
        })
        const there = answered(answer, (reply) => (reply.items ?? []).map((item) => item['sk']?.S).join())
        const here = resultOrError(() => {
          const condition = conditionOfFilter(filter, operator)
          const matching = items.filter((item) => condition === undefined || evaluateCondition(condition, item))
          return matching.map((item) => item['sk']?.S).join()
        })
        check({ filter, operator }, here, there)
      })
      const expectations = random.times(BATCH.expectations, async () => {
        const { filter, operator } = randomExpected(random, items)
        const item = random.pickFrom(items) ?? {}
        const there = answered(await table.put(item, { Expected: wire(filter), ConditionalOperator: operator }), () => 'true')
        const here = resultOrError(() => {
          const condition = conditionOfExpected(filter, operator)
          return String(condition === undefined || evaluateCondition(condition, item))
        })
        check({ filter, operator }, here, there)
      })
      const gets = random.times(BATCH.gets, async () => {
        const names = randomAttributesToGet(random)
        const item = random.pickFrom(items) ?? {}
        const there = answered(await table.get(keyOf(item), { AttributesToGet: names }), (reply) => comparable(reply.item ?? {}))
        check(
          names,
          resultOrError(() => comparable(projectItem(item, pathsOfAttributesToGet(names)))),
          there,
        )
      })
      const updates = updated.map(async (item) => {
        const changes = randomAttributeUpdates(random, item)
        const answer = await table.update(keyOf(item), { AttributeUpdates: wire(changes), ReturnValues: 'ALL_NEW' })
        const there = comparableFault(answered(answer, (reply) => comparable(reply.attributes ?? item)))
        const outcomeOf = (part: typeof changes) => resultOrError(() => comparable(applyUpdate(updateOfAttributeUpdates(part), item).item))
        // Of several attributes with a fault DynamoDB Local tells the one that its hash map has first.
        const alone = Object.entries(changes).map(([name, change]) => outcomeOf(Object.fromEntries([[name, change]])))
        const here = isError(there) && alone.includes(there) ? there : outcomeOf(changes)
        check(changes, here, there)
      })
      await Promise.all([...filters, ...expectations, ...gets, ...updates])
    }
    console.log(counts, `seed ${String(SEED)}`)
    expect(problems.slice(0, 10).join('\n\n')).toBe('')
    expect(counts.all).toBeGreaterThanOrEqual(RUNS)
    expect(counts.valid / counts.all).toBeGreaterThan(0.6)
  })
})
