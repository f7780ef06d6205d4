// The encrypting middleware: the one place that knows the SDK's middleware stack.
//
// A document command carries native values until its own middleware `DocumentMarshall`, and gives them back from `DocumentUnmarshall`. Ours
// stand right behind these two. For commands that are no document commands, do-nothing middlewares hold the two places; a document command
// overrides them with its own. Both names are the SDK's internals: the suite with the oldest and the newest supported SDK guards them.
import type { DynamoDBClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-dynamodb'
import { hasMethod, isPlainObject } from '../assert.js'
import { assertPlainStack, ITEM_ENCRYPTION_MIDDLEWARE } from '../encrypting-client.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { isValidationException } from '../expressions/validation-exception.js'
import type { MaybePromise } from '../items.js'
import type { Call, Reply, Respond, SendOptions } from './call.js'
import { deriveClient } from './derive-client.js'
import { isConditionFailure } from './failures.js'
import { operationOf } from './operations.js'
import type { EncryptedClientOptions } from './options.js'
import type { ProtectedTable } from './protected-table.js'
import { ProtectedTables } from './protected-tables.js'

/** The stack of a DynamoDBClient. */
export type MiddlewareStack = DynamoDBClient['middlewareStack']
/** What `client.middlewareStack.use` takes. */
export type ItemEncryptionPlugin = Parameters<MiddlewareStack['use']>[0]

/** Options of {@link getItemEncryptionPlugin}. */
export type ItemEncryptionPluginOptions = EncryptedClientOptions & {
  /** Its configuration serves the plugin's own reads (DescribeTable and the like), which never pass the plugin. */
  readonly client: DynamoDBClient
}

/**
 * Encrypts and decrypts in place, whatever stands above the client: the document client, paginators, an ODM. The client has no raw view
 * afterwards; `EncryptedClient.from` leaves it one.
 *
 * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`, here or from `use`: for wrong options, for a client that encrypts already, and
 *   for one with `cacheMiddleware`, which would never call a plugin that is added later
 *
 * @example
 * ```ts
 * client.middlewareStack.use(getItemEncryptionPlugin({ client, materialsProvider }))
 * ```
 */
export function getItemEncryptionPlugin(options: ItemEncryptionPluginOptions): ItemEncryptionPlugin {
  const given: unknown = options
  if (!isPlainObject(given) || !hasMethod(given['client'], 'send'))
    throw invalid('getItemEncryptionPlugin takes the client that it is used on: { client, materialsProvider }')
  const { client, ...rest } = options
  // Wrong options are told here, before anything is used.
  new ProtectedTables(client, rest)
  return {
    applyToStack(stack) {
      assertPlainStack('getItemEncryptionPlugin', stack)
      // Of another client nobody knows whether it has cacheMiddleware.
      if (stack !== client.middlewareStack) throw invalid('getItemEncryptionPlugin is used on another client than the one it was given')
      if (client.config.cacheMiddleware) {
        throw invalid(
          'the client keeps its resolved handlers (cacheMiddleware), so a plugin that is added now would be passed by: use EncryptedClient.from, ' +
            'or make the client without cacheMiddleware',
        )
      }
      addItemEncryption(stack, new ProtectedTables(deriveClient(client, stack.clone()), rest))
    },
  }
}

interface Arguments {
  readonly input: ServiceInputTypes
  readonly request?: unknown
}

interface Context {
  readonly commandName?: string
  readonly __smithy_context?: { readonly abortSignal?: unknown }
}

/** What the two middlewares share of one request. */
interface Exchange extends SendOptions<ServiceOutputTypes> {
  readonly respond: Respond<ServiceOutputTypes> | undefined
  /** Whether a try got no answer. */
  wasCut: boolean
  answered: boolean
  failure?: { readonly error: unknown }
}

/** @param tables - reads through a client without this middleware */
export function addItemEncryption(stack: MiddlewareStack, tables: ProtectedTables): void {
  // By request, not in the handler's context: a client with cacheMiddleware has one context for all of its requests.
  const exchanges = new WeakMap<object, Exchange>()
  try {
    stack.addRelativeTo(passOn, { name: 'DocumentMarshall', relation: 'before', toMiddleware: 'serializerMiddleware', override: true })
    stack.addRelativeTo(passOn, { name: 'DocumentUnmarshall', relation: 'before', toMiddleware: 'deserializerMiddleware', override: true })
    stack.addRelativeTo(encrypting(tables, exchanges), {
      name: ITEM_ENCRYPTION_MIDDLEWARE,
      relation: 'after',
      toMiddleware: 'DocumentMarshall',
    })
    stack.addRelativeTo(decrypting(exchanges), {
      name: `${ITEM_ENCRYPTION_MIDDLEWARE}Response`,
      relation: 'after',
      toMiddleware: 'DocumentUnmarshall',
    })
  } catch (cause) {
    throw invalid('the middleware stack of this version of the AWS SDK has not the places that item encryption needs', cause)
  }
}

/** Holds a place on the stack for a document command's middleware. */
function passOn<T>(next: T): T {
  return next
}

/** Runs once a call, outside the SDK's retries. */
function encrypting(tables: ProtectedTables, exchanges: WeakMap<object, Exchange>) {
  return (next: (args: Arguments) => Promise<Reply>, context: Context) =>
    async (args: Arguments): Promise<Reply> => {
      const used = new Map<string, ProtectedTable>()
      const call: Call<ServiceInputTypes, ServiceOutputTypes> = {
        tables,
        signal: abortSignalOf(context),
        async find(nameOrArn) {
          const table = await tables.find(nameOrArn)
          if (table !== undefined) used.set(table.requestName, table)
          return table
        },
        async send(input, respond, options) {
          // Its own object, which no other request has.
          const request = { ...input }
          const exchange: Exchange = { ...options, respond, wasCut: false, answered: false }
          exchanges.set(request, exchange)
          const reply = await next({ ...args, input: request })
          if (exchange.failure !== undefined) throw exchange.failure.error
          if (!exchange.answered) throw unknownStack()
          return reply
        },
      }
      const operation = operationOf(context.commandName)
      try {
        return await operation.handle(args.input, call)
      } catch (error) {
        if (!isValidationException(error) || !(await tables.refresh(used))) throw error
        // The table was made anew with another key, and nothing was done yet.
        return operation.handle(args.input, call)
      }
    }
}

/** Runs once a try. A failure of ours waits until the retries are over: an answer that cannot be verified was an answer. */
function decrypting(exchanges: WeakMap<object, Exchange>) {
  return (next: Next) =>
    async (args: Arguments & { readonly request: unknown }): Promise<Reply> => {
      const exchange = exchanges.get(args.input)
      if (exchange === undefined) throw unknownStack()
      // Tried again although there was an answer: something on the way lost it.
      if (exchange.answered) exchange.wasCut = true
      const answer = await answerTo(exchange, () => next(args))
      exchange.answered = true
      const { response } = answer
      try {
        const output = await answer.output()
        return { response, output: exchange.respond === undefined ? output : await exchange.respond(output) }
      } catch (error) {
        exchange.failure = { error }
        return { response, output: NO_OUTPUT }
      }
    }
}

type Next = (args: Arguments & { readonly request: unknown }) => Promise<Partial<Reply> & { response: unknown }>

/** What a document command is given to convert when its answer is a failure. */
const NO_OUTPUT: ServiceOutputTypes = { $metadata: {} }

/** DynamoDB's answer, or what stands in its place. */
async function answerTo(
  exchange: Exchange,
  send: () => ReturnType<Next>,
): Promise<{ response: unknown; output: () => MaybePromise<ServiceOutputTypes> }> {
  const { recover, instead, once } = exchange
  if (instead !== undefined) return { response: undefined, output: instead }
  if (exchange.wasCut && once !== undefined) return { response: undefined, output: () => Promise.reject(once(undefined)) }
  try {
    const { response, output } = await send()
    if (output === undefined) throw unknownStack()
    return { response, output: () => output }
  } catch (error) {
    const { wasCut } = exchange
    if (isAnswer(error)) {
      if (recover === undefined || !isConditionFailure(error)) throw error
      return { response: error.$response, output: () => recover(error, wasCut) }
    }
    exchange.wasCut = true
    if (once === undefined) throw error
    return { response: undefined, output: () => Promise.reject(once(error)) }
  }
}

interface ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number }
  readonly $response?: unknown
}

/** Whether DynamoDB has said that it did not do what was asked. Where the connection broke, or an error is its own, it may have. */
function isAnswer(error: unknown): error is ServiceError {
  if (!(error instanceof Error) || !('$metadata' in error)) return false
  const metadata: unknown = error.$metadata
  const status: unknown = isPlainObject(metadata) ? metadata['httpStatusCode'] : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}

function abortSignalOf(context: Context): AbortSignal | undefined {
  const signal = context.__smithy_context?.abortSignal
  return signal instanceof AbortSignal ? signal : undefined
}

function unknownStack(): DynamoDBEncryptionError {
  return invalid('another middleware exchanged the request or its answer on the way, so that nothing of it can be verified')
}

function invalid(message: string, cause?: unknown): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message, { cause })
}
