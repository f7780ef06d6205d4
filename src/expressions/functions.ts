// The functions of the expression language: where each may stand and how many operands it takes.

export type FunctionName =
  'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains' | 'size' | 'if_not_exists' | 'list_append'

interface FunctionRow {
  /** The expressions that have it: conditions (key conditions and filters too) or updates. */
  readonly belongs: 'condition' | 'update'
  /** What it stands for: a condition by itself, any operand, or nothing but the whole right side of SET. */
  readonly stands: 'condition' | 'operand' | 'assigned'
  readonly operands: 1 | 2
}

const FUNCTIONS: Readonly<Record<FunctionName, FunctionRow>> = {
  attribute_exists: { belongs: 'condition', stands: 'condition', operands: 1 },
  attribute_not_exists: { belongs: 'condition', stands: 'condition', operands: 1 },
  attribute_type: { belongs: 'condition', stands: 'condition', operands: 2 },
  begins_with: { belongs: 'condition', stands: 'condition', operands: 2 },
  contains: { belongs: 'condition', stands: 'condition', operands: 2 },
  size: { belongs: 'condition', stands: 'operand', operands: 1 },
  if_not_exists: { belongs: 'update', stands: 'operand', operands: 2 },
  list_append: { belongs: 'update', stands: 'assigned', operands: 2 },
}

/** @returns undefined for a name that is no function's; their names are lower case */
export function functionRow(name: string): FunctionRow | undefined {
  return isFunction(name) ? FUNCTIONS[name] : undefined
}

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name)
}
