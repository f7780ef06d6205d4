// DynamoDB's limit of 400 KB for an item. The item that is stored is longer than the caller's, so an error must say both sizes.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError } from '../errors.js'
import { isValidationException } from '../expressions/validation-exception.js'
import type { Item } from '../items.js'
import type { ProtectedTable } from './protected-table.js'

export const LARGEST_ITEM = 400 * 1024

/**
 * About how many bytes DynamoDB counts ("DynamoDB item sizes and formats" in its developer guide): names and values in UTF-8, two digits
 * of a number a byte, one for a Boolean or null, three for a list or map and one for each of its members.
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((size, [name, value]) => size + Buffer.byteLength(name) + valueSize(value), 0)
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberSize(value.N)
  if (value.B !== undefined) return value.B.length
  if (value.SS !== undefined) return sum(value.SS, (member) => Buffer.byteLength(member))
  if (value.NS !== undefined) return sum(value.NS, numberSize)
  if (value.BS !== undefined) return sum(value.BS, (member) => member.length)
  if (value.L !== undefined) return 3 + sum(value.L, (member) => 1 + valueSize(member))
  if (value.M !== undefined) return 3 + sum(Object.entries(value.M), ([name, member]) => 1 + Buffer.byteLength(name) + valueSize(member))
  return 1
}

function numberSize(number: string): number {
  return Math.ceil(number.replaceAll(/[^0-9]/g, '').length / 2) + (number.startsWith('-') ? 2 : 1)
}

function sum<T>(members: readonly T[], sizeOf: (member: T) => number): number {
  return members.reduce((total, member) => total + sizeOf(member), 0)
}

/** An item of a request, before and after. */
export interface WrittenItem {
  readonly table: ProtectedTable
  readonly item: Item
  readonly stored: Item
}

/** DynamoDB's refusal of an item's size in clear words, with both sizes; any other error as it is. */
export function asTooLarge(error: unknown, written: readonly WrittenItem[]): unknown {
  if (!isValidationException(error) || !/item size/i.test(error.message)) return error
  const sizes = written.map(({ table, item, stored }) => ({ table, item, plain: itemSize(item), encrypted: itemSize(stored) }))
  const largest = sizes.toSorted((a, b) => b.encrypted - a.encrypted)[0]
  if (largest === undefined || largest.encrypted === largest.plain) return error
  return new DynamoDBEncryptionError(
    'ITEM_TOO_LARGE',
    `the item is about ${kilobytes(largest.plain)} in plaintext and ${kilobytes(largest.encrypted)} once encrypted; DynamoDB stores at most ` +
      `${kilobytes(LARGEST_ITEM)}. Each encrypted attribute grows by 16 to 40 bytes: keep large values elsewhere, or in fewer attributes.`,
    { cause: error, ...largest.table.placeOf(largest.item) },
  )
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`
}
