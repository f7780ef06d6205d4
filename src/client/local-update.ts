// UpdateItem on signed and encrypted attributes: read, verify, work out, encrypt, and write what the signature covers on the condition that
// nothing has changed. Attributes that no signature covers stay DynamoDB's: other programs may change them at any time.
import { PutItemCommand, type UpdateItemCommandInput, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError } from '../errors.js'
import { applyUpdate, type UpdatedItem } from '../expressions/apply-update.js'
import { equalValues } from '../expressions/compare-values.js'
import type { Condition } from '../expressions/condition.js'
import { assignment, ExpressionWriter, writtenCondition } from '../expressions/expression-writer.js'
import { LONGEST_EXPRESSION, MOST_OPERATORS } from '../expressions/limits.js'
import { projectItem } from '../expressions/project-item.js'
import type { SetAction, Update } from '../expressions/update.js'
import { getOwn, type Item } from '../items.js'
import { attemptUntilWritten, sendOnCurrent, type Wrote } from './attempts.js'
import type { Call, Reply } from './call.js'
import { isUnchanged, type CurrentItem } from './current-item.js'
import { isConditionalCheckFailure } from './failures.js'
import { ItemReader, settingsOf } from './item-reader.js'
import type { ItemProtection } from './item-protection.js'
import { asTooLarge } from './item-size.js'
import { withoutConditions } from './local-requests.js'
import { assertHolds, type LocalCondition } from './local-writes.js'
import { sendOptions } from './send-options.js'
import type { ProtectedTable } from './protected-table.js'
import { isUniquelyMarked } from './unique-marks.js'
import { workedOut, type SplitUpdate } from './split-update.js'

export interface LocalUpdate extends LocalCondition {
  readonly update: Update
  readonly split: SplitUpdate
  readonly protection: ItemProtection
}

export async function updateLocally(
  input: UpdateItemCommandInput,
  key: Item,
  local: LocalUpdate,
  table: ProtectedTable,
  call: Call<UpdateItemCommandInput, UpdateItemCommandOutput>,
): Promise<Reply> {
  return attemptUntilWritten({ table, key }, call, async (current): Promise<Reply | 'lost'> => {
    assertHolds(local.condition, current, input)
    const write = await planUpdate(key, local, current, table)
    const returns = RETURNS[input.ReturnValues ?? 'NONE'] ?? 'NONE'
    const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
    const request: UpdateItemCommandInput = {
      ...withoutConditions(input),
      ...write.expressions,
      ReturnValues: returns,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }
    try {
      return await sendOnCurrent(
        request,
        (output) => readUpdated(output, input, write.updated, table, reader),
        {
          table,
          key,
          wrote: write.wrote,
          isUnique: write.isUnique,
          answeredWith: (now) => (returns === 'NONE' ? undefined : returns === 'ALL_OLD' ? current.stored : now),
          ...(write.isTooLong && { instead: (recover) => putInstead(write, current, returns, table, call, recover) }),
        },
        call,
      )
    } catch (error) {
      throw write.stored === undefined ? error : asTooLarge(error, [{ table, item: write.updated.item, stored: write.stored }])
    }
  })
}

/** What has to come back for what the caller wants to see: only whole items can be verified. */
const RETURNS: Readonly<Record<string, 'NONE' | 'ALL_OLD' | 'ALL_NEW'>> = {
  ALL_OLD: 'ALL_OLD',
  UPDATED_OLD: 'ALL_OLD',
  ALL_NEW: 'ALL_NEW',
  UPDATED_NEW: 'ALL_NEW',
}

export interface UpdateWrite {
  readonly updated: UpdatedItem
  /** The item as it will be; undefined where only what no signature covers is written. */
  readonly stored: Item | undefined
  readonly wrote: Wrote
  readonly isUnique: boolean
  readonly condition: Condition
  readonly expressions: Pick<
    UpdateItemCommandInput,
    'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
  >
  /** Over DynamoDB's limits for expressions, so that the whole item is put instead. */
  readonly isTooLong: boolean
}

