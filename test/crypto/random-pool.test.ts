// Random bytes drawn in bulk: handed out once.
import { describe, expect, test } from 'vitest'
import { fillRandomBlock, randomKey } from '../../src/crypto/random-pool.js'

describe('randomKey', () => {
  test.each([16, 24, 32, 256])('%i bytes', (length) => {
    expect(randomKey(length)).toHaveLength(length)
  })

  test('each in a place of its own: wiping one leaves the others', () => {
    const keys = Array.from({ length: 400 }, (_, at) => randomKey([16, 24, 32][at % 3] ?? 16))
    const copies = keys.map((key) => Buffer.from(key))
    for (const [at, key] of keys.entries()) {
      if (at % 2 === 0) key.fill(0)
    }
    for (const [at, key] of keys.entries()) expect(key).toEqual(at % 2 === 0 ? Buffer.alloc(key.length) : copies[at])
  })
})

test('no block is handed out twice, through many fillings of the pool', () => {
  const seen = new Set<string>()
  const words = new Int32Array(8)
  const count = 5000
  for (let at = 0; at < count; at++) {
    // Different lengths, so that the pool is left at every place.
    fillRandomBlock(words, 4)
    seen.add(Buffer.from(words.buffer, 16).toString('hex'))
    seen.add(randomKey(32).toString('hex', 0, 16))
    seen.add(randomKey(24).toString('hex', 0, 16))
  }
  expect(seen.size).toBe(3 * count)
  expect([...words.subarray(0, 4)]).toEqual([0, 0, 0, 0])
})

test('every bit is set half the time', () => {
  const bytes = Buffer.concat(Array.from({ length: 4000 }, () => randomKey(16)))
  for (let bit = 0; bit < 8; bit++) {
    const set = bytes.reduce((sum, byte) => sum + ((byte >> bit) & 1), 0) / bytes.length
    // 64,000 bits: a share outside this range would happen once in 10^23 runs.
    expect(set).toBeGreaterThan(0.48)
    expect(set).toBeLessThan(0.52)
  }
})
