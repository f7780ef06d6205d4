// Reads the syntax of an update: its sections, and the paths and operands of each action.
import { assertPathWords, readPath, type WrittenPath } from './paths.js'
import type { TokenReader } from './token-reader.js'
import type { Token } from './tokens.js'
import { invalidExpression } from './validation-exception.js'
import { assertWords, readBareOperand, readOperand, type WrittenOperand } from './written-operand.js'

type Section = 'SET' | 'REMOVE' | 'ADD' | 'DELETE'

export type WrittenAction =
  | { readonly section: 'SET'; readonly path: WrittenPath; readonly value: WrittenSetValue }
  | { readonly section: 'REMOVE'; readonly path: WrittenPath }
  | { readonly section: 'ADD' | 'DELETE'; readonly path: WrittenPath; readonly placeholder: Token }

export type WrittenSetValue =
  | WrittenOperand
  | { readonly kind: 'arithmetic'; readonly operator: '+' | '-'; readonly left: WrittenOperand; readonly right: WrittenOperand }

const SECTIONS: readonly Section[] = ['SET', 'REMOVE', 'ADD', 'DELETE']

/**
 * @returns the actions in the order of the text
 * @throws ValidationException for whatever can be told without placeholders
 */
export function readWrittenUpdate(reader: TokenReader): readonly WrittenAction[] {
  const sections: (readonly WrittenAction[])[] = []
  const seen: Section[] = []
  do {
    const section = SECTIONS.find((keyword) => reader.accept(keyword)) ?? reader.fail()
    seen.push(section)
    sections.push(reader.list(() => readAction(section, reader)))
  } while (reader.peek().kind !== 'end' && SECTIONS.some((keyword) => keyword === reader.peek().kind))
  reader.expect('end')
  const actions = sections.flat()
  for (const action of actions) assertActionWords(action)
  const twice = seen.find((section, at) => seen.indexOf(section) !== at)
  if (twice !== undefined) {
    throw invalidExpression('UpdateExpression', `The "${twice}" section can only be used once in an update expression;`)
  }
  return actions
}

function readAction(section: Section, reader: TokenReader): WrittenAction {
  const path = readPath(reader)
  switch (section) {
    case 'SET':
      reader.expect('=')
      return { section, path, value: readAssigned(reader) }
    case 'REMOVE':
      return { section, path }
    case 'ADD':
    case 'DELETE':
      return { section, path, placeholder: reader.expect(':value') }
  }
}

function readAssigned(reader: TokenReader): WrittenSetValue {
  const value = readSetValue(reader)
  reader.refuseRedundantParentheses()
  return value
}

/** One operand, or two with `+` or `-` between. All of it may stand in parentheses, as may each operand. */
function readSetValue(reader: TokenReader): WrittenSetValue {
  const left = reader.peek().kind === '(' ? reader.inGroup(() => readSetValue(reader)) : readBareOperand(reader)
  if (left.kind === 'arithmetic') return left
  const sign = reader.accept('+') ?? reader.accept('-')
  if (sign === undefined) return left
  return { kind: 'arithmetic', operator: sign.kind === '+' ? '+' : '-', left, right: readOperand(reader) }
}

function assertActionWords(action: WrittenAction): void {
  const kind = 'UpdateExpression'
  assertPathWords(action.path, kind)
  if (action.section !== 'SET') return
  const { value } = action
  if (value.kind === 'arithmetic') {
    assertWords(value.left, 'operand', kind)
    assertWords(value.right, 'operand', kind)
  } else {
    assertWords(value, 'assigned', kind)
  }
}
