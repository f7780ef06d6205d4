// Items as they are on the wire: binary values in Base64.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { setOwn, type Item } from '../../src/items.js'

/** What JSON.stringify makes the body of. */
export function written(item: Readonly<Item>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(item)) setOwn(result, name, writtenValue(value))
  return result
}

function writtenValue(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(base64) }
  if (value.L !== undefined) return { L: value.L.map(writtenValue) }
  if (value.M !== undefined) return { M: written(value.M) }
  return value
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

export function revived(item: Readonly<Record<string, unknown>>): Item {
  const result: Item = {}
  for (const [name, value] of Object.entries(item)) setOwn(result, name, revivedValue(value as Record<string, unknown>))
  return result
}

function revivedValue(value: Readonly<Record<string, unknown>>): AttributeValue {
  const { B, BS, L, M } = value
  if (typeof B === 'string') return { B: new Uint8Array(Buffer.from(B, 'base64')) }
  if (Array.isArray(BS)) return { BS: BS.map((text) => new Uint8Array(Buffer.from(String(text), 'base64'))) }
  if (Array.isArray(L)) return { L: L.map((member) => revivedValue(member as Record<string, unknown>)) }
  if (typeof M === 'object' && M !== null) return { M: revived(M as Record<string, unknown>) }
  return value as unknown as AttributeValue
}
