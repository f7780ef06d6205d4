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
  /** Sends the request, with all of the SDK's retries. What `respond` and `recover` throw is never retried. */
  send(input: Input, respond?: Respond<Output>, options?: SendOptions<Output>): Promise<Reply>
}

/** Turns DynamoDB's answer into the caller's, while its items are attribute values. */
export type Respond<Output> = (output: Output) => MaybePromise<Output>

export interface SendOptions<Output> {
  /**
   * Called when DynamoDB answers that a condition has failed: returns an answer in its place, or throws.
   *
   * @param wasCut - whether an earlier try got no answer, so that DynamoDB may have done what was asked all the same
   */
  readonly recover?: (error: unknown, wasCut: boolean) => MaybePromise<Output>
  /** Called in the place of DynamoDB: nothing is sent. */
  readonly instead?: () => Promise<Output>
  /** For what could not be told from a lost race afterwards: no second try once an answer is lost. */
  readonly once?: (cause: unknown) => Error
}

/** What is done for an operation. Each handler has the types of its own operation, which the plugin knows by the operation's name alone. */
export interface Operation {
  handle(input: ServiceInputTypes, call: Call<ServiceInputTypes, ServiceOutputTypes>): Promise<Reply>
}
