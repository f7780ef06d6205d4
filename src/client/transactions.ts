// TransactGetItems and TransactWriteItems.
import type {
  ConditionCheck,
  Delete,
  Get,
  Put,
  TransactGetItem,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  Update,
} from '@aws-sdk/client-dynamodb'
import { isDynamoDBEncryptionError, withDetails } from '../errors.js'
import type { Item } from '../items.js'
import { forEachParallel } from '../parallel.js'
import type { Call, Reply } from './call.js'
import { assertComparable, readByCondition } from './conditions.js'
import { isTransactionCancellation } from './failures.js'
import { assertHasKey, assertIsKey } from './item-key.js'
import { ItemReader, settingsOf } from './item-reader.js'
import { asTooLarge, type WrittenItem } from './item-size.js'
import { project, projectionOf, withoutProjection, type Projection } from './projections.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions } from './request-expressions.js'
import { guardedUpdate, unsignedUpdate, wouldBeUnsigned } from './updates.js'

interface PlannedGet {
  readonly table: ProtectedTable | undefined
  readonly request: TransactGetItem
  readonly projection: Projection
}

export async function transactGetItems(
  input: TransactGetItemsCommandInput,
  call: Call<TransactGetItemsCommandInput, TransactGetItemsCommandOutput>,
): Promise<Reply> {
  if (input.TransactItems === undefined) return call.send(input)
  const gets = await Promise.all(
    input.TransactItems.map(async (request): Promise<PlannedGet> => {
      const table = await call.find(request.Get?.TableName)
      return table === undefined || request.Get === undefined ? { table, request, projection: undefined } : planGet(request.Get, table)
    }),
  )
  return call.send({ ...input, TransactItems: gets.map(({ request }) => request) }, async (output) => {
    if (output.Responses === undefined) return output
    const stored = output.Responses.flatMap(({ Item: item }, index) =>
      item === undefined ? [] : [{ index, item, table: gets[index]?.table }],
    )
    const reader = new ItemReader(settingsOf(call))
    const items = await reader.readAll(stored)
    const Responses = output.Responses.map((response) => ({ ...response }))
    stored.forEach(({ index }, position) => {
      const item = items[position]
      const response = Responses[index]
      if (response !== undefined) response.Item = item && project(item, gets[index]?.projection)
    })
    return reader.finish({ ...output, Responses })
  })
}

function planGet(get: Get, table: ProtectedTable): PlannedGet {
  assertIsKey(get.Key, table.keyNames)
  const expressions = parseExpressions(get)
  const { TableName, Key } = get
  return { table, request: { Get: { ...withoutProjection(get, expressions), TableName, Key } }, projection: projectionOf(get, expressions) }
}

/** An action of a transaction, as it is sent, and what its failure means. */
interface PlannedWrite {
  readonly table: ProtectedTable | undefined
  readonly request: TransactWriteItem
  /** For a put. */
  readonly written?: WrittenItem
  /** For an update whose condition is not the caller's alone: the caller's own words. */
  readonly guarded?: Update
}

export async function transactWriteItems(
  input: TransactWriteItemsCommandInput,
  call: Call<TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput>,
): Promise<Reply> {
  if (input.TransactItems === undefined) return call.send(input)
  const writes = await planWrites(input.TransactItems, call)
  const reader = new ItemReader({ ...settingsOf(call), requestApplied: true })
  try {
    return await call.send({ ...input, TransactItems: writes.map(({ request }) => request) })
  } catch (error) {
    await readCancellation(error, writes, reader)
    throw asTooLarge(
      error,
      writes.flatMap(({ written }) => (written === undefined ? [] : [written])),
    )
  }
}

async function planWrites(
  requests: readonly TransactWriteItem[],
  call: Pick<Call<never, never>, 'find' | 'tables' | 'signal'>,
): Promise<PlannedWrite[]> {
  const tables = await Promise.all(requests.map((request) => call.find(actionOf(request)?.TableName)))
  const writes = new Array<PlannedWrite>(requests.length)
  await forEachParallel(
    requests,
    call.tables.concurrency,
    async (request, index) => {
      try {
        writes[index] = await planWrite(request, tables[index])
      } catch (error) {
        throw isDynamoDBEncryptionError(error) ? withDetails(error, { index }) : error
      }
    },
    call.signal,
  )
  return writes
}

function actionOf({
  Put: put,
  Delete: remove,
  Update: update,
  ConditionCheck: check,
}: TransactWriteItem): { TableName?: string | undefined } | undefined {
  return put ?? remove ?? update ?? check
}

async function planWrite(request: TransactWriteItem, table: ProtectedTable | undefined): Promise<PlannedWrite> {
  if (table === undefined) return { table, request }
  const { Put: put, Update: update } = request
  const keyed = request.Delete ?? request.ConditionCheck
  if (keyed !== undefined) assertCondition(keyed, assertIsKey(keyed.Key, table.keyNames), table)
  const guarded = update && guardedUpdate(update, assertIsKey(update.Key, table.keyNames), parseExpressions(update), table)
  const written = put && (await writtenBy(put, table))
  return {
    table,
    request: {
      ...request,
      ...(guarded && { Update: guarded }),
      ...(written && { Put: { ...put, Item: written.stored } }),
    },
    ...(written && { written }),
    ...(update && guarded !== update && { guarded: update }),
  }
}

async function writtenBy(put: Put, table: ProtectedTable): Promise<WrittenItem> {
  const item = assertHasKey(put.Item, table)
  assertCondition(put, item, table)
  return { table, item, stored: await table.encrypt(item) }
}

function assertCondition(action: Put | Delete | ConditionCheck, item: Item, table: ProtectedTable): void {
  assertComparable(readByCondition({}, parseExpressions(action)), table, table.protectionOf(item), 'condition')
}

/** Puts the caller's items in the place of the stored ones, in the reasons of a cancelled transaction. */
async function readCancellation(error: unknown, writes: readonly PlannedWrite[], reader: ItemReader): Promise<void> {
  if (!isTransactionCancellation(error)) return
  for (const [index, reason] of (error.CancellationReasons ?? []).entries()) {
    const { table, guarded } = writes[index] ?? {}
    if (table === undefined) continue
    if (guarded !== undefined && reason.Code === 'ConditionalCheckFailed') {
      if (wouldBeUnsigned(reason.Item, table)) throw unsignedUpdate(guarded.Key, table, index)
      if (guarded.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') delete reason.Item
    }
    if (reason.Item === undefined) continue
    const item = await reader.read(table, reason.Item)
    if (item === undefined) delete reason.Item
    else reason.Item = item
  }
}
