// What DynamoDB would not accept in a value of a request: what is evaluated here never gets to DynamoDB, which would have checked it.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../items.js'
import { TYPE_LETTERS, typeLetter } from './attribute-type.js'
import { bytesKey, numberKey } from './compare-values.js'
import { parseDecimal } from './decimal.js'
import { decimalProblem } from './number-arithmetic.js'

/** Levels of maps and lists around the innermost member, and that member. An item's attribute may have one less. */
const DEEPEST = 33

/**
 * @param value - of the caller: of any form, whatever its type says
 * @returns DynamoDB's words for what is wrong with it, without the value itself; undefined where nothing is
 */
export function valueProblem(value: AttributeValue | null | undefined, level = 1): string | undefined {
  if (value === undefined || value === null) return 'The supplied Item contains a null AttributeValue'
  if (level > DEEPEST)
    return 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
  switch (typeLetter(value)) {
    case undefined:
      return `Supplied AttributeValue ${hasTypes(value) ? 'has more than one datatypes set' : 'is empty'}, ${ONE_TYPE}`
    case 'S':
      return typeof value.S === 'string' ? undefined : wrongKind('S')
    case 'B':
      return value.B instanceof Uint8Array ? undefined : wrongKind('B')
    case 'N':
      return numberProblem(value.N)
    case 'BOOL':
      return typeof value.BOOL === 'boolean' ? undefined : wrongKind('BOOL')
    case 'NULL':
      return value.NULL === true
        ? undefined
        : 'One or more parameter values were invalid: Null attribute value types must have the value of true'
    case 'SS':
      return setProblem('SS', value.SS, 'string', (member) => (typeof member === 'string' ? member : undefined))
    case 'NS':
      return value.NS?.map(numberProblem).find((problem) => problem !== undefined) ?? setProblem('NS', value.NS, 'number', numberKey)
    case 'BS':
      return setProblem('BS', value.BS, 'binary', (member) => (member instanceof Uint8Array ? bytesKey(member) : undefined))
    case 'L':
      return Array.isArray(value.L) ? memberProblem(value.L, level) : wrongKind('L')
    case 'M':
      return isMap(value.M) ? mapProblem(value.M, level) : wrongKind('M')
  }
}

const ONE_TYPE = 'must contain exactly one of the supported datatypes'

function hasTypes(value: AttributeValue): boolean {
  return TYPE_LETTERS.some((letter) => value[letter] !== undefined)
}

/** The SDK would refuse it, or send something else. */
function wrongKind(type: string): string {
  return `An AttributeValue of type ${type} holds a value of another kind`
}

function numberProblem(number: unknown): string | undefined {
  if (typeof number !== 'string') return wrongKind('N')
  const decimal = parseDecimal(number)
  return decimal === undefined ? 'A value provided cannot be converted into a number' : decimalProblem(decimal)
}

function setProblem<T>(
  type: string,
  set: readonly T[] | undefined,
  what: string,
  keyOf: (member: T) => string | undefined,
): string | undefined {
  if (!Array.isArray(set)) return wrongKind(type)
  const keys = set.map(keyOf)
  if (keys.length === 0) return `One or more parameter values were invalid: An ${what} set  may not be empty`
  if (keys.includes(undefined)) return wrongKind(type)
  return new Set(keys).size < keys.length ? 'Input collection contains duplicates' : undefined
}

function isMap(map: unknown): map is Item {
  return typeof map === 'object' && map !== null
}

function mapProblem(map: Readonly<Item>, level: number): string | undefined {
  return Object.hasOwn(map, '') ? 'Empty attribute name' : memberProblem(Object.values(map), level)
}

function memberProblem(members: readonly AttributeValue[], level: number): string | undefined {
  for (const member of members) {
    const problem = valueProblem(member, level + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}
