// The parameters from before expressions, as the trees that expressions are parsed to: "Legacy conditional parameters" in DynamoDB's
// developer guide. The words of the errors are DynamoDB Local's, without values.
import type {
  AttributeValue,
  AttributeValueUpdate,
  ConditionalOperator,
  ExpectedAttributeValue,
  Condition as LegacyCondition,
} from '@aws-sdk/client-dynamodb'
import { longTypeName, typeLetter, type TypeLetter } from './attribute-type.js'
import type { Condition } from './condition.js'
import { assertLegacyValue, invalidParameters, legacyComparison } from './legacy-comparisons.js'
import type { ValueOperand } from './operands.js'
import type { DocumentPath } from './paths.js'
import type { SetAction, SetElementsAction, Update } from './update.js'
import { validationException } from './validation-exception.js'

/**
 * The condition of Expected.
 *
 * @param operator - ConditionalOperator: AND where there is none
 * @returns undefined for an empty Expected, which says nothing
 * @throws ValidationException as DynamoDB
 */
export function conditionOfExpected(
  expected: Readonly<Record<string, ExpectedAttributeValue>>,
  operator?: ConditionalOperator,
): Condition | undefined {
  return joined(
    Object.entries(expected).map(([name, expectation]) => expectedCondition(assertName(name), expectation)),
    operator,
  )
}

/** As {@link conditionOfExpected}, of QueryFilter, ScanFilter and KeyConditions. */
export function conditionOfFilter(
  filter: Readonly<Record<string, LegacyCondition>>,
  operator?: ConditionalOperator,
): Condition | undefined {
  const conditions = Object.entries(filter).map(([name, { ComparisonOperator, AttributeValueList }]) =>
    legacyComparison(assertName(name), ComparisonOperator, AttributeValueList ?? []),
  )
  return joined(conditions, operator)
}

function joined(conditions: readonly Condition[], operator: ConditionalOperator | undefined): Condition | undefined {
  const [only] = conditions
  if (operator !== undefined && only === undefined) {
    throw validationException('ConditionalOperator cannot be used without Filter or Expected')
  }
  if (operator !== undefined && conditions.length === 1) {
    throw validationException('ConditionalOperator can only be used when Filter or Expected has two or more elements')
  }
  return conditions.length > 1 ? { kind: operator === 'OR' ? 'or' : 'and', conditions } : only
}

function assertName(name: string): string {
  if (name === '') throw validationException('Empty attribute name')
  return name
}

function expectedCondition(name: string, { Value, Exists, ComparisonOperator, AttributeValueList }: ExpectedAttributeValue): Condition {
  const invalid = (problem: string) => invalidParameters(`${problem} for Attribute: ${name}`)
  if (Value !== undefined && AttributeValueList !== undefined) throw invalid('Value and AttributeValueList cannot be used together')
  if (ComparisonOperator !== undefined) {
    if (Exists !== undefined) throw invalid('Exists and ComparisonOperator cannot be used together')
    const values = AttributeValueList ?? (Value === undefined ? undefined : [Value])
    if (values === undefined && !['NULL', 'NOT_NULL'].includes(ComparisonOperator)) {
      throw invalid(`Value or AttributeValueList must be used with ComparisonOperator: ${ComparisonOperator}`)
    }
    return legacyComparison(name, ComparisonOperator, values ?? [])
  }
  if (AttributeValueList !== undefined) throw invalid('AttributeValueList can only be used with a ComparisonOperator')
  if (Exists === false) {
    if (Value !== undefined) throw invalid('Value cannot be used when Exists is false')
    return legacyComparison(name, 'NULL', [])
  }
  if (Value === undefined) throw invalid(`Value must be provided when Exists is ${Exists === undefined ? 'null' : 'true'}`)
  return legacyComparison(name, 'EQ', [Value])
}

const ACTIONS = ['ADD', 'DELETE', 'PUT']
const ELEMENT_TYPES: Readonly<Record<'ADD' | 'DELETE', readonly TypeLetter[]>> = {
  ADD: ['N', 'SS', 'NS', 'BS', 'L'],
  DELETE: ['SS', 'NS', 'BS'],
}

/**
 * The update of AttributeUpdates.
 *
 * ADD of a list appends to one, which no ADD of an expression does: it becomes `SET` with `list_append` and `if_not_exists`.
 *
 * @throws ValidationException as DynamoDB
 */
export function updateOfAttributeUpdates(updates: Readonly<Record<string, AttributeValueUpdate>>): Update {
  const set: SetAction[] = []
  const remove: DocumentPath[] = []
  const add: SetElementsAction[] = []
  const deleted: SetElementsAction[] = []
  for (const [name, { Action = 'PUT', Value }] of Object.entries(updates)) {
    const path: DocumentPath = [assertName(name)]
    if (!ACTIONS.includes(Action)) throw validationException('Member must satisfy enum value set: [ADD, DELETE, PUT]')
    if (Value === undefined) {
      if (Action !== 'DELETE') throw invalidParameters('Only DELETE action is allowed when no attribute value is specified')
      remove.push(path)
      continue
    }
    assertLegacyValue(Value)
    if (Action !== 'PUT') assertElements(Action, Value)
    const operand = literal(Value)
    if (Action === 'PUT') set.push({ path, value: operand })
    else if (Action === 'DELETE') deleted.push({ path, operand })
    else if (Value.L === undefined) add.push({ path, operand })
    else set.push(appending(path, operand))
  }
  return { set, remove, add, delete: deleted }
}

function literal(value: AttributeValue): ValueOperand {
  return { kind: 'value', value, placeholder: '' }
}

function appending(path: DocumentPath, operand: ValueOperand): SetAction {
  const first = { kind: 'if_not_exists', path, fallback: literal({ L: [] }) } as const
  return { path, value: { kind: 'list_append', first, second: operand } }
}

function assertElements(action: 'ADD' | 'DELETE', value: AttributeValue): void {
  const type = typeLetter(value)
  if (type === undefined || ELEMENT_TYPES[action].includes(type)) return
  const what = action === 'ADD' ? 'ADD action is' : 'DELETE action with value is'
  throw invalidParameters(`${what} not supported for the type ${longTypeName(type)}`)
}

/**
 * The paths of AttributesToGet: top-level attributes, whatever characters their names have.
 *
 * @throws ValidationException as DynamoDB
 */
export function pathsOfAttributesToGet(names: readonly string[]): readonly DocumentPath[] {
  if (names.length === 0) throw validationException('AttributesToGet cannot be empty')
  if (new Set(names).size < names.length) throw validationException('Cannot have two attributes with the same name')
  return names.map((name): DocumentPath => [assertName(name)])
}
