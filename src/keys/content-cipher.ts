// AES-CBC under one content key: for a whole item in one pass, and for one value as the public interface has it.
import type { Cipher, Decipher } from 'node:crypto'
import { asBuffer } from '../bytes.js'
import { BLOCK_BYTES, paddingFor, passCipher, passDecipher, unpaddedEnd } from '../crypto/cbc-pass.js'
import { randomKey } from '../crypto/random-pool.js'

/** Makes its ciphers when they are first used, and keeps them: half of a pass over 1 KB is making the cipher. */
export class ContentCipher {
  readonly #key: Buffer
  #cipher: Cipher | undefined
  #decipher: Decipher | undefined

  constructor(key: Buffer) {
    this.#key = key
  }

  encrypt(blocks: Uint8Array): Buffer {
    this.#cipher ??= passCipher(this.#key)
    return this.#cipher.update(blocks)
  }

  decrypt(blocks: Uint8Array): Buffer {
    this.#decipher ??= passDecipher(this.#key)
    return this.#decipher.update(blocks)
  }

  encryptValue(plaintext: Uint8Array): Uint8Array {
    const padding = paddingFor(plaintext.length)
    const blocks = Buffer.alloc(BLOCK_BYTES + plaintext.length + padding, padding)
    blocks.set(randomKey(BLOCK_BYTES))
    blocks.set(plaintext, BLOCK_BYTES)
    const stored = this.encrypt(blocks)
    blocks.fill(0)
    return stored
  }

  /** @returns undefined where it is no ciphertext of this key */
  decryptValue(stored: Uint8Array): Uint8Array | undefined {
    if (stored.length < 2 * BLOCK_BYTES || stored.length % BLOCK_BYTES !== 0) return undefined
    const plaintext = this.decrypt(asBuffer(stored))
    const end = unpaddedEnd(plaintext, BLOCK_BYTES, plaintext.length)
    return end === -1 ? undefined : plaintext.subarray(BLOCK_BYTES, end)
  }

  wipe(): void {
    this.#key.fill(0)
    this.#cipher = undefined
    this.#decipher = undefined
  }
}
