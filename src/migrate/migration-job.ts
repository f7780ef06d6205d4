// What is to be done to a stored item, by each of the jobs. Nothing is written here.
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote } from '../errors.js'
import type { CurrentItem } from '../client/current-item.js'
import type { ProtectedTable } from '../client/protected-table.js'
import type { Item } from '../items.js'
import { CurrentDescriptions } from './current-descriptions.js'
import { isTransient } from './transient-errors.js'

export type Examination =
  /** As it should be. */
  | { readonly kind: 'done' }
  /** Its actions do nothing to it. */
  | { readonly kind: 'unprotected' }
  /** `after` gives the item to be stored; encrypting may cost a call to KMS. */
  | { readonly kind: 'rewrite'; readonly current: CurrentItem; readonly after: () => Promise<Item> }

export const JOB_NAMES = ['encrypt-table', 're-encrypt', 'decrypt-table', 'verify'] as const
export type JobName = (typeof JOB_NAMES)[number]

export interface MigrationJob {
  readonly name: JobName
  /** How items are stored before. Its request name says which table is scanned. */
  readonly from: ProtectedTable
  /** How items are to be stored; undefined for plaintext. */
  readonly to: ProtectedTable | undefined
  /** @throws DynamoDBEncryptionError for an item that is to be left as it is */
  examine(stored: Item): Promise<Examination>
}

const DONE: Examination = { kind: 'done' }
const UNPROTECTED: Examination = { kind: 'unprotected' }

/** Every item is read as a client without `allowPlaintextReads` would read it. */
export function verifyJob(table: ProtectedTable): MigrationJob {
  return {
    name: 'verify',
    from: table,
    to: table,
    async examine(stored) {
      await table.decrypt(stored, [])
      return takesNoAction(stored, table) ? UNPROTECTED : DONE
    },
  }
}

/** Plaintext items are encrypted; what is signed must verify, and stays. */
export function encryptJob(table: ProtectedTable): MigrationJob {
  return {
    name: 'encrypt-table',
    from: table,
    to: table,
    async examine(stored) {
      if (takesNoAction(stored, table) || !table.isUnsigned(stored)) {
        await table.decrypt(stored, [])
        return takesNoAction(stored, table) ? UNPROTECTED : DONE
      }
      return { kind: 'rewrite', current: { stored, item: stored, visible: stored, isSigned: false }, after: () => table.encrypt(stored) }
    },
  }
}

/** Signed items are decrypted; what has neither reserved attribute is plaintext already. */
export function decryptJob(table: ProtectedTable): MigrationJob {
  return {
    name: 'decrypt-table',
    from: table,
    to: undefined,
    async examine(stored) {
      if (takesNoAction(stored, table)) {
        await table.decrypt(stored, [])
        return UNPROTECTED
      }
      if (table.isUnsigned(stored)) return DONE
      const item = await decryptWhole(stored, table)
      return { kind: 'rewrite', current: { stored, item, visible: item, isSigned: true }, after: () => Promise.resolve(item) }
    },
  }
}

/**
 * Items are read as `from` says, and written as `to` says. Done is what holds under `to` alone, and has the material description that `to`
 * writes now: the newest version of a provider store, the requested entries.
 *
 * @param to - its actions are the newest alone, without a history
 */
export function reEncryptJob(from: ProtectedTable, to: ProtectedTable): MigrationJob {
  const descriptions = new CurrentDescriptions(to)
  return {
    name: 're-encrypt',
    from,
    to,
    async examine(stored) {
      if (takesNoAction(stored, to) && takesNoAction(stored, from)) {
        await to.decrypt(stored, [])
        return UNPROTECTED
      }
      const held = takesNoAction(stored, to) ? undefined : await tryDecrypt(stored, to)
      const item = held ?? (await decryptWhole(stored, from))
      const { isCurrent, after } = await descriptions.compare(stored, item, held !== undefined)
      if (held !== undefined && isCurrent) return DONE
      return { kind: 'rewrite', current: { stored, item, visible: item, isSigned: true }, after }
    },
  }
}

function takesNoAction(item: Item, table: ProtectedTable): boolean {
  const protection = table.protectionOf(item)
  return protection === 'unprotected' || !protection.takesAction
}

/** @returns undefined where it does not hold; what is wrong with it will be told by the protection that it was written under */
async function tryDecrypt(stored: Item, table: ProtectedTable): Promise<Item | undefined> {
  try {
    return await table.decrypt(stored, [])
  } catch (error) {
    if (isDynamoDBEncryptionError(error) && !isTransient(error)) return undefined
    throw error
  }
}

/** @throws `OPERATION_NOT_SUPPORTED` where reading leaves something out that rewriting would then delete */
async function decryptWhole(stored: Item, table: ProtectedTable): Promise<Item> {
  const item = await table.decrypt(stored, [])
  const left = Object.keys(stored).find((name) => !table.isReserved(name) && !Object.hasOwn(item, name))
  if (left === undefined) return item
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `the attribute ${quote(left)} is not signed under the former actions that the item was written with, and returnsUnsigned does not name it: ` +
      `rewriting the item would either drop it or vouch for it. Name it there if its value is to be trusted, or delete it.`,
    { attributeName: left, ...table.placeOf(stored) },
  )
}
