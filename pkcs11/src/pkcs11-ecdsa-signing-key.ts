// An ECDSA signing key in a token. The string to sign is hashed here, since SoftHSM 2.6 signs nothing but a hash (CKM_ECDSA).
import { createHash } from 'node:crypto'
import type { EcdsaSigningAlgorithm, SigningKey } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle, type Mechanism } from 'pkcs11js'
import { fromDer, toDer } from './ecdsa-signature.js'
import { mechanismFor, missingHalf, type KeyHalves } from './key-halves.js'
import { sign, verify } from './operations.js'
import { curveOf } from './public-key.js'
import type { Token } from './token.js'

const HASHES: ReadonlyMap<string, string> = new Map<EcdsaSigningAlgorithm, string>([
  ['SHA224withECDSA', 'sha224'],
  ['SHA256withECDSA', 'sha256'],
  ['SHA384withECDSA', 'sha384'],
  ['SHA512withECDSA', 'sha512'],
])

const ECDSA: Mechanism = { mechanism: pkcs11js.CKM_ECDSA }

export class Pkcs11EcdsaSigningKey implements SigningKey {
  readonly algorithm: EcdsaSigningAlgorithm
  readonly #token: Token
  readonly #privateKey: Handle | undefined
  readonly #publicKey: Handle | undefined
  readonly #bytes: number

  constructor(token: Token, { privateKey, publicKey }: KeyHalves, algorithm: EcdsaSigningAlgorithm = 'SHA256withECDSA') {
    this.#token = token
    this.#privateKey = privateKey
    this.#publicKey = publicKey
    this.#bytes = curveOf(token, publicKey ?? privateKey ?? missingHalf('publicKey or privateKey', 'do anything')).bytes
    this.algorithm = algorithm
  }

  async sign(data: Uint8Array, algorithm: string): Promise<Uint8Array> {
    return toDer(await sign(this.#token, ECDSA, this.#privateKey ?? missingHalf('privateKey', 'sign'), this.#hash(data, algorithm)))
  }

  async verify(data: Uint8Array, signature: Uint8Array, algorithm: string): Promise<boolean> {
    const publicKey = this.#publicKey ?? missingHalf('publicKey', 'verify')
    const ends = fromDer(signature, this.#bytes)
    return ends !== undefined && verify(this.#token, ECDSA, publicKey, this.#hash(data, algorithm), ends)
  }

  /** The leftmost bits of the hash are what is signed (FIPS 186-5, section 6.4); not every token cuts a long one by itself. */
  #hash(data: Uint8Array, algorithm: string): Buffer {
    return createHash(mechanismFor(HASHES, algorithm)).update(data).digest().subarray(0, this.#bytes)
  }
}
