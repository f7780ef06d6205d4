// A content key out of a decrypted block: the message where all is well, a random key in every other case.
import { describe, expect, test } from 'vitest'
import { keyFromBlock } from '../../src/crypto/padded-key.js'
import { secretBytes } from '../support/test-keys.js'

const BLOCK_BYTES = 64
const block = (): Buffer => secretBytes(BLOCK_BYTES, 1)

describe('a good padding', () => {
  test.each([16, 24, 32])('and a message of %i bytes', (length) => {
    expect(keyFromBlock(block(), BLOCK_BYTES - length, -1)).toEqual(block().subarray(-length))
  })

  test.each([0, 1, 8, 15, 17, 23, 25, 31, 33, 40, 63, 64])('and a message of %i bytes', (length) => {
    const keys = [keyFromBlock(block(), BLOCK_BYTES - length, -1), keyFromBlock(block(), BLOCK_BYTES - length, -1)]
    expect(keys[0]).toHaveLength(32)
    expect(keys[0]).not.toEqual(keys[1])
    for (const key of keys) expect(block().includes(key.subarray(0, 8))).toBe(false)
  })
})

describe('a bad padding', () => {
  test.each([0, 16, 24, 32, 64])('and a message of %i bytes', (length) => {
    const keys = [keyFromBlock(block(), BLOCK_BYTES - length, 0), keyFromBlock(block(), BLOCK_BYTES - length, 0)]
    expect(keys[0]).toHaveLength(32)
    expect(keys[0]).not.toEqual(keys[1])
    for (const key of keys) expect(block().includes(key.subarray(0, 8))).toBe(false)
  })
})

test.each([0, -1])('the block is wiped (good %i)', (good) => {
  const decrypted = block()
  const key = keyFromBlock(decrypted, BLOCK_BYTES - 32, good)
  expect(decrypted).toEqual(Buffer.alloc(BLOCK_BYTES))
  expect(key).not.toEqual(Buffer.alloc(32))
})

test('a block shorter than a key', () => {
  expect(keyFromBlock(Buffer.from([1, 2, 3]), 0, -1)).toHaveLength(32)
})
