// The actions of a table that holds several models: one set for all where they agree, a function of the primary key where they do not.
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { AttributeActions, type AttributeAction } from '../item/attribute-actions.js'
import { getOwn, type Item } from '../items.js'
import type { KeyPrefix, Model } from './model.js'
import { modelActions } from './model-actions.js'

/** What the transparent clients take as a table's actions: the same for all items, or by primary key. */
export type TableActions = AttributeActions | ((key: Item) => AttributeActions)

interface ModelWithActions {
  readonly model: Model
  readonly actions: AttributeActions
}

/**
 * @param models - all of one table, at least one
 * @returns a function only where two models give one attribute different actions. It throws `INVALID_ITEM` for a key that is none of theirs
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS` where models disagree and their keys do not tell them apart; `INVALID_CONFIGURATION`
 *   for models of different tables
 */
export function tableActions(models: readonly Model[]): TableActions {
  const entries = models.map((model) => ({ model, actions: modelActions(model) }))
  assertOneTable(models)
  const disagreements = pairsOf(entries).filter(([a, b]) => disagreement(a, b) !== undefined)
  for (const [a, b] of disagreements) if (!areToldApart(a.model, b.model)) throw cannotBeToldApart(a, b)
  return disagreements.length === 0 ? mergedActions(entries) : actionsByKey(entries)
}

function pairsOf<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((a, at) => list.slice(at + 1).map((b): [T, T] => [a, b]))
}

/** What two models do differently: an attribute that both know, or `the default action`. An attribute that one lacks it never writes. */
function disagreement({ actions: a }: ModelWithActions, { actions: b }: ModelWithActions): string | undefined {
  const name = [...a.attributes.keys()].find((each) => b.attributes.has(each) && a.actionFor(each) !== b.actionFor(each))
  if (name !== undefined) return quote(name)
  return a.default === b.default ? undefined : 'the default action'
}

/** Whether no key can belong to both. */
function areToldApart(a: Model, b: Model): boolean {
  return [...a.keyPrefixes].some(([keyName, prefix]) => {
    const other = b.keyPrefixes.get(keyName)
    return other !== undefined && !mayBegin(prefix, other) && !mayBegin(other, prefix)
  })
}

/** Whether a key of the one may be a key of the other, as far as the first of them tells. */
function mayBegin(prefix: KeyPrefix, other: KeyPrefix): boolean {
  return prefix.isWhole ? other.text === prefix.text : other.text.startsWith(prefix.text)
}

function mergedActions(entries: readonly ModelWithActions[]): AttributeActions {
  const attributes = new Map<string, AttributeAction>(entries.flatMap(({ actions }) => [...actions.attributes]))
  return new AttributeActions({ default: entries[0]?.model.default, attributes })
}

/**
 * Models that one key could belong to agree, or they would have been refused, so their actions can be merged: the answer for a key does not
 * depend on which of them wrote the item.
 */
function actionsByKey(entries: readonly ModelWithActions[]): (key: Item) => AttributeActions {
  const merged = new Map<string, AttributeActions>()
  return (key) => {
    const owners = entries.filter(({ model }) => hasKeyOf(model, key))
    if (owners.length === 0) throw nobodysKey(entries)
    const text = owners.map(({ model }) => model.name).join(' ')
    const known = merged.get(text) ?? mergedActions(owners)
    merged.set(text, known)
    return known
  }
}

/** Whether an item of this key may be one of the model's. */
export function hasKeyOf({ keyPrefixes }: Model, key: Item): boolean {
  return [...keyPrefixes].every(([keyName, { text, isWhole }]) => {
    const value = getOwn(key, keyName)?.S
    return value !== undefined && (isWhole ? value === text : value.startsWith(text))
  })
}

function assertOneTable(models: readonly Model[]): void {
  const [first] = models
  if (first === undefined) throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'there is no model to take actions from')
  for (const other of models) {
    if (other.tableName !== first.tableName) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `${first.title} is of the table ${quote(first.tableName)}, ${other.title} of the table ${quote(other.tableName)}: take the actions of each ` +
          `table by themselves`,
      )
    }
    if (other.keyNames.join('\0') !== first.keyNames.join('\0')) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `${first.title} and ${other.title} are of the same table and have different primary keys: ${first.keyNames.join(', ')}, and ` +
          other.keyNames.join(', '),
        { tableName: first.tableName },
      )
    }
  }
}

function cannotBeToldApart(a: ModelWithActions, b: ModelWithActions): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_ACTIONS',
    `${a.model.title} and ${b.model.title} of one table give ${disagreement(a, b) ?? ''} different actions, and their keys do not tell them apart: ` +
      `give the attribute the same action in both, or another name in one of them, or let their keys begin differently`,
    { tableName: a.model.tableName },
  )
}

function nobodysKey(entries: readonly ModelWithActions[]): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_ITEM',
    `the item's key begins like that of none of the table's models, so its attribute actions are unknown: ${entries
      .map(({ model }) => model.title)
      .join(', ')}`,
    { tableName: entries[0]?.model.tableName },
  )
}
