// Sums and differences of DynamoDB numbers: exact, or refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareDecimals, parseDecimal } from '../../src/expressions/decimal.js'
import { addNumbers, subtractNumbers } from '../../src/expressions/number-arithmetic.js'
import { runs } from '../support/property-runs.js'

const PRECISION = 'DynamoDB only supports precision up to 38 digits'
const OVERFLOW = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
const UNDERFLOW = 'Number underflow. Attempting to store a number with magnitude smaller than supported range'
const NINES = '9'.repeat(38)

test.each([
  ['1', '2', '3'],
  ['0.1', '0.2', '0.3'],
  ['1.5', '1.50', '3'],
  ['-1', '1.0', '0'],
  ['0', '-0', '0'],
  ['12345678901234567890123456789012345678', '1', '12345678901234567890123456789012345679'],
  [NINES, '1', `1${'0'.repeat(38)}`],
  ['1e37', '1', '10000000000000000000000000000000000001'],
  ['1e-130', '1E-130', `0.${'0'.repeat(129)}2`],
  ['8.9e125', '1e125', `99${'0'.repeat(124)}`],
  ['+.5', '5.', '5.5'],
])('%s + %s = %s', (one, other, sum) => {
  expect(addNumbers(one, other)).toBe(sum)
  expect(addNumbers(other, one)).toBe(sum)
  expect(subtractNumbers(sum, other)).toBe(addNumbers(one, '0'))
})

test.each([
  [NINES, '0.9', PRECISION],
  ['1e37', '0.1', PRECISION],
  ['1e125', '1e-130', PRECISION],
  ['1e125', '9e125', OVERFLOW],
  ['-1e125', '-9e125', OVERFLOW],
  ['1.1e-130', '-1e-130', UNDERFLOW],
  ['x', '1', 'A value provided cannot be converted into a number'],
  ['', '1', 'A value provided cannot be converted into a number'],
])('%s + %s is refused', (one, other, message) => {
  expect(() => addNumbers(one, other)).toThrow(expect.objectContaining({ name: 'ValidationException', message }) as Error)
})

describe('against whole numbers', () => {
  const scale = 40
  /** A number as a whole number of 10 to the power of -40, and one of its spellings. */
  const number = fc
    .record({ digits: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), shift: fc.integer({ min: 0, max: scale }), form: fc.nat(2) })
    .map(({ digits, shift, form }) => {
      const negative = digits < 0n
      const text = String(negative ? -digits : digits).padStart(shift + 1, '0')
      const plain = shift === 0 ? text : `${text.slice(0, -shift)}.${text.slice(-shift)}`
      const spelling = form === 0 ? plain : form === 1 ? `${text}e-${String(shift)}` : `${text}0E-${String(shift + 1)}`
      return { value: digits * 10n ** BigInt(scale - shift), text: `${negative ? '-' : ''}${spelling}` }
    })

  /** What the text says, in the same unit. */
  function valueOf(text: string): bigint {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.')
    const value = BigInt(whole + fraction.padEnd(scale, '0'))
    return text.startsWith('-') ? -value : value
  }

  test('sums and differences', () => {
    let exact = 0
    fc.assert(
      fc.property(number, number, (one, other) => {
        for (const [value, calculate] of [
          [one.value + other.value, addNumbers],
          [one.value - other.value, subtractNumbers],
        ] as const) {
          const digits = String(value).replace('-', '').replace(/0+$/, '').length
          if (digits > 38) {
            expect(() => calculate(one.text, other.text)).toThrow(PRECISION)
          } else {
            expect(valueOf(calculate(one.text, other.text))).toBe(value)
            exact += 1
          }
        }
      }),
      runs(5),
    )
    expect(exact).toBeGreaterThan(0)
  })

  test('order', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [a, b] = [parseDecimal(one.text), parseDecimal(other.text)]
        if (a === undefined || b === undefined) throw new Error('both are numbers')
        expect(Math.sign(compareDecimals(a, b))).toBe(one.value < other.value ? -1 : one.value > other.value ? 1 : 0)
        expect(compareDecimals(a, a)).toBe(0)
      }),
      runs(5),
    )
  })
})
