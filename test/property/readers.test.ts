// The two readers under any bytes: a value that keeps its meaning when it is written again, or a FormatError. Never another
// error, never work without end.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAttributeValue, writeAttributeValue, type WritingRules } from '../../src/format/attribute-values.js'
import { ByteReader } from '../../src/format/byte-reader.js'
import { ByteWriter } from '../../src/format/byte-writer.js'
import { FORMS_TO_CHECK } from '../../src/format/compatibility.js'
import { FormatError } from '../../src/format/format-error.js'
import { readMaterialDescription, writeMaterialDescription } from '../../src/format/material-description.js'
import { attributeValue, text } from '../support/arbitraries.js'
import { byteFault } from '../support/byte-faults.js'
import { canonicalForm } from '../support/canonical-form.js'
import { printedTally, runs } from '../support/property-runs.js'
import { counted, describe as plainDescription, JAVA_FORM, serialize, tagged, u32 } from '../support/reference-format.js'

const tally = printedTally('readers')

/** Fails where more is read than there are bytes: a loop without end cannot be left any other way. */
class CountingReader extends ByteReader {
  #reads = 0

  override byte(): number {
    this.#count()
    return super.byte()
  }

  override u32(): number {
    this.#count()
    return super.u32()
  }

  #count(): void {
    // Each read moves on by a byte at least; the last one may fail.
    if (++this.#reads > this.buffer.length + 1) throw new Error('the reader goes round in circles')
  }
}

/** @returns undefined for bytes that are refused with a FormatError; any other error fails the test */
function orRefused<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return undefined
  }
}

function readValue(bytes: Uint8Array): AttributeValue {
  const reader = new CountingReader(Buffer.from(bytes))
  const value = readAttributeValue(reader)
  reader.finish()
  return value
}

function writeValue(value: AttributeValue, rules: WritingRules): Buffer {
  const writer = new ByteWriter(64)
  writeAttributeValue(writer, value, rules)
  return Buffer.from(writer.buffer.subarray(0, writer.position))
}

/** Pieces of which serializations are made, in any order: further into the reader than random bytes get. */
const piece = fc.oneof(
  fc.constantFrom('', 's', 'n', 'b', '?', 'S', 'N', 'B', 'L', 'M').map((letter) => tagged(letter)),
  fc.integer({ min: 0, max: 5 }).map(u32),
  fc.constantFrom(0xff, 0xffff, 0x7fffffff, 0xffffffff).map(u32),
  fc.constantFrom('', '0', '1', '-1.5e3', 'NaN', 'a', '\u00ff', '\u{10000}').map(counted),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  // Invalid UTF-8: cut short, overlong, a surrogate, beyond the last code point.
  fc.constantFrom([0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]).map((bytes) => counted(Buffer.from(bytes))),
)
const pieces = fc.array(piece, { maxLength: 12 }).map((parts) => Buffer.concat(parts))

/** A serialization whose counts and lengths are mostly right, and whose keys and members may repeat. */
const { nearlyValue } = fc.letrec<{ nearlyValue: Buffer }>((tie) => {
  const shortText = fc.constantFrom('', '0', '1', '-1.5e3', '007', 'NaN', 'a', '\u00ff', '\u{10000}')
  const content = fc.oneof({ weight: 9, arbitrary: shortText.map(counted) }, { weight: 1, arbitrary: piece })
  const off = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -1, max: 1 }) })
  const container = (letter: string, member: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
    fc
      .tuple(fc.array(member, { maxLength: 3 }), off)
      .map(([members, by]) => tagged(letter, u32(Math.max(0, members.length + by)), ...members))
  const entry = fc.tuple(shortText, tie('nearlyValue')).map(([key, value]) => Buffer.concat([tagged('s', counted(key)), value]))
  return {
    nearlyValue: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant(tagged('')),
      fc.integer({ min: 0, max: 2 }).map((byte) => tagged('?', Buffer.from([byte]))),
      ...['s', 'n', 'b'].map((letter) => content.map((bytes) => tagged(letter, bytes))),
      ...['S', 'N', 'B'].map((letter) => container(letter, content)),
      container('L', tie('nearlyValue')),
      container('M', entry),
    ),
  }
})
const nested = fc.tuple(fc.integer({ min: 25, max: 40 }), fc.constantFrom('L', 'M'), pieces).map(([depth, type, inside]) => {
  const level = type === 'L' ? tagged('L', u32(1)) : tagged('M', u32(1), tagged('s', counted('')))
  return Buffer.concat([...Array<Buffer>(depth).fill(level), inside])
})

