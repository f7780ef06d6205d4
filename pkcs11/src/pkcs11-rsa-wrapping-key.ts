// pkcs11/src/pkcs11-rsa-wrapping-key.ts
// An RSA wrapping key in a token: OAEP over the bytes of the content key.
import { randomBytes } from 'node:crypto'
import type { OaepAlgorithm, WrappingKey } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle, type Mechanism } from 'pkcs11js'
import { mechanismFor, missingHalf, type KeyHalves } from './key-halves.js'
import { decrypt, encrypt } from './operations.js'
import type { Token } from './token.js'

/** The label's hash. MGF1 uses SHA-1 under each of these names: Java's default, which Python follows. */
const LABEL_HASHES: ReadonlyMap<string, number> = new Map<OaepAlgorithm, number>([
  ['RSA/ECB/OAEPWithSHA-1AndMGF1Padding', pkcs11js.CKM_SHA_1],
  ['RSA/ECB/OAEPWithSHA-224AndMGF1Padding', pkcs11js.CKM_SHA224],
  ['RSA/ECB/OAEPWithSHA-256AndMGF1Padding', pkcs11js.CKM_SHA256],
  ['RSA/ECB/OAEPWithSHA-384AndMGF1Padding', pkcs11js.CKM_SHA384],
  ['RSA/ECB/OAEPWithSHA-512AndMGF1Padding', pkcs11js.CKM_SHA512],
])

/** CKZ_DATA_SPECIFIED: the label is given here, and empty. The binding has no constant for it. */
const LABEL_GIVEN = 1
const CONTENT_KEY_BYTES = 32

/**
 * Wraps with a publicKey that has CKA_ENCRYPT, unwraps with a privateKey that has CKA_DECRYPT.
 *
 * SHA-1 twice by default. The other names mix two hashes, which many tokens refuse: SoftHSM up to 2.6 knows SHA-1 alone, AWS
 * CloudHSM wants MGF1 to use the label's hash. OAEP does not rest on its hash withstanding collisions (RFC 8017, appendix B.1).
 */
export class Pkcs11RsaWrappingKey implements WrappingKey {
  readonly algorithm: OaepAlgorithm
  /** An item can name no other: the token may not have it. */
  readonly accept: readonly string[] = []
  readonly #token: Token
  readonly #publicKey: Handle | undefined
  readonly #privateKey: Handle | undefined

  constructor(token: Token, { publicKey, privateKey }: KeyHalves, algorithm: OaepAlgorithm = 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding') {
    this.#token = token
    this.#publicKey = publicKey
    this.#privateKey = privateKey
    this.algorithm = algorithm
  }

  async wrap(key: Uint8Array, algorithm: string): Promise<Uint8Array> {
    return encrypt(this.#token, oaep(algorithm), this.#publicKey ?? missingHalf('publicKey', 'encrypt'), key)
  }

  /** A wrapped key that does not unwrap gives a random one: then the attributes do not decrypt, as under any other wrong key. */
  async unwrap(wrapped: Uint8Array, algorithm: string): Promise<Uint8Array> {
    const privateKey = this.#privateKey ?? missingHalf('privateKey', 'decrypt')
    return (await decrypt(this.#token, oaep(algorithm), privateKey, wrapped)) ?? randomBytes(CONTENT_KEY_BYTES)
  }
}

function oaep(algorithm: string): Mechanism {
  const hashAlg = mechanismFor(LABEL_HASHES, algorithm)
  const parameter = { type: pkcs11js.CK_PARAMS_RSA_OAEP, hashAlg, mgf: pkcs11js.CKG_MGF1_SHA1, source: LABEL_GIVEN }
  return { mechanism: pkcs11js.CKM_RSA_PKCS_OAEP, parameter }
}
