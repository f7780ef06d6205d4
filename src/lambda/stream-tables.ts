// The tables of stream records: found by a record's ARN, known by what the caller says of them or by the record itself.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LRUCache } from 'lru-cache'
import { isPlainObject } from '../assert.js'
import type { EncryptedClientOptions, TableOptions } from '../client/options.js'
import type { ProtectedTable } from '../client/protected-table.js'
import { ProtectedTables } from '../client/protected-tables.js'
import { TableInfo } from '../client/table-info.js'
import { bareTableName } from '../client/table-name.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { getOwn } from '../items.js'

/** Options of {@link decryptStreamRecord}: those of the transparent clients, and where the table is known from. */
export type DecryptStreamRecordOptions = EncryptedClientOptions & {
  /** The table's name or ARN, for records without `eventSourceARN`: those that the SDK reads. */
  readonly tableName?: string | undefined
  /** The table's keys. It is asked for where the key has two attributes, unless there is a `client`. */
  readonly info?: TableInfo | undefined
  /** A plain client, which describes each table once. */
  readonly client?: DynamoDBClient | undefined
}

/** How many tables are kept for one options object. */
const MOST_TABLES = 1000

/** What is known by one options object. */
interface Known {
  readonly options: DecryptStreamRecordOptions
  readonly all: ProtectedTables
  /** By the table's name or ARN, and the key that it is taken to have. */
  readonly withInfo: LRUCache<string, ProtectedTables>
}

const known = new WeakMap<DecryptStreamRecordOptions, Known>()

/**
 * @param keyNames - those of the record's `Keys`, in no order
 * @returns undefined for a table that is not protected, and may pass
 * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` where the options do not say enough, or speak of another table;
 *   `OPERATION_NOT_SUPPORTED` for a table that `tables` does not name; what DescribeTable answers
 */
export async function tableOfRecord(
  sourceArn: string | undefined,
  keyNames: readonly string[],
  options: DecryptStreamRecordOptions,
): Promise<ProtectedTable | undefined> {
  const { all, withInfo, options: kept } = knownBy(options)
  const name = tableNameOf(sourceArn, kept)
  if (!all.isProtected(name)) return undefined
  const own = ownOptions(name, kept)
  if (own?.info !== undefined || (kept.info === undefined && kept.client !== undefined)) return all.find(name)
  const info = kept.info ?? infoByKeys(name, keyNames)
  const text = JSON.stringify([name, info.protectedIndexKeys()])
  let tables = withInfo.get(text)
  if (tables === undefined) {
    tables = new ProtectedTables(kept.client, withTable(kept, name, { ...own, info }))
    withInfo.set(text, tables)
  }
  return tables.find(name)
}

function knownBy(options: DecryptStreamRecordOptions): Known {
  let entry = known.get(options)
  if (entry === undefined) {
    const given: unknown = options
    if (!isPlainObject(given)) throw invalid('decryptStreamRecord takes options, at least { materialsProvider }')
    const kept = { ...options }
    entry = { options: kept, all: new ProtectedTables(kept.client, kept), withInfo: new LRUCache({ max: MOST_TABLES }) }
    known.set(options, entry)
  }
  return entry
}

/** A stream's ARN is its table's, and more behind it: `…:table/People/stream/2026-01-01T00:00:00.000`. */
const STREAM_ARN = /^(arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/[^/]+)\/stream\//

function tableNameOf(sourceArn: string | undefined, { tableName, info }: DecryptStreamRecordOptions): string {
  const fromArn = sourceArn === undefined ? undefined : STREAM_ARN.exec(sourceArn)?.[1]
  if (sourceArn !== undefined && fromArn === undefined) throw invalid(`${quote(sourceArn)} is no ARN of a DynamoDB stream`)
  const name = tableName ?? fromArn ?? info?.tableName
  if (name === undefined)
    throw invalid('the record does not say which table it is of: give tableName (only the records that Lambda gets have eventSourceARN)')
  for (const other of [fromArn, info?.tableName]) {
    if (other === undefined || bareTableName(other) === bareTableName(name)) continue
    throw invalid(
      `the record is of the table ${quote(bareTableName(fromArn ?? name))}, and the options speak of ${quote(bareTableName(info?.tableName ?? name))}: for records ` +
        `of several tables leave tableName and info out, and give each its info in tables, or a client`,
      bareTableName(fromArn ?? name),
    )
  }
  return name
}

function ownOptions(name: string, { tables = {} }: DecryptStreamRecordOptions): TableOptions | undefined {
  return getOwn<TableOptions>(tables, name) ?? getOwn<TableOptions>(tables, bareTableName(name))
}

function withTable(options: DecryptStreamRecordOptions, name: string, table: TableOptions): EncryptedClientOptions {
  const { materialsProvider, tables } = options
  const ownProvider = table.materialsProvider ?? materialsProvider
  if (ownProvider === undefined) throw invalid(`the table ${quote(name)} has no materialsProvider`)
  return { ...options, materialsProvider: ownProvider, tables: { ...tables, [name]: { ...table, materialsProvider: ownProvider } } }
}

function infoByKeys(name: string, keyNames: readonly string[]): TableInfo {
  const [partitionKeyName, ...more] = keyNames
  if (partitionKeyName === undefined) throw invalid("the record has no Keys, so the table's key is not known: give info, or a client", name)
  if (more.length === 0) return new TableInfo({ tableName: name, primaryIndex: { partitionKeyName } })
  throw invalid(
    `the key of ${quote(bareTableName(name))} has two attributes (${keyNames.map(quote).join(', ')}), and a record does not say which is the partition key, ` +
      `which the encryption context needs: give info (new TableInfo({ tableName, primaryIndex: { partitionKeyName, sortKeyName } })), or a client ` +
      `that may describe the table`,
    name,
  )
}

function invalid(message: string, tableName?: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message, { tableName })
}
