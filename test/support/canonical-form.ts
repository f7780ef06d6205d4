// What an attribute value means, as nested arrays of text: sets in one order, numbers canonical, every name visible. Two
// values are the same to DynamoDB exactly where these are equal; a comparison of objects would overlook an own `__proto__`.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { modelCanonical } from './number-model.js'

export type CanonicalForm = string | readonly CanonicalForm[]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export function canonicalForm(value: AttributeValue): CanonicalForm {
  if (value.S !== undefined) return ['S', value.S]
  if (value.N !== undefined) return ['N', modelCanonical(value.N)]
  if (value.B !== undefined) return ['B', hex(value.B)]
  if (value.BOOL !== undefined) return ['BOOL', String(value.BOOL)]
  if (value.NULL !== undefined) return ['NULL', String(value.NULL)]
  if (value.SS !== undefined) return ['SS', ...[...value.SS].sort()]
  if (value.NS !== undefined) return ['NS', ...value.NS.map(modelCanonical).sort()]
  if (value.BS !== undefined) return ['BS', ...value.BS.map(hex).sort()]
  if (value.L !== undefined) return ['L', ...value.L.map(canonicalForm)]
  if (value.M !== undefined) return ['M', ...canonicalItem(value.M)]
  throw new Error('not an attribute value')
}

/** An entry for each attribute, sorted by name. */
export function canonicalItem(item: Item): readonly (readonly [name: string, value: CanonicalForm])[] {
  const entries = Object.entries(item).map(([name, value]): [string, CanonicalForm] => [name, canonicalForm(value)])
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

export function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return JSON.stringify(canonicalForm(a)) === JSON.stringify(canonicalForm(b))
}

/** The same value with every number's text put through `number`. */
export function withNumbers(value: AttributeValue, number: (text: string) => string): AttributeValue {
  if (value.N !== undefined) return { N: number(value.N) }
  if (value.NS !== undefined) return { NS: value.NS.map(number) }
  if (value.L !== undefined) return { L: value.L.map((member) => withNumbers(member, number)) }
  if (value.M !== undefined) {
    return { M: Object.fromEntries(Object.entries(value.M).map(([key, member]) => [key, withNumbers(member, number)])) }
  }
  return value
}
