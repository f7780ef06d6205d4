// Items for tests, and what must not happen to them.
import { AttributeActions, type AttributeAction, type Item } from 'dynamodb-encryption-client'
import { MARKER } from './secrets.js'

/** Every type, some nested; each value holds the marker, as far as its type can. */
export function itemOfEveryType(): Item {
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
  return {
    text: { S: `${MARKER} é€\u{1F600}` },
    number: { N: '-12.5' },
    binary: { B: bytes(MARKER) },
    texts: { SS: ['a', MARKER] },
    numbers: { NS: ['-1', '10', '9'] },
    binaries: { BS: [bytes('a'), bytes(MARKER)] },
    list: { L: [{ S: MARKER }, { L: [] }, { NULL: true }, { M: { deep: { BOOL: false } } }] },
    map: { M: { a: { S: MARKER }, b: { SS: ['x'] }, c: { L: [{ N: '1' }] } } },
    yes: { BOOL: true },
    nothing: { NULL: true },
  }
}

export const TABLE = 'People'
export const KEY_NAMES = { partitionKeyName: 'id', sortKeyName: 'when' } as const
export const CONTEXT = { tableName: TABLE, ...KEY_NAMES }

/** As {@link itemOfEveryType}, with a primary key. */
export function wholeItem(): Item {
  return { id: { S: 'p-7' }, when: { N: '20240229' }, ...itemOfEveryType() }
}

/** Every attribute is encrypted but the primary key, which is signed. */
export const ENCRYPT_ALL = new AttributeActions().withIndexKeys('id', 'when')
export const SIGN_ALL = new AttributeActions({ default: 'SIGN_ONLY' })

export const actionForOf =
  (actions: AttributeActions) =>
  (name: string): AttributeAction =>
    actions.actionFor(name)

/** Frozen through and through, but for bytes, which JavaScript can't freeze. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}

/** Sets the own attribute of that name, `__proto__` too. */
export function withAttribute(item: Item, name: string, value: Item[string]): Item {
  const copy = { ...item }
  Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true })
  return copy
}

export function without(item: Item, ...names: readonly string[]): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)))
}

/** The bytes of an attribute that is expected to be of type B. */
export function bytesOf(item: Item, name: string): Uint8Array {
  const bytes = item[name]?.B
  if (bytes === undefined) throw new Error(`the item has no B named ${name}`)
  return bytes
}

/** The bytes with one bit flipped. */
export function flipped(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  const copy = new Uint8Array(bytes)
  const place = at < 0 ? copy.length + at : at
  copy[place] = (copy[place] ?? 0) ^ (1 << bit)
  return copy
}
