// Canonical numbers (format section 2) against a model that computes with BigInts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/format/format-error.js'
import { canonicalNumber, pythonSignedNumber, pythonStorableNumber, storableNumber } from '../../src/format/number-text.js'
import { digitsOf, numberText, text } from '../support/arbitraries.js'
import { hasStorableMagnitude, modelCanonical, modelNumber, modelRounded, modelText, significantDigits } from '../support/number-model.js'
import { printedTally, runs } from '../support/property-runs.js'

const tally = printedTally('numbers')

const REFUSED = 'refused'
function orRefused(canonical: (text: string) => string, given: string): string {
  try {
    const answer = canonical(given)
    tally.add('texts', 'accepted')
    return answer
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
    tally.add('texts', REFUSED)
    return REFUSED
  }
}

/** Digits and marks in any order: mostly no number, often nearly one. */
const nearlyNumber = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom('0', '0', '1', '5', '9', '+', '-', '.', 'e', 'E'), maxLength: 10 }) },
  // Of any length and any exponent.
  {
    weight: 3,
    arbitrary: fc
      .tuple(numberText(60), fc.constantFrom('', '', '0', '5', '000', 'e1', 'E-7', 'e126', 'E-131', 'E99999999999999999999'))
      .map(([number, tail]) => number + tail),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '-', '.', 'NaN', 'Infinity', '0x10', '1_000', '1,5', ' 1', '1\n', '٣', '１') },
  { weight: 1, arbitrary: text },
)

const hasExponent = (number: string): boolean => /e/i.test(number)

describe('canonical text', () => {
  test('every spelling of a number that DynamoDB stores', () => {
    fc.assert(
      fc.property(numberText(), (spelling) => {
        const canonical = canonicalNumber(spelling)
        expect(canonical).toBe(modelCanonical(spelling))
        expect(canonicalNumber(canonical)).toBe(canonical)
        expect(storableNumber(spelling)).toBe(canonical)
        tally.add('digits', digitsOf(spelling) > 28 ? 'over 28' : 'to 28')
      }),
      runs(5),
    )
  })

  test('any text', () => {
    fc.assert(
      fc.property(nearlyNumber, (given) => {
        const model = modelNumber(given)
        // A reader bounds exponents alone: digits have been paid for by whoever wrote them.
        const readable = model !== undefined && (!hasExponent(given) || hasStorableMagnitude(model))
        expect(orRefused(canonicalNumber, given)).toBe(readable ? modelCanonical(given) : REFUSED)
        const storable = model !== undefined && hasStorableMagnitude(model) && significantDigits(model) <= 38
        expect(orRefused(storableNumber, given)).toBe(storable ? modelCanonical(given) : REFUSED)
      }),
      runs(10),
    )
  })
})

describe("Python's text", () => {
  test('what it signs is rounded half to even at 28 digits, and minus zero kept', () => {
    const half = fc
      .tuple(fc.bigInt({ min: 10n ** 27n, max: 10n ** 28n - 1n }), fc.constantFrom('5', '50', '51', '49', '500000', '499999'))
      .map(([kept, rest]) => `${String(kept)}${rest}`)
    const nines = fc.integer({ min: 27, max: 40 }).map((count) => `0.${'9'.repeat(count)}5`)
    fc.assert(
      fc.property(fc.oneof(numberText(), numberText(60), half, nines), (given) => {
        const model = modelNumber(given)
        if (model === undefined) throw new Error('the arbitrary makes numbers alone')
        const expected = hasExponent(given) && !hasStorableMagnitude(model) ? REFUSED : modelText(modelRounded(model, 28))
        expect(orRefused(pythonSignedNumber, given)).toBe(expected)
        tally.add('rounded by Python', significantDigits(model) > 28 ? 'yes' : 'no')
      }),
      runs(5),
    )
    expect(tally.of('rounded by Python', 'yes')).toBeGreaterThan(0)
  })

  test('what it would round is not written for it', () => {
    fc.assert(
      fc.property(numberText(), (given) => {
        const expected = digitsOf(given) > 28 ? REFUSED : modelCanonical(given)
        expect(orRefused(pythonStorableNumber, given)).toBe(expected)
      }),
      runs(3),
    )
  })
})
