// The tables of a migration from the options of the transparent clients: strict ones, whatever the application allows itself.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Actions, EncryptedClientOptions, TableOptions } from '../client/options.js'
import type { ProtectedTable } from '../client/protected-table.js'
import { ProtectedTables } from '../client/protected-tables.js'
import { bareTableName } from '../client/table-name.js'
import { assertPlainClient } from '../encrypting-client.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import { decryptJob, encryptJob, reEncryptJob, verifyJob, type JobName, type MigrationJob } from './migration-job.js'

/** How a table's items are protected: the transparent clients' options for one table. */
export interface TableProtection extends Pick<TableOptions, 'actions' | 'contextOverride' | 'compatibility' | 'info'> {
  readonly materialsProvider: CryptographicMaterialsProvider
  readonly signatureAttribute?: string | undefined
  readonly materialDescriptionAttribute?: string | undefined
  readonly descriptionPrefix?: string | undefined
}

export interface JobOptions {
  /** A plain one. */
  readonly client: DynamoDBClient
  /** The table's name or ARN. */
  readonly tableName: string
  readonly protection: TableProtection
  /** For `re-encrypt`: how items were protected before. Where left out: by `protection`, its history of actions included. */
  readonly former?: TableProtection | undefined
}

export interface JobTables {
  readonly job: MigrationJob
  readonly tables: ProtectedTables
}

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`, `INVALID_ACTIONS`; what DescribeTable answers */
export async function openJob(name: JobName, { client, tableName, protection, former = protection }: JobOptions): Promise<JobTables> {
  assertPlainClient(name, client)
  const tables = new ProtectedTables(client, clientOptions(tableName, protection))
  const table = await found(tables, tableName)
  if (name === 'encrypt-table') return { job: encryptJob(table), tables }
  if (name === 'decrypt-table') return { job: decryptJob(table), tables }
  if (name === 'verify') return { job: verifyJob(table), tables }
  const [from, to] = await Promise.all([
    found(new ProtectedTables(client, clientOptions(tableName, former)), tableName),
    found(new ProtectedTables(client, clientOptions(tableName, { ...protection, actions: newest(protection.actions) })), tableName),
  ])
  assertSameNames(from, to)
  return { job: reEncryptJob(from, to), tables }
}

function clientOptions(tableName: string, { info, ...protection }: TableProtection): EncryptedClientOptions {
  // A program's own options may be handed over whole: what lets it read past plaintext and errors must not hide them here.
  return { ...protection, tables: { [tableName]: { info } }, otherTables: 'reject', onItemError: 'throw', allowPlaintextReads: undefined }
}

async function found(tables: ProtectedTables, tableName: string): Promise<ProtectedTable> {
  const table = await tables.find(tableName)
  if (table === undefined) throw invalid(`the table ${bareTableName(tableName)} is not protected`)
  return table
}

/** Without the history: an item that holds under former actions is yet to be rewritten. */
function newest(actions: Actions | undefined): Actions | undefined {
  if (!Array.isArray(actions)) return actions
  const history: readonly unknown[] = actions
  return isActions(history[0]) ? history[0] : actions
}

function isActions(entry: unknown): entry is Exclude<Actions, readonly unknown[] | ((...args: never) => unknown)> {
  return typeof entry === 'object' && entry !== null
}

function assertSameNames(from: ProtectedTable, to: ProtectedTable): void {
  const [one, other] = [from.settings, to.settings]
  if (one.signatureAttribute === other.signatureAttribute && one.materialDescriptionAttribute === other.materialDescriptionAttribute) return
  throw invalid('re-encrypt keeps the names of the reserved attributes: give both protections the same ones')
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
