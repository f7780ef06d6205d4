// DynamoDB numbers as canonical text (format section 2). They have up to 38 significant digits: never through a float.
import { FormatError } from './format-error.js'

// DynamoDB's limits: "Naming rules and data types, Number" in its developer guide.
const MOST_DIGITS = 38
const LARGEST_EXPONENT = 125
const SMALLEST_EXPONENT = -130
// Python's default decimal context, which rounds every number that its DynamoDB Encryption Client serializes.
const PYTHON_DIGITS = 28

/** `-12.5e3` is negative, digits `125`, exponent 2 (of the last digit). Zero has no digits. */
interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/**
 * The canonical text of any number that either library wrote: plain notation, no trailing zeros, zero as `0`.
 *
 * @throws FormatError for text that is no number, and for an exponent outside DynamoDB's range: an attacker's `1E999999999`
 * must not become a gigabyte of zeros
 */
export function canonicalNumber(text: string): string {
  return isCanonical(text) ? text : plainText(boundedDecimal(text))
}

/**
 * The canonical text of a number that DynamoDB would store.
 *
 * @throws FormatError for more than 38 significant digits and for magnitudes outside 1E-130 to 9.9…E+125
 */
export function storableNumber(text: string): string {
  if (isCanonical(text) && text.length <= MOST_DIGITS) return text
  const decimal = parse(text)
  if (decimal.digits.length > MOST_DIGITS) throw new FormatError(`a number has more than ${String(MOST_DIGITS)} significant digits`)
  assertMagnitude(decimal)
  return plainText(decimal)
}

/** As {@link storableNumber}, for a reader in Python: a number that Python would round is refused. */
export function pythonStorableNumber(text: string): string {
  const canonical = storableNumber(text)
  if (canonical.length > PYTHON_DIGITS && parse(canonical).digits.length > PYTHON_DIGITS) {
    throw new FormatError(`a number has more than ${String(PYTHON_DIGITS)} significant digits, which the Python client would round`)
  }
  return canonical
}

/** The text that Python signs for a number: rounded half to even at 28 significant digits, and `-0` kept. */
export function pythonSignedNumber(text: string): string {
  if (text.length <= PYTHON_DIGITS && isCanonical(text)) return text
  const decimal = boundedDecimal(text)
  if (decimal.digits === '') return decimal.negative ? '-0' : '0'
  return plainText(roundHalfEven(decimal, PYTHON_DIGITS))
}

/** True for text that is already canonical: most numbers are, and this costs a fraction of parsing them. */
function isCanonical(text: string): boolean {
  const { length } = text
  let at = text.charCodeAt(0) === 0x2d ? 1 : 0
  const first = text.charCodeAt(at)
  if (first === 0x30) {
    if (at + 1 === length) return at === 0
    if (text.charCodeAt(at + 1) !== 0x2e) return false
  }
  let point = -1
  const start = at
  for (; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) continue
    if (code !== 0x2e || point !== -1 || at === start) return false
    point = at
  }
  if (start === length) return false
  if (point === -1) return true
  const last = text.charCodeAt(length - 1)
  return last !== 0x30 && last !== 0x2e
}

function parse(text: string): Decimal {
  const match = NUMBER.exec(text)
  const whole = match?.[2] ?? ''
  const fraction = match?.[3] ?? ''
  if (match === null || whole.length + fraction.length === 0) throw new FormatError('a number is malformed')
  const digits = whole + fraction
  let from = 0
  while (digits.charCodeAt(from) === 0x30) from++
  let to = digits.length
  while (to > from && digits.charCodeAt(to - 1) === 0x30) to--
  return {
    negative: match[1] === '-',
    digits: digits.slice(from, to),
    exponent: Number(match[4] ?? 0) - fraction.length + (digits.length - to),
  }
}

function boundedDecimal(text: string): Decimal {
  const decimal = parse(text)
  if (/e/i.test(text)) assertMagnitude(decimal)
  return decimal
}

function assertMagnitude({ digits, exponent }: Decimal): void {
  if (digits === '') return
  const magnitude = exponent + digits.length - 1
  if (magnitude > LARGEST_EXPONENT || magnitude < SMALLEST_EXPONENT) {
    throw new FormatError(`a number's magnitude is outside 1E${String(SMALLEST_EXPONENT)} to 9.9E${String(LARGEST_EXPONENT)}`)
  }
}

function roundHalfEven(decimal: Decimal, places: number): Decimal {
  const { negative, digits } = decimal
  const cut = digits.length - places
  if (cut <= 0) return decimal
  const kept = BigInt(digits.slice(0, places))
  const rest = digits.slice(places)
  const half = `5${'0'.repeat(rest.length - 1)}`
  const up = rest > half || (rest === half && kept % 2n === 1n)
  const rounded = String(up ? kept + 1n : kept)
  const stripped = rounded.replace(/0+$/, '')
  return { negative, digits: stripped, exponent: decimal.exponent + cut + (rounded.length - stripped.length) }
}

function plainText({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent)
  const point = digits.length + exponent
  return point > 0 ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}` : `${sign}0.${'0'.repeat(-point)}${digits}`
}
