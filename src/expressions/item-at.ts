// What stands at a document path of an item.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { getOwn, type Item } from '../items.js'
import type { DocumentPath } from './paths.js'

/** @returns undefined where the path leads nowhere: through a missing member, or into a value that has no such members */
export function valueAt(item: Readonly<Item>, path: DocumentPath): AttributeValue | undefined {
  let value = getOwn(item, path[0])
  for (let at = 1; at < path.length && value !== undefined; at++) value = memberOf(value, path[at] ?? 0)
  return value
}

export function memberOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  return typeof step === 'number' ? value.L?.[step] : value.M && getOwn(value.M, step)
}
