// A DynamoDBClient that encrypts, beside the one it was made from.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { hasMethod } from '../assert.js'
import { assertPlainClient } from '../encrypting-client.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { deriveClient } from './derive-client.js'
import type { EncryptedClientOptions } from './options.js'
import { addItemEncryption } from './plugin.js'
import { ProtectedTables } from './protected-tables.js'

/** Clients that encrypt what they write, and verify and decrypt what they read. */
export const EncryptedClient = {
  /**
   * @param client - stays as it is, with its raw view of the tables; a `DynamoDBClient` or an aggregated `DynamoDB`
   * @returns a client of the same class, with a copy of its middleware, sharing its connections and credentials
   * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` for wrong options, or for a client that encrypts already
   *
   * @example
   * ```ts
   * const client = EncryptedClient.from(new DynamoDBClient({}), { materialsProvider })
   * ```
   */
  from<C extends DynamoDBClient>(client: C, options: EncryptedClientOptions): C {
    if (!hasMethod(client, 'send'))
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'EncryptedClient.from takes a DynamoDBClient')
    assertPlainClient('EncryptedClient.from', client)
    const plain = deriveClient<DynamoDBClient>(client, client.middlewareStack.clone())
    const encrypted = deriveClient(client, client.middlewareStack.clone())
    addItemEncryption(encrypted.middlewareStack, new ProtectedTables(plain, options))
    return encrypted
  },
} as const
