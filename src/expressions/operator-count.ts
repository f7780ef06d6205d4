// Counts the operators and functions of an expression against DynamoDB's limit.
import { MOST_OPERATORS } from './limits.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'

export class OperatorCount {
  readonly #kind: ExpressionKind
  #count = 0

  constructor(kind: ExpressionKind) {
    this.#kind = kind
  }

  /** @throws ValidationException for one operator or function more than 300 */
  add(): void {
    this.#count += 1
    if (this.#count <= MOST_OPERATORS) return
    throw invalidExpression(this.#kind, `The expression contains too many operators; operator count: ${String(this.#count)}`)
  }
}
