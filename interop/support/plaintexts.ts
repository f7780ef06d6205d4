// Serialized values that no honest program writes, to be put under a signature that holds: by someone who has the keys, or by a bug in a
// program that has them. What each client makes of it is in the table; docs/java-and-python.md says why.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { counted, tagged, u32 } from '../../test/support/reference-format.js'

/** What each client reads; left out where it refuses. */
export interface Readings {
  readonly ours?: AttributeValue
  readonly java?: AttributeValue
  readonly python?: AttributeValue
}

export interface Plaintext extends Readings {
  readonly what: string
  readonly bytes: Uint8Array
}

const nobody: Readings = {}
const javaAlone = (java: AttributeValue): Readings => ({ java })
const libraries = (java: AttributeValue, python = java): Readings => ({ java, python })
const everyone = (value: AttributeValue): Readings => ({ ours: value, java: value, python: value })

const list = (letter: 'L' | 'M' | 'S' | 'N' | 'B', count: number, ...members: readonly Uint8Array[]): Buffer =>
  tagged(letter, u32(count), ...members)
const text = (value: string | Uint8Array): Buffer => tagged('s', counted(value))
const number = (value: string): Buffer => tagged('n', counted(value))

function nested(levels: number): { bytes: Buffer; value: AttributeValue } {
  let bytes = text('a')
  let value: AttributeValue = { S: 'a' }
  for (let level = 0; level < levels; level++) {
    bytes = list('L', 1, bytes)
    value = { L: [value] }
  }
  return { bytes, value }
}

const NOT_UTF8 = Buffer.from([0x61, 0xff, 0x62])
/** Java reads the room that the padding leaves, up to the next 16 bytes, as zeros: a NULL for each two of them. */
const ZEROS = 'zeros after the end, in Java'

export const PLAINTEXTS: readonly Plaintext[] = [
  { what: 'bytes left over', bytes: Buffer.concat([text('abc'), Buffer.from([1, 2])]), ...libraries({ S: 'abc' }) },
  { what: `nothing at all: ${ZEROS}`, bytes: new Uint8Array(), ...javaAlone({ NULL: true }) },
  {
    what: `a count beyond the end: ${ZEROS}`,
    bytes: list('L', 2, text('a')),
    ...javaAlone({ L: [{ S: 'a' }, { NULL: true }] }),
  },
  { what: `a text longer than what is left: ${ZEROS}`, bytes: tagged('s', u32(4), Buffer.from('abc')), ...javaAlone({ S: 'abc\0' }) },
  { what: 'a text longer than the next 16 bytes', bytes: tagged('s', u32(1000), Buffer.from('abc')), ...nobody },
  { what: 'a text of 2 GB', bytes: tagged('s', u32(0x7fffffff), Buffer.from('abc')), ...nobody },
  { what: 'a text of a negative length', bytes: tagged('s', u32(0xffffffff), Buffer.from('abc')), ...nobody },
  { what: 'a list of 2,147,483,647', bytes: list('L', 0x7fffffff, text('a')), ...nobody },
  { what: 'a map of 2,147,483,647', bytes: list('M', 0x7fffffff, text('a'), text('b')), ...nobody },
  { what: 'a set of 4,294,967,295', bytes: list('S', 0xffffffff, counted('a')), ...nobody },
  { what: 'a reserved byte that is not 0', bytes: Buffer.concat([Buffer.from([1]), text('a').subarray(1)]), ...nobody },
  { what: 'an unknown tag', bytes: tagged('x', counted('a')), ...nobody },
  { what: 'a boolean of 2', bytes: tagged('?', Buffer.from([2])), ...nobody },
  { what: 'a map key that is no text', bytes: list('M', 1, number('1'), text('1')), ...nobody },
  { what: 'text that is no UTF-8: a replacement character in Java', bytes: text(NOT_UTF8), ...javaAlone({ S: 'a\ufffdb' }) },
  {
    what: 'a map key that is no UTF-8: a replacement character in Java',
    bytes: list('M', 1, text(NOT_UTF8), text('a')),
    ...javaAlone({ M: { 'a\ufffdb': { S: 'a' } } }),
  },
  { what: 'a surrogate in UTF-8', bytes: text(Buffer.from([0xed, 0xa0, 0x80])), ...javaAlone({ S: '\ufffd' }) },
  {
    what: 'a map key twice: the last one counts in the libraries',
    bytes: list('M', 2, text('a'), text('1'), text('a'), text('2')),
    ...libraries({ M: { a: { S: '2' } } }),
  },
  { what: 'a number that is none: handed on by Java', bytes: number('abc'), ...javaAlone({ N: 'abc' }) },
  { what: 'a number with a space: handed on by Java', bytes: number(' 1'), ...libraries({ N: ' 1' }, { N: '1' }) },
  { what: 'a number with an underscore: handed on by Java', bytes: number('1_000'), ...libraries({ N: '1_000' }, { N: '1000' }) },
  { what: 'an empty number: handed on by Java', bytes: number(''), ...javaAlone({ N: '' }) },
  { what: 'NaN: handed on by both', bytes: number('NaN'), ...libraries({ N: 'NaN' }) },
  { what: 'infinity: handed on by both', bytes: number('Infinity'), ...libraries({ N: 'Infinity' }) },
  { what: 'a number above the range', bytes: number('1E126'), ...libraries({ N: '1E126' }, { N: `1${'0'.repeat(126)}` }) },
  { what: 'a number below the range', bytes: number('1E-131'), ...libraries({ N: '1E-131' }, { N: `0.${'0'.repeat(130)}1` }) },
  { what: 'a number in another spelling', bytes: number('1E3'), ...{ ours: { N: '1000' }, java: { N: '1E3' }, python: { N: '1000' } } },
  { what: 'a set out of order', bytes: list('S', 3, counted('b'), counted('c'), counted('a')), ...everyone({ SS: ['a', 'b', 'c'] }) },
  {
    what: 'a set with a member twice',
    bytes: list('S', 3, counted('a'), counted('b'), counted('a')),
    ...everyone({ SS: ['a', 'a', 'b'] }),
  },
  { what: 'an empty set', bytes: list('N', 0), ...everyone({ NS: [] }) },
  {
    what: 'a map out of order',
    bytes: list('M', 2, text('b'), text('1'), text('a'), text('2')),
    ...everyone({ M: { a: { S: '2' }, b: { S: '1' } } }),
  },
  { what: 'lists in lists, 33 deep', bytes: nested(33).bytes, ...libraries(nested(33).value) },
  { what: 'lists in lists, 20,000 deep: no stack is that deep', bytes: nested(20_000).bytes, ...nobody },
]

/** Makes Java ask for bytes beyond the end for ever. */
export const ENDLESS_IN_JAVA: readonly Uint8Array[] = [
  tagged('b', u32(1000), Buffer.from('abc')),
  list('L', 1, list('B', 1, u32(100_000_000))),
]
