// Decides whether an item meets a condition, as DynamoDB would: ConditionExpression and FilterExpression on plaintext that DynamoDB lacks.
//
// There is no third truth value. A comparison with a missing attribute or of two types is false, so `<>` and NOT around it are true.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../items.js'
import { typeLetter } from './attribute-type.js'
import { bytesKey, compareScalars, equalValues, numberKey, setMembers } from './compare-values.js'
import type { Comparator, Condition } from './condition.js'
import { valueAt } from './item-at.js'
import type { ConditionOperand } from './operands.js'

/** An operand's value; undefined where the item has none. */
type Value = AttributeValue | undefined

/** What each operator and function does, a row each. The suites put a wrong row in its place to see that they notice. */
export interface ConditionOperators extends Readonly<Record<Comparator, (left: Value, right: Value) => boolean>> {
  readonly BETWEEN: (value: Value, low: Value, high: Value) => boolean
  readonly IN: (value: Value, options: readonly Value[]) => boolean
  readonly attribute_exists: (value: Value) => boolean
  readonly attribute_not_exists: (value: Value) => boolean
  readonly attribute_type: (value: Value, type: Value) => boolean
  readonly begins_with: (value: Value, prefix: Value) => boolean
  readonly contains: (value: Value, part: Value) => boolean
  readonly size: (value: Value) => number | undefined
}

export const CONDITION_OPERATORS: ConditionOperators = {
  '=': equal,
  '<>': (left, right) => !equal(left, right),
  '<': (left, right) => isOrdered(left, right, (order) => order < 0),
  '<=': (left, right) => isOrdered(left, right, (order) => order <= 0),
  '>': (left, right) => isOrdered(left, right, (order) => order > 0),
  '>=': (left, right) => isOrdered(left, right, (order) => order >= 0),
  BETWEEN: (value, low, high) => isOrdered(low, value, (order) => order <= 0) && isOrdered(value, high, (order) => order <= 0),
  IN: (value, options) => options.some((option) => equal(value, option)),
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  attribute_type: (value, type) => value !== undefined && typeLetter(value) === type?.S,
  begins_with: beginsWith,
  contains,
  size: sizeOf,
}

/**
 * @param item - as it is before the write, or as it was read; empty where there is no item
 * @param operators - for tests
 */
export function evaluateCondition(
  condition: Condition,
  item: Readonly<Item>,
  operators: ConditionOperators = CONDITION_OPERATORS,
): boolean {
  const valueOf = (operand: ConditionOperand): Value => operandValue(operand, item, operators)
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((inner) => evaluateCondition(inner, item, operators))
    case 'or':
      return condition.conditions.some((inner) => evaluateCondition(inner, item, operators))
    case 'not':
      return !evaluateCondition(condition.condition, item, operators)
    case 'compare':
      return operators[condition.operator](valueOf(condition.left), valueOf(condition.right))
    case 'between':
      return operators.BETWEEN(valueOf(condition.operand), valueOf(condition.low), valueOf(condition.high))
    case 'in':
      return operators.IN(valueOf(condition.operand), condition.options.map(valueOf))
    case 'attribute_exists':
    case 'attribute_not_exists':
      return operators[condition.kind](valueAt(item, condition.path))
    case 'attribute_type':
    case 'begins_with':
    case 'contains':
      return operators[condition.kind](valueOf(condition.operand), valueOf(condition.argument))
  }
}

function operandValue(operand: ConditionOperand, item: Readonly<Item>, operators: ConditionOperators): Value {
  if (operand.kind === 'path') return valueAt(item, operand.path)
  if (operand.kind === 'value') return operand.value
  const size = operators.size(operandValue(operand.operand, item, operators))
  return size === undefined ? undefined : { N: String(size) }
}

function equal(left: Value, right: Value): boolean {
  return left !== undefined && right !== undefined && equalValues(left, right)
}

function isOrdered(left: Value, right: Value, test: (order: number) => boolean): boolean {
  const order = left && right && compareScalars(left, right)
  return order !== undefined && test(order)
}

function beginsWith(value: Value, prefix: Value): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S)
  if (value?.B === undefined || prefix?.B === undefined) return false
  return bytesKey(value.B).startsWith(bytesKey(prefix.B))
}

/** A part of a string or a binary value, a member of a set, an element of a list. Maps contain nothing. */
function contains(value: Value, part: Value): boolean {
  if (value === undefined || part === undefined) return false
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S)
  if (value.B !== undefined) return part.B !== undefined && bytesKey(value.B).includes(bytesKey(part.B))
  if (value.L !== undefined) return value.L.some((element) => equalValues(element, part))
  const key = part.S ?? (part.N === undefined ? part.B && bytesKey(part.B) : numberKey(part.N))
  const set = setMembers(value)
  return key !== undefined && set?.type === `${String(typeLetter(part))}S` && set.keys.has(key)
}

/** UTF-16 code units (as DynamoDB Local counts them), bytes, members or elements; other types have no size. */
function sizeOf(value: Value): number | undefined {
  if (value?.S !== undefined) return value.S.length
  return value?.B?.length ?? (value?.SS ?? value?.NS ?? value?.BS ?? value?.L)?.length ?? (value?.M && Object.keys(value.M).length)
}
