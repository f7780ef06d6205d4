// What conditions and filters read, and whether DynamoDB can work it out on what is stored.
import type { ComparisonOperator, Condition, ConditionalOperator, ExpectedAttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { attributesRead, type AttributeRead } from '../expressions/attributes-read.js'
import { validationException } from '../expressions/validation-exception.js'
import type { ItemProtection } from './item-protection.js'
import type { ProtectedTable } from './protected-table.js'
import type { RequestExpressions } from './request-expressions.js'

/** Parameters of a write's condition in the legacy form. */
export interface ConditionFields {
  readonly Expected?: Record<string, ExpectedAttributeValue> | undefined
  readonly ConditionalOperator?: ConditionalOperator | undefined
}

/** Parameters of Query and Scan in the legacy form. */
export interface FilterFields {
  QueryFilter?: Record<string, Condition> | undefined
  ScanFilter?: Record<string, Condition> | undefined
  KeyConditions?: Record<string, Condition> | undefined
  KeyConditionExpression?: string | undefined
  IndexName?: string | undefined
  ConditionalOperator?: ConditionalOperator | undefined
}

/** Attributes that the condition of a write reads. */
export function readByCondition(request: ConditionFields, { condition }: RequestExpressions): AttributeRead[] {
  return [
    ...(condition === undefined ? [] : attributesRead(condition.condition)),
    ...Object.entries(request.Expected ?? {}).map(([name, { Value, Exists, ...rest }]) =>
      legacyRead(name, rest, Exists === false && Value === undefined && rest.ComparisonOperator === undefined),
    ),
  ]
}

/** Attributes that the filter of Query or Scan reads. */
export function readByFilter(request: FilterFields, { filter }: RequestExpressions): AttributeRead[] {
  const legacy = [request.QueryFilter, request.ScanFilter].flatMap((conditions) => Object.entries(conditions ?? {}))
  return [
    ...(filter === undefined ? [] : attributesRead(filter.condition)),
    ...legacy.map(([name, condition]) => legacyRead(name, condition, false)),
  ]
}

/** @throws ValidationException, in DynamoDB's words, for a key condition on what is no key of anything */
export function assertReadsKeys(request: FilterFields, { keyCondition }: RequestExpressions, table: ProtectedTable): void {
  const names = [
    ...(keyCondition === undefined ? [] : attributesRead(keyCondition.condition).map(({ name }) => name)),
    ...Object.keys(request.KeyConditions ?? {}),
  ]
  if (names.every((name) => table.isKeyAttribute(name))) return
  throw validationException(`Query condition missed key schema element: ${table.keyNames[0] ?? ''}`)
}

const EXISTENCE: ReadonlySet<ComparisonOperator | undefined> = new Set<ComparisonOperator>(['NULL', 'NOT_NULL'])

function legacyRead(name: string, { ComparisonOperator, AttributeValueList }: Partial<Condition>, isAbsence: boolean): AttributeRead {
  const isExistence = (isAbsence || EXISTENCE.has(ComparisonOperator)) && (AttributeValueList ?? []).length === 0
  return { name, how: isExistence ? 'existence' : 'value' }
}

/**
 * @param protection - of the item, or of all items that a filter may meet; undefined where it differs from item to item
 * @param what - `condition` or `filter`
 * @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` where DynamoDB would compare ciphertext
 */
export function assertComparable(
  reads: readonly AttributeRead[],
  table: ProtectedTable,
  protection: ItemProtection | 'unprotected' | undefined,
  what: 'condition' | 'filter' | 'update',
): void {
  if (protection === 'unprotected') return
  for (const { name, how } of reads) {
    // DynamoDB stores an attribute exactly where the item has it, encrypted or not.
    if (how === 'existence' || table.isReserved(name)) continue
    if (protection === undefined ? table.isKeyAttribute(name) : protection.strictestActionFor(name) !== 'ENCRYPT_AND_SIGN') continue
    throw new DynamoDBEncryptionError(
      'OPERATION_NOT_SUPPORTED',
      `the ${what} reads ${quote(name)}, ${protection === undefined ? 'which some items may have encrypted' : 'which is encrypted'}, and DynamoDB would compare ` +
        `the ciphertext: of an encrypted attribute it can tell only whether it exists. Give the attribute the action SIGN_ONLY, or ` +
        `${what === 'filter' ? 'filter the items once they are read' : 'read the item and compare first'}.`,
      { attributeName: name, tableName: table.tableName },
    )
  }
}
