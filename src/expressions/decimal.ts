// DynamoDB numbers as coefficient and power of ten: exact, since 38 significant digits do not fit a floating-point number.

/** `coefficient` times ten to the power of `exponent`. The coefficient of zero is 0n; of other numbers it does not end in a zero. */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** @returns undefined for text that is no number */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  if (match === null || whole.length + fraction.length === 0) return undefined
  const kept = digits.replace(/0+$/, '')
  if (kept === '') return { coefficient: 0n, exponent: 0 }
  const coefficient = BigInt(kept)
  return {
    coefficient: sign === '-' ? -coefficient : coefficient,
    exponent: Number(exponent) - fraction.length + (digits.length - kept.length),
  }
}

/** Negative, zero or positive, as the first is less than, equal to or greater than the second. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const signs = sign(one.coefficient) - sign(other.coefficient)
  if (signs !== 0 || one.coefficient === 0n) return signs
  const larger = magnitude(one) - magnitude(other)
  if (larger !== 0) return larger * sign(one.coefficient)
  const lowest = Math.min(one.exponent, other.exponent)
  const [a, b] = [one, other].map(({ coefficient, exponent }) => coefficient * 10n ** BigInt(exponent - lowest))
  return a === b ? 0 : (a ?? 0n) < (b ?? 0n) ? -1 : 1
}

/** The power of ten of the first digit. */
export function magnitude({ coefficient, exponent }: Decimal): number {
  return digitCount(coefficient) - 1 + exponent
}

export function digitCount(coefficient: bigint): number {
  return String(coefficient).length - (coefficient < 0n ? 1 : 0)
}

function sign(coefficient: bigint): number {
  return coefficient === 0n ? 0 : coefficient < 0n ? -1 : 1
}
