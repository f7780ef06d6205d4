// How a client that encrypts is told from a plain one.
import { DynamoDBEncryptionError } from './errors.js'

/** The name of the encrypting middleware on a client's stack. */
export const ITEM_ENCRYPTION_MIDDLEWARE = 'dynamoDBItemEncryption'

/** What is looked at of an SDK client's middleware. */
interface Stack {
  identify(): string[]
}

/** @throws `INVALID_CONFIGURATION` for a client that encrypts already: its items would be encrypted twice */
export function assertPlainClient(what: string, client: { readonly middlewareStack: Stack }): void {
  assertPlainStack(what, client.middlewareStack)
}

/** As {@link assertPlainClient}, by the client's stack. */
export function assertPlainStack(what: string, stack: Stack): void {
  // identify() lists `name - where it stands`.
  if (stack.identify().some((entry) => entry.startsWith(ITEM_ENCRYPTION_MIDDLEWARE))) {
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `${what} takes a plain client; the one given encrypts items already`)
  }
}
