// Operators with a fault each, such as a port of DynamoDB's rules might have: the random suite has to notice every one of them.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { UPDATE_OPERATORS, type UpdateOperators } from '../../src/expressions/apply-update.js'
import { CONDITION_OPERATORS, type ConditionOperators } from '../../src/expressions/evaluate-condition.js'

type Value = AttributeValue | undefined

const both = (left: Value, right: Value) => left !== undefined && right !== undefined
const { '=': equal, '<': less, contains, size } = CONDITION_OPERATORS

/** The four operators that order values, by another order; undefined leaves two values as they are. */
function ordering(order: (left: AttributeValue, right: AttributeValue) => number | undefined): Partial<ConditionOperators> {
  const faulty =
    (operator: '<' | '<=' | '>' | '>=', test: (order: number) => boolean) =>
    (left: Value, right: Value): boolean => {
      const found = left && right && order(left, right)
      return found === undefined ? CONDITION_OPERATORS[operator](left, right) : test(found)
    }
  return {
    '<': faulty('<', (found) => found < 0),
    '<=': faulty('<=', (found) => found <= 0),
    '>': faulty('>', (found) => found > 0),
    '>=': faulty('>=', (found) => found >= 0),
  }
}

export const FAULTY_CONDITIONS: Readonly<Record<string, Partial<ConditionOperators>>> = {
  'numbers are equal as texts': { '=': (left, right) => (left?.N !== undefined ? left.N === right?.N : equal(left, right)) },
  'sets are equal in the same order only': {
    '=': (left, right) => equal(left, right) && (left?.SS === undefined || left.SS.join() === right?.SS?.join()),
  },
  'a missing attribute is not unequal': { '<>': (left, right) => both(left, right) && !equal(left, right) },
  'strings are ordered by UTF-16': ordering((left, right) =>
    left.S !== undefined && right.S !== undefined ? (left.S < right.S ? -1 : Number(left.S > right.S)) : undefined,
  ),
  'numbers are ordered as texts': ordering((left, right) =>
    left.N !== undefined && right.N !== undefined ? (left.N < right.N ? -1 : Number(left.N > right.N)) : undefined,
  ),
  'numbers come before strings': ordering((left, right) =>
    left.N !== undefined && right.S !== undefined ? -1 : left.S !== undefined && right.N !== undefined ? 1 : undefined,
  ),
  'the upper bound of BETWEEN is outside': { BETWEEN: (value, low, high) => !less(value, low) && less(value, high) && both(value, low) },
  'IN looks at its first operand only': { IN: (value, [first]) => equal(value, first) },
  'begins_with knows strings only': {
    begins_with: (value, prefix) => value?.S !== undefined && prefix?.S !== undefined && value.S.startsWith(prefix.S),
  },
  'contains does not look into lists': { contains: (value, part) => value?.L === undefined && contains(value, part) },
  'a number is no member of a number set': { contains: (value, part) => value?.NS === undefined && contains(value, part) },
  'size of a string in bytes': { size: (value) => (value?.S === undefined ? size(value) : Buffer.byteLength(value.S)) },
  'size of a string in code points': { size: (value) => (value?.S === undefined ? size(value) : Array.from(value.S).length) },
  'a missing attribute has size zero': { size: (value) => (value === undefined ? 0 : size(value)) },
  'attribute_type takes a set for its member type': {
    attribute_type: (value, type) =>
      CONDITION_OPERATORS.attribute_type(value, type) || CONDITION_OPERATORS.attribute_type(value, { S: `${String(type?.S)}S` }),
  },
}

const { ADD, DELETE, list_append: append, if_not_exists: ifNotExists } = UPDATE_OPERATORS

export const FAULTY_UPDATES: Readonly<Record<string, Partial<UpdateOperators>>> = {
  'sums are floating-point': {
    '+': (left, right) =>
      left?.N !== undefined && right?.N !== undefined
        ? { N: String(Number(left.N) + Number(right.N)) }
        : UPDATE_OPERATORS['+'](left, right),
  },
  'differences the other way round': { '-': (left, right) => UPDATE_OPERATORS['-'](right, left) },
  'list_append the other way round': { list_append: (first, second) => append(second, first) },
  'if_not_exists takes its second operand': { if_not_exists: (_value, fallback) => ifNotExists(undefined, fallback) },
  'ADD replaces a set': {
    ADD: (value, operand) => (operand.N === undefined && value !== undefined && ADD(value, operand) ? operand : ADD(value, operand)),
  },
  'ADD of a number needs one': {
    ADD: (value, operand) => (value === undefined && operand.N !== undefined ? undefined : ADD(value, operand)),
  },
  'DELETE leaves the set empty': { DELETE: (value, operand) => DELETE(value, operand) ?? (value === undefined ? undefined : { SS: [] }) },
  'DELETE compares numbers as texts': {
    DELETE: (value, operand) => {
      if (value?.NS === undefined || operand.NS === undefined) return DELETE(value, operand)
      const { NS } = operand
      const left = value.NS.filter((number) => !NS.includes(number))
      return left.length === 0 ? undefined : { NS: left }
    },
  },
}
