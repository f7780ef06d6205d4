// A checkpoint in a DynamoDB table, which outlives the machine: an item for each segment and phase.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type { Item } from '../items.js'
import {
  assertSamePlan,
  stateFromJson,
  stateToJson,
  unreadable,
  type Checkpoint,
  type MigrationPlan,
  type SegmentState,
} from './checkpoint.js'
import { patiently } from './transient-errors.js'

/** The primary key: the migration's name, then phase and segment. */
const MIGRATION = 'migration'
const PART = 'part'
const STATE = 'state'
const PLAN = 'plan'

const LONGEST_WAIT_SECONDS = 300
const MOST_DELETES = 25

export interface CheckpointTableOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  /** Tells migrations in one table apart. */
  readonly migration: string
  readonly plan: MigrationPlan
}

export class CheckpointTable implements Checkpoint {
  readonly #options: CheckpointTableOptions

  constructor(options: CheckpointTableOptions) {
    this.#options = options
  }

  /** Creates a table for checkpoints and waits until it is active. */
  static async createTable(client: DynamoDBClient, tableName: string): Promise<void> {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: MIGRATION, KeyType: 'HASH' },
          { AttributeName: PART, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: MIGRATION, AttributeType: 'S' },
          { AttributeName: PART, AttributeType: 'S' },
        ],
      }),
    )
    await waitUntilTableExists({ client, maxWaitTime: LONGEST_WAIT_SECONDS, minDelay: 1, maxDelay: 5 }, { TableName: tableName })
  }

  get place(): string {
    return `${this.#options.migration} in the table ${this.#options.tableName}`
  }

  async load(): Promise<readonly SegmentState[]> {
    return (await this.#items()).map((item) => {
      assertSamePlan(this.#parse(item[PLAN]?.S), this.#options.plan, this.place)
      return stateFromJson(this.#parse(item[STATE]?.S), this.place)
    })
  }

  async save(state: SegmentState): Promise<void> {
    const { client, tableName, migration, plan } = this.#options
    const put = new PutItemCommand({
      TableName: tableName,
      Item: {
        [MIGRATION]: { S: migration },
        [PART]: { S: `${state.phase} ${String(state.segment).padStart(7, '0')}` },
        [PLAN]: { S: JSON.stringify(plan) },
        [STATE]: { S: JSON.stringify(stateToJson(state)) },
      },
    })
    await patiently(() => client.send(put), undefined)
  }

  async clear(): Promise<void> {
    const { client, tableName } = this.#options
    let requests = (await this.#items()).map((item) => ({ DeleteRequest: { Key: keyOf(item) } }))
    while (requests.length > 0) {
      const batch = requests.slice(0, MOST_DELETES)
      const { UnprocessedItems: left = {} } = await patiently(
        () => client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: batch } })),
        undefined,
      )
      const again = (left[tableName] ?? []).flatMap(({ DeleteRequest }) =>
        DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: DeleteRequest.Key } }],
      )
      requests = [...again, ...requests.slice(MOST_DELETES)]
    }
  }

  async #items(): Promise<Item[]> {
    const { client, tableName, migration } = this.#options
    const items: Item[] = []
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#m = :m',
      ExpressionAttributeNames: { '#m': MIGRATION },
      ExpressionAttributeValues: { ':m': { S: migration } },
    }
    for await (const page of paginateQuery({ client }, query)) items.push(...(page.Items ?? []))
    return items
  }

  #parse(text: string | undefined): unknown {
    try {
      return JSON.parse(text ?? '')
    } catch {
      throw unreadable(this.place)
    }
  }
}

function keyOf(item: Item): Item {
  return { [MIGRATION]: item[MIGRATION] ?? { S: '' }, [PART]: item[PART] ?? { S: '' } }
}
