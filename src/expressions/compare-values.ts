// How DynamoDB orders two values of the types that have an order: strings, numbers and binary values.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { compareDecimals, parseDecimal } from './decimal.js'

/**
 * Strings are ordered by their UTF-8 bytes, numbers by value, binary values by unsigned bytes.
 *
 * @returns negative, zero or positive; undefined for values of different types or of types without an order
 */
export function compareScalars(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.S !== undefined && other.S !== undefined) return compareBytes(Buffer.from(one.S), Buffer.from(other.S))
  if (one.B !== undefined && other.B !== undefined) return compareBytes(one.B, other.B)
  if (one.N === undefined || other.N === undefined) return undefined
  const [a, b] = [parseDecimal(one.N), parseDecimal(other.N)]
  return a && b && compareDecimals(a, b)
}

export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  return Buffer.compare(one, other)
}
