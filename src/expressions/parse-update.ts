// Reads an UpdateExpression, and refuses the ones that DynamoDB refuses whatever the item is.
import { longTypeName, typeLetter, type TypeLetter } from './attribute-type.js'
import { assertDistinct, assertIsPath, assertTypes, resolveOperand, type SetOperand, type ValueOperand } from './operands.js'
import { OperatorCount } from './operator-count.js'
import { resolveDistinctPaths, type DocumentPath } from './paths.js'
import { PlaceholderReader, type Placeholders, type PlaceholderUse } from './placeholders.js'
import { TokenReader } from './token-reader.js'
import type { SetAction, SetElementsAction, SetValue, Update } from './update.js'
import { invalidExpression } from './validation-exception.js'
import { assertOperandCount, type WrittenCall, type WrittenOperand } from './written-operand.js'
import { readWrittenUpdate, type WrittenSetValue } from './written-update.js'

const KIND = 'UpdateExpression'

export interface ParsedUpdate extends PlaceholderUse {
  readonly update: Update
}

/**
 * @param text - the UpdateExpression
 * @throws ValidationException with DynamoDB's message for whatever DynamoDB would refuse without knowing the table or the item, but for
 * unused placeholders: a request's other expressions may use them
 */
export function parseUpdate(text: string, placeholders: Placeholders): ParsedUpdate {
  const actions = readWrittenUpdate(new TokenReader(text, KIND))
  const resolver = new PlaceholderReader(placeholders, KIND)
  const paths = resolveDistinctPaths(
    actions.map(({ path }) => path),
    resolver,
  )
  const values = new UpdateResolver(resolver)
  const set: SetAction[] = []
  const remove: DocumentPath[] = []
  const add: SetElementsAction[] = []
  const deleted: SetElementsAction[] = []
  // From the last to the first, as the paths.
  for (const [at, path] of Array.from(paths.entries()).toReversed()) {
    const action = actions[at]
    if (action?.section === 'SET') set.unshift({ path, value: values.setValue(action.value) })
    if (action?.section === 'REMOVE') remove.unshift(path)
    if (action?.section === 'ADD') add.unshift({ path, operand: elements('ADD', action.placeholder.text, resolver) })
    if (action?.section === 'DELETE') deleted.unshift({ path, operand: elements('DELETE', action.placeholder.text, resolver) })
  }
  return { update: { set, remove, add, delete: deleted }, usedNames: resolver.usedNames, usedValues: resolver.usedValues }
}

const ELEMENT_TYPES: Readonly<Record<'ADD' | 'DELETE', readonly TypeLetter[]>> = {
  ADD: ['N', 'SS', 'NS', 'BS'],
  DELETE: ['SS', 'NS', 'BS'],
}

function elements(section: 'ADD' | 'DELETE', placeholder: string, resolver: PlaceholderReader): ValueOperand {
  const value = resolver.value(placeholder)
  const type = typeLetter(value)
  if (type !== undefined && !ELEMENT_TYPES[section].includes(type)) {
    const operand = `operator: ${section}, operand type: ${longTypeName(type)}, typeSet: ALLOWED_FOR_${section}_OPERAND`
    throw invalidExpression(KIND, `Incorrect operand type for operator or function; ${operand}`)
  }
  return { kind: 'value', value, placeholder }
}

/** Looks up placeholders from left to right, checks each operator when its operands are known, and counts the operators. */
class UpdateResolver {
  readonly #placeholders: PlaceholderReader
  readonly #operators = new OperatorCount(KIND)

  constructor(placeholders: PlaceholderReader) {
    this.#placeholders = placeholders
  }

  setValue(written: WrittenSetValue): SetValue {
    if (written.kind === 'arithmetic') {
      const [left, right] = [this.#operand(written.left), this.#operand(written.right)]
      this.#operators.add()
      assertTypes(written.operator, [left, right], ['N'], KIND)
      return { kind: 'arithmetic', operator: written.operator, left, right }
    }
    if (written.kind !== 'call' || written.name.text !== 'list_append') return this.#operand(written)
    const [first, second] = this.#callOperands(written)
    assertTypes('list_append', [first, second], ['L'], KIND)
    return { kind: 'list_append', first, second }
  }

  #operand(written: WrittenOperand): SetOperand {
    if (written.kind !== 'call') return resolveOperand(written, this.#placeholders)
    const [operand, fallback] = this.#callOperands(written)
    assertIsPath('if_not_exists', operand, KIND)
    assertDistinct('if_not_exists', [operand, fallback], KIND)
    return { kind: 'if_not_exists', path: operand.path, fallback }
  }

  /** Both functions of an update have two. */
  #callOperands(written: WrittenCall): readonly [SetOperand, SetOperand] {
    const [first, second] = written.operands.map((operand) => this.#operand(operand))
    assertOperandCount(written, KIND)
    if (first === undefined || second === undefined) throw new Error('assertOperandCount has counted two')
    this.#operators.add()
    return [first, second]
  }
}
