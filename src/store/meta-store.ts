// A provider store in a DynamoDB table: each version is a row with a pair of keys, encrypted and signed itself.
import {
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  waitUntilTableExists,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { hasMethod } from '../assert.js'
import { assertPlainClient } from '../encrypting-client.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote } from '../errors.js'
import type { MaterialDescription } from '../format/material-description.js'
import type { Item } from '../items.js'
import { AttributeActions } from '../item/attribute-actions.js'
import { ItemEncryptor, type ItemOptions } from '../item/item-encryptor.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import { assertVersion, isVersionText, materialIdOf, type MaterialId } from './material-id.js'
import { NAME, newRow, providerOfRow, RESERVED_ROW_NAMES, rowKey, sameKeys, VERSION, wipeRow } from './meta-item.js'
import type { ProviderStore } from './provider-store.js'

/** Attributes that every new row gets besides the store's own. */
export interface MetaStoreExtraData {
  /** Called for each new version. */
  attributes(materialName: string, version: number): Item
  /** Names among them that are signed and stored in plaintext; the others are encrypted and signed. */
  readonly signedOnly?: readonly string[] | undefined
}

interface MetaStoreCommonOptions {
  /** A plain client, which does not encrypt by itself. */
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly extraData?: MetaStoreExtraData | undefined
}

/** How the store's own rows are protected: by a materials provider, or by an item encryptor for renamed attributes and the like. */
export type MetaStoreOptions = MetaStoreCommonOptions &
  (
    | { readonly materialsProvider: CryptographicMaterialsProvider; readonly encryptor?: undefined }
    | { readonly encryptor: ItemEncryptor; readonly materialsProvider?: undefined }
  )

export interface MetaStoreTableOptions {
  /** `PAY_PER_REQUEST` where left out, `PROVISIONED` where `throughput` is given. */
  readonly billingMode?: 'PAY_PER_REQUEST' | 'PROVISIONED' | undefined
  /** Capacity units. */
  readonly throughput?: { readonly readCapacityUnits: number; readonly writeCapacityUnits: number } | undefined
}

const LONGEST_WAIT_SECONDS = 300
const CREATED_ALREADY = 'ConditionalCheckFailedException'

/**
 * Versions of keys in a DynamoDB table, as the Java and Python clients have it: any of the three reads what another made.
 * Rows are never changed, and a version is made exactly once however many processes race for it.
 */
export class MetaStore implements ProviderStore {
  readonly #client: DynamoDBClient
  readonly #tableName: string
  readonly #encryptor: ItemEncryptor
  readonly #extraData: MetaStoreExtraData | undefined
  readonly #itemOptions: ItemOptions

  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` for a client that encrypts, or without any protection */
  constructor(options: MetaStoreOptions) {
    const { client, tableName, encryptor, materialsProvider, extraData } = options
    if (!hasMethod(client, 'send')) throw invalid('MetaStore takes a client, a DynamoDBClient')
    assertPlainClient('MetaStore', client)
    if (typeof tableName !== 'string' || tableName === '') throw invalid('MetaStore takes a tableName')
    this.#client = client
    this.#tableName = tableName
    this.#extraData = extraData
    this.#encryptor = encryptor ?? new ItemEncryptor({ materialsProvider })
    const signedOnly = (extraData?.signedOnly ?? []).map((name): [string, 'SIGN_ONLY'] => [name, 'SIGN_ONLY'])
    this.#itemOptions = {
      context: { tableName, partitionKeyName: NAME, sortKeyName: VERSION },
      actions: new AttributeActions({ attributes: new Map(signedOnly) }).withIndexKeys(NAME, VERSION),
    }
  }

  /**
   * Creates a table for a store and waits until it is active.
   *
   * @throws what DynamoDB answers: `ResourceInUseException` where the table exists
   */
  static async createTable(client: DynamoDBClient, tableName: string, options: MetaStoreTableOptions = {}): Promise<void> {
    const { throughput, billingMode = throughput === undefined ? 'PAY_PER_REQUEST' : 'PROVISIONED' } = options
    assertPlainClient('MetaStore.createTable', client)
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: [
          { AttributeName: NAME, AttributeType: 'S' },
          { AttributeName: VERSION, AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: NAME, KeyType: 'HASH' },
          { AttributeName: VERSION, KeyType: 'RANGE' },
        ],
        BillingMode: billingMode,
        ...(throughput === undefined
          ? {}
          : {
              ProvisionedThroughput: { ReadCapacityUnits: throughput.readCapacityUnits, WriteCapacityUnits: throughput.writeCapacityUnits },
            }),
      }),
    )
    await waitUntilTableExists({ client, maxWaitTime: LONGEST_WAIT_SECONDS, minDelay: 1, maxDelay: 5 }, { TableName: tableName })
  }

  async newProvider(materialName: string): Promise<CryptographicMaterialsProvider> {
    const newest = await this.maxVersion(materialName)
    return this.getOrCreateProvider(materialName, newest === undefined ? 0 : newest + 1)
  }

  async getOrCreateProvider(materialName: string, version: number): Promise<CryptographicMaterialsProvider> {
    const id = this.#checkedId(materialName, version)
    const stored = await this.#read(id)
    if (stored !== undefined) return this.#takeProvider(id, stored)
    const row = { ...this.#extraAttributes(id), ...newRow(id) }
    try {
      const isMine = await this.#putNew(await this.#encryptor.encryptItem(row, this.#itemOptions))
      if (isMine) return providerOfRow(id, row, this.#tableName)
    } finally {
      wipeRow(row)
    }
    // Another process was faster: its row counts.
    return this.provider(materialName, version)
  }

  async provider(materialName: string, version?: number): Promise<CryptographicMaterialsProvider> {
    const wanted = version ?? (await this.maxVersion(materialName))
    if (wanted === undefined) throw notFound(`the store has no version of the material ${quote(materialName)}`, this.#tableName)
    const id = this.#checkedId(materialName, wanted)
    return this.#takeProvider(id, await this.#readExisting(id))
  }

  async maxVersion(materialName: string): Promise<number | undefined> {
    const [newest] = await this.#queryVersions(materialName, { ScanIndexForward: false, Limit: 1 })
    return newest
  }

  /** Every version that the store has of a material, oldest first. */
  async versions(materialName: string): Promise<number[]> {
    return this.#queryVersions(materialName, {})
  }

  versionFromMaterialDescription(description: MaterialDescription): number {
    return materialIdOf(description).version
  }

  /**
   * Copies a version into another store, which protects it in its own way: a table in another Region, under a key there.
   * Where the other store has the same keys as that version already, nothing happens.
   *
   * @throws DynamoDBEncryptionError `VERSION_NOT_FOUND`; `INVALID_CONFIGURATION` where the other store has that version with other keys
   */
  async replicate(materialName: string, version: number, target: MetaStore): Promise<void> {
    const id = this.#checkedId(materialName, version)
    const row = await this.#readExisting(id)
    try {
      providerOfRow(id, row, this.#tableName) // a row of a kind that nobody could read there is not handed on
      await target.#receive(id, row)
    } finally {
      wipeRow(row)
    }
  }

  async #receive(id: MaterialId, row: Item): Promise<void> {
    if (await this.#putNew(await this.#encryptor.encryptItem(row, this.#itemOptions))) return
    const present = await this.#readExisting(id)
    const same = sameKeys(row, present)
    wipeRow(present)
    if (!same) {
      throw invalid(
        `the store ${quote(this.#tableName)} has version ${String(id.version)} of the material ${quote(id.name)} with other keys: ` +
          `items written with either cannot be read with the other`,
      )
    }
  }

  #checkedId(name: string, version: number): MaterialId {
    assertName(name)
    assertVersion(version)
    return { name, version }
  }

  #extraAttributes({ name, version }: MaterialId): Item {
    const extra = this.#extraData?.attributes(name, version) ?? {}
    const taken = Object.keys(extra).find((attribute) => RESERVED_ROW_NAMES.includes(attribute))
    if (taken !== undefined) throw invalid(`extraData has the attribute ${quote(taken)}, which is the store's own`)
    return extra
  }

  #takeProvider(id: MaterialId, row: Item): CryptographicMaterialsProvider {
    try {
      return providerOfRow(id, row, this.#tableName)
    } finally {
      wipeRow(row)
    }
  }

  async #readExisting(id: MaterialId): Promise<Item> {
    const row = await this.#read(id)
    if (row === undefined) {
      throw notFound(`the store has no version ${String(id.version)} of the material ${quote(id.name)}`, this.#tableName)
    }
    return row
  }

  /** The decrypted row: its signature covers table, name and version, so that a row copied elsewhere is refused. */
  async #read(id: MaterialId): Promise<Item | undefined> {
    const { Item: stored } = await this.#ask('GetItem', () =>
      this.#client.send(new GetItemCommand({ TableName: this.#tableName, Key: rowKey(id), ConsistentRead: true })),
    )
    return stored === undefined ? undefined : this.#encryptor.decryptItem(stored, this.#itemOptions)
  }

  /** @returns false where the version exists already */
  async #putNew(stored: Item): Promise<boolean> {
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: stored,
      ConditionExpression: 'attribute_not_exists(#n) AND attribute_not_exists(#v)',
      ExpressionAttributeNames: { '#n': NAME, '#v': VERSION },
    })
    try {
      await this.#ask('PutItem', () => this.#client.send(put))
      return true
    } catch (error) {
      // Also what a retry of this very put is told after its first answer was lost: the row that is there is then this one.
      if (isDynamoDBEncryptionError(error) && error.cause instanceof Error && error.cause.name === CREATED_ALREADY) return false
      throw error
    }
  }

  async #queryVersions(materialName: string, how: { ScanIndexForward?: boolean; Limit?: number }): Promise<number[]> {
    assertName(materialName)
    const versions: number[] = []
    let ExclusiveStartKey: Item | undefined
    do {
      const query = new QueryCommand({
        TableName: this.#tableName,
        ConsistentRead: true,
        KeyConditionExpression: '#n = :n',
        ExpressionAttributeNames: { '#n': NAME, '#v': VERSION },
        ExpressionAttributeValues: { ':n': { S: materialName } },
        ProjectionExpression: '#v',
        ...how,
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      })
      const page = await this.#ask('Query', () => this.#client.send(query))
      for (const row of page.Items ?? []) versions.push(this.#versionOf(row))
      ExclusiveStartKey = how.Limit === undefined ? page.LastEvaluatedKey : undefined
    } while (ExclusiveStartKey !== undefined)
    return versions
  }

  /** Not verified: a query reads key attributes alone. A version that no store makes is refused all the same. */
  #versionOf(row: Item): number {
    const version = row[VERSION]?.N ?? ''
    if (!isVersionText(version)) {
      throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the store has a row whose version is no whole number from 0', {
        tableName: this.#tableName,
      })
    }
    return Number(version)
  }

  async #ask<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send()
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : 'an error'
      throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', `the provider store's ${operation} failed with ${name}: see cause`, {
        cause,
        tableName: this.#tableName,
      })
    }
  }
}

function assertName(name: unknown): void {
  if (typeof name !== 'string' || name === '') throw invalid('a material name is a text that is not empty')
}

function notFound(message: string, tableName: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('VERSION_NOT_FOUND', message, { tableName })
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
