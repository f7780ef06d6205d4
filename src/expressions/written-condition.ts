// Reads the syntax of a condition: which operators and functions stand around which operands.
import type { Comparator } from './condition.js'
import type { TokenReader } from './token-reader.js'
import type { TokenKind } from './tokens.js'
import type { ExpressionKind } from './validation-exception.js'
import { assertWords, readBareOperand, readOperand, type WrittenCall, type WrittenOperand } from './written-operand.js'

export type WrittenCondition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly WrittenCondition[] }
  | { readonly kind: 'not'; readonly condition: WrittenCondition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: WrittenOperand; readonly right: WrittenOperand }
  | { readonly kind: 'between'; readonly operand: WrittenOperand; readonly low: WrittenOperand; readonly high: WrittenOperand }
  | { readonly kind: 'in'; readonly operand: WrittenOperand; readonly options: readonly WrittenOperand[] }
  | WrittenCall

const COMPARATORS: ReadonlySet<TokenKind> = new Set<Comparator>(['=', '<>', '<', '<=', '>', '>='])

/** @throws ValidationException for a syntax error: what else is wrong, {@link assertConditionWords} and the parser above tell */
export function readWrittenCondition(reader: TokenReader): WrittenCondition {
  const condition = readOr(reader, false)
  reader.expect('end')
  return isCondition(condition) ? condition : reader.fail()
}

/**
 * `(a)` may turn out to be an operand, as in `(a) = :v`: only what follows tells. So whatever could be an operand in parentheses is read
 * as one first.
 *
 * @param inGroup - directly after a parenthesis, where an operand alone is fine
 */
function readOr(reader: TokenReader, inGroup: boolean): WrittenCondition | WrittenOperand {
  return readJoined(reader, 'OR', 'or', inGroup, (alone) => readJoined(reader, 'AND', 'and', alone, (term) => readTerm(reader, term)))
}

function readJoined(
  reader: TokenReader,
  keyword: 'AND' | 'OR',
  kind: 'and' | 'or',
  inGroup: boolean,
  read: (inGroup: boolean) => WrittenCondition | WrittenOperand,
): WrittenCondition | WrittenOperand {
  const first = read(inGroup)
  if (reader.peek().kind !== keyword || !isCondition(first)) return first
  const conditions = [first]
  while (reader.accept(keyword)) {
    const next = read(false)
    conditions.push(isCondition(next) ? next : reader.fail())
  }
  return { kind, conditions }
}

function readTerm(reader: TokenReader, inGroup: boolean): WrittenCondition | WrittenOperand {
  if (reader.accept('NOT')) {
    const condition = readTerm(reader, false)
    return { kind: 'not', condition: isCondition(condition) ? condition : reader.fail() }
  }
  const first = reader.peek().kind === '(' ? reader.inGroup(() => readOr(reader, true)) : readBareOperand(reader)
  const operator = reader.peek().kind
  const isDecided = !isBare(first) || isComparator(operator) || operator === 'BETWEEN' || operator === 'IN'
  if (isDecided) reader.refuseRedundantParentheses()
  if (!isOperand(first)) return first
  if (isComparator(operator)) {
    reader.next()
    return { kind: 'compare', operator, left: first, right: readOperand(reader) }
  }
  if (reader.accept('BETWEEN')) {
    const low = readOperand(reader)
    reader.expect('AND')
    return { kind: 'between', operand: first, low, high: readOperand(reader) }
  }
  if (reader.accept('IN')) {
    return { kind: 'in', operand: first, options: reader.inParentheses(() => reader.list(() => readOperand(reader))) }
  }
  if (first.kind === 'call' || (inGroup && operator === ')')) return first
  return reader.fail()
}

function isComparator(kind: TokenKind): kind is Comparator {
  return COMPARATORS.has(kind)
}

function isBare({ kind }: WrittenCondition | WrittenOperand): boolean {
  return kind === 'path' || kind === 'value'
}

/** A call is both until it is known where it stands. */
function isCondition(node: WrittenCondition | WrittenOperand): node is WrittenCondition {
  return node.kind !== 'path' && node.kind !== 'value'
}

function isOperand(node: WrittenCondition | WrittenOperand): node is WrittenOperand {
  return node.kind === 'path' || node.kind === 'value' || node.kind === 'call'
}

/** As {@link assertWords}, for a whole condition in the order of its text. */
export function assertConditionWords(condition: WrittenCondition, kind: ExpressionKind): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const inner of condition.conditions) assertConditionWords(inner, kind)
      return
    case 'not':
      assertConditionWords(condition.condition, kind)
      return
    case 'call':
      assertWords(condition, 'condition', kind)
      return
    default:
      for (const operand of operandsOf(condition)) assertWords(operand, 'operand', kind)
  }
}

type WrittenComparison = Extract<WrittenCondition, { kind: 'compare' | 'between' | 'in' }>

function operandsOf(condition: WrittenComparison): readonly WrittenOperand[] {
  switch (condition.kind) {
    case 'compare':
      return [condition.left, condition.right]
    case 'between':
      return [condition.operand, condition.low, condition.high]
    case 'in':
      return [condition.operand, ...condition.options]
  }
}
