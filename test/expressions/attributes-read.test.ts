// Which attributes an expression touches: what decides whether DynamoDB may evaluate it on encrypted items.
import { expect, test } from 'vitest'
import { attributesOfUpdate, attributesRead } from '../../src/expressions/attributes-read.js'
import { parseCondition } from '../../src/expressions/parse-condition.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'

const placeholders = {
  names: { '#d': 'a.b', '#p': '__proto__' },
  values: { ':v': { N: '1' }, ':t': { S: 'S' }, ':l': { L: [] }, ':s': { SS: ['a'] } },
}

test.each<[string, Record<string, 'existence' | 'value'>]>([
  ['attribute_exists(a) AND attribute_not_exists(b)', { a: 'existence', b: 'existence' }],
  ['attribute_exists(a.b)', { a: 'value' }],
  ['attribute_not_exists(a[0])', { a: 'value' }],
  ['attribute_exists(#d)', { 'a.b': 'existence' }],
  ['attribute_exists(a) OR a = :v', { a: 'value' }],
  ['a = :v OR attribute_exists(a)', { a: 'value' }],
  ['attribute_type(a, :t)', { a: 'value' }],
  ['NOT (size(a) < b OR c BETWEEN d AND e)', { a: 'value', b: 'value', c: 'value', d: 'value', e: 'value' }],
  [
    'a IN (b, size(c), :v) AND begins_with(d, e) AND contains(f.g[0], h)',
    { a: 'value', b: 'value', c: 'value', d: 'value', e: 'value', f: 'value', h: 'value' },
  ],
  [':v = :v', {}],
])('%s', (text, expected) => {
  const found = attributesRead(parseCondition(text, placeholders, 'ConditionExpression').condition)
  expect(Object.fromEntries(found.map(({ name, how }) => [name, how]))).toEqual(expected)
})

test('an attribute named __proto__ is one like any other', () => {
  const { condition } = parseCondition('attribute_exists(#p)', placeholders, 'ConditionExpression')
  expect(attributesRead(condition)).toEqual([{ name: '__proto__', how: 'existence' }])
})

test.each([
  ['SET a = :v', 'a', ''],
  ['SET a = b', 'a', 'b'],
  ['SET a.b = :v', 'a', 'a'],
  ['SET a = c + d.e', 'a', 'cd'],
  ['SET a = if_not_exists(b, if_not_exists(c, d))', 'a', 'bcd'],
  ['SET a = list_append(b, :l)', 'a', 'b'],
  ['REMOVE a', 'a', ''],
  ['REMOVE a[0]', 'a', 'a'],
  ['ADD a :v', 'a', 'a'],
  ['DELETE a.b :s', 'a', 'a'],
  ['SET a = :v REMOVE b ADD c :v DELETE d :s', 'abcd', 'cd'],
])('%s', (text, written, read) => {
  expect(attributesOfUpdate(parseUpdate(text, placeholders).update)).toEqual({ written: new Set(written), read: new Set(read) })
})
