// Conditions on an item. random.test.ts and type-pairs.test.ts compare far more of them with DynamoDB Local.
import { describe, expect, test } from 'vitest'
import { evaluateCondition } from '../../src/expressions/evaluate-condition.js'
import { parseCondition } from '../../src/expressions/parse-condition.js'
import type { Item } from '../../src/items.js'

const bytes = (...values: number[]) => ({ B: Uint8Array.from(values) })

const item: Item = {
  n: { N: '5' },
  s: { S: 'z\u{10000}' },
  b: bytes(1, 128, 2),
  bool: { BOOL: true },
  nul: { NULL: true },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2.50'] },
  bs: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
  l: { L: [{ N: '1' }, { SS: ['p', 'q'] }, { M: { k: { S: 'x' } } }] },
  m: { M: { a: { N: '1.0' }, constructor: { S: 'own' } } },
}
const values: Item = {
  ':five': { N: '5.0' },
  ':one': { N: '1' },
  ':two': { N: '2' },
  ':three': { N: '3' },
  ':nine': { N: '9e125' },
  ':z': { S: 'z' },
  ':zff': { S: 'z\uffff' },
  ':b': bytes(1, 128),
  ':low': bytes(1, 127, 255),
  ':ss': { SS: ['b', 'a'] },
  ':ns': { NS: ['2.5', '1.0'] },
  ':bs': { BS: [Uint8Array.of(2), Uint8Array.of(1)] },
  ':qp': { SS: ['q', 'p'] },
  ':m': { M: { constructor: { S: 'own' }, a: { N: '1' } } },
  ':l': { L: [{ N: '1.0' }, { SS: ['q', 'p'] }, { M: { k: { S: 'x' } } }] },
  ':true': { BOOL: true },
  ':nul': { NULL: true },
  ':a': { S: 'a' },
  ':N': { S: 'N' },
  ':NS': { S: 'NS' },
  ':NULL': { S: 'NULL' },
  ':byte': bytes(128),
  ':byte1': bytes(2),
}

function holds(text: string): boolean {
  const used = Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(text)))
  return evaluateCondition(parseCondition(text, { values: used }, 'FilterExpression').condition, item)
}

describe.each<[string, string[], string[]]>([
  [
    'equal',
    ['n = :five', 'ss = :ss', 'ns = :ns', 'bs = :bs', 'm = :m', 'l = :l', 'bool = :true', 'nul = :nul', 'l[0] = m.a'],
    ['n = :one', 'n = s', 'l = m', 'nul = :true'],
  ],
  ['unequal', ['n <> s', 'n <> nothing', 'nothing <> nil', 'n <> :one'], ['n <> :five', 'ss <> :ss', 'm <> :m']],
  [
    'ordered',
    ['s > :zff', 'b > :low', 'n < :nine', 'n >= :five', ':one <= n'],
    ['s < :zff', 'n < s', 's > n', 'nothing < :one', ':one < nothing'],
  ],
  [
    'between',
    ['n BETWEEN :one AND :five', 'n BETWEEN :five AND :nine', 'l[0] BETWEEN :one AND n'],
    ['n BETWEEN s AND :nine', 'nothing BETWEEN :one AND :nine', 'm.a BETWEEN n AND :nine'],
  ],
  ['in', ['n IN (s, nothing, :five)', 'ss IN (:ss)'], ['nothing IN (n, nil)', 'n IN (s)']],
  [
    'existing',
    ['attribute_exists(nul)', 'attribute_exists(l[2].k)', 'attribute_not_exists(l[3])', 'attribute_not_exists(s.x)'],
    ['attribute_exists(m.toString)', 'attribute_exists(ss[0])'],
  ],
  [
    'types',
    ['attribute_type(n, :N)', 'attribute_type(ns, :NS)', 'attribute_type(nul, :NULL)', 'attribute_type(size(l), :N)'],
    ['attribute_type(ns, :N)', 'attribute_type(nothing, :N)'],
  ],
  ['prefixes', ['begins_with(s, :z)', 'begins_with(b, :b)'], ['begins_with(n, :z)', 'begins_with(b, :low)', 'begins_with(nothing, :z)']],
  [
    'parts',
    [
      'contains(s, :z)',
      'contains(b, :byte)',
      'contains(ss, :a)',
      'contains(ns, :one)',
      'contains(bs, :byte1)',
      'contains(l, :one)',
      'contains(l, :qp)',
    ],
    ['contains(ss, :one)', 'contains(ns, :two)', 'contains(m, :a)', 'contains(n, :five)', 'contains(ss, :ss)', 'contains(s, n)'],
  ],
  [
    'sizes',
    ['size(s) = :three', 'size(b) = :three', 'size(ss) = :two', 'size(l) = :three', 'size(m) = :two', 'size(n) <> :one'],
    ['size(n) = :one', 'size(nothing) = :one', 'size(bool) = :one', 'size(nul) < :one'],
  ],
  [
    'joined',
    ['NOT nothing = :one', 'n = :one OR n = :five AND bool = :true', 'NOT (n = :one AND nothing = :one)'],
    ['NOT n = :five', '(n = :five OR bool = :true) AND n = :one'],
  ],
])('%s', (_, true_, false_) => {
  test.each(true_)('%s', (text) => expect(holds(text)).toBe(true))
  test.each(false_)('not: %s', (text) => expect(holds(text)).toBe(false))
})

test('on no item', () => {
  const { condition } = parseCondition('attribute_not_exists(pk) AND NOT a = :v', { values: { ':v': { N: '1' } } }, 'ConditionExpression')
  expect(evaluateCondition(condition, {})).toBe(true)
})
