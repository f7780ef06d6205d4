// Attribute values as bytes (format section 2): the ten types both ways, what each library's order makes of them, what must be
// read although nobody should write it, and what must be refused.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { readAttributeValue, writeAttributeValue, type WritingRules } from '../../src/format/attribute-values.js'
import { ByteReader } from '../../src/format/byte-reader.js'
import { ByteWriter } from '../../src/format/byte-writer.js'
import { COMPATIBILITY, FORMS_TO_CHECK } from '../../src/format/compatibility.js'
import { FormatError } from '../../src/format/format-error.js'
import { counted, JAVA_FORM, PYTHON_FORM, serialize, tagged, u32 } from '../support/reference-format.js'

const { java, python } = COMPATIBILITY

function write(value: unknown, rules: WritingRules = java.writing): Buffer {
  const writer = new ByteWriter(0)
  writeAttributeValue(writer, value, rules)
  return Buffer.from(writer.buffer.subarray(0, writer.position))
}

function read(...parts: readonly Uint8Array[]): AttributeValue {
  const reader = new ByteReader(Buffer.concat(parts))
  const value = readAttributeValue(reader)
  reader.finish()
  return value
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)

function nested(kind: 'L' | 'M', levels: number, innermost: AttributeValue): AttributeValue {
  let value = innermost
  for (let level = 0; level < levels; level++) value = kind === 'L' ? { L: [value] } : { M: { '': value } }
  return value
}

describe('both ways', () => {
  // Values in the order in which Java writes them, which is also how they are read back.
  test.each<[string, AttributeValue, string]>([
    ['NULL', { NULL: true }, '0000'],
    ['false', { BOOL: false }, '003f00'],
    ['true', { BOOL: true }, '003f01'],
    ['no bytes', { B: bytes() }, '006200000000'],
    ['bytes', { B: bytes(0, 0xff, 0x80) }, '00620000000300ff80'],
    ['0', { N: '0' }, '006e0000000130'],
    ['-12.5', { N: '-12.5' }, '006e000000052d31322e35'],
    ['no text', { S: '' }, '007300000000'],
    ['a text', { S: 'aé€\u{1F600}' }, '00730000000a61c3a9e282acf09f9880'],
    ['a byte order mark', { S: '\uFEFFa' }, '007300000004efbbbf61'],
    ['a real U+FFFD', { S: 'a\uFFFD' }, '00730000000461efbfbd'],
    ['BS', { BS: [bytes(), bytes(1), bytes(1, 2)] }, '00420000000300000000000000010100000002' + '0102'],
    ['NS', { NS: ['-1', '10', '9'] }, '004e00000003000000022d3100000002313000000001' + '39'],
    ['SS', { SS: ['', 'a', 'é'] }, '005300000003000000000000000161' + '00000002c3a9'],
    ['no list members', { L: [] }, '004c00000000'],
    ['L', { L: [{ NULL: true }, { L: [{ BOOL: true }] }] }, '004c000000020000004c00000001003f01'],
    ['no map entries', { M: {} }, '004d00000000'],
    ['M', { M: { '': { NULL: true }, a: { S: 'b' } } }, '004d000000020073000000000000007300000001610073000000' + '0162'],
    ['M in M', { M: { a: { M: { b: { N: '1' } } } } }, '004d0000000100730000000161004d0000000100730000000162006e0000000131'],
  ])('%s', (_what, value, serialized) => {
    for (const rules of [java.writing, java.checking, python.writing, python.checking]) expect(hex(write(value, rules))).toBe(serialized)
    expect(hex(serialize(value, JAVA_FORM))).toBe(serialized)
    expect(read(Buffer.from(serialized, 'hex'))).toEqual(value)
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '0', '-1'])('the map key %s', (key) => {
    const map: Record<string, AttributeValue> = { other: { NULL: true } }
    Object.defineProperty(map, key, { value: { S: 'v' }, enumerable: true })
    const serialized = serialize({ M: map }, JAVA_FORM)
    expect(hex(write({ M: map }))).toBe(hex(serialized))
    const back = read(serialized).M ?? {}
    expect(Object.keys(back).sort()).toEqual([key, 'other'].sort())
    expect(Object.getOwnPropertyDescriptor(back, key)?.value).toEqual({ S: 'v' })
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  })

  test('a member that is undefined counts as absent', () => {
    expect(hex(write({ S: undefined, N: '1', M: undefined }))).toBe('006e0000000131')
  })

  test('a Buffer is a Uint8Array', () => {
    expect(hex(write({ B: Buffer.from('ab') }))).toBe(hex(write({ B: bytes(0x61, 0x62) })))
  })
})

