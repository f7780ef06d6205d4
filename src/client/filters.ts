// Filters of Query and Scan. One that reads what is encrypted runs here, after decryption. DynamoDB, too, filters after it has read and billed a
// page, so Limit, ScannedCount and LastEvaluatedKey mean the same.
import { evaluateCondition } from '../expressions/evaluate-condition.js'
import type { AttributeRead } from '../expressions/attributes-read.js'
import { validationException } from '../expressions/validation-exception.js'
import type { Item } from '../items.js'
import { callersFilter } from './callers-words.js'
import { assertComparable, readByFilter, type FilterFields } from './conditions.js'
import type { ProtectedTable } from './protected-table.js'
import type { ProtectedTables } from './protected-tables.js'
import { withUsedPlaceholders, type ExpressionFields, type RequestExpressions } from './request-expressions.js'

export interface FilterPlan {
  /** Whether DynamoDB must not be asked to filter: it would compare ciphertext. */
  readonly isLocal: boolean
  readonly accepts: (item: Item) => boolean
}

/** @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` for a filter on what is encrypted, where `localEvaluation` is off */
export function planFilter(
  request: FilterFields,
  expressions: RequestExpressions,
  table: ProtectedTable,
  { localEvaluation }: ProtectedTables,
): FilterPlan {
  const reads = readByFilter(request, expressions)
  if (reads.length === 0) return { isLocal: false, accepts: () => true }
  const protection = table.sharedProtection
  if (!localEvaluation) assertComparable(reads, table, protection, 'filter')
  const isLocal = reads.some(({ name, how }) => {
    if (how === 'existence' || table.isReserved(name)) return false
    return protection === undefined ? !table.isKeyAttribute(name) : protection.strictestActionFor(name) === 'ENCRYPT_AND_SIGN'
  })
  if (isLocal) assertReadsNoKeys(request, reads, table)
  const filter = isLocal || table.settings.partialIndexReads === 'fetch' ? callersFilter(request, expressions) : undefined
  return { isLocal, accepts: (item) => filter === undefined || evaluateCondition(filter, item) }
}

/** @throws ValidationException, in DynamoDB's words, for the filter of a Query that reads keys: those belong into the key condition */
function assertReadsNoKeys(request: FilterFields, reads: readonly AttributeRead[], table: ProtectedTable): void {
  const { KeyConditionExpression, KeyConditions, IndexName } = request
  if (KeyConditionExpression === undefined && KeyConditions === undefined) return
  const keyNames = table.secondaryIndexes.find(({ indexName }) => indexName === IndexName)?.keyNames ?? table.keyNames
  const key = reads.find(({ name }) => keyNames.includes(name))
  if (key === undefined) return
  throw validationException(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key.name}`)
}

/** The request without its filter, in whichever form. */
export function withoutFilter<T extends FilterFields & ExpressionFields>(
  request: T,
  expressions: RequestExpressions,
): { request: T; expressions: RequestExpressions } {
  const rest = { ...request }
  delete rest.FilterExpression
  delete rest.QueryFilter
  delete rest.ScanFilter
  // It joins filters alone, and DynamoDB refuses it without one, KeyConditions or not.
  if ((request.QueryFilter ?? request.ScanFilter) !== undefined) delete rest.ConditionalOperator
  const left = { ...expressions, filter: undefined }
  return { request: withUsedPlaceholders(rest, left), expressions: left }
}
