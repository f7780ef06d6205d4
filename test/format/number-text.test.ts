// Numbers as text (format section 2). What Python makes of a number was taken from Python 3: '{:f}'.format(Decimal(text).normalize()).
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/format/format-error.js'
import { canonicalNumber, pythonSignedNumber, pythonStorableNumber, storableNumber } from '../../src/format/number-text.js'

const zeros = (count: number): string => '0'.repeat(count)
const DIGITS_28 = '1234567890123456789012345678'
const DIGITS_38 = '12345678901234567890123456789012345678'

const CANONICAL: readonly (readonly [string, string])[] = [
  // Zero is always 0.
  ...['0', '-0', '+0', '00', '0.0', '0.00', '-0.00', '.0', '0.', '0E5', '-0e-5', '0E999999999', '0E-999999999'].map(
    (text) => [text, '0'] as const,
  ),
  // Already canonical.
  ...['1', '-1', '10', '12.5', '-0.05', '0.1', '100.001', '9'.repeat(38)].map((text) => [text, text] as const),
  // Signs, leading and trailing zeros, missing digits on one side of the point.
  ['5.00', '5'],
  ['+12', '12'],
  ['007', '7'],
  ['-007.500', '-7.5'],
  ['.5', '0.5'],
  ['-.5', '-0.5'],
  ['5.', '5'],
  ['+.50', '0.5'],
  ['0.10', '0.1'],
  ['010', '10'],
  // Exponents.
  ['1E+3', '1000'],
  ['1e3', '1000'],
  ['1E0', '1'],
  ['1.50e-10', '0.00000000015'],
  ['12345E-3', '12.345'],
  ['12345E-5', '0.12345'],
  ['12345E-6', '0.012345'],
  ['12000E-3', '12'],
  ['-1.5E1', '-15'],
  ['1.25e+1', '12.5'],
  ['1e0000000000000000000000002', '100'],
  [`1${zeros(130)}E-130`, '1'],
  // The ends of DynamoDB's range.
  ['1E-130', `0.${zeros(129)}1`],
  ['-1E-130', `-0.${zeros(129)}1`],
  ['9.9999999999999999999999999999999999999E+125', `${'9'.repeat(38)}${zeros(88)}`],
  [`${DIGITS_38}E+88`, `${DIGITS_38}${zeros(88)}`],
  [`${DIGITS_38}E-130`, `0.${zeros(92)}${DIGITS_38}`],
]

const MALFORMED = [
  '',
  ' ',
  '-',
  '+',
  '.',
  '-.',
  'e5',
  '.e5',
  '1e',
  '1e+',
  '1e1.5',
  '1e5 ',
  ' 1',
  '1 ',
  '1\n',
  '1..2',
  '1.2.3',
  '0.0.',
  '--1',
  '+-1',
  '1-',
  '0-',
  '0x10',
  '1_000',
  '1,5',
  'NaN',
  'Infinity',
  '-Infinity',
  '1n',
  '\u0661', // Arabic-Indic digit one
  '1\u0000',
]

/** A magnitude of ten to the power of 126 and more, or under minus 130: a billion zeros, had they been written out. */
const OUT_OF_RANGE = [
  '1E126',
  '10E125',
  '0.1E127',
  '-1E126',
  '1E-131',
  '0.1E-130',
  '1E999999999',
  '-1E999999999',
  '1E-999999999',
  '1E99999999999999999999',
  `1E${'9'.repeat(400)}`,
  `1E-${'9'.repeat(400)}`,
]

describe.each([
  ['canonicalNumber', canonicalNumber],
  ['storableNumber', storableNumber],
])('%s', (_name, form) => {
  test.each(CANONICAL)('%s is %s', (text, canonical) => {
    expect(form(text)).toBe(canonical)
    expect(form(canonical)).toBe(canonical)
  })

  test.each(MALFORMED)('%j is no number', (text) => {
    expect(() => form(text)).toThrow(new FormatError('a number is malformed'))
  })

  test.each(OUT_OF_RANGE)('%s is out of range', (text) => {
    expect(() => form(text)).toThrow(new FormatError("a number's magnitude is outside 1E-130 to 9.9E125"))
  })
})

describe('canonicalNumber reads what no current DynamoDB stores, as long as it is written out', () => {
  test.each([
    ['39 digits', `${DIGITS_38}9`, `${DIGITS_38}9`],
    ['200 zeros', `1${zeros(200)}`, `1${zeros(200)}`],
    ['200 zeros behind the point', `0.${zeros(200)}10`, `0.${zeros(200)}1`],
    ['39 digits with an exponent', `${DIGITS_38}9E-1`, `${DIGITS_38}.9`],
  ])('%s', (_what, text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical)
  })
})

