// A table of the config file as the transparent clients would see it, without a request where its keys are known.
import type { ProtectedTable } from '../client/protected-table.js'
import { TableInfo } from '../client/table-info.js'
import { bareTableName } from '../client/table-name.js'
import type { TableProtection } from '../migrate/job-tables.js'
import { openJob } from '../migrate/job-tables.js'
import type { Session } from './session.js'
import { UsageError } from './usage-error.js'

/** Flags that stand in for DescribeTable. */
export interface KeyFlags {
  readonly partitionKey?: string
  readonly sortKey?: string
}

/** @throws UsageError; what DescribeTable answers where neither flags nor config name the key */
export async function openTable(tableName: string, flags: KeyFlags, session: Session): Promise<ProtectedTable> {
  const protection = withInfo(await session.protectionOf(tableName), tableName, flags)
  const { job } = await openJob('verify', { client: session.client, tableName, protection })
  return job.from
}

export function withInfo(protection: TableProtection, tableName: string, { partitionKey, sortKey }: KeyFlags): TableProtection {
  if (partitionKey === undefined) {
    if (sortKey !== undefined) throw new UsageError('--sort-key is given together with --partition-key')
    return protection
  }
  const primaryIndex = { partitionKeyName: partitionKey, sortKeyName: sortKey }
  return { ...protection, info: new TableInfo({ tableName: bareTableName(tableName), primaryIndex }) }
}
