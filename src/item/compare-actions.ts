// What a change of attribute actions asks of whoever deploys it (guide: "Changing your data model"). Actions are not stored with an item, so
// an item is read only by those who compute the same ones.
import { quote } from '../errors.js'
import { attributeActions, type AttributeAction, type AttributeActions, type AttributeActionsInput } from './attribute-actions.js'

/**
 * What has to be done before a change of actions is safe.
 *
 * - `NOTHING`: the same action as before, spelt otherwise.
 * - `DEPLOY_FIRST`: a new attribute. Deploy the actions everywhere, and only then write items that have it.
 * - `KEEP_ACTION`: an attribute that is no longer named would get another action. Name it again, with the action it had.
 * - `RE_ENCRYPT`: stored items have the former action. Deploy a history, write every item again, then drop the former entry.
 */
export type ActionsChangeNeed = 'NOTHING' | 'DEPLOY_FIRST' | 'KEEP_ACTION' | 'RE_ENCRYPT'

/** One difference between two versions of a model's actions. */
export interface ActionsChange {
  readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED' | 'DEFAULT_CHANGED'
  /** Undefined for `DEFAULT_CHANGED`. */
  readonly attributeName: string | undefined
  /** The action before: the default for an attribute that was not named. */
  readonly from: AttributeAction
  readonly to: AttributeAction
  readonly needs: ActionsChangeNeed
  /** What to do, in order, for a person to read. Holds attribute names and actions, no values. */
  readonly advice: string
}

/**
 * Compares two versions of a model's actions. An attribute is known to a version if that version names it, so name every attribute: what
 * `defineActions` and the adapters give does.
 *
 * @param before - the actions that items in the table were written with
 * @param after - the actions that are to be deployed
 * @returns the default's change first, then attributes in the order of their names; none for equal actions
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS` for what is no actions
 */
export function compareActions(before: AttributeActionsInput, after: AttributeActionsInput): ActionsChange[] {
  const [old, now] = [attributeActions(before), attributeActions(after)]
  const names = [...new Set([...old.attributes.keys(), ...now.attributes.keys()])].sort()
  return [...defaultChange(old, now), ...names.flatMap((name) => attributeChange(name, old, now))]
}

function defaultChange(old: AttributeActions, now: AttributeActions): ActionsChange[] {
  if (old.default === now.default) return []
  const { default: from } = old
  const { default: to } = now
  return [
    { kind: 'DEFAULT_CHANGED', attributeName: undefined, from, to, needs: 'RE_ENCRYPT', advice: reEncrypt('the default action', from, to) },
  ]
}

function attributeChange(name: string, old: AttributeActions, now: AttributeActions): ActionsChange[] {
  const [from, to] = [old.actionFor(name), now.actionFor(name)]
  const [wasNamed, isNamed] = [old.attributes.has(name), now.attributes.has(name)]
  if (wasNamed && isNamed && from === to) return []
  const kind = wasNamed ? (isNamed ? 'CHANGED' : 'REMOVED') : 'ADDED'
  const change = { kind, attributeName: name, from, to } as const
  if (from === to) {
    return [{ ...change, needs: 'NOTHING', advice: `${quote(name)} has the action ${to} as before: deploy in any order` }]
  }
  if (kind === 'CHANGED') return [{ ...change, needs: 'RE_ENCRYPT', advice: reEncrypt(quote(name), from, to) }]
  if (kind === 'REMOVED') {
    const advice =
      `items that still have ${quote(name)} were written with ${from} and would be read with ${to}, which fails: name the attribute again, ` +
      `with ${from} and a comment that it is no longer used`
    return [{ ...change, needs: 'KEEP_ACTION', advice }]
  }
  const advice =
    `deploy the action ${to} of ${quote(name)} to everyone who reads or writes the table, see that it has arrived, and only then write items ` +
    `with ${quote(name)}: who lacks it would use ${from}. If items have the attribute already, they need the former actions in a history`
  return [{ ...change, needs: 'DEPLOY_FIRST', advice }]
}

/** Readers before writers: while both versions run, each must be able to read what the other writes. */
function reEncrypt(what: string, from: AttributeAction, to: AttributeAction): string {
  return (
    `stored items have ${what} as ${from}, not ${to}: deploy the history [before, after] everywhere, so that all can read both; then ` +
    `[after, before], so that new items have ${to}; then write every item again; then drop the former entry`
  )
}
