// Attribute values as streams have them: bytes where the SDK reads a stream, base64 text in the events that Lambda gets as JSON.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { setOwn, type Item } from '../items.js'

/** An attribute value of a stream record, in either form. */
export interface StreamAttributeValue {
  readonly S?: string | undefined
  readonly N?: string | undefined
  /** Bytes, or their base64 text. */
  readonly B?: Uint8Array | string | undefined
  readonly SS?: readonly string[] | undefined
  readonly NS?: readonly string[] | undefined
  readonly BS?: readonly (Uint8Array | string)[] | undefined
  readonly M?: StreamImage | undefined
  readonly L?: readonly StreamAttributeValue[] | undefined
  readonly BOOL?: boolean | undefined
  readonly NULL?: boolean | undefined
}

/** An item of a stream record. */
export type StreamImage = Readonly<Record<string, StreamAttributeValue>>

/** How the binaries of a record are written. */
export type BinaryForm = 'bytes' | 'base64'

/** @throws DynamoDBEncryptionError `INVALID_ITEM` for what is no attribute value */
export function itemOfImage(image: StreamImage): Item {
  return mapped(image, (value, name) => attributeValue(value, name))
}

function attributeValue(value: StreamAttributeValue, name: string): AttributeValue {
  if (value.S !== undefined) return { S: value.S }
  if (value.N !== undefined) return { N: value.N }
  if (value.B !== undefined) return { B: bytesOf(value.B) }
  if (value.SS !== undefined) return { SS: [...value.SS] }
  if (value.NS !== undefined) return { NS: [...value.NS] }
  if (value.BS !== undefined) return { BS: value.BS.map(bytesOf) }
  if (value.M !== undefined) return { M: mapped(value.M, (member) => attributeValue(member, name)) }
  if (value.L !== undefined) return { L: value.L.map((member) => attributeValue(member, name)) }
  if (value.BOOL !== undefined) return { BOOL: value.BOOL }
  if (value.NULL !== undefined) return { NULL: value.NULL }
  throw new DynamoDBEncryptionError('INVALID_ITEM', `attribute ${quote(name)} of a stream record is no attribute value`, {
    attributeName: name,
  })
}

function bytesOf(binary: Uint8Array | string): Uint8Array {
  return typeof binary === 'string' ? Uint8Array.from(Buffer.from(binary, 'base64')) : binary
}

/** The form of the first binary that an image has. An encrypted item has two at least: its description and its signature. */
export function binaryFormOf(image: StreamImage): BinaryForm {
  return Object.values(image).some(hasText) ? 'base64' : 'bytes'
}

function hasText({ B, BS = [], M = {}, L = [] }: StreamAttributeValue): boolean {
  return typeof B === 'string' || BS.some((member) => typeof member === 'string') || Object.values(M).some(hasText) || L.some(hasText)
}

/** The item in the form that the record has. */
export function imageOfItem(item: Item, form: BinaryForm): StreamImage {
  return form === 'bytes' ? item : mapped(item, withText)
}

function withText(value: AttributeValue): StreamAttributeValue {
  if (value.B !== undefined) return { B: textOf(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(textOf) }
  if (value.M !== undefined) return { M: mapped(value.M, withText) }
  if (value.L !== undefined) return { L: value.L.map(withText) }
  return value
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** An object of the same names, whatever they are. */
function mapped<T, U>(source: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> {
  const target: Record<string, U> = {}
  for (const [name, value] of Object.entries(source)) setOwn<U>(target, name, change(value, name))
  return target
}
