// An item as it is stored now: what conditions and updates are worked out on in this process, and how to write on top of it.
import { GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb'
import { getOwn, setOwn, type Item } from '../items.js'
import type { Condition } from '../expressions/condition.js'
import type { Call } from './call.js'
import { sendOptions } from './send-options.js'
import type { ProtectedTable } from './protected-table.js'

export interface CurrentItem {
  /** Undefined where there is no item. */
  readonly stored: Item | undefined
  /** Verified and decrypted; empty where there is no item. */
  readonly item: Item
  /** The same with the reserved attributes: a condition may ask whether they exist. */
  readonly visible: Item
  /** False where there is none, and for one that `allowPlaintextReads` lets pass. */
  readonly isSigned: boolean
}

/** @throws whatever decrypting it throws */
export async function currentItem(stored: Item | undefined, table: ProtectedTable): Promise<CurrentItem> {
  if (stored === undefined) return { stored, item: {}, visible: {}, isSigned: false }
  const unverified: Item[] = []
  const item = await table.decrypt(stored, unverified)
  const visible = { ...item }
  for (const name of Object.keys(stored)) {
    const value = table.isReserved(name) ? getOwn(stored, name) : undefined
    if (value !== undefined) setOwn(visible, name, value)
  }
  return { stored, item, visible, isSigned: unverified.length === 0 }
}

/** Reads an item consistently, past the plugin. */
export async function readStored(
  key: Item,
  table: ProtectedTable,
  { tables, signal }: Pick<Call<never, never>, 'tables' | 'signal'>,
): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: table.requestName, Key: key, ConsistentRead: true })
  return (await tables.plainClient.send(command, sendOptions(signal))).Item
}

/**
 * That the item is still what was read. For a signed one its signature and material description say so, but for attributes that are not
 * signed: of those, the ones that something was worked out from are compared themselves.
 *
 * @param unsignedReads - names of such attributes
 */
export function isUnchanged({ stored, isSigned }: CurrentItem, table: ProtectedTable, unsignedReads: Iterable<string>): Condition {
  const { signatureAttribute, materialDescriptionAttribute } = table.settings
  const [partitionKeyName = ''] = table.keyNames
  if (stored === undefined) return { kind: 'attribute_not_exists', path: [partitionKeyName] }
  const marks = [signatureAttribute, materialDescriptionAttribute]
  const reads = isSigned ? [...marks, ...unsignedReads] : [...marks, ...Object.keys(stored)]
  const conditions = [...new Set(reads)].map((name) => isStill(name, getOwn(stored, name)))
  // An unsigned item's key says that there still is one; it is among its attributes.
  return { kind: 'and', conditions: isSigned ? conditions : conditions.slice(0, MOST_COMPARISONS) }
}

/** Less than the 300 operators that DynamoDB allows, with room for AND between them. */
const MOST_COMPARISONS = 140

function isStill(name: string, value: AttributeValue | undefined): Condition {
  if (value === undefined) return { kind: 'attribute_not_exists', path: [name] }
  return { kind: 'compare', operator: '=', left: { kind: 'path', path: [name] }, right: { kind: 'value', value, placeholder: '' } }
}

/** Whether an item is the very one that a write was to leave: then that write has been done, though its answer was lost. */
export function isWritten(now: Item | undefined, stored: Item, table: ProtectedTable): boolean {
  const { signatureAttribute, materialDescriptionAttribute } = table.settings
  return now !== undefined && sameBytes(now, stored, signatureAttribute) && sameBytes(now, stored, materialDescriptionAttribute)
}

function sameBytes(a: Item, b: Item, name: string): boolean {
  const [one, other] = [getOwn(a, name)?.B, getOwn(b, name)?.B]
  return one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0
}
