// One call of an operation on its way through the plugin, as the operations' handlers see it.
import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-dynamodb'
import type { MaybePromise } from '../items.js'
import type { ProtectedTable } from './protected-table.js'
import type { ProtectedTables } from './protected-tables.js'

/** The SDK's answer to a call, which a handler only passes on: a document command has turned its items into native values by then. */
export interface Reply {
  readonly response: unknown
  readonly output: ServiceOutputTypes
}

export interface Call<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> {
  readonly tables: ProtectedTables
  /** The caller's, where the SDK hands it to middleware. */
  readonly signal: AbortSignal | undefined
  /** @returns undefined for a table that is not protected, and may pass */
  find(nameOrArn: string | undefined): Promise<ProtectedTable | undefined>
  /**
   * Sends the request, with all of the SDK's retries.
   *
   * @param respond - turns DynamoDB's answer into the caller's, while its items are attribute values. What it throws is never retried.
   */
  send(input: Input, respond?: (output: Output) => MaybePromise<Output>): Promise<Reply>
}

/** What is done for an operation. Each handler has the types of its own operation, which the plugin knows by the operation's name alone. */
export interface Operation {
  handle(input: ServiceInputTypes, call: Call<ServiceInputTypes, ServiceOutputTypes>): Promise<Reply>
}
