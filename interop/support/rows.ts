// A row for each way in which keys that can be held in a file protect an item: as this package has it, and as the peers do.
import {
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type EcdsaSigningAlgorithm,
  type HmacAlgorithm,
  type MaterialDescription,
  type RsaSigningAlgorithm,
  type RsaWrappingAlgorithm,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { ecPair, rsaPair, secretBytes, type Pair } from '../../test/support/test-keys.js'
import type { PeerKey, PeerName, PeerProvider } from './peers.js'

export type Family = 'Static' | 'sign-only' | 'Wrapped AES' | 'Wrapped RSA'

export interface InteropRow {
  readonly family: Family
  readonly name: string
  /** Python has neither ECDSA nor OAEP with SHA-224. */
  readonly peers: readonly PeerName[]
  /** False where the provider has no encryption key. */
  readonly encrypts: boolean
  readonly ours: CryptographicMaterialsProvider
  readonly theirs: PeerProvider
  readonly keys: readonly PeerKey[]
}

const BOTH: readonly PeerName[] = ['Java', 'Python']
const JAVA: readonly PeerName[] = ['Java']

interface Signer {
  readonly key: SigningKey
  readonly peerKey: PeerKey
  readonly peers: readonly PeerName[]
}

interface Wrapper {
  readonly key: WrappingKey
  readonly peerKey: PeerKey
}

function halves({ publicKey, privateKey }: Pair): Pick<PeerKey, 'publicKey' | 'privateKey'> {
  return { publicKey: publicKey.export({ format: 'der', type: 'spki' }), privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }) }
}

function hmac(algorithm: HmacAlgorithm, bytes = 32): Signer {
  const secret = secretBytes(bytes, 0x90)
  return { key: LocalKey.hmac(secret, algorithm), peerKey: { name: algorithm, algorithm, secret }, peers: BOTH }
}

function rsaSigner(algorithm: RsaSigningAlgorithm): Signer {
  const pair = rsaPair(2048, 10)
  return { key: LocalKey.rsaSigning(pair, algorithm), peerKey: { name: algorithm, algorithm, ...halves(pair) }, peers: BOTH }
}

const CURVES = { SHA224withECDSA: 'P-256', SHA256withECDSA: 'P-256', SHA384withECDSA: 'P-384', SHA512withECDSA: 'P-521' } as const

function ecdsaSigner(algorithm: EcdsaSigningAlgorithm): Signer {
  const pair = ecPair(CURVES[algorithm], 10)
  return { key: LocalKey.ecdsaSigning(pair, algorithm), peerKey: { name: algorithm, algorithm, ...halves(pair) }, peers: JAVA }
}

const HMAC = hmac('HmacSHA256')
const HMACS = [hmac('HmacSHA224', 16), HMAC, hmac('HmacSHA384', 48), hmac('HmacSHA512', 200)]
const RSA = (['SHA224withRSA', 'SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA'] as const).map(rsaSigner)
const ECDSA = (['SHA224withECDSA', 'SHA256withECDSA', 'SHA384withECDSA', 'SHA512withECDSA'] as const).map(ecdsaSigner)

function aesKey(bytes: number, role: 'content' | 'wrapping'): PeerKey & { readonly secret: Uint8Array } {
  return { name: `AES-${String(bytes * 8)} ${role}`, algorithm: 'AES', secret: secretBytes(bytes, role === 'content' ? 0x41 : 0x21) }
}

function staticRow(signer: Signer, bytes: number): InteropRow {
  const contentKey = aesKey(bytes, 'content')
  return {
    family: 'Static',
    name: `Static AES-${String(bytes * 8)}, ${signer.peerKey.algorithm}`,
    peers: signer.peers,
    encrypts: true,
    ours: new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(contentKey.secret), signingKey: signer.key }),
    theirs: { kind: 'static', encryptionKey: contentKey.name, signingKey: signer.peerKey.name },
    keys: [contentKey, signer.peerKey],
  }
}

function signOnlyRow(signer: Signer): InteropRow {
  return {
    family: 'sign-only',
    name: `sign-only, ${signer.peerKey.algorithm}`,
    peers: signer.peers,
    encrypts: false,
    ours: new StaticMaterialsProvider({ signingKey: signer.key }),
    theirs: { kind: 'static', signingKey: signer.peerKey.name },
    keys: [signer.peerKey],
  }
}

