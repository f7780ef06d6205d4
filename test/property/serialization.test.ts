// The value serialization (format section 2) against a plain encoder that shares no code with it, in both libraries' orders.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAttributeValue, writeAttributeValue, type WritingRules } from '../../src/format/attribute-values.js'
import { ByteReader } from '../../src/format/byte-reader.js'
import { ByteWriter } from '../../src/format/byte-writer.js'
import { COMPATIBILITY } from '../../src/format/compatibility.js'
import { attributeValue, mostDigitsFor } from '../support/arbitraries.js'
import { canonicalForm, withNumbers } from '../support/canonical-form.js'
import { modelCanonical, modelNumber } from '../support/number-model.js'
import { printedTally, runs } from '../support/property-runs.js'
import { JAVA_FORM, PYTHON_FORM, serialize, type ReferenceForm } from '../support/reference-format.js'

const tally = printedTally('serialization')

function written(value: AttributeValue, rules: WritingRules): Buffer {
  // Small, so that it grows in the middle of things.
  const writer = new ByteWriter(16)
  writeAttributeValue(writer, value, rules)
  return Buffer.from(writer.buffer.subarray(0, writer.position))
}

function read(bytes: Buffer): AttributeValue {
  // Between other bytes, as in a decrypted item.
  const around = Buffer.concat([Buffer.alloc(3, 0x00), bytes, Buffer.alloc(5, 0x4d)])
  const reader = new ByteReader(around, 3, 3 + bytes.length)
  const value = readAttributeValue(reader)
  reader.finish()
  return value
}

/** Python signs minus zero as such. */
const pythonSigned = (number: string): string =>
  modelNumber(number)?.coefficient === 0n && number.startsWith('-') ? '-0' : modelCanonical(number)

describe.each([
  ['java', JAVA_FORM, modelCanonical],
  ['python', PYTHON_FORM, pythonSigned],
] as const)('%s', (compatibility, form, signedNumber) => {
  const value = attributeValue(mostDigitsFor(compatibility))

  test('every value becomes the bytes that the plain encoder makes, and is read back', () => {
    fc.assert(
      fc.property(value, (given) => {
        tally.addValue(given)
        const { writing, checking } = COMPATIBILITY[compatibility]
        const expected = serialize(withNumbers(given, modelCanonical), form)
        expect(written(given, writing).toString('hex')).toBe(expected.toString('hex'))
        expect(written(given, checking).toString('hex')).toBe(serialize(withNumbers(given, signedNumber), form).toString('hex'))
        expect(canonicalForm(read(expected))).toEqual(canonicalForm(given))
      }),
      runs(3),
    )
  })
})

test('values that a library wrote in no order, and with numbers in any spelling, are read', () => {
  const orders: Record<string, ReferenceForm> = {
    'as given': { ...JAVA_FORM, compareText: () => 0, compareBytes: () => 0 },
    backwards: { ...JAVA_FORM, compareText: (a, b) => JAVA_FORM.compareText(b, a), compareBytes: (a, b) => JAVA_FORM.compareBytes(b, a) },
  }
  fc.assert(
    fc.property(attributeValue(), fc.constantFrom(...Object.keys(orders)), (given, order) => {
      tally.add('orders', order)
      expect(canonicalForm(read(serialize(given, orders[order] ?? JAVA_FORM)))).toEqual(canonicalForm(given))
    }),
    runs(3),
  )
})

test('the two orders part for some of these values, and for those alone that hold a set or a map', () => {
  const holdsOrdered = (value: AttributeValue): boolean =>
    (value.SS ?? value.BS ?? value.M) !== undefined || (value.L ?? []).some((member) => holdsOrdered(member))
  fc.assert(
    fc.property(attributeValue(28), (given) => {
      const [java, python] = [written(given, COMPATIBILITY.java.writing), written(given, COMPATIBILITY.python.writing)]
      tally.add('java and python', java.equals(python) ? 'alike' : 'apart')
      if (!java.equals(python)) expect(holdsOrdered(given)).toBe(true)
    }),
    runs(5),
  )
  expect(tally.of('java and python', 'apart')).toBeGreaterThan(0)
})
