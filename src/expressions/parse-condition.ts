// Reads a condition, and refuses the conditions that DynamoDB refuses whatever the item is.
import { TYPE_LETTERS, typeLetter, type TypeLetter } from './attribute-type.js'
import { compareScalars } from './compare-values.js'
import type { Comparator, Condition } from './condition.js'
import { assertKeyCondition } from './key-condition.js'
import { OperatorCount } from './operator-count.js'
import { assertDistinct, assertIsPath, assertTypes, incorrectType, knownType, resolveOperand, type ConditionOperand } from './operands.js'
import { PlaceholderReader, type Placeholders, type PlaceholderUse } from './placeholders.js'
import { TokenReader } from './token-reader.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'
import { assertConditionWords, readWrittenCondition, type WrittenCondition } from './written-condition.js'
import { assertOperandCount, type WrittenCall, type WrittenOperand } from './written-operand.js'

export type ConditionKind = 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression'

export interface ParsedCondition extends PlaceholderUse {
  readonly condition: Condition
}

/**
 * @param text - the expression
 * @param kind - the parameter that it came in, for the messages; a key condition may use fewer operators
 * @throws ValidationException with DynamoDB's message for whatever DynamoDB would refuse without knowing the table, but for unused
 * placeholders: a request's other expressions may use them
 */
export function parseCondition(text: string, placeholders: Placeholders, kind: ConditionKind): ParsedCondition {
  const written = readWrittenCondition(new TokenReader(text, kind))
  assertConditionWords(written, kind)
  const resolver = new PlaceholderReader(placeholders, kind)
  const condition = new ConditionResolver(resolver).condition(written)
  if (kind === 'KeyConditionExpression') assertKeyCondition(condition)
  return { condition, usedNames: resolver.usedNames, usedValues: resolver.usedValues }
}

/** DynamoDB's limits: "Limits, Expression parameters" in its developer guide. */
const MOST_OPTIONS = 100

const ORDERED: readonly TypeLetter[] = ['S', 'N', 'B']
const SIZED: readonly TypeLetter[] = ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']
const PREFIXED: readonly TypeLetter[] = ['S', 'B']
// A path may have any type. DynamoDB Local lists the types that its engine knows, in no fixed order.
const ANY_TYPE = `{${TYPE_LETTERS.join(',')}}`

/** Looks up placeholders from left to right, checks each operator when its operands are known, and counts the operators. */
class ConditionResolver {
  readonly #placeholders: PlaceholderReader
  readonly #kind: ExpressionKind
  readonly #operators: OperatorCount

  constructor(placeholders: PlaceholderReader) {
    this.#placeholders = placeholders
    this.#kind = placeholders.kind
    this.#operators = new OperatorCount(placeholders.kind)
  }