describe('orders', () => {
  const early = '\uE000'
  const late = '\u{10000}'
  test.each<[string, AttributeValue]>([
    ['SS', { SS: [early, late, 'a'] }],
    ['M', { M: { [early]: { S: '1' }, [late]: { S: '2' }, a: { S: '3' } } }],
    ['BS', { BS: [bytes(0x7f), bytes(0x80), bytes()] }],
    ['BS, later bytes', { BS: [bytes(1, 2, 0xff), bytes(1, 2, 0x00)] }],
    ['SS in M in L', { L: [{ M: { x: { SS: [late, early] } } }] }],
  ])('%s: each library its own', (_what, value) => {
    const javaBytes = hex(serialize(value, JAVA_FORM))
    const pythonBytes = hex(serialize(value, PYTHON_FORM))
    expect(javaBytes).not.toBe(pythonBytes)
    expect(hex(write(value, java.writing))).toBe(javaBytes)
    expect(hex(write(value, python.writing))).toBe(pythonBytes)
    const forms = (reader: 'java' | 'python'): string[] => [
      ...new Set(FORMS_TO_CHECK[reader].map((form) => hex(write(value, form.checking)))),
    ]
    expect(forms('java')).toEqual([javaBytes, pythonBytes])
    expect(forms('python')).toEqual([pythonBytes, javaBytes])
  })

  test.each<[string, AttributeValue]>([
    ['SS', { SS: ['b', 'a', 'é'] }],
    ['NS', { NS: ['9', '10', '-1', '0.5'] }],
    ['BS', { BS: [bytes(2), bytes(1, 9), bytes(1)] }],
    ['M', { M: { b: { S: '1' }, a: { S: '2' } } }],
  ])('%s: mostly they agree', (_what, value) => {
    const javaBytes = hex(serialize(value, JAVA_FORM))
    expect(hex(serialize(value, PYTHON_FORM))).toBe(javaBytes)
    expect(hex(write(value, java.writing))).toBe(javaBytes)
    expect(hex(write(value, python.writing))).toBe(javaBytes)
  })

  test('NS: the canonical texts, as strings', () => {
    expect(hex(write({ NS: ['1E1', '9.0', '+1.50', '-0'] }))).toBe(hex(serialize({ NS: ['0', '1.5', '10', '9'] }, JAVA_FORM)))
  })

  test('the value given keeps its order', () => {
    const value = { SS: ['b', 'a'] }
    write(value)
    expect(value).toEqual({ SS: ['b', 'a'] })
  })
})

describe('numbers', () => {
  const DIGITS_30 = '123456789012345678901234567895'
  test.each<[string, string, string]>([
    ['java writing', '5.00', '5'],
    ['java writing', DIGITS_30, DIGITS_30],
    ['java writing', '-0', '0'],
    ['java checking', `${DIGITS_30}1234567890`, `${DIGITS_30}1234567890`],
    ['java checking', '-0', '0'],
    ['python writing', '-0', '0'],
    ['python checking', '-0', '-0'],
    ['python checking', DIGITS_30, '123456789012345678901234567900'],
  ])('%s %s as %s', (rules, text, written) => {
    const rulesOf: Readonly<Record<string, WritingRules>> = {
      'java writing': java.writing,
      'java checking': java.checking,
      'python writing': python.writing,
      'python checking': python.checking,
    }
    const given = rulesOf[rules]
    expect(hex(write({ N: text }, given))).toBe(hex(tagged('n', counted(written))))
    expect(hex(write({ NS: [text] }, given))).toBe(hex(tagged('N', u32(1), counted(written))))
  })

  test('a reader not told python takes all digits of a number', () => {
    for (const form of FORMS_TO_CHECK.java) expect(hex(write({ N: DIGITS_30 }, form.checking))).toBe(hex(tagged('n', counted(DIGITS_30))))
  })
})

