// An RSA key in this process that wraps content keys.
import { OAEP_NAMES, PKCS1, wrappingRow, type HashName, type RsaWrappingAlgorithm } from '../crypto/algorithms.js'
import { oaepDecryptKey, oaepEncrypt, oaepRoom } from '../crypto/oaep.js'
import { pkcs1DecryptKey, pkcs1Encrypt } from '../crypto/pkcs1.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { resolveWrappingAlgorithm } from './allow-list.js'
import { assertAcceptList, AsymmetricPair, modulusBytes, type AsymmetricKeyPairInput } from './asymmetric-pair.js'
import type { WrappingKey } from './key-interfaces.js'
import { invalidCiphertext } from './local-aes-key.js'
import { IN_PROCESS } from './one-pass.js'

/** Made by `LocalKey.rsaWrapping`. */
export class LocalRsaWrappingKey implements WrappingKey {
  readonly algorithm: RsaWrappingAlgorithm
  readonly accept: readonly string[]
  readonly [IN_PROCESS] = true
  readonly #pair: AsymmetricPair

  constructor(input: AsymmetricKeyPairInput, algorithm: RsaWrappingAlgorithm, accept: readonly string[] = OAEP_NAMES) {
    const names = [...OAEP_NAMES, PKCS1]
    if (!names.includes(algorithm)) {
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `LocalKey.rsaWrapping takes one of the algorithms ${names.join(', ')}`)
    }
    assertAcceptList('LocalKey.rsaWrapping', accept, names)
    this.#pair = new AsymmetricPair('LocalKey.rsaWrapping', 'rsa', input, accept)
    this.algorithm = algorithm
    this.accept = accept
  }

  wrap(key: Uint8Array, algorithm: string = this.algorithm): Uint8Array {
    const publicKey = this.#pair.half('public', 'encrypt')
    const hash = this.#labelHash(algorithm)
    if (hash === undefined) return pkcs1Encrypt(publicKey, key)
    if (key.length > oaepRoom(modulusBytes(publicKey), hash)) {
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `the RSA key is too short to wrap a key by ${algorithm}`)
    }
    return oaepEncrypt(publicKey, modulusBytes(publicKey), hash, key)
  }

  unwrap(wrapped: Uint8Array, algorithm: string = this.algorithm): Uint8Array {
    const privateKey = this.#pair.half('private', 'decrypt')
    const hash = this.#labelHash(algorithm)
    if (wrapped.length !== modulusBytes(privateKey)) throw invalidCiphertext()
    try {
      return hash === undefined ? pkcs1DecryptKey(privateKey, wrapped) : oaepDecryptKey(privateKey, hash, wrapped)
    } catch {
      // A number above the modulus: anyone can see that, so it may fail early. No cause all the same.
      throw invalidCiphertext()
    }
  }

  /**
   * @returns OAEP's label hash; undefined for PKCS#1 v1.5
   * @throws `ALGORITHM_NOT_ALLOWED`, also for a provider that hands an item's word straight on
   */
  #labelHash(algorithm: string): HashName | undefined {
    const name = resolveWrappingAlgorithm(this, algorithm)
    /* v8 ignore next -- what is resolved has a row */
    return wrappingRow(name)?.hash
  }
}
