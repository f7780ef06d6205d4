// An update as lists of actions: what an UpdateExpression says.
import type { SetOperand, ValueOperand } from './operands.js'
import type { DocumentPath } from './paths.js'

/** No path of an update lies inside another one. */
export interface Update {
  readonly set: readonly SetAction[]
  readonly remove: readonly DocumentPath[]
  readonly add: readonly SetElementsAction[]
  readonly delete: readonly SetElementsAction[]
}

export interface SetAction {
  readonly path: DocumentPath
  readonly value: SetValue
}

/** The right side of SET. */
export type SetValue =
  | SetOperand
  | { readonly kind: 'arithmetic'; readonly operator: '+' | '-'; readonly left: SetOperand; readonly right: SetOperand }
  | { readonly kind: 'list_append'; readonly first: SetOperand; readonly second: SetOperand }

/** ADD and DELETE: elements of a set; ADD adds numbers, too. */
export interface SetElementsAction {
  readonly path: DocumentPath
  readonly operand: ValueOperand
}
