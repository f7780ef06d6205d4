// An actions history, checked: the newest actions, and what older entries may return (spec "Attribute actions").
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import {
  attributeActions,
  LONGEST_HISTORY,
  type ActionsHistory,
  type AttributeActions,
  type AttributeActionsInput,
  type FormerActions,
} from './attribute-actions.js'
import { LayoutCache } from './item-layout.js'

/** One set of actions as the encryptor uses it, with the layouts of the items seen under it. */
export interface HistoryEntry {
  readonly actions: AttributeActions
  readonly layouts: LayoutCache
  /** Names to leave out of a result, although these actions let them pass: unsigned here, signed or encrypted in the newest. */
  readonly dropsUnsigned: (attributeName: string) => boolean
}

export interface CheckedHistory {
  readonly newest: HistoryEntry
  readonly former: readonly HistoryEntry[]
}

/** @throws DynamoDBEncryptionError `INVALID_ACTIONS` */
export function checkHistory(input: AttributeActionsInput | ActionsHistory): CheckedHistory {
  if (!isHistory(input)) return { newest: entryOf(attributeActions(input)), former: [] }
  const [first, ...rest] = input
  if (input.length > LONGEST_HISTORY)
    throw invalid(`an actions history has at most ${String(LONGEST_HISTORY)} entries; this one has ${String(input.length)}`)
  const newest = attributeActions(first)
  return { newest: entryOf(newest), former: rest.map((former) => formerEntry(newest, former)) }
}

function isHistory(input: AttributeActionsInput | ActionsHistory): input is ActionsHistory {
  if (!Array.isArray(input)) return false
  if (input.length === 0) throw invalid('an actions history needs at least one entry')
  return true
}

function entryOf(actions: AttributeActions): HistoryEntry {
  return { actions, layouts: new LayoutCache(), dropsUnsigned: () => false }
}

function formerEntry(newest: AttributeActions, input: AttributeActionsInput | FormerActions): HistoryEntry {
  const { actions: actionsInput, returnsUnsigned } = isFormer(input) ? input : { actions: input, returnsUnsigned: undefined }
  const actions = attributeActions(actionsInput)
  if (!actions.takesAction)
    throw invalid('an entry of the actions history does nothing to any attribute, so no signature can hold under it')
  const exposed = (name: string): boolean => actions.actionFor(name) === 'DO_NOTHING' && newest.actionFor(name) !== 'DO_NOTHING'
  if (returnsUnsigned === undefined) {
    const named = [...newest.attributes.keys(), ...actions.attributes.keys()].find(exposed)
    const whole = actions.default === 'DO_NOTHING' && newest.default !== 'DO_NOTHING'
    if (named !== undefined || whole) {
      throw new DynamoDBEncryptionError(
        'INVALID_ACTIONS',
        `an older entry of the actions history leaves ${named === undefined ? 'attributes' : quote(named)} unsigned that the newest signs, so anyone who can write ` +
          `to the table could add such an attribute to an old item. Write the entry as { actions, returnsUnsigned: [...] }: unsigned attributes ` +
          `of this kind are then left out of the result unless named there.`,
        { attributeName: named },
      )
    }
  }
  const returned = new Set(returnsUnsigned)
  return { actions, layouts: new LayoutCache(), dropsUnsigned: (name) => exposed(name) && !returned.has(name) }
}

function isFormer(input: AttributeActionsInput | FormerActions): input is FormerActions {
  return isPlainObject(input) && 'actions' in input
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_ACTIONS', message)
}
