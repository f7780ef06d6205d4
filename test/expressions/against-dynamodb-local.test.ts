// What the parsers accept, what they say where they refuse, and what a projection leaves: all as DynamoDB Local has it.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCondition, type ConditionKind } from '../../src/expressions/parse-condition.js'
import { parseProjection } from '../../src/expressions/parse-projection.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'
import { assertAllUsed, assertPlaceholders, type PlaceholderUse, type Placeholders } from '../../src/expressions/placeholders.js'
import { projectItem } from '../../src/expressions/project-item.js'
import { endpoint, LocalTable, messageOf, parameters, S } from './dynamodb-local.js'
import { CONDITIONS, ITEM, KEY_CONDITIONS, placeholdersOf, PROJECTIONS, UPDATES, type Sample } from './samples.js'

/** The message of the ValidationException with which a request with this one expression fails here, or undefined. */
function refusal(placeholders: Placeholders, parse: () => PlaceholderUse): string | undefined {
  try {
    assertPlaceholders(placeholders)
    assertAllUsed(placeholders, [parse()])
    return undefined
  } catch (error) {
    expect(error).toMatchObject({ name: 'ValidationException', $fault: 'client' })
    return error instanceof Error ? error.message : String(error)
  }
}

/** Of more than two paths DynamoDB Local names two that need not be the ones: for `s, n, b, s` it says [s] and [n]. */
function withoutPaths(message: string | undefined): string | undefined {
  return message?.replace(/; path one: .*/, '')
}

/** DynamoDB quotes values; messages from here never do. */
function withoutValues(message: string | undefined): string | undefined {
  return message?.replaceAll(/(AttributeValue: \{\w+):[^}]*\}/g, '$1}').replace(/(type name found); type: [^,]*,/, '$1;')
}

/** Of the types that a path may have DynamoDB Local lists what its engine knows, in the order of its hash map. */
function withoutTypeList(message: string | undefined): string | undefined {
  return message?.replace(/operand type: \{.*\}/, 'operand type: {}')
}

const rows = (samples: readonly Sample[]) =>
  samples.map((sample) => [sample[0].slice(0, 60) + (sample[0].length > 60 ? '…' : ''), sample] as const)

describe.skipIf(endpoint === undefined)('DynamoDB Local (DYNAMODB_ENDPOINT)', () => {
  const table = new LocalTable(endpoint ?? '', `Expressions-${randomUUID()}`)
  const key = { pk: S('a'), sk: S('b') }
  beforeAll(async () => {
    await table.create()
    await table.put(ITEM)
  })
  afterAll(() => table.drop())

  test.each(rows(PROJECTIONS))('ProjectionExpression %j', async (_, sample) => {
    const [text] = sample
    const placeholders = placeholdersOf(sample)
    const answer = await table.get(key, { ProjectionExpression: text, ...parameters(placeholders) })
    const normal = text.split(',').length > 2 ? withoutPaths : (message: string | undefined) => message
    expect(normal(refusal(placeholders, () => parseProjection(text, placeholders)))).toBe(normal(messageOf(answer)))
    if ('ok' in answer) expect(projectItem(ITEM, parseProjection(text, placeholders).paths)).toEqual(answer.ok.item)
  })

  async function agreesOn(kind: ConditionKind, sample: Sample): Promise<void> {
    const [text] = sample
    const placeholders = placeholdersOf(sample)
    const more = { [kind]: text, ...parameters(placeholders) }
    const answer = await (kind === 'ConditionExpression' ? table.put(ITEM, more) : table.query(filled(kind, more)))
    const here = withoutTypeList(refusal(placeholders, () => parseCondition(text, placeholders, kind)))
    expect(here).toBe(withoutTypeList(withoutValues(messageOf(answer))))
  }

  /** A Query has a key condition whatever it is asked for. */
  function filled(kind: ConditionKind, more: Record<string, unknown>): Record<string, unknown> {
    if (kind === 'KeyConditionExpression') return more
    return { KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [S('a')] } }, ...more }
  }

  test.each(rows(CONDITIONS))('ConditionExpression %j', (_, sample) => agreesOn('ConditionExpression', sample))
  test.each(rows(KEY_CONDITIONS))('KeyConditionExpression %j', (_, sample) => agreesOn('KeyConditionExpression', sample))

  test.each(rows(UPDATES))('UpdateExpression %j', async (_, sample) => {
    const [text] = sample
    const placeholders = placeholdersOf(sample)
    const answer = await table.update(key, { UpdateExpression: text, ...parameters(placeholders) })
    await table.put(ITEM)
    expect(refusal(placeholders, () => parseUpdate(text, placeholders))).toBe(messageOf(answer))
  })
})
