// How a client that encrypts is told from a plain one.
import { DynamoDBEncryptionError } from './errors.js'

/** The name of the encrypting middleware on a client's stack. */
export const ITEM_ENCRYPTION_MIDDLEWARE = 'dynamoDBItemEncryption'

/** What is looked at of an SDK client. */
interface ClientWithStack {
  readonly middlewareStack: { identify(): string[] }
}

/** @throws `INVALID_CONFIGURATION` for a client that encrypts already: its items would be encrypted twice */
export function assertPlainClient(what: string, client: ClientWithStack): void {
  // identify() lists `name - where it stands`.
  if (client.middlewareStack.identify().some((entry) => entry.startsWith(ITEM_ENCRYPTION_MIDDLEWARE))) {
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `${what} takes a plain client; the one given encrypts items already`)
  }
}
