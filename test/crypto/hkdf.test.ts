// HKDF with HMAC-SHA-256 and no salt: RFC 5869, and its two steps by hand.
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hkdf } from '../../src/crypto/hkdf.js'
import { secretBytes } from '../support/test-keys.js'

test('RFC 5869, test case 3', () => {
  expect(hkdf(Buffer.alloc(22, 0x0b), '', 42).toString('hex')).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  )
})

describe.each(['Encryption', 'Signing'])('%s', (info) => {
  test.each([1, 16, 24, 32, 33, 64, 100])('%i bytes', (length) => {
    const secret = secretBytes(32)
    const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest()
    const expanded: Buffer[] = []
    for (let block = 1; expanded.length * 32 < length; block++) {
      const previous = expanded[expanded.length - 1] ?? Buffer.alloc(0)
      expanded.push(createHmac('sha256', extracted).update(previous).update(info).update(Buffer.of(block)).digest())
    }
    expect(hkdf(secret, info, length)).toEqual(Buffer.concat(expanded).subarray(0, length))
  })
})
