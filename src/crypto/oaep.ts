// RSA-OAEP (RFC 8017 section 7.1) with its label hash and its MGF1 hash chosen apart, which node:crypto cannot do: Java's
// `OAEPWithSHA-256AndMGF1Padding` means SHA-256 for the (empty) label and SHA-1 for MGF1, and Python follows Java.
// The RSA operation itself is OpenSSL's, with its blinding.
import { constants, hash, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto'
import { byteAt, wipe } from '../bytes.js'
import type { HashName } from './algorithms.js'
import { HASH_BYTES } from './digest.js'
import { maskEqual, select } from './constant-time.js'
import { keyFromBlock } from './padded-key.js'
import { randomKey } from './random-pool.js'

const MGF1_HASH = 'sha1'
const MGF1_BYTES = HASH_BYTES[MGF1_HASH].digest

/** Longest message that this padding leaves room for, in bytes. */
export function oaepRoom(modulusBytes: number, labelHash: HashName): number {
  return modulusBytes - 2 * HASH_BYTES[labelHash].digest - 2
}

/** @param message - at most {@link oaepRoom} bytes, as an AES key always is under RSA of 2048 bits or more */
export function oaepEncrypt(publicKey: KeyObject, modulusBytes: number, labelHash: HashName, message: Uint8Array): Buffer {
  const hashBytes = HASH_BYTES[labelHash].digest
  const block = Buffer.alloc(modulusBytes)
  const seed = block.subarray(1, 1 + hashBytes)
  const data = block.subarray(1 + hashBytes)
  data.write(hash(labelHash, '', 'binary'), 0, 'binary')
  data[data.length - message.length - 1] = 1
  data.set(message, data.length - message.length)
  const random = randomKey(hashBytes)
  seed.set(random)
  wipe(random)
  applyMask(data, seed)
  applyMask(seed, data)
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)
  block.fill(0)
  return wrapped
}

/**
 * Unwraps an AES key. Never fails for what the padding holds: a bad one gives a random key (see {@link keyFromBlock}).
 *
 * @param wrapped - as long as the modulus
 */
export function oaepDecryptKey(privateKey: KeyObject, labelHash: HashName, wrapped: Uint8Array): Buffer {
  const block = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped)
  const hashBytes = HASH_BYTES[labelHash].digest
  const seed = block.subarray(1, 1 + hashBytes)
  const data = block.subarray(1 + hashBytes)
  applyMask(seed, data)
  applyMask(data, seed)
  const label = Buffer.from(hash(labelHash, '', 'binary'), 'binary')

  // From here on nothing branches on, or indexes by, what was decrypted.
  let good = maskEqual(byteAt(block, 0), 0)
  for (let at = 0; at < hashBytes; at++) good &= maskEqual(byteAt(data, at), byteAt(label, at))
  let separator = 0
  let searching = -1
  for (let at = hashBytes; at < data.length; at++) {
    const byte = byteAt(data, at)
    const isOne = maskEqual(byte, 1)
    separator = select(searching & isOne, at, separator)
    // A byte other than 0 before the separator spoils the padding.
    good &= ~(searching & ~isOne & ~maskEqual(byte, 0))
    searching &= ~isOne
  }
  good &= ~searching
  return keyFromBlock(block, 1 + hashBytes + separator + 1, good)
}

/**
 * XORs MGF1 of `seed` into `target` (RFC 8017 appendix B.2.1). The twelve hashes of a 2048-bit block cost 4 us as one-shot
 * hashes, a multiple of that as Hash objects.
 */
function applyMask(target: Buffer, seed: Buffer): void {
  const input = Buffer.alloc(seed.length + 4)
  const mask = Buffer.alloc(target.length + MGF1_BYTES)
  input.set(seed)
  for (let counter = 0, from = 0; from < target.length; counter++, from += MGF1_BYTES) {
    input.writeUInt32BE(counter, seed.length)
    mask.latin1Write(hash(MGF1_HASH, input, 'binary'), from, MGF1_BYTES)
  }
  for (let at = 0; at < target.length; at++) target[at] = byteAt(target, at) ^ byteAt(mask, at)
  input.fill(0)
  mask.fill(0)
}
