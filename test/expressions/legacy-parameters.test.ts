// The parameters from before expressions. random-legacy.test.ts compares far more of them with DynamoDB Local.
import type { AttributeValueUpdate, ConditionalOperator, ExpectedAttributeValue, Condition } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { applyUpdate } from '../../src/expressions/apply-update.js'
import { attributesRead } from '../../src/expressions/attributes-read.js'
import { evaluateCondition } from '../../src/expressions/evaluate-condition.js'
import {
  conditionOfExpected,
  conditionOfFilter,
  pathsOfAttributesToGet,
  updateOfAttributeUpdates,
} from '../../src/expressions/legacy-parameters.js'
import type { Item } from '../../src/items.js'

const item: Item = {
  n: { N: '5' },
  s: { S: 'abc' },
  ss: { SS: ['a', 'b'] },
  l: { L: [{ N: '1' }] },
  'a.b': { BOOL: true },
}
const N = (number: number | string) => ({ N: String(number) })
const S = (text: string) => ({ S: text })

describe('Expected', () => {
  const holds = (expected: Record<string, ExpectedAttributeValue>, operator?: ConditionalOperator) => {
    const condition = conditionOfExpected(expected, operator)
    return condition === undefined ? undefined : evaluateCondition(condition, item)
  }

  test.each<[boolean | undefined, Record<string, unknown>, ConditionalOperator?]>([
    [undefined, {}],
    [true, { n: { Value: N('5.0') } }],
    [false, { n: { Value: N(6), Exists: true } }],
    [true, { 'a.b': { Value: { BOOL: true } } }],
    [true, { nothing: { Exists: false } }],
    [false, { n: { Exists: false } }],
    [true, { n: { ComparisonOperator: 'EQ', Value: N(5) } }],
    [true, { n: { ComparisonOperator: 'NE', AttributeValueList: [S('5')] } }],
    [true, { nothing: { ComparisonOperator: 'NE', AttributeValueList: [S('5')] } }],
    [true, { n: { ComparisonOperator: 'GE', AttributeValueList: [N(5)] } }],
    [false, { n: { ComparisonOperator: 'LT', AttributeValueList: [S('9')] } }],
    [true, { n: { ComparisonOperator: 'BETWEEN', AttributeValueList: [N(1), N(9)] } }],
    [true, { n: { ComparisonOperator: 'IN', AttributeValueList: [N(1), N(5)] } }],
    [true, { n: { ComparisonOperator: 'NOT_NULL' } }],
    [true, { nothing: { ComparisonOperator: 'NULL', AttributeValueList: [] } }],
    [true, { s: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [S('ab')] } }],
    [true, { s: { ComparisonOperator: 'CONTAINS', AttributeValueList: [S('bc')] } }],
    [true, { ss: { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [S('c')] } }],
    [false, { nothing: { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [S('c')] } }],
    [false, { n: { Value: N(5) }, s: { Value: S('x') } }],
    [true, { n: { Value: N(5) }, s: { Value: S('x') } }, 'OR'],
  ])('%s: %j', (result, expected, operator) => {
    expect(holds(expected as Record<string, ExpectedAttributeValue>, operator)).toBe(result)
  })

  const invalid = 'One or more parameter values were invalid: '
  test.each<[string, Record<string, unknown>, ConditionalOperator?]>([
    [`${invalid}Value must be provided when Exists is null for Attribute: n`, { n: {} }],
    [`${invalid}Value must be provided when Exists is true for Attribute: n`, { n: { Exists: true } }],
    [`${invalid}Value cannot be used when Exists is false for Attribute: n`, { n: { Exists: false, Value: N(5) } }],
    [`${invalid}Value and AttributeValueList cannot be used together for Attribute: n`, { n: { Value: N(5), AttributeValueList: [N(5)] } }],
    [`${invalid}AttributeValueList can only be used with a ComparisonOperator for Attribute: n`, { n: { AttributeValueList: [N(5)] } }],
    [
      `${invalid}Exists and ComparisonOperator cannot be used together for Attribute: n`,
      { n: { ComparisonOperator: 'NULL', Exists: false } },
    ],
    [
      `${invalid}Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: n`,
      { n: { ComparisonOperator: 'EQ' } },
    ],
    [`${invalid}Invalid number of argument(s) for the EQ ComparisonOperator`, { n: { ComparisonOperator: 'EQ', AttributeValueList: [] } }],
    [
      `${invalid}ComparisonOperator LT is not valid for BOOL AttributeValue type`,
      { n: { ComparisonOperator: 'LT', Value: { BOOL: true } } },
    ],
    [
      `${invalid}AttributeValues inside AttributeValueList must be of same type`,
      { n: { ComparisonOperator: 'IN', AttributeValueList: [N(1), S('a')] } },
    ],
    // Of several faults the first value's.
    [
      `${invalid}AttributeValues inside AttributeValueList must be of same type`,
      { n: { ComparisonOperator: 'IN', AttributeValueList: [N(1), S('a'), { SS: ['a'] }] } },
    ],
    [
      `${invalid}ComparisonOperator IN is not valid for SS AttributeValue type`,
      { n: { ComparisonOperator: 'IN', AttributeValueList: [N(1), { SS: ['a'] }, S('a')] } },
    ],
    [
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
      { n: { ComparisonOperator: 'BETWEEN', AttributeValueList: [N(2), N(1)] } },
    ],
    ['Comparison type does not exist in DynamoDB', { n: { ComparisonOperator: 'constructor', Value: N(1) } }],
    ['A value provided cannot be converted into a number', { n: { Value: N('x') } }],
    ['Empty attribute name', { '': { Exists: false } }],
    ['ConditionalOperator cannot be used without Filter or Expected', {}, 'AND'],
    ['ConditionalOperator can only be used when Filter or Expected has two or more elements', { n: { Exists: false } }, 'OR'],
  ])('%s', (message, expected, operator) => {
    const parse = () => conditionOfExpected(expected as Record<string, ExpectedAttributeValue>, operator)
    expect(parse).toThrow(expect.objectContaining({ name: 'ValidationException', message }) as Error)
  })
})

