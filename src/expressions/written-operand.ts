// Operands as they are written, before placeholders are looked up: what conditions and updates have in common.
import { functionRow } from './functions.js'
import { assertPathWords, readPath, type WrittenPath } from './paths.js'
import type { TokenReader } from './token-reader.js'
import type { Token } from './tokens.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'

export type WrittenOperand =
  { readonly kind: 'path'; readonly path: WrittenPath } | { readonly kind: 'value'; readonly placeholder: Token } | WrittenCall

/** A function's name need not be one, nor the number of operands right. */
export interface WrittenCall {
  readonly kind: 'call'
  readonly name: Token
  readonly operands: readonly WrittenOperand[]
}

/** Where nothing but an operand can stand: a path, a value, a function call, or one of them in parentheses. */
export function readOperand(reader: TokenReader): WrittenOperand {
  const operand = reader.peek().kind === '(' ? reader.inGroup(() => readOperand(reader)) : readBare(reader, readOperand)
  reader.refuseRedundantParentheses()
  return operand
}

/** The same without parentheses around it, where what follows tells whether it is an operand. */
export function readBareOperand(reader: TokenReader): WrittenOperand {
  return readBare(reader, readUndecided)
}

function readUndecided(reader: TokenReader): WrittenOperand {
  return reader.peek().kind === '(' ? reader.inGroup(() => readUndecided(reader)) : readBareOperand(reader)
}

function readBare(reader: TokenReader, readArgument: (reader: TokenReader) => WrittenOperand): WrittenOperand {
  const placeholder = reader.accept(':value')
  if (placeholder) return { kind: 'value', placeholder }
  if (reader.peek().kind === 'name' && reader.peek(1).kind === '(') {
    const name = reader.next()
    return { kind: 'call', name, operands: reader.inParentheses(() => reader.list(() => readArgument(reader))) }
  }
  return { kind: 'path', path: readPath(reader) }
}

/** Where an operand stands: for a condition, as an operand, or as the whole right side of SET. */
type Place = 'condition' | 'operand' | 'assigned'

/**
 * Checks that need no placeholders, in the order of the text: reserved words, indexes, the names of functions and where they stand.
 *
 * @throws ValidationException
 */
export function assertWords(operand: WrittenOperand, place: Place, kind: ExpressionKind): void {
  if (operand.kind === 'path') assertPathWords(operand.path, kind)
  if (operand.kind !== 'call') return
  assertCall(operand.name.text, place, kind)
  for (const inner of operand.operands) assertWords(inner, 'operand', kind)
}

function assertCall(name: string, place: Place, kind: ExpressionKind): void {
  const row = functionRow(name)
  if (row === undefined) throw invalidExpression(kind, `Invalid function name; function: ${name}`)
  if ((row.belongs === 'update') !== (kind === 'UpdateExpression')) {
    const expression = row.belongs === 'condition' ? 'an update' : 'a condition'
    throw invalidExpression(kind, `The function is not allowed in ${expression} expression; function: ${name}`)
  }
  if (row.stands !== place && !(row.stands === 'operand' && place === 'assigned')) {
    throw invalidExpression(kind, `The function is not allowed to be used this way in an expression; function: ${name}`)
  }
}

/** @throws ValidationException for a function with another number of operands than it takes */
export function assertOperandCount({ name, operands }: WrittenCall, kind: ExpressionKind): void {
  if (operands.length === functionRow(name.text)?.operands) return
  throw incorrectNumber(name.text, operands.length, kind)
}

function incorrectNumber(name: string, count: number, kind: ExpressionKind): Error {
  const problem = 'Incorrect number of operands for operator or function'
  return invalidExpression(kind, `${problem}; operator or function: ${name}, number of operands: ${String(count)}`)
}
