// Writes expressions that are sent in the place of the caller's, with placeholders of its own for every name and value.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../items.js'
import type { Condition } from './condition.js'
import { LONGEST_EXPRESSION, MOST_OPERATORS } from './limits.js'
import type { ConditionOperand, Operand } from './operands.js'
import type { DocumentPath } from './paths.js'
import type { SetAction, SetValue, Update } from './update.js'

/** Parameters of a request, as far as they have to do with expressions. */
export interface WrittenPlaceholders {
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: Item
}

/** Parameters of a request that is to be done on a condition. */
export interface WrittenCondition extends WrittenPlaceholders {
  readonly ConditionExpression: string
}

/** For a request that has no other expression. */
export function writtenCondition(condition: Condition): WrittenCondition {
  const writer = new ExpressionWriter()
  const ConditionExpression = writer.condition(condition)
  return { ConditionExpression, ...writer.placeholders }
}

/** SET of a value that is known. */
export function assignment(path: DocumentPath, value: AttributeValue): SetAction {
  return { path, value: { kind: 'value', value, placeholder: '' } }
}

/** Placeholders are as short as can be: an expression has at most 4096 characters. */
export class ExpressionWriter {
  readonly #names = new Map<string, string>()
  readonly #values: AttributeValue[] = []
  #operators = 0

  /** Operators and functions so far, as DynamoDB counts them against its limit of 300. */
  get operatorCount(): number {
    return this.#operators
  }

  /** Whether DynamoDB would take a request with these expressions, which are all that was written. */
  fits(...expressions: readonly string[]): boolean {
    return expressions.every(({ length }) => length <= LONGEST_EXPRESSION) && this.#operators <= MOST_OPERATORS
  }

  /** The placeholders of all that was written, for the request. */
  get placeholders(): WrittenPlaceholders {
    const values = this.#values.map((value, at): [string, AttributeValue] => [`:${String(at)}`, value])
    return {
      ...(this.#names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries(Array.from(this.#names, ([name, placeholder]) => [placeholder, name])),
      }),
      ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
    }
  }

  condition(condition: Condition): string {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return this.#joined(condition.kind, condition.conditions)
      case 'not':
        this.#operators++
        return `NOT ${this.#inParentheses(condition.condition, ['and', 'or'])}`
      case 'compare':
        this.#operators++
        return `${this.#operand(condition.left)} ${condition.operator} ${this.#operand(condition.right)}`
      case 'between':
        this.#operators++
        return `${this.#operand(condition.operand)} BETWEEN ${this.#operand(condition.low)} AND ${this.#operand(condition.high)}`
      case 'in':
        this.#operators++
        return `${this.#operand(condition.operand)} IN (${condition.options.map((option) => this.#operand(option)).join(',')})`
      case 'attribute_exists':
      case 'attribute_not_exists':
        this.#operators++
        return `${condition.kind}(${this.#path(condition.path)})`
      case 'attribute_type':
      case 'begins_with':
      case 'contains':
        this.#operators++
        return `${condition.kind}(${this.#operand(condition.operand)},${this.#operand(condition.argument)})`
    }
  }

  /** @returns undefined where there is nothing to do */
  update({ set, remove, add, delete: deleted }: Update): string | undefined {
    const clauses = [
      this.#clause('SET', set, ({ path, value }) => `${this.#path(path)}=${this.#setValue(value)}`),
      this.#clause('REMOVE', remove, (path) => this.#path(path)),
      this.#clause('ADD', add, ({ path, operand }) => `${this.#path(path)} ${this.#operand(operand)}`),
      this.#clause('DELETE', deleted, ({ path, operand }) => `${this.#path(path)} ${this.#operand(operand)}`),
    ].filter((clause) => clause !== '')
    return clauses.length === 0 ? undefined : clauses.join(' ')
  }

  #clause<T>(word: string, actions: readonly T[], write: (action: T) => string): string {
    return actions.length === 0 ? '' : `${word} ${actions.map(write).join(',')}`
  }

  #joined(kind: 'and' | 'or', conditions: readonly Condition[]): string {
    this.#operators += conditions.length - 1
    const [only] = conditions
    if (only !== undefined && conditions.length === 1) return this.condition(only)
    return conditions.map((inner) => this.#inParentheses(inner, kind === 'and' ? ['or'] : [])).join(` ${kind.toUpperCase()} `)
  }

  /** Only where they are needed: DynamoDB refuses parentheses directly inside parentheses. */
  #inParentheses(condition: Condition, kinds: readonly Condition['kind'][]): string {
    const inner = unwrapped(condition)
    return kinds.includes(inner.kind) ? `(${this.condition(inner)})` : this.condition(inner)
  }

  #setValue(value: SetValue): string {
    if (value.kind === 'arithmetic') {
      this.#operators++
      return `${this.#operand(value.left)} ${value.operator} ${this.#operand(value.right)}`
    }
    if (value.kind !== 'list_append') return this.#operand(value)
    this.#operators++
    return `list_append(${this.#operand(value.first)},${this.#operand(value.second)})`
  }

  #operand(operand: Operand | ConditionOperand): string {
    switch (operand.kind) {
      case 'path':
        return this.#path(operand.path)
      case 'value':
        return `:${String(this.#values.push(operand.value) - 1)}`
      case 'size':
        this.#operators++
        return `size(${this.#operand(operand.operand)})`
      case 'if_not_exists':
        this.#operators++
        return `if_not_exists(${this.#path(operand.path)},${this.#operand(operand.fallback)})`
    }
  }

  #path([attribute, ...rest]: DocumentPath): string {
    return this.#name(attribute) + rest.map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${this.#name(step)}`)).join('')
  }

  #name(name: string): string {
    let placeholder = this.#names.get(name)
    if (placeholder === undefined) {
      placeholder = `#${String(this.#names.size)}`
      this.#names.set(name, placeholder)
    }
    return placeholder
  }
}

/** `and` and `or` of one condition are that condition. */
function unwrapped(condition: Condition): Condition {
  if (condition.kind !== 'and' && condition.kind !== 'or') return condition
  const [only] = condition.conditions
  return only !== undefined && condition.conditions.length === 1 ? unwrapped(only) : condition
}
