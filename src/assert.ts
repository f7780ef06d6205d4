// Boundary checks on what JavaScript callers can pass whatever the types say.

/** An object of properties: no array, and none of the kinds (Map, Set, Date …) whose contents are no properties. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.prototype.toString.call(value) === '[object Object]'
}

/** What a key or provider that someone else wrote may well return in the place of bytes. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}

/** Whether an object has a method of that name. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && name in value && typeof Reflect.get(value, name) === 'function'
}
