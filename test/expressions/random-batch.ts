// A batch of random items and expressions: asks DynamoDB Local and the evaluator, and notes where they differ.
import { randomUUID } from 'node:crypto'
import { applyUpdate, UPDATE_OPERATORS, type UpdateOperators } from '../../src/expressions/apply-update.js'
import { CONDITION_OPERATORS, evaluateCondition, type ConditionOperators } from '../../src/expressions/evaluate-condition.js'
import { parseCondition, type ConditionKind } from '../../src/expressions/parse-condition.js'
import { parseProjection } from '../../src/expressions/parse-projection.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'
import { projectItem } from '../../src/expressions/project-item.js'
import type { Item } from '../../src/items.js'
import { comparable } from './comparable.js'
import { parameters, S, type LocalTable } from './dynamodb-local.js'
import { faultsOfAttributes } from './faults-of-attributes.js'
import { answered, isError, keyOf, outcome, withKey } from './outcomes.js'
import { randomCondition, randomProjection, randomUpdate, type RandomExpression } from './random-expressions.js'
import { randomVersions } from './random-items.js'
import { RandomSource } from './random-source.js'

/** What a batch asks: its expressions of each kind, about this many items. */
const BATCH = { items: 25, filters: 32, conditions: 8, projections: 10, updates: 25 }

/** A question that was asked, with the answer of DynamoDB Local. Faulty operators are tried on them afterwards. */
export interface Case {
  readonly expression: RandomExpression
  readonly items: readonly Item[]
  readonly answer: string
}

export class Statistics {
  readonly kinds = new Map<string, { all: number; valid: number; varied: number }>()

  add(kind: string, valid: boolean, varied: boolean): void {
    const row = this.kinds.get(kind) ?? { all: 0, valid: 0, varied: 0 }
    this.kinds.set(kind, row)
    row.all += 1
    if (valid) row.valid += 1
    if (varied) row.varied += 1
  }

  total(of: 'all' | 'valid' | 'varied'): number {
    return [...this.kinds.values()].reduce((sum, row) => sum + row[of], 0)
  }
}

/** Random items, and random expressions about them. */
export class Batch {
  readonly #table: LocalTable
  readonly #random: RandomSource
  readonly #name: string
  readonly #statistics: Statistics
  readonly conditionCases: Case[] = []
  readonly updateCases: Case[] = []
  readonly problems: string[] = []

  constructor(table: LocalTable, seed: number, statistics: Statistics) {
    this.#table = table
    this.#random = new RandomSource(seed)
    this.#name = String(seed)
    this.#statistics = statistics
  }

