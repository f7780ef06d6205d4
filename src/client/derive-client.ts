// A second client with the configuration of a first one, and a middleware stack of its own.

/** What every client of the SDK is made of. */
interface SdkClient {
  readonly config: object
  readonly middlewareStack: { clone(): unknown }
}

/**
 * The same class with the same state, but for three things: the stack; the configuration, which is a copy, since a document client writes
 * into it; and the handlers that a client with `cacheMiddleware` keeps, which lead past the new stack. No constructor runs, since it would
 * resolve a resolved configuration once more. Connections, credentials and retry state are shared.
 */
export function deriveClient<C extends SdkClient>(client: C, middlewareStack: C['middlewareStack']): C {
  const derived = copyOf(client)
  Reflect.deleteProperty(derived, 'handlers')
  Object.defineProperties(derived, {
    config: { value: copyOf(client.config), writable: true, enumerable: true, configurable: true },
    middlewareStack: { value: middlewareStack, writable: true, enumerable: true, configurable: true },
  })
  return derived
}

/** Of the same class, with the same properties, accessors among them. */
function copyOf<T extends object>(original: T): T {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- Object.create has no type for what it returns
  return Object.create(Reflect.getPrototypeOf(original), Object.getOwnPropertyDescriptors(original))
}
