// The entry point `./document`: what needs @aws-sdk/lib-dynamodb.
export type { BatchOptions } from './batch-options.js'
export { BatchWriter } from './batch-writer.js'
export { EncryptedDocumentClient } from './encrypted-document-client.js'
export { EncryptedTable } from './encrypted-table.js'
export type { EncryptedTableOptions } from './encrypted-table.js'
export type { QueryItemsOptions, ScanItemsOptions } from './item-iterators.js'
export type {
  BatchGetRequest,
  BatchWriteRequest,
  QueryItemsInput,
  RequestOptions,
  ScanItemsInput,
  TableBatchGetInput,
  TableBatchGetOutput,
  TableBatchWriteInput,
  TableBatchWriteOutput,
  TableTransactGetInput,
  TableTransactWriteInput,
  WithoutTableName,
} from './table-requests.js'
export { UnfinishedBatchError } from './unfinished-batch-error.js'
