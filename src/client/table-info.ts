// What has to be known of a table before its items can be protected: the attributes of its primary key, and its indexes.
import { DescribeTableCommand, DescribeTimeToLiveCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { hasMethod, isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { bareTableName } from './table-name.js'

/** The primary key's attribute names. */
export interface PrimaryIndex {
  readonly partitionKeyName: string
  readonly sortKeyName?: string | undefined
}

/** A local or global secondary index. */
export interface SecondaryIndex {
  readonly indexName: string
  readonly kind: 'local' | 'global'
  /** Names of the index's key attributes, the partition key's first. */
  readonly keyNames: readonly string[]
  /** What DynamoDB copies into the index: `ALL` where left out. */
  readonly projection?: 'ALL' | 'KEYS_ONLY' | 'INCLUDE' | undefined
  /** For `INCLUDE`: what is copied besides the keys of table and index. */
  readonly nonKeyAttributes?: readonly string[] | undefined
}

export interface TableInfoOptions {
  readonly tableName: string
  readonly primaryIndex: PrimaryIndex
  readonly secondaryIndexes?: readonly SecondaryIndex[] | undefined
  /** The attribute whose time DynamoDB expires items by. */
  readonly timeToLiveAttribute?: string | undefined
}

/** {@link TableInfoOptions}, checked. */
interface Known {
  readonly tableName: string
  readonly primaryIndex: PrimaryIndex
  readonly secondaryIndexes: readonly SecondaryIndex[]
  readonly timeToLiveAttribute: string | undefined
}

/** What an encryption context says of a table. */
export interface EncryptionContextValues {
  readonly tableName: string
  readonly partitionKeyName: string
  readonly sortKeyName?: string
}

/**
 * A table's primary key and indexes, read with DescribeTable or given by hand where that is not permitted.
 *
 * @example
 * ```ts
 * const info = await TableInfo.describe(client, 'People')
 * const actions = new AttributeActions().withIndexKeys(...info.protectedIndexKeys())
 * ```
 */
export class TableInfo {
  #known: Known

  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` where the table's name or its partition key's is missing */
  constructor(options: TableInfoOptions) {
    this.#known = checked(options)
  }

  /**
   * Asks DynamoDB: DescribeTable, and DescribeTimeToLive where that is permitted.
   *
   * @param tableName - the table's name or ARN
   * @throws what DynamoDB answers to DescribeTable: `ResourceNotFoundException`, `AccessDeniedException` …
   */
  static async describe(client: DynamoDBClient, tableName: string): Promise<TableInfo> {
    return new TableInfo(await describeTable(client, tableName))
  }

  get tableName(): string {
    return this.#known.tableName
  }

  get primaryIndex(): PrimaryIndex {
    return this.#known.primaryIndex
  }

  get secondaryIndexes(): readonly SecondaryIndex[] {
    return this.#known.secondaryIndexes
  }

  get timeToLiveAttribute(): string | undefined {
    return this.#known.timeToLiveAttribute
  }

  /** Names of the primary key's attributes, the partition key's first: give them to {@link AttributeActions.withIndexKeys}. */
  protectedIndexKeys(): string[] {
    const { partitionKeyName, sortKeyName } = this.#known.primaryIndex
    return sortKeyName === undefined ? [partitionKeyName] : [partitionKeyName, sortKeyName]
  }

  /** Names of the key attributes of all secondary indexes, each once. DynamoDB compares their values, so they cannot be encrypted. */
  secondaryIndexKeys(): string[] {
    return [...new Set(this.#known.secondaryIndexes.flatMap(({ keyNames }) => keyNames))]
  }

  /** What an `EncryptionContext` says of this table. */
  get encryptionContextValues(): EncryptionContextValues {
    const { tableName, primaryIndex } = this.#known
    const { partitionKeyName, sortKeyName } = primaryIndex
    return sortKeyName === undefined ? { tableName, partitionKeyName } : { tableName, partitionKeyName, sortKeyName }
  }

  /** Asks DynamoDB again, after an index was added or the table was made anew. */
  async refreshIndexedAttributes(client: DynamoDBClient): Promise<void> {
    this.#known = checked(await describeTable(client, this.tableName))
  }
}

async function describeTable(client: DynamoDBClient, nameOrArn: string): Promise<TableInfoOptions> {
  if (!hasMethod(client, 'send')) throw invalid('TableInfo.describe takes a DynamoDBClient')
  const [{ Table: table = {} }, timeToLiveAttribute] = await Promise.all([
    client.send(new DescribeTableCommand({ TableName: nameOrArn })),
    timeToLiveAttributeOf(client, nameOrArn),
  ])
  const [partitionKeyName = '', sortKeyName] = keyNamesOf(table.KeySchema)
  return {
    tableName: table.TableName ?? bareTableName(nameOrArn),
    primaryIndex: { partitionKeyName, sortKeyName },
    secondaryIndexes: [
      ...(table.LocalSecondaryIndexes ?? []).map((index) => secondaryIndex(index, 'local')),
      ...(table.GlobalSecondaryIndexes ?? []).map((index) => secondaryIndex(index, 'global')),
    ],
    timeToLiveAttribute,
  }
}

type IndexDescription = NonNullable<TableDescription['LocalSecondaryIndexes']>[number]

function secondaryIndex({ IndexName, KeySchema, Projection }: IndexDescription, kind: SecondaryIndex['kind']): SecondaryIndex {
  return {
    indexName: IndexName ?? '',
    kind,
    keyNames: keyNamesOf(KeySchema),
    projection: Projection?.ProjectionType ?? 'ALL',
    nonKeyAttributes: Projection?.NonKeyAttributes ?? [],
  }
}

function keyNamesOf(schema: TableDescription['KeySchema'] = []): string[] {
  const of = (keyType: 'HASH' | 'RANGE'): string[] =>
    schema.flatMap(({ AttributeName, KeyType }) => (KeyType === keyType && AttributeName !== undefined ? [AttributeName] : []))
  return [...of('HASH'), ...of('RANGE')]
}

/** Knowing it serves a warning alone, so a caller who may not ask, and a server that does not know the question, go without. */
async function timeToLiveAttributeOf(client: DynamoDBClient, nameOrArn: string): Promise<string | undefined> {
  try {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: nameOrArn }))
    const { TimeToLiveStatus: status, AttributeName: name } = TimeToLiveDescription ?? {}
    return status === 'ENABLED' || status === 'ENABLING' ? name : undefined
  } catch {
    return undefined
  }
}

function checked(options: TableInfoOptions): Known {
  const given: unknown = options
  if (!isPlainObject(given) || !isPlainObject(given['primaryIndex']))
    throw invalid('TableInfo takes { tableName, primaryIndex: { partitionKeyName } }')
  const { tableName, primaryIndex, secondaryIndexes = [], timeToLiveAttribute } = options
  if (!isName(tableName)) throw invalid('TableInfo takes a tableName')
  if (!isName(primaryIndex.partitionKeyName)) {
    throw invalid(`TableInfo of ${quote(tableName)} takes primaryIndex.partitionKeyName`)
  }
  if (primaryIndex.sortKeyName !== undefined && !isName(primaryIndex.sortKeyName)) {
    throw invalid(`TableInfo of ${quote(tableName)}: primaryIndex.sortKeyName is a name, or is left out`)
  }
  return {
    tableName: bareTableName(tableName),
    primaryIndex: Object.freeze({ ...primaryIndex }),
    secondaryIndexes: Object.freeze(secondaryIndexes.map((index) => Object.freeze({ ...index, keyNames: [...index.keyNames] }))),
    timeToLiveAttribute,
  }
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== ''
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
