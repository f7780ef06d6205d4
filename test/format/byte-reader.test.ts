// Reading with bounds: no count or length is trusted beyond the bytes that are left.
import { describe, expect, test } from 'vitest'
import { ByteReader } from '../../src/format/byte-reader.js'
import { FormatError } from '../../src/format/format-error.js'
import { counted, u32 } from '../support/reference-format.js'

const reader = (...parts: readonly (Uint8Array | number)[]): ByteReader =>
  new ByteReader(Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : part))))

const PAST_THE_END = new FormatError('a length runs past the end of the bytes')

describe('bounds', () => {
  test.each<[string, (from: ByteReader) => unknown]>([
    ['byte', (from) => from.byte()],
    ['u32', (from) => from.u32()],
    ['count', (from) => from.count(1)],
    ['countedBytes', (from) => from.countedBytes()],
    ['countedText', (from) => from.countedText()],
    ['countedLatin1', (from) => from.countedLatin1()],
  ])('%s of nothing', (_name, read) => {
    expect(() => read(reader())).toThrow(PAST_THE_END)
  })

  test.each([0, 1, 2, 3])('a u32 of %i bytes', (length) => {
    expect(() => reader(Buffer.alloc(length)).u32()).toThrow(PAST_THE_END)
  })

  const lengths = [3, 4, 0x7fffffff, 0x80000000, 0xffffffff]
  test.each(lengths)('counted bytes and text of %i bytes where 2 are left', (length) => {
    const bytes = [u32(length), Buffer.of(0x31, 0x31)]
    expect(() => reader(...bytes).countedBytes()).toThrow(PAST_THE_END)
    expect(() => reader(...bytes).countedText()).toThrow(PAST_THE_END)
    expect(() => reader(...bytes).countedLatin1()).toThrow(PAST_THE_END)
  })

  test.each([
    { size: 4, left: 8, count: 2, fits: true },
    { size: 4, left: 8, count: 3, fits: false },
    { size: 2, left: 3, count: 1, fits: true },
    { size: 2, left: 3, count: 2, fits: false },
    { size: 8, left: 0, count: 0, fits: true },
    { size: 4, left: 8, count: 0xffffffff, fits: false },
    // 2^30 members of 4 bytes are 2^32 bytes: no 32-bit product may wrap to 0.
    { size: 4, left: 8, count: 0x40000000, fits: false },
  ])('$count members of $size bytes in $left: $fits', ({ size, left, count, fits }) => {
    const from = reader(u32(count), Buffer.alloc(left))
    if (fits) expect(from.count(size)).toBe(count)
    else expect(() => from.count(size)).toThrow(new FormatError('a count runs past the end of the bytes'))
  })

  test('an end before the end of the buffer', () => {
    const from = new ByteReader(Buffer.of(1, 2, 3, 4, 5, 6), 1, 3)
    expect(from.left).toBe(2)
    expect([from.byte(), from.byte()]).toEqual([2, 3])
    from.finish()
    expect(() => from.byte()).toThrow(PAST_THE_END)
    from.narrow(4, 5)
    expect(from.byte()).toBe(5)
    expect(() => from.byte()).toThrow(PAST_THE_END)
  })
})

describe('finish', () => {
  test('bytes left over', () => {
    const from = reader(1, 2)
    from.byte()
    expect(() => {
      from.finish()
    }).toThrow(new FormatError('there are bytes left over after the value'))
  })
})

describe('countedText', () => {
  test.each([
    '',
    'a',
    'aé€\u{1F600}',
    '\u0000',
    '\uFEFFbyte order mark',
    '\uFFFD',
    'a real \uFFFD among others',
    '\uFFFF',
    'x'.repeat(5000),
  ])('%j', (text) => {
    const from = reader(counted(text))
    expect(from.countedText()).toBe(text)
    from.finish()
  })

  test.each([
    ['a continuation byte', '80'],
    ['a lead byte at the end', '61c3'],
    ['a truncated sequence of three', 'e282'],
    ['a truncated sequence of four', 'f09f98'],
    ['a lead byte before ASCII', 'c361'],
    ['an overlong slash', 'c0af'],
    ['an overlong NUL, as Java has it in modified UTF-8', 'c080'],
    ['an overlong sequence of three', 'e0809f'],
    ['a high surrogate', 'eda080'],
    ['a surrogate pair as two sequences, as CESU-8 has it', 'eda0bdedb880'],
    ['beyond U+10FFFF', 'f4908080'],
    ['a byte that never occurs', 'ff'],
    ['a real U+FFFD and then an invalid byte', 'efbfbdff'],
  ])('refuses %s', (_what, hex) => {
    expect(() => reader(counted(Buffer.from(hex, 'hex'))).countedText()).toThrow(new FormatError('a text is not valid UTF-8'))
  })
})

describe('countedBytes', () => {
  test('are a copy with memory of its own', () => {
    const from = reader(counted('abc'), counted(''))
    const bytes = from.countedBytes()
    expect(bytes).toEqual(Uint8Array.of(0x61, 0x62, 0x63))
    expect(bytes.buffer.byteLength).toBe(3)
    expect(bytes.constructor).toBe(Uint8Array)
    from.buffer.fill(0)
    expect(bytes[0]).toBe(0x61)
    expect(from.left).toBe(4)
  })

  test('none', () => {
    expect(reader(u32(0)).countedBytes()).toEqual(new Uint8Array())
  })
})

test('countedLatin1 turns other bytes than ASCII into characters that no number has', () => {
  expect(reader(counted(Buffer.of(0x31, 0xb2, 0xff))).countedLatin1()).toBe('1²ÿ')
})
