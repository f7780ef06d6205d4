import { enumError, validationError } from './kms-errors.js'

/** The key specs that the local KMS creates. Only `SYMMETRIC_DEFAULT` encrypts here; the others are there to be refused. */
export type LocalKeySpec = 'SYMMETRIC_DEFAULT' | 'RSA_2048' | 'ECC_NIST_P256' | 'HMAC_256'

/** What a key is for. Only `ENCRYPT_DECRYPT` goes with `SYMMETRIC_DEFAULT`. */
export type LocalKeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC'

/** What a key is and is for. */
export interface KeyKind {
  readonly spec: LocalKeySpec
  readonly usage: LocalKeyUsage
  /** `{ EncryptionAlgorithms: [...] }`, as key metadata shows it. */
  readonly algorithms: Readonly<Record<string, readonly string[]>>
}

/** Which usages a spec has, and with which algorithms (KMS guide, "Key spec reference"). */
const KINDS: readonly KeyKind[] = [
  { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', algorithms: { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] } },
  { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT', algorithms: { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] } },
  { spec: 'RSA_2048', usage: 'SIGN_VERIFY', algorithms: { SigningAlgorithms: ['RSASSA_PSS_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256'] } },
  { spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY', algorithms: { SigningAlgorithms: ['ECDSA_SHA_256'] } },
  { spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC', algorithms: { MacAlgorithms: ['HMAC_SHA_256'] } },
]

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

/**
 * @param spec - `SYMMETRIC_DEFAULT` if undefined
 * @param usage - may be left out only for `SYMMETRIC_DEFAULT`
 * @throws KmsError `ValidationException` for a spec or usage that is unknown here, and for a pair that does not fit
 */
export function keyKind(spec = 'SYMMETRIC_DEFAULT', usage?: string): KeyKind {
  const specs = distinct(KINDS.map((kind) => kind.spec))
  if (!specs.includes(spec)) throw enumError('KeySpec', spec, specs)
  if (usage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    throw validationError('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.')
  }
  const wanted = usage ?? 'ENCRYPT_DECRYPT'
  const usages = distinct(KINDS.map((kind) => kind.usage))
  if (!usages.includes(wanted)) throw enumError('KeyUsage', wanted, usages)
  const found = KINDS.find((kind) => kind.spec === spec && kind.usage === wanted)
  if (found === undefined) throw validationError(`KeyUsage ${wanted} is not compatible with KeySpec ${spec}`)
  return found
}
