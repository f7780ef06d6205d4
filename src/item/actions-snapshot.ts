// A record of models' actions that a project keeps beside its tests, and the check that fails when actions changed without their history.
// No files here: the test that uses it reads and writes one.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import {
  attributeActions,
  AttributeActions,
  isAttributeAction,
  type ActionsHistory,
  type AttributeAction,
  type AttributeActionsInput,
  type FormerActions,
} from './attribute-actions.js'
import { compareActions, type ActionsChange } from './compare-actions.js'

/** Models by name: their actions, or their history with the newest first. */
export type ActionsByModel = Readonly<Record<string, AttributeActionsInput | ActionsHistory>>

export interface ActionsLint {
  /** What must not be deployed, each with the model's name and the way out. None: all is well. */
  readonly problems: readonly string[]
  /** Every difference from the snapshot's newest actions, by model, for a person to read: some ask for an order of deployment. */
  readonly changes: Readonly<Record<string, readonly ActionsChange[]>>
  /** The text to keep for the next time: JSON, sorted, with a line for each attribute. */
  readonly snapshot: string
}

/**
 * Compares models with the snapshot that was kept of them. A change that leaves stored items unreadable is a problem, unless the former
 * actions are in the model's history.
 *
 * @param snapshot - the text kept the last time; undefined the first time
 * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` for a text that is no snapshot, `INVALID_ACTIONS` for what is no actions
 *
 * @example
 * ```ts
 * const { problems, snapshot } = lintActions(readFileSync('actions.snapshot.json', 'utf8'), { Person: personActions })
 * ```
 */
export function lintActions(snapshot: string | undefined, models: ActionsByModel): ActionsLint {
  const kept = snapshot === undefined ? new Map<string, readonly AttributeActions[]>() : readSnapshot(snapshot)
  const now = new Map(Object.entries(models).map(([name, actions]) => [name, historyOf(actions)] as const))
  const problems: string[] = []
  const changes: [string, readonly ActionsChange[]][] = []
  for (const [name, before] of kept) {
    const after = now.get(name)
    if (after === undefined) {
      problems.push(
        `${quote(name)} is gone, and its items cannot be read without its actions: if its table is gone too, take it out of the snapshot`,
      )
      continue
    }
    const [newestBefore, newestAfter] = [before[0], after[0]]
    if (newestBefore === undefined || newestAfter === undefined) continue
    const found = compareActions(newestBefore, newestAfter)
    changes.push([name, found])
    problems.push(...problemsOf(name, found, newestBefore, before.slice(1), after))
  }
  return { problems, changes: Object.fromEntries(changes), snapshot: writeSnapshot(now) }
}

function problemsOf(
  name: string,
  changes: readonly ActionsChange[],
  newestBefore: AttributeActions,
  formerBefore: readonly AttributeActions[],
  after: readonly AttributeActions[],
): string[] {
  const inHistory = (actions: AttributeActions): boolean => after.some((entry) => compareActions(actions, entry).every(isNothing))
  const breaking = inHistory(newestBefore) ? [] : changes.filter(({ needs }) => needs === 'RE_ENCRYPT' || needs === 'KEEP_ACTION')
  const dropped = formerBefore.filter((actions) => !inHistory(actions)).length
  return [
    ...breaking.map(({ advice }) => `${quote(name)}: ${advice}. Its history does not have the former actions`),
    ...(dropped === 0
      ? []
      : [
          `${quote(name)}: ${String(dropped)} former entry of its history is gone: once no item is stored under it, take it out of the snapshot too`,
        ]),
  ]
}

function isNothing({ needs }: ActionsChange): boolean {
  return needs === 'NOTHING'
}

function historyOf(input: AttributeActionsInput | ActionsHistory): readonly AttributeActions[] {
  if (!isHistory(input)) return [attributeActions(input)]
  return input.map((entry) => attributeActions(isFormer(entry) ? entry.actions : entry))
}

function isHistory(input: AttributeActionsInput | ActionsHistory): input is ActionsHistory {
  return Array.isArray(input)
}

function isFormer(entry: AttributeActionsInput | FormerActions): entry is FormerActions {
  return isPlainObject(entry) && 'actions' in entry
}

function writeSnapshot(models: ReadonlyMap<string, readonly AttributeActions[]>): string {
  const sorted = [...models].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, history]) => [name, history.map(entryOf)] as const)
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`
}

function entryOf(actions: AttributeActions): { default: string; attributes: [string, string][] } {
  // Pairs, not an object: attribute names are data, and one of them may be __proto__.
  return { default: actions.default, attributes: [...actions.attributes].sort(([a], [b]) => (a < b ? -1 : 1)) }
}

function readSnapshot(text: string): Map<string, readonly AttributeActions[]> {
  const parsed = parse(text)
  if (!isPlainObject(parsed)) throw notASnapshot()
  return new Map(
    Object.entries(parsed).map(([name, history]) => {
      if (!Array.isArray(history)) throw notASnapshot()
      return [name, history.map(readEntry)]
    }),
  )
}

function readEntry(entry: unknown): AttributeActions {
  if (!isPlainObject(entry) || !Array.isArray(entry['attributes'])) throw notASnapshot()
  return new AttributeActions({ default: readAction(entry['default']), attributes: new Map(entry['attributes'].map(readPair)) })
}

function readPair(pair: unknown): [string, AttributeAction] {
  if (!Array.isArray(pair) || typeof pair[0] !== 'string') throw notASnapshot()
  return [pair[0], readAction(pair[1])]
}

function readAction(word: unknown): AttributeAction {
  if (!isAttributeAction(word)) throw notASnapshot()
  return word
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notASnapshot()
  }
}

function notASnapshot(): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'this is no snapshot of actions: keep the text that lintActions returns')
}
