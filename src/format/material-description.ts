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
/** Of the length before each text. */
const LENGTH_BYTES = 4
/** Far above what any provider writes (an RSA-16384 wrapped key is 2.7 KB), far below what an attacker could store. */
const LONGEST = 0x10000

const writer = new ByteWriter(1024)

/**
 * The description's bytes, names in ascending order as Python has them (readers take any order).
 *
 * @param over - entries that take the place of the description's own of that name
 */
export function writeMaterialDescription(description: MaterialDescription, over: MaterialDescription = NONE): Uint8Array {
  return likeTheLast(description, over) ?? serialize(description, over)
}

/** No entries at all; one object, so that it is recognized. */
export const NONE: MaterialDescription = Object.freeze({})

function serialize(description: MaterialDescription, over: MaterialDescription): Uint8Array {
  const names = Object.keys(over)
  for (const name of Object.keys(description)) if (!Object.hasOwn(over, name)) names.push(name)
  if (names.length > 1) names.sort()
  let key: Stretch | undefined
  writer.position = 0
  writer.u32(VERSION)
  for (const name of names) {
    writer.countedText(name)
    /* v8 ignore next -- each name is one of the two objects' own */
    const value = getOwn(over, name) ?? getOwn(description, name) ?? ''
    const from = writer.position + LENGTH_BYTES
    writer.countedText(value)
    if (name === WRAPPED_KEY && !Object.hasOwn(over, name)) key = { from, to: writer.position }
  }
  if (writer.position > LONGEST) throw new FormatError(`it is longer than ${String(LONGEST)} bytes`)
  const bytes = Buffer.from(writer.buffer.subarray(0, writer.position))
  if (bytes.length <= LONGEST_KEPT) lastWritten = { description: { ...description }, over: { ...over }, key, bytes }
  return asUint8Array(Buffer.from(bytes))
}

/** Where a value lies in a description's bytes. */
interface Stretch {
  readonly from: number
  readonly to: number
}

/** A description that was written. Of all that one provider writes, only the wrapped keys differ. */
interface Written {
  readonly description: MaterialDescription
  readonly over: MaterialDescription
  /** The wrapped key among the bytes, where the description has one. */
  readonly key: Stretch | undefined
  readonly bytes: Buffer
}

let lastWritten: Written | undefined
const LONGEST_KEPT = 4096
/** Room behind the wrapped key in which a longer form of it would show: the longest character has four bytes. */
const SHOWS = 4

/** A copy of what was written last, with the wrapped key of this description; undefined where anything else differs. */
function likeTheLast(description: MaterialDescription, over: MaterialDescription): Uint8Array | undefined {
  const last = lastWritten
  if (last === undefined || !sameButForKey(description, last.description) || !sameButForKey(over, last.over)) return undefined
  const { key, bytes } = last
  // In Node's pool: memory of its own costs 0.6 us, and nothing here is secret.
  const copy = Buffer.allocUnsafe(bytes.length)
  copy.set(bytes)
  if (key !== undefined) {
    /* v8 ignore next -- the two have the same names */
    const text = description[WRAPPED_KEY] ?? ''
    const length = key.to - key.from
    // As many bytes as characters: all are ASCII, and the lengths around the text are still true.
    if (text.length !== length || key.to + SHOWS > bytes.length || copy.utf8Write(text, key.from) !== length) return undefined
  }
  return asUint8Array(copy)
}

/** Whether two descriptions have the same entries, whatever their wrapped keys are. */
function sameButForKey(description: MaterialDescription, last: MaterialDescription): boolean {
  for (const name in description) {
    if (!Object.hasOwn(description, name) || !Object.hasOwn(last, name)) return false
    if (name !== WRAPPED_KEY && description[name] !== last[name]) return false
  }
  for (const name in last) if (!Object.hasOwn(description, name)) return false
  return true
}

/**
 * The description that bytes hold. Unknown names are kept; a name that occurs twice must have one value.
 *
 * @throws FormatError for another version, a length past the end, a name with two values, more than 64 KiB
 */
export function readMaterialDescription(bytes: Uint8Array): MaterialDescription {
  if (bytes.length > LONGEST) throw new FormatError(`it is longer than ${String(LONGEST)} bytes`)
  if (bytes.length === lastWhole?.bytes.length && lastWhole.bytes.equals(bytes)) return lastWhole.description
  const text = asciiText(bytes)
  return (text === undefined ? undefined : readLikeTheLast(text)) ?? parse(new TextReader(asBuffer(bytes), text), bytes, text)
}

function parse(reader: TextReader, bytes: Uint8Array, text: string | undefined): MaterialDescription {
  if (reader.u32() !== VERSION) throw new FormatError('its version is not 0')
  const description: Record<string, string> = {}
  let key: Stretch | undefined
  let twice = false
  while (reader.left > 0) {
    const name = reader.countedText()
    const value = reader.countedText()
    const earlier = getOwn(description, name)
    if (earlier !== undefined && earlier !== value) throw new FormatError('a name occurs twice with different values')
    twice ||= earlier !== undefined
    setOwn(description, name, value)
    if (name === WRAPPED_KEY) key = { from: reader.position - value.length, to: reader.position }
  }
  // A second wrapped key would have to change along with the first.
  if (text !== undefined && !twice) {
    const kept = Object.freeze({ ...description })
    if (key === undefined) lastWhole = { bytes: Buffer.from(bytes), description: kept }
    else lastKeyed = { length: text.length, before: text.slice(0, key.from), key, behind: text.slice(key.to), description: kept }
  }
  return description
}

/** The last description that was read and has no wrapped key: all that a provider without one writes are the same. */
let lastWhole: { readonly bytes: Buffer; readonly description: MaterialDescription } | undefined

/** The last one that was read and has a wrapped key: what a provider writes is the same before and behind it. */
let lastKeyed: KeyedRead | undefined

interface KeyedRead {
  readonly length: number
  readonly before: string
  readonly key: Stretch
  readonly behind: string
  readonly description: MaterialDescription
}

/** What was read last, with this text's wrapped key; undefined where anything else differs, be it a length. */
function readLikeTheLast(text: string): MaterialDescription | undefined {
  if (text.length !== lastKeyed?.length || !text.startsWith(lastKeyed.before) || !text.endsWith(lastKeyed.behind)) return undefined
  const { key, description } = lastKeyed
  return { ...description, [WRAPPED_KEY]: text.slice(key.from, key.to) }
}

const inHand = Buffer.alloc(LONGEST_KEPT)

/** The bytes as one text with a character for each; undefined where they are too many, or not all ASCII, as they mostly are. */
function asciiText(bytes: Uint8Array): string | undefined {
  const { length } = bytes
  if (length > LONGEST_KEPT) return undefined
  // Copying costs less than making a Buffer of the same memory.
  inHand.set(bytes)
  const text = inHand.utf8Slice(0, length)
  // A single byte that is no UTF-8 becomes a single U+FFFD.
  return text.length === length && !text.includes('\uFFFD') ? text : undefined
}

/** Cuts its texts out of one decoded string where all bytes are ASCII: half the time of decoding each. */
class TextReader extends ByteReader {
  readonly #ascii: string | undefined

  constructor(buffer: Buffer, ascii: string | undefined) {
    super(buffer)
    this.#ascii = ascii
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
