// Applies an update to an item, as DynamoDB would: every operand is read from the item before, and list indexes are those before, too.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { getOwn, setOwn, type Item } from '../items.js'
import { bytesKey, numberKey } from './compare-values.js'
import { valueAt } from './item-at.js'
import { addNumbers, subtractNumbers } from './number-arithmetic.js'
import type { SetOperand } from './operands.js'
import type { DocumentPath } from './paths.js'
import type { SetValue, Update } from './update.js'
import { validationException } from './validation-exception.js'

/** What the operators and functions of an update do, a row each; see `ConditionOperators`. */
export interface UpdateOperators {
  readonly '+': BinaryOperator
  readonly '-': BinaryOperator
  readonly list_append: BinaryOperator
  readonly if_not_exists: (value: AttributeValue | undefined, fallback: AttributeValue) => AttributeValue
  /** Undefined, from ADD and DELETE: the value is to go. */
  readonly ADD: (value: AttributeValue | undefined, operand: AttributeValue) => AttributeValue | undefined
  readonly DELETE: (value: AttributeValue | undefined, operand: AttributeValue) => AttributeValue | undefined
}

/** Undefined: a path that leads nowhere. */
export type BinaryOperator = (first: AttributeValue | undefined, second: AttributeValue | undefined) => AttributeValue

export const UPDATE_OPERATORS: UpdateOperators = {
  '+': (left, right) => ({ N: addNumbers(numberOf(left), numberOf(right)) }),
  '-': (left, right) => ({ N: subtractNumbers(numberOf(left), numberOf(right)) }),
  list_append: (first, second) => ({ L: [...listOf(first), ...listOf(second)] }),
  if_not_exists: (value, fallback) => value ?? fallback,
  ADD: addTo,
  DELETE: deleteFrom,
}

export interface UpdatedItem {
  readonly item: Item
  /** Top-level attributes that an action named, whether or not their values are other ones now. */
  readonly touched: ReadonlySet<string>
  /**
   * The paths of all actions. `projectItem(before, paths)` is UPDATED_OLD and `projectItem(item, paths)` UPDATED_NEW, as DynamoDB's guide
   * shows them; DynamoDB Local answers with the whole top-level attributes instead.
   */
  readonly paths: readonly DocumentPath[]
}

/**
 * @param item - as it was before; where there is no item yet, its primary key
 * @param operators - for tests
 * @returns a new item; what does not change is the same objects as in `item`
 * @throws ValidationException as DynamoDB, for a missing operand, an operand of the wrong type, a path that leads nowhere, a number that
 * can't be stored, and for a result that is nested too deeply
 */
export function applyUpdate(update: Update, item: Readonly<Item>, operators: UpdateOperators = UPDATE_OPERATORS): UpdatedItem {
  const root: Edits = new Map()
  const paths: DocumentPath[] = []
  const plan = (path: DocumentPath, change: Change) => {
    paths.push(path)
    addEdit(root, path, change)
  }
  for (const { path, value } of update.set) {
    plan(path, { to: () => setValue(value, item, operators) })
  }
  for (const path of update.remove) plan(path, { to: () => undefined })
  for (const { path, operand } of update.add) plan(path, { to: (before) => operators.ADD(before, operand.value) })
  for (const { path, operand } of update.delete) plan(path, { to: (before) => operators.DELETE(before, operand.value) })
  const touched = new Set(paths.map(([name]) => name))
  const after = editMap(item, root)
  for (const name of touched) assertNesting(getOwn(after, name))
  return { item: after, touched, paths }
}

/** From what was at a path to what is to be there; undefined is nothing. */
interface Change {
  readonly to: (before: AttributeValue | undefined) => AttributeValue | undefined
}

/** What happens to the members of a map or a list. */
type Edits = Map<string | number, Edits | Change>

/** No path lies inside another one, so on the way there are edits only. */
function addEdit(root: Edits, path: DocumentPath, change: Change): void {
  let edits = root
  for (const step of path.slice(0, -1)) {
    const known = edits.get(step)
    const next: Edits = known instanceof Map ? known : new Map<string | number, Edits | Change>()
    edits.set(step, next)
    edits = next
  }
  edits.set(path.at(-1) ?? path[0], change)
}

function editMap(map: Readonly<Item>, edits: Edits): Item {
  const result: Item = {}
  for (const [key, value] of Object.entries(map)) {
    if (!edits.has(key)) setOwn(result, key, value)
  }
  for (const [key, edit] of edits) {
    if (typeof key !== 'string') throw invalidPath()
    const value = editValue(getOwn(map, key), edit)
    if (value !== undefined) setOwn(result, key, value)
  }
  return result
}

