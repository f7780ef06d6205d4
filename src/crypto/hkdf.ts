// HKDF with HMAC-SHA-256 and no salt (RFC 5869).
import { hkdfSync } from 'node:crypto'

/** @returns `length` bytes in memory of their own */
export function hkdf(secret: Uint8Array, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', info, length))
}
