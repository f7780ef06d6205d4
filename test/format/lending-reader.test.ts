// Binary values as views of an item's plaintext, of which nothing else is left.
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/format/format-error.js'
import { LendingReader } from '../../src/format/lending-reader.js'
import { counted } from '../support/reference-format.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('views', () => {
  test('each has its bytes, and nothing lies beside them', () => {
    const buffer = Buffer.concat([
      counted('secret'),
      counted('first'),
      counted(''),
      counted('secret'),
      counted('second'),
      counted('secret'),
    ])
    const reader = new LendingReader(buffer)
    reader.countedText()
    const first = reader.countedBytes()
    const empty = reader.countedBytes()
    reader.countedText()
    const second = reader.countedBytes()
    reader.countedText()
    reader.finish()
    const before = Buffer.from(buffer)
    reader.wipeTheRest()
    expect([first, empty, second].map((bytes) => Buffer.from(bytes).toString())).toEqual(['first', '', 'second'])
    const expected = Buffer.alloc(before.length)
    for (const word of ['first', 'second']) expected.write(word, before.indexOf(word))
    expect(hex(buffer)).toBe(hex(expected))
  })

  test('of a buffer that lies within another, whose other bytes are let alone', () => {
    const around = Buffer.concat([Buffer.alloc(3, 0xff), counted('mine'), Buffer.alloc(3, 0xff)])
    const reader = new LendingReader(around.subarray(3, around.length - 3))
    const bytes = reader.countedBytes()
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    reader.wipeTheRest()
    expect(hex(around)).toBe(`ffffff00000000${Buffer.from('mine').toString('hex')}ffffff`)
  })

  test('all is wiped where nothing was lent', () => {
    const buffer = counted('secret')
    new LendingReader(buffer).wipeTheRest()
    expect(hex(buffer)).toBe('00'.repeat(buffer.length))
  })

  test('a length past the end', () => {
    const reader = new LendingReader(Buffer.of(0, 0, 0, 2, 1))
    expect(() => reader.countedBytes()).toThrow(FormatError)
  })
})

describe('what a kept value keeps', () => {
  test.each([
    { size: 16_384, length: 10, shared: true },
    { size: 16_388, length: 10, shared: false },
    { size: 100_000, length: 49_999, shared: false },
    { size: 100_000, length: 50_000, shared: true },
  ])('$length bytes of $size: shared $shared', ({ size, length, shared }) => {
    const buffer = Buffer.alloc(size)
    buffer.writeUInt32BE(length)
    buffer.fill(7, 4, 4 + length)
    const reader = new LendingReader(buffer)
    const bytes = reader.countedBytes()
    expect(bytes.buffer.byteLength).toBe(shared ? buffer.buffer.byteLength : length)
    reader.wipeTheRest()
    expect(bytes).toEqual(new Uint8Array(length).fill(7))
  })
})
