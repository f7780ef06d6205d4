import { constraintError, serializationError } from './kms-errors.js'

/** A JSON object of a request or an answer. Binary members are base64 in it, times are seconds since 1970. */
export type JsonObject = Readonly<Record<string, unknown>>

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/**
 * @param body - UTF-8 JSON
 * @throws KmsError `SerializationException` unless it is one JSON object
 */
export function parseInput(body: Uint8Array): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw serializationError()
  }
  if (!isJsonObject(parsed)) throw serializationError()
  return parsed
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

/** One member as what it has to be: undefined when it is absent, `SerializationException` when it is something else. */
function read<T>(input: JsonObject, member: string, is: (value: unknown) => value is T): T | undefined {
  const value = input[member]
  if (value === undefined || value === null) return undefined
  if (!is(value)) throw serializationError()
  return value
}

function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw constraintError(member, 'null', 'not be null')
  return value
}

export function readText(input: JsonObject, member: string): string | undefined {
  return read(input, member, isText)
}

export function needText(input: JsonObject, member: string): string {
  const text = required(readText(input, member), member)
  if (text === '') throw constraintError(member, '', 'have length greater than or equal to 1')
  return text
}

export function readFlag(input: JsonObject, member: string): boolean | undefined {
  return read(input, member, (value) => typeof value === 'boolean')
}

/** @throws KmsError `ValidationException` outside `least` to `most` */
export function readInteger(input: JsonObject, member: string, least: number, most: number): number | undefined {
  const number = read(input, member, (value): value is number => typeof value === 'number' && Number.isSafeInteger(value))
  if (number === undefined) return undefined
  if (number < least) throw constraintError(member, String(number), `have value greater than or equal to ${least}`)
  if (number > most) throw constraintError(member, String(number), `have value less than or equal to ${most}`)
  return number
}

/** @throws KmsError `ValidationException` unless it has 1 to `most` bytes */
export function needBytes(input: JsonObject, member: string, most: number): Buffer {
  const text = required(readText(input, member), member)
  // Buffer.from skips what is not base64; KMS does not.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw serializationError()
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length < 1) throw constraintError(member, undefined, 'have length greater than or equal to 1')
  if (bytes.length > most) throw constraintError(member, undefined, `have length less than or equal to ${most}`)
  return bytes
}

/** An encryption context: pairs of texts. */
export type EncryptionContext = Readonly<Record<string, string>>

export function isContext(value: unknown): value is EncryptionContext {
  return isJsonObject(value) && Object.values(value).every(isText)
}

export function readContext(input: JsonObject, member: string): EncryptionContext | undefined {
  return read(input, member, isContext)
}

export function readTexts(input: JsonObject, member: string): readonly string[] | undefined {
  return read(input, member, isTexts)
}
