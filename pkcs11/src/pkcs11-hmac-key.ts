// A MAC key in a token.
import { timingSafeEqual } from 'node:crypto'
import type { HmacAlgorithm, SigningKey } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle } from 'pkcs11js'
import { mechanismFor } from './key-halves.js'
import { sign } from './operations.js'
import type { Token } from './token.js'

const MECHANISMS: ReadonlyMap<string, number> = new Map<HmacAlgorithm, number>([
  ['HmacSHA224', pkcs11js.CKM_SHA224_HMAC],
  ['HmacSHA256', pkcs11js.CKM_SHA256_HMAC],
  ['HmacSHA384', pkcs11js.CKM_SHA384_HMAC],
  ['HmacSHA512', pkcs11js.CKM_SHA512_HMAC],
])

export class Pkcs11HmacKey implements SigningKey {
  readonly algorithm: HmacAlgorithm
  readonly #token: Token
  readonly #key: Handle

  /** @param key - a generic secret with CKA_SIGN */
  constructor(token: Token, key: Handle, algorithm: HmacAlgorithm = 'HmacSHA256') {
    this.#token = token
    this.#key = key
    this.algorithm = algorithm
  }

  async sign(data: Uint8Array): Promise<Uint8Array> {
    return sign(this.#token, { mechanism: mechanismFor(MECHANISMS, this.algorithm) }, this.#key, data)
  }

  /** Compared here: whether C_Verify compares in constant time is the token's secret. */
  async verify(data: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const expected = await this.sign(data)
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  }
}