describe('read although no current library should write it', () => {
  const entry = (key: string, value: AttributeValue): Buffer => Buffer.concat([tagged('s', counted(key)), serialize(value, JAVA_FORM)])
  test.each<[string, Uint8Array, AttributeValue]>([
    ['sets in any order', tagged('S', u32(2), counted('b'), counted('a')), { SS: ['b', 'a'] }],
    ['equal members', tagged('S', u32(2), counted('a'), counted('a')), { SS: ['a', 'a'] }],
    ['equal numbers', tagged('N', u32(2), counted('1'), counted('1.0')), { NS: ['1', '1'] }],
    ['equal bytes', tagged('B', u32(2), counted('a'), counted('a')), { BS: [bytes(0x61), bytes(0x61)] }],
    ['an empty SS', tagged('S', u32(0)), { SS: [] }],
    ['an empty NS', tagged('N', u32(0)), { NS: [] }],
    ['an empty BS', tagged('B', u32(0)), { BS: [] }],
    ['an exponent', tagged('n', counted('1.50E+3')), { N: '1500' }],
    ['exponents in a set', tagged('N', u32(2), counted('1E-2'), counted('-0')), { NS: ['0.01', '0'] }],
    ['more than 38 digits', tagged('n', counted('9'.repeat(40))), { N: '9'.repeat(40) }],
    [
      'an unsorted map',
      tagged('M', u32(3), entry('b', { N: '1' }), entry('c', { N: '2' }), entry('a', { N: '3' })),
      { M: { a: { N: '3' }, b: { N: '1' }, c: { N: '2' } } },
    ],
    ['? for a lone surrogate', tagged('s', counted('?')), { S: '?' }],
  ])('%s', (_what, serialized, value) => {
    expect(read(serialized)).toEqual(value)
  })

  test('and checked, where it is stored in plaintext', () => {
    expect(hex(write({ SS: [] }, java.checking))).toBe(hex(tagged('S', u32(0))))
    expect(hex(write({ NS: ['1', '1.0'] }, python.checking))).toBe(hex(tagged('N', u32(2), counted('1'), counted('1'))))
  })
})

describe('refused on reading', () => {
  const key = (text: string): Buffer => tagged('s', counted(text))
  const NULL = tagged('')
  test.each<[string, readonly Uint8Array[], string]>([
    ['nothing', [], 'a length runs past the end'],
    ['half a tag', [bytes(0)], 'a length runs past the end'],
    ['a tag that does not begin with 00', [bytes(1, 0x73), counted('a')], 'a type tag is unknown'],
    ['an unknown tag', [tagged('x', counted('a'))], 'a type tag is unknown'],
    ['the tag ff', [bytes(0, 0xff)], 'a type tag is unknown'],
    ['a BOOL without its byte', [tagged('?')], 'a length runs past the end'],
    ['a BOOL of 2', [tagged('?', bytes(2))], 'a BOOL is neither 0 nor 1'],
    ['a BOOL of ff', [tagged('?', bytes(0xff))], 'a BOOL is neither 0 nor 1'],
    ['bytes left over', [NULL, bytes(0)], 'there are bytes left over'],
    ['padding left over', [tagged('s', counted('a')), bytes(1)], 'there are bytes left over'],
    ...['s', 'n', 'b'].map((tag): [string, Uint8Array[], string] => [
      `a ${tag} past the end`,
      [tagged(tag, u32(5), Buffer.from('1234'))],
      'a length runs past the end',
    ]),
    ...['s', 'n', 'b'].map((tag): [string, Uint8Array[], string] => [
      `a ${tag} of 2^32 - 1 bytes`,
      [tagged(tag, u32(0xffffffff), Buffer.from('1234'))],
      'a length runs past the end',
    ]),
    ...['S', 'N', 'B', 'L', 'M'].map((tag): [string, Uint8Array[], string] => [
      `a ${tag} of 2^32 - 1 members`,
      [tagged(tag, u32(0xffffffff), Buffer.alloc(64))],
      'a count runs past the end',
    ]),
    ...['S', 'N', 'B'].map((tag): [string, Uint8Array[], string] => [
      `a ${tag} of one member more`,
      [tagged(tag, u32(2), counted('1'))],
      'a count runs past the end',
    ]),
    ['an L of one member more', [tagged('L', u32(2), NULL)], 'a count runs past the end'],
    ['an M of one entry more', [tagged('M', u32(2), key(''), NULL)], 'a count runs past the end'],
    ['an L whose count would fit', [tagged('L', u32(2), key('a'))], 'a length runs past the end'],
    ['a set member past the end', [tagged('S', u32(2), counted('abcdef'), u32(1))], 'a length runs past the end'],
    ['a map key of type N', [tagged('M', u32(1), tagged('n', counted('1')), tagged('s', counted('a')))], 'a map key is not an S'],
    [
      'a map key whose tag does not begin with 00',
      [tagged('M', u32(1), bytes(1, 0x73), counted('a'), NULL, NULL)],
      'a map key is not an S',
    ],
    ['a map key twice', [tagged('M', u32(2), key('a'), NULL, key('a'), NULL)], 'a map key occurs twice'],
    ['a map key twice, not side by side', [tagged('M', u32(3), key('b'), NULL, key('a'), NULL, key('b'), NULL)], 'a map key occurs twice'],
    [
      'a lower map key twice',
      [tagged('M', u32(4), key('a'), NULL, key('c'), NULL, key('b'), NULL, key('a'), NULL)],
      'a map key occurs twice',
    ],
    ['an empty map key twice', [tagged('M', u32(2), key(''), NULL, key(''), NULL)], 'a map key occurs twice'],
    ['__proto__ twice', [tagged('M', u32(2), key('__proto__'), NULL, key('__proto__'), NULL)], 'a map key occurs twice'],
    ['a map value that is missing', [tagged('M', u32(1), key('abcd'))], 'a length runs past the end'],
    ['invalid UTF-8', [tagged('s', counted(bytes(0xc3)))], 'not valid UTF-8'],
    ['invalid UTF-8 in a set', [tagged('S', u32(1), counted(bytes(0xed, 0xa0, 0x80)))], 'not valid UTF-8'],
    ['invalid UTF-8 in a map key', [tagged('M', u32(1), tagged('s', counted(bytes(0xff))), NULL)], 'not valid UTF-8'],
    ['an empty number', [tagged('n', counted(''))], 'a number is malformed'],
    ['a word for a number', [tagged('n', counted('NaN'))], 'a number is malformed'],
    ['a number in other digits', [tagged('n', counted('\u0661'))], 'a number is malformed'],
    ['a malformed number in a set', [tagged('N', u32(1), counted('1,5'))], 'a number is malformed'],
    ['a number of a gigabyte', [tagged('n', counted('1E999999999'))], 'magnitude is outside'],
  ])('%s', (_what, parts, message) => {
    expect(() => read(...parts)).toThrow(FormatError)
    expect(() => read(...parts)).toThrow(message)
  })
})

