// Updates of an item. random.test.ts and type-pairs.test.ts compare far more of them with DynamoDB Local.
import { describe, expect, test } from 'vitest'
import { applyUpdate } from '../../src/expressions/apply-update.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'
import { projectItem } from '../../src/expressions/project-item.js'
import type { Item } from '../../src/items.js'

const before: Item = {
  pk: { S: 'key' },
  n: { N: '5' },
  s: { S: 'text' },
  ss: { SS: ['a', 'b'] },
  l: { L: [{ N: '0' }, { N: '1' }, { M: { a: { N: '2' } } }] },
  m: { M: { a: { N: '1' }, b: { SS: ['x'] } } },
}
const values: Item = {
  ':one': { N: '1' },
  ':two': { N: '2' },
  ':x': { S: 'x' },
  ':a': { SS: ['a'] },
  ':ab': { SS: ['b', 'a'] },
  ':bc': { SS: ['b', 'c'] },
  ':xs': { SS: ['x'] },
  ':ns': { NS: ['1'] },
  ':l': { L: [{ S: 'new' }] },
  ':p': { N: '1e-100' },
}

function update(text: string, item = before) {
  const used = Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(text)))
  return applyUpdate(parseUpdate(text, { values: used, names: { '#p': '__proto__' } }).update, item)
}

/** What changed; null is gone. */
function changes(after: Item): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]))
}

const L = (...members: unknown[]) => ({ L: members })
const zero = { N: '0' }
const one = { N: '1' }
const third = { M: { a: { N: '2' } } }

describe('changes', () => {
  test.each<[string, Record<string, unknown>]>([
    ['SET n = :one, fresh = s', { n: one, fresh: { S: 'text' } }],
    ['SET n = n + :one, s = n', { n: { N: '6' }, s: { N: '5' } }],
    ['SET n = :one - n', { n: { N: '-4' } }],
    ['SET n = if_not_exists(n, :one), z = if_not_exists(z, :one) + :one', { z: { N: '2' } }],
    ['SET l = list_append(:l, l)', { l: L({ S: 'new' }, zero, one, third) }],
    ['SET z = list_append(if_not_exists(z, :l), :l)', { z: L({ S: 'new' }, { S: 'new' }) }],
    ['SET m.a = m.b, m.fresh = m.a', { m: { M: { a: { SS: ['x'] }, b: { SS: ['x'] }, fresh: one } } }],
    ['SET l[1] = :x, l[9] = :two, l[7] = :one', { l: L(zero, { S: 'x' }, third, one, { N: '2' }) }],
    ['SET l[2].a = :x REMOVE l[0], l[1]', { l: L({ M: { a: { S: 'x' } } }) }],
    ['SET l[0] = l[1], l[1] = l[0]', { l: L(one, zero, third) }],
    ['REMOVE n, nothing, m.nothing, l[9]', { n: null }],
    ['REMOVE l[0], l[1], l[2]', { l: L() }],
    ['REMOVE m.a, m.b', { m: { M: {} } }],
    ['ADD n :one, fresh :two, m.z :one', { n: { N: '6' }, fresh: { N: '2' }, m: { M: { a: one, b: { SS: ['x'] }, z: one } } }],
    ['ADD ss :bc, fresh :ns', { ss: { SS: ['a', 'b', 'c'] }, fresh: { NS: ['1'] } }],
    ['ADD l[0] :two, l[8] :two', { l: L({ N: '2' }, one, third, { N: '2' }) }],
    ['DELETE ss :a', { ss: { SS: ['b'] } }],
    ['DELETE ss :ab, nothing :a, l[9] :a', { ss: null }],
    ['DELETE m.b :xs', { m: { M: { a: one } } }],
    ['SET #p = :one', Object.fromEntries([['__proto__', one]])],
  ])('%s', (text, expected) => {
    const copy = structuredClone(before)
    const { item, touched } = update(text)
    expect(changes(item)).toEqual(expected)
    expect([...touched]).toEqual(expect.arrayContaining(Object.keys(expected)))
    expect(before).toEqual(copy)
  })

  test('an attribute named __proto__ is one like any other', () => {
    const { item } = update('SET #p = :one')
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype)
    expect(Object.hasOwn(item, '__proto__')).toBe(true)
    expect(Object.hasOwn(update('REMOVE #p', item).item, '__proto__')).toBe(false)
  })
})

describe('refused', () => {
  const MISSING = 'The provided expression refers to an attribute that does not exist in the item'
  const TYPE = 'An operand in the update expression has an incorrect data type'
  const PATH = 'The document path provided in the update expression is invalid for update'
  test.each([
    ['SET z = nothing', MISSING],
    ['SET z = n + nothing', MISSING],
    ['SET z = if_not_exists(n, nothing)', MISSING],
    ['SET z = n + s', TYPE],
    ['SET z = s - nothing', TYPE],
    ['SET z = list_append(l, s)', TYPE],
    ['ADD s :one', TYPE],
    ['ADD ss :ns', TYPE],
    ['DELETE n :a', TYPE],
    ['SET nothing.a = :one', PATH],
    ['SET n.a = :one', PATH],
    ['SET m[0] = :one', PATH],
    ['SET l.a = :one', PATH],
    ['REMOVE nothing.a', PATH],
    ['DELETE l[9].a :a', PATH],
    ['ADD n :p', 'DynamoDB only supports precision up to 38 digits'],
  ])('%s', (text, message) => {
    expect(() => update(text)).toThrow(expect.objectContaining({ name: 'ValidationException', message }) as Error)
  })

  test('a result that is nested too deeply', () => {
    const nested = (levels: number): Item[string] => (levels === 0 ? { N: '1' } : { M: { a: nested(levels - 1) } })
    const set = (levels: number, path: string) => () =>
      applyUpdate(parseUpdate(`SET ${path} = :v`, { values: { ':v': nested(levels) } }).update, before)
    expect(set(31, 'z')).not.toThrow()
    expect(set(32, 'z')).toThrow('Nesting Levels have exceeded supported limits')
    expect(set(30, 'm.z')).not.toThrow()
    expect(set(31, 'm.z')).toThrow('Nesting Levels have exceeded supported limits')
  })
})

test('the parts that UPDATED_OLD and UPDATED_NEW return', () => {
  const { item, paths } = update('SET m.a = :x, fresh = :one REMOVE l[1] DELETE ss :ab')
  expect(projectItem(before, paths)).toEqual({ m: { M: { a: one } }, l: L(one), ss: { SS: ['a', 'b'] } })
  expect(projectItem(item, paths)).toEqual({ m: { M: { a: { S: 'x' } } }, l: L(third), fresh: one })
})
