// Every operation of DynamoDB's API, and what is done for it. What is not in this table is refused: nobody has thought about it yet.
import type { ServiceInputTypes } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { batchGetItem, batchWriteItem } from './batches.js'
import type { Operation } from './call.js'
import { getItem, readPage } from './reads.js'
import { batchExecuteStatement, executeStatement, executeTransaction } from './statements.js'
import { transactGetItems } from './transaction-reads.js'
import { transactWriteItems } from './transaction-writes.js'
import { updateItem } from './updates.js'
import { deleteItem, putItem } from './writes.js'

/** Touches no item, or none that this process sees. */
const pass: Operation = { handle: (input, call) => call.send(input) }

/** Changes what is known of a table: its keys, its indexes, whether it exists. */
const changesTable: Operation = {
  async handle(input, call) {
    try {
      return await call.send(input)
    } finally {
      const name = tableNameOf(input)
      if (name !== undefined) call.tables.forget(name)
    }
  },
}

/** Reads or writes items in a way that would go past the encryption. */
function refuse(operation: string, reason: string): Operation {
  return {
    async handle(input, call) {
      const name = tableNameOf(input)
      if (name !== undefined && !call.tables.isProtected(name)) return call.send(input)
      throw new DynamoDBEncryptionError(
        'OPERATION_NOT_SUPPORTED',
        `${operation} on an encrypted table: ${reason}. Use a client without encryption for it.`,
        {
          tableName: name,
        },
      )
    },
  }
}

function tableNameOf(input: ServiceInputTypes): string | undefined {
  const name: unknown = 'TableName' in input ? input.TableName : undefined
  return typeof name === 'string' ? name : undefined
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  // Items.
  ['PutItem', { handle: putItem }],
  ['GetItem', { handle: getItem }],
  ['UpdateItem', { handle: updateItem }],
  ['DeleteItem', { handle: deleteItem }],
  ['BatchGetItem', { handle: batchGetItem }],
  ['BatchWriteItem', { handle: batchWriteItem }],
  ['TransactGetItems', { handle: transactGetItems }],
  ['TransactWriteItems', { handle: transactWriteItems }],
  ['Query', { handle: readPage }],
  ['Scan', { handle: readPage }],
  ['ExecuteStatement', { handle: executeStatement }],
  ['BatchExecuteStatement', { handle: batchExecuteStatement }],
  ['ExecuteTransaction', { handle: executeTransaction }],
  ['SearchVectors', refuse('SearchVectors', 'it returns parts of items, which cannot be verified')],
  ['StartBulkPutItems', refuse('StartBulkPutItems', 'it writes items that this process does not see')],

  // Tables.
  ['CreateTable', changesTable],
  ['DeleteTable', changesTable],
  ['UpdateTable', changesTable],
  ['UpdateTimeToLive', changesTable],
  ['DescribeTable', pass],
  ['DescribeTimeToLive', pass],
  ['ListTables', pass],
  ['DescribeTableReplicaAutoScaling', pass],
  ['UpdateTableReplicaAutoScaling', pass],
  ['CreateGlobalTable', pass],
  ['DescribeGlobalTable', pass],
  ['DescribeGlobalTableSettings', pass],
  ['ListGlobalTables', pass],
  ['UpdateGlobalTable', pass],
  ['UpdateGlobalTableSettings', pass],
  ['DescribeContributorInsights', pass],
  ['ListContributorInsights', pass],
  ['UpdateContributorInsights', pass],
  ['DeleteResourcePolicy', pass],
  ['GetResourcePolicy', pass],
  ['PutResourcePolicy', pass],

  // Backups, exports, imports: of stored items as they are.
  ['CreateBackup', pass],
  ['DeleteBackup', pass],
  ['DescribeBackup', pass],
  ['ListBackups', pass],
  ['DescribeContinuousBackups', pass],
  ['UpdateContinuousBackups', pass],
  ['RestoreTableFromBackup', pass],
  ['RestoreTableToPointInTime', pass],
  ['DescribeExport', pass],
  ['ExportTableToPointInTime', pass],
  ['ListExports', pass],
  ['DescribeImport', pass],
  ['ImportTable', pass],
  ['ListImports', pass],
  ['CancelBulkOperation', pass],
  ['DescribeBulkOperation', pass],
  ['ListBulkOperations', pass],

  // Tags, streams, limits.
  ['ListTagsOfResource', pass],
  ['TagResource', pass],
  ['UntagResource', pass],
  ['DescribeKinesisStreamingDestination', pass],
  ['DisableKinesisStreamingDestination', pass],
  ['EnableKinesisStreamingDestination', pass],
  ['UpdateKinesisStreamingDestination', pass],
  ['DescribeEndpoints', pass],
  ['DescribeLimits', pass],
])

/** The names of all operations in the table. */
export const operationNames: readonly string[] = [...OPERATIONS.keys()]

/** @param commandName - as the SDK gives it to middleware: `PutItemCommand` */
export function operationOf(commandName = ''): Operation {
  const name = commandName.replace(/Command$/, '')
  return OPERATIONS.get(name) ?? refuse(quote(name), 'this version of the encryption client does not know the operation')
}
