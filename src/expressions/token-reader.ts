// A place in a list of tokens, and what a parser says when the token there does not fit.
import { tokenize, type Token, type TokenKind } from './tokens.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'

/**
 * Parentheses and function calls inside each other. No valid expression reaches it: parentheses directly inside parentheses are refused,
 * an operator or a function call has to stand between them, and of those there are at most 300. It keeps the parsers, which recurse, far
 * from the end of the stack.
 */
const DEEPEST = 400

export class TokenReader {
  readonly kind: ExpressionKind
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  /** The group that was closed last, from its `(` to the token after its `)`. */
  #group = { start: -1, end: -1 }
  #redundantParentheses = false

  constructor(text: string, kind: ExpressionKind) {
    this.kind = kind
    this.#text = text
    this.#tokens = tokenize(text, kind)
  }

  /** The token that is read next, or one after it. */
  peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)
    if (token === undefined) throw new Error('tokenize gave no end token')
    return token
  }

  next(): Token {
    const token = this.peek()
    this.#at += 1
    return token
  }

  /** Reads the next token where it is of that kind. */
  accept(kind: TokenKind): Token | undefined {
    return this.peek().kind === kind ? this.next() : undefined
  }

  /** @throws ValidationException where the next token is of another kind */
  expect(kind: TokenKind): Token {
    return this.accept(kind) ?? this.fail()
  }

  /** One and more of something, with commas between. */
  list<T>(read: () => T): T[] {
    const all = [read()]
    while (this.accept(',')) all.push(read())
    return all
  }

  /**
   * What stands between `(` and `)`.
   *
   * @throws ValidationException where they are nested deeper than any valid expression's
   */
  inParentheses<T>(read: () => T): T {
    this.expect('(')
    this.#depth += 1
    if (this.#depth > DEEPEST) throw redundantParentheses(this.kind)
    const result = read()
    this.#depth -= 1
    this.expect(')')
    return result
  }

  /** As {@link inParentheses}, of those that only group: `((a))` is noted for {@link refuseRedundantParentheses}. */
  inGroup<T>(read: () => T): T {
    const start = this.#at
    const result = this.inParentheses(read)
    if (this.#group.start === start + 1 && this.#group.end === this.#at - 1) this.#redundantParentheses = true
    this.#group = { start, end: this.#at }
    return result
  }

  /**
   * DynamoDB refuses `((a))`, as soon as the text so far tells what it is: an operand or a condition. Until then a syntax error comes first.
   *
   * @throws ValidationException where there were such parentheses
   */
  refuseRedundantParentheses(): void {
    if (this.#redundantParentheses) throw redundantParentheses(this.kind)
  }

  /** A syntax error at the next token, in DynamoDB's words: with the tokens around it. */
  fail(): never {
    const wrong = this.peek()
    const from = this.#at === 0 ? 0 : (this.#tokens[this.#at - 1]?.start ?? 0)
    const after = this.peek(1)
    const to = wrong.kind === 'end' || after.kind === 'end' ? this.#text.length : after.start + after.text.length
    throw invalidExpression(this.kind, `Syntax error; token: "${wrong.text}", near: "${this.#text.slice(from, to)}"`)
  }
}

function redundantParentheses(kind: ExpressionKind): Error {
  return invalidExpression(kind, 'The expression has redundant parentheses;')
}
