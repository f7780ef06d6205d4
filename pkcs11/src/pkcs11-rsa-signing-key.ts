// pkcs11/src/pkcs11-rsa-signing-key.ts
// An RSA signing key in a token: PKCS#1 v1.5, hashed and signed there.
import type { RsaSigningAlgorithm, SigningKey } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle, type Mechanism } from 'pkcs11js'
import { mechanismFor, missingHalf, type KeyHalves } from './key-halves.js'
import { sign, verify } from './operations.js'
import type { Token } from './token.js'

const MECHANISMS: ReadonlyMap<string, number> = new Map<RsaSigningAlgorithm, number>([
  ['SHA224withRSA', pkcs11js.CKM_SHA224_RSA_PKCS],
  ['SHA256withRSA', pkcs11js.CKM_SHA256_RSA_PKCS],
  ['SHA384withRSA', pkcs11js.CKM_SHA384_RSA_PKCS],
  ['SHA512withRSA', pkcs11js.CKM_SHA512_RSA_PKCS],
])

export class Pkcs11RsaSigningKey implements SigningKey {
  readonly algorithm: RsaSigningAlgorithm
  readonly #token: Token
  readonly #privateKey: Handle | undefined
  readonly #publicKey: Handle | undefined

  constructor(token: Token, { privateKey, publicKey }: KeyHalves, algorithm: RsaSigningAlgorithm = 'SHA256withRSA') {
    this.#token = token
    this.#privateKey = privateKey
    this.#publicKey = publicKey
    this.algorithm = algorithm
  }

  async sign(data: Uint8Array, algorithm: string): Promise<Uint8Array> {
    return sign(this.#token, rsa(algorithm), this.#privateKey ?? missingHalf('privateKey', 'sign'), data)
  }

  async verify(data: Uint8Array, signature: Uint8Array, algorithm: string): Promise<boolean> {
    return verify(this.#token, rsa(algorithm), this.#publicKey ?? missingHalf('publicKey', 'verify'), data, signature)
  }
}

function rsa(algorithm: string): Mechanism {
  return { mechanism: mechanismFor(MECHANISMS, algorithm) }
}