test('QueryFilter and ScanFilter', () => {
  const filter: Record<string, Condition> = {
    n: { ComparisonOperator: 'GT', AttributeValueList: [N(4)] },
    'a.b': { ComparisonOperator: 'NOT_NULL' },
  }
  const condition = conditionOfFilter(filter)
  if (condition === undefined) throw new Error('it has conditions')
  expect(evaluateCondition(condition, item)).toBe(true)
  expect(attributesRead(condition)).toEqual([
    { name: 'n', how: 'value' },
    { name: 'a.b', how: 'existence' },
  ])
  expect(conditionOfFilter({})).toBeUndefined()
  expect(() => conditionOfFilter({ n: { ComparisonOperator: undefined } })).toThrow('Comparison type does not exist in DynamoDB')
})

describe('AttributeUpdates', () => {
  test.each<[Record<string, unknown>, Item]>([
    [{ n: { Value: N(6) } }, { ...item, n: N(6) }],
    [{ n: { Action: 'PUT', Value: S('x') } }, { ...item, n: S('x') }],
    [
      { n: { Action: 'ADD', Value: N('0.5') }, z: { Action: 'ADD', Value: N(1) } },
      { ...item, n: N('5.5'), z: N(1) },
    ],
    [{ ss: { Action: 'ADD', Value: { SS: ['c'] } } }, { ...item, ss: { SS: ['a', 'b', 'c'] } }],
    [{ ss: { Action: 'DELETE', Value: { SS: ['a'] } } }, { ...item, ss: { SS: ['b'] } }],
    [{ l: { Action: 'ADD', Value: { L: [N(2)] } } }, { ...item, l: { L: [N(1), N(2)] } }],
    [{ z: { Action: 'ADD', Value: { L: [N(2)] } } }, { ...item, z: { L: [N(2)] } }],
    [{ 'a.b': { Value: N(1) } }, { ...item, 'a.b': N(1) }],
    [
      { n: { Action: 'DELETE' }, z: { Action: 'DELETE' } },
      { s: S('abc'), ss: { SS: ['a', 'b'] }, l: { L: [N(1)] }, 'a.b': { BOOL: true } },
    ],
    [{}, item],
  ])('%j', (updates, after) => {
    const update = updateOfAttributeUpdates(updates as Record<string, AttributeValueUpdate>)
    expect(applyUpdate(update, item).item).toEqual(after)
  })

  const invalid = 'One or more parameter values were invalid: '
  test.each<[string, Record<string, unknown>]>([
    [`${invalid}Only DELETE action is allowed when no attribute value is specified`, { n: { Action: 'PUT' } }],
    [`${invalid}DELETE action with value is not supported for the type NUMBER`, { n: { Action: 'DELETE', Value: N(1) } }],
    [`${invalid}ADD action is not supported for the type STRING`, { n: { Action: 'ADD', Value: S('x') } }],
    ['Member must satisfy enum value set: [ADD, DELETE, PUT]', { n: { Action: 'put', Value: N(1) } }],
    ['A value provided cannot be converted into a number', { n: { Value: N('x') } }],
    ['Empty attribute name', { '': { Value: N(1) } }],
  ])('%s', (message, updates) => {
    const parse = () => updateOfAttributeUpdates(updates as Record<string, AttributeValueUpdate>)
    expect(parse).toThrow(expect.objectContaining({ name: 'ValidationException', message }) as Error)
  })
})

test('AttributesToGet', () => {
  expect(pathsOfAttributesToGet(['n', 'a.b', 'name'])).toEqual([['n'], ['a.b'], ['name']])
  expect(() => pathsOfAttributesToGet([])).toThrow('AttributesToGet cannot be empty')
  expect(() => pathsOfAttributesToGet(['n', 'n'])).toThrow('Cannot have two attributes with the same name')
  expect(() => pathsOfAttributesToGet([''])).toThrow('Empty attribute name')
})
