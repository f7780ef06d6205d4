// What the parsers make of an expression, and what they say of a wrong one. against-dynamodb-local.test.ts has many more of both.
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../src/expressions/parse-condition.js'
import { parseProjection } from '../../src/expressions/parse-projection.js'
import { parseUpdate } from '../../src/expressions/parse-update.js'
import { assertAllUsed, assertPlaceholders, type Placeholders } from '../../src/expressions/placeholders.js'
import type { Item } from '../../src/items.js'

const values: Item = {
  ':v': { N: '5' },
  ':s': { S: 'a' },
  ':l': { L: [] },
  ':ss': { SS: ['a'] },
  ':bool': { BOOL: true },
}
const names = { '#n': 'name', '#dot': 'a.b', '#proto': '__proto__', '#__proto__': 'x' }
const placeholders: Placeholders = { names, values }
const path = (...steps: (string | number)[]) => ({ kind: 'path', path: steps })
const value = (placeholder: string) => ({ kind: 'value', value: values[placeholder], placeholder })

function messageOf(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    expect(error).toBeInstanceOf(DynamoDBServiceException)
    expect(error).toMatchObject({ name: 'ValidationException', $fault: 'client', $metadata: { httpStatusCode: 400, attempts: 0 } })
    return error instanceof Error ? error.message : ''
  }
  return ''
}

