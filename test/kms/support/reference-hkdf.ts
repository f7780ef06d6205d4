// HKDF with SHA-256 a second time, from RFC 5869 section 2 and HMAC alone: what the derived keys are checked against.
import { createHmac } from 'node:crypto'

/** @param salt - none is 32 zero bytes (section 2.2) */
export function referenceHkdf(secret: Uint8Array, info: Uint8Array | string, length: number, salt: Uint8Array = Buffer.alloc(32)): Buffer {
  const pseudorandomKey = createHmac('sha256', salt).update(secret).digest()
  let block = Buffer.alloc(0)
  let output = block
  for (let counter = 1; output.length < length; counter++) {
    block = createHmac('sha256', pseudorandomKey).update(block).update(info).update(Buffer.of(counter)).digest()
    output = Buffer.concat([output, block])
  }
  return output.subarray(0, length)
}
