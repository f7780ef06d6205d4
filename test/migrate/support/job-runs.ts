// Runs a job over a small table, and says what became of it.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { ItemProblem } from '../../../src/migrate/item-problem.js'
import { openJob, type JobOptions } from '../../../src/migrate/job-tables.js'
import { migrateTable, type MigrationOptions, type MigrationSummary } from '../../../src/migrate/migrate-table.js'
import type { JobName } from '../../../src/migrate/migration-job.js'

export interface JobRun extends MigrationSummary {
  /** `code of key`, ascending. */
  readonly problems: string[]
}

type RunOptions = JobOptions & Partial<Omit<MigrationOptions, 'job' | 'tables'>>

export async function runJob(name: JobName, options: RunOptions): Promise<JobRun> {
  const problems: string[] = []
  const onProblem = ({ code, key }: ItemProblem): void => void problems.push(`${code} of ${key['id']?.S ?? JSON.stringify(key)}`)
  const opened = await openJob(name, options)
  const summary = await migrateTable({ totalSegments: 3, segmentsAtOnce: 2, concurrency: 4, onProblem, ...options, ...opened })
  return { ...summary, problems: problems.sort() }
}

export async function putAll(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  await Promise.all(items.map((Item) => client.send(new PutItemCommand({ TableName: table, Item }))))
}

/** By the text of `id`. */
export async function allItems(client: DynamoDBClient, table: string): Promise<Map<string, Item>> {
  const items = new Map<string, Item>()
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const item of page.Items ?? []) items.set(item['id']?.S ?? '', item)
  }
  return items
}
