// BatchGetItem and BatchWriteItem: items of several tables in one request, of which DynamoDB may leave some undone.
import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  KeysAndAttributes,
  WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { Item } from '../items.js'
import { forEachParallel } from '../parallel.js'
import type { Call, Reply } from './call.js'
import { assertHasKey, assertIsKey, keyText } from './item-key.js'
import { ItemReader, settingsOf } from './item-reader.js'
import { asTooLarge, type WrittenItem } from './item-size.js'
import { project, projectionOf, withoutProjection, type Projection } from './projections.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions } from './request-expressions.js'
import { bareTableName } from './table-name.js'

/** A table's part of a batch. */
interface TablePart<T> {
  readonly name: string
  readonly table: ProtectedTable | undefined
  readonly part: T
}

/** The parts of a batch, each with its table. */
async function partsOf<T>(parts: Readonly<Record<string, T>>, find: Call<never, never>['find']): Promise<TablePart<T>[]> {
  return Promise.all(Object.entries(parts).map(async ([name, part]) => ({ name, table: await find(name), part })))
}

/** The part that belongs to a table in the answer. */
function partOf<T extends { readonly name: string }>(parts: readonly T[], name: string): T {
  // Asked for by ARN, a table may be answered for by its name: DynamoDB Local does so.
  const part = parts.find((candidate) => candidate.name === name) ?? parts.find((candidate) => bareTableName(candidate.name) === name)
  if (part !== undefined) return part
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `DynamoDB answered with items of the table ${quote(name)}, which was not asked for`,
  )
}

export async function batchGetItem(
  input: BatchGetItemCommandInput,
  call: Call<BatchGetItemCommandInput, BatchGetItemCommandOutput>,
): Promise<Reply> {
  if (input.RequestItems === undefined) return call.send(input)
  const parts = (await partsOf(input.RequestItems, (name) => call.find(name))).map((part) => ({ ...part, ...withoutPartsProjection(part) }))
  const RequestItems = Object.fromEntries(parts.map(({ name, request }) => [name, request]))
  return call.send({ ...input, RequestItems }, async (output) => {
    const stored = Object.entries(output.Responses ?? {}).flatMap(([name, items]) => {
      const { table, projection } = partOf(parts, name)
      return items.map((item) => ({ name, table, projection, item }))
    })
    const reader = new ItemReader(settingsOf(call))
    const items = await reader.readAll(stored)
    const Responses: Record<string, Item[]> = Object.fromEntries(Object.keys(output.Responses ?? {}).map((name) => [name, []]))
    stored.forEach(({ name, projection }, index) => {
      const item = items[index]
      if (item !== undefined) Responses[name]?.push(project(item, projection))
    })
    const unprocessed = Object.entries(output.UnprocessedKeys ?? {}).map(([name, { Keys }]): [string, KeysAndAttributes] => [
      name,
      { ...partOf(parts, name).part, Keys },
    ])
    return reader.finish({
      ...output,
      ...(output.Responses === undefined ? {} : { Responses }),
      ...(output.UnprocessedKeys === undefined ? {} : { UnprocessedKeys: Object.fromEntries(unprocessed) }),
    })
  })
}

function withoutPartsProjection({ table, part }: TablePart<KeysAndAttributes>): { request: KeysAndAttributes; projection: Projection } {
  if (table === undefined) return { request: part, projection: undefined }
  for (const key of part.Keys ?? []) assertIsKey(key, table.keyNames)
  const expressions = parseExpressions(part)
  return { request: { ...withoutProjection(part, expressions), Keys: part.Keys }, projection: projectionOf(part, expressions) }
}

/** A put of a batch, as the caller gave it and as it is sent. */
interface BatchPut {
  readonly table: ProtectedTable
  readonly item: Item
  stored: Item
}

export async function batchWriteItem(
  input: BatchWriteItemCommandInput,
  call: Call<BatchWriteItemCommandInput, BatchWriteItemCommandOutput>,
): Promise<Reply> {
  if (input.RequestItems === undefined) return call.send(input)
  const parts = await partsOf(input.RequestItems, (name) => call.find(name))
  const writes = parts.flatMap(({ name, table, part }) => part.map((request) => ({ name, request, put: putOf(request, table) })))
  const puts = writes.flatMap(({ put }) => (put === undefined ? [] : [put]))
  // All of them before anything is sent.
  await forEachParallel(
    puts,
    call.tables.concurrency,
    async (put) => {
      put.stored = await put.table.encrypt(put.item)
    },
    call.signal,
  )
  const RequestItems: Record<string, WriteRequest[]> = Object.fromEntries(parts.map(({ name }) => [name, []]))
  for (const { name, request, put } of writes)
    RequestItems[name]?.push(put === undefined ? request : { ...request, PutRequest: { Item: put.stored } })
  try {
    return await call.send({ ...input, RequestItems }, (output) => {
      if (output.UnprocessedItems === undefined) return output
      const unprocessed = Object.entries(output.UnprocessedItems).map(([name, requests]): [string, WriteRequest[]] => {
        const { table, part } = partOf(parts, name)
        return [name, table === undefined ? requests : asGiven(requests, part, table)]
      })
      return { ...output, UnprocessedItems: Object.fromEntries(unprocessed) }
    })
  } catch (error) {
    throw asTooLarge(error, puts satisfies readonly WrittenItem[])
  }
}

/** @returns undefined for what is sent as it is: deletions, and puts into tables that are not protected */
function putOf(request: WriteRequest, table: ProtectedTable | undefined): BatchPut | undefined {
  if (table === undefined) return undefined
  if (request.DeleteRequest !== undefined) assertIsKey(request.DeleteRequest.Key, table.keyNames)
  if (request.PutRequest === undefined) return undefined
  const item = assertHasKey(request.PutRequest.Item, table)
  return { table, item, stored: {} }
}

/** What was left undone, as the caller gave it, ready to be sent again. A key's number may be spelt otherwise in the answer. */
function asGiven(
  unprocessed: readonly WriteRequest[],
  given: readonly WriteRequest[],
  { keyNames, tableName }: ProtectedTable,
): WriteRequest[] {
  const byKey = new Map(given.map((request) => [keyText(writtenTo(request), keyNames), request]))
  return unprocessed.map((request) => {
    const own = byKey.get(keyText(writtenTo(request), keyNames))
    if (own !== undefined) return own
    throw new DynamoDBEncryptionError('OPERATION_NOT_SUPPORTED', 'DynamoDB left an item unprocessed that was not sent', {
      tableName,
      requestApplied: true,
    })
  })
}

function writtenTo({ PutRequest, DeleteRequest }: WriteRequest): Item {
  return PutRequest?.Item ?? DeleteRequest?.Key ?? {}
}