describe('refused on writing', () => {
  const sparse: unknown[] = [{ S: 'a' }]
  sparse.length = 2
  const cyclic: { L: unknown[] } = { L: [] }
  cyclic.L.push(cyclic)
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'is not given as an object'],
    ['null', null, 'is not given as an object'],
    ['a bare string', 'a', 'is not given as an object'],
    ['a bare array', [{ S: 'a' }], 'is not given as an object'],
    ['no type', {}, 'has no type'],
    ['only undefined members', { S: undefined, N: undefined }, 'has no type'],
    ['two types', { S: 'a', N: '1' }, 'more than one type'],
    ['a type that does not exist', { X: 'a' }, 'a type that DynamoDB does not have'],
    ['a type of the SDK for what it does not know', { $unknown: ['X', 1] }, 'a type that DynamoDB does not have'],
    ['a type in lower case', { s: 'a' }, 'a type that DynamoDB does not have'],
    ['a type named as a method', { toString: 'a' }, 'a type that DynamoDB does not have'],
    ['an S that is a number', { S: 1 }, 'not given as a JavaScript string'],
    ['an S that is null', { S: null }, 'not given as a JavaScript string'],
    ['an N that is a number', { N: 1 }, 'not given as a JavaScript string'],
    ['an N that is malformed', { N: 'one' }, 'a number is malformed'],
    ['an N of 39 digits', { N: '9'.repeat(39) }, 'more than 38 significant digits'],
    ['an N out of range', { N: '1E126' }, 'magnitude is outside'],
    ['a B that is a string', { B: 'YQ==' }, 'not given as a Uint8Array'],
    ['a B that is an ArrayBuffer', { B: new ArrayBuffer(1) }, 'not given as a Uint8Array'],
    ['a B that is a Uint16Array', { B: new Uint16Array(1) }, 'not given as a Uint8Array'],
    ['a BOOL that is a string', { BOOL: 'true' }, 'neither true nor false'],
    ['a BOOL that is a number', { BOOL: 1 }, 'neither true nor false'],
    ['a NULL that is false', { NULL: false }, 'a NULL is not true'],
    ['a NULL that is null', { NULL: null }, 'a NULL is not true'],
    ['an SS that is a Set', { SS: new Set(['a']) }, 'not given as an array'],
    ['an SS that is a string', { SS: 'a' }, 'not given as an array'],
    ['an SS of numbers', { SS: ['a', 1] }, 'not given as a JavaScript string'],
    ['an NS of numbers', { NS: [1] }, 'not given as a JavaScript string'],
    ['an NS of words', { NS: ['1', 'one'] }, 'a number is malformed'],
    ['a BS of strings', { BS: ['a'] }, 'not given as a Uint8Array'],
    ['an empty SS', { SS: [] }, 'a set is empty'],
    ['an empty NS', { NS: [] }, 'a set is empty'],
    ['an empty BS', { BS: [] }, 'a set is empty'],
    ['an SS with a member twice', { SS: ['b', 'a', 'b'] }, 'a set has a member twice'],
    ['an NS with a number in two forms', { NS: ['10', '2', '1E1'] }, 'a set has a member twice'],
    ['a BS with a member twice', { BS: [bytes(0x80), bytes(1), bytes(0x80)] }, 'a set has a member twice'],
    ['an L that is an object', { L: { 0: { S: 'a' } } }, 'not given as an array'],
    ['an L of bare values', { L: ['a'] }, 'is not given as an object'],
    ['an L with a hole', { L: sparse }, 'is not given as an object'],
    ['an M that is an array', { M: [] }, 'is not given as an object'],
    ['an M that is null', { M: null }, 'is not given as an object'],
    ['an M of bare values', { M: { a: 'a' } }, 'is not given as an object'],
    ['an M with undefined', { M: { a: undefined } }, 'is not given as an object'],
    // Their entries are no properties: they would be written as an empty map, and be lost.
    ['an M that is a Map', { M: new Map([['a', { S: 'a' }]]) }, 'is not given as an object'],
    ['an M that is a Set', { M: new Set(['a']) }, 'is not given as an object'],
    ['an M that is a Date', { M: new Date(0) }, 'is not given as an object'],
    ['a lone surrogate', { S: 'a\ud800' }, 'a lone surrogate'],
    ['a lone surrogate in a set', { SS: ['\udc00'] }, 'a lone surrogate'],
    ['a lone surrogate as a map key', { M: { '\ud800': { S: 'a' } } }, 'a lone surrogate'],
    ['a lone surrogate deep inside', { L: [{ M: { a: { SS: ['\udc00a'] } } }] }, 'a lone surrogate'],
    ['a list that holds itself', cyclic, 'nested more than 32 levels deep'],
  ])('%s', (_what, value, message) => {
    expect(() => write(value)).toThrow(FormatError)
    expect(() => write(value)).toThrow(message)
  })

  test('an empty text or no bytes may be a set member, as DynamoDB has it since 2020', () => {
    expect(hex(write({ SS: [''] }))).toBe(hex(tagged('S', u32(1), counted(''))))
    expect(hex(write({ BS: [bytes()] }))).toBe(hex(tagged('B', u32(1), counted(''))))
  })
})

