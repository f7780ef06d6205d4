// Random expressions of every kind: most of them right, some wrong in each way that there is.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { TypeLetter } from '../../src/expressions/attribute-type.js'
import { valueAt } from '../../src/expressions/item-at.js'
import type { DocumentPath } from '../../src/expressions/paths.js'
import type { Placeholders } from '../../src/expressions/placeholders.js'
import { setOwn, type Item } from '../../src/items.js'
import { NAMES, randomPath, randomType, randomValue } from './random-items.js'
import type { RandomSource } from './random-source.js'

export interface RandomExpression {
  readonly text: string
  readonly placeholders: Placeholders
}

const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_]*$/
const ORDERED = ['S', 'N', 'B'] as const
const SIZED = ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'] as const
const TYPE_NAMES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const

/** Writes one expression about one item, and keeps its placeholders. */
class Writer {
  readonly random: RandomSource
  readonly item: Readonly<Item>
  /** Other versions of the item. */
  readonly others: readonly Readonly<Item>[]
  readonly names: Record<string, string> = {}
  readonly values: Item = {}

  constructor(random: RandomSource, item: Readonly<Item>, others: readonly Readonly<Item>[]) {
    this.random = random
    this.item = item
    this.others = others
  }

  path(path: DocumentPath = randomPath(this.random, this.item)): string {
    return path.map((step, at) => (typeof step === 'number' ? `[${String(step)}]` : `${at === 0 ? '' : '.'}${this.name(step)}`)).join('')
  }

  name(name: string): string {
    if (PLAIN_NAME.test(name) && !['name', 'constructor'].includes(name) && this.random.chance(0.7)) return name
    const placeholder = this.random.chance(0.03) ? '#__proto__' : `#n${String(NAMES.findIndex((known) => known === name))}`
    if (Object.hasOwn(this.names, placeholder) && this.names[placeholder] !== name) return this.name(name)
    setOwn(this.names, placeholder, name)
    return placeholder
  }

  value(value: AttributeValue): string {
    const placeholder = this.random.chance(0.01) ? ':constructor' : `:v${String(Object.keys(this.values).length)}`
    setOwn(this.values, placeholder, rewritten(this.random, value))
    return placeholder
  }

  /** A value of some type: of what the item holds, or any. */
  someValue(type?: TypeLetter): AttributeValue {
    if (this.random.chance(0.5)) {
      const held = valueAt(this.item, randomPath(this.random, this.item))
      if (held !== undefined && (type === undefined || held[type] !== undefined)) return held
    }
    return randomValue(this.random, type)
  }

  /** What one of the versions has at a path. */
  valueAt(path: DocumentPath): AttributeValue | undefined {
    return valueAt(this.random.pickFrom(this.others) ?? this.item, path)
  }

  /** A path whose value has one of the types, where the item has one. */
  pathOfType(types: readonly TypeLetter[]): DocumentPath {
    return this.#pathWhere((value) => types.some((type) => value?.[type] !== undefined))
  }

  /** The same, or a path where the item has nothing but could have something. */
  vacantOrOfType(types: readonly TypeLetter[]): DocumentPath {
    const path = this.#pathWhere((value) => value === undefined || types.some((type) => value[type] !== undefined))
    return path.length > 1 && valueAt(this.item, path) === undefined && this.random.chance(0.7) ? this.pathOfType(types) : path
  }

  #pathWhere(fits: (value: AttributeValue | undefined) => boolean): DocumentPath {
    for (let tries = 0; tries < 25; tries++) {
      const path = randomPath(this.random, this.item)
      if (fits(valueAt(this.item, path))) return path
    }
    return randomPath(this.random, this.item)
  }

  /** Sometimes in parentheses. */
  grouped(text: string): string {
    return this.random.chance(0.06) ? `(${text})` : text
  }

  blank(): string {
    return this.random.weighted([
      [12, ' '],
      [1, '  '],
      [1, '\n'],
      [1, '\t'],
    ])
  }

  finished(text: string): RandomExpression {
    const names = Object.keys(this.names).length === 0 ? undefined : this.names
    const values = Object.keys(this.values).length === 0 ? undefined : this.values
    return { text, placeholders: { names, values } }
  }
}

/** The same value, otherwise written: a set in another order, a number with more zeros or an exponent. */
function rewritten(random: RandomSource, value: AttributeValue): AttributeValue {
  if (value.SS !== undefined) return { SS: random.shuffled(value.SS) }
  if (value.NS !== undefined) return { NS: random.shuffled(value.NS).map((number) => respelt(random, number)) }
  if (value.BS !== undefined) return { BS: random.shuffled(value.BS) }
  return value.N === undefined ? value : { N: respelt(random, value.N) }
}

