// One table in document form: the class for code that is written anew.
import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  DeleteCommand,
  type DeleteCommandInput,
  type DeleteCommandOutput,
  DynamoDBDocumentClient,
  type DynamoDBDocumentClientResolvedConfig,
  GetCommand,
  type GetCommandInput,
  type GetCommandOutput,
  PutCommand,
  type PutCommandInput,
  type PutCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  TransactGetCommand,
  type TransactGetCommandOutput,
  TransactWriteCommand,
  type TransactWriteCommandOutput,
  type TranslateConfig,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb'
import { hasMethod, isPlainObject } from '../assert.js'
import { keyText } from '../client/item-key.js'
import type { EncryptedClientOptions } from '../client/options.js'
import type { ProtectedTables } from '../client/protected-tables.js'
import type { TableInfo } from '../client/table-info.js'
import { assertPlainClient } from '../encrypting-client.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { itemFromDocument, type Document } from '../item/documents.js'
import { getOwn, type Item } from '../items.js'
import { abortable } from './abortable.js'
import { batchSettings, type BatchOptions } from './batch-options.js'
import { readBatch, type BatchPart } from './batch-reader.js'
import { BatchWriter } from './batch-writer.js'
import { asDynamoDBClient, derivedFrom, encryptedDocumentClient } from './encrypted-document-client.js'
import { assertSegments, itemsOf, itemsOfSegments, type QueryItemsOptions, type ScanItemsOptions } from './item-iterators.js'
import {
  type BatchWriteRequest,
  type QueryItemsInput,
  type RequestOptions,
  type ScanItemsInput,
  type TableBatchGetInput,
  type TableBatchGetOutput,
  type TableBatchWriteInput,
  type TableBatchWriteOutput,
  type TableTransactGetInput,
  type TableTransactWriteInput,
  type WithoutTableName,
  withTableName,
} from './table-requests.js'

/** The transparent clients' options for one table: those with a materials provider of their own. */
type OneTableOptions = Omit<
  Extract<EncryptedClientOptions, { readonly materialsProvider: EncryptedTableProvider }>,
  'tables' | 'otherTables'
>
type EncryptedTableProvider = NonNullable<EncryptedClientOptions['materialsProvider']>

/** Options of {@link EncryptedTable}. */
export interface EncryptedTableOptions extends OneTableOptions {
  /** A plain one; it stays as it is, with its raw view of the table. */
  readonly client: DynamoDBClient | DynamoDBDocumentClient
  /** The table's name or ARN. */
  readonly tableName: string
  /** The table's keys and indexes, for callers without permission to describe it. */
  readonly info?: TableInfo | undefined
  /** How native values are converted, as `DynamoDBDocumentClient.from` takes it. Where left out: as `client` has it. */
  readonly translateConfig?: TranslateConfig | undefined
}

type WriteOptions = Pick<TableBatchWriteInput, 'ReturnConsumedCapacity' | 'ReturnItemCollectionMetrics'>

/** What the answers of a batch say beside what was left. */
interface WriteReport {
  readonly consumed: ConsumedCapacity[]
  readonly metrics: NonNullable<TableBatchWriteOutput['ItemCollectionMetrics']>
}

/**
 * A table whose items are encrypted, in native JavaScript values. Requests and answers are those of the SDK's document client without the
 * table's name; what happens to each, and what is refused, is told in docs/clients.md.
 *
 * @example
 * ```ts
 * const people = new EncryptedTable({ client: new DynamoDBClient({}), tableName: 'People', materialsProvider })
 * await people.put({ Item: { personId: 'p-1', name: 'Ada Nowak' } })
 * for await (const person of people.scanItems()) console.log(person.name)
 * ```
 */
