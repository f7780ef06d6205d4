// The growing buffer: what is written stands in it, whatever has to grow for it.
import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../src/format/byte-writer.js'
import { FormatError } from '../../src/format/format-error.js'
import { counted, u32 } from '../support/reference-format.js'

const written = (writer: ByteWriter): Buffer => writer.buffer.subarray(0, writer.position)

describe('every method at any capacity', () => {
  test.each([0, 1, 2, 3, 5, 8, 16, 64])('%i', (capacity) => {
    const writer = new ByteWriter(capacity)
    writer.byte(0xfe)
    writer.tag(0x73)
    writer.u32(0xfffefdfc)
    writer.repeat(0x10, 16)
    writer.append(Uint8Array.of(1, 2, 3))
    writer.counted(Uint8Array.of(4, 5))
    writer.countedText('aé')
    expect(written(writer).toString('hex')).toBe(`fe0073fffefdfc${'10'.repeat(16)}0102030000000204050000000361c3a9`)
  })
})

describe('u32', () => {
  test.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fffffff, 0x80000000, 0xffffffff])('%i', (value) => {
    const writer = new ByteWriter(4)
    writer.u32(value)
    expect(written(writer)).toEqual(u32(value))
  })
})

describe('countedText', () => {
  // Short ASCII goes through a loop, everything else through the native call; 48, 49 and 4096 are where the ways part.
  const lengths = [0, 1, 47, 48, 49, 50, 4095, 4096, 4097, 10_000]
  test.each(
    ['a', 'é', '€', '\u{1F600}', '\u0000', '\u007f', '\u0080', '\uFEFF', '\uFFFD'].flatMap((character) =>
      lengths.map((length) => ({
        character: JSON.stringify(character),
        length,
        text: character.repeat(Math.ceil(length / character.length)),
      })),
    ),
  )('$length of $character', ({ text }) => {
    for (const capacity of [0, 20_000]) {
      const writer = new ByteWriter(capacity)
      writer.byte(9)
      writer.countedText(text)
      writer.byte(9)
      expect(written(writer).equals(Buffer.concat([Buffer.of(9), counted(text), Buffer.of(9)]))).toBe(true)
    }
  })

  test('ASCII and then something else', () => {
    const writer = new ByteWriter(0)
    writer.countedText('abc\u{1F600}d')
    expect(written(writer)).toEqual(counted('abc\u{1F600}d'))
  })

  test.each(
    ['\ud800', '\udfff', 'a\ud800', '\ud800a', '\udc00\ud800', '\u{1F600}\ud83d'].flatMap((text) => [
      text,
      text + 'x'.repeat(60),
      text + 'x'.repeat(5000),
    ]),
  )('refuses a lone surrogate', (text) => {
    expect(() => {
      new ByteWriter(64).countedText(text)
    }).toThrow(new FormatError('a text holds a lone surrogate, which has no UTF-8 form'))
  })
})

describe('growing', () => {
  test('keeps what is written, and wipes it where it was', () => {
    const writer = new ByteWriter(16)
    writer.append(Buffer.from('sixteen bytes ok'))
    const old = writer.buffer
    writer.reserve(1)
    expect(writer.buffer).not.toBe(old)
    expect(written(writer).toString()).toBe('sixteen bytes ok')
    expect(old).toEqual(Buffer.alloc(16))
  })

  test('makes a buffer of its own memory, in whole words', () => {
    const writer = new ByteWriter(0)
    for (const count of [1, 17, 100, 3000]) {
      writer.reserve(count)
      expect(writer.buffer.byteOffset).toBe(0)
      expect(writer.buffer.length).toBe(writer.buffer.buffer.byteLength)
      expect(writer.buffer.length % 4).toBe(0)
      expect(writer.buffer.length).toBeGreaterThanOrEqual(writer.position + count)
    }
  })

  test('doubles, so that many small appends are few copies', () => {
    const writer = new ByteWriter(16)
    const buffers = new Set<Buffer>()
    for (let at = 0; at < 10_000; at++) {
      writer.byte(at & 0xff)
      buffers.add(writer.buffer)
    }
    expect(writer.position).toBe(10_000)
    expect(buffers.size).toBeLessThan(15)
  })
})