function respelt(random: RandomSource, number: string): string {
  if (number.includes('e') || random.chance(0.5)) return number
  return random.pick([`${number}e0`, `${number}E+0`, number.includes('.') ? `${number}00` : `${number}.0`])
}

export function randomCondition(random: RandomSource, item: Readonly<Item>, others: readonly Readonly<Item>[]): RandomExpression {
  const writer = new Writer(random, item, others)
  return spoilt(random, writer.finished(condition(writer, 2)))
}

function condition(writer: Writer, depth: number): string {
  const { random } = writer
  if (depth > 0 && random.chance(0.25)) {
    const joined = random.times(2 + random.below(2), () => condition(writer, depth - 1))
    const word = random.pick(['AND', 'OR', 'and', 'Or'])
    const text = joined.map((part) => (random.chance(0.4) && /\b(and|or)\b/i.test(part) ? `(${part})` : part)).join(` ${word} `)
    return text
  }
  if (random.chance(0.15)) return `NOT ${condition(writer, 0)}`
  return writer.grouped(comparison(writer))
}

function comparison(writer: Writer): string {
  return writer.random.chance(0.85) ? likelyComparison(writer) : anyComparison(writer)
}

/** Of an attribute with a value that some version of the item has there. */
function likelyComparison(writer: Writer): string {
  const { random } = writer
  const path = writer.pathOfType(TYPE_NAMES)
  const value = writer.valueAt(path) ?? writer.someValue()
  const written = writer.path(path)
  const another = () => writer.value(writer.valueAt(path) ?? writer.someValue())
  const isOrdered = ORDERED.some((type) => value[type] !== undefined)
  const held = TYPE_NAMES.find((type) => value[type] !== undefined) ?? 'S'
  const asked = random.chance(0.6) ? held : random.pick(TYPE_NAMES)
  const sized = SIZED.some((type) => value[type] !== undefined)
  const part = partOf(random, value)
  return random.weighted<() => string>([
    [2, () => `${written} ${random.pick(['=', '<>'])} ${writer.value(value)}`],
    [isOrdered ? 4 : 0, () => `${written} ${random.pick(['<', '<=', '>', '>='])} ${writer.value(value)}`],
    [isOrdered ? 1 : 0, () => `${written} BETWEEN ${writer.value(value)} AND ${writer.value(value)}`],
    [1, () => `${written} IN (${writer.value(value)}, ${another()})`],
    [0.5, () => `attribute_exists(${written})`],
    [1, () => `attribute_type(${written}, ${writer.value({ S: asked })})`],
    [sized ? 1.5 : 0, () => `size(${written}) ${random.pick(['=', '<>', '<', '>='])} ${writer.value({ N: String(random.below(5)) })}`],
    [part === undefined ? 0 : 4, () => `contains(${written}, ${writer.value(part ?? value)})`],
    [part?.S === undefined && part?.B === undefined ? 0 : 2, () => `begins_with(${written}, ${writer.value(part ?? value)})`],
  ])()
}

/** Something that the value contains. */
function partOf(random: RandomSource, value: AttributeValue): AttributeValue | undefined {
  if (value.S !== undefined)
    return {
      S: Array.from(value.S)
        .slice(0, 1 + random.below(2))
        .join(''),
    }
  if (value.B !== undefined) return { B: value.B.slice(0, 1 + random.below(2)) }
  const member = <T>(set: readonly T[] | undefined, make: (member: T) => AttributeValue): AttributeValue | undefined => {
    const picked = random.pickFrom(set ?? [])
    return picked === undefined ? undefined : make(picked)
  }
  const scalar = member(value.SS, (S) => ({ S })) ?? member(value.NS, (N) => ({ N })) ?? member(value.BS, (B) => ({ B }))
  return scalar ?? random.pickFrom(value.L ?? [])
}