  condition(written: WrittenCondition): Condition {
    switch (written.kind) {
      case 'and':
      case 'or':
        return { kind: written.kind, conditions: written.conditions.map((inner, at) => this.#joined(inner, at)) }
      case 'not': {
        const condition = this.condition(written.condition)
        this.#operators.add()
        return { kind: 'not', condition }
      }
      case 'compare':
        return this.#compare(written.operator, this.#operand(written.left), this.#operand(written.right))
      case 'between':
        return this.#between(this.#operand(written.operand), this.#operand(written.low), this.#operand(written.high))
      case 'in':
        return this.#in(
          this.#operand(written.operand),
          written.options.map((option) => this.#operand(option)),
        )
      case 'call':
        return this.#call(written)
    }
  }

  #joined(written: WrittenCondition, at: number): Condition {
    const condition = this.condition(written)
    if (at > 0) this.#operators.add()
    return condition
  }

  #operand(written: WrittenOperand): ConditionOperand {
    if (written.kind !== 'call') return resolveOperand(written, this.#placeholders)
    const [operand] = this.#callOperands(written)
    this.#operators.add()
    const { text: name } = written.name
    if (operand === undefined || operand.kind === 'size') throw incorrectType(name, 'N', this.#kind)
    assertTypes(name, [operand], SIZED, this.#kind)
    return { kind: 'size', operand }
  }

  #callOperands(written: WrittenCall): readonly ConditionOperand[] {
    const operands = written.operands.map((operand) => this.#operand(operand))
    assertOperandCount(written, this.#kind)
    return operands
  }

  #call(written: WrittenCall): Condition {
    const { text: name } = written.name
    const operands = this.#callOperands(written)
    this.#operators.add()
    const [operand, argument] = operands
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      assertIsPath(name, operand, this.#kind)
      return { kind: name, path: operand.path }
    }
    assertDistinct(name, operands, this.#kind)
    if (operand === undefined || argument === undefined) throw new Error(`${name} is checked to have two operands`)
    switch (name) {
      case 'begins_with':
        assertTypes(name, operands, PREFIXED, this.#kind)
        return { kind: name, operand, argument }
      case 'attribute_type':
        assertTypeName(argument, this.#kind)
        return { kind: name, operand, argument }
      case 'contains':
        return { kind: name, operand, argument }
      default:
        throw new Error(`${name} stands for no condition`)
    }
  }

  #compare(operator: Comparator, left: ConditionOperand, right: ConditionOperand): Condition {
    this.#operators.add()
    assertDistinct(operator, [left, right], this.#kind)
    if (operator !== '=' && operator !== '<>') assertTypes(operator, [left, right], ORDERED, this.#kind)
    return { kind: 'compare', operator, left, right }
  }

  #between(operand: ConditionOperand, low: ConditionOperand, high: ConditionOperand): Condition {
    this.#operators.add()
    assertTypes('BETWEEN', [operand, low, high], ORDERED, this.#kind)
    assertDistinct('BETWEEN', [operand, low, high], this.#kind)
    assertBounds(low, high, this.#kind)
    return { kind: 'between', operand, low, high }
  }

  #in(operand: ConditionOperand, options: readonly ConditionOperand[]): Condition {
    this.#operators.add()
    assertDistinct('IN', [operand, ...options], this.#kind)
    if (options.length > MOST_OPTIONS) {
      const problem = 'The IN operator is provided with too many operands'
      throw invalidExpression(this.#kind, `${problem}; number of operands: ${String(options.length)}`)
    }
    return { kind: 'in', operand, options }
  }
}

/** The second operand of attribute_type has to be a value that names a type: it is known before any item is. */
function assertTypeName(argument: ConditionOperand, kind: ExpressionKind): void {
  if (argument.kind !== 'value') throw incorrectType('attribute_type', knownType(argument) ?? ANY_TYPE, kind)
  assertTypes('attribute_type', [argument], ['S'], kind)
  const named = argument.value.S
  if (TYPE_LETTERS.some((letter) => letter === named)) return
  // DynamoDB quotes what was given. It is a value, so it is not quoted here.
  throw invalidExpression(kind, `Invalid attribute type name found; valid types: {${TYPE_LETTERS.join(',')}}`)
}

/** Bounds that are both values are compared before any item is. DynamoDB's message quotes the two, this one their types alone. */
function assertBounds(low: ConditionOperand, high: ConditionOperand, kind: ExpressionKind): void {
  if (low.kind !== 'value' || high.kind !== 'value') return
  const types = [low, high].map(({ value }) => typeLetter(value) ?? '')
  const bounds = `lower bound operand: AttributeValue: {${String(types[0])}}, upper bound operand: AttributeValue: {${String(types[1])}}`
  if (types[0] !== types[1]) {
    throw invalidExpression(kind, `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`)
  }
  if ((compareScalars(low.value, high.value) ?? 0) > 0) {
    const problem = 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound'
    throw invalidExpression(kind, `${problem}; ${bounds}`)
  }
}
