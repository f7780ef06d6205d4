// An Item, and objects whose property names come from data.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** A low-level DynamoDB item: attribute names to attribute values, as `@aws-sdk/client-dynamodb` has it. */
export type Item = Record<string, AttributeValue>

/** A value now or later. Code that has it at hand need not wait for a promise. */
export type MaybePromise<T> = T | Promise<T>

/** True for what must be awaited. Awaiting only then keeps an item with local keys in one turn of the event loop. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/**
 * Sets an own property whatever its name is. Plain assignment to `__proto__` would change the object's prototype instead,
 * and `__proto__` is a legal attribute name in DynamoDB.
 */
export function setOwn<T>(target: Record<string, T>, name: string, value: NoInfer<T>): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
  else target[name] = value
}

/** An own property's value; never one that the object's prototype would answer with. */
export function getOwn<T>(source: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(source, name) ? source[name] : undefined
}
