// RSA with PKCS#1 v1.5 encryption padding (RFC 8017 section 7.2), for items that older Java or Python programs wrote.
// Only reached where the caller put `RSA/ECB/PKCS1Padding` into a key's `accept` list.
import { constants, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto'
import { byteAt } from '../bytes.js'
import { maskEqual, maskLess, select } from './constant-time.js'
import { keyFromBlock } from './padded-key.js'

const SMALLEST_PADDING = 8

export function pkcs1Encrypt(publicKey: KeyObject, message: Uint8Array): Buffer {
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, message)
}

/**
 * Unwraps an AES key. Never fails for what the padding holds: a bad one gives a random key.
 *
 * @param wrapped - as long as the modulus
 */
export function pkcs1DecryptKey(privateKey: KeyObject, wrapped: Uint8Array): Buffer {
  return rejectsImplicitly(privateKey, wrapped.length) ? byRuntime(privateKey, wrapped) : byHand(privateKey, wrapped)
}

let runtimeRejectsImplicitly: boolean | undefined

/**
 * Whether the runtime answers a bad padding with a synthetic message, as OpenSSL 3.2 does, instead of an error. Node 20
 * refuses PKCS#1 v1.5 private decryption altogether (CVE-2023-46809). Found out by trying: the number 2 decrypts to
 * noise under any key.
 */
function rejectsImplicitly(privateKey: KeyObject, modulusBytes: number): boolean {
  if (runtimeRejectsImplicitly === undefined) {
    const noise = Buffer.alloc(modulusBytes)
    noise[modulusBytes - 1] = 2
    try {
      privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, noise)
      runtimeRejectsImplicitly = true
    } catch {
      runtimeRejectsImplicitly = false
    }
  }
  return runtimeRejectsImplicitly
}

function byRuntime(privateKey: KeyObject, wrapped: Uint8Array): Buffer {
  const message = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, wrapped)
  const block = Buffer.concat([Buffer.alloc(wrapped.length - message.length), message])
  message.fill(0)
  return keyFromBlock(block, wrapped.length - message.length, -1)
}

/** The raw operation is OpenSSL's, with its blinding; only the padding is read here. Exported for tests on every runtime. */
export function byHand(privateKey: KeyObject, wrapped: Uint8Array): Buffer {
  const block = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped)

  // From here on nothing branches on, or indexes by, what was decrypted.
  let good = maskEqual(byteAt(block, 0), 0) & maskEqual(byteAt(block, 1), 2)
  let separator = 0
  let searching = -1
  for (let at = 2; at < block.length; at++) {
    const isZero = maskEqual(byteAt(block, at), 0)
    separator = select(searching & isZero, at, separator)
    searching &= ~isZero
  }
  good &= ~searching & ~maskLess(separator, 2 + SMALLEST_PADDING)
  return keyFromBlock(block, separator + 1, good)
}
