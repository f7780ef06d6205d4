// Which of an item's attributes a condition or an update touches. What is inside an attribute counts as the attribute.
import type { Condition } from './condition.js'
import type { Operand } from './operands.js'
import type { SetValue, Update } from './update.js'

/** `existence`: only whether the attribute is there, which does not depend on its value. */
export interface AttributeRead {
  readonly name: string
  readonly how: 'existence' | 'value'
}

/**
 * One row for each attribute; `value` where both ways occur. `attribute_exists(a.b)` looks inside `a`, so it reads its value.
 *
 * @returns the attributes in the order in which they first occur
 */
export function attributesRead(condition: Condition): readonly AttributeRead[] {
  const found = new Map<string, 'existence' | 'value'>()
  collect(condition, (name, how) => found.set(name, found.get(name) === 'value' ? 'value' : how))
  return Array.from(found, ([name, how]) => ({ name, how }))
}

function collect(condition: Condition, add: (name: string, how: 'existence' | 'value') => void): void {
  const addOperands = (...operands: readonly Operand[]) => {
    for (const operand of operands) addOperand(operand, (name) => add(name, 'value'))
  }
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const inner of condition.conditions) collect(inner, add)
      return
    case 'not':
      collect(condition.condition, add)
      return
    case 'compare':
      addOperands(condition.left, condition.right)
      return
    case 'between':
      addOperands(condition.operand, condition.low, condition.high)
      return
    case 'in':
      addOperands(condition.operand, ...condition.options)
      return
    case 'attribute_exists':
    case 'attribute_not_exists':
      add(condition.path[0], condition.path.length === 1 ? 'existence' : 'value')
      return
    case 'attribute_type':
    case 'begins_with':
    case 'contains':
      addOperands(condition.operand, condition.argument)
  }
}

function addOperand(operand: Operand, add: (name: string) => void): void {
  switch (operand.kind) {
    case 'path':
      add(operand.path[0])
      return
    case 'size':
      addOperand(operand.operand, add)
      return
    case 'if_not_exists':
      add(operand.path[0])
      addOperand(operand.fallback, add)
      return
    case 'value':
  }
}

export interface UpdatedAttributes {
  /** What SET, REMOVE, ADD and DELETE change, wholly or in part. */
  readonly written: ReadonlySet<string>
  /**
   * Whose values the result depends on: operands of SET, what ADD and DELETE change, and what an action changes in part, since the rest
   * of it stays.
   */
  readonly read: ReadonlySet<string>
}

export function attributesOfUpdate(update: Update): UpdatedAttributes {
  const written = new Set<string>()
  const read = new Set<string>()
  const paths = [...update.set.map(({ path }) => path), ...update.remove]
  for (const [name, ...rest] of paths) {
    written.add(name)
    if (rest.length > 0) read.add(name)
  }
  for (const { path } of [...update.add, ...update.delete]) {
    written.add(path[0])
    read.add(path[0])
  }
  for (const { value } of update.set) {
    for (const operand of operandsOf(value)) addOperand(operand, (name) => read.add(name))
  }
  return { written, read }
}

function operandsOf(value: SetValue): readonly Operand[] {
  switch (value.kind) {
    case 'arithmetic':
      return [value.left, value.right]
    case 'list_append':
      return [value.first, value.second]
    default:
      return [value]
  }
}
