// The tables of one client: which are protected, and what is known of each, asked for once.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { hasMethod, isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { validationException } from '../expressions/validation-exception.js'
import type { EncryptedClientOptions, TableOptions } from './options.js'
import { ProtectedTable, type TableSettings } from './protected-table.js'
import { SentTransactions } from './sent-transactions.js'
import { TableInfo } from './table-info.js'
import { bareTableName } from './table-name.js'

interface KnownTable {
  readonly settings: TableSettings
  readonly table: Promise<ProtectedTable>
  readonly describedAt: number
}

/** A table that was described less long ago is not described again because of an error: a program with a mistake in it would ask for ever. */
const SHORTEST_TIME_BETWEEN_DESCRIPTIONS = 1000

export class ProtectedTables {
  readonly concurrency: number
  readonly localEvaluation: boolean
  readonly maxUpdateAttempts: number
  readonly sentTransactions = new SentTransactions()
  readonly #options: EncryptedClientOptions
  readonly #tables: ReadonlyMap<string, TableOptions> | undefined
  readonly #client: DynamoDBClient | undefined
  /** By the name or ARN that requests use. */
  readonly #known = new Map<string, KnownTable>()

  /**
   * @param client - a plain one, for reading what is known of tables; nothing is read where every table's `info` is given
   * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`
   */
  constructor(client: DynamoDBClient | undefined, options: EncryptedClientOptions) {
    assertOptions(options)
    this.#client = client
    this.#options = { ...options }
    this.#tables = options.tables === undefined ? undefined : new Map(Object.entries(options.tables))
    this.concurrency = options.concurrency ?? 16
    this.localEvaluation = options.localEvaluation ?? true
    this.maxUpdateAttempts = options.maxUpdateAttempts ?? 10
  }

