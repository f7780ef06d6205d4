// The comparison operators of the parameters from before expressions: Expected, QueryFilter, ScanFilter and KeyConditions.
import type { AttributeValue, ComparisonOperator } from '@aws-sdk/client-dynamodb'
import { typeLetter, type TypeLetter } from './attribute-type.js'
import { compareScalars } from './compare-values.js'
import type { Comparator, Condition } from './condition.js'
import type { PathOperand, ValueOperand } from './operands.js'
import { validationException } from './validation-exception.js'
import { valueProblem } from './value-problem.js'

interface ComparisonRow {
  /** How many values it takes; `some` is one and more. */
  readonly values: 0 | 1 | 2 | 'some'
  /** Types that the values may have; all where it is left out. */
  readonly types?: readonly TypeLetter[]
  /** The first two values are there as far as `values` says so. */
  readonly condition: (attribute: PathOperand, values: readonly ValueOperand[], first: ValueOperand, second: ValueOperand) => Condition
}

const ORDERED: readonly TypeLetter[] = ['S', 'N', 'B']
const CONTAINED: readonly TypeLetter[] = ['S', 'N', 'B', 'BOOL', 'NULL']

const COMPARISONS: Readonly<Record<ComparisonOperator, ComparisonRow>> = {
  EQ: comparing('='),
  NE: comparing('<>'),
  LT: comparing('<', ORDERED),
  LE: comparing('<=', ORDERED),
  GT: comparing('>', ORDERED),
  GE: comparing('>=', ORDERED),
  NULL: { values: 0, condition: ({ path }) => ({ kind: 'attribute_not_exists', path }) },
  NOT_NULL: { values: 0, condition: exists },
  CONTAINS: { values: 1, types: CONTAINED, condition: contains },
  // Of a missing attribute it is false.
  NOT_CONTAINS: {
    values: 1,
    types: CONTAINED,
    condition: (attribute, values, first) => ({
      kind: 'and',
      conditions: [exists(attribute), { kind: 'not', condition: contains(attribute, values, first) }],
    }),
  },
  BEGINS_WITH: {
    values: 1,
    types: ['S', 'B'],
    condition: (operand, _values, argument) => ({ kind: 'begins_with', operand, argument }),
  },
  IN: { values: 'some', types: ORDERED, condition: (operand, options) => ({ kind: 'in', operand, options }) },
  BETWEEN: {
    values: 2,
    types: ORDERED,
    condition: (operand, _values, low, high) => ({ kind: 'between', operand, low, high }),
  },
}

function comparing(operator: Comparator, types?: readonly TypeLetter[]): ComparisonRow {
  return { values: 1, ...(types && { types }), condition: (left, _values, right) => ({ kind: 'compare', operator, left, right }) }
}

function exists({ path }: PathOperand): Condition {
  return { kind: 'attribute_exists', path }
}

function contains(operand: PathOperand, _values: readonly ValueOperand[], argument: ValueOperand): Condition {
  return { kind: 'contains', operand, argument }
}

/**
 * @param name - of the attribute; a dot in it means nothing
 * @param operator - of the caller: any text
 * @throws ValidationException for values that do not fit the operator, or are none
 */
export function legacyComparison(name: string, operator: string | undefined, values: readonly AttributeValue[]): Condition {
  const row = rowOf(operator)
  if (row === undefined) throw validationException('Comparison type does not exist in DynamoDB')
  for (const value of values) assertLegacyValue(value)
  assertArguments(row, String(operator), values)
  const operands = values.map((value): ValueOperand => ({ kind: 'value', value, placeholder: '' }))
  const [first = NO_VALUE, second = NO_VALUE] = operands
  return row.condition({ kind: 'path', path: [name] }, operands, first, second)
}

/** For operators that take none, which do not look at it. */
const NO_VALUE: ValueOperand = { kind: 'value', value: { NULL: true }, placeholder: '' }

function rowOf(operator: string | undefined): ComparisonRow | undefined {
  return operator !== undefined && isOperator(operator) ? COMPARISONS[operator] : undefined
}

function isOperator(operator: string): operator is ComparisonOperator {
  return Object.hasOwn(COMPARISONS, operator)
}

/** @throws ValidationException for what is no value */
export function assertLegacyValue(value: AttributeValue): void {
  const problem = valueProblem(value)
  if (problem !== undefined) throw validationException(problem)
}

function assertArguments(row: ComparisonRow, operator: string, values: readonly AttributeValue[]): void {
  const fits = row.values === 'some' ? values.length > 0 : values.length === row.values
  if (!fits) throw invalidParameters(`Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  // Value by value: of several faults the first is told, as DynamoDB does.
  const [first, ...types] = values.map(typeLetter)
  for (const type of [first, ...types]) {
    if (type !== undefined && row.types?.includes(type) === false) {
      throw invalidParameters(`ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`)
    }
    if (type !== first) throw invalidParameters('AttributeValues inside AttributeValueList must be of same type')
  }
  const [low, high] = values
  if (operator === 'BETWEEN' && low !== undefined && high !== undefined && (compareScalars(low, high) ?? 0) > 0) {
    throw validationException('The BETWEEN condition was provided a range where the lower bound is greater than the upper bound')
  }
}

export function invalidParameters(problem: string): Error {
  return validationException(`One or more parameter values were invalid: ${problem}`)
}