describe('attribute values', () => {
  function check(bytes: Uint8Array, kind: string): void {
    const value = orRefused(() => readValue(bytes))
    tally.add(kind, value === undefined ? 'refused' : 'read')
    if (value === undefined) return
    // U+FFFD is in a text only where it was written, never in the place of invalid UTF-8.
    if (JSON.stringify(canonicalForm(value)).includes('\uFFFD')) expect(Buffer.from(bytes).includes('\uFFFD')).toBe(true)
    for (const { checking } of FORMS_TO_CHECK.java) {
      expect(canonicalForm(readValue(writeValue(value, checking)))).toEqual(canonicalForm(value))
    }
  }

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), pieces, nested, nearlyValue), (bytes) => check(bytes, 'any bytes')),
      runs(20),
    )
    expect(tally.of('any bytes', 'read')).toBeGreaterThan(0)
  })

  test('a serialization with a fault in it', () => {
    fc.assert(
      fc.property(attributeValue(), fc.array(byteFault, { minLength: 1, maxLength: 3 }), (value, faults) => {
        const bytes = serialize(value, JAVA_FORM)
        expect(canonicalForm(readValue(bytes))).toEqual(canonicalForm(value))
        const faulty = faults.reduce((before, fault) => (before.length === 0 ? before : fault.apply(before)), bytes)
        check(faulty, 'faulty values')
      }),
      runs(5),
    )
    expect(tally.of('faulty values', 'read')).toBeGreaterThan(0)
    expect(tally.of('faulty values', 'refused')).toBeGreaterThan(0)
  })

  test('a serialization cut short, or with bytes behind it, is refused', () => {
    const behind = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 20 }), nearlyValue)
    fc.assert(
      fc.property(attributeValue(), fc.nat({ max: 9999 }), behind, (value, cut, more) => {
        const bytes = serialize(value, JAVA_FORM)
        expect(orRefused(() => readValue(bytes.subarray(0, Math.floor((cut / 10_000) * bytes.length))))).toBeUndefined()
        expect(orRefused(() => readValue(Buffer.concat([bytes, more])))).toBeUndefined()
        expect(orRefused(() => readValue(bytes))).toBeDefined()
      }),
      runs(2),
    )
  })

  test('a hundred thousand lists in one another', () => {
    const level = tagged('L', u32(1))
    check(Buffer.concat(Array<Buffer>(100_000).fill(level)), 'deepest')
    expect(tally.of('deepest', 'refused')).toBe(1)
  })
})

describe('material descriptions', () => {
  const sorted = (description: object): [string, unknown][] => Object.entries(description).sort(([a], [b]) => (a < b ? -1 : 1))

  function check(bytes: Uint8Array, kind: string): void {
    const description = orRefused(() => readMaterialDescription(bytes))
    tally.add(kind, description === undefined ? 'refused' : 'read')
    if (description === undefined) return
    const again = readMaterialDescription(writeMaterialDescription(description))
    expect(sorted(again)).toEqual(sorted(description))
  }

  const name = fc.oneof(fc.constantFrom('', '__proto__', 'constructor', 'amzn-ddb-env-alg', 'amzn-ddb-map-sym-mode'), text)
  const pairs = fc.uniqueArray(fc.tuple(name, text), { maxLength: 5, selector: ([entry]) => entry })

  test('any bytes', () => {
    const afterVersion = fc.oneof(pieces, fc.uint8Array({ maxLength: 64 })).map((bytes) => Buffer.concat([u32(0), bytes]))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), afterVersion), (bytes) => check(bytes, 'description bytes')),
      runs(10),
    )
    expect(tally.of('description bytes', 'read')).toBeGreaterThan(0)
  })

  test('a description, in any order, and the same with a fault in it', () => {
    fc.assert(
      fc.property(pairs, fc.array(byteFault, { minLength: 1, maxLength: 3 }), (given, faults) => {
        const bytes = plainDescription(given)
        expect(sorted(readMaterialDescription(bytes))).toEqual(sorted(Object.fromEntries(given)))
        const faulty = faults.reduce((before, fault) => (before.length === 0 ? before : fault.apply(before)), bytes)
        check(faulty, 'faulty descriptions')
      }),
      runs(5),
    )
    expect(tally.of('faulty descriptions', 'read')).toBeGreaterThan(0)
    expect(tally.of('faulty descriptions', 'refused')).toBeGreaterThan(0)
  })
})