/** @throws ValidationException for an update that does not fit the item; DynamoDBEncryptionError where it cannot be written */
export async function planUpdate(key: Item, local: LocalUpdate, current: CurrentItem, table: ProtectedTable): Promise<UpdateWrite> {
  const { split, unsignedReads } = local
  const updated = applyUpdate(local.update, current.stored === undefined ? key : current.item)
  // An item that has no signature yet gets one, whatever is changed.
  const stored = split.changesSigned || !current.isSigned ? await table.encrypt(updated.item) : undefined
  const writer = new ExpressionWriter()
  const UpdateExpression = writer.update(updateOf(stored, current, local, table))
  const condition = isUnchanged(current, table, unsignedReads)
  const ConditionExpression = writer.condition(condition)
  const isTooLong = !writer.fits(UpdateExpression ?? '', ConditionExpression)
  if (isTooLong) {
    const longest = Math.max(UpdateExpression?.length ?? 0, ConditionExpression.length)
    assertCanBePut(stored, current, local.protection, table, longest, writer.operatorCount)
  }
  return {
    updated,
    stored,
    wrote: stored === undefined ? 'unmarked' : { stored },
    isUnique: stored === undefined || (await isUniquelyMarked(updated.item, stored, table)),
    condition,
    expressions: { ...(UpdateExpression !== undefined && { UpdateExpression }), ConditionExpression, ...writer.placeholders },
    isTooLong,
  }
}

/** What the signature covers, as it was worked out; the rest as the caller wrote it. */
function updateOf(stored: Item | undefined, current: CurrentItem, { split, protection }: LocalUpdate, table: ProtectedTable): Update {
  const isManaged = (name: string): boolean =>
    !table.keyNames.includes(name) && (table.isReserved(name) || protection.strictestActionFor(name) !== 'DO_NOTHING')
  const before = current.stored ?? {}
  const set: SetAction[] = []
  const remove: [string][] = []
  for (const [name, value] of Object.entries(stored ?? {})) {
    const was = getOwn(before, name)
    if (!isManaged(name) || (was !== undefined && equalValues(was, value))) continue
    set.push(assignment([name], value))
  }
  if (stored !== undefined) {
    for (const name of Object.keys(before)) if (isManaged(name) && !Object.hasOwn(stored, name)) remove.push([name])
  }
  return {
    set: [...set, ...split.passing.set, ...split.worked.map((action) => assignment(action.path, workedOut(action, current.item)))],
    remove: [...remove, ...split.passing.remove],
    add: split.passing.add,
    delete: split.passing.delete,
  }
}

function assertCanBePut(
  stored: Item | undefined,
  current: CurrentItem,
  protection: ItemProtection,
  table: ProtectedTable,
  length: number,
  operators: number,
): void {
  const unsigned = Object.keys({ ...current.stored, ...stored }).filter(
    (name) => !table.isReserved(name) && protection.newestActionFor(name) === 'DO_NOTHING',
  )
  if (stored !== undefined && unsigned.length === 0) return
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `the update has to write every signed attribute of the item, which takes an expression of ${String(length)} characters and ${String(operators)} operators ` +
      `(DynamoDB allows ${String(LONGEST_EXPRESSION)} and ${String(MOST_OPERATORS)}), and the item has ${String(unsigned.length)} attributes with DO_NOTHING, so that it ` +
      `cannot be put as a whole: keep fewer attributes, for example by gathering them in a map`,
    table.placeOf(stored ?? current.item),
  )
}

async function putInstead(
  { stored, condition }: UpdateWrite,
  current: CurrentItem,
  returns: 'NONE' | 'ALL_OLD' | 'ALL_NEW',
  table: ProtectedTable,
  { tables, signal }: Pick<Call<never, never>, 'tables' | 'signal'>,
  recover: (error: unknown, wasCut: boolean) => Promise<UpdateItemCommandOutput>,
): Promise<UpdateItemCommandOutput> {
  try {
    const { $metadata } = await tables.plainClient.send(
      new PutItemCommand({
        TableName: table.requestName,
        Item: stored,
        ...writtenCondition(condition),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      sendOptions(signal),
    )
    if (returns === 'NONE') return { $metadata }
    return { $metadata, Attributes: returns === 'ALL_OLD' ? current.stored : stored }
  } catch (error) {
    return recover(error, isConditionalCheckFailure(error) && (error.$metadata?.attempts ?? 1) > 1)
  }
}

/** The answer as the caller's ReturnValues has it. */
async function readUpdated(
  output: UpdateItemCommandOutput,
  { ReturnValues: wanted }: UpdateItemCommandInput,
  { paths }: UpdatedItem,
  table: ProtectedTable,
  reader: ItemReader,
): Promise<UpdateItemCommandOutput> {
  const { Attributes: stored, ...rest } = output
  const item = stored && (await reader.read(table, stored))
  if (item === undefined) return rest
  if (wanted === 'ALL_OLD' || wanted === 'ALL_NEW') return reader.finish({ ...rest, Attributes: item })
  const Attributes = projectItem(item, paths)
  return reader.finish(Object.keys(Attributes).length === 0 ? rest : { ...rest, Attributes })
}