/** What is set beyond the end is appended, in the order of the indexes; what is removed leaves no gap. */
function editList(list: readonly AttributeValue[], edits: Edits): AttributeValue[] {
  const indexes = Array.from(edits.keys(), (step) => (typeof step === 'number' ? step : invalidIndex()))
  const beyond = indexes.filter((index) => index >= list.length).toSorted((a, b) => a - b)
  const edited = [...list.keys(), ...beyond].map((index) => {
    const edit = edits.get(index)
    return edit === undefined ? list[index] : editValue(list[index], edit)
  })
  return edited.filter((member) => member !== undefined)
}

function editValue(before: AttributeValue | undefined, edit: Edits | Change): AttributeValue | undefined {
  if (!(edit instanceof Map)) return edit.to(before)
  if (before?.M !== undefined) return { M: editMap(before.M, edit) }
  if (before?.L !== undefined) return { L: editList(before.L, edit) }
  throw invalidPath()
}

function invalidPath(): Error {
  return validationException('The document path provided in the update expression is invalid for update')
}

function invalidIndex(): never {
  throw invalidPath()
}

function setValue(value: SetValue, item: Readonly<Item>, operators: UpdateOperators): AttributeValue {
  const valueOf = (operand: SetOperand) => operandValue(operand, item, operators)
  switch (value.kind) {
    case 'arithmetic':
      return operators[value.operator](valueOf(value.left), valueOf(value.right))
    case 'list_append':
      return operators.list_append(valueOf(value.first), valueOf(value.second))
    default:
      return valueOf(value) ?? missing()
  }
}

/** DynamoDB Local evaluates what is in `if_not_exists(…, …)` wholly: its second operand has to exist even where the first does. */
function operandValue(operand: SetOperand, item: Readonly<Item>, operators: UpdateOperators): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value
    case 'path':
      return valueAt(item, operand.path)
    case 'if_not_exists':
      return operators.if_not_exists(valueAt(item, operand.path), operandValue(operand.fallback, item, operators) ?? missing())
  }
}

function missing(): never {
  throw validationException('The provided expression refers to an attribute that does not exist in the item')
}

function numberOf(value: AttributeValue | undefined): string {
  return (value ?? missing()).N ?? incorrectType()
}

function listOf(value: AttributeValue | undefined): readonly AttributeValue[] {
  return (value ?? missing()).L ?? incorrectType()
}

function incorrectType(): never {
  throw validationException('An operand in the update expression has an incorrect data type')
}

/** Numbers are added, sets united; what is not there yet counts as zero, or as the empty set. */
function addTo(value: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (operand.N !== undefined) return { N: addNumbers(value === undefined ? '0' : numberOf(value), operand.N) }
  if (value === undefined) return operand
  return combineSets(value, operand, (members, others, keyOf) => [...members, ...without(others, members, keyOf)])
}

/** There are no empty sets: with its last member a set goes. */
function deleteFrom(value: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (value === undefined) return undefined
  const left = combineSets(value, operand, without)
  return (left.SS ?? left.NS ?? left.BS)?.length === 0 ? undefined : left
}

type Combine = <T>(members: readonly T[], others: readonly T[], keyOf: (member: T) => string) => T[]

function combineSets(value: AttributeValue, operand: AttributeValue, combine: Combine): AttributeValue {
  if (value.SS !== undefined && operand.SS !== undefined) return { SS: combine(value.SS, operand.SS, (text) => text) }
  if (value.NS !== undefined && operand.NS !== undefined) return { NS: combine(value.NS, operand.NS, numberKey) }
  if (value.BS !== undefined && operand.BS !== undefined) return { BS: combine(value.BS, operand.BS, bytesKey) }
  return incorrectType()
}

function without<T>(members: readonly T[], others: readonly T[], keyOf: (member: T) => string): T[] {
  const keys = new Set(others.map(keyOf))
  return members.filter((member) => !keys.has(keyOf(member)))
}

/** DynamoDB's limit: "Limits, Nested attribute depth" in its developer guide. A value of no members is one level. */
const DEEPEST = 32

function assertNesting(value: AttributeValue | undefined, levels = 1): void {
  if (levels > DEEPEST) throw validationException('Nesting Levels have exceeded supported limits')
  for (const member of value?.L ?? Object.values(value?.M ?? {})) assertNesting(member, levels + 1)
}
