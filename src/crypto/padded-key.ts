// Takes a content key out of a decrypted and padded RSA block without telling failures apart.
import { byteAt, wipe } from '../bytes.js'
import { AES_KEY_BYTES } from './algorithms.js'
import { maskEqual, select } from './constant-time.js'
import { randomKey } from './random-pool.js'

const LONGEST_KEY = 32

/**
 * The message at the end of `block`, if the padding was good and the message is as long as an AES key; otherwise a random
 * key of 32 bytes, which then fails as a wrong key does (RFC 8017 section 7.1.2, note; Bleichenbacher 1998; Manger 2001).
 *
 * Branch-free: each of the three lengths is tried under a mask, and every byte of the result is selected, not branched to.
 *
 * @param block - the decrypted block, as long as the modulus; wiped here
 * @param messageStart - where the message begins, if `good` is -1
 * @param good - -1 where the padding held, else 0
 */
export function keyFromBlock(block: Buffer, messageStart: number, good: number): Buffer {
  const length = block.length - messageStart
  const key = randomKey(LONGEST_KEY)
  let keyLength = LONGEST_KEY
  for (const candidate of AES_KEY_BYTES) {
    const mask = good & maskEqual(length, candidate)
    const from = block.length - candidate
    for (let at = 0; at < candidate; at++) key[at] = select(mask, byteAt(block, from + at), byteAt(key, at))
    keyLength = select(mask, candidate, keyLength)
  }
  wipe(block)
  return key.subarray(0, keyLength)
}
