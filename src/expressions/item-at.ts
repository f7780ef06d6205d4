// What stands at a document path of an item.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { getOwn, type Item } from '../items.js'
import type { DocumentPath } from './paths.js'

/** @returns undefined where the path leads nowhere: through a missing member, or into a value that has no such members */
export function valueAt(item: Readonly<Item>, [attribute, ...rest]: DocumentPath): AttributeValue | undefined {
  let value = getOwn(item, attribute)
  for (const step of rest) {
    if (value === undefined) return undefined
    value = memberOf(value, step)
  }
  return value
}

export function memberOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  return typeof step === 'number' ? value.L?.[step] : value.M && getOwn(value.M, step)
}
