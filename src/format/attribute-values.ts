// Attribute values to bytes and back (format section 2): ten types, a row each.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isPlainObject } from '../assert.js'
import { setOwn } from '../items.js'
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { FormatError } from './format-error.js'
import { inOrder, type MemberOrder } from './member-orders.js'
import { canonicalNumber } from './number-text.js'

/** How a value becomes bytes: which library's order, and how strict. */
export interface WritingRules {
  readonly order: MemberOrder
  /** Returns a number's canonical text, or throws FormatError. */
  readonly number: (text: string) => string
  /** Refuse what DynamoDB would refuse to store (an encrypted value never meets DynamoDB's own check). */
  readonly onlyStorable: boolean
}

/** DynamoDB's limit: "up to 32 levels deep", counting the lists and maps around a value. */
const DEEPEST = 32

type TypeName = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'L' | 'M' | 'BOOL' | 'NULL'

interface TypeRow {
  readonly type: TypeName
  readonly tag: number
  readonly write: (to: ByteWriter, member: unknown, rules: WritingRules, depth: number) => void
  readonly read: (from: ByteReader, depth: number) => AttributeValue
}

const ROWS: readonly TypeRow[] = [
  {
    type: 'S',
    tag: 0x73,
    write: (to, member) => {
      to.countedText(text(member))
    },
    read: (from) => ({ S: from.countedText() }),
  },
  {
    type: 'N',
    tag: 0x6e,
    write: (to, member, rules) => {
      to.countedText(rules.number(text(member)))
    },
    read: (from) => ({ N: canonicalNumber(from.countedLatin1()) }),
  },
  {
    type: 'B',
    tag: 0x62,
    write: (to, member) => {
      to.counted(bytes(member))
    },
    read: (from) => ({ B: from.countedBytes() }),
  },
  {
    type: 'BOOL',
    tag: 0x3f,
    write: (to, member) => {
      if (typeof member !== 'boolean') throw new FormatError('a BOOL is neither true nor false')
      to.byte(member ? 1 : 0)
    },
    read: (from) => {
      const byte = from.byte()
      if (byte > 1) throw new FormatError('a BOOL is neither 0 nor 1')
      return { BOOL: byte === 1 }
    },
  },
  {
    type: 'NULL',
    tag: 0x00,
    write: (_to, member) => {
      if (member !== true) throw new FormatError('a NULL is not true')
    },
    read: () => ({ NULL: true }),
  },
  {
    type: 'SS',
    tag: 0x53,
    write: (to, member, rules) => {
      writeSet(to, list(member).map(text), rules.order.text, rules, (entry) => {
        to.countedText(entry)
      })
    },
    read: (from) => ({ SS: readMembers(from, 4, () => from.countedText()) }),
  },
  {
    type: 'NS',
    tag: 0x4e,
    write: (to, member, rules) => {
      const canonical = list(member).map((entry) => rules.number(text(entry)))
      // Both libraries sort the canonical texts as strings; digits, point and sign are ASCII, where all orders agree.
      writeSet(to, canonical, rules.order.text, rules, (entry) => {
        to.countedText(entry)
      })
    },
    read: (from) => ({ NS: readMembers(from, 4, () => canonicalNumber(from.countedLatin1())) }),
  },
  {
    type: 'BS',
    tag: 0x42,
    write: (to, member, rules) => {
      writeSet(to, list(member).map(bytes), rules.order.bytes, rules, (entry) => {
        to.counted(entry)
      })
    },
    read: (from) => ({ BS: readMembers(from, 4, () => from.countedBytes()) }),
  },
  {
    type: 'L',
    tag: 0x4c,
    write: (to, member, rules, depth) => {
      const members = list(member)
      to.u32(members.length)
      // Not forEach, which passes over the holes of a sparse array: they are refused as undefined.
      for (const entry of members) writeAttributeValue(to, entry, rules, deeper(depth))
    },
    read: (from, depth) => ({ L: readMembers(from, 2, () => readAttributeValue(from, deeper(depth))) }),
  },
  {
    type: 'M',
    tag: 0x4d,
    write: (to, member, rules, depth) => {
      const map = entries(member)
      const keys = inOrder(Object.keys(map), rules.order.text)
      to.u32(keys.length)
      for (const key of keys) {
        to.tag(TEXT_TAG)
        to.countedText(key)
        writeAttributeValue(to, map[key], rules, deeper(depth))
      }
    },
    read: (from, depth) => ({ M: readMap(from, depth) }),
  },
]

