// Random conditions and filters, as expressions. Most are made to hold for an item that is there; the rest may come out either way.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { ExpressionWriter, Path } from './expression-writer.js'
import type { Random } from './random.js'
import { ATTRIBUTES } from './shapes.js'
import { anyValue, MAP_KEYS, TYPES, typeOf, valueOf } from './values.js'

export interface ConditionSource {
  /** The item that the condition will meet, or one of them. */
  readonly item: Item | undefined
  /** Whether the value of an attribute may be read; that it exists may always be asked. */
  readonly mayRead: (name: string) => boolean
  /** Whether an attribute may occur at all; every one may where it is left out. */
  readonly mayUse?: (name: string) => boolean
}

interface Place {
  readonly path: Path
  readonly value: AttributeValue
}

/** The attributes of an item and what is inside them. */
export function placesIn(item: Item): Place[] {
  const places: Place[] = []
  const walk = (path: Path, value: AttributeValue) => {
    places.push({ path, value })
    for (const [key, member] of Object.entries(value.M ?? {})) walk([...path, key], member)
    for (const [index, member] of (value.L ?? []).entries()) walk([...path, index], member)
  }
  for (const [name, value] of Object.entries(item)) walk([name], value)
  return places
}

const NAMES = ATTRIBUTES.map(({ name }) => name)
/** Of tables that have indexes. */
const KEY_NAMES = ['pk', 'sk'] as const

type Predicate = (writer: ExpressionWriter, random: Random) => string

export function condition(writer: ExpressionWriter, random: Random, source: ConditionSource, depth = 0): string {
  const inner = () => condition(writer, random, source, depth + 1)
  if (depth < 3 && random.chance(0.35)) {
    return random.weighted<() => string>([
      [4, () => `${inner()} AND ${inner()}`],
      [3, () => `(${inner()} OR ${any(writer, random, source)})`],
      [1, () => `NOT (${any(writer, random, source)} AND ${inner()})`],
      [1, () => `${inner()} and NOT ${any(writer, random, source)}`],
    ])()
  }
  return random.chance(0.85) ? holding(writer, random, source) : any(writer, random, source)
}

/** A predicate that holds for the item, if there is one. */
function holding(writer: ExpressionWriter, random: Random, { item = {}, mayRead, mayUse = () => true }: ConditionSource): string {
  const names = NAMES.filter(mayUse)
  const present = placesIn(item).filter(({ path: [name] }) => mayUse(name))
  const readable = present.filter(({ path: [name] }) => mayRead(name))
  const place = random.pickAny(readable)
  if (place === undefined || random.chance(0.2)) {
    // Of an index that has nothing but keys: what every item has.
    const name = random.pickAny(names) ?? KEY_NAMES.find(mayUse) ?? 'pk'
    const exists = Object.hasOwn(item, name)
    const text = writer.path([name])
    if (random.chance(0.25)) return exists ? `NOT attribute_not_exists(${text})` : `NOT attribute_exists(${text})`
    return exists ? `attribute_exists(${text})` : `attribute_not_exists(${text})`
  }
  const predicates = holdingFor(place)
  return random.pick(predicates)(writer, random)
}

function holdingFor({ path, value }: Place): Predicate[] {
  const type = typeOf(value)
  const equal: Predicate[] = [
    (writer) => `${writer.path(path)} = ${writer.value(value)}`,
    (writer) => `${writer.value(value)} = ${writer.path(path)}`,
    (writer) => `NOT ${writer.path(path)} <> ${writer.value(value)}`,
    (writer) => `attribute_type(${writer.path(path)}, ${writer.value({ S: type })})`,
    (writer) => `attribute_exists(${writer.path(path)})`,
    (writer, random) => `${writer.path(path)} IN (${writer.value(anyValue(random, 3))}, ${writer.value(value)})`,
    (writer) => `${writer.path(path)} <> ${writer.value(type === 'BOOL' ? { NULL: true } : { BOOL: true })}`,
  ]
  const size = sizeOf(value)
  const sized: Predicate[] =
    size === undefined
      ? []
      : [
          (writer) => `size(${writer.path(path)}) = ${writer.value({ N: String(size) })}`,
          (writer) => `size ( ${writer.path(path)} ) >= ${writer.value({ N: '0' })}`,
        ]
  const ordered: Predicate[] =
    type !== 'S' && type !== 'N' && type !== 'B'
      ? []
      : [
          (writer) => `${writer.path(path)} <= ${writer.value(value)}`,
          (writer) => `${writer.path(path)} >= ${writer.value(value)}`,
          (writer) => `${writer.path(path)} BETWEEN ${writer.value(value)} AND ${writer.value(value)}`,
          (writer) => `NOT ${writer.path(path)} < ${writer.value(value)}`,
          (writer) => `NOT ${writer.path(path)} > ${writer.value(value)}`,
        ]
  const prefix = prefixOf(value)
  const prefixed: Predicate[] = prefix === undefined ? [] : [(writer) => `begins_with(${writer.path(path)}, ${writer.value(prefix)})`]
  const member = memberOf(value)
  const containing: Predicate[] = member === undefined ? [] : [(writer) => `contains(${writer.path(path)}, ${writer.value(member)})`]
  return [...equal, ...sized, ...ordered, ...prefixed, ...containing]
}