export class EncryptedTable {
  /** As it was given: the table's name or ARN. */
  readonly tableName: string
  /** Encrypts this table and refuses every other: for the SDK's paginators, and whatever else takes a document client. */
  readonly client: DynamoDBDocumentClient
  readonly #tables: ProtectedTables

  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`: for wrong options, or for a client that encrypts already */
  constructor(options: EncryptedTableOptions) {
    const { client, tableName, info, translateConfig, ...rest } = checkedOptions(options)
    const plain = documentClientOf(client, translateConfig)
    const encrypted = encryptedDocumentClient('EncryptedTable', plain, { ...rest, tables: { [tableName]: { info } } })
    this.tableName = tableName
    this.client = encrypted.client
    this.#tables = encrypted.tables
  }

  put(input: WithoutTableName<PutCommandInput>, { signal }: RequestOptions = {}): Promise<PutCommandOutput> {
    return abortable(signal, async (options) => this.client.send(new PutCommand(this.#named(input)), options))
  }

  get(input: WithoutTableName<GetCommandInput>, { signal }: RequestOptions = {}): Promise<GetCommandOutput> {
    return abortable(signal, async (options) => this.client.send(new GetCommand(this.#named(input)), options))
  }

  delete(input: WithoutTableName<DeleteCommandInput>, { signal }: RequestOptions = {}): Promise<DeleteCommandOutput> {
    return abortable(signal, async (options) => this.client.send(new DeleteCommand(this.#named(input)), options))
  }

  update(input: WithoutTableName<UpdateCommandInput>, { signal }: RequestOptions = {}): Promise<UpdateCommandOutput> {
    return abortable(signal, async (options) => this.client.send(new UpdateCommand(this.#named(input)), options))
  }

  /** One page. {@link EncryptedTable.queryItems} reads all of them. */
  query(input: WithoutTableName<QueryCommandInput>, { signal }: RequestOptions = {}): Promise<QueryCommandOutput> {
    return abortable(signal, async (options) => this.client.send(new QueryCommand(this.#named(input)), options))
  }

  /** One page. {@link EncryptedTable.scanItems} reads all of them. */
  scan(input: WithoutTableName<ScanCommandInput> = {}, { signal }: RequestOptions = {}): Promise<ScanCommandOutput> {
    return abortable(signal, async (options) => this.client.send(new ScanCommand(this.#named(input)), options))
  }

  /**
   * The items of a query one by one, in the index's order. A page is read when its first item is asked for.
   *
   * @throws what {@link EncryptedTable.query} throws; the signal's reason
   */
  queryItems(input: QueryItemsInput, { pageSize, signal }: QueryItemsOptions = {}): AsyncGenerator<Document, void, undefined> {
    const page = this.#named({ ...input, Limit: pageSize })
    return itemsOf((after, stop) => this.query({ ...page, ExclusiveStartKey: after }, { signal: stop }), input.ExclusiveStartKey, signal)
  }

  /**
   * The items of the table or an index one by one, in no order. With `segments` that many requests are under way at once.
   *
   * @throws what {@link EncryptedTable.scan} throws; the signal's reason
   */
  scanItems(
    input: ScanItemsInput = {},
    { pageSize, segments = 1, signal }: ScanItemsOptions = {},
  ): AsyncGenerator<Document, void, undefined> {
    const page = this.#named({ ...input, Limit: pageSize })
    const { ExclusiveStartKey: start } = input
    if (assertSegments(segments) === 1)
      return itemsOf((after, stop) => this.scan({ ...page, ExclusiveStartKey: after }, { signal: stop }), start, signal)
    if (start !== undefined) throw invalid('a scan in segments has no ExclusiveStartKey: each segment would need its own')
    return itemsOfSegments(
      (segment) => (after, stop) =>
        this.scan({ ...page, Segment: segment, TotalSegments: segments, ExclusiveStartKey: after }, { signal: stop }),
      segments,
      signal,
    )
  }

  /**
   * Reads any number of keys, 100 in a request, and asks again for what DynamoDB left unprocessed. Each key is read once.
   *
   * @throws UnfinishedBatchError with the keys that DynamoDB put off too often; what BatchGetItem throws; the signal's reason
   */
  async batchGet(input: TableBatchGetInput, options: BatchOptions = {}): Promise<TableBatchGetOutput> {
    const settings = batchSettings(options)
    const { RequestItems: request, ...rest } = input
    const keyTextOf = await this.#keyTexts()
    const { items, consumed, unverified } = await readBatch(
      request.Keys ?? [],
      keyTextOf,
      async (keys): Promise<BatchPart> => {
        const RequestItems = { [this.tableName]: { ...request, Keys: [...keys] } }
        const answer = await abortable(settings.signal, async (sendOptions) =>
          this.client.send(new BatchGetCommand({ ...rest, RequestItems }), sendOptions),
        )
        return {
          items: getOwn(answer.Responses ?? {}, this.tableName) ?? [],
          unprocessed: getOwn(answer.UnprocessedKeys ?? {}, this.tableName)?.Keys ?? [],
          consumed: answer.ConsumedCapacity ?? [],
          unverified: unverifiedItemsOf(answer.$metadata),
        }
      },
      settings,
    )
    return {
      Responses: [...items],
      ...(input.ReturnConsumedCapacity === undefined ? {} : { ConsumedCapacity: [...consumed] }),
      $metadata: unverified.length === 0 ? {} : { unverifiedItems: unverified },
    }
  }

  /**
   * Writes any number of items, 25 in a request, and sends again what DynamoDB left unprocessed. Of several requests with one key the last
   * is sent.
   *
   * @throws UnfinishedBatchError where a part was written: its `unprocessed` has the requests that are left. Where nothing was, the error
   *   itself, or the signal's reason
   */
  async batchWrite(input: TableBatchWriteInput, options: BatchOptions = {}): Promise<TableBatchWriteOutput> {
    const { RequestItems: requests, ...rest } = input
    const report: WriteReport = { consumed: [], metrics: [] }
    await this.#batchWriter(rest, options, report).writeAll(requests)
    return {
      ...(input.ReturnConsumedCapacity === undefined ? {} : { ConsumedCapacity: report.consumed }),
      ...(input.ReturnItemCollectionMetrics === undefined ? {} : { ItemCollectionMetrics: report.metrics }),
    }
  }

  /**
   * Takes items one by one, as they come, and writes them in batches.
   *
   * @example
   * ```ts
   * await using writer = people.batchWriter()
   * for await (const row of rows) await writer.put(row)
   * ```
   */
  batchWriter(options: BatchOptions = {}): BatchWriter {
    return this.#batchWriter({}, options)
  }

  transactGet(input: TableTransactGetInput, { signal }: RequestOptions = {}): Promise<TransactGetCommandOutput> {
    const TransactItems = input.TransactItems.map(({ Get: get }) => ({ Get: get === undefined ? get : this.#named(get) }))
    return abortable(signal, async (options) => this.client.send(new TransactGetCommand({ ...input, TransactItems }), options))
  }

  transactWrite(input: TableTransactWriteInput, { signal }: RequestOptions = {}): Promise<TransactWriteCommandOutput> {
    const TransactItems = input.TransactItems.map(({ Put: put, Update: update, Delete: remove, ConditionCheck: check }) => ({
      ...(put && { Put: this.#named(put) }),
      ...(update && { Update: this.#named(update) }),
      ...(remove && { Delete: this.#named(remove) }),
      ...(check && { ConditionCheck: this.#named(check) }),
    }))
    return abortable(signal, async (options) => this.client.send(new TransactWriteCommand({ ...input, TransactItems }), options))
  }

  #named<Request extends object>(request: Request): Request & { readonly TableName: string } {
    return withTableName(request, this.tableName)
  }

  #batchWriter(writeOptions: WriteOptions, options: BatchOptions, report?: WriteReport): BatchWriter {
    const settings = batchSettings(options)
    const write = async (requests: readonly BatchWriteRequest[]): Promise<readonly BatchWriteRequest[]> => {
      const answer: BatchWriteCommandOutput = await abortable(settings.signal, async (sendOptions) =>
        this.client.send(new BatchWriteCommand({ ...writeOptions, RequestItems: { [this.tableName]: [...requests] } }), sendOptions),
      )
      report?.consumed.push(...(answer.ConsumedCapacity ?? []))
      report?.metrics.push(...(getOwn(answer.ItemCollectionMetrics ?? {}, this.tableName) ?? []))
      return getOwn(answer.UnprocessedItems ?? {}, this.tableName) ?? []
    }
    return new BatchWriter({ write, keyTexts: () => this.#keyTexts() }, settings)
  }

  /** Equal for equal keys, however their numbers are given: 5, 5n, a NumberValue of 5.0. */
  async #keyTexts(): Promise<(keyed: Document) => string> {
    const table = await this.#tables.find(this.tableName)
    const keyNames = table?.keyNames ?? []
    const { marshallOptions } = this.client.config.translateConfig ?? {}
    return (keyed) => {
      const key = keyNames.filter((name) => Object.hasOwn(keyed, name)).map((name): [string, unknown] => [name, keyed[name]])
      return keyText(itemFromDocument(Object.fromEntries(key), marshallOptions), keyNames)
    }
  }
}

function checkedOptions(options: EncryptedTableOptions): EncryptedTableOptions {
  const given: unknown = options
  if (!isPlainObject(given)) throw invalid('EncryptedTable takes { client, tableName, materialsProvider }')
  if (!hasMethod(given['client'], 'send')) throw invalid('EncryptedTable takes a client, a DynamoDBClient or a DynamoDBDocumentClient')
  if (typeof given['tableName'] !== 'string' || given['tableName'] === '') throw invalid('EncryptedTable takes a tableName')
  if (given['tables'] !== undefined || given['otherTables'] !== undefined)
    throw invalid('EncryptedTable is of one table: for several, use EncryptedDocumentClient')
  return options
}

/** A document client writes it into the configuration that it shares with the client below it. */
function translateConfigOf(config: DynamoDBDocumentClientResolvedConfig): TranslateConfig | undefined {
  return config.translateConfig
}

/** A document client of its own, whichever of the two was given: nothing is written into the one that was. */
function documentClientOf(
  client: DynamoDBClient | DynamoDBDocumentClient,
  translateConfig: TranslateConfig | undefined,
): DynamoDBDocumentClient {
  assertPlainClient('EncryptedTable', client)
  const { marshallOptions, unmarshallOptions } = translateConfig ?? translateConfigOf(client.config) ?? {}
  // The SDK writes its defaults into the objects that it is given.
  return DynamoDBDocumentClient.from(asDynamoDBClient(derivedFrom(client)), {
    marshallOptions: { ...marshallOptions },
    unmarshallOptions: { ...unmarshallOptions },
  })
}

function unverifiedItemsOf(metadata: TableBatchGetOutput['$metadata']): readonly Item[] {
  return metadata.unverifiedItems ?? []
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
