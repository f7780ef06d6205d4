// A call of one operation, addressed to tables by the names of their shapes until it is sent.
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  type ServiceOutputTypes,
  TransactGetItemsCommand,
  type TransactGetItemsCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'

export interface Inputs {
  PutItem: PutItemCommandInput
  GetItem: GetItemCommandInput
  UpdateItem: UpdateItemCommandInput
  DeleteItem: DeleteItemCommandInput
  BatchGetItem: BatchGetItemCommandInput
  BatchWriteItem: BatchWriteItemCommandInput
  Query: QueryCommandInput
  Scan: ScanCommandInput
  TransactGetItems: TransactGetItemsCommandInput
  TransactWriteItems: TransactWriteItemsCommandInput
}

export type OperationName = keyof Inputs
export type CallOf<O extends OperationName> = { [Name in O]: { readonly operation: Name; readonly input: Inputs[Name] } }[O]
export type Call = CallOf<OperationName>

export const OPERATIONS: readonly OperationName[] = [
  'PutItem',
  'GetItem',
  'UpdateItem',
  'DeleteItem',
  'BatchGetItem',
  'BatchWriteItem',
  'Query',
  'Scan',
  'TransactGetItems',
  'TransactWriteItems',
]

export const READS: ReadonlySet<OperationName> = new Set<OperationName>(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'])

export function send(client: DynamoDBClient, call: Call): Promise<ServiceOutputTypes> {
  switch (call.operation) {
    case 'PutItem':
      return client.send(new PutItemCommand(call.input))
    case 'GetItem':
      return client.send(new GetItemCommand(call.input))
    case 'UpdateItem':
      return client.send(new UpdateItemCommand(call.input))
    case 'DeleteItem':
      return client.send(new DeleteItemCommand(call.input))
    case 'BatchGetItem':
      return client.send(new BatchGetItemCommand(call.input))
    case 'BatchWriteItem':
      return client.send(new BatchWriteItemCommand(call.input))
    case 'Query':
      return client.send(new QueryCommand(call.input))
    case 'Scan':
      return client.send(new ScanCommand(call.input))
    case 'TransactGetItems':
      return client.send(new TransactGetItemsCommand(call.input))
    case 'TransactWriteItems':
      return client.send(new TransactWriteItemsCommand(call.input))
  }
}

type NameOf = (tableName: string) => string

/** What things are called on one of the two sides. */
export interface Address {
  /** A shape's table, by its name or in an ARN. */
  readonly nameOf: NameOf
  /** A ClientRequestToken: the server keeps one list of them, so no token may come from both sides. */
  readonly tokenOf: (token: string) => string
}

/** The call with the tables' own names. */
export function addressed(call: Call, { nameOf, tokenOf }: Address): Call {
  switch (call.operation) {
    case 'BatchGetItem':
      return { operation: 'BatchGetItem', input: { ...call.input, RequestItems: renamed(call.input.RequestItems, nameOf) } }
    case 'BatchWriteItem':
      return { operation: 'BatchWriteItem', input: { ...call.input, RequestItems: renamed(call.input.RequestItems, nameOf) } }
    case 'TransactGetItems': {
      const TransactItems = call.input.TransactItems?.map(({ Get }) => ({ Get: inTable(Get, nameOf) }))
      return { operation: 'TransactGetItems', input: { ...call.input, TransactItems } }
    }
    case 'TransactWriteItems': {
      const TransactItems = call.input.TransactItems?.map(({ Put, Delete, Update, ConditionCheck }) => ({
        Put: inTable(Put, nameOf),
        Delete: inTable(Delete, nameOf),
        Update: inTable(Update, nameOf),
        ConditionCheck: inTable(ConditionCheck, nameOf),
      }))
      const { ClientRequestToken: token } = call.input
      return {
        operation: 'TransactWriteItems',
        input: { ...call.input, TransactItems, ...(token !== undefined && { ClientRequestToken: tokenOf(token) }) },
      }
    }
    case 'PutItem':
      return { operation: call.operation, input: inTable(call.input, nameOf) }
    case 'GetItem':
      return { operation: call.operation, input: inTable(call.input, nameOf) }
    case 'UpdateItem':
      return { operation: call.operation, input: inTable(call.input, nameOf) }
    case 'DeleteItem':
      return { operation: call.operation, input: inTable(call.input, nameOf) }
    case 'Query':
      return { operation: call.operation, input: inTable(call.input, nameOf) }
    case 'Scan':
      return { operation: call.operation, input: inTable(call.input, nameOf) }
  }
}

function inTable<T extends { TableName: string | undefined } | undefined>(request: T, nameOf: NameOf): T {
  return request?.TableName === undefined ? request : { ...request, TableName: nameOf(request.TableName) }
}

function renamed<T>(parts: Record<string, T> | undefined, nameOf: NameOf): Record<string, T> | undefined {
  return parts && Object.fromEntries(Object.entries(parts).map(([name, part]) => [nameOf(name), part]))
}
