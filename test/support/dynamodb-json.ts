// Attribute values as the public vectors write them: binary values in Base64.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../src/index.js'

/** JSON in which `B` and `BS` hold Base64. */
export interface JsonValue {
  readonly S?: string
  readonly N?: string
  readonly B?: string
  readonly SS?: string[]
  readonly NS?: string[]
  readonly BS?: string[]
  readonly L?: JsonValue[]
  readonly M?: Record<string, JsonValue>
  readonly BOOL?: boolean
  readonly NULL?: boolean
}

export type JsonItem = Record<string, JsonValue>

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

export function fromJson(value: JsonValue): AttributeValue {
  if (value.S !== undefined) return { S: value.S }
  if (value.N !== undefined) return { N: value.N }
  if (value.B !== undefined) return { B: bytes(value.B) }
  if (value.SS !== undefined) return { SS: value.SS }
  if (value.NS !== undefined) return { NS: value.NS }
  if (value.BS !== undefined) return { BS: value.BS.map(bytes) }
  if (value.L !== undefined) return { L: value.L.map(fromJson) }
  if (value.M !== undefined) return { M: itemFromJson(value.M) }
  if (value.BOOL !== undefined) return { BOOL: value.BOOL }
  return { NULL: true }
}

export function itemFromJson(item: JsonItem): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromJson(value)]))
}

/** Sets are unordered: the same members in one order, numbers canonical, for comparison. */
export function normalized(value: AttributeValue): AttributeValue {
  if (value.SS !== undefined) return { SS: [...value.SS].sort() }
  if (value.NS !== undefined) return { NS: value.NS.map(String).sort() }
  if (value.BS !== undefined) return { BS: [...value.BS].sort((a, b) => Buffer.compare(a, b)) }
  if (value.L !== undefined) return { L: value.L.map(normalized) }
  if (value.M !== undefined) return { M: normalizedItem(value.M) }
  return value
}

export function normalizedItem(item: Item): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, normalized(value)]))
}
