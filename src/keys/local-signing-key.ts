// An RSA or EC key in this process that signs items.
import { sign, verify } from 'node:crypto'
import {
  ECDSA_SIGNING_ALGORITHMS,
  RSA_SIGNING_ALGORITHMS,
  type EcdsaSigningAlgorithm,
  type RsaSigningAlgorithm,
} from '../crypto/algorithms.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { resolveSigningAlgorithm, signingHash } from './allow-list.js'
import { assertAcceptList, AsymmetricPair, type AsymmetricKeyPairInput } from './asymmetric-pair.js'
import type { SigningKey } from './key-interfaces.js'

interface Kind {
  readonly what: string
  readonly keyType: 'rsa' | 'ec'
  readonly names: readonly string[]
}

const KINDS = {
  rsa: { what: 'LocalKey.rsaSigning', keyType: 'rsa', names: Object.keys(RSA_SIGNING_ALGORITHMS) },
  ecdsa: { what: 'LocalKey.ecdsaSigning', keyType: 'ec', names: Object.keys(ECDSA_SIGNING_ALGORITHMS) },
} as const satisfies Record<string, Kind>

/** Made by `LocalKey.rsaSigning` (PKCS#1 v1.5 signatures) or `LocalKey.ecdsaSigning` (DER signatures), as Java has both. */
export class LocalSigningKey<A extends RsaSigningAlgorithm | EcdsaSigningAlgorithm> implements SigningKey {
  readonly algorithm: A
  readonly accept: readonly string[]
  readonly #kind: 'rsa' | 'ecdsa'
  readonly #pair: AsymmetricPair

  constructor(kind: 'rsa' | 'ecdsa', input: AsymmetricKeyPairInput, algorithm: A, accept: readonly string[] = KINDS[kind].names) {
    const { what, keyType, names } = KINDS[kind]
    if (!names.includes(algorithm)) {
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `${what} takes one of the algorithms ${names.join(', ')}`)
    }
    assertAcceptList(what, accept, names)
    this.#pair = new AsymmetricPair(what, keyType, input, accept)
    this.#kind = kind
    this.algorithm = algorithm
    this.accept = accept
  }

  /** @param algorithm - the requested one, where a requested material description names one that `accept` allows */
  sign(data: Uint8Array, algorithm: string = this.algorithm): Uint8Array {
    return sign(signingHash(algorithm, this.#kind), data, this.#pair.half('private', 'sign'))
  }

  verify(data: Uint8Array, signature: Uint8Array, algorithm: string = this.algorithm): boolean {
    const publicKey = this.#pair.half('public', 'verify')
    // Also for a provider that hands an item's word straight on.
    const hash = signingHash(resolveSigningAlgorithm(this, algorithm), this.#kind)
    try {
      return verify(hash, data, publicKey, signature)
    } catch {
      // Some OpenSSL builds throw for a malformed DER signature where others answer false.
      return false
    }
  }
}
