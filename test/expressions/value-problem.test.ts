// Values that DynamoDB would not have accepted. The words are DynamoDB Local's, where it has some for the case.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { valueProblem } from '../../src/expressions/value-problem.js'
import { endpoint, LocalTable, S } from './dynamodb-local.js'

const nested = (levels: number): AttributeValue => (levels === 0 ? { N: '1' } : { L: [nested(levels - 1)] })
const NUMBER = 'A value provided cannot be converted into a number'
const EMPTY = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
const DUPLICATES = 'Input collection contains duplicates'
const NESTING = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
const TWO = 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes'

/** The problem, and whether DynamoDB Local has the same words for it. */
const PROBLEMS: readonly (readonly [what: string, value: unknown, problem: string | undefined, isTheirs: boolean])[] = [
  ['text', { S: '' }, undefined, true],
  ['a number', { N: '-1.50E+3' }, undefined, true],
  ['a zero of any exponent', { N: '0e999' }, undefined, true],
  ['no bytes', { B: new Uint8Array() }, undefined, true],
  ['null', { NULL: true }, undefined, true],
  ['an empty list and an empty map', { L: [{ M: {} }, { L: [] }] }, undefined, true],
  ['sets', { M: { a: { SS: [''] }, b: { NS: ['1', '2'] }, c: { BS: [new Uint8Array()] } } }, undefined, true],
  ['nothing', {}, EMPTY, true],
  ['an unknown type', { Q: 'x' }, EMPTY, true],
  ['null', null, 'The supplied Item contains a null AttributeValue', true],
  ['null in a list', { L: [null] }, 'The supplied Item contains a null AttributeValue', true],
  ['undefined', undefined, 'The supplied Item contains a null AttributeValue', false],
  ['S that is null', { S: null }, 'An AttributeValue of type S holds a value of another kind', false],
  ['M that is null', { M: null }, 'An AttributeValue of type M holds a value of another kind', false],
  ['one of two types null', { S: null, N: '1' }, TWO, false],
  ['two types', { S: 'a', N: '1' }, TWO, true],
  ['nothing in a list', { L: [{}] }, EMPTY, true],
  ['no number', { N: 'x' }, NUMBER, true],
  ['no digits', { N: '' }, NUMBER, true],
  ['a blank', { N: ' 5' }, NUMBER, true],
  ['hexadecimal', { N: '0x10' }, NUMBER, true],
  ['no exponent', { N: '1e' }, NUMBER, true],
  ['no number in a set', { NS: ['x'] }, NUMBER, true],
  ['39 digits', { N: '1'.repeat(39) }, 'DynamoDB only supports precision up to 38 digits', true],
  ['1E126', { N: '1E126' }, 'Number overflow. Attempting to store a number with magnitude larger than supported range', true],
  ['1E-131', { N: '1E-131' }, 'Number underflow. Attempting to store a number with magnitude smaller than supported range', true],
  [
    'NULL: false',
    { NULL: false },
    'One or more parameter values were invalid: Null attribute value types must have the value of true',
    true,
  ],
  ['an empty set of strings', { SS: [] }, 'One or more parameter values were invalid: An string set  may not be empty', true],
  ['an empty set of numbers', { NS: [] }, 'One or more parameter values were invalid: An number set  may not be empty', true],
  ['an empty set of bytes', { BS: [] }, 'One or more parameter values were invalid: An binary set  may not be empty', false],
  ['a string twice', { SS: ['a', 'a'] }, DUPLICATES, false],
  ['a number twice', { NS: ['1', '1.0'] }, DUPLICATES, true],
  ['bytes twice', { BS: [Uint8Array.of(1), Uint8Array.of(1)] }, DUPLICATES, false],
  ['an empty key', { M: { '': { S: 'a' } } }, 'Empty attribute name', true],
  ['32 levels around a value', nested(32), undefined, true],
  ['33 levels around a value', nested(33), NESTING, true],
  ['100 000 levels', { L: [nested(5000)] }, NESTING, false],
  ['S of another kind', { S: 5 }, 'An AttributeValue of type S holds a value of another kind', false],
  ['N of another kind', { N: 5 }, 'An AttributeValue of type N holds a value of another kind', false],
  ['B of another kind', { B: 'AQ==' }, 'An AttributeValue of type B holds a value of another kind', false],
  ['BOOL of another kind', { BOOL: 'true' }, 'An AttributeValue of type BOOL holds a value of another kind', false],
  ['SS of another kind', { SS: new Set(['a']) }, 'An AttributeValue of type SS holds a value of another kind', false],
  ['a member of another kind', { SS: [5] }, 'An AttributeValue of type SS holds a value of another kind', false],
  ['a number of another kind', { NS: [5] }, 'An AttributeValue of type N holds a value of another kind', false],
  ['bytes of another kind', { BS: ['AQ=='] }, 'An AttributeValue of type BS holds a value of another kind', false],
  ['M of another kind', { M: 'x' }, 'An AttributeValue of type M holds a value of another kind', false],
  ['L of another kind', { L: {} }, 'An AttributeValue of type L holds a value of another kind', false],
]

test.each(PROBLEMS)('%s', (_, value, problem) => {
  expect(valueProblem(value as AttributeValue)).toBe(problem)
})

describe.skipIf(endpoint === undefined)('DynamoDB Local (DYNAMODB_ENDPOINT)', () => {
  test.each(PROBLEMS.filter(([, , , isTheirs]) => isTheirs))('%s', async (_, value, problem) => {
    const table = new LocalTable(endpoint ?? '', 'Values')
    await table.create().catch(() => undefined)
    const answer = await table.query({
      KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [S('a')] } },
      KeyConditionExpression: undefined,
      QueryFilter: { x: { ComparisonOperator: 'EQ', AttributeValueList: [JSON.parse(JSON.stringify(value, base64))] } },
    })
    expect('ok' in answer ? undefined : answer.message).toBe(problem)
    await table.drop()
  })
})

function base64(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