describe('storableNumber takes 38 significant digits', () => {
  test.each([
    ['leading zeros', `000${DIGITS_38}`, DIGITS_38],
    ['trailing zeros', `${DIGITS_38}000`, `${DIGITS_38}000`],
    ['trailing zeros behind the point', `${DIGITS_38}.000`, DIGITS_38],
    ['a point', `1234567890.${DIGITS_38.slice(10)}`, `1234567890.${DIGITS_38.slice(10)}`],
    ['a sign and a point', `-0.${DIGITS_38}`, `-0.${DIGITS_38}`],
    ['the largest written out', `${'9'.repeat(38)}${zeros(88)}`, `${'9'.repeat(38)}${zeros(88)}`],
    ['the smallest written out', `0.${zeros(129)}1`, `0.${zeros(129)}1`],
  ])('with %s', (_what, text, canonical) => {
    expect(storableNumber(text)).toBe(canonical)
  })

  test.each([`${DIGITS_38}9`, `-${DIGITS_38}9`, `1.${DIGITS_38}`, `${DIGITS_38}9E-50`, `1${zeros(37)}1`])('and refuses %s', (text) => {
    expect(() => storableNumber(text)).toThrow(new FormatError('a number has more than 38 significant digits'))
  })

  test.each([`1${zeros(126)}`, `0.${zeros(130)}1`])('and the magnitude of %s', (text) => {
    expect(() => storableNumber(text)).toThrow(/magnitude is outside/)
  })
})

describe('pythonStorableNumber refuses what Python would round', () => {
  test.each([DIGITS_28, `-${DIGITS_28}`, `0.${DIGITS_28}`, `0.${zeros(50)}${DIGITS_28}`, `${DIGITS_28}${zeros(50)}`, '1', '0.5'])(
    '%s',
    (text) => {
      expect(pythonStorableNumber(text)).toBe(text)
    },
  )

  test('-0 is written as 0', () => {
    expect(pythonStorableNumber('-0')).toBe('0')
  })

  test.each([`${DIGITS_28}9`, `-${DIGITS_28}.9`, `0.${DIGITS_28}9`, `${DIGITS_28}1E-80`])('not %s', (text) => {
    expect(() => pythonStorableNumber(text)).toThrow(/more than 28 significant digits, which the Python client would round/)
  })
})

describe('pythonSignedNumber', () => {
  test.each([
    ['12.50', '12.5'],
    [DIGITS_28, DIGITS_28],
    // A tie goes to the even neighbour, anything beyond a tie goes up.
    ['12345678901234567890123456785', '12345678901234567890123456780'],
    ['12345678901234567890123456775', '12345678901234567890123456780'],
    ['-12345678901234567890123456775', '-12345678901234567890123456780'],
    ['123456789012345678901234567850001', '123456789012345678901234567900000'],
    ['123456789012345678901234567849999', '123456789012345678901234567800000'],
    ['1234567890.12345678901234567850', '1234567890.123456789012345678'],
    ['0.12345678901234567890123456785', '0.1234567890123456789012345678'],
    ['0.123456789012345678901234567750', '0.1234567890123456789012345678'],
    ['1.2345678901234567890123456785E-100', `0.${zeros(99)}1234567890123456789012345678`],
    ['10000000000000000000000000000.5', '10000000000000000000000000000'],
    // The carry runs through.
    ['99999999999999999999999999995', '100000000000000000000000000000'],
    ['9999999999999999999999999999500', '10000000000000000000000000000000'],
    ['9'.repeat(38), `1${zeros(38)}`],
    [DIGITS_38, '12345678901234567890123456790000000000'],
    ['123456789012345678901234567890.12345678', '123456789012345678901234567900'],
    // Long without many digits.
    [`1${zeros(30)}`, `1${zeros(30)}`],
    ['1E-130', `0.${zeros(129)}1`],
    // Python keeps the sign of zero.
    ['-0', '-0'],
    ['-0.00', '-0'],
    ['-0E5', '-0'],
    ['0', '0'],
    ['0.000', '0'],
  ])('%s is signed as %s', (text, signed) => {
    expect(pythonSignedNumber(text)).toBe(signed)
  })

  test.each(MALFORMED)('%j is no number', (text) => {
    expect(() => pythonSignedNumber(text)).toThrow(new FormatError('a number is malformed'))
  })

  test.each(OUT_OF_RANGE)('%s is out of range', (text) => {
    expect(() => pythonSignedNumber(text)).toThrow(/magnitude is outside/)
  })
})

test('no error repeats the number', () => {
  for (const form of [canonicalNumber, storableNumber, pythonStorableNumber, pythonSignedNumber]) {
    for (const text of ['4711-4711', '4711E4711', `4711${DIGITS_38}`]) {
      let message = ''
      try {
        form(text)
      } catch (error) {
        message = String(error)
      }
      expect(message).not.toContain('4711')
    }
  }
})
