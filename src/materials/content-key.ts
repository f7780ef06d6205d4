// A fresh content key for one item, and the way back from its wrapped form (format section 6, "Wrapped").
import { isBytes } from '../assert.js'
import { asBuffer, wipe } from '../bytes.js'
import { AES_KEY_BYTES, contentKeyBits } from '../crypto/algorithms.js'
import { randomKey } from '../crypto/random-pool.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote } from '../errors.js'
import { getOwn, isPromise, type MaybePromise } from '../items.js'
import { CONTENT_KEY_ALGORITHM, WRAPPED_KEY, type MaterialDescription } from '../format/material-description.js'
import type { WrappingKey } from '../keys/key-interfaces.js'
import { invalidCiphertext, ItemContentKey } from '../keys/local-aes-key.js'
import { isInProcess } from '../keys/one-pass.js'

const DEFAULT_BITS = 256
export const DEFAULT_CONTENT_KEY_ALGORITHM = 'AES/256'

/**
 * The length in bits that a description's content key algorithm stands for.
 *
 * @returns undefined where the name, `AES`, leaves it open
 * @throws `ALGORITHM_NOT_ALLOWED` for any other algorithm, and for a length under the minimum
 */
export function namedContentKeyBits(description: MaterialDescription, minimumBits: number): number | undefined {
  const name = getOwn(description, CONTENT_KEY_ALGORITHM)
  if (name === undefined) return undefined
  const named = contentKeyBits(name)
  if (named === null || (named.bits !== undefined && named.bits < minimumBits)) {
    throw new DynamoDBEncryptionError(
      'ALGORITHM_NOT_ALLOWED',
      `the material description names the content key algorithm ${quote(name)}; allowed are AES and AES/128, AES/192, AES/256 ` +
        `of at least minimumContentKeyBits (${String(minimumBits)})`,
    )
  }
  return named.bits
}

/** Node's decoder passes over what is not Base64, so a length that falls short shows it. Old Java versions broke the text into lines. */
function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return ((text.length * 3) >> 2) - padding
}

/** @param wrappingKey - a key held elsewhere gets the content key in memory that holds no other item's */
export function newContentKey(bits: number = DEFAULT_BITS, wrappingKey?: WrappingKey): Buffer {
  const key = randomKey(bits / 8)
  if (wrappingKey === undefined || isInProcess(wrappingKey)) return key
  const alone = Buffer.from(new ArrayBuffer(key.length))
  alone.set(key)
  wipe(key)
  return alone
}

/**
 * The wrapped key that a description holds.
 *
 * @throws `INVALID_MATERIAL_DESCRIPTION` where there is none, or it is not Base64
 */
export function wrappedKeyOf(description: MaterialDescription): Buffer {
  const text = getOwn(description, WRAPPED_KEY)
  if (text === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_MATERIAL_DESCRIPTION',
      `the item's material description has no ${WRAPPED_KEY}, which holds the key that its attributes are encrypted under`,
    )
  }
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || (bytes.length !== decodedLength(text) && bytes.length !== decodedLength(text.replace(/[\r\n]+/g, '')))) {
    throw new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', `${WRAPPED_KEY} in the item's material description is not Base64`)
  }
  return bytes
}

/**
 * Unwraps an item's content key. A key of a length that does not fit is replaced by a random one, so that what follows
 * fails as it does for a wrong key: whoever can write to the table must not learn from the answer.
 */
export function unwrapContentKey(
  unwrappingKey: WrappingKey,
  wrapped: Buffer,
  algorithm: string,
  bits: number | undefined,
  minimumBits: number,
): MaybePromise<ItemContentKey> {
  if (unwrappingKey.unwrap === undefined) {
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'the unwrappingKey cannot unwrap: give the key that has that half')
  }
  const made = (key: unknown): ItemContentKey => {
    if (!isBytes(key)) throw invalidCiphertext()
    return new ItemContentKey(fitting(key, bits, minimumBits))
  }
  let key: MaybePromise<unknown>
  try {
    key = unwrappingKey.unwrap(wrapped, algorithm)
  } catch (error) {
    throw sameForAll(error)
  }
  if (!isPromise(key)) return made(key)
  return key.then(made, (error: unknown) => {
    throw sameForAll(error)
  })
}

function fitting(key: Uint8Array, bits: number | undefined, minimumBits: number): Buffer {
  const fits = bits === undefined ? AES_KEY_BYTES.includes(key.length) && key.length * 8 >= minimumBits : key.length * 8 === bits
  if (fits) return asBuffer(key)
  wipe(key)
  return newContentKey()
}

/** What kept an unwrapping from being tried may be told; what made one fail may not. */
function sameForAll(error: unknown): unknown {
  return isDynamoDBEncryptionError(error) && error.code !== 'INVALID_CIPHERTEXT' ? error : invalidCiphertext()
}
