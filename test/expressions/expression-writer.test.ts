// What the writer writes means what was parsed: random expressions are parsed, written, and parsed again.
import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ExpressionWriter } from '../../src/expressions/expression-writer.js'
import { parseCondition } from '../../src/expressions/parse-condition.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'
import { randomCondition, randomUpdate, type RandomExpression } from './random-expressions.js'
import { randomVersions } from './random-items.js'
import { RandomSource } from './random-source.js'

const SEED = Number(process.env['EXPRESSION_SEED'] ?? randomInt(2 ** 31))
const RUNS = 3000

/** Without the placeholders, which are the writer's own, and without an `or` directly inside another: it needs no parentheses. */
function meaning(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(meaning)
  if (typeof tree !== 'object' || tree === null || tree instanceof Uint8Array) return tree
  const entries = Object.entries(tree).map(([key, value]: [string, unknown]) => [key, key === 'placeholder' ? undefined : meaning(value)])
  const node = Object.fromEntries(entries) as { kind?: string; conditions?: { kind: string; conditions?: unknown[] }[] }
  if (node.conditions === undefined) return node
  return { ...node, conditions: node.conditions.flatMap((inner) => (inner.kind === node.kind ? (inner.conditions ?? []) : [inner])) }
}

/** Of expressions that parse: some random ones do not. */
function written<T>(
  make: (random: RandomSource) => RandomExpression,
  parse: (expression: RandomExpression) => T,
  check: (tree: T) => void,
) {
  let parsed = 0
  for (let at = 0; at < RUNS; at++) {
    const expression = make(new RandomSource(SEED + at))
    let tree: T
    try {
      tree = parse(expression)
    } catch {
      continue
    }
    parsed += 1
    check(tree)
  }
  expect(parsed).toBeGreaterThan(RUNS / 2)
}

describe(`seed ${String(SEED)}`, () => {
  test('conditions', () => {
    written(
      (random) => {
        const items = randomVersions(random, 3)
        return randomCondition(random, items[0] ?? {}, items)
      },
      ({ text, placeholders }) => parseCondition(text, placeholders, 'ConditionExpression').condition,
      (condition) => {
        const writer = new ExpressionWriter()
        const text = writer.condition(condition)
        const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = writer.placeholders
        const again = parseCondition(text, { names, values }, 'ConditionExpression')
        expect(meaning(again.condition)).toEqual(meaning(condition))
        expect(again.usedNames).toEqual(new Set(Object.keys(names ?? {})))
        expect(again.usedValues).toEqual(new Set(Object.keys(values ?? {})))
      },
    )
  })

  test('updates', () => {
    written(
      (random) => randomUpdate(random, randomVersions(random, 1)[0] ?? {}),
      ({ text, placeholders }) => parseUpdate(text, placeholders).update,
      (update) => {
        const writer = new ExpressionWriter()
        const text = writer.update(update) ?? ''
        const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = writer.placeholders
        expect(meaning(parseUpdate(text, { names, values }).update)).toEqual(meaning(update))
      },
    )
  })
})
