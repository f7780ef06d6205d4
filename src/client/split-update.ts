// The actions of an update by who does them: DynamoDB, or this process.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { applyUpdate } from '../expressions/apply-update.js'
import { attributesOfUpdate } from '../expressions/attributes-read.js'
import type { SetAction, Update } from '../expressions/update.js'
import { getOwn, type Item } from '../items.js'
import type { ItemProtection } from './item-protection.js'
import type { ProtectedTable } from './protected-table.js'

export interface SplitUpdate {
  /** Whether something is written that the signature covers. */
  readonly changesSigned: boolean
  /** Of attributes that no signature covers, worked out from such attributes alone: DynamoDB does them on what is there then. */
  readonly passing: Update
  /** Of such attributes too, but worked out from signed ones: DynamoDB is given their values. */
  readonly worked: readonly SetAction[]
  /** Attributes that no signature covers and something is worked out from here. */
  readonly unsignedReads: readonly string[]
  /** Whether this process has any part in it. */
  readonly isLocal: boolean
}

export const NOTHING: Update = { set: [], remove: [], add: [], delete: [] }

/** Stands for the attribute that an action sets, where only its right side matters. */
const RESULT = 'result'

/** @returns what an action would set, worked out from an item. @throws ValidationException as {@link applyUpdate} */
export function workedOut({ value }: SetAction, item: Readonly<Item>): AttributeValue {
  const worked = getOwn(applyUpdate({ ...NOTHING, set: [{ path: [RESULT], value }] }, item).item, RESULT)
  if (worked === undefined) throw new Error('SET leaves its value')
  return worked
}

/** @throws DynamoDBEncryptionError `INVALID_ITEM` for a reserved attribute; `OPERATION_NOT_SUPPORTED` for an encrypted value that would be stored in plaintext */
export function splitUpdate(update: Update, protection: ItemProtection, table: ProtectedTable): SplitUpdate {
  const isUnsigned = (name: string): boolean => protection.strictestActionFor(name) === 'DO_NOTHING'
  const readBy = (action: SetAction): string[] => [...attributesOfUpdate({ ...NOTHING, set: [{ ...action, path: [RESULT] }] }).read]
  const { written } = attributesOfUpdate(update)
  for (const name of written) assertNotReserved(name, table)
  for (const action of update.set) assertStaysSecret(action, readBy(action), protection, table)
  const ofUnsigned = update.set.filter(({ path }) => isUnsigned(path[0]))
  const passing: Update = {
    set: ofUnsigned.filter((action) => readBy(action).every(isUnsigned)),
    remove: update.remove.filter(([name]) => isUnsigned(name)),
    add: update.add.filter(({ path }) => isUnsigned(path[0])),
    delete: update.delete.filter(({ path }) => isUnsigned(path[0])),
  }
  const worked = ofUnsigned.filter((action) => !passing.set.includes(action))
  const here = update.set.filter((action) => !passing.set.includes(action))
  const changesSigned = [...written].some((name) => !isUnsigned(name))
  return {
    changesSigned,
    passing,
    worked,
    unsignedReads: here.flatMap(readBy).filter(isUnsigned),
    isLocal: changesSigned || worked.length > 0,
  }
}

export function assertNotReserved(attributeName: string, table: ProtectedTable): void {
  if (!table.isReserved(attributeName)) return
  throw new DynamoDBEncryptionError('INVALID_ITEM', `the update writes the reserved attribute ${quote(attributeName)}`, {
    attributeName,
    tableName: table.tableName,
  })
}

function assertStaysSecret(
  { path: [target] }: SetAction,
  read: readonly string[],
  protection: ItemProtection,
  { tableName }: ProtectedTable,
): void {
  if (protection.newestActionFor(target) === 'ENCRYPT_AND_SIGN') return
  const secret = read.find((name) => protection.strictestActionFor(name) === 'ENCRYPT_AND_SIGN')
  if (secret === undefined) return
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `the update works out ${quote(target)}, which is stored in plaintext, from ${quote(secret)}, which is encrypted: encrypt both, or write the value yourself`,
    { attributeName: secret, tableName },
  )
}
