// The primary key of an item.
import { canonicalNumber } from '../format/number-text.js'
import { quote } from '../errors.js'
import { getOwn, setOwn, type Item } from '../items.js'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isPlainObject } from '../assert.js'
import { validationException } from '../expressions/validation-exception.js'

/** An item's attributes of these names, as far as it has them. */
export function keyOf(item: Item, keyNames: readonly string[]): Item {
  const key: Item = {}
  for (const name of keyNames) {
    const value = getOwn(item, name)
    if (value !== undefined) setOwn(key, name, value)
  }
  return key
}

/** Whether an item has all attributes of these names. */
export function hasKey(item: Item, keyNames: readonly string[]): boolean {
  return keyNames.every((name) => Object.hasOwn(item, name))
}

/**
 * A key of a request is sent as it is, so it must be a key and nothing else: whoever passes a whole item in its place would send its
 * attributes in plaintext. The message is DynamoDB's own.
 */
export function assertIsKey(key: Item | undefined, keyNames: readonly string[]): Item {
  if (!isPlainObject(key) || Object.keys(key).length !== keyNames.length || !hasKey(key, keyNames)) {
    throw validationException('The provided key element does not match the schema')
  }
  return key
}

/** As {@link assertIsKey}, of where a page starts: on an index its keys are there, too. */
export function assertIsStartKey(key: Item | undefined, table: { isKeyAttribute(name: string): boolean }): void {
  if (key === undefined) return
  if (!isPlainObject(key) || !Object.keys(key).every((name) => table.isKeyAttribute(name))) {
    throw validationException('The provided starting key is invalid')
  }
}

/** One text for equal keys, however their numbers are spelt: DynamoDB gives `5.0` back as `5`. */
export function keyText(item: Item, keyNames: readonly string[]): string {
  return JSON.stringify(keyNames.map((name) => valueText(getOwn(item, name))))
}

function valueText(value: AttributeValue | undefined): readonly string[] {
  if (value?.S !== undefined) return ['S', value.S]
  if (value?.N !== undefined) return ['N', numberText(value.N)]
  if (value?.B !== undefined) return ['B', Buffer.from(value.B).toString('base64')]
  return []
}

function numberText(number: string): string {
  try {
    return canonicalNumber(number)
  } catch {
    // DynamoDB refuses it.
    return number
  }
}

/** @throws ValidationException, in DynamoDB's words, for an item without the whole primary key: it may be encrypted as something else */
export function assertHasKey(item: Item | undefined, { keyNames }: { readonly keyNames: readonly string[] }): Item {
  const given: unknown = item
  if (item === undefined || !isPlainObject(given))
    throw validationException("The parameter 'Item' is required but was not present in the request")
  const missing = keyNames.find((name) => !Object.hasOwn(item, name))
  if (missing !== undefined) {
    throw validationException(`One or more parameter values were invalid: Missing the key ${quote(missing).slice(1, -1)} in the item`)
  }
  return item
}
