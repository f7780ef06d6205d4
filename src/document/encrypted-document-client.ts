// A DynamoDBDocumentClient that encrypts, beside the one it was made from.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { hasMethod } from '../assert.js'
import { deriveClient } from '../client/derive-client.js'
import type { EncryptedClientOptions } from '../client/options.js'
import { addItemEncryption } from '../client/plugin.js'
import { ProtectedTables } from '../client/protected-tables.js'
import { assertPlainClient } from '../encrypting-client.js'
import { DynamoDBEncryptionError } from '../errors.js'

/** Document clients that encrypt what they write, and verify and decrypt what they read. */
export const EncryptedDocumentClient = {
  /**
   * @param documentClient - stays as it is, with its raw view of the tables; a `DynamoDBDocumentClient` or an aggregated `DynamoDBDocument`
   * @returns a client of the same class with the same `marshallOptions` and `unmarshallOptions`, and a copy of its middleware, sharing its
   *   connections and credentials
   * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` for wrong options, or for a client that encrypts already
   *
   * @example
   * ```ts
   * const client = EncryptedDocumentClient.from(DynamoDBDocumentClient.from(new DynamoDBClient({})), { materialsProvider })
   * ```
   */
  from<C extends DynamoDBDocumentClient>(documentClient: C, options: EncryptedClientOptions): C {
    return encryptedDocumentClient('EncryptedDocumentClient.from', documentClient, options).client
  },
} as const

/** The encrypting client, and what it knows of tables. */
export function encryptedDocumentClient<C extends DynamoDBDocumentClient>(
  what: string,
  documentClient: C,
  options: EncryptedClientOptions,
): { readonly client: C; readonly tables: ProtectedTables } {
  if (!hasMethod(documentClient, 'send'))
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `${what} takes a client of the AWS SDK for JavaScript v3`)
  assertPlainClient(what, documentClient)
  const tables = new ProtectedTables(asDynamoDBClient(derivedFrom(documentClient)), options)
  const client = derivedFrom(documentClient)
  addItemEncryption(client.middlewareStack, tables)
  return { client, tables }
}

/** A document client has a DynamoDBClient's configuration and middleware, and sends its commands as they are. */
export function asDynamoDBClient(client: DynamoDBClient | DynamoDBDocumentClient): DynamoDBClient {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the same, but for the constructor
  return client
}

/**
 * With a stack of its own. A handler of a document command is made for that one command, so that a client that keeps handlers would send
 * the first command again and again; the SDK refuses `cacheMiddleware` for the same reason.
 */
export function derivedFrom<C extends DynamoDBClient | DynamoDBDocumentClient>(client: C): C {
  const derived = deriveClient(client, client.middlewareStack.clone())
  derived.config.cacheMiddleware = false
  return derived
}
