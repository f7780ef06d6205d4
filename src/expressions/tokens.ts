// Cuts the text of an expression into tokens, the first step of reading DynamoDB's expression language.
//
// No maintained library gives this alone (searched in November 2026): dynalite's parsers are inside its server, the DAX client's inside a
// network client on top of the ANTLR run time, and @aws/dynamodb-expressions and its like only build expressions.
// The language: "Using expressions in DynamoDB" in DynamoDB's developer guide; its finer points are DynamoDB Local's, and tested against it.
import { LONGEST_EXPRESSION } from './limits.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'

/** Words of the language. They can't be attribute names, whatever their case, and are left out of the list of reserved words. */
const KEYWORDS = ['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE'] as const
const SYMBOLS = ['=', '<>', '<=', '>=', '<', '>', '(', ')', '[', ']', ',', '.', '+', '-'] as const

export type Keyword = (typeof KEYWORDS)[number]
export type Punctuation = (typeof SYMBOLS)[number]
/** Besides keywords and symbols: `name`, `#name`, `:value`, the number of a list element, a character that means nothing, the end. */
export type TokenKind = Keyword | Punctuation | 'name' | '#name' | ':value' | 'index' | 'unknown' | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** Offset in the expression, in UTF-16 code units. */
  readonly start: number
}

const KIND_OF = new Map<string, TokenKind>([...KEYWORDS, ...SYMBOLS].map((kind) => [kind, kind]))
/** Blanks match nothing, so they are passed over. The last alternative is any other character. */
const TOKEN = /[A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|0|[1-9][0-9]*|<>|<=|>=|[^ \t\r\n]/g

/**
 * @returns the tokens, the last of them the only one of kind `end`
 * @throws ValidationException for an empty expression, and for one of more than 4096 characters
 */
export function tokenize(text: string, kind: ExpressionKind): readonly Token[] {
  if (text === '') throw invalidExpression(kind, 'The expression can not be empty;')
  if (text.length > LONGEST_EXPRESSION) throw tooLong(text, kind)
  const tokens: Token[] = Array.from(text.matchAll(TOKEN), ({ 0: word, index }) => ({ kind: kindOf(word), text: word, start: index }))
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length })
  return tokens
}

function tooLong(text: string, kind: ExpressionKind): Error {
  // DynamoDB tells the size for some expressions only.
  const size = kind === 'UpdateExpression' || kind === 'ProjectionExpression' ? '' : ` expression size: ${String(text.length)}`
  return invalidExpression(kind, `Expression size has exceeded the maximum allowed size;${size}`)
}

function kindOf(word: string): TokenKind {
  const fixed = KIND_OF.get(word.toUpperCase())
  if (fixed !== undefined) return fixed
  if (/^[A-Za-z]/.test(word)) return 'name'
  if (/^[0-9]/.test(word)) return 'index'
  if (word.length > 1) return word.startsWith('#') ? '#name' : ':value'
  return 'unknown'
}
