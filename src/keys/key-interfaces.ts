// What a key can do, wherever it is held: in this process (LocalKey), in an HSM, in a vault.
import type { MaybePromise } from '../items.js'

/** Encrypts attribute values. AES in CBC mode with PKCS#7 padding is what both sides of the item format expect. */
export interface ContentKey {
  readonly algorithm: 'AES'
  /**
   * @param plaintext - one serialized attribute value
   * @returns a fresh unpredictable 16-byte IV and the padded ciphertext behind it
   */
  encrypt(plaintext: Uint8Array): MaybePromise<Uint8Array>
  /**
   * Called only after the item's signature has held.
   *
   * @param stored - IV and ciphertext: a multiple of 16 bytes, at least 32
   * @throws anything: the encryptor answers every failure with the same `INVALID_CIPHERTEXT`
   */
  decrypt(stored: Uint8Array): MaybePromise<Uint8Array>
}

/** Wraps and unwraps content keys. Implement the half you hold. */
export interface WrappingKey {
  /** The name written to `amzn-ddb-wrap-alg`: `AESWrap`, or one of the RSA names. */
  readonly algorithm: string
  /** What an item's description may name besides `algorithm`. Left out: the OAEP names for an RSA key, nothing for another. */
  readonly accept?: readonly string[]
  /** @param key - a content key of 16, 24 or 32 bytes; wiped by the caller once the item is done */
  wrap?(key: Uint8Array, algorithm: string): MaybePromise<Uint8Array>
  /**
   * Called only after the item's signature has held.
   *
   * @param algorithm - the item's, already checked against `accept`
   * @returns a buffer of its own, which the caller wipes
   * @throws anything for a wrapped key that does not unwrap; `MATERIALS_UNAVAILABLE` where nothing could be tried
   */
  unwrap?(wrapped: Uint8Array, algorithm: string): MaybePromise<Uint8Array>
}

/** Signs and verifies items. Implement the half you hold. */
export interface SigningKey {
  /** JCA name: `HmacSHA256`, `SHA256withRSA`, `SHA256withECDSA` and their like. */
  readonly algorithm: string
  /** What an item's description may name besides `algorithm`. Left out: the SHA-2 names of the same kind of key. */
  readonly accept?: readonly string[]
  /**
   * @param data - the string to sign: 32 bytes, and 96 more for each signed attribute
   * @param algorithm - the requested one, already checked against `accept`; mostly the key's own
   */
  sign?(data: Uint8Array, algorithm: string): MaybePromise<Uint8Array>
  /**
   * @param data - the string to sign; valid only until the returned promise settles
   * @param algorithm - the item's, already checked against `accept`
   * @returns false for every signature that does not hold, malformed ones too
   * @throws only where nothing could be checked: `MATERIALS_UNAVAILABLE`
   */
  verify?(data: Uint8Array, signature: Uint8Array, algorithm: string): MaybePromise<boolean>
}
