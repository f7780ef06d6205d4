// One suite over the sources and both builds: each reads what the others wrote, and takes the others' keys, providers and
// actions. An application can well load both builds: its own code one, a library that it uses the other.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import * as sources from '../src/index.js'
import { CONTENT_KEY, ecPair, MAC_KEY, rsaPair, secretBytes } from './support/test-keys.js'

type Package = typeof sources

const dist = new URL('../dist/', import.meta.url)

/** The built files, as Node itself loads them. What is in them only running shows: the types are those of the sources. */
async function loadBuilds(): Promise<{ esm: Package; cjs: Package }> {
  if (!existsSync(dist)) throw new Error('dist is missing: npm run build makes it')
  const esm = (await import(new URL('esm/index.js', dist).href)) as Package
  const cjs = createRequire(import.meta.url)('../dist/cjs/index.js') as Package
  return { esm, cjs }
}

const NAMES = ['src', 'esm', 'cjs'] as const
type CopyName = (typeof NAMES)[number]
const PAIRS = NAMES.flatMap((one) => NAMES.map((other) => [one, other] as const))
const DIFFERENT = PAIRS.filter(([one, other]) => one !== other)

let copies: Record<CopyName, Package> = { src: sources, esm: sources, cjs: sources }
beforeAll(async () => {
  copies = { src: sources, ...(await loadBuilds()) }
})

const item: sources.Item = {
  id: { S: '7' },
  name: { S: 'Søren 🐟' },
  born: { N: '1813.0505' },
  photo: { B: new Uint8Array([0, 1, 255]) },
  tags: { SS: ['a', 'b'] },
  nested: { L: [{ M: { constructor: { NULL: true }, on: { BOOL: false } } }, { NS: ['1', '2'] }] },
}
const actions: sources.AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', tags: 'DO_NOTHING' } }
const context = { tableName: 'People', partitionKeyName: 'id' }

/** Providers of each kind, by the copy that makes keys and provider. */
const PROVIDERS: Record<string, (copy: Package) => sources.CryptographicMaterialsProvider> = {
  'Static, HMAC': ({ LocalKey, StaticMaterialsProvider }) =>
    new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) }),
  'Static, ECDSA': ({ LocalKey, StaticMaterialsProvider }) =>
    new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.ecdsaSigning(ecPair()) }),
  'Wrapped AES, HMAC': ({ LocalKey, WrappedMaterialsProvider }) =>
    new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(secretBytes(32)), signingKey: LocalKey.hmac(MAC_KEY) }),
  'Wrapped RSA, RSA': ({ LocalKey, WrappedMaterialsProvider }) =>
    new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping(rsaPair()), signingKey: LocalKey.rsaSigning(rsaPair(2048, 1)) }),
}
const KINDS = Object.entries(PROVIDERS)

test('they are three copies, which export the same names', () => {
  expect(new Set(NAMES.map((name) => copies[name].ItemEncryptor)).size).toBe(3)
  const exported = Object.keys(sources).sort()
  expect(exported).toContain('ItemEncryptor')
  expect(Object.keys(copies.esm).sort()).toEqual(exported)
  expect(
    Object.keys(copies.cjs)
      .filter((name) => name !== '__esModule')
      .sort(),
  ).toEqual(exported)
})

describe.each(KINDS)('%s', (_kind, providerOf) => {
  test.each(PAIRS)('what %s writes, %s reads', async (writer, reader) => {
    const encryptorOf = (copy: Package): sources.ItemEncryptor =>
      new copy.ItemEncryptor({ materialsProvider: providerOf(copy), actions: new copy.AttributeActions(actions), context })
    const stored = await encryptorOf(copies[writer]).encryptItem(item)
    expect(stored['name']?.B?.length).toBeGreaterThanOrEqual(32)
    expect(await encryptorOf(copies[reader]).decryptItem(stored)).toEqual({ ...item })
  })

  test.each(DIFFERENT)("%s's encryptor with %s's keys, provider, actions and table name override", async (host, guest) => {
    const { ItemEncryptor } = copies[host]
    const { AttributeActions, overrideTableName } = copies[guest]
    const encryptor = new ItemEncryptor({
      materialsProvider: providerOf(copies[guest]),
      actions: [new AttributeActions(actions), { actions: new AttributeActions({ default: 'SIGN_ONLY' }), returnsUnsigned: [] }],
      context,
      contextOverride: overrideTableName('Restored', 'People'),
    })
    const stored = await encryptor.encryptItem(item)
    expect(await encryptor.decryptItem(stored, { context: { tableName: 'Restored' } })).toEqual(item)
  })
})

describe('errors', () => {
  test.each(DIFFERENT)("%s's encryptor with %s's provider: recognized by code, placed by the encryptor", async (host, guest) => {
    const { ItemEncryptor } = copies[host]
    const { LocalKey, WrappedMaterialsProvider } = copies[guest]
    // The guest's provider throws its own class, and the host fills in where that was.
    const encryptor = new ItemEncryptor({
      materialsProvider: new WrappedMaterialsProvider({ signingKey: LocalKey.hmac(MAC_KEY) }),
      actions,
      context,
    })
    await expect(encryptor.encryptItem(item)).rejects.toMatchObject({
      name: 'DynamoDBEncryptionError',
      code: 'INVALID_CONFIGURATION',
      tableName: 'People',
      key: { id: { S: '7' } },
    })
  })

  test.each(DIFFERENT)("%s's encryptor with %s's key: a wrapped key that does not unwrap reads as any wrong key", async (host, guest) => {
    const { ItemEncryptor, WrappedMaterialsProvider } = copies[host]
    const { LocalKey } = copies[guest]
    const encryptorWith = (first: number): sources.ItemEncryptor =>
      new ItemEncryptor({
        materialsProvider: new WrappedMaterialsProvider({
          wrappingKey: LocalKey.aes(secretBytes(32, first)),
          signingKey: LocalKey.hmac(MAC_KEY),
        }),
        actions,
        context,
      })
    const stored = await encryptorWith(1).encryptItem(item)
    await expect(encryptorWith(2).decryptItem(stored)).rejects.toMatchObject({ code: 'INVALID_CIPHERTEXT' })
  })

  test.each(DIFFERENT)('%s and %s have a class each: only the code tells', (one, other) => {
    const error = new copies[one].DynamoDBEncryptionError('CONTENTION', 'the update lost its race')
    expect(error).toBeInstanceOf(copies[one].DynamoDBEncryptionError)
    expect(error).not.toBeInstanceOf(copies[other].DynamoDBEncryptionError)
    expect(error.code).toBe('CONTENTION')
  })
})
