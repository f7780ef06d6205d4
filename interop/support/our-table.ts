// This package's side of the helper suites: the transparent client, and the table class in native values.
import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import {
  EncryptedClient,
  type AttributeActionsOptions,
  type Compatibility,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { EncryptedTable } from 'dynamodb-encryption-client/document'

export interface TableUser {
  put(item: Item): Promise<void>
  batchPut(item: Item): Promise<void>
  get(key: Item): Promise<Item>
  /** Every item of a partition. */
  query(partition: Item): Promise<Item[]>
}

export interface OurTableOptions {
  /** Stays a plain one. */
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly materialsProvider: CryptographicMaterialsProvider
  /** The client adds the primary key by itself. */
  readonly actions: AttributeActionsOptions
  readonly compatibility: Compatibility
}

export function ourTable({ client: plain, tableName, materialsProvider, actions, compatibility }: OurTableOptions): TableUser {
  const client = EncryptedClient.from(plain, { materialsProvider, actions, compatibility })
  return {
    put: async (item) => {
      await client.send(new PutItemCommand({ TableName: tableName, Item: item }))
    },
    batchPut: async (item) => {
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: [{ PutRequest: { Item: item } }] } }),
      )
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('not everything was written')
    },
    get: async (key) => {
      const { Item: item } = await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }))
      if (item === undefined) throw new Error('the table has no such item')
      return item
    },
    query: async (partition) => {
      const [[name, value] = []] = Object.entries(partition)
      if (name === undefined || value === undefined) throw new Error('a query takes a partition key')
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#k = :v',
          ExpressionAttributeNames: { '#k': name },
          ExpressionAttributeValues: { ':v': value },
          ConsistentRead: true,
        }),
      )
      return Items
    },
  }
}

/** Numbers of more digits than JavaScript holds stay texts. */
const EXACT = { wrapNumbers: true } as const

export function ourDocumentTable({ client, ...options }: OurTableOptions): TableUser {
  const table = new EncryptedTable({ client, translateConfig: { unmarshallOptions: EXACT }, ...options })
  const native = (item: Item): Record<string, unknown> => unmarshall(item, EXACT)
  const items = (documents: readonly Record<string, unknown>[]): Item[] => documents.map((document) => marshall(document))
  return {
    put: async (item) => {
      await table.put({ Item: native(item) })
    },
    batchPut: async (item) => {
      await table.batchWrite({ RequestItems: [{ PutRequest: { Item: native(item) } }] })
    },
    get: async (key) => {
      const { Item: document } = await table.get({ Key: native(key), ConsistentRead: true })
      if (document === undefined) throw new Error('the table has no such item')
      return marshall(document)
    },
    query: async (partition) => {
      const [[name, value] = []] = Object.entries(native(partition))
      if (name === undefined) throw new Error('a query takes a partition key')
      const { Items = [] } = await table.query({
        KeyConditionExpression: '#k = :v',
        ExpressionAttributeNames: { '#k': name },
        ExpressionAttributeValues: { ':v': value },
        ConsistentRead: true,
      })
      return items(Items)
    },
  }
}

/** A document has no place for these names, at any depth: the marshaller takes them for properties that every object has. */
export function hasNativeForm(item: Item): boolean {
  return Object.entries(item).every(([name, value]) => name !== '__proto__' && name !== 'constructor' && valueHasNativeForm(value))
}

function valueHasNativeForm(value: AttributeValue): boolean {
  if (value.L !== undefined) return value.L.every(valueHasNativeForm)
  return value.M === undefined || hasNativeForm(value.M)
}
