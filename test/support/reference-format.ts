// The item format a second time, as plainly as it can be said and without any code of the package: what the encryptor writes
// is taken apart by this, and what this writes, in either library's form and with faults at will, is read by the encryptor.
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { AttributeAction, Item } from 'dynamodb-encryption-client'

export interface ReferenceForm {
  readonly compareText: (a: string, b: string) => number
  readonly compareBytes: (a: Uint8Array, b: Uint8Array) => number
  readonly missingTableName: string
}

const signed = (bytes: Uint8Array): number[] => [...new Int8Array(bytes)]

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, index) => number !== b[index])
  return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1000)
}

/** `String.compareTo` and signed bytes. */
export const JAVA_FORM: ReferenceForm = {
  compareText: (a, b) => compareNumbers(codeUnits(a), codeUnits(b)),
  compareBytes: (a, b) => compareNumbers(signed(a), signed(b)),
  missingTableName: 'null',
}

/** Code points and unsigned bytes. */
export const PYTHON_FORM: ReferenceForm = {
  compareText: (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)),
  compareBytes: (a, b) => Buffer.compare(a, b),
  missingTableName: 'None',
}

function codeUnits(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function counted(bytes: Uint8Array | string): Buffer {
  const content = Buffer.from(bytes)
  return Buffer.concat([u32(content.length), content])
}

export function tagged(letter: string, ...payload: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([0, letter === '' ? 0 : letter.charCodeAt(0)]), ...payload])
}

/** Numbers must be canonical already: this knows nothing of numbers. */
export function serialize(value: AttributeValue, form: ReferenceForm): Buffer {
  if (value.S !== undefined) return tagged('s', counted(value.S))
  if (value.N !== undefined) return tagged('n', counted(value.N))
  if (value.B !== undefined) return tagged('b', counted(value.B))
  if (value.BOOL !== undefined) return tagged('?', Buffer.from([value.BOOL ? 1 : 0]))
  if (value.NULL !== undefined) return tagged('')
  if (value.SS !== undefined) return tagged('S', members([...value.SS].sort(form.compareText).map(counted)))
  if (value.NS !== undefined) return tagged('N', members([...value.NS].sort(form.compareText).map(counted)))
  if (value.BS !== undefined) return tagged('B', members([...value.BS].sort(form.compareBytes).map(counted)))
  if (value.L !== undefined) return tagged('L', members(value.L.map((member) => serialize(member, form))))
  if (value.M !== undefined) {
    const entries = Object.entries(value.M).sort(([a], [b]) => form.compareText(a, b))
    return tagged('M', members(entries.map(([key, member]) => Buffer.concat([serialize({ S: key }, form), serialize(member, form)]))))
  }
  throw new Error('not an attribute value')
}

function members(serialized: readonly Uint8Array[]): Buffer {
  return Buffer.concat([u32(serialized.length), ...serialized])
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

type ActionFor = (name: string) => AttributeAction

/** @param stored - without the reserved attributes */
export function stringToSign(stored: Item, actionFor: ActionFor, tableName: string | undefined, form: ReferenceForm): Buffer {
  const names = Object.keys(stored)
    .filter((name) => actionFor(name) !== 'DO_NOTHING')
    .sort(form.compareText)
  const digests = names.flatMap((name) => [
    sha256(name),
    sha256(actionFor(name) === 'ENCRYPT_AND_SIGN' ? 'ENCRYPTED' : 'PLAINTEXT'),
    sha256(serialize(stored[name] ?? { NULL: true }, form)),
  ])
  return Buffer.concat([sha256(`TABLE>${tableName ?? form.missingTableName}<TABLE`), ...digests])
}

export function encryptBytes(key: Uint8Array, plaintext: Uint8Array, padding = true): Buffer {
  const iv = randomBytes(16)
  const cipher = createCipheriv(`aes-${String(key.length * 8)}-cbc`, key, iv).setAutoPadding(padding)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final()])
}

export function decryptBytes(key: Uint8Array, stored: Uint8Array): Buffer {
  const decipher = createDecipheriv(`aes-${String(key.length * 8)}-cbc`, key, stored.subarray(0, 16))
  return Buffer.concat([decipher.update(stored.subarray(16)), decipher.final()])
}

export function describe(pairs: Iterable<readonly [string, string]>): Buffer {
  return Buffer.concat([u32(0), ...[...pairs].map(([name, value]) => Buffer.concat([counted(name), counted(value)]))])
}

/** @returns names to values; nothing is checked */
export function readDescription(bytes: Uint8Array): Record<string, string> {
  const buffer = Buffer.from(bytes)
  const texts: string[] = []
  for (let at = 4; at < buffer.length;) {
    const length = buffer.readUInt32BE(at)
    texts.push(buffer.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return Object.fromEntries(texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? '']] : [])))
}

export const SIGNATURE = '*amzn-ddb-map-sig*'
export const DESCRIPTION = '*amzn-ddb-map-desc*'
export const CBC_ENTRY = ['amzn-ddb-map-sym-mode', '/CBC/PKCS5Padding'] as const

export interface ReferenceWriting {
  readonly contentKey?: Uint8Array
  readonly macKey: Uint8Array
  readonly macHash?: string
  readonly actionFor: ActionFor
  readonly tableName?: string | undefined
  readonly form?: ReferenceForm
  /** Pairs of the description, as they are; none: no description attribute. */
  readonly description?: Iterable<readonly [string, string]>
  /** Takes the place of a plaintext value's serialization, to put faults where a signature covers them. */
  readonly serialized?: Readonly<Record<string, Uint8Array>>
  /** Takes the place of a whole stored value. */
  readonly stored?: Item
}

/** An item as either library would have stored it. */
export function storeItem(item: Item, writing: ReferenceWriting): Item {
  const { contentKey, macKey, macHash = 'sha256', actionFor, tableName, form = JAVA_FORM, serialized = {}, stored: storedAs = {} } = writing
  const stored: Item = {}
  for (const [name, value] of Object.entries(item)) {
    const given = storedAs[name]
    if (given !== undefined) define(stored, name, given)
    else if (actionFor(name) === 'ENCRYPT_AND_SIGN') {
      if (contentKey === undefined) throw new Error('an encrypted attribute takes a contentKey')
      define(stored, name, { B: encryptBytes(contentKey, serialized[name] ?? serialize(value, form)) })
    } else define(stored, name, value)
  }
  const signature = createHmac(macHash, macKey)
    .update(stringToSign(stored, actionFor, tableName, form))
    .digest()
  if (writing.description !== undefined) stored[DESCRIPTION] = { B: describe(writing.description) }
  stored[SIGNATURE] = { B: signature }
  return stored
}

function define(item: Item, name: string, value: AttributeValue): void {
  Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true })
}
