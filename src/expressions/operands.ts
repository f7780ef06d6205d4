// Operands of conditions and updates, with their placeholders looked up, and the checks that all operators make of them.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { typeLetter, type TypeLetter } from './attribute-type.js'
import { pathText, resolvePath, samePath, type DocumentPath } from './paths.js'
import type { PlaceholderReader } from './placeholders.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'
import type { WrittenCall, WrittenOperand } from './written-operand.js'

/** Something of the item. */
export interface PathOperand {
  readonly kind: 'path'
  readonly path: DocumentPath
}

/** A value of the request, with the placeholder (`:v`) that it was written as. */
export interface ValueOperand {
  readonly kind: 'value'
  readonly value: AttributeValue
  readonly placeholder: string
}

/** `size(…)`, in conditions alone. */
export interface SizeOperand {
  readonly kind: 'size'
  readonly operand: PathOperand | ValueOperand
}

/** `if_not_exists(…, …)`, in updates alone. */
export interface IfNotExistsOperand {
  readonly kind: 'if_not_exists'
  readonly path: DocumentPath
  readonly fallback: SetOperand
}

export type ConditionOperand = PathOperand | ValueOperand | SizeOperand
export type SetOperand = PathOperand | ValueOperand | IfNotExistsOperand
export type Operand = ConditionOperand | SetOperand

/** @throws ValidationException where a placeholder is not defined, or a path is too long */
export function resolveOperand(written: Exclude<WrittenOperand, WrittenCall>, placeholders: PlaceholderReader): PathOperand | ValueOperand {
  if (written.kind === 'path') return { kind: 'path', path: resolvePath(written.path, placeholders) }
  const placeholder = written.placeholder.text
  return { kind: 'value', value: placeholders.value(placeholder), placeholder }
}

/** As far as the type is known without an item. */
export function knownType(operand: Operand): TypeLetter | undefined {
  if (operand.kind === 'size') return 'N'
  return operand.kind === 'value' ? typeLetter(operand.value) : undefined
}

/**
 * @param name - the operator's or function's
 * @throws ValidationException where an operand is known to have a type that is not allowed
 */
export function assertTypes(name: string, operands: readonly Operand[], allowed: readonly TypeLetter[], kind: ExpressionKind): void {
  for (const operand of operands) {
    const type = knownType(operand)
    if (type !== undefined && !allowed.includes(type)) throw incorrectType(name, type, kind)
  }
}

export function incorrectType(name: string, type: string, kind: ExpressionKind): Error {
  return invalidExpression(kind, `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`)
}

/** @throws ValidationException where the first operand is a path and another one is the same path */
export function assertDistinct(name: string, [first, ...others]: readonly Operand[], kind: ExpressionKind): void {
  if (first?.kind !== 'path' || !others.some((other) => other.kind === 'path' && samePath(first.path, other.path))) return
  const problem = 'The first operand must be distinct from the remaining operands for this operator or function'
  throw invalidExpression(kind, `${problem}; operator: ${name}, first operand: ${pathText(first.path)}`)
}

/** @throws ValidationException where the operand is no path */
export function assertIsPath(name: string, operand: Operand | undefined, kind: ExpressionKind): asserts operand is PathOperand {
  if (operand?.kind === 'path') return
  throw invalidExpression(kind, `Operator or function requires a document path; operator or function: ${name}`)
}
