// How the items of a table are protected: their actions, and the item encryptor that has them.
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote, withDetails } from '../errors.js'
import {
  type AttributeActions,
  attributeActions,
  type ActionsHistory,
  type AttributeAction,
  type AttributeActionsInput,
  type FormerActions,
} from '../item/attribute-actions.js'
import { ItemEncryptor, type ItemEncryptorOptions } from '../item/item-encryptor.js'
import type { TableInfo } from './table-info.js'

/** What is done to an item, and by whom. */
export interface ItemProtection {
  readonly encryptor: ItemEncryptor
  /** False where every action is DO_NOTHING, now and formerly. */
  readonly takesAction: boolean
  /** What an attribute is written with. */
  newestActionFor(attributeName: string): AttributeAction
  /**
   * The strictest action that an attribute has or had: an item may still be stored as a former entry of the history has it, so what the
   * server compares or changes must be plaintext, or unsigned, under all of them.
   */
  strictestActionFor(attributeName: string): AttributeAction
  /** The loosest one: where it is DO_NOTHING, the signature of a stored item may not cover the attribute. */
  loosestActionFor(attributeName: string): AttributeAction
}

const STRICTNESS: readonly AttributeAction[] = ['DO_NOTHING', 'SIGN_ONLY', 'ENCRYPT_AND_SIGN']

/** @throws DynamoDBEncryptionError `INVALID_ACTIONS` for a key, a secondary index's key or a TimeToLive attribute that cannot do its work encrypted */
export function itemProtection(
  actions: AttributeActionsInput | ActionsHistory,
  info: TableInfo,
  encryptorOptions: Omit<ItemEncryptorOptions, 'actions' | 'context'>,
): ItemProtection {
  const keys = info.protectedIndexKeys()
  try {
    const history = withKeys(actions, keys)
    const [newest, ...former] = history
    const entries = [newest, ...former.map(actionsOf)]
    const strictnessOf = (name: string): number[] => entries.map((entry) => STRICTNESS.indexOf(entry.actionFor(name)))
    assertUsable(newest, info)
    return {
      encryptor: new ItemEncryptor({ ...encryptorOptions, actions: history, context: info.encryptionContextValues }),
      takesAction: entries.some((entry) => entry.takesAction),
      newestActionFor: (name) => newest.actionFor(name),
      strictestActionFor: (name) => STRICTNESS[Math.max(...strictnessOf(name))] ?? 'ENCRYPT_AND_SIGN',
      loosestActionFor: (name) => STRICTNESS[Math.min(...strictnessOf(name))] ?? 'DO_NOTHING',
    }
  } catch (error) {
    throw isDynamoDBEncryptionError(error) ? withDetails(error, { tableName: info.tableName }) : error
  }
}

type KeyedHistory = readonly [AttributeActions, ...(AttributeActions | FormerActions)[]]

/** The primary key's own action is not the caller's to give (as Python's helpers have it). */
function withKeys(actions: AttributeActionsInput | ActionsHistory, keys: readonly string[]): KeyedHistory {
  if (!isHistory(actions)) return [attributeActions(actions).withIndexKeys(...keys)]
  const [newest, ...former] = actions
  return [
    attributeActions(newest).withIndexKeys(...keys),
    ...former.map((entry) =>
      isFormer(entry)
        ? { ...entry, actions: attributeActions(entry.actions).withIndexKeys(...keys) }
        : attributeActions(entry).withIndexKeys(...keys),
    ),
  ]
}

function isHistory(actions: AttributeActionsInput | ActionsHistory): actions is ActionsHistory {
  return Array.isArray(actions) && actions.length > 0
}

function isFormer(entry: AttributeActionsInput | FormerActions): entry is FormerActions {
  return 'returnsUnsigned' in entry
}

function actionsOf(entry: AttributeActions | FormerActions): AttributeActions {
  return attributeActions(isFormer(entry) ? entry.actions : entry)
}

function assertUsable(actions: AttributeActions, info: TableInfo): void {
  for (const { indexName, keyNames } of info.secondaryIndexes) {
    const name = keyNames.find((keyName) => actions.actionFor(keyName) === 'ENCRYPT_AND_SIGN')
    if (name === undefined) continue
    throw new DynamoDBEncryptionError(
      'INVALID_ACTIONS',
      `${quote(name)} is a key of the index ${quote(indexName)} and would be encrypted, so nothing could be found by it: give it the action ` +
        `SIGN_ONLY (actions.withIndexKeys(...) does), or remove the index`,
      { attributeName: name },
    )
  }
  const expiry = info.timeToLiveAttribute
  if (expiry === undefined || actions.actionFor(expiry) !== 'ENCRYPT_AND_SIGN') return
  throw new DynamoDBEncryptionError(
    'INVALID_ACTIONS',
    `${quote(expiry)} is the table's TimeToLive attribute and would be encrypted, so items would never expire: give it the action SIGN_ONLY`,
    { attributeName: expiry },
  )
}
