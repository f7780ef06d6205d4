// Random updates that DynamoDB can carry out on an item that is there: of the attributes that the scope allows.
import type { AttributeValue, AttributeValueUpdate } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { ExpressionWriter, Path } from './expression-writer.js'
import type { ProgramState } from './program-state.js'
import type { Random } from './random.js'
import { ATTRIBUTES, indexKeys, type TableShape } from './shapes.js'
import { anyValue, valueOf } from './values.js'

type Clause = 'SET' | 'REMOVE' | 'ADD' | 'DELETE'
type Action = readonly [Clause, string]

/** Numbers that no sum leaves DynamoDB's range or its 38 digits with. */
const STEPS = ['1', '-2', '0.5', '10'] as const

export function updateExpression(state: ProgramState, shape: TableShape, key: Item, writer: ExpressionWriter): string {
  const { random } = state
  const item = state.itemAt(shape, key) ?? {}
  const mayUpdate = state.mayUpdate(shape, key)
  const names = ATTRIBUTES.map(({ name }) => name).filter(mayUpdate)
  const chosen = random.some(random.chance(0.75) ? names.filter((name) => item[name] !== undefined) : names, random.between(1, 3))
  const actions = (chosen.length === 0 ? random.some(names, 1) : chosen).map((name) => action(name, item[name], writer, random, names))
  for (const { name, values } of indexKeys(shape)) {
    if (!mayUpdate(name) || random.chance(0.7)) continue
    const value = random.pick(values)
    actions.push(random.chance(0.7) ? ['SET', `${writer.path([name])} = ${writer.value(value)}`] : ['REMOVE', writer.path([name])])
  }
  const clauses: readonly Clause[] = ['SET', 'REMOVE', 'ADD', 'DELETE']
  return random
    .shuffled(clauses)
    .map((clause) => [clause, actions.filter(([other]) => other === clause).map(([, text]) => text)] as const)
    .filter(([, texts]) => texts.length > 0)
    .map(([clause, texts]) => `${random.chance(0.2) ? clause.toLowerCase() : clause} ${texts.join(', ')}`)
    .join(' ')
}

/** @param names - attributes that a SET may read */
function action(
  name: string,
  value: AttributeValue | undefined,
  writer: ExpressionWriter,
  random: Random,
  names: readonly string[],
): Action {
  const path = (...steps: (string | number)[]): string => writer.path([name, ...steps] satisfies Path)
  // The value of an encrypted attribute may not go into one that is stored in plaintext.
  const readable = names.filter((other) => other.startsWith('e') === name.startsWith('e'))
  const always: (() => Action)[] = [
    () => ['SET', `${path()} = ${writer.value(anyValue(random))}`],
    () => ['SET', `${path()} = if_not_exists(${path()}, ${writer.value(anyValue(random))})`],
    () => ['SET', `${path()} = if_not_exists(${writer.path([random.pick(readable)])}, ${writer.value(anyValue(random))})`],
    () => ['REMOVE', path()],
  ]
  const fitting = value === undefined ? onNothing(path, writer, random) : onValue(value, path, writer, random)
  return random.pick(fitting.length > 0 && random.chance(0.7) ? fitting : always)()
}

type PathTo = (...steps: (string | number)[]) => string

function onNothing(path: PathTo, writer: ExpressionWriter, random: Random): (() => Action)[] {
  return [
    () => ['ADD', `${path()} ${writer.value({ N: random.pick(STEPS) })}`],
    () => ['ADD', `${path()} ${writer.value(valueOf('SS', random))}`],
    () => ['DELETE', `${path()} ${writer.value(valueOf('NS', random))}`],
    () => ['SET', `${path()} = if_not_exists(${path()}, ${writer.value({ N: '5' })}) + ${writer.value({ N: '1' })}`],
    () => ['SET', `${path()} = if_not_exists(${path()}, ${writer.value({ N: '5' })}) - ${writer.value({ N: '1' })}`],
    () => ['SET', `${path()} = list_append(if_not_exists(${path()}, ${writer.value({ L: [] })}), ${writer.value(valueOf('L', random))})`],
  ]
}

function onValue(value: AttributeValue, path: PathTo, writer: ExpressionWriter, random: Random): (() => Action)[] {
  if (value.N !== undefined) {
    // Sums of numbers that are far apart would be rounded, or out of range.
    if (!/^[+-]?\d{1,6}(\.\d{1,6})?$/.test(value.N)) return []
    return [
      () => ['SET', `${path()} = ${path()} + ${writer.value({ N: random.pick(STEPS) })}`],
      () => ['SET', `${path()} = ${writer.value({ N: random.pick(STEPS) })} - ${path()}`],
      () => ['ADD', `${path()} ${writer.value({ N: random.pick(STEPS) })}`],
    ]
  }
  if (value.L !== undefined) {
    const appended = () => writer.value(valueOf('L', random))
    const lists: (() => Action)[] = [
      () => ['SET', `${path()} = list_append(${path()}, ${appended()})`],
      () => ['SET', `${path()} = list_append(${appended()}, ${path()})`],
      () => ['SET', `${path(random.below(6))} = ${writer.value(anyValue(random))}`],
      () => ['REMOVE', path(random.below(4))],
      () => ['SET', `${path(random.below(3))} = ${writer.value(anyValue(random))}`],
    ]
    return lists
  }
  if (value.M !== undefined) {
    return [
      () => ['SET', `${path(random.pick(['a', 'b', 'c.d', 'new']))} = ${writer.value(anyValue(random))}`],
      () => ['REMOVE', path(random.pick(['a', 'b', 'absent']))],
    ]
  }
  const type = value.SS === undefined ? (value.NS === undefined ? (value.BS === undefined ? undefined : 'BS') : 'NS') : 'SS'
  if (type === undefined) return []
  return [
    () => ['ADD', `${path()} ${writer.value(valueOf(type, random))}`],
    () => ['DELETE', `${path()} ${writer.value(valueOf(type, random))}`],
    () => ['DELETE', `${path()} ${writer.value(value)}`],
  ]
}

/** The parameter that UpdateExpression replaced. */
export function attributeUpdates(state: ProgramState, shape: TableShape, key: Item): Record<string, AttributeValueUpdate> {
  const { random } = state
  const item = state.itemAt(shape, key) ?? {}
  const names = random.some(ATTRIBUTES.map(({ name }) => name).filter(state.mayUpdate(shape, key)), random.between(1, 3))
  return Object.fromEntries(names.map((name) => [name, random.pick(legacyActions(item[name], random))]))
}

function legacyActions(value: AttributeValue | undefined, random: Random): AttributeValueUpdate[] {
  const always: AttributeValueUpdate[] = [{ Action: 'PUT', Value: anyValue(random) }, { Value: anyValue(random) }, { Action: 'DELETE' }]
  if (value === undefined || (value.N !== undefined && /^[+-]?\d{1,6}(\.\d{1,6})?$/.test(value.N))) {
    always.push({ Action: 'ADD', Value: { N: random.pick(STEPS) } })
  }
  if (value?.SS !== undefined) {
    always.push({ Action: 'ADD', Value: valueOf('SS', random) }, { Action: 'DELETE', Value: valueOf('SS', random) })
  }
  return always
}
