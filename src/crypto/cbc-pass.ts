// All encrypted attributes of an item in one AES-CBC call, in each direction (format section 4).
//
// Writing: each attribute is one block of fresh random bytes and then its padded value. In CBC the ciphertext of the random
// block is uniformly random and is the chaining value of the block after it, so it serves as that attribute's IV (NIST
// SP 800-38A, Appendix C, the cipher applied to a nonce). Whatever chaining value stands before a random block only masks
// it further; for the same reason one cipher object can go on from item to item.
import { createCipheriv, createDecipheriv, type Cipher, type Decipher } from 'node:crypto'

export const BLOCK_BYTES = 16
const ANY_IV = Buffer.alloc(BLOCK_BYTES)

function algorithmOf(key: Uint8Array): string {
  return `aes-${String(key.length * 8)}-cbc`
}

/** A cipher for passes under one key. `update` with whole blocks gives as many bytes back and keeps nothing. */
export function passCipher(key: Uint8Array): Cipher {
  return createCipheriv(algorithmOf(key), key, ANY_IV).setAutoPadding(false)
}

/** A decipher for passes under one key. The block that each stored IV decrypts to is meaningless and is dropped by the caller. */
export function passDecipher(key: Uint8Array): Decipher {
  return createDecipheriv(algorithmOf(key), key, ANY_IV).setAutoPadding(false)
}

/** How many bytes of PKCS#7 padding follow `length` bytes: 1 to 16. */
export function paddingFor(length: number): number {
  return BLOCK_BYTES - (length & (BLOCK_BYTES - 1))
}

/**
 * Where the value ends in a decrypted and padded run of bytes.
 *
 * @returns -1 where the padding is not PKCS#7. The signature over the ciphertext has held by then, so this tells nobody
 * who lacks the signing key anything (format section 5).
 */
export function unpaddedEnd(plaintext: Buffer, start: number, end: number): number {
  const padding = plaintext[end - 1] ?? 0
  if (padding < 1 || padding > BLOCK_BYTES || padding > end - start) return -1
  for (let at = end - padding; at < end; at++) if (plaintext[at] !== padding) return -1
  return end - padding
}