function sizeOf({ S, B, SS, NS, BS, L, M }: AttributeValue): number | undefined {
  if (S !== undefined) return Buffer.byteLength(S)
  return (B ?? SS ?? NS ?? BS ?? L)?.length ?? (M && Object.keys(M).length)
}

function prefixOf({ S, B }: AttributeValue): AttributeValue | undefined {
  if (S !== undefined) return { S: Array.from(S).slice(0, 1).join('') }
  return B && { B: B.slice(0, 1) }
}

function memberOf({ S, SS, NS, BS, L }: AttributeValue): AttributeValue | undefined {
  const [text] = SS ?? []
  const [number] = NS ?? []
  const [bytes] = BS ?? []
  if (text !== undefined) return { S: text }
  if (number !== undefined) return { N: number }
  if (bytes !== undefined) return { B: bytes }
  return S === undefined ? L?.[0] : { S: Array.from(S).slice(-1).join('') }
}

/** A predicate that may hold or not. */
function any(writer: ExpressionWriter, random: Random, { mayRead, mayUse = () => true }: ConditionSource): string {
  const readable = NAMES.filter((name) => mayRead(name) && mayUse(name))
  const name = random.pickAny(readable)
  if (name === undefined)
    return `attribute_exists(${writer.path([random.pickAny(NAMES.filter(mayUse)) ?? KEY_NAMES.find(mayUse) ?? 'pk'])})`
  const path = (): Path => {
    const inside = random.pick<string | number | undefined>([undefined, undefined, random.below(3), random.pick(MAP_KEYS.slice(0, 4))])
    return inside === undefined ? [name] : [name, inside]
  }
  const scalar = () => valueOf(random.pick(['S', 'N', 'B']), random)
  const operator = random.pick(['=', '<>', '<', '<=', '>', '>='])
  return random.pick<() => string>([
    () => `${writer.path(path())} ${operator} ${writer.value(scalar())}`,
    () => `${writer.path(path())} ${random.pick(['=', '<>'])} ${writer.value(anyValue(random))}`,
    () =>
      `${writer.path([name])} ${operator} ${writer.path([random.pick(readable.length > 1 ? readable.filter((each) => each !== name) : ['sNumber'])])}`,
    () => `contains(${writer.path(path())}, ${writer.value(scalar())})`,
    () => `begins_with(${writer.path(path())}, ${writer.value(valueOf(random.pick(['S', 'B']), random))})`,
    () => `size(${writer.path(path())}) ${operator} ${writer.value({ N: String(random.below(6)) })}`,
    () => `attribute_type(${writer.path(path())}, ${writer.value({ S: random.pick(TYPES) })})`,
    () => `attribute_exists(${writer.path(path())})`,
    () => `attribute_not_exists(${writer.path(path())})`,
    () => `${writer.path(path())} IN (${writer.value(scalar())}, ${writer.value(anyValue(random))})`,
    () => `${writer.path(path())} BETWEEN ${writer.value({ S: 'a' })} AND ${writer.value({ S: 'b' })}`,
    () => `${writer.path(path())} BETWEEN ${writer.value({ N: '-1' })} AND ${writer.value({ N: '5' })}`,
  ])()
}
