// The write that turns a stored item into another, on the condition that it is still what was read.
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { isUnchanged, type CurrentItem } from '../client/current-item.js'
import type { ProtectedTable } from '../client/protected-table.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { equalValues } from '../expressions/compare-values.js'
import { assignment, ExpressionWriter } from '../expressions/expression-writer.js'
import { LONGEST_EXPRESSION } from '../expressions/limits.js'
import type { SetAction } from '../expressions/update.js'
import { keyOf } from '../client/item-key.js'
import { getOwn, type Item } from '../items.js'
import type { MigrationJob } from './migration-job.js'

/**
 * An update of what differs, so that attributes that no signature covers stay with the server: another program may change them at any time.
 * Where that is longer than DynamoDB allows, a put of the whole item, if there are no such attributes.
 *
 * The condition of an unsigned item: it exists, has neither reserved attribute, and has the values that were read, as many as 300 operators
 * allow. Of a signed one: signature and material description are those that were read, and so are the values that get their first signature.
 *
 * @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED`
 */
export function rewriteRequest(current: CurrentItem, after: Item, { from, to }: MigrationJob): UpdateItemCommand | PutItemCommand {
  const before = current.stored ?? {}
  const writer = new ExpressionWriter()
  const update = writer.update(difference(before, after)) ?? ''
  const unsigned = unsignedNames(before, after, current, from, to)
  const condition = isUnchanged(current, from, unsigned.firstSigned)
  const ConditionExpression = writer.condition(condition)
  const common = { TableName: from.requestName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ReturnConsumedCapacity: 'TOTAL' } as const
  if (writer.fits(update, ConditionExpression)) {
    const Key = keyOf(before, from.keyNames)
    return new UpdateItemCommand({ ...common, Key, UpdateExpression: update, ConditionExpression, ...writer.placeholders })
  }
  const ofPut = new ExpressionWriter()
  const put = { ...common, Item: after, ConditionExpression: ofPut.condition(condition), ...ofPut.placeholders }
  if (unsigned.left.length === 0 && ofPut.fits(put.ConditionExpression)) return new PutItemCommand(put)
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `rewriting the item takes an expression of ${String(update.length)} characters (DynamoDB allows ${String(LONGEST_EXPRESSION)}), and the item ` +
      `has ${String(unsigned.left.length)} attributes with DO_NOTHING, so that it cannot be put as a whole: keep fewer attributes, for example by ` +
      `gathering them in a map`,
    from.placeOf(before),
  )
}

function difference(before: Item, after: Item): { set: SetAction[]; remove: [string][]; add: []; delete: [] } {
  const set: SetAction[] = []
  for (const [name, value] of Object.entries(after)) {
    const was = getOwn(before, name)
    if (was === undefined || !equalValues(was, value)) set.push(assignment([name], value))
  }
  const remove = Object.keys(before).flatMap((name): [string][] => (Object.hasOwn(after, name) ? [] : [[name]]))
  return { set, remove, add: [], delete: [] }
}

/** Attributes that the item's own signature does not vouch for. */
function unsignedNames(
  before: Item,
  after: Item,
  { isSigned }: CurrentItem,
  from: ProtectedTable,
  to: ProtectedTable | undefined,
): { firstSigned: string[]; left: string[] } {
  const [was, becomes] = [from.protectionOf(before), to?.protectionOf(before)]
  const firstSigned: string[] = []
  const left: string[] = []
  for (const name of Object.keys({ ...before, ...after })) {
    if (from.isReserved(name) || from.keyNames.includes(name)) continue
    const isNew = becomes !== undefined && becomes !== 'unprotected' && becomes.newestActionFor(name) !== 'DO_NOTHING'
    const isOld = isSigned && was !== 'unprotected' && was.loosestActionFor(name) !== 'DO_NOTHING'
    if (isNew && isSigned && !isOld) firstSigned.push(name)
    if (!isNew && !isOld) left.push(name)
  }
  return { firstSigned, left }
}
