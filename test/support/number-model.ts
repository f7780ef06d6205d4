// DynamoDB numbers a second time, by arithmetic on BigInts, and without any code of the package: what the property tests hold
// the package's own text surgery against.

/** `coefficient` times ten to the `exponent`; the coefficient does not end in 0. */
export interface ModelNumber {
  readonly negative: boolean
  readonly coefficient: bigint
  readonly exponent: bigint
}

const isDigits = (text: string): boolean => /^[0-9]*$/.test(text)

/** @returns undefined for text that is no number: an optional sign, digits with at most one point among them, an optional exponent */
export function modelNumber(text: string): ModelNumber | undefined {
  const [mantissa = '', power, ...more] = text.split(/e/i)
  const [exponentSign, exponentDigits] = splitSign(power ?? '0')
  const [sign, decimal] = splitSign(mantissa)
  const [whole = '', fraction = '', ...points] = decimal.split('.')
  const malformed = more.length > 0 || points.length > 0 || whole + fraction === '' || exponentDigits === ''
  if (malformed || ![whole, fraction, exponentDigits].every(isDigits)) return undefined
  let coefficient = BigInt(whole + fraction)
  let exponent = BigInt(exponentDigits) * (exponentSign === '-' ? -1n : 1n) - BigInt(fraction.length)
  if (coefficient === 0n) return { negative: sign === '-', coefficient, exponent: 0n }
  while (coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent += 1n
  }
  return { negative: sign === '-', coefficient, exponent }
}

function splitSign(text: string): [sign: string, rest: string] {
  const signed = text.startsWith('-') || text.startsWith('+')
  return signed ? [text.slice(0, 1), text.slice(1)] : ['', text]
}

export function significantDigits({ coefficient }: ModelNumber): number {
  return coefficient === 0n ? 0 : String(coefficient).length
}

/** DynamoDB stores zero, and magnitudes from 1E-130 to 9.9…E+125. */
export function hasStorableMagnitude(number: ModelNumber): boolean {
  const magnitude = number.exponent + BigInt(significantDigits(number)) - 1n
  return number.coefficient === 0n || (magnitude >= -130n && magnitude <= 125n)
}

/** In plain notation. `-0` keeps its sign here: whoever has none for zero takes it off. */
export function modelText({ negative, coefficient, exponent }: ModelNumber): string {
  const sign = negative ? '-' : ''
  if (exponent >= 0n) return sign + String(coefficient * 10n ** exponent)
  const scale = 10n ** -exponent
  return `${sign}${String(coefficient / scale)}.${String(coefficient % scale).padStart(Number(-exponent), '0')}`
}

/** The canonical text of a number that is known to be one. */
export function modelCanonical(text: string): string {
  const number = modelNumber(text)
  if (number === undefined) throw new Error('not a number')
  return number.coefficient === 0n ? '0' : modelText(number)
}

/** As Python's decimal context has it: half to even. */
export function modelRounded(number: ModelNumber, digits: number): ModelNumber {
  const excess = significantDigits(number) - digits
  if (excess <= 0) return number
  const unit = 10n ** BigInt(excess)
  const kept = number.coefficient / unit
  const twice = (number.coefficient % unit) * 2n
  const up = twice > unit || (twice === unit && kept % 2n === 1n)
  const rounded = modelNumber(`${String(up ? kept + 1n : kept)}e${String(number.exponent + BigInt(excess))}`)
  return { ...number, ...rounded, negative: number.negative }
}
