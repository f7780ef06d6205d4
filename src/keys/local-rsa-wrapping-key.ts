// An RSA key in this process that wraps content keys.
import { OAEP_NAMES, PKCS1, wrappingRow, type RsaWrappingAlgorithm, type WrappingRow } from '../crypto/algorithms.js'
import { oaepDecryptKey, oaepEncrypt, oaepRoom } from '../crypto/oaep.js'
import { pkcs1DecryptKey, pkcs1Encrypt } from '../crypto/pkcs1.js'
import { DynamoDBEncryptionError } from '../errors.js'
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
    const row = rsaRow(algorithm)
    if (row.hash === undefined) return pkcs1Encrypt(publicKey, key)
    if (key.length > oaepRoom(modulusBytes(publicKey), row.hash)) {
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `the RSA key is too short to wrap a key by ${row.name}`)
    }
    return oaepEncrypt(publicKey, modulusBytes(publicKey), row.hash, key)
  }

  unwrap(wrapped: Uint8Array, algorithm: string = this.algorithm): Uint8Array {
    const privateKey = this.#pair.half('private', 'decrypt')
    const row = rsaRow(algorithm)
    if (wrapped.length !== modulusBytes(privateKey)) throw invalidCiphertext()
    try {
      return row.hash === undefined ? pkcs1DecryptKey(privateKey, wrapped) : oaepDecryptKey(privateKey, row.hash, wrapped)
    } catch {
      // A number above the modulus: anyone can see that, so it may fail early. No cause all the same.
      throw invalidCiphertext()
    }
  }
}

function rsaRow(algorithm: string): WrappingRow {
  const row = wrappingRow(algorithm)
  if (row === undefined || row.kind === 'aes-wrap') {
    throw new DynamoDBEncryptionError('ALGORITHM_NOT_ALLOWED', 'an RSA key wraps by an RSA algorithm alone')
  }
  return row
}
