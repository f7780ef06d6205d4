// Where DynamoDB Local is not followed, each with the evidence that it is DynamoDB Local's own: it contradicts DynamoDB's developer guide
// or itself, or fails in itself. A test that fails here tells that DynamoDB Local has changed, and that the difference can go.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyUpdate } from '../../src/expressions/apply-update.js'
import { parseProjection } from '../../src/expressions/parse-projection.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'
import { projectItem } from '../../src/expressions/project-item.js'
import { isReserved } from '../../src/expressions/reserved-words.js'
import type { Item } from '../../src/items.js'
import { endpoint, LocalTable, N, parameters, S } from './dynamodb-local.js'

const bytes = (...values: number[]) => ({ B: Uint8Array.from(values) })

describe.skipIf(endpoint === undefined)('DynamoDB Local (DYNAMODB_ENDPOINT)', () => {
  const table = new LocalTable(endpoint ?? '', `Oddities-${randomUUID()}`)
  const key = { pk: S('a'), sk: S('b') }
  const item: Item = { ...key, m: { M: { a: N(1), b: N(2) } }, n: N('1.5'), x: bytes(254) }
  beforeAll(() => table.create())
  afterAll(() => table.drop())

  async function messageOf(more: Record<string, unknown>, kind: 'get' | 'put' | 'update'): Promise<string> {
    await table.put(item)
    const answer = await (kind === 'get' ? table.get(key, more) : kind === 'put' ? table.put(item, more) : table.update(key, more))
    return 'error' in answer ? answer.message : 'no error'
  }

  test('a value in a document path passes its grammar, and then it fails', async () => {
    const message = await messageOf({ ConditionExpression: 'm.:a = :v', ...parameters({ values: { ':a': S('a'), ':v': N(1) } }) }, 'put')
    expect(message).toBe('Invalid ConditionExpression: Internal server error')
  })

  test('of more than two paths that overlap it names two that need not', async () => {
    const message = await messageOf({ ProjectionExpression: 's, n, b, s' }, 'get')
    expect(message).toContain('overlap')
    expect(message).toContain('path one: [s], path two: [n]')
    expect(() => parseProjection('s, n, b, s', {})).toThrow('path one: [s], path two: [s]')
  })

  test('of two attributes that cannot be updated it tells the one that its hash map has first, in either order', async () => {
    const MISSING = 'The provided expression refers to an attribute that does not exist in the item'
    const TYPE = 'An operand in the update expression has an incorrect data type'
    expect(await messageOf({ UpdateExpression: 'SET a = nothing, b = x + n' }, 'update')).toBe(TYPE)
    expect(await messageOf({ UpdateExpression: 'SET a = x + n, b = nothing' }, 'update')).toBe(MISSING)
    expect(await messageOf({ UpdateExpression: 'SET b = nothing, a = x + n' }, 'update')).toBe(MISSING)
  })

  test('binary parts in CONTAINS are compared as UTF-8 text: all that is none is the same', async () => {
    const values = { ':other': bytes(253) }
    const legacy = { Expected: { x: { ComparisonOperator: 'CONTAINS', AttributeValueList: [{ B: Buffer.of(253).toString('base64') }] } } }
    expect(await messageOf(legacy, 'put')).toBe('no error')
    expect(await messageOf({ ConditionExpression: 'contains(x, :other)', ...parameters({ values }) }, 'put')).toBe(
      'The conditional request failed',
    )
  })

  // The guide's tutorial ("Update an item") gets `{"info": {"rating": 6.5}}` back from a map of more attributes.
  test('UPDATED_NEW returns whole attributes, DynamoDB the parts that were updated', async () => {
    await table.put(item)
    const placeholders = { values: { ':v': N(7) } }
    const answer = await table.update(key, { UpdateExpression: 'SET m.a = :v', ReturnValues: 'UPDATED_NEW', ...parameters(placeholders) })
    expect(answer).toMatchObject({ ok: { attributes: { m: { M: { a: N(7), b: N(2) } } } } })
    const { item: after, paths } = applyUpdate(parseUpdate('SET m.a = :v', placeholders).update, item)
    expect(projectItem(after, paths)).toEqual({ m: { M: { a: N(7) } } })
  })

  // "Numbers": "Leading and trailing zeroes are trimmed".
  test('sums keep their zeros', async () => {
    await table.put(item)
    const placeholders = { values: { ':v': N('1.50') } }
    const answer = await table.update(key, { UpdateExpression: 'SET n = n + :v', ReturnValues: 'UPDATED_NEW', ...parameters(placeholders) })
    expect(answer).toMatchObject({ ok: { attributes: { n: N('3.00') } } })
    expect(applyUpdate(parseUpdate('SET n = n + :v', placeholders).update, item).item['n']).toEqual(N('3'))
  })

  // "Reserved words" lists both. They are accepted here, too: the server that gets the expression has the last word.
  test.each(['SIZE', 'CONVERT'])('it takes the reserved word %s', async (word) => {
    expect(await messageOf({ ProjectionExpression: word }, 'get')).toBe('no error')
    expect(isReserved(word)).toBe(false)
  })
})
