// The orders of names and members (format section 2), against each other and against the languages' own definitions.
import { describe, expect, test } from 'vitest'
import { inOrder, JAVA_ORDER, PYTHON_ORDER } from '../../src/format/member-orders.js'

// U+10000 is d800 dc00 in UTF-16 and f0 90 80 80 in UTF-8; U+E000 is ee 80 80, U+FFFF is ef bf bf.
const TEXTS: readonly { readonly java: readonly string[]; readonly python: readonly string[] }[] = [
  {
    java: ['', 'A', 'B', 'a', 'aa', 'ab', 'b', 'é', '\u0800', '\ud7ff'],
    python: ['', 'A', 'B', 'a', 'aa', 'ab', 'b', 'é', '\u0800', '\ud7ff'],
  },
  { java: ['\u{10000}', '\u{10FFFF}', '\uE000', '\uFFFF'], python: ['\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}'] },
  { java: ['x\u{1F600}', 'x\uFB01'], python: ['x\uFB01', 'x\u{1F600}'] },
  { java: ['\ud7ff', '\u{10000}', '\uE000'], python: ['\ud7ff', '\uE000', '\u{10000}'] },
  // The first unit is shared, the second decides: two characters beyond the BMP.
  { java: ['\u{10000}', '\u{10001}', '\u{10400}'], python: ['\u{10000}', '\u{10001}', '\u{10400}'] },
  { java: ['\u{10000}', '\u{10000}a'], python: ['\u{10000}', '\u{10000}a'] },
]

const BYTES: readonly { readonly java: readonly number[][]; readonly python: readonly number[][] }[] = [
  { java: [[], [0], [0, 0], [1], [0x7f]], python: [[], [0], [0, 0], [1], [0x7f]] },
  { java: [[0x80], [0xff], [0x00], [0x7f]], python: [[0x00], [0x7f], [0x80], [0xff]] },
  {
    java: [
      [5, 0x80],
      [5, 0x7f],
    ],
    python: [
      [5, 0x7f],
      [5, 0x80],
    ],
  },
  {
    java: [
      [0x80, 1],
      [0x80, 1, 0],
      [0x80, 2],
    ],
    python: [
      [0x80, 1],
      [0x80, 1, 0],
      [0x80, 2],
    ],
  },
]

/** Every pair of the list compares as its places do. */
function expectAscending<T>(members: readonly T[], compare: (a: T, b: T) => number): void {
  for (const [i, a] of members.entries()) {
    for (const [j, b] of members.entries()) expect(Math.sign(compare(a, b)), `${String(a)} against ${String(b)}`).toBe(Math.sign(i - j))
  }
}

describe('text', () => {
  test.each(TEXTS)('Java $java, Python $python', ({ java, python }) => {
    expectAscending(java, JAVA_ORDER.text)
    expectAscending(python, PYTHON_ORDER.text)
    expectAscending(
      python.map((text) => Buffer.from(text)),
      (a, b) => Buffer.compare(a, b),
    )
  })
})

describe('bytes', () => {
  test.each(BYTES)('Java $java, Python $python', ({ java, python }) => {
    expectAscending(
      java.map((bytes) => Uint8Array.from(bytes)),
      JAVA_ORDER.bytes,
    )
    expectAscending(
      python.map((bytes) => Uint8Array.from(bytes)),
      PYTHON_ORDER.bytes,
    )
  })
})

describe('inOrder', () => {
  test('returns a list in order as it is', () => {
    const sorted = ['a', 'b', 'b', 'c']
    expect(inOrder(sorted, JAVA_ORDER.text)).toBe(sorted)
  })

  test.each([
    [
      ['b', 'a'],
      ['a', 'b'],
    ],
    [
      ['a', 'c', 'b'],
      ['a', 'b', 'c'],
    ],
  ])('sorts a copy of %j', (members, sorted) => {
    const frozen = Object.freeze([...members])
    expect(inOrder(frozen, JAVA_ORDER.text)).toEqual(sorted)
    expect(frozen).toEqual(members)
  })

  test('nothing and one member are in order', () => {
    expect(inOrder([], JAVA_ORDER.text)).toEqual([])
    expect(inOrder(['a'], JAVA_ORDER.text)).toEqual(['a'])
  })
})
