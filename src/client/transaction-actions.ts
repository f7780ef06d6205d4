// One action of TransactWriteItems: what is sent for it, by DynamoDB's part and ours.
import type { CancellationReason, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Condition } from '../expressions/condition.js'
import { evaluateCondition } from '../expressions/evaluate-condition.js'
import { writtenCondition } from '../expressions/expression-writer.js'
import { isValidationException, validationException } from '../expressions/validation-exception.js'
import type { Item } from '../items.js'
import type { Call } from './call.js'
import { callersCondition } from './callers-words.js'
import { currentItem, readStored, type CurrentItem } from './current-item.js'
import { assertHasKey, assertIsKey, keyOf } from './item-key.js'
import type { WrittenItem } from './item-size.js'
import { localConditionOf } from './local-conditions.js'
import { withoutConditions } from './local-requests.js'
import { planUpdate } from './local-update.js'
import { unchangedCondition } from './local-writes.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions } from './request-expressions.js'
import { guardedUpdate, localUpdateOf } from './updates.js'

/** What planning takes of a call. */
type PlanningCall = Pick<Call<never, never>, 'tables' | 'find' | 'signal'>
type Tables = Pick<PlanningCall, 'tables' | 'signal'>

/** What is sent, or the reason for not sending it. */
export type WrittenAction = { readonly request: TransactWriteItem } | { readonly reason: CancellationReason }

export interface PlannedAction {
  readonly table: ProtectedTable | undefined
  readonly key: Item
  /** For a put, and for an update that is worked out here, once it was. */
  written?: WrittenItem
  /** Whether the item is read, and the action worked out on it. */
  isLocal: boolean
  /** Whether the condition that is sent is not the caller's. */
  readonly isOurCondition: boolean
  /** Whether the caller wants the item in the reason of a failure. */
  readonly wantsItem: boolean
  /** From now on. */
  workOutHere(): void
  /** What is sent, or why it cannot be: the reason that DynamoDB would give. */
  write(call: Tables): Promise<WrittenAction>
  /** The reason for this action in a transaction that is cancelled because of another one. */
  judge(call: Tables): Promise<CancellationReason>
}

/** @throws before anything is sent, for what cannot be done */
export async function planAction(request: TransactWriteItem, call: PlanningCall): Promise<PlannedAction> {
  // Only one is looked at below: a second one would be sent as it is.
  if (Object.values(request).filter((action) => action !== undefined).length > 1) {
    throw validationException('TransactItems can only contain one of Check, Put, Update or Delete')
  }
  const { Put: put, Delete: remove, Update: update, ConditionCheck: check } = request
  const action = put ?? remove ?? update ?? check
  const table = await call.find(action?.TableName)
  if (table === undefined || action === undefined) return passing(request)
  if (put !== undefined) return plannedPut(request, put, table, call)
  if (update !== undefined) return plannedUpdate(request, update, table, call)
  return plannedCheck(request, action, table, call)
}

/** An action on a table that is not protected. */
function passing(request: TransactWriteItem): PlannedAction {
  return {
    table: undefined,
    key: {},
    isLocal: false,
    isOurCondition: false,
    wantsItem: true,
    workOutHere: () => undefined,
    write: () => Promise.resolve({ request }),
    judge: () => Promise.resolve({ Code: 'None' }),
  }
}

type Action = NonNullable<TransactWriteItem['Put' | 'Delete' | 'Update' | 'ConditionCheck']>

const wantsItem = ({ ReturnValuesOnConditionCheckFailure: returns }: Action): boolean => returns === 'ALL_OLD'

async function plannedPut(
  request: TransactWriteItem,
  put: NonNullable<TransactWriteItem['Put']>,
  table: ProtectedTable,
  call: PlanningCall,
): Promise<PlannedAction> {
  const item = assertHasKey(put.Item, table)
  const key = keyOf(item, table.keyNames)
  const expressions = parseExpressions(put)
  const local = localConditionOf({}, expressions, table, item, call.tables)
  const stored = await table.encrypt(item)
  return {
    ...judged(table, key, callersCondition({}, expressions), put),
    written: { table, item, stored },
    isLocal: local !== undefined,
    isOurCondition: local !== undefined,
    workOutHere: () => undefined,
    async write(tables) {
      if (local === undefined) return { request: { ...request, Put: { ...put, Item: stored } } }
      return onCurrent(table, key, local.condition, put, tables, (current) =>
        Promise.resolve({
          Put: { ...withoutConditions(put), Item: stored, ...unchangedCondition(current, table, local) },
        }),
      )
    },
  }
}