function anyComparison(writer: Writer): string {
  const { random } = writer
  const blank = random.chance(0.8) ? writer.blank() : ''
  return random.weighted<() => string>([
    [6, () => `${operand(writer)}${blank}${random.pick(['=', '<>'])}${blank}${operand(writer)}`],
    [7, () => ordered(writer, (a, b) => `${a}${blank}${random.pick(['<', '<=', '>', '>='])}${blank}${b}`)],
    [3, () => ordered(writer, (a, b) => `${a} BETWEEN ${b} AND ${orderedOperand(writer)}`)],
    [3, () => `${operand(writer)} IN (${random.times(1 + random.below(4), () => operand(writer)).join(`,${blank}`)})`],
    [
      1.5,
      () =>
        `${random.pick(['attribute_exists', 'attribute_not_exists'])}${random.chance(0.1) ? ' ' : ''}(${writer.grouped(writer.path())})`,
    ],
    [1.5, () => `attribute_type(${operand(writer)},${blank}${writer.value({ S: random.pick(TYPE_NAMES) })})`],
    [3, () => `begins_with(${prefixed(writer)},${blank}${prefixed(writer)})`],
    [4, () => `contains(${container(writer)},${blank}${operand(writer)})`],
  ])()
}

/** For operators that refuse a value of another type. */
function ordered(writer: Writer, write: (left: string, right: string) => string): string {
  const [a, b] = [orderedOperand(writer), orderedOperand(writer)]
  return write(a, b)
}

function orderedOperand(writer: Writer): string {
  const { random } = writer
  return random.weighted<() => string>([
    [3, () => writer.grouped(writer.path(writer.pathOfType(ORDERED)))],
    [2, () => writer.grouped(writer.path())],
    [4, () => writer.value(writer.someValue(random.pick(ORDERED)))],
    [1, () => size(writer)],
    [0.2, () => writer.value(writer.someValue())],
  ])()
}

function operand(writer: Writer): string {
  return writer.random.weighted<() => string>([
    [5, () => writer.grouped(writer.path())],
    [4, () => writer.grouped(writer.value(writer.someValue()))],
    [1, () => size(writer)],
  ])()
}

function prefixed(writer: Writer): string {
  const { random } = writer
  return random.weighted<() => string>([
    [3, () => writer.path(writer.pathOfType(['S', 'B']))],
    [2, () => writer.path()],
    [3, () => writer.value(writer.someValue(random.pick(['S', 'B'])))],
    [0.2, () => operand(writer)],
  ])()
}

function container(writer: Writer): string {
  return writer.random.chance(0.6) ? writer.path(writer.pathOfType(['SS', 'NS', 'BS', 'L', 'S', 'B'])) : operand(writer)
}

function size(writer: Writer): string {
  const { random } = writer
  const sized = random.chance(0.7) ? writer.path(writer.pathOfType(['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'])) : writer.path()
  const any = random.chance(0.1) ? writer.value(writer.someValue(random.pick(['S', 'B', 'SS', 'L', 'M', 'N']))) : sized
  return writer.grouped(`size(${any})`)
}

export function randomProjection(random: RandomSource, item: Readonly<Item>): RandomExpression {
  const writer = new Writer(random, item, [])
  const taken = new Set<string>()
  const paths = random.times(1 + random.below(4), () => {
    const path = random.chance(0.6) ? writer.pathOfType(TYPE_NAMES) : randomPath(random, item)
    if (taken.has(path[0]) && random.chance(0.9)) return []
    taken.add(path[0])
    return [writer.path(path)]
  })
  return spoilt(random, writer.finished(paths.flat().join(`,${writer.blank()}`)))
}

export function randomUpdate(random: RandomSource, item: Readonly<Item>): RandomExpression {
  const writer = new Writer(random, item, [])
  const sections = new Map<string, string[]>()
  // Mostly one action for an attribute: two often overlap.
  const taken = new Set<string>()
  for (
    let left = random.weighted([
      [4, 1],
      [3, 2],
      [2, 3],
    ]);
    left > 0;
    left--
  ) {
    const [section, path, action] = randomAction(writer)
    if (taken.has(path[0]) && random.chance(0.85)) continue
    taken.add(path[0])
    sections.set(section, [...(sections.get(section) ?? []), action(writer.path(path))])
  }
  const texts = Array.from(
    sections,
    ([section, actions]) => `${random.chance(0.9) ? section : section.toLowerCase()} ${actions.join(', ')}`,
  )
  return spoilt(random, writer.finished(texts.join(writer.blank())))
}

type Action = readonly [section: string, path: DocumentPath, write: (path: string) => string]

function randomAction(writer: Writer): Action {
  const { random } = writer
  const anywhere = () => randomPath(random, writer.item)
  return random.weighted<() => Action>([
    [8, () => ['SET', random.chance(0.9) ? writer.vacantOrOfType(TYPE_NAMES) : anywhere(), (path) => `${path} = ${setValue(writer)}`]],
    [3, () => ['REMOVE', random.chance(0.9) ? heldPath(writer) : anywhere(), (path) => path]],
    [4, () => setAction(writer, 'ADD', random.pick(['N', 'SS', 'NS', 'BS']))],
    [3, () => setAction(writer, 'DELETE', random.pick(['SS', 'NS', 'BS']))],
  ])()
}

