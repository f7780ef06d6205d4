// A table through the plain AWS SDK: nothing in this file knows of encryption.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  waitUntilTableExists,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'

/** BatchWriteItem takes no more. */
const LARGEST_BATCH = 25

export class Table {
  readonly #client: DynamoDBClient
  readonly name: string
  readonly #keyNames: readonly [string, string]

  private constructor(client: DynamoDBClient, name: string, keyNames: readonly [string, string]) {
    this.#client = client
    this.name = name
    this.#keyNames = keyNames
  }

  /** A new table with a partition key of type S and a sort key of type N. */
  static async create(client: DynamoDBClient, name: string, partitionKeyName: string, sortKeyName: string): Promise<Table> {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        AttributeDefinitions: [
          { AttributeName: partitionKeyName, AttributeType: 'S' },
          { AttributeName: sortKeyName, AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: partitionKeyName, KeyType: 'HASH' },
          { AttributeName: sortKeyName, KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: name })
    return new Table(client, name, [partitionKeyName, sortKeyName])
  }

  /** @returns how many calls it took */
  async writeAll(items: readonly Item[]): Promise<number> {
    let left: WriteRequest[] = items.map((item) => ({ PutRequest: { Item: item } }))
    let calls = 0
    while (left.length > 0) {
      const batch = left.slice(0, LARGEST_BATCH)
      const { UnprocessedItems } = await this.#client.send(new BatchWriteItemCommand({ RequestItems: { [this.name]: batch } }))
      left = [...left.slice(LARGEST_BATCH), ...(UnprocessedItems?.[this.name] ?? [])]
      calls++
    }
    return calls
  }

  async *pages(itemsAPage: number): AsyncGenerator<Item[]> {
    const pages = paginateScan({ client: this.#client, pageSize: itemsAPage }, { TableName: this.name, ConsistentRead: true })
    for await (const { Items = [] } of pages) if (Items.length > 0) yield Items
  }

  async put(item: Item): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.name, Item: item }))
  }

  /** The item that has the same primary key. */
  async get(item: Item): Promise<Item> {
    const [partitionKeyName, sortKeyName] = this.#keyNames
    const key = Object.entries(item).filter(([name]) => name === partitionKeyName || name === sortKeyName)
    const request = new GetItemCommand({ TableName: this.name, Key: Object.fromEntries(key), ConsistentRead: true })
    const { Item: found } = await this.#client.send(request)
    if (found === undefined) throw new Error(`table ${this.name} has no item of that key`)
    return found
  }
}
