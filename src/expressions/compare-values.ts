// Whether two low-level values are equal, and which comes first, as DynamoDB has it.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { PYTHON_ORDER } from '../format/member-orders.js'
import { getOwn, type Item } from '../items.js'
import { compareDecimals, parseDecimal } from './decimal.js'

/**
 * Strings are ordered by their UTF-8 bytes, numbers by value, binary values by unsigned bytes: as Python orders texts and bytes.
 *
 * @returns negative, zero or positive; undefined for values of different types and for types without an order
 */
export function compareScalars(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.S !== undefined) return other.S === undefined ? undefined : PYTHON_ORDER.text(one.S, other.S)
  if (one.N !== undefined) return other.N === undefined ? undefined : compareNumbers(one.N, other.N)
  return one.B === undefined || other.B === undefined ? undefined : PYTHON_ORDER.bytes(one.B, other.B)
}

/** A double tells all numbers of 15 digits apart: 0.05 us where BigInt takes 0.6. */
const DIGITS_OF_DOUBLE = 15

function compareNumbers(one: string, other: string): number | undefined {
  if (one.length <= DIGITS_OF_DOUBLE && other.length <= DIGITS_OF_DOUBLE) {
    const difference = Number(one) - Number(other)
    if (!Number.isNaN(difference)) return difference
  }
  const [a, b] = [parseDecimal(one), parseDecimal(other)]
  return a && b && compareDecimals(a, b)
}

/** Numbers are equal by value, sets without regard to order, lists and maps by their members. Values of two types are never equal. */
export function equalValues(one: AttributeValue, other: AttributeValue): boolean {
  if (one.S !== undefined) return one.S === other.S
  if (one.N !== undefined || one.B !== undefined) return compareScalars(one, other) === 0
  if (one.BOOL !== undefined) return one.BOOL === other.BOOL
  if (one.NULL !== undefined) return other.NULL !== undefined
  if (one.L !== undefined) return other.L !== undefined && equalLists(one.L, other.L)
  if (one.M !== undefined) return other.M !== undefined && equalMaps(one.M, other.M)
  const [members, others] = [setMembers(one), setMembers(other)]
  return members !== undefined && members.type === others?.type && equalSets(members.keys, others.keys)
}

function equalLists(one: readonly AttributeValue[], other: readonly AttributeValue[]): boolean {
  return one.length === other.length && one.every((member, at) => isEqual(member, other[at]))
}

function equalMaps(one: Readonly<Item>, other: Readonly<Item>): boolean {
  const entries = Object.entries(one)
  return entries.length === Object.keys(other).length && entries.every(([key, member]) => isEqual(member, getOwn(other, key)))
}

function isEqual(one: AttributeValue, other: AttributeValue | undefined): boolean {
  return other !== undefined && equalValues(one, other)
}

function equalSets(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && Array.from(one).every((key) => other.has(key))
}

/** A set's members as texts: the same text means the same member. */
export interface SetMembers {
  readonly type: 'SS' | 'NS' | 'BS'
  readonly keys: ReadonlySet<string>
}

/** @returns undefined for a value that is no set */
export function setMembers(value: AttributeValue): SetMembers | undefined {
  if (value.SS !== undefined) return { type: 'SS', keys: new Set(value.SS) }
  if (value.NS !== undefined) return { type: 'NS', keys: new Set(value.NS.map(numberKey)) }
  if (value.BS !== undefined) return { type: 'BS', keys: new Set(value.BS.map(bytesKey)) }
  return undefined
}

/** The same text for `1`, `1.0` and `10E-1`. */
export function numberKey(number: string): string {
  const decimal = parseDecimal(number)
  return decimal === undefined ? number : `${String(decimal.coefficient)}e${String(decimal.exponent)}`
}

export function bytesKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