  /** The client that reads for this one, without protection. */
  get plainClient(): DynamoDBClient {
    if (this.#client === undefined) throw invalid('there is no client to read what is known of a table')
    return this.#client
  }

  /**
   * @param nameOrArn - a request's TableName
   * @returns undefined for a table that is not protected, and may pass
   * @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` for a table that `tables` does not name; what DescribeTable answers
   */
  async find(nameOrArn: string | undefined): Promise<ProtectedTable | undefined> {
    if (typeof nameOrArn !== 'string' || nameOrArn === '') {
      throw validationException("The parameter 'TableName' is required but was not present in the request")
    }
    const known = this.#known.get(nameOrArn)
    if (known !== undefined) {
      const table = await known.table
      // An info that was given by hand may have been refreshed since.
      if (table.info.primaryIndex === table.primaryIndex && table.info.secondaryIndexes === table.secondaryIndexes) return table
      this.#known.delete(nameOrArn)
    }
    if (!this.isProtected(nameOrArn)) return undefined
    return this.#describe(nameOrArn)
  }

  /** @throws DynamoDBEncryptionError `OPERATION_NOT_SUPPORTED` for a table that `tables` does not name */
  isProtected(nameOrArn: string): boolean {
    if (this.#tables === undefined || this.#optionsOf(nameOrArn) !== undefined) return true
    // A name may be the table whose ARN is among the tables.
    if (this.#options.otherTables === 'passThrough' && !this.protectedNames?.includes(bareTableName(nameOrArn))) return false
    throw new DynamoDBEncryptionError(
      'OPERATION_NOT_SUPPORTED',
      `the table ${quote(nameOrArn)} is not among the tables of this client: name it in tables, or set otherTables to 'passThrough' if its items ` +
        `are to be stored in plaintext`,
      { tableName: bareTableName(nameOrArn) },
    )
  }

  /** The bare names of the protected tables, or undefined where any table may be one, or none may pass. */
  get protectedNames(): readonly string[] | undefined {
    if (this.#tables === undefined || this.#options.otherTables !== 'passThrough') return undefined
    return [...this.#tables.keys()].map(bareTableName)
  }

  /** Forgets what is known of a table that is being made anew, deleted or changed. */
  forget(nameOrArn: string): void {
    for (const known of this.#known.keys()) if (bareTableName(known) === bareTableName(nameOrArn)) this.#known.delete(known)
  }

  /**
   * Describes tables again whose requests DynamoDB did not accept, each at most once a second.
   *
   * @returns whether one has another primary key now, or other indexes, so that the same request may fare better
   */
  async refresh(tables: ReadonlyMap<string, ProtectedTable>): Promise<boolean> {
    let changed = false
    for (const [nameOrArn, before] of tables) {
      if (this.#optionsOf(nameOrArn)?.info !== undefined) continue
      const known = this.#known.get(nameOrArn)
      // Another request may have asked again since this one began.
      const isFresh = known !== undefined && performance.now() - known.describedAt < SHORTEST_TIME_BETWEEN_DESCRIPTIONS
      const now = await (isFresh ? known.table : this.#describe(nameOrArn))
      changed ||= JSON.stringify(descriptionOf(before)) !== JSON.stringify(descriptionOf(now))
    }
    return changed
  }

  #describe(nameOrArn: string): Promise<ProtectedTable> {
    const settings = this.#settingsOf(nameOrArn)
    const given = this.#optionsOf(nameOrArn)?.info
    const info = given === undefined ? describe(this.plainClient, nameOrArn) : Promise.resolve(given)
    const table = info.then((found) => new ProtectedTable(nameOrArn, found, settings))
    const known: KnownTable = { settings, table, describedAt: performance.now() }
    this.#known.set(nameOrArn, known)
    // What failed is asked again by the next request.
    table.catch(() => {
      if (this.#known.get(nameOrArn) === known) this.#known.delete(nameOrArn)
    })
    return table
  }

  #optionsOf(nameOrArn: string): TableOptions | undefined {
    return this.#tables?.get(nameOrArn) ?? this.#tables?.get(bareTableName(nameOrArn))
  }

  #settingsOf(nameOrArn: string): TableSettings {
    const all = this.#options
    const own = this.#optionsOf(nameOrArn) ?? {}
    const materialsProvider = own.materialsProvider ?? all.materialsProvider
    if (materialsProvider === undefined) throw noProvider(nameOrArn)
    return {
      materialsProvider,
      actions: own.actions ?? all.actions ?? {},
      contextOverride: own.contextOverride ?? all.contextOverride,
      compatibility: own.compatibility ?? all.compatibility,
      allowPlaintextReads: own.allowPlaintextReads ?? all.allowPlaintextReads,
      partialIndexReads: own.partialIndexReads ?? all.partialIndexReads ?? 'refuse',
      onItemError: own.onItemError ?? all.onItemError ?? 'throw',
      signatureAttribute: all.signatureAttribute ?? '*amzn-ddb-map-sig*',
      materialDescriptionAttribute: all.materialDescriptionAttribute ?? '*amzn-ddb-map-desc*',
      descriptionPrefix: all.descriptionPrefix,
    }
  }
}

function descriptionOf({ primaryIndex, secondaryIndexes }: ProtectedTable): unknown {
  return { primaryIndex, secondaryIndexes }
}

async function describe(client: DynamoDBClient, nameOrArn: string): Promise<TableInfo> {
  try {
    return await TableInfo.describe(client, nameOrArn)
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'AccessDeniedException') throw cause
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `not permitted to describe the table ${quote(nameOrArn)}, whose keys must be known before its items are encrypted: allow ` +
        `dynamodb:DescribeTable, or give tables[...].info = new TableInfo({ tableName, primaryIndex: { partitionKeyName } })`,
      { cause, tableName: bareTableName(nameOrArn) },
    )
  }
}

function assertOptions(options: EncryptedClientOptions): void {
  const given: unknown = options
  if (!isPlainObject(given)) throw invalid('the transparent clients take options, at least { materialsProvider }')
  const { materialsProvider, tables, concurrency = 16, maxUpdateAttempts = 10 } = options
  const otherTables: unknown = options.otherTables ?? 'reject'
  if (materialsProvider !== undefined) assertProvider(materialsProvider)
  else if (given['tables'] === undefined) throw invalid('the transparent clients take a materialsProvider, or tables that have one each')
  for (const [nameOrArn, table] of Object.entries(tables ?? {})) {
    const ofTable: unknown = table
    if (!isPlainObject(ofTable)) throw invalid(`the options of the table ${quote(nameOrArn)} are an object`)
    assertProtectionOptions(ofTable)
    if (table.info !== undefined && !hasMethod(table.info, 'protectedIndexKeys')) throw invalid('info is a TableInfo')
    if (table.materialsProvider !== undefined) assertProvider(table.materialsProvider)
    else if (materialsProvider === undefined) throw noProvider(nameOrArn)
    const name = table.info?.tableName
    if (name !== undefined && name !== bareTableName(nameOrArn)) {
      throw invalid(`the info given for the table ${quote(nameOrArn)} is of the table ${quote(name)}`)
    }
  }
  assertProtectionOptions(given)
  if (!Number.isInteger(concurrency) || concurrency < 1) throw invalid('concurrency is a whole number from 1')
  if (!Number.isInteger(maxUpdateAttempts) || maxUpdateAttempts < 1) throw invalid('maxUpdateAttempts is a whole number from 1')
  if (otherTables !== 'reject' && otherTables !== 'passThrough') throw invalid("otherTables is 'reject' or 'passThrough'")
}

function assertProtectionOptions({ onItemError, allowPlaintextReads, partialIndexReads }: Readonly<Record<string, unknown>>): void {
  if (onItemError !== undefined && onItemError !== 'throw' && typeof onItemError !== 'function')
    throw invalid("onItemError is 'throw' or a function")
  if (allowPlaintextReads !== undefined && typeof allowPlaintextReads !== 'function') throw invalid('allowPlaintextReads is a function')
  if (partialIndexReads !== undefined && partialIndexReads !== 'refuse' && partialIndexReads !== 'fetch')
    throw invalid("partialIndexReads is 'refuse' or 'fetch'")
}

function assertProvider(provider: unknown): void {
  if (hasMethod(provider, 'encryptionMaterials') && hasMethod(provider, 'decryptionMaterials')) return
  throw invalid('materialsProvider is a materials provider, such as a WrappedMaterialsProvider')
}

function noProvider(nameOrArn: string): DynamoDBEncryptionError {
  return invalid(`the table ${quote(nameOrArn)} has no materialsProvider, and there is none for all tables`)
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