/** Delete and ConditionCheck. */
function plannedCheck(
  request: TransactWriteItem,
  action: Action & { Key?: Item | undefined },
  table: ProtectedTable,
  call: PlanningCall,
): PlannedAction {
  const key = assertIsKey(action.Key, table.keyNames)
  const expressions = parseExpressions(action)
  const local = localConditionOf({}, expressions, table, key, call.tables)
  const name = request.Delete === undefined ? 'ConditionCheck' : 'Delete'
  return {
    ...judged(table, key, callersCondition({}, expressions), action),
    isLocal: local !== undefined,
    isOurCondition: local !== undefined,
    workOutHere: () => undefined,
    async write(tables) {
      if (local === undefined) return { request }
      return onCurrent(table, key, local.condition, action, tables, (current) =>
        Promise.resolve({ [name]: { ...withoutConditions(action), ...unchangedCondition(current, table, local) } }),
      )
    },
  }
}

function plannedUpdate(
  request: TransactWriteItem,
  update: NonNullable<TransactWriteItem['Update']>,
  table: ProtectedTable,
  call: PlanningCall,
): PlannedAction {
  const key = assertIsKey(update.Key, table.keyNames)
  const expressions = parseExpressions(update)
  const local = call.tables.localEvaluation ? localUpdateOf(update, key, expressions, table) : undefined
  const guarded = local?.isNeeded === true ? update : guardedUpdate(update, key, expressions, table)
  const planned: PlannedAction = {
    ...judged(table, key, callersCondition({}, expressions), update),
    isLocal: local?.isNeeded ?? false,
    isOurCondition: local?.isNeeded === true || guarded !== update,
    workOutHere() {
      planned.isLocal = local !== undefined
    },
    async write(tables) {
      if (!planned.isLocal || local === undefined) return { request: { ...request, Update: guarded } }
      return onCurrent(table, key, local.condition, update, tables, async (current) => {
        const { updated, stored, expressions: sent, isTooLong, condition } = await planUpdate(key, local, current, table)
        if (stored !== undefined) planned.written = { table, item: updated.item, stored }
        const common = { TableName: update.TableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
        if (isTooLong) return { Put: { ...common, Item: stored, ...writtenCondition(condition) } }
        // An update that changes nothing is a check that nothing has changed.
        const { UpdateExpression: text } = sent
        if (text === undefined) return { ConditionCheck: { ...common, Key: key, ...sent, ConditionExpression: sent.ConditionExpression } }
        return { Update: { ...common, Key: key, ...sent, UpdateExpression: text } }
      })
    },
  }
  return planned
}

/** What every action has that says how it would fare. */
function judged(
  table: ProtectedTable,
  key: Item,
  condition: Condition | undefined,
  action: Action,
): Pick<PlannedAction, 'table' | 'key' | 'wantsItem' | 'judge'> {
  return {
    table,
    key,
    wantsItem: wantsItem(action),
    async judge(call) {
      if (condition === undefined) return { Code: 'None' }
      const current = await currentItem(await readStored(key, table, call), table)
      return evaluateCondition(condition, current.visible) ? { Code: 'None' } : failed(action, current)
    },
  }
}

async function onCurrent(
  table: ProtectedTable,
  key: Item,
  condition: Condition | undefined,
  action: Action,
  call: Tables,
  write: (current: CurrentItem) => Promise<TransactWriteItem>,
): Promise<WrittenAction> {
  const current = await currentItem(await readStored(key, table, call), table)
  if (condition !== undefined && !evaluateCondition(condition, current.visible)) return { reason: failed(action, current) }
  try {
    return { request: await write(current) }
  } catch (error) {
    // An update that does not fit the item.
    if (isValidationException(error)) return { reason: { Code: 'ValidationError', Message: error.message } }
    throw error
  }
}

function failed(action: Action, { stored, item }: CurrentItem): CancellationReason {
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(wantsItem(action) && stored !== undefined && { Item: item }),
  }
}