const TEXT_TAG = 0x73
const ROW_OF_TYPE: ReadonlyMap<string, TypeRow> = new Map(ROWS.map((row) => [row.type, row]))
/** A row at the index of its tag's letter: a third of a Map's cost for each value read. */
const ROW_OF_TAG: readonly (TypeRow | undefined)[] = Array.from({ length: 256 }, (_, tag) => ROWS.find((row) => row.tag === tag))

/**
 * Appends a value's serialization.
 *
 * @throws FormatError for anything that is not exactly one attribute value
 */
export function writeAttributeValue(to: ByteWriter, value: unknown, rules: WritingRules, depth = 0): void {
  let row: TypeRow | undefined
  let member: unknown
  const members = record(value)
  // One walk that reads the member once. A type whose member is undefined counts as absent, as the SDK's own types allow.
  for (const type in members) {
    const candidate = members[type]
    if (candidate === undefined) continue
    if (row !== undefined) throw new FormatError('an attribute value has more than one type')
    row = ROW_OF_TYPE.get(type)
    if (row === undefined) throw new FormatError('an attribute value has a type that DynamoDB does not have')
    member = candidate
  }
  if (row === undefined) throw new FormatError('an attribute value has no type: it needs one of S, N, B, SS, NS, BS, L, M, BOOL, NULL')
  to.tag(row.tag)
  row.write(to, member, rules, depth)
}

/**
 * Reads one value and leaves the reader after it.
 *
 * @throws FormatError for bytes that neither library writes
 */
export function readAttributeValue(from: ByteReader, depth = 0): AttributeValue {
  const zero = from.byte()
  const row = ROW_OF_TAG[from.byte()]
  if (zero !== 0 || row === undefined) throw new FormatError('a type tag is unknown')
  return row.read(from, depth)
}

function deeper(depth: number): number {
  if (depth >= DEEPEST) throw new FormatError(`lists and maps are nested more than ${String(DEEPEST)} levels deep`)
  return depth + 1
}

function writeSet<T>(
  to: ByteWriter,
  members: readonly T[],
  compare: (a: T, b: T) => number,
  rules: WritingRules,
  write: (member: T) => void,
): void {
  const sorted = inOrder(members, compare)
  if (rules.onlyStorable) {
    if (sorted.length === 0) throw new FormatError('a set is empty')
    for (let at = 1; at < sorted.length; at++) {
      const previous = sorted[at - 1]
      const member = sorted[at]
      if (previous !== undefined && member !== undefined && compare(previous, member) === 0)
        throw new FormatError('a set has a member twice')
    }
  }
  to.u32(sorted.length)
  for (const member of sorted) write(member)
}

function readMembers<T>(from: ByteReader, smallest: number, read: () => T): T[] {
  const members: T[] = []
  for (let left = from.count(smallest); left > 0; left--) members.push(read())
  return members
}

function readMap(from: ByteReader, depth: number): Record<string, AttributeValue> {
  const map: Record<string, AttributeValue> = {}
  let previous: string | undefined
  // The smallest entry: an empty key as an S (6 bytes) and a NULL (2 bytes).
  for (let left = from.count(8); left > 0; left--) {
    if (from.byte() !== 0 || from.byte() !== TEXT_TAG) throw new FormatError('a map key is not an S')
    const key = from.countedText()
    // Keys in ascending order, as both libraries mostly write them, cannot repeat.
    if (previous !== undefined && key <= previous && Object.hasOwn(map, key)) throw new FormatError('a map key occurs twice')
    if (previous === undefined || key > previous) previous = key
    setOwn(map, key, readAttributeValue(from, deeper(depth)))
  }
  return map
}

function text(member: unknown): string {
  if (typeof member !== 'string') throw new FormatError('a text or number is not given as a JavaScript string')
  return member
}

function bytes(member: unknown): Uint8Array {
  if (!(member instanceof Uint8Array)) throw new FormatError('a binary value is not given as a Uint8Array')
  return member
}

function list(member: unknown): readonly unknown[] {
  if (!Array.isArray(member)) throw new FormatError('a set or list is not given as an array')
  return member
}

/** An attribute value: what is no object of one type has none of the types' members, and is refused for that. */
function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new FormatError('an attribute value is not given as an object')
  return value
}

/** By its own word: a Map, a Set or a Date has no entries that can be seen, and would be stored as an empty map. */
function entries(member: unknown): Readonly<Record<string, unknown>> {
  if (!isPlainObject(member)) throw new FormatError('a map is not given as an object')
  return member
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
