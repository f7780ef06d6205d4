// ECDSA signatures in their two forms: r and s end to end, as tokens have them, and DER, as Java writes and reads them (RFC 3279).

const SEQUENCE = 0x30
const INTEGER = 0x02
const LONG_LENGTH = 0x81

/** @param signature - r and s, of equal length */
export function toDer(signature: Uint8Array): Buffer {
  const half = signature.length / 2
  const body = Buffer.concat([integer(signature.subarray(0, half)), integer(signature.subarray(half))])
  return Buffer.concat([header(SEQUENCE, body.length), body])
}

/**
 * @param bytes - of r, and of s: the length of the curve's order
 * @returns r and s end to end; undefined for anything but DER of two numbers that fit
 */
export function fromDer(der: Uint8Array, bytes: number): Buffer | undefined {
  const outer = element(der, SEQUENCE)
  if (outer?.rest.length !== 0) return undefined
  const r = element(outer.content, INTEGER)
  const s = r && element(r.rest, INTEGER)
  if (s?.rest.length !== 0) return undefined
  const [left, right] = [fixed(r?.content, bytes), fixed(s.content, bytes)]
  return left && right && Buffer.concat([left, right])
}

function header(tag: number, length: number): Buffer {
  return Buffer.from(length < 0x80 ? [tag, length] : [tag, LONG_LENGTH, length])
}

function integer(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0)
  const digits = start === -1 ? Buffer.alloc(1) : Buffer.from(magnitude.subarray(start))
  const sign = isNegative(digits) ? Buffer.alloc(1) : Buffer.alloc(0)
  return Buffer.concat([header(INTEGER, sign.length + digits.length), sign, digits])
}

interface Element {
  readonly content: Uint8Array
  readonly rest: Uint8Array
}

/** The first element, where it has that tag and a length in its shortest form. Two numbers of P-521 need no third form. */
function element(der: Uint8Array, tag: number): Element | undefined {
  const [first, second = 0, third = 0] = der
  const long = second === LONG_LENGTH
  const [start, length] = long ? [3, third] : [2, second]
  if (first !== tag || (long ? length < 0x80 : length >= 0x80) || der.length < start + length) return undefined
  return { content: der.subarray(start, start + length), rest: der.subarray(start + length) }
}

/** A positive DER integer, in so many bytes. */
function fixed(content: Uint8Array | undefined, bytes: number): Buffer | undefined {
  if (content === undefined || content.length === 0 || isNegative(content)) return undefined
  const padded = content[0] === 0 && content.length > 1
  if (padded && !isNegative(content.subarray(1))) return undefined
  const digits = padded ? content.subarray(1) : content
  if (digits.length > bytes) return undefined
  return Buffer.concat([Buffer.alloc(bytes - digits.length), digits])
}

function isNegative(content: Uint8Array): boolean {
  return ((content[0] ?? 0) & 0x80) !== 0
}
