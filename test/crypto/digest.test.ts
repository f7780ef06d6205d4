// The fast SHA-256 and HMAC, against Node's plain ones.
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  DIGEST_BYTES,
  equalInConstantTime,
  HASH_BYTES,
  HMAC_HEADROOM,
  HmacState,
  sha256Into,
  sha256OfText,
} from '../../src/crypto/digest.js'
import { HMAC_ALGORITHMS } from '../../src/crypto/algorithms.js'
import { secretBytes } from '../support/test-keys.js'

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

describe('sha256', () => {
  test.each([0, 1, 31, 32, 55, 56, 63, 64, 65, 119, 120, 1000, 100_000])('of %i bytes, in its place', (length) => {
    const input = secretBytes(length)
    const to = Buffer.alloc(DIGEST_BYTES + 10, 0xee)
    sha256Into(to, 5, input)
    expect(to).toEqual(Buffer.concat([Buffer.alloc(5, 0xee), sha256(input), Buffer.alloc(5, 0xee)]))
  })

  test.each(['', 'abc', 'é€\u{1F600}', 'x'.repeat(1000)])('of the text %j', (text) => {
    expect(sha256OfText(text)).toEqual(sha256(text))
  })
})

describe('HASH_BYTES', () => {
  test.each(Object.entries(HASH_BYTES))('%s', (name, { digest }) => {
    expect(createHash(name).digest()).toHaveLength(digest)
  })
})

describe.each(Object.entries(HMAC_ALGORITHMS))('%s', (_name, hash) => {
  // Around the block lengths of 64 and 128 bytes: a longer key is hashed first.
  test.each([1, 16, 32, 63, 64, 65, 127, 128, 129, 500])('with a key of %i bytes', (keyLength) => {
    const key = secretBytes(keyLength, 3)
    const state = new HmacState(hash, key)
    expect(key).toEqual(secretBytes(keyLength, 3))
    for (const dataLength of [0, 1, 32, 992]) {
      const data = secretBytes(dataLength, 9)
      const buffer = Buffer.concat([Buffer.alloc(HMAC_HEADROOM, 0xdd), data, Buffer.alloc(4, 0xee)])
      expect(state.mac(buffer, HMAC_HEADROOM, HMAC_HEADROOM + dataLength)).toEqual(createHmac(hash, key).update(data).digest())
      // The padded key does not stay behind, and the data is as it was.
      expect(buffer.subarray(HMAC_HEADROOM - HASH_BYTES[hash].block, HMAC_HEADROOM)).toEqual(Buffer.alloc(HASH_BYTES[hash].block))
      expect(buffer.subarray(HMAC_HEADROOM)).toEqual(Buffer.concat([data, Buffer.alloc(4, 0xee)]))
    }
  })
})

test('a wiped HMAC state no longer holds its key', () => {
  const data = Buffer.concat([Buffer.alloc(HMAC_HEADROOM), Buffer.from('data')])
  const state = new HmacState('sha256', secretBytes(32))
  const before = state.mac(Buffer.from(data), HMAC_HEADROOM, data.length)
  state.wipe()
  expect(state.mac(Buffer.from(data), HMAC_HEADROOM, data.length)).not.toEqual(before)
})

describe('equalInConstantTime', () => {
  const mac = secretBytes(32)
  const flipped = Buffer.from(mac)
  flipped[31] = (flipped[31] ?? 0) ^ 1
  test.each<[string, Uint8Array, boolean]>([
    ['itself', Buffer.from(mac), true],
    ['one bit off', flipped, false],
    ['shorter', mac.subarray(0, 31), false],
    ['longer', Buffer.concat([mac, Buffer.alloc(1)]), false],
    ['empty', Buffer.alloc(0), false],
  ])('%s', (_what, given, equal) => {
    expect(equalInConstantTime(mac, given)).toBe(equal)
  })
})
