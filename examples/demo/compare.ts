// Whether an item came back as it was. DynamoDB keeps no order among set members or map keys, so neither counts.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'

export function sameItem(a: Item, b: Item): boolean {
  return textOf({ M: a }) === textOf({ M: b })
}

export function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a !== undefined && b !== undefined && textOf(a) === textOf(b)
}

/** One text for equal values, different texts for different values. */
function textOf(value: AttributeValue): string {
  if (value.M !== undefined) {
    const entries = Object.entries(value.M).map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`)
    return `M{${entries.sort().join()}}`
  }
  if (value.L !== undefined) return `L[${value.L.map(textOf).join()}]`
  if (value.BS !== undefined) return `BS{${value.BS.map(hex).sort().join()}}`
  if (value.SS !== undefined) return `SS${JSON.stringify([...value.SS].sort())}`
  if (value.NS !== undefined) return `NS${JSON.stringify([...value.NS].sort())}`
  if (value.B !== undefined) return `B ${hex(value.B)}`
  return JSON.stringify(value)
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** The types that occur in values, at any depth. */
export function typesIn(values: readonly AttributeValue[], found = new Set<string>()): ReadonlySet<string> {
  for (const value of values) {
    for (const type of Object.keys(value)) found.add(type)
    typesIn(value.L ?? Object.values(value.M ?? {}), found)
  }
  return found
}
