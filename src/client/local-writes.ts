// PutItem and DeleteItem with conditions on encrypted attributes: worked out here, on the verified item.
import type { DeleteItemCommandInput, DeleteItemCommandOutput, PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { evaluateCondition } from '../expressions/evaluate-condition.js'
import type { Condition } from '../expressions/condition.js'
import { ExpressionWriter } from '../expressions/expression-writer.js'
import type { Item } from '../items.js'
import { attemptUntilWritten, conditionFailed, explainFailure, unknownOutcome } from './attempts.js'
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
    const race = { isLost: false }
    const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
    try {
      const reply = await call.send(
        { ...withoutConditions(input), Item: stored, ...unchangedCondition(current, table, local) },
        (output) => readAttributes(output, table, reader),
        {
          async recover(error, wasCut) {
            race.isLost = (await explainFailure(error, wasCut, { stored }, { table, key }, call)) === 'lost'
            return race.isLost ? { $metadata: {} } : oldItemOutput(input, current)
          },
          ...(isUnique ? {} : { once: (cause) => unknownOutcome(table, key, cause) }),
        },
      )
      return race.isLost ? 'lost' : reply
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
    const race = { isLost: false }
    const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
    const reply = await call.send(
      { ...withoutConditions(input), ...unchangedCondition(current, table, local) },
      (output) => readAttributes(output, table, reader),
      {
        async recover(error, wasCut) {
          race.isLost = (await explainFailure(error, wasCut, 'deleted', { table, key }, call)) === 'lost'
          return race.isLost ? { $metadata: {} } : oldItemOutput(input, current)
        },
      },
    )
    return race.isLost ? 'lost' : reply
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

function unchangedCondition(current: CurrentItem, table: ProtectedTable, { unsignedReads }: LocalCondition) {
  const writer = new ExpressionWriter()
  const ConditionExpression = writer.condition(isUnchanged(current, table, unsignedReads))
  return { ConditionExpression, ...writer.placeholders, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
}

/** What DynamoDB would have answered; the item before is stored, as `readAttributes` expects it. */
function oldItemOutput(input: { readonly ReturnValues?: string | undefined }, { stored }: CurrentItem) {
  return { $metadata: {}, ...(input.ReturnValues === 'ALL_OLD' && stored !== undefined && { Attributes: stored }) }
}
