// Keys that this process holds in memory.
import { randomBytes } from 'node:crypto'
import {
  HMAC_ALGORITHMS,
  type EcdsaSigningAlgorithm,
  type HmacAlgorithm,
  type RsaSigningAlgorithm,
  type RsaWrappingAlgorithm,
} from '../crypto/algorithms.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { AsymmetricKeyPairInput } from './asymmetric-pair.js'
import type { SecretInput } from './key-import.js'
import { LocalAesKey } from './local-aes-key.js'
import { LocalHmacKey } from './local-hmac-key.js'
import { LocalRsaWrappingKey } from './local-rsa-wrapping-key.js'
import { LocalSigningKey } from './local-signing-key.js'

/** Any key of this package. */
export type LocalKey =
  LocalAesKey | LocalHmacKey | LocalRsaWrappingKey | LocalSigningKey<RsaSigningAlgorithm> | LocalSigningKey<EcdsaSigningAlgorithm>

export interface AcceptOptions {
  /**
   * What an item's material description may name besides the key's own algorithm, in place of the default list. For wrapping
   * keys `RSA/ECB/PKCS1Padding`, and for any RSA key a short length (`RSA-1024`), are allowed only when named here.
   *
   * PKCS#1 v1.5 padding has been broken many times by whoever could watch a program fail (Bleichenbacher 1998 and since).
   * Name it only to read items that were written with it, and re-encrypt them.
   */
  readonly accept?: readonly string[] | undefined
}

type AesName = 'AES/128' | 'AES/192' | 'AES/256'
type HmacName = HmacAlgorithm | `${HmacAlgorithm}/${number}`

const HMAC_DEFAULT_BITS = 256

/**
 * Keys from bytes, KeyObjects, PEM, DER or JWK.
 *
 * Each factory throws `INVALID_CONFIGURATION` for a key of the wrong kind or length: AES keys of other than 16, 24 or 32
 * bytes, an empty HMAC key, RSA under 2048 bits, EC on other curves than P-256, P-384 and P-521.
 */
export const LocalKey = {
  /** A content key (Static provider) or a wrapping key (Wrapped provider) of 16, 24 or 32 bytes. */
  aes(secret: SecretInput): LocalAesKey {
    return new LocalAesKey(secret)
  },

  /** A symmetric signing key of any length but 0; 32 bytes are a good length. */
  hmac(secret: SecretInput, algorithm: HmacAlgorithm = 'HmacSHA256'): LocalHmacKey {
    return new LocalHmacKey(secret, algorithm)
  },

  /** An RSA key pair, or one half of it, that wraps content keys. OAEP with MGF1-SHA-1, as Java and Python have it. */
  rsaWrapping(
    keys: AsymmetricKeyPairInput,
    algorithm: RsaWrappingAlgorithm = 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding',
    options: AcceptOptions = {},
  ): LocalRsaWrappingKey {
    return new LocalRsaWrappingKey(keys, algorithm, options.accept)
  },

  /** An RSA key pair, or one half of it, that signs by PKCS#1 v1.5. */
  rsaSigning(
    keys: AsymmetricKeyPairInput,
    algorithm: RsaSigningAlgorithm = 'SHA256withRSA',
    options: AcceptOptions = {},
  ): LocalSigningKey<RsaSigningAlgorithm> {
    return new LocalSigningKey('rsa', keys, algorithm, options.accept)
  },

  /** An EC key pair, or one half of it, on P-256, P-384 or P-521. Java reads its signatures; Python has no ECDSA. */
  ecdsaSigning(
    keys: AsymmetricKeyPairInput,
    algorithm: EcdsaSigningAlgorithm = 'SHA256withECDSA',
    options: AcceptOptions = {},
  ): LocalSigningKey<EcdsaSigningAlgorithm> {
    return new LocalSigningKey('ecdsa', keys, algorithm, options.accept)
  },

  generate,
}

/** A fresh random key: `AES/256`, `HmacSHA256/256` (algorithm, `/`, length in bits; 256 where an HMAC's length is left out). */
function generate(name: AesName): LocalAesKey
function generate(name: HmacName): LocalHmacKey
function generate(name: AesName | HmacName): LocalAesKey | LocalHmacKey
function generate(name: string): LocalAesKey | LocalHmacKey {
  const [algorithm = '', bitsText] = name.split('/', 2)
  const bits = bitsText === undefined && isHmac(algorithm) ? HMAC_DEFAULT_BITS : Number(bitsText)
  if (Number.isInteger(bits) && bits > 0 && bits % 8 === 0 && bits <= 65536) {
    const bytes = randomBytes(bits / 8)
    try {
      if (algorithm === 'AES') return new LocalAesKey(bytes)
      if (isHmac(algorithm)) return new LocalHmacKey(bytes, algorithm)
    } finally {
      bytes.fill(0)
    }
  }
  throw new DynamoDBEncryptionError(
    'INVALID_CONFIGURATION',
    'LocalKey.generate takes AES/128, AES/192, AES/256, or an HMAC name such as HmacSHA256/256',
  )
}

function isHmac(algorithm: string): algorithm is HmacAlgorithm {
  return Object.hasOwn(HMAC_ALGORITHMS, algorithm)
}
