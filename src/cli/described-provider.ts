// A materials provider from its description in a config file. Keys come from the environment or from files, never from the config itself.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { hasMethod, isPlainObject } from '../assert.js'
import { wipe } from '../bytes.js'
import { LocalKey } from '../keys/local-key.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import { StaticMaterialsProvider } from '../materials/static.js'
import { WrappedMaterialsProvider } from '../materials/wrapped.js'
import { CachingMostRecentProvider } from '../store/caching-most-recent.js'
import { MetaStore } from '../store/meta-store.js'
import type { ProviderDescription, SecretSource, StoreDescription } from './config-types.js'
import { UsageError } from './usage-error.js'

/** Where descriptions find what they name. */
export interface Surroundings {
  /** What files are named from. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly client: DynamoDBClient
}

const DEFAULT_TTL = 60_000

/**
 * @param where - the config's field, for messages
 * @throws UsageError
 */
export async function describedProvider(given: unknown, where: string, around: Surroundings): Promise<CryptographicMaterialsProvider> {
  if (isProvider(given)) return given
  if (!isDescription(given)) {
    throw new UsageError(
      `${where} is no materials provider: give one made by this package, or { "kind": "static" | "wrapped" | "direct-kms" | "caching-most-recent", ... }`,
    )
  }
  const key = (name: string): Promise<Uint8Array> => secret(Reflect.get(given, name), `${where}.${name}`, around)
  switch (given.kind) {
    case 'static':
      return new StaticMaterialsProvider({
        ...(given.encryptionKey !== undefined && { encryptionKey: LocalKey.aes(await key('encryptionKey')) }),
        signingKey: LocalKey.hmac(await key('signingKey')),
        materialDescription: given.materialDescription,
      })
    case 'wrapped':
      return new WrappedMaterialsProvider({
        wrappingKey: LocalKey.aes(await key('wrappingKey')),
        signingKey: LocalKey.hmac(await key('signingKey')),
        materialDescription: given.materialDescription,
      })
    case 'direct-kms':
      return kmsProvider(given, where)
    case 'caching-most-recent':
      return new CachingMostRecentProvider({
        store: await describedStore(given.store, `${where}.store`, around),
        materialName: given.materialName,
        ttl: given.ttl ?? DEFAULT_TTL,
      })
  }
}

/** @throws UsageError */
export async function describedStore(given: unknown, where: string, around: Surroundings): Promise<MetaStore> {
  if (!isStore(given)) throw new UsageError(`${where} is no store: give { "tableName": ..., "materialsProvider": ... }`)
  const materialsProvider = await describedProvider(given.materialsProvider, `${where}.materialsProvider`, around)
  return new MetaStore({ client: around.client, tableName: given.tableName, materialsProvider })
}

/** The client of KMS is an optional peer: only who uses it must have it. */
async function kmsProvider(
  { kind: _, ...options }: Extract<ProviderDescription, { readonly kind: 'direct-kms' }>,
  where: string,
): Promise<CryptographicMaterialsProvider> {
  const entry = await import('../materials/kms.js').catch((cause: unknown) => {
    throw new UsageError(`${where} needs the package @aws-sdk/client-kms: npm install @aws-sdk/client-kms`, { cause })
  })
  return new entry.DirectKmsMaterialsProvider(options)
}

const DECODERS = {
  base64: (bytes: Buffer) => Buffer.from(bytes.toString('utf8').trim(), 'base64'),
  hex: (bytes: Buffer) => Buffer.from(bytes.toString('utf8').trim(), 'hex'),
  raw: (bytes: Buffer) => Buffer.from(bytes),
} as const

async function secret(given: unknown, where: string, { folder, env }: Surroundings): Promise<Uint8Array> {
  if (!isSecretSource(given)) {
    throw new UsageError(`${where} says where the key is, and is not the key: { "env": "NAME" } or { "file": "path" }, in Base64`)
  }
  const text = await secretBytes(given, where, folder, env)
  const key = DECODERS[given.encoding ?? 'base64'](text)
  wipe(text)
  if (key.length === 0) throw new UsageError(`${where} is empty, or not in the encoding ${given.encoding ?? 'base64'}`)
  return key
}

async function secretBytes(
  { env: name, file }: SecretSource,
  where: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Buffer> {
  if (name !== undefined) {
    const value = env[name]
    if (value === undefined || value === '') throw new UsageError(`${where} names the environment variable ${name}, which is not set`)
    return Buffer.from(value)
  }
  const path = resolve(folder, file ?? '')
  return readFile(path).catch((cause: unknown) => {
    throw new UsageError(`${where} names the file ${path}, which cannot be read`, { cause })
  })
}

function isProvider(given: unknown): given is CryptographicMaterialsProvider {
  return hasMethod(given, 'encryptionMaterials') && hasMethod(given, 'decryptionMaterials')
}

const NEEDED = { static: [], wrapped: [], 'direct-kms': ['keyId'], 'caching-most-recent': ['materialName'] } as const

function isDescription(given: unknown): given is ProviderDescription {
  if (!isPlainObject(given)) return false
  const { kind } = given
  if (kind !== 'static' && kind !== 'wrapped' && kind !== 'direct-kms' && kind !== 'caching-most-recent') return false
  return NEEDED[kind].every((name) => typeof given[name] === 'string')
}

function isStore(given: unknown): given is StoreDescription {
  return isPlainObject(given) && typeof given['tableName'] === 'string' && given['materialsProvider'] !== undefined
}

function isSecretSource(given: unknown): given is SecretSource {
  if (!isPlainObject(given)) return false
  const { env, file, encoding } = given
  const isOne = (typeof env === 'string') !== (typeof file === 'string')
  return isOne && (encoding === undefined || (typeof encoding === 'string' && Object.hasOwn(DECODERS, encoding)))
}
