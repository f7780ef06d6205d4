// Adds and subtracts DynamoDB numbers exactly, or refuses as DynamoDB does: up to 38 digits, magnitudes from 1E-130 to 9.9E+125.
//
// BigInt does it in a few lines; decimal libraries round where DynamoDB refuses.
import { storableNumber } from '../format/number-text.js'
import { digitCount, magnitude, parseDecimal, type Decimal } from './decimal.js'
import { validationException } from './validation-exception.js'

// DynamoDB's limits: "Naming rules and data types, Number" in its developer guide.
const MOST_DIGITS = 38
const LARGEST_EXPONENT = 125
const SMALLEST_EXPONENT = -130

/**
 * @returns the canonical text of the sum
 * @throws ValidationException for a sum that DynamoDB can't store exactly
 */
export function addNumbers(one: string, other: string): string {
  return sum(decimalOf(one), decimalOf(other))
}

/** As {@link addNumbers}, for the difference. */
export function subtractNumbers(from: string, other: string): string {
  const { coefficient, exponent } = decimalOf(other)
  return sum(decimalOf(from), { coefficient: -coefficient, exponent })
}

function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text)
  if (decimal === undefined) throw validationException('A value provided cannot be converted into a number')
  return decimal
}

function sum(one: Decimal, other: Decimal): string {
  // Aligned to the lower exponent, which is at most 255 below the higher: magnitudes have been checked where the numbers came in.
  const exponent = Math.min(one.exponent, other.exponent)
  const coefficient = aligned(one, exponent) + aligned(other, exponent)
  const text = `${String(coefficient)}e${String(exponent)}`
  const problem = decimalProblem(decimalOf(text))
  if (problem !== undefined) throw validationException(problem)
  return storableNumber(text)
}

function aligned({ coefficient, exponent }: Decimal, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to)
}

/** Why DynamoDB would not store a number, in its words. */
export function decimalProblem(decimal: Decimal): string | undefined {
  if (decimal.coefficient === 0n) return undefined
  if (digitCount(decimal.coefficient) > MOST_DIGITS) return 'DynamoDB only supports precision up to 38 digits'
  if (magnitude(decimal) > LARGEST_EXPONENT) {
    return 'Number overflow. Attempting to store a number with magnitude larger than supported range'
  }
  if (magnitude(decimal) < SMALLEST_EXPONENT) {
    return 'Number underflow. Attempting to store a number with magnitude smaller than supported range'
  }
  return undefined
}
