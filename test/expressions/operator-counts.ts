// Counts which operators and functions have met which pairs of types, so that a suite can show that it has tried them all.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { BinaryOperator, UpdateOperators } from '../../src/expressions/apply-update.js'
import { TYPE_LETTERS, typeLetter } from '../../src/expressions/attribute-type.js'
import type { ConditionOperators } from '../../src/expressions/evaluate-condition.js'

type Value = AttributeValue | undefined

export class OperatorCounts {
  readonly #counts = new Map<string, number>()

  add(operator: string, ...values: readonly Value[]): void {
    this.addTypes(operator, ...values.map((value) => (value === undefined ? 'nothing' : typeLetter(value))))
  }

  addTypes(operator: string, ...types: readonly (string | undefined)[]): void {
    const row = `${operator}(${types.join(', ')})`
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + 1)
  }

  /** The row that was met least, and how often, among all pairs of types for these operators. */
  least(operators: Readonly<Record<string, readonly (readonly string[])[]>>): { readonly row: string; readonly count: number } {
    let least = { row: 'no row', count: Number.POSITIVE_INFINITY }
    for (const [operator, operands] of Object.entries(operators)) {
      for (const types of combinations(operands)) {
        const row = `${operator}(${types.join(', ')})`
        const count = this.#counts.get(row) ?? 0
        if (count < least.count) least = { row, count }
      }
    }
    return least
  }

  rows(): number {
    return this.#counts.size
  }
}

function combinations([first, ...others]: readonly (readonly string[])[]): string[][] {
  if (first === undefined) return [[]]
  return first.flatMap((type) => combinations(others).map((rest) => [type, ...rest]))
}

const ANY: readonly string[] = [...TYPE_LETTERS, 'nothing']
const SETS: readonly string[] = ['SS', 'NS', 'BS']

/** For every operator and function, the types that each of its operands can have. What DynamoDB refuses before it looks is left out. */
export const PAIRS = {
  ...Object.fromEntries(
    ['=', '<>', '<', '<=', '>', '>=', 'BETWEEN low', 'BETWEEN high', 'IN', 'contains'].map((name) => [name, [ANY, ANY]]),
  ),
  begins_with: [ANY, ANY],
  attribute_type: [ANY, [...TYPE_LETTERS]],
  attribute_exists: [ANY],
  attribute_not_exists: [ANY],
  size: [ANY],
  '+': [ANY, ANY],
  '-': [ANY, ANY],
  list_append: [ANY, ANY],
  if_not_exists: [ANY, [...TYPE_LETTERS]],
  ADD: [ANY, ['N', ...SETS]],
  DELETE: [ANY, SETS],
}

/** The operators, each call counted. For attribute_type the second type is the one that it asks for. */
export function countingConditionOperators(counts: OperatorCounts, real: ConditionOperators): ConditionOperators {
  const pair = (name: '=' | '<>' | '<' | '<=' | '>' | '>=' | 'begins_with' | 'contains') => (left: Value, right: Value) => {
    counts.add(name, left, right)
    return real[name](left, right)
  }
  return {
    '=': pair('='),
    '<>': pair('<>'),
    '<': pair('<'),
    '<=': pair('<='),
    '>': pair('>'),
    '>=': pair('>='),
    begins_with: pair('begins_with'),
    contains: pair('contains'),
    BETWEEN(value, low, high) {
      counts.add('BETWEEN low', value, low)
      counts.add('BETWEEN high', value, high)
      return real.BETWEEN(value, low, high)
    },
    IN(value, options) {
      for (const option of options) counts.add('IN', value, option)
      return real.IN(value, options)
    },
    attribute_type(value, type) {
      counts.addTypes('attribute_type', value === undefined ? 'nothing' : typeLetter(value), type?.S)
      return real.attribute_type(value, type)
    },
    attribute_exists(value) {
      counts.add('attribute_exists', value)
      return real.attribute_exists(value)
    },
    attribute_not_exists(value) {
      counts.add('attribute_not_exists', value)
      return real.attribute_not_exists(value)
    },
    size(value) {
      counts.add('size', value)
      return real.size(value)
    },
  }
}

export function countingUpdateOperators(counts: OperatorCounts, real: UpdateOperators): UpdateOperators {
  const pair =
    (name: '+' | '-' | 'list_append'): BinaryOperator =>
    (left, right) => {
      counts.add(name, left, right)
      return real[name](left, right)
    }
  return {
    '+': pair('+'),
    '-': pair('-'),
    list_append: pair('list_append'),
    if_not_exists(value, fallback) {
      counts.add('if_not_exists', value, fallback)
      return real.if_not_exists(value, fallback)
    },
    ADD(value, operand) {
      counts.add('ADD', value, operand)
      return real.ADD(value, operand)
    },
    DELETE(value, operand) {
      counts.add('DELETE', value, operand)
      return real.DELETE(value, operand)
    },
  }
}
