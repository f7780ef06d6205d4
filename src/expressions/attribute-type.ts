// Which of DynamoDB's ten types a low-level value has.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** As DynamoDB lists them in the error for a type that there is not. */
export const TYPE_LETTERS = ['N', 'BS', 'L', 'B', 'NULL', 'M', 'S', 'SS', 'NS', 'BOOL'] as const
export type TypeLetter = (typeof TYPE_LETTERS)[number]

/** @returns undefined for a value that has none, more than one, or one that DynamoDB does not know */
export function typeLetter(value: AttributeValue): TypeLetter | undefined {
  let found: TypeLetter | undefined
  for (const letter of TYPE_LETTERS) {
    if (value[letter] === undefined) continue
    if (found !== undefined) return undefined
    found = letter
  }
  return found
}

const LONG_NAMES: Readonly<Record<TypeLetter, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
}

/** The type's name as some of DynamoDB's messages have it: `STRING`. */
export function longTypeName(type: TypeLetter): string {
  return LONG_NAMES[type]
}
