// The vectors that this project makes for others (test/vectors/generated, whose README has the form), as providers and items.
import { readdirSync, readFileSync } from 'node:fs'
import {
  AttributeActions,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type AttributeAction,
  type Compatibility,
  type CryptographicMaterialsProvider,
  type DynamoDBEncryptionErrorCode,
  type EcdsaSigningAlgorithm,
  type HmacAlgorithm,
  type RsaSigningAlgorithm,
  type RsaWrappingAlgorithm,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import type { JsonItem } from './dynamodb-json.js'

export type VectorReader = 'typescript' | 'java' | 'python'

/** Bytes in Base64: a secret, or the halves of a pair as SPKI and PKCS#8. */
export interface VectorKey {
  /** JCA name of a signing key's algorithm; `AES` and `RSA` for keys that encrypt or wrap. */
  readonly algorithm: string
  readonly secret?: string
  readonly public?: string
  readonly private?: string
}

export type VectorProvider = {
  readonly signingKey: string
  /** The requested material description. */
  readonly description?: Readonly<Record<string, string>>
} & ({ readonly kind: 'static'; readonly encryptionKey?: string } | { readonly kind: 'wrapped'; readonly wrappingKey: string })

/** How an item is read. */
export interface VectorSetup {
  readonly id: string
  readonly provider: VectorProvider
  readonly compatibility: Compatibility
  readonly context: { readonly tableName?: string; readonly partitionKeyName?: string; readonly sortKeyName?: string }
  readonly actions: { readonly default: AttributeAction; readonly attributes: Readonly<Record<string, AttributeAction>> }
  readonly names?: {
    readonly signatureAttribute?: string
    readonly materialDescriptionAttribute?: string
    readonly descriptionPrefix?: string
  }
  readonly stored: JsonItem
}

export interface ReadableVector extends VectorSetup {
  readonly plaintext: JsonItem
  /** The other libraries read only what is in their own form. */
  readonly readBy: readonly VectorReader[]
}

export interface RefusedVector extends VectorSetup {
  readonly what: string
  readonly error: DynamoDBEncryptionErrorCode
  /** Libraries that read it all the same. */
  readonly readBy: readonly VectorReader[]
}

export interface VectorSet {
  readonly version: number
  readonly keys: Readonly<Record<string, VectorKey>>
  readonly readable: readonly ReadableVector[]
  readonly refused: readonly RefusedVector[]
}

export const vectorsFolder = new URL('../vectors/generated/', import.meta.url)

/** Every version that there is: readers of an old one still count on it. */
export function vectorSets(): VectorSet[] {
  const versions = readdirSync(vectorsFolder).flatMap((name) => (/^v\d+$/.test(name) ? [Number(name.slice(1))] : []))
  return versions.sort((a, b) => a - b).map(loadVectors)
}

function loadVectors(version: number): VectorSet {
  const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`v${String(version)}/${name}.json`, vectorsFolder), 'utf8'))
  return {
    version,
    keys: load('keys') as VectorSet['keys'],
    readable: load('readable') as VectorSet['readable'],
    refused: load('refused') as VectorSet['refused'],
  }
}

export function encryptorFor(setup: Omit<VectorSetup, 'id' | 'stored'>, keys: VectorSet['keys']): ItemEncryptor {
  const { provider, actions, context, compatibility, names } = setup
  return new ItemEncryptor({
    materialsProvider: providerFrom(provider, keys),
    actions: new AttributeActions(actions),
    context,
    compatibility,
    ...names,
  })
}

const bytes = (base64: string | undefined): Buffer => Buffer.from(base64 ?? '', 'base64')

function providerFrom(spec: VectorProvider, keys: VectorSet['keys']): CryptographicMaterialsProvider {
  const named = (name: string): VectorKey => {
    const key = keys[name]
    if (key === undefined) throw new Error(`the vectors have no key ${name}`)
    return key
  }
  const signingKey = signingKeyFrom(named(spec.signingKey))
  const { description: materialDescription } = spec
  if (spec.kind === 'static') {
    const encryptionKey = spec.encryptionKey === undefined ? undefined : LocalKey.aes(bytes(named(spec.encryptionKey).secret))
    return new StaticMaterialsProvider({ encryptionKey, signingKey, materialDescription })
  }
  const wrappingKey = wrappingKeyFrom(named(spec.wrappingKey), spec)
  return new WrappedMaterialsProvider({ wrappingKey, signingKey, materialDescription })
}

function signingKeyFrom({ algorithm, secret, ...halves }: VectorKey): SigningKey {
  const pair = { publicKey: bytes(halves.public), privateKey: bytes(halves.private) }
  if (secret !== undefined) return LocalKey.hmac(bytes(secret), algorithm as HmacAlgorithm)
  return algorithm.endsWith('RSA')
    ? LocalKey.rsaSigning(pair, algorithm as RsaSigningAlgorithm)
    : LocalKey.ecdsaSigning(pair, algorithm as EcdsaSigningAlgorithm)
}

const PKCS1: RsaWrappingAlgorithm = 'RSA/ECB/PKCS1Padding'

function wrappingKeyFrom({ secret, ...halves }: VectorKey, { description }: VectorProvider): WrappingKey {
  if (secret !== undefined) return LocalKey.aes(bytes(secret))
  const algorithm = description?.['amzn-ddb-wrap-alg'] as RsaWrappingAlgorithm | undefined
  const pair = { publicKey: bytes(halves.public), privateKey: bytes(halves.private) }
  return LocalKey.rsaWrapping(pair, algorithm, algorithm === PKCS1 ? { accept: [PKCS1] } : {})
}
