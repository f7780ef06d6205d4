// Items as the peers write them: DynamoDB's own form, with bytes in Base64. Names are data: `__proto__` stays an own property.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { itemFromJson, type JsonItem, type JsonValue } from '../../test/support/dynamodb-json.js'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')

export function itemToJson(item: Item): JsonItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueToJson(value)]))
}

function valueToJson(value: AttributeValue): JsonValue {
  if (value.S !== undefined) return { S: value.S }
  if (value.N !== undefined) return { N: value.N }
  if (value.B !== undefined) return { B: base64(value.B) }
  if (value.SS !== undefined) return { SS: value.SS }
  if (value.NS !== undefined) return { NS: value.NS }
  if (value.BS !== undefined) return { BS: value.BS.map(base64) }
  if (value.L !== undefined) return { L: value.L.map(valueToJson) }
  if (value.M !== undefined) return { M: itemToJson(value.M) }
  if (value.BOOL !== undefined) return { BOOL: value.BOOL }
  return { NULL: true }
}

/** @throws Error for an answer that is no item */
export function itemOf(answer: unknown): Item {
  if (!isJsonItem(answer)) throw new Error('a peer answered something else than an item')
  return itemFromJson(answer)
}

function isJsonItem(answer: unknown): answer is JsonItem {
  return (
    typeof answer === 'object' && answer !== null && Object.values(answer).every((value) => typeof value === 'object' && value !== null)
  )
}
