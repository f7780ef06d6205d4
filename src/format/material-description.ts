// The material description: its names, and its bytes (format section 3).
import { asBuffer, asUint8Array } from '../bytes.js'
import { getOwn, setOwn } from '../items.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { FormatError } from './format-error.js'

/** Names to values: how an item was encrypted and signed. Stored beside the item, unsigned. */
export type MaterialDescription = Readonly<Record<string, string>>

/** Names whose prefix, `amzn-ddb-map-` by default, Java lets its caller choose. */
export const MODE_SUFFIX = 'sym-mode'
export const SIGNING_ALGORITHM_SUFFIX = 'signingAlg'
export const DEFAULT_DESCRIPTION_PREFIX = 'amzn-ddb-map-'

/** The value of the mode entry: the only mode there is. */
export const CBC_MODE = '/CBC/PKCS5Padding'

/** Names that materials providers write. */
export const WRAPPED_KEY = 'amzn-ddb-env-key'
export const CONTENT_KEY_ALGORITHM = 'amzn-ddb-env-alg'
export const WRAPPING_ALGORITHM = 'amzn-ddb-wrap-alg'

const VERSION = 0
/** Far above what any provider writes (an RSA-16384 wrapped key is 2.7 KB), far below what an attacker could store. */
const LONGEST = 0x10000

const writer = new ByteWriter(1024)

/**
 * The description's bytes, names in ascending order as Python has them (readers take any order).
 *
 * @param over - entries that take the place of the description's own of that name
 */
export function writeMaterialDescription(description: MaterialDescription, over: MaterialDescription = NONE): Uint8Array {
  // Frozen objects cannot have changed since: the Static provider has the same two for every item.
  const cacheable = Object.isFrozen(description) && Object.isFrozen(over)
  if (!cacheable || lastWritten?.description !== description || lastWritten.over !== over) {
    const bytes = serialize(description, over)
    if (!cacheable) return bytes
    lastWritten = { description, over, bytes }
  }
  return pooled(lastWritten.bytes)
}

/** No entries at all; one object, so that it is recognized. */
export const NONE: MaterialDescription = Object.freeze({})

let lastWritten: { readonly description: MaterialDescription; readonly over: MaterialDescription; readonly bytes: Uint8Array } | undefined

function serialize(description: MaterialDescription, over: MaterialDescription): Uint8Array {
  const names = Object.keys(over)
  for (const name of Object.keys(description)) if (!Object.hasOwn(over, name)) names.push(name)
  if (names.length > 1) names.sort()
  writer.position = 0
  writer.u32(VERSION)
  for (const name of names) {
    writer.countedText(name)
    /* v8 ignore next -- each name is one of the two objects' own */
    writer.countedText(getOwn(over, name) ?? getOwn(description, name) ?? '')
  }
  if (writer.position > LONGEST) throw new FormatError(`it is longer than ${String(LONGEST)} bytes`)
  return pooled(writer.buffer.subarray(0, writer.position))
}

/** A copy in Node's pool: memory of its own costs 0.6 us, and nothing here is secret. */
function pooled(bytes: Uint8Array): Uint8Array {
  return asUint8Array(Buffer.from(bytes))
}

/**
 * The description that bytes hold. Unknown names are kept; a name that occurs twice must have one value.
 *
 * @throws FormatError for another version, a length past the end, a name with two values, more than 64 KiB
 */
export function readMaterialDescription(bytes: Uint8Array): MaterialDescription {
  if (bytes.length > LONGEST) throw new FormatError(`it is longer than ${String(LONGEST)} bytes`)
  if (bytes.length === lastRead?.bytes.length && lastRead.bytes.equals(bytes)) return lastRead.description
  const reader = new TextReader(asBuffer(bytes))
  if (reader.u32() !== VERSION) throw new FormatError('its version is not 0')
  const description: Record<string, string> = {}
  while (reader.left > 0) {
    const name = reader.countedText()
    const value = reader.countedText()
    const earlier = getOwn(description, name)
    if (earlier !== undefined && earlier !== value) throw new FormatError('a name occurs twice with different values')
    setOwn(description, name, value)
  }
  // Without a wrapped key a description says the same of every item that a provider wrote.
  if (!Object.hasOwn(description, WRAPPED_KEY)) lastRead = { bytes: Buffer.from(bytes), description: Object.freeze(description) }
  return description
}

let lastRead: { readonly bytes: Buffer; readonly description: MaterialDescription } | undefined

/** Cuts its texts out of one decoded string where all bytes are ASCII, as they mostly are: half the time of decoding each. */
class TextReader extends ByteReader {
  readonly #ascii: string | undefined

  constructor(buffer: Buffer) {
    super(buffer)
    const text = buffer.utf8Slice(0, buffer.length)
    // A character for each byte, and none that stands for an invalid byte.
    if (text.length === buffer.length && !text.includes('\uFFFD')) this.#ascii = text
  }

  override countedText(): string {
    if (this.#ascii === undefined) return super.countedText()
    const length = this.u32()
    const start = this.advance(length)
    return this.#ascii.slice(start, start + length)
  }
}

/** Both descriptions' entries; where both have a name, `over` has its way. Safe for any name. */
export function mergeDescriptions(under: MaterialDescription = NONE, over: MaterialDescription = NONE): MaterialDescription {
  if (isEmpty(over)) return under
  return isEmpty(under) ? over : { ...under, ...over }
}

/** A wrapped key and its algorithms, with the requested entries beside them. */
export function envelopeDescription(
  requested: MaterialDescription,
  wrappedKey: string,
  contentAlgorithm: string,
  wrappingAlgorithm: string,
): MaterialDescription {
  // A literal of fixed names costs a twentieth of adding the same names to a copy.
  const envelope = { [CONTENT_KEY_ALGORITHM]: contentAlgorithm, [WRAPPED_KEY]: wrappedKey, [WRAPPING_ALGORITHM]: wrappingAlgorithm }
  return isEmpty(requested) ? envelope : { ...requested, ...envelope }
}

/** Java stores no description where there is nothing to say. */
export function isEmpty(description: MaterialDescription): boolean {
  for (const name in description) if (Object.hasOwn(description, name)) return false
  return true
}
