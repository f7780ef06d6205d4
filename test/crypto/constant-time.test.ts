// Branch-free selection, at the ends of its range.
import { describe, expect, test } from 'vitest'
import { maskEqual, maskLess, select } from '../../src/crypto/constant-time.js'

const NUMBERS = [0, 1, 2, 16, 127, 128, 255, 256, 511, 2 ** 30 - 1, 2 ** 30]
const pairs = NUMBERS.flatMap((a) => NUMBERS.map((b) => [a, b] as const))

describe('masks', () => {
  test.each(pairs)('%i and %i', (a, b) => {
    expect(maskEqual(a, b)).toBe(a === b ? -1 : 0)
    expect(maskLess(a, b)).toBe(a < b ? -1 : 0)
  })

  test('every pair of bytes', () => {
    const wrong: number[][] = []
    for (let a = 0; a < 256; a++) {
      for (let b = 0; b < 256; b++) if (maskEqual(a, b) !== (a === b ? -1 : 0) || maskLess(a, b) !== (a < b ? -1 : 0)) wrong.push([a, b])
    }
    expect(wrong).toEqual([])
  })
})

test.each(pairs)('select %i or %i', (a, b) => {
  expect(select(-1, a, b)).toBe(a)
  expect(select(0, a, b)).toBe(b)
})
