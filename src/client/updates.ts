// UpdateItem: DynamoDB does what concerns only attributes that no signature covers; the rest is done here.
import type { Update, UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { attributesOfUpdate } from '../expressions/attributes-read.js'
import type { Condition } from '../expressions/condition.js'
import { ExpressionWriter } from '../expressions/expression-writer.js'
import type { Item } from '../items.js'
import type { Call, Reply } from './call.js'
import { assertComparable, readByCondition } from './conditions.js'
import { isConditionalCheckFailure, readFailure } from './failures.js'
import { assertIsKey } from './item-key.js'
import { ItemReader, readAttributes, settingsOf } from './item-reader.js'
import type { ItemProtection } from './item-protection.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions, type RequestExpressions } from './request-expressions.js'
import { callersCondition, callersUpdate } from './callers-words.js'
import { readsEncrypted, unsignedAmong } from './local-conditions.js'
import { withoutConditions } from './local-requests.js'
import { updateLocally, type LocalUpdate } from './local-update.js'
import { assertNotReserved, splitUpdate } from './split-update.js'

export async function updateItem(
  input: UpdateItemCommandInput,
  call: Call<UpdateItemCommandInput, UpdateItemCommandOutput>,
): Promise<Reply> {
  const table = await call.find(input.TableName)
  if (table === undefined) return call.send(input)
  const key = assertIsKey(input.Key, table.keyNames)
  const expressions = parseExpressions(input)
  const local = call.tables.localEvaluation ? localUpdateOf(input, key, expressions, table) : undefined
  if (local?.isNeeded === true) return updateLocally(input, key, local, table, call)
  const request = guardedUpdate(input, key, expressions, table)
  const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
  const returnsWholeItem = input.ReturnValues === 'ALL_OLD' || input.ReturnValues === 'ALL_NEW'
  try {
    return await call.send(request, (output) => (returnsWholeItem ? readAttributes(output, table, reader) : output))
  } catch (error) {
    if (isConditionalCheckFailure(error) && request !== input) {
      if (wouldBeUnsigned(error.Item, table)) {
        // There is none to update, so one is made here, with its signature.
        if (local !== undefined) return updateLocally(input, key, local, table, call)
        throw unsignedUpdate(input.Key, table)
      }
      if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') delete error.Item
    }
    throw await readFailure(error, table, reader)
  }
}

/**
 * What this process has to do for an update, if it comes to that.
 *
 * @returns undefined for an item that is not protected
 */
export function localUpdateOf(
  request: UpdateRequest,
  key: Item,
  expressions: RequestExpressions,
  table: ProtectedTable,
): (LocalUpdate & { readonly isNeeded: boolean }) | undefined {
  const protection = table.protectionOf(key)
  if (protection === 'unprotected' || !protection.takesAction) return undefined
  const update = callersUpdate(request, expressions)
  const split = splitUpdate(update, protection, table)
  const reads = readByCondition(request, expressions)
  return {
    update,
    split,
    protection,
    condition: callersCondition(request, expressions),
    unsignedReads: [...split.unsignedReads, ...unsignedAmong(reads, table, protection)],
    isNeeded: split.isLocal || readsEncrypted(reads, table, protection),
  }
}

/** What UpdateItem and the Update of a transaction have in common. */
export type UpdateRequest = Pick<UpdateItemCommandInput, keyof Update & keyof UpdateItemCommandInput> &
  Pick<UpdateItemCommandInput, 'AttributeUpdates' | 'Expected' | 'ConditionalOperator'>

/**
 * The update with the further condition that there is a signed item: DynamoDB would create one without a signature, which nobody could read.
 * The item comes back with a failure, to tell that condition from the caller's.
 *
 * @returns the request itself where the item is not protected
 * @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` where it writes or reads what is signed or encrypted
 */
export function guardedUpdate<T extends UpdateRequest>(request: T, key: Item, expressions: RequestExpressions, table: ProtectedTable): T {
  const protection = table.protectionOf(key)
  assertComparable(readByCondition(request, expressions), table, protection, 'condition')
  assertUpdatable(request, expressions, table, protection)
  if (protection === 'unprotected' || !protection.takesAction) return request
  return withSignatureCondition(request, expressions, table)
}

function assertUpdatable(
  request: UpdateRequest,
  { update }: RequestExpressions,
  table: ProtectedTable,
  protection: ItemProtection | 'unprotected',
): void {
  const { written, read } =
    update === undefined ? { written: new Set<string>(), read: new Set<string>() } : attributesOfUpdate(update.update)
  const targets = [...written, ...Object.keys(request.AttributeUpdates ?? {})]
  const { tableName } = table
  for (const name of targets) assertNotReserved(name, table)
  if (protection === 'unprotected' || !protection.takesAction) return
  const attributeName = [...targets, ...read].find((name) => protection.strictestActionFor(name) !== 'DO_NOTHING')
  if (attributeName === undefined) return
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `the update ${targets.includes(attributeName) ? 'changes' : 'reads'} ${quote(attributeName)}, which the item's signature covers, and DynamoDB cannot sign: ` +
      `read the item, change it and put it back`,
    { attributeName, tableName },
  )
}

/** Written anew, since legacy parameters and expressions do not mix. */
function withSignatureCondition<T extends UpdateRequest>(request: T, expressions: RequestExpressions, { settings }: ProtectedTable): T {
  const writer = new ExpressionWriter()
  const condition = callersCondition(request, expressions)
  const isSigned: Condition = { kind: 'attribute_exists', path: [settings.signatureAttribute] }
  const UpdateExpression = writer.update(callersUpdate(request, expressions))
  const ConditionExpression = writer.condition({ kind: 'and', conditions: condition === undefined ? [isSigned] : [isSigned, condition] })
  return {
    ...withoutConditions(request),
    ...(UpdateExpression !== undefined && { UpdateExpression }),
    ConditionExpression,
    ...writer.placeholders,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

/** Whether the failed condition was that of {@link guardedUpdate}: there is no item, or none that this library wrote. */
export function wouldBeUnsigned(item: Item | undefined, { settings }: ProtectedTable): boolean {
  return item === undefined || !Object.hasOwn(item, settings.signatureAttribute)
}

export function unsignedUpdate(key: Item | undefined, { tableName }: ProtectedTable, index?: number): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    'there is no signed item with this key, and an update would create an unsigned one: put the item instead',
    { tableName, key, index },
  )
}