function wrappedRow(family: Family, name: string, wrapper: Wrapper, signer: Signer, materialDescription?: MaterialDescription): InteropRow {
  return {
    family,
    name,
    peers: signer.peers,
    encrypts: true,
    ours: new WrappedMaterialsProvider({ wrappingKey: wrapper.key, signingKey: signer.key, materialDescription }),
    theirs: {
      kind: 'wrapped',
      wrappingKey: wrapper.peerKey.name,
      signingKey: signer.peerKey.name,
      ...(materialDescription && { description: materialDescription }),
    },
    keys: [wrapper.peerKey, signer.peerKey],
  }
}

function wrappedAesRow(bytes: number, contentKey: string | undefined, signer: Signer): InteropRow {
  const peerKey = aesKey(bytes, 'wrapping')
  const name = `Wrapped AES-${String(bytes * 8)}, content key ${contentKey ?? 'unnamed'}, ${signer.peerKey.algorithm}`
  const description = contentKey === undefined ? undefined : { 'amzn-ddb-env-alg': contentKey }
  return wrappedRow('Wrapped AES', name, { key: LocalKey.aes(peerKey.secret), peerKey }, signer, description)
}

const PKCS1: RsaWrappingAlgorithm = 'RSA/ECB/PKCS1Padding'
const WRAPPING_PAIR = rsaPair(2048, 1)

function wrappedRsaRow(algorithm: RsaWrappingAlgorithm, signer: Signer): InteropRow {
  const peerKey = { name: 'RSA wrapping', algorithm: 'RSA', ...halves(WRAPPING_PAIR) }
  const key = LocalKey.rsaWrapping(WRAPPING_PAIR, algorithm, algorithm === PKCS1 ? { accept: [PKCS1] } : {})
  const name = `Wrapped ${algorithm}, ${signer.peerKey.algorithm}`
  const row = wrappedRow('Wrapped RSA', name, { key, peerKey }, signer, { 'amzn-ddb-wrap-alg': algorithm })
  return algorithm.includes('SHA-224') ? { ...row, peers: JAVA } : row
}

const RSA_SIGNER = rsaSigner('SHA256withRSA')
const RSA_SIGNER_512 = rsaSigner('SHA512withRSA')
const oaep = (hash: '1' | '224' | '256' | '384' | '512'): RsaWrappingAlgorithm => `RSA/ECB/OAEPWithSHA-${hash}AndMGF1Padding`

export const ROWS: readonly InteropRow[] = [
  ...[16, 24, 32, 32].flatMap((bytes, at) => HMACS.slice(at, at + 1).map((signer) => staticRow(signer, bytes))),
  ...[...RSA, ...ECDSA].map((signer) => staticRow(signer, 32)),
  ...[...HMACS, ...RSA, ...ECDSA].map(signOnlyRow),
  // The content key's length crosswise to the wrapping key's.
  wrappedAesRow(16, 'AES/256', HMAC),
  wrappedAesRow(24, 'AES/128', HMAC),
  wrappedAesRow(32, 'AES/192', HMAC),
  wrappedAesRow(32, undefined, HMAC),
  wrappedAesRow(32, undefined, RSA_SIGNER_512),
  ...ECDSA.slice(1, 2).map((signer) => wrappedAesRow(32, undefined, signer)),
  wrappedRsaRow(oaep('1'), HMAC),
  wrappedRsaRow(oaep('224'), HMAC),
  wrappedRsaRow(oaep('256'), RSA_SIGNER),
  wrappedRsaRow(oaep('384'), HMAC),
  wrappedRsaRow(oaep('512'), RSA_SIGNER),
  wrappedRsaRow(PKCS1, HMAC),
]

export const FAMILIES: readonly Family[] = ['Static', 'sign-only', 'Wrapped AES', 'Wrapped RSA']

/** For counterexamples that print a row's name in place of its keys. */
export function rowNamed(name: string): InteropRow {
  const row = ROWS.find((each) => each.name === name)
  if (row === undefined) throw new Error(`no row is named ${name}`)
  return row
}

/** Each key once. */
export function keysFor(peer: PeerName, rows: readonly InteropRow[] = ROWS): PeerKey[] {
  const keys = rows.filter(({ peers }) => peers.includes(peer)).flatMap((row) => row.keys)
  return [...new Map(keys.map((key) => [key.name, key])).values()]
}
