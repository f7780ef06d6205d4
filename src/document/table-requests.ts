// Requests and answers of one table: those of lib-dynamodb's commands, without the table's name.
import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  BatchWriteCommandInput,
  BatchWriteCommandOutput,
  QueryCommandInput,
  ScanCommandInput,
  TransactGetCommandInput,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb'
import type { UnverifiedItemsMetadata } from '../client/item-reader.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'

/** A command's input as a method of `EncryptedTable` takes it. */
export type WithoutTableName<Input> = Omit<Input, 'TableName'>

/** What every method takes beside its request. */
export interface RequestOptions {
  /** When it aborts, the method rejects with its reason. A write may have happened by then. */
  readonly signal?: AbortSignal | undefined
}

/** Which items a batch reads, and how. */
export type BatchGetRequest = NonNullable<BatchGetCommandInput['RequestItems']>[string]
/** A put or a deletion of a batch: `{ PutRequest: { Item } }` or `{ DeleteRequest: { Key } }`. */
export type BatchWriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number]

/** As `BatchGetCommandInput`: `RequestItems` is what that has for one table. Any number of keys, any of them twice. */
export type TableBatchGetInput = Omit<BatchGetCommandInput, 'RequestItems'> & { readonly RequestItems: BatchGetRequest }
/** As `BatchGetCommandOutput`: `Responses` are the items of the table, in no order. Nothing is left unprocessed. */
export type TableBatchGetOutput = Omit<BatchGetCommandOutput, 'Responses' | 'UnprocessedKeys'> & {
  readonly Responses: NonNullable<BatchGetCommandOutput['Responses']>[string]
  readonly $metadata: UnverifiedItemsMetadata
}

/** As `BatchWriteCommandInput`: `RequestItems` is what that has for one table. Any number of requests, in their order where they share a key. */
export type TableBatchWriteInput = Omit<BatchWriteCommandInput, 'RequestItems'> & { readonly RequestItems: readonly BatchWriteRequest[] }
/** As `BatchWriteCommandOutput`, of all requests together. Nothing is left unprocessed. */
export type TableBatchWriteOutput = Pick<BatchWriteCommandOutput, 'ConsumedCapacity'> & {
  readonly ItemCollectionMetrics?: NonNullable<BatchWriteCommandOutput['ItemCollectionMetrics']>[string]
}

/** An action of a transaction without its table's name, in whichever kind it is. */
type ActionsWithoutTableName<Action> = {
  [Kind in keyof Action]: WithoutTableName<NonNullable<Action[Kind]>> | Extract<Action[Kind], undefined>
}
type TransactGetItem = NonNullable<TransactGetCommandInput['TransactItems']>[number]
type TransactWriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** As `TransactGetCommandInput`; every `Get` is of the table. */
export type TableTransactGetInput = Omit<TransactGetCommandInput, 'TransactItems'> & {
  readonly TransactItems: readonly ActionsWithoutTableName<TransactGetItem>[]
}
/** As `TransactWriteCommandInput`; every `Put`, `Update`, `Delete` and `ConditionCheck` is of the table. */
export type TableTransactWriteInput = Omit<TransactWriteCommandInput, 'TransactItems'> & {
  readonly TransactItems: readonly ActionsWithoutTableName<TransactWriteItem>[]
}

/** As `QueryCommandInput`; the size of a page is an option of the iterator. */
export type QueryItemsInput = Omit<QueryCommandInput, 'TableName' | 'Limit' | 'Select'>
/** As `ScanCommandInput`; the size of a page and the number of segments are options of the iterator. */
export type ScanItemsInput = Omit<ScanCommandInput, 'TableName' | 'Limit' | 'Select' | 'Segment' | 'TotalSegments'>

/**
 * The request with its table's name.
 *
 * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` for a request that names another table, which only JavaScript can
 */
export function withTableName<Request extends object>(request: Request, tableName: string): Request & { readonly TableName: string } {
  const given: unknown = 'TableName' in request ? request.TableName : undefined
  if (given !== undefined && given !== tableName) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `a request to ${typeof given === 'string' ? quote(given) : 'another table'} was given to the EncryptedTable of ${quote(tableName)}: leave TableName out, or use EncryptedDocumentClient ` +
        `for several tables`,
      { tableName },
    )
  }
  return { ...request, TableName: tableName }
}
