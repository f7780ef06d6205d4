// Items inside the errors that DynamoDB answers with: they are stored items like any other.
import type { CancellationReason } from '@aws-sdk/client-dynamodb'
import type { Item } from '../items.js'
import type { ItemReader } from './item-reader.js'
import type { ProtectedTable } from './protected-table.js'

/** A ConditionalCheckFailedException. By name: the application may have another copy of the SDK's classes. */
export interface ConditionalCheckFailure extends Error {
  readonly $metadata?: { readonly attempts?: number | undefined }
  Item?: Item | undefined
}

export function isConditionalCheckFailure(error: unknown): error is ConditionalCheckFailure {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException'
}

/** A TransactionCanceledException: a reason for each action of the transaction, in their order. */
export interface TransactionCancellation extends Error {
  CancellationReasons?: CancellationReason[] | undefined
}

export function isTransactionCancellation(error: unknown): error is TransactionCancellation {
  return error instanceof Error && error.name === 'TransactionCanceledException'
}

/** Whether nothing was done because of a condition, the caller's or ours. */
export function isConditionFailure(error: unknown): boolean {
  return isConditionalCheckFailure(error) || isTransactionCancellation(error)
}

/**
 * The same error with its item as the caller would have written it.
 *
 * @throws whatever reading the item throws, with `requestApplied`
 */
export async function readFailure(error: unknown, table: ProtectedTable, reader: ItemReader): Promise<unknown> {
  if (!isConditionalCheckFailure(error) || error.Item === undefined) return error
  const item = await reader.read(table, error.Item)
  if (item === undefined) delete error.Item
  else error.Item = item
  return error
}
