// What a page of Query or Scan holds: whole items, or the parts of them that an index has, which nobody can verify.
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type KeysAndAttributes,
  type QueryCommandInput,
  type Select,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { validationException } from '../expressions/validation-exception.js'
import type { Item } from '../items.js'
import { pauseBeforeRetry } from './back-off.js'
import type { Call } from './call.js'
import { keyOf, keyText } from './item-key.js'
import type { Projection } from './projections.js'
import { sendOptions } from './send-options.js'
import type { ProtectedTable } from './protected-table.js'
import type { SecondaryIndex } from './table-info.js'

export interface PagePlan {
  /** What DynamoDB is asked for: whatever gives whole items, or with `fetchBy` their keys. */
  readonly select: Select | undefined
  /** What a filter sees of each, where that is not the whole item. */
  readonly filtered?: Projection
  /** What the caller gets of each. */
  readonly projection: Projection
  /** A global index with parts of items: the whole ones are read from the table. */
  readonly fetchBy?: SecondaryIndex
}

/**
 * @returns `noItems` for a count, and for what DynamoDB itself refuses; it is sent as it is
 * @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` for a global index with parts of items, unless `partialIndexReads` is `fetch`
 */
export function planPage(input: QueryCommandInput, projection: Projection, table: ProtectedTable): PagePlan | 'noItems' {
  const { Select: select, IndexName: indexName } = input
  if (select === 'COUNT' || isRefusedSelect(select, projection, indexName)) return 'noItems'
  const index = indexName === undefined ? undefined : indexOf(indexName, table)
  if (index === undefined || (index.projection ?? 'ALL') === 'ALL') return { select: undefined, projection }
  if (index.kind === 'local') {
    // DynamoDB reads what such an index lacks from the table.
    const wanted = projection ?? (select === 'ALL_ATTRIBUTES' ? undefined : projectedBy(index, table))
    return { select: 'ALL_ATTRIBUTES', projection: wanted }
  }
  if (table.settings.partialIndexReads === 'refuse') throw partialIndex(index, table)
  const projected = projectedBy(index, table)
  const isOutside = projection?.some(([name]) => !projected.some(([held]) => held === name))
  if (select === 'ALL_ATTRIBUTES' || isOutside === true) return 'noItems'
  return { select: undefined, projection: projection ?? projected, filtered: projected, fetchBy: index }
}

/** Combinations that DynamoDB answers with a ValidationException. */
function isRefusedSelect(select: Select | undefined, projection: Projection, indexName: string | undefined): boolean {
  if (projection !== undefined) return select !== undefined && select !== 'SPECIFIC_ATTRIBUTES'
  if (select === 'ALL_PROJECTED_ATTRIBUTES') return indexName === undefined
  return select !== undefined && select !== 'ALL_ATTRIBUTES'
}

function indexOf(indexName: string, table: ProtectedTable): SecondaryIndex {
  const index = table.secondaryIndexes.find((known) => known.indexName === indexName)
  // Where the index is newer than what is known of the table, this makes the plugin ask again.
  if (index === undefined) throw validationException(`The table does not have the specified index: ${indexName}`)
  return index
}

function projectedBy({ keyNames, nonKeyAttributes = [] }: SecondaryIndex, table: ProtectedTable): readonly (readonly [string])[] {
  return [...new Set([...table.keyNames, ...keyNames, ...nonKeyAttributes])].map((name) => [name])
}

function partialIndex({ indexName, projection }: SecondaryIndex, { tableName }: ProtectedTable): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    `the index ${quote(indexName)} has parts of items (${projection ?? ''}), and a signature covers the whole item: set partialIndexReads to 'fetch', ` +
      `which reads the whole items from the table, or give the index the projection ALL`,
    { tableName },
  )
}

const MOST_KEYS = 100

/**
 * The whole items that an index's rows belong to, in their order, read consistently from the table. A row whose item is gone, or has other
 * values in the index's keys by now, is left out: the index is behind the table.
 */
export async function fetchWholeItems(
  rows: readonly Item[],
  table: ProtectedTable,
  { keyNames }: SecondaryIndex,
  { tables, signal }: Pick<Call<never, never>, 'tables' | 'signal'>,
): Promise<Item[]> {
  const whole = new Map<string, Item>()
  const keys = [...new Map(rows.map((row) => [keyText(row, table.keyNames), keyOf(row, table.keyNames)])).values()]
  for (let start = 0; start < keys.length; start += MOST_KEYS) {
    let left: KeysAndAttributes | undefined = { Keys: keys.slice(start, start + MOST_KEYS), ConsistentRead: true }
    for (let attempt = 0; left !== undefined; attempt++) {
      if (attempt > 0) await pauseBeforeRetry(attempt, signal)
      signal?.throwIfAborted()
      const answer: BatchGetItemCommandOutput = await tables.plainClient.send(
        new BatchGetItemCommand({ RequestItems: { [table.requestName]: left } }),
        sendOptions(signal),
      )
      // The one table that was asked for, by its name or ARN: DynamoDB Local answers with the name to either.
      for (const item of Object.values(answer.Responses ?? {}).flat()) whole.set(keyText(item, table.keyNames), item)
      left = Object.values(answer.UnprocessedKeys ?? {})[0]
    }
  }
  return rows.flatMap((row) => {
    const item = whole.get(keyText(row, table.keyNames))
    return item !== undefined && keyText(item, keyNames) === keyText(row, keyNames) ? [item] : []
  })
}
