// Keys in the token, as an administrator would make them there or bring them: each for one job, and none that can leave it.
import type { KeyObject } from 'node:crypto'
import pkcs11js, { type Handle, type Template } from 'pkcs11js'
import type { Token } from '../../src/token.js'

const { CKA_DECRYPT, CKA_ENCRYPT, CKA_SIGN, CKA_UNWRAP, CKA_VERIFY, CKA_WRAP } = pkcs11js

export interface TokenPair {
  readonly publicKey: Handle
  readonly privateKey: Handle
}

export type CurveName = 'P-256' | 'P-384' | 'P-521'

/** The DER of each curve's object identifier (RFC 5480). */
const CURVES: Readonly<Record<CurveName, string>> = {
  'P-256': '06082a8648ce3d030107',
  'P-384': '06052b81040022',
  'P-521': '06052b81040023',
}

/** What a key may be used for, and nothing else. */
const USES = {
  content: [CKA_ENCRYPT, CKA_DECRYPT],
  wrapping: [CKA_WRAP, CKA_UNWRAP],
  mac: [CKA_SIGN],
  oaep: { public: [CKA_ENCRYPT], private: [CKA_DECRYPT] },
  signing: { public: [CKA_VERIFY], private: [CKA_SIGN] },
} as const

/** What there is to allow or forbid of each kind of key. SoftHSM refuses a template that speaks of another kind's. */
const POSSIBLE_USES = {
  secret: [CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP, CKA_SIGN, CKA_VERIFY],
  public: [CKA_ENCRYPT, CKA_WRAP, CKA_VERIFY],
  private: [CKA_DECRYPT, CKA_UNWRAP, CKA_SIGN],
} as const

function described(kind: keyof typeof POSSIBLE_USES, label: string, uses: readonly number[]): Template {
  return [
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_LABEL, value: label },
    ...POSSIBLE_USES[kind].map((type) => ({ type, value: uses.includes(type) })),
  ]
}

/** Secret and private keys: there after login only, never read, never wrapped. */
function keptInside(kind: 'secret' | 'private', label: string, uses: readonly number[]): Template {
  return [
    ...described(kind, label, uses),
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: true },
    { type: pkcs11js.CKA_EXTRACTABLE, value: false },
  ]
}

export async function generateAes(token: Token, label: string, use: 'content' | 'wrapping'): Promise<Handle> {
  const template = [...keptInside('secret', label, USES[use]), { type: pkcs11js.CKA_VALUE_LEN, value: 32 }]
  return token.use((session) => token.pkcs11.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, template))
}

export async function generateMac(token: Token, label: string): Promise<Handle> {
  const template = [...keptInside('secret', label, USES.mac), { type: pkcs11js.CKA_VALUE_LEN, value: 32 }]
  return token.use((session) => token.pkcs11.C_GenerateKey(session, { mechanism: pkcs11js.CKM_GENERIC_SECRET_KEY_GEN }, template))
}

export async function generateRsa(token: Token, label: string, use: 'oaep' | 'signing'): Promise<TokenPair> {
  const publicTemplate = [
    ...described('public', label, USES[use].public),
    { type: pkcs11js.CKA_MODULUS_BITS, value: 2048 },
    { type: pkcs11js.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
  ]
  const privateTemplate = keptInside('private', label, USES[use].private)
  const mechanism = { mechanism: pkcs11js.CKM_RSA_PKCS_KEY_PAIR_GEN }
  return token.use((session) => token.pkcs11.C_GenerateKeyPair(session, mechanism, publicTemplate, privateTemplate))
}

export async function generateEc(token: Token, label: string, curve: CurveName): Promise<TokenPair> {
  const publicTemplate = [
    ...described('public', label, USES.signing.public),
    { type: pkcs11js.CKA_EC_PARAMS, value: Buffer.from(CURVES[curve], 'hex') },
  ]
  const privateTemplate = keptInside('private', label, USES.signing.private)
  const mechanism = { mechanism: pkcs11js.CKM_EC_KEY_PAIR_GEN }
  return token.use((session) => token.pkcs11.C_GenerateKeyPair(session, mechanism, publicTemplate, privateTemplate))
}

/** Brings a key that exists outside: with a copy in both places, each side can check the other's work. */
export async function importSecret(token: Token, label: string, use: 'content' | 'wrapping' | 'mac', value: Buffer): Promise<Handle> {
  return create(token, [
    ...keptInside('secret', label, USES[use]),
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: use === 'mac' ? pkcs11js.CKK_GENERIC_SECRET : pkcs11js.CKK_AES },
    { type: pkcs11js.CKA_VALUE, value },
  ])
}

export async function importRsa(token: Token, label: string, use: 'oaep' | 'signing', key: KeyObject): Promise<Handle> {
  const jwk = key.export({ format: 'jwk' })
  const parts: Readonly<Record<number, string | undefined>> = {
    [pkcs11js.CKA_MODULUS]: jwk.n,
    [pkcs11js.CKA_PUBLIC_EXPONENT]: jwk.e,
    [pkcs11js.CKA_PRIVATE_EXPONENT]: jwk.d,
    [pkcs11js.CKA_PRIME_1]: jwk.p,
    [pkcs11js.CKA_PRIME_2]: jwk.q,
    [pkcs11js.CKA_EXPONENT_1]: jwk.dp,
    [pkcs11js.CKA_EXPONENT_2]: jwk.dq,
    [pkcs11js.CKA_COEFFICIENT]: jwk.qi,
  }
  return create(token, [
    ...keptInside('private', label, USES[use].private),
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_RSA },
    ...Object.entries(parts).map(([type, text = '']) => ({ type: Number(type), value: Buffer.from(text, 'base64url') })),
  ])
}

async function create(token: Token, template: Template): Promise<Handle> {
  return token.use((session) => token.pkcs11.C_CreateObject(session, template))
}
