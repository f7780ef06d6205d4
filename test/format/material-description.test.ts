// The material description's bytes (format section 3) and the little algebra over descriptions.
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/format/format-error.js'
import {
  envelopeDescription,
  isEmpty,
  mergeDescriptions,
  readMaterialDescription,
  writeMaterialDescription,
} from '../../src/format/material-description.js'
import { counted, describe as describePairs, u32 } from '../support/reference-format.js'

type Pairs = readonly (readonly [string, string])[]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('writing', () => {
  test.each<[string, Record<string, string>, Record<string, string>, Pairs]>([
    ['nothing', {}, {}, []],
    ['one', { a: 'b' }, {}, [['a', 'b']]],
    [
      'in ascending order',
      { b: '2', a: '1', '': '0' },
      {},
      [
        ['', '0'],
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'entries that take the place of others',
      { a: '1', b: '2' },
      { b: '3', A: '4' },
      [
        ['A', '4'],
        ['a', '1'],
        ['b', '3'],
      ],
    ],
    [
      'only such entries',
      {},
      { b: '3', a: '' },
      [
        ['a', ''],
        ['b', '3'],
      ],
    ],
    ['texts of more than one byte', { é: '\u{1F600}' }, {}, [['é', '\u{1F600}']]],
    [
      'any name',
      { ['__proto__']: 'p', constructor: 'c' },
      {},
      [
        ['__proto__', 'p'],
        ['constructor', 'c'],
      ],
    ],
    [
      'any name that takes the place of another',
      { ['__proto__']: 'p', b: 'c' },
      { ['__proto__']: 'q' },
      [
        ['__proto__', 'q'],
        ['b', 'c'],
      ],
    ],
    ['a long value', { a: 'x'.repeat(5000) }, {}, [['a', 'x'.repeat(5000)]]],
  ])('%s', (_what, description, over, pairs) => {
    expect(hex(writeMaterialDescription(description, over))).toBe(hex(describePairs(pairs)))
  })

  test('what was written stays as it is', () => {
    const first = writeMaterialDescription({ a: '1' })
    const before = hex(first)
    writeMaterialDescription({ zzz: '999' })
    expect(hex(first)).toBe(before)
  })

  const KEY = 'amzn-ddb-env-key'
  const envelope = (key: string, more: Record<string, string> = {}): Record<string, string> => ({
    'amzn-ddb-env-alg': 'AES/256',
    [KEY]: key,
    'amzn-ddb-wrap-alg': 'AESWrap',
    ...more,
  })
  const written = (description: Record<string, string>, over: Record<string, string>): string =>
    hex(describePairs(Object.entries({ ...description, ...over }).sort(([a], [b]) => (a < b ? -1 : 1))))

  describe('after another, of which the bytes are kept', () => {
    const over = { 'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding' }
    test.each<[string, Record<string, string>, Record<string, string>]>([
      ['the same', envelope('a2V5'), over],
      ['another wrapped key', envelope('a2V6'), over],
      ['a longer wrapped key', envelope('a2V5a2V5'), over],
      ['a wrapped key of other characters than bytes', envelope('a2Vé'), over],
      ['a wrapped key of none but long characters', envelope('\u{1F600}\u{1F600}'), over],
      ['no wrapped key', { 'amzn-ddb-env-alg': 'AES/256', 'amzn-ddb-wrap-alg': 'AESWrap' }, over],
      ['another value', envelope('a2V5', { 'amzn-ddb-env-alg': 'AES/128' }), over],
      ['another name', envelope('a2V5', { mine: 'x' }), over],
      ['another name in the place of one', { [KEY]: 'a2V5', 'amzn-ddb-env-alg': 'AES/256', 'amzn-ddb-wrap-algo': 'AESWrap' }, over],
      ['other entries over it', envelope('a2V5'), { ...over, mine: 'x' }],
      ['none over it', envelope('a2V5'), {}],
      ['a wrapped key over it', envelope('a2V5'), { ...over, [KEY]: 'zzzz' }],
    ])('%s', (_what, description, others) => {
      for (const [first, firstOver] of [
        [envelope('a2V5'), over],
        [envelope('a2V5'), { ...over, [KEY]: 'yyyy' }],
        [{ [KEY]: 'a2V5' }, {}],
        [envelope('a2é'), over],
        [envelope('a2Vé'), over],
      ] as const) {
        writeMaterialDescription(first, firstOver)
        for (const round of [1, 2]) {
          const bytes = writeMaterialDescription(description, others)
          expect(hex(bytes), String(round)).toBe(written(description, others))
          // Each is a copy.
          bytes.fill(0)
        }
      }
    })

    test.each(['a2Vé', 'éa', 'xé', '\u20acab', '\ud83d\ude00'])('a wrapped key %j at the very end', (key) => {
      writeMaterialDescription({ [KEY]: 'a'.repeat(key.length) })
      expect(hex(writeMaterialDescription({ [KEY]: key }))).toBe(written({ [KEY]: key }, {}))
    })

    test('a wrapped key that has no UTF-8 form', () => {
      writeMaterialDescription(envelope('a2V5'))
      expect(() => writeMaterialDescription(envelope('a2V\ud800'))).toThrow(/lone surrogate/)
    })

    test('one that was changed since', () => {
      const description = { a: '1' }
      const over = Object.freeze({ b: '2' })
      writeMaterialDescription(description, over)
      description.a = '9'
      expect(hex(writeMaterialDescription(description, over))).toBe(written({ a: '9' }, over))
    })

    test('one whose prototype has what it lacks', () => {
      writeMaterialDescription({ a: '1' })
      expect(hex(writeMaterialDescription(Object.create({ a: '1' }) as Record<string, string>))).toBe('00000000')
    })
  })

  test.each([0x10000 - 12, 0x10000 - 11])('as long as a reader takes, and no longer: a value of %i bytes', (length) => {
    const write = (): Uint8Array => writeMaterialDescription({ '': 'x'.repeat(length) })
    if (length > 0x10000 - 12) expect(write).toThrow(/longer than 65536 bytes/)
    else expect(readMaterialDescription(write())).toEqual({ '': 'x'.repeat(length) })
  })

  test.each([{ '\ud800': 'a' }, { a: '\udc00' }])('refuses a lone surrogate', (description) => {
    expect(() => writeMaterialDescription(description)).toThrow(/lone surrogate/)
  })
})

describe('reading', () => {
  test.each<[string, Pairs, Record<string, string>]>([
    ['nothing', [], {}],
    [
      'any order',
      [
        ['b', '2'],
        ['a', '1'],
        ['c', ''],
      ],
      { a: '1', b: '2', c: '' },
    ],
    ['unknown names', [['a stranger', 'x']], { 'a stranger': 'x' }],
    [
      'a name that occurs twice with one value',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '1'],
      ],
      { a: '1', b: '2' },
    ],
    ['the empty name', [['', '']], { '': '' }],
    [
      'names that objects have by themselves',
      [
        ['__proto__', 'p'],
        ['toString', 't'],
        ['hasOwnProperty', 'h'],
      ],
      { ['__proto__']: 'p', toString: 't', hasOwnProperty: 'h' },
    ],
  ])('%s', (_what, pairs, description) => {
    const read = readMaterialDescription(describePairs(pairs))
    expect(Object.entries(read).sort()).toEqual(Object.entries(description).sort())
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  describe('after another, which is kept', () => {
    const KEY = 'amzn-ddb-env-key'
    const others = [
      ['amzn-ddb-env-alg', 'AES/256'],
      ['amzn-ddb-wrap-alg', 'AESWrap'],
    ] as const
    const base = describePairs([[KEY, 'a2V5'], ...others])
    test.each<[string, Pairs]>([
      ['the same', [[KEY, 'a2V5'], ...others]],
      ['another wrapped key', [[KEY, 'a2V6'], ...others]],
      ['a wrapped key of as many bytes and fewer characters', [[KEY, 'a2é'], ...others]],
      ['a longer wrapped key', [[KEY, 'a2V5a2V5'], ...others]],
      ['a name that differs', [[KEY, 'a2V5'], others[0], ['amzn-ddb-wrap-alh', 'AESWrap']]],
      ['a value before it that differs', [['amzn-ddb-env-alg', 'AES/128'], [KEY, 'a2V5'], others[1]]],
      ['a value behind it that differs', [[KEY, 'a2V5'], ['amzn-ddb-env-alg', 'AES/128'], others[1]]],
      ['another order', [...others, [KEY, 'a2V5']]],
    ])('%s', (_what, pairs) => {
      for (const first of [base, describePairs([...others, [KEY, 'a2V5']]), describePairs([others[0], [KEY, 'a2V5'], others[1]])]) {
        readMaterialDescription(first)
        for (const round of [1, 2]) expect(readMaterialDescription(describePairs(pairs)), String(round)).toEqual(Object.fromEntries(pairs))
      }
    })

    test('a wrapped key that occurs twice must have one value, again and again', () => {
      const twice = (first: string, second: string): Buffer => describePairs([[KEY, first], ...others, [KEY, second]])
      expect(readMaterialDescription(twice('a2V5', 'a2V5'))).toEqual({ [KEY]: 'a2V5', ...Object.fromEntries(others) })
      expect(() => readMaterialDescription(twice('a2V6', 'a2V5'))).toThrow(/occurs twice/)
      expect(() => readMaterialDescription(twice('a2V5', 'a2V6'))).toThrow(/occurs twice/)
    })

    test('a length that runs past the end where the key was', () => {
      readMaterialDescription(base)
      const bytes = Buffer.from(base)
      bytes.writeUInt32BE(bytes.length, bytes.indexOf('a2V5') - 4)
      expect(() => readMaterialDescription(bytes)).toThrow(/past the end/)
    })

    test('what was read stays as it is', () => {
      const first = readMaterialDescription(base)
      Reflect.set(first, 'amzn-ddb-env-alg', 'changed')
      expect(readMaterialDescription(base)).toEqual({ [KEY]: 'a2V5', ...Object.fromEntries(others) })
    })
  })

  test('bytes in the middle of others', () => {
    const bytes = describePairs([['a', '1']])
    const around = Buffer.concat([Buffer.alloc(5, 0xff), bytes, Buffer.alloc(5, 0xff)])
    expect(readMaterialDescription(new Uint8Array(around.buffer, around.byteOffset + 5, bytes.length))).toEqual({ a: '1' })
  })

  const pair = Buffer.concat([counted('name'), counted('value')])
  test.each<[string, readonly Uint8Array[], string]>([
    ['no bytes', [], 'a length runs past the end'],
    ['part of a version', [Buffer.alloc(3)], 'a length runs past the end'],
    ['version 1', [u32(1), pair], 'its version is not 0'],
    ['version 2^32 - 1', [u32(0xffffffff), pair], 'its version is not 0'],
    ['a name without a value', [u32(0), counted('name')], 'a length runs past the end'],
    ['part of a length', [u32(0), pair, Buffer.alloc(2)], 'a length runs past the end'],
    ['a name past the end', [u32(0), u32(5), Buffer.from('name')], 'a length runs past the end'],
    ['a value past the end', [u32(0), counted('name'), u32(6), Buffer.from('value')], 'a length runs past the end'],
    ['a length of 2^32 - 1', [u32(0), u32(0xffffffff), Buffer.from('name')], 'a length runs past the end'],
    ['a length of 2^31', [u32(0), counted('name'), u32(0x80000000)], 'a length runs past the end'],
    ['a name twice with two values', [u32(0), pair, counted('name'), counted('other')], 'a name occurs twice'],
    [
      '__proto__ twice with two values',
      [
        describePairs([
          ['__proto__', 'a'],
          ['__proto__', 'b'],
        ]),
      ],
      'a name occurs twice',
    ],
    ['a name that is no UTF-8', [u32(0), counted(Buffer.of(0xff)), counted('value')], 'not valid UTF-8'],
    ['a value that is no UTF-8', [u32(0), counted('name'), counted(Buffer.of(0xc3))], 'not valid UTF-8'],
    ['more than 64 KiB', [describePairs([['a', 'x'.repeat(0x10000)]])], 'longer than 65536 bytes'],
    [
      'a megabyte of names',
      [describePairs(Array.from({ length: 100_000 }, (_, at) => [String(at), ''] as const))],
      'longer than 65536 bytes',
    ],
  ])('refuses %s', (_what, parts, message) => {
    const read = (): unknown => readMaterialDescription(Buffer.concat(parts))
    expect(read).toThrow(FormatError)
    expect(read).toThrow(message)
  })

  test('64 KiB of names, exactly', () => {
    const pairs = Array.from({ length: 2000 }, (_, at) => [String(at), ''] as const)
    const bytes = describePairs([...pairs, ['filler', 'x'.repeat(0x10000 - describePairs(pairs).length - 8 - 6)]])
    expect(bytes.length).toBe(0x10000)
    expect(Object.keys(readMaterialDescription(bytes))).toHaveLength(2001)
  })
})

describe('merging', () => {
  test.each<[Record<string, string> | undefined, Record<string, string> | undefined, Record<string, string>]>([
    [undefined, undefined, {}],
    [{ a: '1' }, undefined, { a: '1' }],
    [undefined, { a: '1' }, { a: '1' }],
    [{ a: '1' }, {}, { a: '1' }],
    [{}, { a: '1' }, { a: '1' }],
    [
      { a: '1', b: '2' },
      { b: '3', c: '4' },
      { a: '1', b: '3', c: '4' },
    ],
  ])('%j under %j', (under, over, merged) => {
    expect(mergeDescriptions(under, over)).toEqual(merged)
  })

  test('keeps __proto__ an entry', () => {
    const merged = mergeDescriptions({ ['__proto__']: 'a' }, { b: '1' })
    expect(Object.entries(merged)).toEqual([
      ['__proto__', 'a'],
      ['b', '1'],
    ])
    expect(Object.entries(mergeDescriptions({ b: '1' }, { ['__proto__']: 'a' }))).toEqual([
      ['b', '1'],
      ['__proto__', 'a'],
    ])
  })
})

describe('isEmpty', () => {
  test.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ a: '' }, false],
    [{ ['__proto__']: '' }, false],
    [Object.create({ inherited: 'x' }) as Record<string, string>, true],
  ])('%o is %s', (description, empty) => {
    expect(isEmpty(description)).toBe(empty)
  })
})

describe('envelopeDescription', () => {
  const envelope = { 'amzn-ddb-env-key': 'a2V5', 'amzn-ddb-env-alg': 'AES/256', 'amzn-ddb-wrap-alg': 'AESWrap' }
  test.each([
    [{}, envelope],
    [{ mine: 'x' }, { mine: 'x', ...envelope }],
    [{ 'amzn-ddb-env-key': 'not this one' }, envelope],
  ])('%j', (requested, actual) => {
    const before = JSON.stringify(requested)
    expect(envelopeDescription(requested, 'a2V5', 'AES/256', 'AESWrap')).toEqual(actual)
    expect(JSON.stringify(requested)).toBe(before)
  })
})
