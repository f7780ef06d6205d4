// PutItem and DeleteItem with conditions on encrypted attributes: worked out here, on the verified item.
import type { DeleteItemCommandInput, DeleteItemCommandOutput, PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { evaluateCondition } from '../expressions/evaluate-condition.js'
import type { Condition } from '../expressions/condition.js'
import { writtenCondition, type WrittenCondition } from '../expressions/expression-writer.js'
import type { Item } from '../items.js'
import { attemptUntilWritten, conditionFailed, sendOnCurrent } from './attempts.js'
import type { Call, Reply } from './call.js'
import { isUnchanged, type CurrentItem } from './current-item.js'
import { ItemReader, readAttributes, settingsOf } from './item-reader.js'
import { keyOf } from './item-key.js'
import { asTooLarge } from './item-size.js'
import { withoutConditions } from './local-requests.js'
import type { ProtectedTable } from './protected-table.js'
import { isUniquelyMarked } from './unique-marks.js'

/** A condition that is worked out here. */
export interface LocalCondition {
  readonly condition: Condition | undefined
  /** Attributes among those it reads that no signature covers. */
  readonly unsignedReads: readonly string[]
}

export async function putLocally(
  input: PutItemCommandInput,
  item: Item,
  local: LocalCondition,
  table: ProtectedTable,
  call: Call<PutItemCommandInput, PutItemCommandOutput>,
): Promise<Reply> {
  const key = keyOf(item, table.keyNames)
  const stored = await table.encrypt(item)
  const isUnique = await isUniquelyMarked(item, stored, table)
  return attemptUntilWritten({ table, key }, call, async (current): Promise<Reply | 'lost'> => {
    assertHolds(local.condition, current, input)
    const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
    const request = { ...withoutConditions(input), Item: stored, ...unchangedCondition(current, table, local) }
    try {
      return await sendOnCurrent(
        request,
        (output) => readAttributes(output, table, reader),
        { table, key, wrote: { stored }, isUnique, answeredWith: () => oldItem(input, current) },
        call,
      )
    } catch (error) {
      throw asTooLarge(error, [{ table, item, stored }])
    }
  })
}

export async function deleteLocally(
  input: DeleteItemCommandInput,
  key: Item,
  local: LocalCondition,
  table: ProtectedTable,
  call: Call<DeleteItemCommandInput, DeleteItemCommandOutput>,
): Promise<Reply> {
  return attemptUntilWritten({ table, key }, call, async (current): Promise<Reply | 'lost'> => {
    assertHolds(local.condition, current, input)
    const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
    return sendOnCurrent(
      { ...withoutConditions(input), ...unchangedCondition(current, table, local) },
      (output) => readAttributes(output, table, reader),
      { table, key, wrote: 'deleted', isUnique: true, answeredWith: () => oldItem(input, current) },
      call,
    )
  })
}

/** @throws ConditionalCheckFailedException, with the item where the caller wants it */
export function assertHolds(
  condition: Condition | undefined,
  { stored, item, visible }: CurrentItem,
  { ReturnValuesOnConditionCheckFailure: returns }: { readonly ReturnValuesOnConditionCheckFailure?: string | undefined },
): void {
  if (condition === undefined || evaluateCondition(condition, visible)) return
  throw conditionFailed(returns === 'ALL_OLD' && stored !== undefined ? item : undefined)
}

/** That nothing has changed; and what has, in the answer. */
export function unchangedCondition(
  current: CurrentItem,
  table: ProtectedTable,
  { unsignedReads }: LocalCondition,
): WrittenCondition & { readonly ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } {
  return { ...writtenCondition(isUnchanged(current, table, unsignedReads)), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
}

function oldItem({ ReturnValues: returns }: { readonly ReturnValues?: string | undefined }, { stored }: CurrentItem): Item | undefined {
  return returns === 'ALL_OLD' ? stored : undefined
}