describe('nesting', () => {
  test.each(['L', 'M'] as const)('32 levels of %s around a value, both ways', (kind) => {
    const value = nested(kind, 32, { S: 'a' })
    expect(read(write(value))).toEqual(value)
  })

  test.each(['L', 'M'] as const)('33 levels of %s around a value, neither way', (kind) => {
    const value = nested(kind, 33, { S: 'a' })
    expect(() => write(value)).toThrow(new FormatError('lists and maps are nested more than 32 levels deep'))
    expect(() => read(serialize(value, JAVA_FORM))).toThrow(new FormatError('lists and maps are nested more than 32 levels deep'))
  })

  // Whatever is decided of an empty list or map at the deepest level: what is written can be read.
  test.each(
    (['L', 'M'] as const).flatMap((kind) =>
      [{ L: [] }, { M: {} }].flatMap((innermost) => [31, 32, 33].map((levels) => ({ kind, innermost, levels }))),
    ),
  )('$levels levels of $kind around an empty $innermost', ({ kind, innermost, levels }) => {
    const value = nested(kind, levels, innermost)
    const attempt = (work: () => unknown): string => {
      try {
        work()
        return 'fine'
      } catch (error) {
        return String(error)
      }
    }
    expect(attempt(() => read(serialize(value, JAVA_FORM)))).toBe(attempt(() => write(value)))
  })

  test.each(['L', 'M'] as const)('100,000 levels of %s are refused without going down', (kind) => {
    const header = kind === 'L' ? tagged('L', u32(1)) : Buffer.concat([tagged('M', u32(1)), tagged('s', counted(''))])
    expect(() => read(...Array.from({ length: 100_000 }, () => header), tagged(''))).toThrow(/nested more than 32 levels/)
    expect(() => write(nested(kind, 100_000, { NULL: true }))).toThrow(/nested more than 32 levels/)
  })
})

test('no error repeats a value', () => {
  const value = 'xyzzy'
  for (const given of [
    { N: value },
    { S: `${value}\ud800` },
    { SS: [value, value] },
    { [value]: 'S' },
    { B: value },
    { M: { [value]: 1 } },
  ]) {
    let message = ''
    try {
      write(given)
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('FormatError')
    expect(message).not.toContain(value)
  }
})
