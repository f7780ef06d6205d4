// PutItem and DeleteItem.
import type { DeleteItemCommandInput, DeleteItemCommandOutput, PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb'
import type { Call, Reply } from './call.js'
import { readFailure } from './failures.js'
import { assertHasKey, assertIsKey } from './item-key.js'
import { ItemReader, readAttributes, settingsOf } from './item-reader.js'
import { asTooLarge } from './item-size.js'
import { localConditionOf } from './local-conditions.js'
import { deleteLocally, putLocally } from './local-writes.js'
import { parseExpressions } from './request-expressions.js'

export async function putItem(input: PutItemCommandInput, call: Call<PutItemCommandInput, PutItemCommandOutput>): Promise<Reply> {
  const table = await call.find(input.TableName)
  if (table === undefined) return call.send(input)
  const item = assertHasKey(input.Item, table)
  const local = localConditionOf(input, parseExpressions(input), table, item, call.tables)
  if (local !== undefined) return putLocally(input, item, local, table, call)
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
  const local = localConditionOf(input, parseExpressions(input), table, key, call.tables)
  if (local !== undefined) return deleteLocally(input, key, local, table, call)
  const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
  try {
    return await call.send(input, (output) => readAttributes(output, table, reader))
  } catch (error) {
    throw await readFailure(error, table, reader)
  }
}
