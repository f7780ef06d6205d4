// An AES key in this process: a content key, or a wrapping key.
import { AES_KEY_BYTES, AES_WRAP } from '../crypto/algorithms.js'
import { AesKeyWrap } from '../crypto/aes-key-wrap.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { ContentCipher } from './content-cipher.js'
import { importSecret, type SecretInput } from './key-import.js'
import type { ContentKey, WrappingKey } from './key-interfaces.js'
import { IN_PROCESS, ONE_PASS, WIPE, type OnePassContentKey, type WipeableKey } from './one-pass.js'

/** Same code and words whatever it was that failed. */
export function invalidCiphertext(): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_CIPHERTEXT',
    'the signature holds, but the item does not decrypt: it was encrypted under another key, or written by a faulty program',
  )
}

/** Made by `LocalKey.aes` or `LocalKey.generate`. */
export class LocalAesKey implements ContentKey, WrappingKey, OnePassContentKey {
  readonly algorithm = 'AES'
  readonly [ONE_PASS]: ContentCipher
  readonly [IN_PROCESS] = true
  readonly #bytes: Buffer
  #wrap: AesKeyWrap | undefined

  constructor(secret: SecretInput) {
    this.#bytes = importSecret('LocalKey.aes', secret)
    if (!AES_KEY_BYTES.includes(this.#bytes.length)) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `LocalKey.aes takes a key of 16, 24 or 32 bytes; the one given has ${String(this.#bytes.length)}`,
      )
    }
    this[ONE_PASS] = new ContentCipher(this.#bytes)
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    return this[ONE_PASS].encryptValue(plaintext)
  }

  decrypt(stored: Uint8Array): Uint8Array {
    const plaintext = this[ONE_PASS].decryptValue(stored)
    if (plaintext === undefined) throw invalidCiphertext()
    return plaintext
  }

  wrap(key: Uint8Array, algorithm: string = AES_WRAP): Uint8Array {
    return this.#keyWrap(algorithm).wrap(key)
  }

  unwrap(wrapped: Uint8Array, algorithm: string = AES_WRAP): Uint8Array {
    const key = this.#keyWrap(algorithm).unwrap(wrapped)
    if (key === undefined) throw invalidCiphertext()
    return key
  }

  #keyWrap(algorithm: string): AesKeyWrap {
    if (algorithm !== AES_WRAP) throw new DynamoDBEncryptionError('ALGORITHM_NOT_ALLOWED', `an AES key wraps by ${AES_WRAP} alone`)
    this.#wrap ??= new AesKeyWrap(this.#bytes)
    return this.#wrap
  }
}

/** A content key that lives for one item: the encryptor wipes it when the item is done. */
export class ItemContentKey implements ContentKey, OnePassContentKey, WipeableKey {
  readonly algorithm = 'AES'
  readonly [ONE_PASS]: ContentCipher

  /** @param bytes - taken over, and wiped at the end */
  constructor(bytes: Buffer) {
    this[ONE_PASS] = new ContentCipher(bytes)
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    return this[ONE_PASS].encryptValue(plaintext)
  }

  decrypt(stored: Uint8Array): Uint8Array {
    const plaintext = this[ONE_PASS].decryptValue(stored)
    if (plaintext === undefined) throw invalidCiphertext()
    return plaintext
  }

  [WIPE](): void {
    this[ONE_PASS].wipe()
  }
}
