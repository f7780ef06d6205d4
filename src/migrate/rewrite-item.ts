// One item of a scan, from what was read to what has become of it. A lost race is run again on the item as it is then.
import { type ConsumedCapacity, type PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { pauseBeforeRetry } from '../client/back-off.js'
import { isWritten, readStored } from '../client/current-item.js'
import { isConditionalCheckFailure } from '../client/failures.js'
import { asTooLarge, itemSize } from '../client/item-size.js'
import type { ProtectedTables } from '../client/protected-tables.js'
import { sendOptions } from '../client/send-options.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Item } from '../items.js'
import type { CapacityLimit } from './capacity-limit.js'
import type { OutcomeKind } from './counts.js'
import { problemOf, type ItemProblem } from './item-problem.js'
import type { MigrationJob } from './migration-job.js'
import { rewriteRequest } from './rewrite-request.js'
import { patiently } from './transient-errors.js'

export interface ItemWork {
  readonly job: MigrationJob
  /** Its plain client reads and writes. */
  readonly tables: ProtectedTables
  /** `rewrite` writes, `dryRun` only counts, `check` reports whatever is left to do. */
  readonly mode: 'rewrite' | 'dryRun' | 'check'
  readonly writeLimit: CapacityLimit
  readonly signal: AbortSignal | undefined
}

export interface ItemOutcome {
  readonly kind: OutcomeKind
  readonly problem?: ItemProblem
}

const MOST_ATTEMPTS = 20

/** @throws what is not about this item: a missing permission, a key that cannot be had */
export async function processItem(scanned: Item, work: ItemWork): Promise<ItemOutcome> {
  try {
    return await settle(scanned, work)
  } catch (error) {
    const problem = problemOf(error)
    if (problem === undefined) throw error
    return { kind: 'problems', problem: { ...work.job.from.placeOf(scanned), ...problem } }
  }
}

async function settle(scanned: Item, work: ItemWork): Promise<ItemOutcome> {
  const { job, mode, signal } = work
  let stored = scanned
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    signal?.throwIfAborted()
    const examination = await patiently(() => job.examine(stored), signal)
    if (examination.kind !== 'rewrite') return { kind: examination.kind }
    if (mode === 'dryRun') return { kind: 'toRewrite' }
    if (mode === 'check') return leftToDo(examination.current.isSigned, stored, job)
    const after = await patiently(examination.after, signal)
    const failure = await write(rewriteRequest(examination.current, after, job), stored, after, work)
    if (failure === undefined) return { kind: 'rewritten' }
    // Not every server puts the item into the error.
    const now = failure.Item ?? (await patiently(() => readStored(job.from.placeOf(stored).key, job.from, work), signal))
    if (now === undefined) return { kind: 'deleted' }
    // An earlier try may have been done although its answer never came.
    if (job.to !== undefined && !job.to.isUnsigned(after) && isWritten(now, after, job.to)) return { kind: 'rewritten' }
    stored = now
    await pauseBeforeRetry(attempt, signal)
  }
  throw new DynamoDBEncryptionError(
    'CONTENTION',
    `the item was changed by others during each of ${String(MOST_ATTEMPTS)} attempts to rewrite it, and stays as they left it`,
  )
}

/** @returns the failure of the condition, or undefined where the item was written */
async function write(
  command: UpdateItemCommand | PutItemCommand,
  stored: Item,
  after: Item,
  { job, tables, writeLimit, signal }: ItemWork,
): Promise<{ readonly Item?: Item | undefined } | undefined> {
  try {
    await patiently(async () => {
      const pay = await writeLimit.take(Math.ceil(Math.max(itemSize(stored), itemSize(after)) / 1024), signal)
      const { ConsumedCapacity: consumed } = await send(tables, command, signal)
      pay(consumed?.CapacityUnits)
    }, signal)
    return undefined
  } catch (error) {
    if (isConditionalCheckFailure(error)) return error
    throw asTooLarge(error, [{ table: job.to ?? job.from, item: stored, stored: after }])
  }
}

function send(
  { plainClient }: ProtectedTables,
  command: UpdateItemCommand | PutItemCommand,
  signal: AbortSignal | undefined,
): Promise<{ ConsumedCapacity?: ConsumedCapacity | undefined }> {
  return command instanceof UpdateItemCommand
    ? plainClient.send(command, sendOptions(signal))
    : plainClient.send(command, sendOptions(signal))
}

function leftToDo(isSigned: boolean, stored: Item, { name, from }: MigrationJob): ItemOutcome {
  const what = isSigned ? 'is still protected as before' : 'is in plaintext'
  const message = `the item ${what} after every segment was done: ${WHO[name]}. Find that program, then run ${name} again.`
  return { kind: 'problems', problem: { ...from.placeOf(stored), code: 'NOT_REWRITTEN', message } }
}

const WHO: Readonly<Record<MigrationJob['name'], string>> = {
  'encrypt-table': 'a program writes to the table without the encrypted client',
  're-encrypt': 'a program writes with the former configuration',
  'decrypt-table': 'a program still writes with the encrypted client',
  verify: 'a program writes with another configuration',
}
