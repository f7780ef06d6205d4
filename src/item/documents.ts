// Native JavaScript values to attribute values and back, by the SDK's own marshaller, with what it would lose refused.
import {
  convertToAttr,
  convertToNative,
  type marshallOptions,
  type NativeAttributeValue,
  type unmarshallOptions,
} from '@aws-sdk/util-dynamodb'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { canonicalNumber } from '../format/number-text.js'
import { FormatError } from '../format/format-error.js'
import { setOwn, type Item } from '../items.js'

/** A native JavaScript object that `@aws-sdk/util-dynamodb` marshalls into an item. */
export type Document = Record<string, NativeAttributeValue>
export type MarshallOptions = marshallOptions
export type UnmarshallOptions = unmarshallOptions

/**
 * @throws DynamoDBEncryptionError `INVALID_ITEM` for an `undefined` (unless `removeUndefinedValues`), for what has no attribute
 * value, and for the name `__proto__` at any depth, which the SDK's marshaller would drop
 */
export function itemFromDocument(document: Document, options: MarshallOptions = {}): Item {
  const item: Item = {}
  for (const [name, value] of Object.entries<unknown>(document)) {
    assertName(name, name)
    if (value === undefined && options.removeUndefinedValues === true) continue
    item[name] = toAttribute(name, value, options)
  }
  return item
}

/**
 * @throws DynamoDBEncryptionError `INVALID_ITEM` for a number that the target type can't hold exactly, and for the name
 * `__proto__` at any depth, which the SDK's marshaller would turn into a prototype
 */
export function documentFromItem(item: Item, options: UnmarshallOptions = {}): Document {
  const document: Document = {}
  for (const [name, value] of Object.entries(item)) {
    assertName(name, name)
    assertRepresentable(name, value, options)
    setOwn<unknown>(document, name, toNative(name, value, options))
  }
  return document
}

function toAttribute(name: string, value: unknown, options: MarshallOptions): AttributeValue {
  let attribute: AttributeValue
  try {
    attribute = convertToAttr(value, options)
  } catch {
    // No cause and none of the SDK's words: they quote the value.
    throw noAttributeValue(name)
  }
  assertKept(name, value, options)
  return attribute
}

function noAttributeValue(name: string): DynamoDBEncryptionError {
  return invalid(
    name,
    'it holds something that has no attribute value: undefined, a function, a class instance, an empty or mixed set, or a number beyond ' +
      'what JavaScript holds exactly. See marshallOptions, or use encryptItem with attribute values.',
  )
}

function toNative(name: string, value: AttributeValue, options: UnmarshallOptions): unknown {
  try {
    return convertToNative(value, options)
  } catch {
    throw invalid(name, 'it has no native form. Use decryptItem, which returns attribute values.')
  }
}

function assertName(attributeName: string, name: string): void {
  if (name === '__proto__') {
    throw invalid(attributeName, 'a document cannot hold the name "__proto__". Use encryptItem and decryptItem, which can.')
  }
}

/**
 * What the marshaller lets through or drops in silence: a nested `__proto__` (gone by now, so the document itself is
 * searched), and sets of mixed members.
 */
function assertKept(attributeName: string, value: unknown, options: MarshallOptions): void {
  if (typeof value === 'function') throw noAttributeValue(attributeName)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (value instanceof Set) {
    if (new Set([...value].map(kindOf)).size > 1) throw noAttributeValue(attributeName)
    return
  }
  // The marshaller would ask this property's name what type the object is.
  const maker: unknown = Object.hasOwn(value, 'constructor') ? Reflect.get(value, 'constructor') : undefined
  if (typeof maker === 'object' && maker !== null && 'name' in maker) throw noAttributeValue(attributeName)
  if (Array.isArray(value) && options.removeUndefinedValues !== true && Object.keys(value).length < value.length)
    throw noAttributeValue(attributeName)
  const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value)
  for (const [key, member] of entries) {
    assertName(attributeName, String(key))
    assertKept(attributeName, member, options)
  }
}

function kindOf(member: unknown): 'S' | 'N' | 'B' {
  if (typeof member === 'string') return 'S'
  return member instanceof ArrayBuffer || ArrayBuffer.isView(member) ? 'B' : 'N'
}

function assertRepresentable(attributeName: string, value: AttributeValue, options: UnmarshallOptions): void {
  // An attribute that is left alone has not been looked at yet.
  if (!isPlainObject(value)) throw invalid(attributeName, 'it is no attribute value')
  if (value.N !== undefined) assertExact(attributeName, value.N, options)
  for (const number of value.NS ?? []) assertExact(attributeName, number, options)
  for (const member of value.L ?? []) assertRepresentable(attributeName, member, options)
  for (const [key, member] of Object.entries(value.M ?? {})) {
    assertName(attributeName, key)
    assertRepresentable(attributeName, member, options)
  }
}

function assertExact(attributeName: string, text: unknown, { wrapNumbers = false }: UnmarshallOptions): void {
  // A wrapped number keeps its text, and a function decides for itself.
  if (wrapNumbers !== false) return
  try {
    if (typeof text !== 'string') throw new FormatError('a number is not given as a JavaScript string')
    const canonical = canonicalNumber(text)
    const number = Number(canonical)
    const bigintKeepsIt = Math.abs(number) > Number.MAX_SAFE_INTEGER && !canonical.includes('.')
    if (bigintKeepsIt || (Number.isFinite(number) && canonicalNumber(String(number)) === canonical)) return
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  throw invalid(
    attributeName,
    'it holds a number that a JavaScript number cannot hold exactly. Set unmarshallOptions.wrapNumbers, or use decryptItem, which keeps its text.',
  )
}

function invalid(attributeName: string, reason: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_ITEM', `attribute ${quote(attributeName)}: ${reason}`, { attributeName })
}
