// The operators that a KeyConditionExpression may use. Which attributes are keys only the table can tell; DynamoDB checks that itself.
import type { Condition } from './condition.js'
import type { ConditionOperand } from './operands.js'
import { validationException } from './validation-exception.js'

/** @throws ValidationException for an operator or a function that key conditions do not have */
export function assertKeyCondition(condition: Condition): void {
  switch (condition.kind) {
    case 'and':
      for (const inner of condition.conditions) assertKeyCondition(inner)
      return
    case 'compare':
      if (condition.operator === '<>') throw invalidOperator('<>')
      assertNotNested([condition.left, condition.right])
      return
    case 'between':
      assertNotNested([condition.operand, condition.low, condition.high])
      return
    case 'begins_with':
      assertNotNested([condition.operand, condition.argument])
      return
    case 'or':
    case 'not':
    case 'in':
      throw invalidOperator(condition.kind.toUpperCase())
    default:
      throw invalidOperator(condition.kind)
  }
}

function invalidOperator(operator: string): Error {
  return validationException(`Invalid operator used in KeyConditionExpression: ${operator}`)
}

function assertNotNested(operands: readonly ConditionOperand[]): void {
  if (operands.some(({ kind }) => kind === 'size')) throw validationException('KeyConditionExpressions cannot contain nested operations')
}
