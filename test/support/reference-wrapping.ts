// Wrapped keys without any code of the package: AES key wrap by Node's own cipher, and items with a wrapped content key.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Item } from 'dynamodb-encryption-client'
import { CBC_ENTRY, storeItem, type ReferenceWriting } from './reference-format.js'
import { MAC_KEY } from './test-keys.js'

const IV = Buffer.alloc(8, 0xa6)

export function aesWrap(wrappingKey: Uint8Array, key: Uint8Array): Buffer {
  return createCipheriv(`aes${String(wrappingKey.length * 8)}-wrap`, wrappingKey, IV).update(key)
}

export function aesUnwrap(wrappingKey: Uint8Array, wrapped: Uint8Array): Buffer {
  return createDecipheriv(`aes${String(wrappingKey.length * 8)}-wrap`, wrappingKey, IV).update(wrapped)
}

export interface WrappedWriting extends Omit<ReferenceWriting, 'macKey' | 'description'> {
  readonly wrapped: Uint8Array | string | undefined
  /** `amzn-ddb-env-alg` and `amzn-ddb-wrap-alg`; left out where undefined. */
  readonly contentAlgorithm?: string | undefined
  readonly wrappingAlgorithm?: string | undefined
  readonly more?: readonly (readonly [string, string])[]
}

/** An item as a Wrapped provider stores it. */
export function storeWrapped(item: Item, { wrapped, contentAlgorithm, wrappingAlgorithm, more = [], ...writing }: WrappedWriting): Item {
  const entries: (readonly [string, string | undefined])[] = [
    CBC_ENTRY,
    ['amzn-ddb-env-key', wrapped instanceof Uint8Array ? Buffer.from(wrapped).toString('base64') : wrapped],
    ['amzn-ddb-env-alg', contentAlgorithm],
    ['amzn-ddb-wrap-alg', wrappingAlgorithm],
    ...more,
  ]
  const description = entries.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return storeItem(item, { macKey: MAC_KEY, ...writing, description })
}
