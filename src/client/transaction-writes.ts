// TransactWriteItems: one atomic transaction, whatever part of it is worked out here.
import type {
  CancellationReason,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { isDynamoDBEncryptionError, withDetails } from '../errors.js'
import { forEachParallel } from '../parallel.js'
import { pauseBeforeRetry } from './back-off.js'
import type { Call, Reply } from './call.js'
import { isTransactionCancellation, type TransactionCancellation } from './failures.js'
import { ItemReader, settingsOf } from './item-reader.js'
import { asTooLarge } from './item-size.js'
import { transactionCancelled } from './cancellations.js'
import { planAction, type PlannedAction } from './transaction-actions.js'
import { unsignedUpdate, wouldBeUnsigned } from './updates.js'

type WriteCall = Call<TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput>

export async function transactWriteItems(input: TransactWriteItemsCommandInput, call: WriteCall): Promise<Reply> {
  if (input.TransactItems === undefined) return call.send(input)
  const actions = await planActions(input.TransactItems, call)
  let repeated = call.tables.sentTransactions.find(input)
  for (let number = 1; ; number++) {
    const TransactItems = repeated ?? (await writeActions(actions, call))
    repeated = undefined
    call.tables.sentTransactions.keep(input, TransactItems)
    try {
      return await call.send({ ...input, TransactItems })
    } catch (error) {
      const outcome = await readFailure(error, actions, call)
      if (outcome !== 'lost') throw outcome
      if (number >= call.tables.maxUpdateAttempts) throw conflict(error, actions)
      await pauseBeforeRetry(number, call.signal)
    }
  }
}

async function planActions(requests: readonly TransactWriteItem[], call: WriteCall): Promise<PlannedAction[]> {
  return eachAction(requests, call, (request) => planAction(request, call))
}

/**
 * The actions as they are sent, worked out on what is stored now where that is needed.
 *
 * @throws TransactionCanceledException where a condition that is worked out here fails: with a reason for every action, as DynamoDB gives them
 */
async function writeActions(actions: readonly PlannedAction[], call: WriteCall): Promise<TransactWriteItem[]> {
  const written = await eachAction(actions, call, (action) => action.write(call))
  const requests = written.flatMap((action) => ('request' in action ? [action.request] : []))
  if (requests.length === written.length) return requests
  const reasons = await eachAction(actions, call, async (action, index) => {
    const worked = written[index]
    return worked !== undefined && 'reason' in worked ? worked.reason : action.judge(call)
  })
  throw transactionCancelled(reasons)
}

async function eachAction<T, R extends object>(
  members: readonly T[],
  { tables, signal }: Pick<WriteCall, 'tables' | 'signal'>,
  work: (member: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(members.length)
  await forEachParallel(
    members,
    tables.concurrency,
    async (member, index) => {
      try {
        results[index] = await work(member, index)
      } catch (error) {
        throw isDynamoDBEncryptionError(error) ? withDetails(error, { index }) : error
      }
    },
    signal,
  )
  return results
}

/** @returns the error for the caller, or `lost` where another writer was faster */
async function readFailure(error: unknown, actions: readonly PlannedAction[], call: WriteCall): Promise<unknown> {
  if (isTransactionCancellation(error)) {
    const lost = await readReasons(error, actions, call)
    return lost ? 'lost' : error
  }
  if (error instanceof Error && error.name === 'IdempotentParameterMismatchException') {
    error.message +=
      ' (An earlier call with this ClientRequestToken was applied. Every encryption is another one, so only the process that made that call can repeat it.)'
  }
  return asTooLarge(
    error,
    actions.flatMap(({ written }) => (written === undefined ? [] : [written])),
  )
}

/** Puts the caller's items in the place of the stored ones. @returns whether a condition of ours has failed, and all is to be worked out again */
async function readReasons(error: TransactionCancellation, actions: readonly PlannedAction[], call: WriteCall): Promise<boolean> {
  const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
  let lost = false
  for (const [index, reason] of (error.CancellationReasons ?? []).entries()) {
    const action = actions[index]
    if (action?.table === undefined) continue
    const { table } = action
    if (reason.Code === 'ConditionalCheckFailed' && action.isOurCondition) {
      if (action.isLocal) {
        lost = true
        continue
      }
      if (wouldBeUnsigned(reason.Item, table)) {
        if (!call.tables.localEvaluation) throw unsignedUpdate(action.key, table, index)
        action.workOutHere()
        lost = true
        continue
      }
    }
    if (!action.wantsItem) delete reason.Item
    if (reason.Item === undefined) continue
    const item = await reader.read(table, reason.Item)
    if (item === undefined) delete reason.Item
    else reason.Item = item
  }
  return lost
}

/** What DynamoDB says when transactions are in each other's way. */
function conflict(error: unknown, actions: readonly PlannedAction[]): Error {
  const reasons = isTransactionCancellation(error) ? (error.CancellationReasons ?? []) : []
  return transactionCancelled(
    actions.map(({ isLocal }, index): CancellationReason => {
      if (!isLocal || reasons[index]?.Code !== 'ConditionalCheckFailed') return { Code: 'None' }
      return { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
    }),
  )
}
