// Conditions that DynamoDB cannot work out on what is stored, and are worked out here.
import type { AttributeRead } from '../expressions/attributes-read.js'
import type { Item } from '../items.js'
import { callersCondition } from './callers-words.js'
import type { ItemProtection } from './item-protection.js'
import { assertComparable, readByCondition, type ConditionFields } from './conditions.js'
import type { LocalCondition } from './local-writes.js'
import type { ProtectedTable } from './protected-table.js'
import type { RequestExpressions } from './request-expressions.js'
import type { ProtectedTables } from './protected-tables.js'

/**
 * @returns undefined where DynamoDB can do it
 * @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` where it cannot, and `localEvaluation` is off
 */
export function localConditionOf(
  request: ConditionFields,
  expressions: RequestExpressions,
  table: ProtectedTable,
  item: Item,
  { localEvaluation }: ProtectedTables,
): LocalCondition | undefined {
  const reads = readByCondition(request, expressions)
  const protection = table.protectionOf(item)
  if (!localEvaluation) assertComparable(reads, table, protection, 'condition')
  if (!localEvaluation || protection === 'unprotected' || !readsEncrypted(reads, table, protection)) return undefined
  return { condition: callersCondition(request, expressions), unsignedReads: unsignedAmong(reads, table, protection) }
}

export function readsEncrypted(reads: readonly AttributeRead[], table: ProtectedTable, protection: ItemProtection): boolean {
  return reads.some(
    ({ name, how }) => how === 'value' && !table.isReserved(name) && protection.strictestActionFor(name) === 'ENCRYPT_AND_SIGN',
  )
}

/** Attributes whose values only the item itself vouches for. */
export function unsignedAmong(reads: readonly AttributeRead[], table: ProtectedTable, protection: ItemProtection): string[] {
  return reads.flatMap(({ name }) => (!table.isReserved(name) && protection.strictestActionFor(name) === 'DO_NOTHING' ? [name] : []))
}