describe('projections', () => {
  test.each<[string, unknown[]]>([
    ['a', [['a']]],
    ['a, b.c , d[0][12].e', [['a'], ['b', 'c'], ['d', 0, 12, 'e']]],
    ['#dot.#n[0]', [['a.b', 'name', 0]]],
    ['#proto, #__proto__', [['__proto__'], ['x']]],
    ['size, contains', [['size'], ['contains']]],
    ['a\n.\tb [ 0 ]', [['a', 'b', 0]]],
  ])('%s', (text, paths) => {
    expect(parseProjection(text, placeholders).paths).toEqual(paths)
  })

  test.each([
    ['', 'The expression can not be empty;'],
    ['a,', 'Syntax error; token: "<EOF>", near: ","'],
    ['a b', 'Syntax error; token: "b", near: "a b"'],
    ['a.status', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['a.constructor', 'Attribute name is a reserved keyword; reserved keyword: constructor'],
    ['a[2147483648]', 'List index is not within the allowable range; index: [2147483648]'],
    ['#no', 'An expression attribute name used in the document path is not defined; attribute name: #no'],
    ['#toString', 'An expression attribute name used in the document path is not defined; attribute name: #toString'],
    ['a, a.b', 'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]'],
    [
      'a.b, a[0]',
      'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]',
    ],
    [`a${'.b'.repeat(32)}`, 'The document path has too many nesting levels; nesting levels: 33'],
    ['a'.repeat(4097), 'Expression size has exceeded the maximum allowed size;'],
  ])('refused: %j', (text, problem) => {
    expect(messageOf(() => parseProjection(text, placeholders))).toBe(`Invalid ProjectionExpression: ${problem}`)
  })

  test('tells which names it used', () => {
    expect([...parseProjection('#n, a.#dot, b', placeholders).usedNames].sort()).toEqual(['#dot', '#n'])
  })
})

describe('conditions', () => {
  const compare = (left: unknown, operator: string, right: unknown) => ({ kind: 'compare', operator, left, right })

  test.each<[string, unknown]>([
    ['a = :v', compare(path('a'), '=', value(':v'))],
    ['(a)<>(:v)', compare(path('a'), '<>', value(':v'))],
    ['size(a.b[0]) >= :v', compare({ kind: 'size', operand: path('a', 'b', 0) }, '>=', value(':v'))],
    ['a BETWEEN b AND :v', { kind: 'between', operand: path('a'), low: path('b'), high: value(':v') }],
    ['a in (:v, b, size(c))', { kind: 'in', operand: path('a'), options: [value(':v'), path('b'), { kind: 'size', operand: path('c') }] }],
    ['attribute_exists(#dot)', { kind: 'attribute_exists', path: ['a.b'] }],
    ['attribute_not_exists((a[0]))', { kind: 'attribute_not_exists', path: ['a', 0] }],
    ['begins_with(a, :s)', { kind: 'begins_with', operand: path('a'), argument: value(':s') }],
    ['contains(:ss, a)', { kind: 'contains', operand: value(':ss'), argument: path('a') }],
    ['NOT a = b', { kind: 'not', condition: compare(path('a'), '=', path('b')) }],
    [
      'a = b OR NOT c = d AND e = f',
      {
        kind: 'or',
        conditions: [
          compare(path('a'), '=', path('b')),
          { kind: 'and', conditions: [{ kind: 'not', condition: compare(path('c'), '=', path('d')) }, compare(path('e'), '=', path('f'))] },
        ],
      },
    ],
    [
      '(a = b or c = d) and a < b',
      {
        kind: 'and',
        conditions: [
          { kind: 'or', conditions: [compare(path('a'), '=', path('b')), compare(path('c'), '=', path('d'))] },
          compare(path('a'), '<', path('b')),
        ],
      },
    ],
  ])('%s', (text, condition) => {
    expect(parseCondition(text, placeholders, 'ConditionExpression').condition).toEqual(condition)
  })

  test.each([
    ['a', 'Syntax error; token: "<EOF>", near: "a"'],
    ['a = 5', 'Syntax error; token: "5", near: "= 5"'],
    ['((a = b))', 'The expression has redundant parentheses;'],
    ['Size(a) = b', 'Invalid function name; function: Size'],
    ['size(a)', 'The function is not allowed to be used this way in an expression; function: size'],
    ['list_append(a, b) = c', 'The function is not allowed in a condition expression; function: list_append'],
    ['contains(a)', 'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1'],
    ['attribute_exists(:v)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    [
      'a = a',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]',
    ],
    ['a < :bool', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
    ['size(:v) = a', 'Incorrect operand type for operator or function; operator or function: size, operand type: N'],
    ['a = :no', 'An expression attribute value used in expression is not defined; attribute value: :no'],
    ['a = :toString', 'An expression attribute value used in expression is not defined; attribute value: :toString'],
    [
      `a IN (${Array.from({ length: 101 }, () => ':v').join()})`,
      'The IN operator is provided with too many operands; number of operands: 101',
    ],
    [`${'NOT '.repeat(300)}a = b`, 'The expression contains too many operators; operator count: 301'],
    [`a = :v${' '.repeat(4091)}`, 'Expression size has exceeded the maximum allowed size; expression size: 4097'],
  ])('refused: %.50s', (text, problem) => {
    expect(messageOf(() => parseCondition(text, placeholders, 'FilterExpression'))).toBe(`Invalid FilterExpression: ${problem}`)
  })

  test.each([
    ['parentheses', '('.repeat(4096)],
    ['balanced parentheses', `${'('.repeat(2045)}a = b${')'.repeat(2045)}`],
    ['function calls', 'f('.repeat(2048)],
    ['NOT', `${'NOT '.repeat(1022)}a = b`],
    ['NOT in parentheses', `${'NOT('.repeat(800)}a = b${')'.repeat(800)}`],
  ])('%s as deep as 4096 characters allow are refused', (_, text) => {
    expect(messageOf(() => parseCondition(text, placeholders, 'ConditionExpression'))).toMatch(
      /redundant parentheses|too many operators|Syntax error/,
    )
  })

  test('300 operators are not too deep', () => {
    const text = `${'NOT('.repeat(299)}a = :v${')'.repeat(299)}`
    expect(messageOf(() => parseCondition(text, placeholders, 'ConditionExpression'))).toBe('')
  })

  test.each([
    ['a = :v OR b = :v', 'Invalid operator used in KeyConditionExpression: OR'],
    ['NOT a = :v', 'Invalid operator used in KeyConditionExpression: NOT'],
    ['a IN (:v)', 'Invalid operator used in KeyConditionExpression: IN'],
    ['a <> :v', 'Invalid operator used in KeyConditionExpression: <>'],
    ['a = :v AND attribute_exists(b)', 'Invalid operator used in KeyConditionExpression: attribute_exists'],
    ['a = :v AND size(b) = :v', 'KeyConditionExpressions cannot contain nested operations'],
    ['a = :v AND b BETWEEN :v AND size(b)', 'KeyConditionExpressions cannot contain nested operations'],
    ['a = :v AND begins_with(b, :s)', ''],
    ['a = :v AND b BETWEEN :v AND :v', ''],
  ])('key condition %s', (text, message) => {
    expect(messageOf(() => parseCondition(text, placeholders, 'KeyConditionExpression'))).toBe(message)
  })

  test('no message quotes a value', () => {
    const secret = { ':a': { S: 'secret z' }, ':b': { S: 'secret a' }, ':n': { N: '4711' } }
    for (const text of ['x BETWEEN :a AND :b', 'x BETWEEN :a AND :n', 'attribute_type(x, :a)', 'attribute_type(x, :n)', 'size(:n) = x']) {
      const message = messageOf(() => parseCondition(text, { values: secret }, 'FilterExpression'))
      expect(message).toContain('Invalid FilterExpression: ')
      expect(message).not.toMatch(/secret|4711/)
    }
  })
})

describe('updates', () => {
  test('every section and every kind of value', () => {
    const text = `SET a = :v, #dot[0].b = c - :v, d = if_not_exists(d, :v) + e, f = list_append(:l, if_not_exists(f, :l))
      REMOVE g, h[3] ADD i :v, j.k :ss DELETE l :ss`
    const parsed = parseUpdate(text, placeholders)
    const ifNotExists = (name: string, fallback: unknown) => ({ kind: 'if_not_exists', path: [name], fallback })
    expect(parsed.update).toEqual({
      set: [
        { path: ['a'], value: value(':v') },
        { path: ['a.b', 0, 'b'], value: { kind: 'arithmetic', operator: '-', left: path('c'), right: value(':v') } },
        { path: ['d'], value: { kind: 'arithmetic', operator: '+', left: ifNotExists('d', value(':v')), right: path('e') } },
        { path: ['f'], value: { kind: 'list_append', first: value(':l'), second: ifNotExists('f', value(':l')) } },
      ],
      remove: [['g'], ['h', 3]],
      add: [
        { path: ['i'], operand: value(':v') },
        { path: ['j', 'k'], operand: value(':ss') },
      ],
      delete: [{ path: ['l'], operand: value(':ss') }],
    })
    expect(parsed.usedNames).toEqual(new Set(['#dot']))
    expect(parsed.usedValues).toEqual(new Set([':v', ':l', ':ss']))
  })

  test.each([
    ['SET a = :v SET b = :v', 'The "SET" section can only be used once in an update expression;'],
    ['SET a = b + c + d', 'Syntax error; token: "+", near: "c + d"'],
    ['SET a = (b + c) + d', 'Syntax error; token: "+", near: ") + d"'],
    ['SET a = list_append(b, :l) + c', 'The function is not allowed to be used this way in an expression; function: list_append'],
    ['SET a = size(b)', 'The function is not allowed in an update expression; function: size'],
    ['SET a = b + :s', 'Incorrect operand type for operator or function; operator or function: +, operand type: S'],
    ['SET a = if_not_exists(:v, b)', 'Operator or function requires a document path; operator or function: if_not_exists'],
    ['ADD a :s', 'Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND'],
    [
      'DELETE a :v',
      'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND',
    ],
    [
      'SET a = :v REMOVE a.b',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
    ],
    ['REMOVE a = :v', 'Syntax error; token: "=", near: "a = :v"'],
    ['a = :v', 'Syntax error; token: "a", near: "a ="'],
  ])('refused: %s', (text, problem) => {
    expect(messageOf(() => parseUpdate(text, placeholders))).toBe(`Invalid UpdateExpression: ${problem}`)
  })
})

describe('placeholders', () => {
  test.each<[string, Placeholders, string]>([
    ['none', {}, ''],
    ['fine', { names: { '#a_1': 'x', '#__proto__': 'y' }, values: { ':constructor': { N: '1' } } }, ''],
    ['no names', { names: {} }, 'ExpressionAttributeNames must not be empty'],
    ['no values', { values: {} }, 'ExpressionAttributeValues must not be empty'],
    ['a name without #', { names: { a: 'x' } }, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'],
    ['a name with a dot', { names: { '#a.b': 'x' } }, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a.b"'],
    ['an empty name', { names: { '#a': '' } }, 'ExpressionAttributeNames contains invalid value: Empty attribute name for key #a'],
    ['a value without :', { values: { '#v': { N: '1' } } }, 'ExpressionAttributeValues contains invalid key: Syntax error; key: "#v"'],
    [
      'a value that is no number',
      { values: { ':v': { N: 'x' } } },
      'ExpressionAttributeValues contains invalid value: A value provided cannot be converted into a number for key :v',
    ],
  ])('%s', (_, given, message) => {
    expect(messageOf(() => assertPlaceholders(given))).toBe(message)
  })

  test('what no expression of the request uses is refused', () => {
    const projection = parseProjection('#n, a', placeholders)
    const condition = parseCondition('a = :v', placeholders, 'FilterExpression')
    expect(messageOf(() => assertAllUsed({ names: { '#n': 'name' }, values: { ':v': { N: '5' } } }, [projection, condition]))).toBe('')
    expect(messageOf(() => assertAllUsed({ names: { '#n': 'name' } }, [condition]))).toBe(
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
    )
    expect(messageOf(() => assertAllUsed({ values: { ':v': { N: '5' }, ':s': { S: 'a' }, ':x': { S: 'b' } } }, [condition]))).toBe(
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:s, :x}',
    )
  })
})
