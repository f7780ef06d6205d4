// Items as JSON, in the form that DynamoDB's own API, its exports and imports have: binary values in Base64.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { setOwn, type Item } from '../items.js'

/** DynamoDB nests values 32 levels deep at most; a text may claim any depth. */
const DEEPEST = 40

/** What `JSON.stringify` takes. */
export function itemToJson(item: Item): Record<string, unknown> {
  const json: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(item)) setOwn(json, name, valueToJson(value))
  return json
}

function valueToJson(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(base64) }
  if (value.L !== undefined) return { L: value.L.map(valueToJson) }
  if (value.M !== undefined) return { M: itemToJson(value.M) }
  return value
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/**
 * @param json - what `JSON.parse` gave
 * @throws DynamoDBEncryptionError `INVALID_ITEM`, with the attribute's name
 */
export function itemFromJson(json: unknown): Item {
  if (!isPlainObject(json)) throw invalid('an item in DynamoDB JSON is an object such as {"id":{"S":"7"}}')
  return mapFromJson(json, 0)
}

function mapFromJson(json: Readonly<Record<string, unknown>>, depth: number): Item {
  const item: Item = {}
  for (const [name, value] of Object.entries(json)) setOwn(item, name, valueFromJson(value, name, depth))
  return item
}

function valueFromJson(json: unknown, name: string, depth: number): AttributeValue {
  const entries = isPlainObject(json) ? Object.entries(json) : []
  const [entry] = entries
  if (entry === undefined || entries.length !== 1 || depth > DEEPEST) throw notAValue(name)
  const [type, value] = entry
  switch (type) {
    case 'S':
    case 'N':
      if (typeof value === 'string') return type === 'S' ? { S: value } : { N: value }
      break
    case 'BOOL':
      if (typeof value === 'boolean') return { BOOL: value }
      break
    case 'NULL':
      if (value === true) return { NULL: true }
      break
    case 'B':
      if (typeof value === 'string') return { B: bytesOf(value, name) }
      break
    case 'SS':
    case 'NS':
    case 'BS': {
      const members = textsOf(value, name)
      if (type === 'BS') return { BS: members.map((member) => bytesOf(member, name)) }
      return type === 'SS' ? { SS: members } : { NS: members }
    }
    case 'L':
      if (isList(value)) return { L: value.map((member) => valueFromJson(member, name, depth + 1)) }
      break
    case 'M':
      if (isPlainObject(value)) return { M: mapFromJson(value, depth + 1) }
      break
  }
  throw notAValue(name)
}

function textsOf(value: unknown, name: string): string[] {
  if (!isList(value)) throw notAValue(name)
  return value.map((member) => {
    if (typeof member !== 'string') throw notAValue(name)
    return member
  })
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Buffer passes over what is no Base64, and so would read something else than was written. */
function bytesOf(text: string, name: string): Uint8Array {
  if (!BASE64.test(text)) throw invalid(`the attribute ${quote(name)} holds a binary value that is no Base64`)
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function notAValue(name: string): DynamoDBEncryptionError {
  return invalid(`the attribute ${quote(name)} holds something that is no value in DynamoDB JSON, such as {"S":"text"} or {"N":"7"}`)
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_ITEM', message)
}
