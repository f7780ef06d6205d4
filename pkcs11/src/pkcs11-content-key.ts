// pkcs11/src/pkcs11-content-key.ts
// A content key in a token, for the Static provider: every attribute value travels to the token and back.
import { randomBytes } from 'node:crypto'
import type { ContentKey } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle, type Mechanism } from 'pkcs11js'
import { decrypt, encrypt } from './operations.js'
import type { Token } from './token.js'

const BLOCK_BYTES = 16

/** AES in CBC mode with PKCS#7 padding: the token's CKM_AES_CBC_PAD. */
export class Pkcs11ContentKey implements ContentKey {
  readonly algorithm = 'AES'
  readonly #token: Token
  readonly #key: Handle

  /** @param key - an AES key with CKA_ENCRYPT and CKA_DECRYPT */
  constructor(token: Token, key: Handle) {
    this.#token = token
    this.#key = key
  }

  async encrypt(plaintext: Uint8Array): Promise<Uint8Array> {
    const iv = randomBytes(BLOCK_BYTES)
    return Buffer.concat([iv, await encrypt(this.#token, cbc(iv), this.#key, plaintext)])
  }

  async decrypt(stored: Uint8Array): Promise<Uint8Array> {
    const mechanism = cbc(Buffer.from(stored.subarray(0, BLOCK_BYTES)))
    const plaintext = await decrypt(this.#token, mechanism, this.#key, stored.subarray(BLOCK_BYTES))
    if (plaintext === undefined) throw new Error('the token did not decrypt it') // becomes INVALID_CIPHERTEXT, as any error does
    return plaintext
  }
}

function cbc(iv: Buffer): Mechanism {
  return { mechanism: pkcs11js.CKM_AES_CBC_PAD, parameter: iv }
}
