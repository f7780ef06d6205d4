// SHA-256 and HMAC for short inputs, the package's most frequent primitive. Everything that hashes an item goes through here.
import { createHash, hash, timingSafeEqual } from 'node:crypto'
import { wipe } from '../bytes.js'
import type { HashName } from './algorithms.js'

/** Length of a SHA-256 digest in bytes. */
export const DIGEST_BYTES = 32

/**
 * Writes SHA-256 of `input` into `to` at `at`.
 *
 * The digest crosses from native code as a one-byte string: making a Buffer for 32 bytes costs more than hashing a short
 * input does (265 ns against 760 ns for 54 bytes on the reference machine, `npm run bench -- sha256`).
 */
export function sha256Into(to: Buffer, at: number, input: Uint8Array): void {
  to.latin1Write(hash('sha256', input, 'binary'), at, DIGEST_BYTES)
}

/** SHA-256 of a text in UTF-8, as bytes of its own. For what is computed once and kept. */
export function sha256OfText(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

/** Longest block of the hashes in use (SHA-384 and SHA-512), and so the room that {@link HmacState} needs before its data. */
export const HMAC_HEADROOM = 128

const NOTHING = Buffer.alloc(0)

/** Lengths of each hash's block and digest in bytes (FIPS 180-4). */
export const HASH_BYTES: Readonly<Record<HashName, { readonly block: number; readonly digest: number }>> = {
  sha1: { block: 64, digest: 20 },
  sha224: { block: 64, digest: 28 },
  sha256: { block: 64, digest: 32 },
  sha384: { block: 128, digest: 48 },
  sha512: { block: 128, digest: 64 },
}

/**
 * HMAC (RFC 2104) as two one-shot hashes over buffers that begin with the padded key, which is made once a key. That is a
 * third faster than `createHmac` for the string to sign of an item with ten attributes.
 */
export class HmacState {
  readonly #hash: HashName
  readonly #block: number
  readonly #innerPad: Buffer
  /** The outer padded key, and room for the inner digest behind it. */
  readonly #outer: Buffer
  #viewed: Buffer | undefined
  #viewedFrom = 0
  #view: Buffer = NOTHING

  constructor(hashName: HashName, key: Uint8Array) {
    this.#hash = hashName
    const { block, digest } = HASH_BYTES[hashName]
    this.#block = block
    const short = key.length > block ? createHash(hashName).update(key).digest() : Buffer.from(key)
    this.#innerPad = Buffer.alloc(block, 0x36)
    this.#outer = Buffer.alloc(block + digest, 0x5c)
    for (const [at, byte] of short.entries()) {
      this.#innerPad[at] = byte ^ 0x36
      this.#outer[at] = byte ^ 0x5c
    }
    wipe(short)
  }

  /**
   * The MAC of `buffer` from `start` to `end`.
   *
   * @param buffer - has at least {@link HMAC_HEADROOM} bytes before `start`, which are used and wiped
   */
  mac(buffer: Buffer, start: number, end: number): Buffer {
    const from = start - this.#block
    buffer.set(this.#innerPad, from)
    const inner = hash(this.#hash, this.#viewOf(buffer, from, end), 'binary')
    buffer.fill(0, from, start)
    this.#outer.latin1Write(inner, this.#block)
    return Buffer.from(hash(this.#hash, this.#outer, 'binary'), 'binary')
  }

  /** A view of the same stretch of the same buffer as the last time is kept: items of a table have few lengths. */
  #viewOf(buffer: Buffer, from: number, end: number): Buffer {
    const kept = this.#view
    if (buffer === this.#viewed && from === this.#viewedFrom && kept.length === end - from) return kept
    this.#viewed = buffer
    this.#viewedFrom = from
    this.#view = buffer.subarray(from, end)
    return this.#view
  }

  wipe(): void {
    wipe(this.#innerPad)
    wipe(this.#outer)
  }
}

/** Compares MACs in constant time; a MAC of another length is just another MAC that does not match. */
export function equalInConstantTime(expected: Uint8Array, given: Uint8Array): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given)
}
