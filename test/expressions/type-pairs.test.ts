// Every operator and every function on every pair of types, a missing attribute being a type of its own, each pair with 20 random values:
// DynamoDB Local and the evaluator have to agree on all of them.
import { randomInt, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UPDATE_OPERATORS } from '../../src/expressions/apply-update.js'
import { TYPE_LETTERS, type TypeLetter } from '../../src/expressions/attribute-type.js'
import { CONDITION_OPERATORS } from '../../src/expressions/evaluate-condition.js'
import type { Item } from '../../src/items.js'
import { comparable } from './comparable.js'
import { endpoint, LocalTable, parameters, S } from './dynamodb-local.js'
import { countingConditionOperators, countingUpdateOperators, OperatorCounts, PAIRS } from './operator-counts.js'
import { answered, keyOf } from './outcomes.js'
import { conditionOutcome, sortKeysOf, updateOutcome } from './random-batch.js'
import { randomValue } from './random-items.js'
import { RandomSource } from './random-source.js'

const ROUNDS = 20
const SEED = Number(process.env['EXPRESSION_SEED'] ?? randomInt(2 ** 31))

type TypeOrNothing = TypeLetter | 'nothing'
const ANY: readonly TypeOrNothing[] = [...TYPE_LETTERS, 'nothing']
const PAIRS_OF_TYPES = ANY.flatMap((x) => ANY.map((y) => [x, y] as const))

/** `x` and `y` of these types, equal ones now and then. */
function itemOf(random: RandomSource, [x, y]: readonly [TypeOrNothing, TypeOrNothing], pk: string, sk: number): Item {
  const item: Item = { pk: S(pk), sk: S(String(sk).padStart(3, '0')) }
  if (x !== 'nothing') item['x'] = randomValue(random, x)
  if (y !== 'nothing') item['y'] = x === y && item['x'] && random.chance(0.3) ? item['x'] : randomValue(random, y)
  return item
}

const CONDITIONS = [
  ...['=', '<>', '<', '<=', '>', '>='].map((operator) => `x ${operator} y`),
  'x BETWEEN y AND z',
  'x BETWEEN z AND y',
  'x BETWEEN y AND y',
  'x IN (y)',
  'contains(x, y)',
  'begins_with(x, y)',
  'attribute_exists(x)',
  'attribute_not_exists(x)',
  'size(x) >= y',
]

const UPDATES = ['SET r = x + y', 'SET r = x - y', 'SET r = list_append(x, y)', 'SET r = if_not_exists(x, y)']

describe.skipIf(endpoint === undefined)(`DynamoDB Local (DYNAMODB_ENDPOINT), seed ${String(SEED)}`, () => {
  const table = new LocalTable(endpoint ?? '', `Pairs-${randomUUID()}`)
  const random = new RandomSource(SEED)
  const counts = new OperatorCounts()
  const condition = countingConditionOperators(counts, CONDITION_OPERATORS)
  const update = countingUpdateOperators(counts, UPDATE_OPERATORS)
  const rounds = random.times(ROUNDS, (round) => PAIRS_OF_TYPES.map((types, at) => itemOf(random, types, `p${String(round)}`, at)))
  beforeAll(async () => {
    await table.create()
    for (const items of rounds) {
      for (let at = 0; at < items.length; at += 25) await table.putAll(items.slice(at, at + 25))
    }
  })
  afterAll(() => table.drop())

  async function agreesOnFilter(text: string, values: Item | undefined, items: readonly Item[]): Promise<void> {
    const answer = await table.query({
      FilterExpression: text,
      KeyConditionExpression: 'pk = :pk',
      ...parameters({ values: { ...values, ':pk': items[0]?.['pk'] ?? S('') } }),
    })
    const expression = { text, placeholders: { values } }
    const here = conditionOutcome(expression, 'FilterExpression', (holds) => sortKeysOf(items.filter(holds)), condition)
    expect(here).toBe(answered(answer, (reply) => sortKeysOf(reply.items ?? [])))
  }

  test.each(CONDITIONS)('%s', async (text) => {
    for (const items of rounds) await agreesOnFilter(text, undefined, items)
  })

  test.each(TYPE_LETTERS)('attribute_type(x, %s)', async (type) => {
    for (const items of rounds) await agreesOnFilter('attribute_type(x, :type)', { ':type': S(type) }, items)
  })

  async function agreesOnUpdate(text: string, values: Item | undefined, item: Item): Promise<void> {
    const answer = await table.update(keyOf(item), { UpdateExpression: text, ReturnValues: 'ALL_NEW', ...parameters({ values }) })
    if ('ok' in answer) await table.put(item)
    const here = updateOutcome({ text, placeholders: { values } }, item, 'ALL_NEW', update)
    expect(here).toBe(answered(answer, (reply) => comparable(reply.attributes ?? {})))
  }

  test.each(UPDATES)('%s', async (text) => {
    for (const items of rounds) await Promise.all(items.map((item) => agreesOnUpdate(text, undefined, item)))
  })

  test.each(['N', 'SS', 'NS', 'BS'] as const)('ADD x and DELETE x, of %s', async (type) => {
    for (const items of rounds) {
      for (const section of type === 'N' ? ['ADD'] : ['ADD', 'DELETE']) {
        // `y` tells the items of a type of `x` apart; one of them is enough.
        const one = items.filter((_, at) => PAIRS_OF_TYPES[at]?.[1] === 'nothing')
        await Promise.all(one.map((item) => agreesOnUpdate(`${section} x :v`, { ':v': randomValue(random, type) }, item)))
      }
    }
  })

  test('all of them, 20 times and more', () => {
    const least = counts.least(PAIRS)
    expect(least.count, least.row).toBeGreaterThanOrEqual(ROUNDS)
  })
})
