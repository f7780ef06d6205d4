// A condition as a tree: what a ConditionExpression, a FilterExpression and a KeyConditionExpression say.
import type { DocumentPath } from './paths.js'
import type { ConditionOperand } from './operands.js'

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: ConditionOperand; readonly right: ConditionOperand }
  | { readonly kind: 'between'; readonly operand: ConditionOperand; readonly low: ConditionOperand; readonly high: ConditionOperand }
  | { readonly kind: 'in'; readonly operand: ConditionOperand; readonly options: readonly ConditionOperand[] }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly path: DocumentPath }
  | {
      readonly kind: 'attribute_type' | 'begins_with' | 'contains'
      readonly operand: ConditionOperand
      readonly argument: ConditionOperand
    }
