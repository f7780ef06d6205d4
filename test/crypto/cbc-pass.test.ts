// One CBC call for several values (format section 4), against a CBC call for each.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BLOCK_BYTES, paddingFor, passCipher, passDecipher, unpaddedEnd } from '../../src/crypto/cbc-pass.js'
import { encryptBytes, decryptBytes } from '../support/reference-format.js'
import { secretBytes } from '../support/test-keys.js'

const padded = (value: Uint8Array): Buffer => Buffer.concat([value, Buffer.alloc(paddingFor(value.length), paddingFor(value.length))])

describe.each([16, 24, 32])('a key of %i bytes', (length) => {
  const key = secretBytes(length)
  const values = [0, 1, 15, 16, 17, 31, 32, 1000].map((size) => secretBytes(size, 0x20))

  test('writing: each value decrypts by itself', () => {
    const cipher = passCipher(key)
    // The cipher goes on from item to item.
    for (const item of [values, values.slice(2, 3), values.slice(4)]) {
      const stored = cipher.update(Buffer.concat(item.map((value) => Buffer.concat([randomBytes(16), padded(value)]))))
      let start = 0
      for (const value of item) {
        const end = start + BLOCK_BYTES + padded(value).length
        expect(decryptBytes(key, stored.subarray(start, end))).toEqual(value)
        start = end
      }
      expect(start).toBe(stored.length)
    }
  })

  test('reading: each value was encrypted by itself', () => {
    const decipher = passDecipher(key)
    for (const item of [values, values.slice(2, 3), values.slice(4)]) {
      const stored = item.map((value) => encryptBytes(key, value))
      const plaintext = decipher.update(Buffer.concat(stored))
      let start = 0
      for (const [at, value] of item.entries()) {
        const end = start + (stored[at]?.length ?? 0)
        expect(plaintext.subarray(start + BLOCK_BYTES, unpaddedEnd(plaintext, start + BLOCK_BYTES, end))).toEqual(value)
        start = end
      }
    }
  })

  test('an IV is the encryption of its random block under whatever stood before', () => {
    const random = randomBytes(16)
    const before = randomBytes(16)
    const cipher = passCipher(key)
    const stored = cipher.update(Buffer.concat([before, random]))
    const ecb = createCipheriv(`aes-${String(length * 8)}-ecb`, key, null).setAutoPadding(false)
    expect(stored.subarray(16)).toEqual(ecb.update(random.map((byte, at) => byte ^ (stored[at] ?? 0))))
    const decipher = createDecipheriv(`aes-${String(length * 8)}-cbc`, key, stored.subarray(0, 16)).setAutoPadding(false)
    expect(decipher.update(stored.subarray(16))).toEqual(random)
  })
})

describe('paddingFor', () => {
  test.each([
    [0, 16],
    [1, 15],
    [15, 1],
    [16, 16],
    [17, 15],
    [409_600, 16],
  ])('%i bytes take %i', (length, padding) => {
    expect(paddingFor(length)).toBe(padding)
  })
})

describe('unpaddedEnd', () => {
  const last = (...bytes: readonly number[]): Buffer => Buffer.concat([Buffer.alloc(32 - bytes.length, 7), Buffer.from(bytes)])
  test.each<[string, Buffer, number]>([
    ['1', last(1), 31],
    ['2', last(2, 2), 30],
    ['16', last(...Array.from({ length: 16 }, () => 16)), 16],
    ['0', last(0), -1],
    ['17', last(...Array.from({ length: 17 }, () => 17)), -1],
    ['255', last(255), -1],
    ['2 behind a 1', last(1, 2), -1],
    ['3 behind a 2', last(3, 2, 3), -1],
    ['16 behind 14 times 16', last(15, ...Array.from({ length: 15 }, () => 16)), -1],
  ])('a last byte of %s', (_what, plaintext, end) => {
    expect(unpaddedEnd(plaintext, 0, plaintext.length)).toBe(end)
  })

  test('in the middle', () => {
    const plaintext = Buffer.concat([last(1), last(5, 5, 5, 5, 5), last(0)])
    expect(unpaddedEnd(plaintext, 32, 64)).toBe(59)
  })

  test('a value that is shorter than its padding claims', () => {
    expect(unpaddedEnd(Buffer.from([8, 8, 8, 8]), 0, 4)).toBe(-1)
    expect(unpaddedEnd(Buffer.from([8, 8, 8, 8]), 4, 4)).toBe(-1)
    expect(unpaddedEnd(Buffer.alloc(0), 0, 0)).toBe(-1)
    // What stands before the value is not its padding.
    expect(unpaddedEnd(Buffer.alloc(16, 8), 12, 16)).toBe(-1)
  })
})
