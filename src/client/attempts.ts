// Read, work out, write on the condition that nothing has changed; and again when something has.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Item } from '../items.js'
import { pauseBeforeRetry } from './back-off.js'
import type { Call, Reply } from './call.js'
import { isConditionalCheckFailure } from './failures.js'
import { currentItem, isWritten, readStored, type CurrentItem } from './current-item.js'
import type { ProtectedTable } from './protected-table.js'

export interface AttemptedItem {
  readonly table: ProtectedTable
  readonly key: Item
}

/**
 * @param attempt - writes on top of the current item, or throws; `lost` where another writer was faster
 * @throws DynamoDBEncryptionError `CONTENTION` after `maxUpdateAttempts`
 */
export async function attemptUntilWritten(
  { table, key }: AttemptedItem,
  call: Pick<Call<never, never>, 'tables' | 'signal'>,
  attempt: (current: CurrentItem) => Promise<Reply | 'lost'>,
): Promise<Reply> {
  let stored = await readStored(key, table, call)
  const { maxUpdateAttempts } = call.tables
  for (let number = 1; ; number++) {
    call.signal?.throwIfAborted()
    const outcome = await attempt(await currentItem(stored, table))
    if (outcome !== 'lost') return outcome
    if (number >= maxUpdateAttempts) throw contention(table, key, maxUpdateAttempts)
    await pauseBeforeRetry(number, call.signal)
    stored = await readStored(key, table, call)
  }
}

function contention(table: ProtectedTable, key: Item, attempts: number): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'CONTENTION',
    `the item was changed by others during each of ${String(attempts)} attempts to write it, and nothing was written: try again later, or raise ` +
      `maxUpdateAttempts`,
    table.placeOf(key),
  )
}

/** The caller's own condition failed, as DynamoDB says it. */
export function conditionFailed(item: Item | undefined): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 },
    ...(item === undefined ? {} : { Item: item }),
  })
}

/** What a write leaves: an item, none, or one with the marks that it had, which do not tell who has changed it. */
export type Wrote = { readonly stored: Item } | 'deleted' | 'unmarked'

/**
 * Tells a lost race from a lost answer: an earlier try may have been done although its answer never came.
 *
 * @returns `lost`, or the item as it is now where the write had been done
 * @throws the error where it is another one; DynamoDBEncryptionError `CONTENTION` where it cannot be told
 */
export async function explainFailure(
  error: unknown,
  wasCut: boolean,
  wrote: Wrote,
  { table, key }: AttemptedItem,
  call: Pick<Call<never, never>, 'tables' | 'signal'>,
): Promise<'lost' | { readonly now: Item | undefined }> {
  if (!isConditionalCheckFailure(error)) throw error
  // Not every server puts the item into the error.
  const now = error.Item ?? (await readStored(key, table, call))
  if (wrote === 'deleted' && wasCut && now === undefined) return { now }
  if (typeof wrote === 'object' && isWritten(now, wrote.stored, table)) return { now }
  if (wasCut) throw unknownOutcome(table, key, error)
  return 'lost'
}

/** Neither "done" nor "not done" would be true. */
export function unknownOutcome(table: ProtectedTable, key: Item, cause: unknown): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'CONTENTION',
    'the outcome of this write is unknown: its answer was lost, and the item has been changed since, or does not show who wrote it. Read the item ' +
      'and see whether the change is there before you repeat it.',
    { cause, ...table.placeOf(key) },
  )
}
