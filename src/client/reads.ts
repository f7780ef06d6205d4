// GetItem, Query and Scan.
import type {
  GetItemCommandInput,
  GetItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Call, Reply } from './call.js'
import { assertReadsKeys } from './conditions.js'
import { planFilter, withoutFilter } from './filters.js'
import { fetchWholeItems, planPage } from './index-reads.js'
import { assertIsKey, assertIsStartKey } from './item-key.js'
import { ItemReader, settingsOf } from './item-reader.js'
import { project, projectionOf, withoutProjection } from './projections.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions } from './request-expressions.js'

export async function getItem(input: GetItemCommandInput, call: Call<GetItemCommandInput, GetItemCommandOutput>): Promise<Reply> {
  const table = await call.find(input.TableName)
  if (table === undefined) return call.send(input)
  assertIsKey(input.Key, table.keyNames)
  const expressions = parseExpressions(input)
  const projection = projectionOf(input, expressions)
  const reader = new ItemReader(settingsOf(call))
  return call.send(withoutProjection(input, expressions), async (output) => {
    if (output.Item === undefined) return output
    const item = await reader.read(table, output.Item)
    return reader.finish({ ...output, Item: item && project(item, projection) })
  })
}

/** Query and Scan are the same to us: a page of items of a table or of one of its indexes. */
type PageInput = QueryCommandInput & ScanCommandInput
type PageOutput = QueryCommandOutput | ScanCommandOutput

export async function readPage(input: PageInput, call: Call<PageInput, PageOutput>): Promise<Reply> {
  const table = await call.find(input.TableName)
  if (table === undefined || table.sharedProtection?.takesAction === false) return call.send(input)
  const expressions = parseExpressions(input)
  assertReadsKeys(input, expressions, table)
  assertIsStartKey(input.ExclusiveStartKey, table)
  const filter = planFilter(input, expressions, table, call.tables)
  const { request, expressions: sent } = filter.isLocal ? withoutFilter(input, expressions) : { request: input, expressions }
  const counts = input.Select === 'COUNT'
  // To count what passes a filter of ours, the items are needed.
  const plan = planPage(counts && filter.isLocal ? { ...request, Select: undefined } : request, projectionOf(request, expressions), table)
  if (plan === 'noItems') return call.send(request, (output) => assertNoItems(output, table))
  return call.send({ ...withoutProjection(request, sent), Select: plan.select }, async (output) => {
    const rows = output.Items ?? []
    const stored = plan.fetchBy === undefined ? rows : await fetchWholeItems(rows, table, plan.fetchBy, call)
    const reader = new ItemReader(settingsOf(call))
    const items = await reader.readAll(stored.map((item) => ({ table, item })))
    const kept = items.filter(
      (item) => item !== undefined && filter.accepts(plan.filtered === undefined ? item : project(item, plan.filtered)),
    )
    const Items = kept.map((item) => project(item ?? {}, plan.projection))
    const { Items: _, ...rest } = output
    return reader.finish({
      ...rest,
      ...(!counts && { Items }),
      ...(output.Count !== undefined && { Count: output.Count - (rows.length - kept.length) }),
    })
  })
}

/** What a page holds where nothing of an item was asked for, or where DynamoDB refuses the request. */
function assertNoItems<T extends PageOutput>(output: T, table: ProtectedTable): T {
  if ((output.Items ?? []).length === 0) return output
  throw new DynamoDBEncryptionError('OPERATION_NOT_SUPPORTED', 'DynamoDB answered with parts of items, which cannot be verified', {
    tableName: table.tableName,
  })
}
