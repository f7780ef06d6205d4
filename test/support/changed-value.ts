// Another value in the place of an attribute's: a byte, a character, a digit, a member or a type away from it, at any depth.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import fc, { type GeneratorValue } from 'fast-check'
import { attributeValue, binary, leafValue, mapKey, numberText, text } from './arbitraries.js'
import { byteFault } from './byte-faults.js'
import { sameValue } from './canonical-form.js'
import { modelNumber, modelText } from './number-model.js'

type Maker = () => AttributeValue

const NULL: AttributeValue = { NULL: true }

/** Where a change goes; lists of no members have one place, their end. */
const indexOf = (gen: GeneratorValue, list: { readonly length: number }): number => gen(fc.nat, { max: Math.max(0, list.length - 1) })

const withMember = <T>(list: readonly T[], at: number, ...members: readonly T[]): T[] => [
  ...list.slice(0, at),
  ...members,
  ...list.slice(at + 1),
]

function changedText(value: string, gen: GeneratorValue): string {
  const characters = Array.from(value)
  const at = indexOf(gen, characters)
  const other = gen(() => fc.string({ minLength: 1, maxLength: 2, unit: 'binary' }))
  const ways = [[other, characters[at] ?? ''], [other], []]
  return withMember(characters, at, ...(ways[indexOf(gen, ways)] ?? [])).join('')
}

/** Another number of no more digits: one digit changed, or the sign. */
function changedNumber(value: string, gen: GeneratorValue): string {
  const number = modelNumber(value)
  if (number === undefined || number.coefficient === 0n) return '1'
  if (gen(fc.boolean)) return modelText({ ...number, negative: !number.negative })
  const digits = String(number.coefficient)
  const at = indexOf(gen, digits)
  const old = Number(digits.charAt(at))
  // The first digit stays one that counts: else the number might get too small for DynamoDB.
  const digit = at === 0 ? ((old - 1 + gen(fc.integer, { min: 1, max: 8 })) % 9) + 1 : (old + gen(fc.integer, { min: 1, max: 9 })) % 10
  return `${number.negative ? '-' : ''}${digits.slice(0, at)}${String(digit)}${digits.slice(at + 1)}e${String(number.exponent)}`
}

function changedBytes(bytes: Uint8Array, gen: GeneratorValue): Uint8Array {
  return bytes.length === 0 ? new Uint8Array(1) : new Uint8Array(gen(() => byteFault).apply(bytes))
}

function changedSet<T>(members: readonly T[], gen: GeneratorValue, change: (member: T) => T, other: T): T[] {
  const at = indexOf(gen, members)
  const ways = [
    (): T[] => [...members, other],
    (): T[] => members.flatMap((member, index) => (index === at ? [change(member)] : [member])),
    (): T[] => (members.length > 1 ? withMember(members, at) : [other]),
  ]
  return ways[indexOf(gen, ways)]?.() ?? []
}

function exchanged<T>(members: readonly T[], gen: GeneratorValue): T[] {
  const [a, b] = [indexOf(gen, members), indexOf(gen, members)]
  return members.map((member, index) => (index === a ? (members[b] ?? member) : index === b ? (members[a] ?? member) : member))
}

function changedList(members: readonly AttributeValue[], gen: GeneratorValue): AttributeValue[] {
  const at = indexOf(gen, members)
  const member = members[at]
  const ways = [
    (): AttributeValue[] => [...members.slice(0, at), NULL, ...members.slice(at)],
    (): AttributeValue[] => (member === undefined ? [NULL] : withMember(members, at)),
    (): AttributeValue[] => (member === undefined ? [NULL] : withMember(members, at, changedMember(member, gen))),
    (): AttributeValue[] => exchanged(members, gen),
  ]
  return ways[indexOf(gen, ways)]?.() ?? []
}

function changedMap(map: Item, gen: GeneratorValue): Item {
  const entries = Object.entries(map)
  const values = Object.values(map)
  const at = indexOf(gen, entries)
  const entry = entries[at]
  const newKey = gen(() => mapKey)
  const added = (): [string, AttributeValue][] => [...entries, [newKey, NULL]]
  const ways = [
    added,
    (): [string, AttributeValue][] => (entry === undefined ? added() : withMember(entries, at)),
    (): [string, AttributeValue][] => (entry === undefined ? added() : withMember(entries, at, [newKey, entry[1]])),
    (): [string, AttributeValue][] => (entry === undefined ? added() : withMember(entries, at, [entry[0], changedMember(entry[1], gen)])),
    (): [string, AttributeValue][] => {
      const other = exchanged(values, gen)
      return entries.map(([key, value], index) => [key, other[index] ?? value])
    },
  ]
  return Object.fromEntries(ways[indexOf(gen, ways)]?.() ?? [])
}

/** The same content under another type's tag. */
function retyped(value: AttributeValue): AttributeValue {
  if (value.S !== undefined) return { B: new Uint8Array(Buffer.from(value.S)) }
  if (value.N !== undefined) return { S: value.N }
  if (value.B !== undefined) return { S: Buffer.from(value.B).toString('latin1') }
  if (value.BOOL !== undefined) return NULL
  if (value.SS !== undefined) return { L: value.SS.map((S) => ({ S })) }
  if (value.NS !== undefined) return { SS: value.NS }
  if (value.BS !== undefined) return { L: value.BS.map((B) => ({ B })) }
  if (value.L !== undefined) return { M: Object.fromEntries(value.L.map((member, at) => [String(at), member])) }
  if (value.M !== undefined) return { L: Object.values(value.M) }
  return { BOOL: false }
}

/** One change somewhere in the value; no number gets more digits than it has. It may come out the same: see {@link changedValue}. */
function onceChanged(value: AttributeValue, gen: GeneratorValue, unlike: Maker): AttributeValue {
  const ways: Maker[] = [
    () => {
      if (value.S !== undefined) return { S: changedText(value.S, gen) }
      if (value.N !== undefined) return { N: changedNumber(value.N, gen) }
      if (value.B !== undefined) return { B: changedBytes(value.B, gen) }
      if (value.BOOL !== undefined) return { BOOL: !value.BOOL }
      if (value.SS !== undefined)
        return {
          SS: changedSet(
            value.SS,
            gen,
            (member) => changedText(member, gen),
            gen(() => text),
          ),
        }
      if (value.NS !== undefined) return { NS: changedSet(value.NS, gen, (member) => changedNumber(member, gen), gen(numberText, 28)) }
      if (value.BS !== undefined)
        return {
          BS: changedSet(
            value.BS,
            gen,
            (member) => changedBytes(member, gen),
            gen(() => binary),
          ),
        }
      if (value.L !== undefined) return { L: changedList(value.L, gen) }
      if (value.M !== undefined) return { M: changedMap(value.M, gen) }
      return { BOOL: true }
    },
    () => retyped(value),
    unlike,
  ]
  // Mostly the smallest change.
  return (gen(fc.nat, { max: 3 }) > 0 ? ways[0] : ways[indexOf(gen, ways)])?.() ?? NULL
}

/** Deep inside, only a leaf may take another value's place: more would be nested too deep. */
const changedMember = (member: AttributeValue, gen: GeneratorValue): AttributeValue => onceChanged(member, gen, () => gen(leafValue, 28))

/**
 * A value that means something else than the one given, and that DynamoDB could hold, but for sets with a member twice. Skips
 * the run where the change came out the same.
 */
export function changedValue(value: AttributeValue, gen: GeneratorValue): AttributeValue {
  const other = onceChanged(value, gen, () => gen(attributeValue, 28))
  fc.pre(!sameValue(value, other))
  return other
}
