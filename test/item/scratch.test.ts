// Working memory that is reused from item to item: no item's plaintext stays in it, and no two items have the same.
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { returnScratch, Scratch, takeScratch } from '../../src/item/scratch.js'
import { JAVA_FORM, serialize } from '../support/reference-format.js'
import { MARKER } from '../support/secrets.js'
import { secretBytes } from '../support/test-keys.js'

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest()
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** Takes all that is kept, so that a test knows what it gets. */
function takeAll(): void {
  for (let count = 0; count < 10; count++) takeScratch()
}

afterEach(takeAll)

describe('what stays behind', () => {
  test('nothing of the plaintext', () => {
    takeAll()
    const scratch = takeScratch()
    for (let count = 0; count < 100; count++) scratch.blocks.countedText(MARKER)
    const { buffer } = scratch.blocks
    scratch.endBlocks()
    returnScratch(scratch)
    expect(isZero(buffer)).toBe(true)
    expect(scratch.blocks.position).toBe(0)
    expect(scratch.count).toBe(0)
  })

  test('nothing of a text that was refused', () => {
    const scratch = takeScratch()
    scratch.blocks.countedText('fine')
    expect(() => {
      scratch.blocks.countedText(`${MARKER}\ud800`)
    }).toThrow(/lone surrogate/)
    returnScratch(scratch)
    expect(isZero(scratch.blocks.buffer)).toBe(true)
  })
})

describe('who has it', () => {
  test('one item at a time', () => {
    takeAll()
    const first = takeScratch()
    expect(takeScratch()).not.toBe(first)
    returnScratch(first)
    expect(takeScratch()).toBe(first)
  })

  test('a few are kept', () => {
    takeAll()
    const many = Array.from({ length: 20 }, takeScratch)
    expect(new Set(many).size).toBe(20)
    many.forEach(returnScratch)
    const again = Array.from({ length: 20 }, takeScratch)
    expect(again.filter((scratch) => many.includes(scratch)).length).toBeLessThan(20)
  })

  test('one that a large item has grown is not kept', () => {
    takeAll()
    const scratch = takeScratch()
    scratch.blocks.reserve(2 << 20)
    returnScratch(scratch)
    expect(takeScratch()).not.toBe(scratch)
  })
})

describe('digests', () => {
  // Views of a buffer are kept by length; one of the buffer before it grew must not be used.
  test('of binary values of every length, up and down', () => {
    const scratch = new Scratch()
    for (const length of [32, 100, 32, 600, 32, 100, 2042, 2043, 5000, 32, 100, 70_000, 5000, 0]) {
      const bytes = secretBytes(length, length & 0xff)
      scratch.digestBinary(bytes, 64)
      expect(scratch.string.subarray(64, 96)).toEqual(sha256(serialize({ B: bytes }, JAVA_FORM)))
    }
  })

  test('of what `value` holds', () => {
    const scratch = new Scratch()
    for (const text of ['a', 'b'.repeat(3000), 'c', 'd'.repeat(3000), 'e'.repeat(100_000), 'f']) {
      scratch.value.position = 0
      scratch.value.countedText(text)
      scratch.digestValue(0)
      expect(scratch.string.subarray(0, 32)).toEqual(sha256(serialize({ S: text }, JAVA_FORM).subarray(2)))
    }
  })

  test('a string to sign that is longer than the one before', () => {
    const scratch = new Scratch()
    for (const length of [100, 1024, 5000, 100]) {
      const template = secretBytes(length)
      scratch.startString(template, Buffer.alloc(32, 0xee), 16)
      expect(scratch.string.subarray(0, length)).toEqual(
        Buffer.concat([template.subarray(0, 16), Buffer.alloc(32, 0xee), template.subarray(48)]),
      )
    }
  })
})

test('random blocks stand where the next value begins, however the buffer has grown', () => {
  const scratch = new Scratch()
  const seen = new Set<string>()
  for (let count = 0; count < 300; count++) {
    const start = scratch.blocks.position
    scratch.randomBlock()
    expect(scratch.blocks.position).toBe(start + 16)
    seen.add(scratch.blocks.buffer.toString('hex', start, start + 16))
    scratch.blocks.repeat(0, 16)
  }
  expect(seen.size).toBe(300)
  expect(seen).not.toContain('00'.repeat(16))
  expect(scratch.blockBytes).toHaveLength(300 * 32)
  expect(scratch.blockBytes.equals(scratch.blocks.buffer.subarray(0, 300 * 32))).toBe(true)
})