  async run(): Promise<void> {
    const random = this.#random
    const items = this.#items('i', BATCH.items)
    const updated = this.#items('u', BATCH.updates)
    await Promise.all([this.#table.putAll(items), this.#table.putAll(updated.filter((_, at) => at % 12 !== 0))])
    const any = () => random.pickFrom(items) ?? {}
    const asked = [
      ...random.times(BATCH.filters, () => this.#filter(randomCondition(random, any(), items), items)),
      ...random.times(BATCH.conditions, (at) => this.#conditionOn(any(), items, at % 4 === 0)),
      ...random.times(BATCH.projections, () => this.#projection(any())),
      ...updated.map((item, at) => this.#updateOf(item, at % 12 !== 0)),
    ]
    await Promise.all(asked)
  }

  #items(prefix: string, count: number): Item[] {
    return randomVersions(this.#random, count).map((attributes, at) =>
      withKey(attributes, `${prefix}${this.#name}`, String(at).padStart(2, '0')),
    )
  }

  #check(kind: string, { text, placeholders }: RandomExpression, here: string, there: string, varied: boolean): void {
    this.#statistics.add(kind, !isError(there), varied)
    if (here === there) return
    // DynamoDB Local's own: its grammar lets a value stand in a path (`m.:v`), and then it fails in some way.
    if (/\.\s*:/.test(text) && here.includes('Syntax error') && there.startsWith('ValidationException')) return
    this.problems.push(`${kind} ${JSON.stringify(text)}\n  ${JSON.stringify(placeholders)}\n  here:  ${here}\n  there: ${there}`)
  }

  async #filter(expression: RandomExpression, items: readonly Item[]): Promise<void> {
    const { text, placeholders } = expression
    const answer = await this.#table.query({
      FilterExpression: text,
      KeyConditionExpression: 'pk = :pk',
      ProjectionExpression: 'sk',
      ...parameters({ ...placeholders, values: { ...placeholders.values, ':pk': S(`i${this.#name}`) } }),
    })
    const there = answered(answer, (reply) => sortKeysOf(reply.items ?? []))
    const here = conditionOutcome(expression, 'FilterExpression', (holds) => sortKeysOf(items.filter(holds)), CONDITION_OPERATORS)
    const matches = there === '' ? 0 : there.split(',').length
    const valid = !isError(there)
    this.#check('FilterExpression', expression, here, there, valid && matches > 0 && matches < items.length)
    if (!valid) return
    this.conditionCases.push({ expression, items, answer: there })
  }

  async #conditionOn(item: Item, items: readonly Item[], absent: boolean): Promise<void> {
    const expression = randomCondition(this.#random, item, items)
    const { text, placeholders } = expression
    const put = absent ? withKey(item, `absent${this.#name}`, randomUUID()) : item
    const answer = await this.#table.put(put, { ConditionExpression: text, ...parameters(placeholders) })
    const there = answered(answer, () => 'true')
    const here = conditionOutcome(expression, 'ConditionExpression', (holds) => String(holds(absent ? {} : item)), CONDITION_OPERATORS)
    const varied = conditionOutcome(
      expression,
      'ConditionExpression',
      (holds) => String(new Set(items.map(holds)).size > 1),
      CONDITION_OPERATORS,
    )
    this.#check('ConditionExpression', expression, here, there, varied === 'true')
  }

  async #projection(item: Item): Promise<void> {
    const expression = randomProjection(this.#random, item)
    const { text } = expression
    const placeholders = { names: expression.placeholders.names } // GetItem has no ExpressionAttributeValues
    const answer = await this.#table.get(keyOf(item), { ProjectionExpression: text, ...parameters(placeholders) })
    const there = answered(answer, (reply) => comparable(reply.item ?? {}))
    const here = outcome(placeholders, () => {
      const parsed = parseProjection(text, placeholders)
      return [parsed, () => comparable(projectItem(item, parsed.paths))]
    })
    this.#check('ProjectionExpression', expression, here, there, there !== '{}' && !isError(there))
  }

  async #updateOf(item: Item, exists: boolean): Promise<void> {
    const before = exists ? item : keyOf(item)
    const expression = randomUpdate(this.#random, before)
    const { text, placeholders } = expression
    const returned = this.#random.weighted([
      [6, 'ALL_NEW' as const],
      [1, 'UPDATED_OLD' as const],
      [1, 'UPDATED_NEW' as const],
    ])
    const answer = await this.#table.update(keyOf(item), { UpdateExpression: text, ReturnValues: returned, ...parameters(placeholders) })
    const there = answered(answer, (reply) => comparable(reply.attributes ?? {}))
    const all = updateOutcome(expression, before, returned, UPDATE_OPERATORS)
    // Of several actions that fail DynamoDB Local tells the one whose attribute its hash map has first.
    const here = all !== there && faultsOf(expression, before).has(there) ? there : all
    this.#check('UpdateExpression', expression, here, there, !isError(there) && there !== comparable(before))
    if (returned === 'ALL_NEW') this.updateCases.push({ expression, items: [before], answer: there })
  }
}

export function sortKeysOf(items: readonly Item[]): string {
  return items.map((item) => item['sk']?.S).join()
}

/** @param result - asks whether the condition holds for items */
export function conditionOutcome(
  { text, placeholders }: RandomExpression,
  kind: ConditionKind,
  result: (holds: (item: Item) => boolean) => string,
  operators: ConditionOperators,
): string {
  return outcome(placeholders, () => {
    const parsed = parseCondition(text, placeholders, kind)
    return [parsed, () => result((item) => evaluateCondition(parsed.condition, item, operators))]
  })
}

function faultsOf({ text, placeholders }: RandomExpression, before: Item): ReadonlySet<string> {
  try {
    return faultsOfAttributes(parseUpdate(text, placeholders).update, before)
  } catch {
    return new Set()
  }
}

export function updateOutcome(
  { text, placeholders }: RandomExpression,
  before: Item,
  returned: 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW',
  operators: UpdateOperators,
): string {
  return outcome(placeholders, () => {
    const parsed = parseUpdate(text, placeholders)
    return [
      parsed,
      () => {
        const { item, paths } = applyUpdate(parsed.update, before, operators)
        if (returned === 'ALL_NEW') return comparable(item)
        // DynamoDB Local returns the whole attributes in which something was updated, DynamoDB the parts alone.
        const source = returned === 'UPDATED_OLD' ? before : item
        const touched = Object.keys(projectItem(source, paths))
        return comparable(Object.fromEntries(Object.entries(source).filter(([name]) => touched.includes(name))))
      },
    ]
  })
}
