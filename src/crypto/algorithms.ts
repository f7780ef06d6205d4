// Every algorithm there is, a row each, under its JCA name. What has no row cannot be asked for: HmacMD5, MD5withRSA,
// NONEwithRSA, NoPadding and ECB are missing on purpose. Rows stand in Maps: an item that names `constructor` finds nothing.

export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

export interface HmacRow {
  readonly name: string
  readonly kind: 'hmac'
  readonly hash: HashName
}

export interface AsymmetricSigningRow {
  readonly name: string
  readonly kind: 'rsa' | 'ecdsa'
  readonly hash: HashName
}

export type SigningRow = HmacRow | AsymmetricSigningRow

export interface WrappingRow {
  readonly name: string
  readonly kind: 'aes-wrap' | 'rsa-oaep' | 'rsa-pkcs1'
  /** OAEP's label hash. MGF1 always uses SHA-1: Java's default for each of these names, which Python follows (format section 6). */
  readonly hash?: HashName
}

export const HMAC_ALGORITHMS = {
  HmacSHA224: 'sha224',
  HmacSHA256: 'sha256',
  HmacSHA384: 'sha384',
  HmacSHA512: 'sha512',
} as const satisfies Record<string, HashName>

export const RSA_SIGNING_ALGORITHMS = {
  SHA224withRSA: 'sha224',
  SHA256withRSA: 'sha256',
  SHA384withRSA: 'sha384',
  SHA512withRSA: 'sha512',
} as const satisfies Record<string, HashName>

export const ECDSA_SIGNING_ALGORITHMS = {
  SHA224withECDSA: 'sha224',
  SHA256withECDSA: 'sha256',
  SHA384withECDSA: 'sha384',
  SHA512withECDSA: 'sha512',
} as const satisfies Record<string, HashName>

export const OAEP_ALGORITHMS = {
  'RSA/ECB/OAEPWithSHA-1AndMGF1Padding': 'sha1',
  'RSA/ECB/OAEPWithSHA-224AndMGF1Padding': 'sha224',
  'RSA/ECB/OAEPWithSHA-256AndMGF1Padding': 'sha256',
  'RSA/ECB/OAEPWithSHA-384AndMGF1Padding': 'sha384',
  'RSA/ECB/OAEPWithSHA-512AndMGF1Padding': 'sha512',
} as const satisfies Record<string, HashName>

export type HmacAlgorithm = keyof typeof HMAC_ALGORITHMS
export type RsaSigningAlgorithm = keyof typeof RSA_SIGNING_ALGORITHMS
export type EcdsaSigningAlgorithm = keyof typeof ECDSA_SIGNING_ALGORITHMS
export type OaepAlgorithm = keyof typeof OAEP_ALGORITHMS
/** The HMAC names, in their exact type. */
export function hmacNames(): readonly HmacAlgorithm[] {
  return ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512']
}
/** The name that stands for PKCS#1 v1.5 encryption padding. */
export type Pkcs1Algorithm = 'RSA/ECB/PKCS1Padding'
export type RsaWrappingAlgorithm = OaepAlgorithm | Pkcs1Algorithm

export const PKCS1: Pkcs1Algorithm = 'RSA/ECB/PKCS1Padding'
export const AES_WRAP = 'AESWrap'

const SIGNING: ReadonlyMap<string, SigningRow> = new Map([
  ...Object.entries(HMAC_ALGORITHMS).map(([name, hash]): [string, SigningRow] => [name, { name, kind: 'hmac', hash }]),
  ...Object.entries(RSA_SIGNING_ALGORITHMS).map(([name, hash]): [string, SigningRow] => [name, { name, kind: 'rsa', hash }]),
  ...Object.entries(ECDSA_SIGNING_ALGORITHMS).map(([name, hash]): [string, SigningRow] => [name, { name, kind: 'ecdsa', hash }]),
])

const WRAPPING: ReadonlyMap<string, WrappingRow> = new Map([
  [AES_WRAP, { name: AES_WRAP, kind: 'aes-wrap' }],
  [PKCS1, { name: PKCS1, kind: 'rsa-pkcs1' }],
  // A bare `RSA` is a JCA transformation too: the provider's default padding, PKCS#1 v1.5.
  ['RSA', { name: PKCS1, kind: 'rsa-pkcs1' }],
  ...Object.entries(OAEP_ALGORITHMS).map(([name, hash]): [string, WrappingRow] => [name, { name, kind: 'rsa-oaep', hash }]),
])

export function signingRow(name: string): SigningRow | undefined {
  return SIGNING.get(name)
}

export function wrappingRow(name: string): WrappingRow | undefined {
  return WRAPPING.get(name)
}

/** Names of one kind of signing key: what its `accept` list holds unless the caller says otherwise. */
export function signingNames(kind: SigningRow['kind']): readonly string[] {
  return [...SIGNING.values()].filter((row) => row.kind === kind).map((row) => row.name)
}

export const OAEP_NAMES: readonly string[] = Object.keys(OAEP_ALGORITHMS)

/** Content key lengths that AES has, in bytes. */
export const AES_KEY_BYTES: readonly number[] = [16, 24, 32]

const CONTENT_KEY_BITS: ReadonlyMap<string, number | undefined> = new Map([
  ['AES', undefined],
  ['AES/128', 128],
  ['AES/192', 192],
  ['AES/256', 256],
])

/**
 * What a content key algorithm (`AES`, `AES/256`) says of the key's length.
 *
 * @returns null for a name that has no row; `bits` is undefined where the name leaves the length open
 */
export function contentKeyBits(name: string): { readonly bits: number | undefined } | null {
  return CONTENT_KEY_BITS.has(name) ? { bits: CONTENT_KEY_BITS.get(name) } : null
}
