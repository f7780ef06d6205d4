// Read, work out, write on the condition that nothing has changed; and again when something has.
import { ConditionalCheckFailedException, type ServiceInputTypes, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Item } from '../items.js'
import { pauseBeforeRetry } from './back-off.js'
import type { Call, Reply, Respond } from './call.js'
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
  const { maxUpdateAttempts } = call.tables
  for (let number = 1; ; number++) {
    const stored = await readStored(key, table, call)
    call.signal?.throwIfAborted()
    const outcome = await attempt(await currentItem(stored, table))
    if (outcome !== 'lost') return outcome
    if (number >= maxUpdateAttempts) throw contention(table, key, maxUpdateAttempts)
    await pauseBeforeRetry(number, call.signal)
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

/** A write that was worked out on the current item. */
export interface WriteOnCurrent extends AttemptedItem {
  readonly wrote: Wrote
  /** Whether the item shows afterwards who wrote it. */
  readonly isUnique: boolean
  /** The item that DynamoDB would have answered with, as it is stored, where the write was done and its answer lost. */
  readonly answeredWith: (now: Item | undefined) => Item | undefined
  /** Called in the place of sending the request, with what is to be done with a failed condition. */
  readonly instead?: (recover: Recover) => Promise<UpdateItemCommandOutput>
}

type Recover = (error: unknown, wasCut: boolean) => Promise<UpdateItemCommandOutput>

/**
 * Sends a write whose condition is that nothing has changed. PutItem and DeleteItem answer as UpdateItem does.
 *
 * @returns `lost` where another writer was faster
 * @throws DynamoDBEncryptionError `CONTENTION` where the outcome is unknown
 */
export async function sendOnCurrent<Input extends ServiceInputTypes>(
  request: Input,
  respond: Respond<UpdateItemCommandOutput>,
  { wrote, isUnique, answeredWith, instead, ...written }: WriteOnCurrent,
  call: Call<Input, UpdateItemCommandOutput>,
): Promise<Reply | 'lost'> {
  const race = { isLost: false }
  const recover: Recover = async (error, wasCut) => {
    const failure = await explainFailure(error, wasCut, wrote, written, call)
    race.isLost = failure === 'lost'
    const Attributes = failure === 'lost' ? undefined : answeredWith(failure.now)
    return { $metadata: {}, ...(Attributes !== undefined && { Attributes }) }
  }
  const reply = await call.send(request, respond, {
    recover,
    ...(isUnique ? {} : { once: (cause) => unknownOutcome(written.table, written.key, cause) }),
    ...(instead !== undefined && { instead: () => instead(recover) }),
  })
  return race.isLost ? 'lost' : reply
}

/**
 * Tells a lost race from a lost answer: an earlier try may have been done although its answer never came.
 *
 * @returns `lost`, or the item as it is now where the write had been done
 * @throws the error where it is another one; DynamoDBEncryptionError `CONTENTION` where it cannot be told
 */
async function explainFailure(
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
function unknownOutcome(table: ProtectedTable, key: Item, cause: unknown): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'CONTENTION',
    'the outcome of this write is unknown: its answer was lost, and the item has been changed since, or does not show who wrote it. Read the item ' +
      'and see whether the change is there before you repeat it.',
    { cause, ...table.placeOf(key) },
  )
}
