// PutItem and DeleteItem.
import type {
  AttributeValue,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { isPlainObject } from '../assert.js'
import { quote } from '../errors.js'
import { validationException } from '../expressions/validation-exception.js'
import type { Item } from '../items.js'
import type { Call, Reply } from './call.js'
import { assertComparable, readByCondition } from './conditions.js'
import { readFailure } from './failures.js'
import { assertIsKey } from './item-key.js'
import { ItemReader } from './item-reader.js'
import { asTooLarge } from './item-size.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions } from './request-expressions.js'

export async function putItem(input: PutItemCommandInput, call: Call<PutItemCommandInput, PutItemCommandOutput>): Promise<Reply> {
  const table = await call.find(input.TableName)
  if (table === undefined) return call.send(input)
  const item = assertHasKey(input.Item, table)
  assertComparable(readByCondition(input, parseExpressions(input)), table, table.protectionOf(item), 'condition')
  const stored = await table.encrypt(item)
  const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
  try {
    return await call.send({ ...input, Item: stored }, (output) => readAttributes(output, table, reader))
  } catch (error) {
    throw asTooLarge(await readFailure(error, table, reader), [{ table, item, stored }])
  }
}

export async function deleteItem(
  input: DeleteItemCommandInput,
  call: Call<DeleteItemCommandInput, DeleteItemCommandOutput>,
): Promise<Reply> {
  const table = await call.find(input.TableName)
  if (table === undefined) return call.send(input)
  const key = assertIsKey(input.Key, table.keyNames)
  assertComparable(readByCondition(input, parseExpressions(input)), table, table.protectionOf(key), 'condition')
  const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
  try {
    return await call.send(input, (output) => readAttributes(output, table, reader))
  } catch (error) {
    throw await readFailure(error, table, reader)
  }
}

/** What a reader of items takes over from the call. */
export function settingsOf({ tables, signal }: Pick<Call<never, never>, 'tables' | 'signal'>): {
  concurrency: number
  signal: AbortSignal | undefined
} {
  return { concurrency: tables.concurrency, signal }
}

interface OldItemOutput {
  Attributes?: Record<string, AttributeValue> | undefined
  readonly $metadata: object
}

/** The answer with the whole item in it, as ReturnValues ALL_OLD and ALL_NEW have it, decrypted. */
export async function readAttributes<T extends OldItemOutput>(output: T, table: ProtectedTable, reader: ItemReader): Promise<T> {
  if (output.Attributes === undefined) return output
  const item = await reader.read(table, output.Attributes)
  return reader.finish({ ...output, Attributes: item })
}

/** @throws ValidationException, in DynamoDB's words, for an item without the whole primary key: it may be encrypted as something else */
export function assertHasKey(item: Item | undefined, table: ProtectedTable): Item {
  const given: unknown = item
  if (item === undefined || !isPlainObject(given))
    throw validationException("The parameter 'Item' is required but was not present in the request")
  const missing = table.keyNames.find((name) => !Object.hasOwn(item, name))
  if (missing !== undefined) {
    throw validationException(`One or more parameter values were invalid: Missing the key ${quote(missing).slice(1, -1)} in the item`)
  }
  return item
}
