// Counts the operators and functions of an expression against DynamoDB's limit.
import { invalidExpression, type ExpressionKind } from './validation-exception.js'

/** DynamoDB's limits: "Limits, Expression parameters" in its developer guide. */
const MOST = 300

export class OperatorCount {
  readonly #kind: ExpressionKind
  #count = 0

  constructor(kind: ExpressionKind) {
    this.#kind = kind
  }

  /** @throws ValidationException for one operator or function more than 300 */
  add(): void {
    this.#count += 1
    if (this.#count <= MOST) return
    throw invalidExpression(this.#kind, `The expression contains too many operators; operator count: ${String(this.#count)}`)
  }
}