function setAction(writer: Writer, section: 'ADD' | 'DELETE', type: TypeLetter): Action {
  const { random } = writer
  const path = random.chance(0.88) ? writer.vacantOrOfType([type]) : randomPath(random, writer.item)
  const used = random.chance(0.03) ? randomType(random) : type
  return [section, path, (written) => `${written} ${writer.value(writer.someValue(used))}`]
}

function setValue(writer: Writer): string {
  const { random } = writer
  return random.weighted<() => string>([
    [4, () => setOperand(writer)],
    [4, () => writer.grouped(`${numberOperand(writer)}${random.pick([' + ', ' - ', '+', '-'])}${numberOperand(writer)}`)],
    [3, () => `list_append(${listOperand(writer)}, ${listOperand(writer)})`],
  ])()
}

function setOperand(writer: Writer): string {
  const { random } = writer
  return random.weighted<() => string>([
    [3, () => writer.grouped(writer.value(writer.someValue()))],
    [3, () => writer.grouped(writer.path(heldPath(writer)))],
    [3, () => ifNotExists(writer, () => setOperand(writer))],
  ])()
}

function ifNotExists(writer: Writer, fallback: () => string, types: readonly TypeLetter[] = TYPE_NAMES): string {
  const path = writer.random.chance(0.92) ? writer.vacantOrOfType(types) : randomPath(writer.random, writer.item)
  return `if_not_exists(${writer.path(path)}, ${fallback()})`
}

/** Where the item has something, mostly. */
function heldPath(writer: Writer): DocumentPath {
  return writer.random.chance(0.93) ? writer.pathOfType(TYPE_NAMES) : randomPath(writer.random, writer.item)
}

function numberOperand(writer: Writer): string {
  const { random } = writer
  return random.weighted<() => string>([
    [5, () => writer.grouped(writer.path(writer.pathOfType(['N'])))],
    [0.25, () => writer.path(heldPath(writer))],
    [4, () => writer.grouped(writer.value(writer.someValue('N')))],
    [1.5, () => ifNotExists(writer, () => numberOperand(writer), ['N'])],
    [0.1, () => writer.value(writer.someValue())],
  ])()
}

function listOperand(writer: Writer): string {
  const { random } = writer
  return random.weighted<() => string>([
    [5, () => writer.path(writer.pathOfType(['L']))],
    [0.25, () => writer.path(heldPath(writer))],
    [4, () => writer.value(writer.someValue('L'))],
    [1.5, () => ifNotExists(writer, () => listOperand(writer), ['L'])],
    [0.1, () => writer.value(writer.someValue())],
  ])()
}

const TOKEN = /[A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|\d+|<>|<=|>=|[^\s]/g
const STRAY = [
  'AND',
  'NOT',
  'OR',
  'IN',
  'BETWEEN',
  'SET',
  'REMOVE',
  '(',
  ')',
  ',',
  '.',
  '=',
  '<',
  '+',
  '[',
  ']',
  '0',
  'a',
  'name',
  'size',
  '#n0',
  ':v0',
  ':zz',
  '#zz',
  '!',
  'é',
] as const

/** In one of sixteen something is wrong, if only perhaps: a token more, less or elsewhere, or a placeholder more or less. */
function spoilt(random: RandomSource, expression: RandomExpression): RandomExpression {
  if (!random.chance(0.06)) return expression
  const { text, placeholders } = expression
  const tokens = Array.from(text.matchAll(TOKEN), ([token]) => token)
  const at = random.below(tokens.length)
  const changed = (change: (tokens: string[]) => void): RandomExpression => {
    change(tokens)
    return { text: tokens.join(' '), placeholders }
  }
  return random.weighted<() => RandomExpression>([
    [3, () => changed((list) => list.splice(at, 1))],
    [3, () => changed((list) => list.splice(at, 0, random.pick(STRAY)))],
    [3, () => changed((list) => list.splice(at, 1, random.pick(STRAY)))],
    [1, () => changed((list) => list.splice(at, 0, list[at] ?? 'a'))],
    [1, () => changed((list) => list.splice(at))],
    [1, () => ({ text, placeholders: { ...placeholders, values: { ...placeholders.values, ':unused': { N: '1' } } } })],
    [1, () => ({ text, placeholders: { ...placeholders, names: { ...placeholders.names, '#unused': 'a' } } })],
    [1, () => ({ text, placeholders: { names: placeholders.names } })],
  ])()
}
