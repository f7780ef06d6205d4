// Materials providers and provider stores, the package's own and anyone's.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  CachingMostRecentProvider,
  ItemEncryptor,
  LocalKey,
  MetaStore,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CachingMostRecentProviderOptions,
  type Clock,
  type ContentKey,
  type CryptographicMaterialsProvider,
  type DecryptionMaterials,
  type EncryptionContext,
  type EncryptionMaterials,
  type Item,
  type MaterialDescription,
  type MaybePromise,
  type MetaStoreExtraData,
  type MetaStoreOptions,
  type MetaStoreTableOptions,
  type ProviderStore,
  type SigningKey,
  type StaticMaterialsProviderOptions,
  type WrappedMaterialsProviderOptions,
} from 'dynamodb-encryption-client'
import { describe, expectTypeOf, test } from 'vitest'

declare const provider: CryptographicMaterialsProvider
declare const store: ProviderStore
declare const signingKey: SigningKey
declare const contentKey: ContentKey
declare const client: DynamoDBClient

describe('any object of the interface', () => {
  test('synchronous or not, with a key or the promise of one', () => {
    const custom: CryptographicMaterialsProvider = {
      encryptionMaterials: ({ materialDescription = {} }) => ({ encryptionKey: contentKey, signingKey, materialDescription }),
      decryptionMaterials: async (context) => ({
        verificationKey: signingKey,
        decryptionKey: async () => contentKey,
        materialDescription: context.materialDescription ?? {},
      }),
      refresh: () => undefined,
    }
    expectTypeOf(ItemEncryptor).toBeConstructibleWith({ materialsProvider: custom })
    expectTypeOf<CryptographicMaterialsProvider['encryptionMaterials']>().parameters.toEqualTypeOf<[context: EncryptionContext]>()
    expectTypeOf<CryptographicMaterialsProvider['encryptionMaterials']>().returns.toEqualTypeOf<MaybePromise<EncryptionMaterials>>()
    expectTypeOf<CryptographicMaterialsProvider['decryptionMaterials']>().returns.toEqualTypeOf<MaybePromise<DecryptionMaterials>>()
    expectTypeOf<DecryptionMaterials['decryptionKey']>().toEqualTypeOf<ContentKey | (() => MaybePromise<ContentKey>) | undefined>()
    expectTypeOf<EncryptionMaterials['materialDescription']>().toEqualTypeOf<MaterialDescription>()
    expectTypeOf<EncryptionContext['attributes']>().toEqualTypeOf<Item | undefined>()
  })

  test('wrong ones', () => {
    // @ts-expect-error nothing is written unsigned
    const unsigned: EncryptionMaterials = { encryptionKey: contentKey, materialDescription: {} }
    // @ts-expect-error the actual description is the provider's to give
    const undescribed: EncryptionMaterials = { signingKey }
    // @ts-expect-error nothing is read unverified
    const unverified: DecryptionMaterials = { decryptionKey: contentKey, materialDescription: {} }
    // @ts-expect-error a key, not its bytes
    const bytes: DecryptionMaterials = { verificationKey: signingKey, decryptionKey: new Uint8Array(32), materialDescription: {} }
    expectTypeOf([unsigned, undescribed, unverified, bytes]).toBeArray()
  })
})

describe('Static', () => {
  test('any of its keys', () => {
    expectTypeOf<StaticMaterialsProvider>().toExtend<CryptographicMaterialsProvider>()
    const all: Required<StaticMaterialsProviderOptions> = {
      encryptionKey: LocalKey.aes(new Uint8Array(32)),
      decryptionKey: contentKey,
      signingKey,
      verificationKey: LocalKey.hmac(new Uint8Array(32)),
      materialDescription: {},
    }
    expectTypeOf(StaticMaterialsProvider).toBeConstructibleWith(all)
    expectTypeOf(StaticMaterialsProvider).toBeConstructibleWith({ signingKey })
    // @ts-expect-error a MAC key does not encrypt
    new StaticMaterialsProvider({ encryptionKey: LocalKey.hmac(new Uint8Array(32)), signingKey })
    // @ts-expect-error an RSA key wraps keys; it does not encrypt values
    new StaticMaterialsProvider({ encryptionKey: LocalKey.rsaWrapping({}), signingKey })
    // @ts-expect-error a misspelled key
    new StaticMaterialsProvider({ signatureKey: signingKey })
  })
})

describe('Wrapped', () => {
  test('any of its keys', () => {
    expectTypeOf<WrappedMaterialsProvider>().toExtend<CryptographicMaterialsProvider>()
    const all: Required<WrappedMaterialsProviderOptions> = {
      wrappingKey: LocalKey.rsaWrapping({}),
      unwrappingKey: LocalKey.aes(new Uint8Array(32)),
      signingKey,
      verificationKey: signingKey,
      materialDescription: { 'amzn-ddb-env-alg': 'AES/128' },
      minimumContentKeyBits: 192,
    }
    expectTypeOf(WrappedMaterialsProvider).toBeConstructibleWith(all)
    // @ts-expect-error bytes are not a key yet: LocalKey.aes makes one
    new WrappedMaterialsProvider({ wrappingKey: new Uint8Array(32), signingKey })
    // @ts-expect-error not a length that AES has
    new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(new Uint8Array(32)), signingKey, minimumContentKeyBits: 64 })
    // @ts-expect-error text, not a number
    new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(new Uint8Array(32)), signingKey, materialDescription: { bits: 128 } })
  })
})

describe('MetaStore', () => {
  test('is a provider store, protected by a provider or by an encryptor: one of them', () => {
    expectTypeOf<MetaStore>().toExtend<ProviderStore>()
    const encryptor = new ItemEncryptor({ materialsProvider: provider })
    expectTypeOf({ client, tableName: 'Keys', materialsProvider: provider }).toExtend<MetaStoreOptions>()
    expectTypeOf({ client, tableName: 'Keys', encryptor }).toExtend<MetaStoreOptions>()
    expectTypeOf<MetaStoreOptions['extraData']>().toEqualTypeOf<MetaStoreExtraData | undefined>()
    // @ts-expect-error keys are not stored in the clear
    new MetaStore({ client, tableName: 'Keys' })
    // @ts-expect-error which of the two?
    new MetaStore({ client, tableName: 'Keys', materialsProvider: provider, encryptor })
    // @ts-expect-error no table is named
    new MetaStore({ client, materialsProvider: provider })
  })

  test('makes its table and copies its versions', () => {
    expectTypeOf<(typeof MetaStore)['createTable']>().toBeCallableWith(client, 'Keys')
    expectTypeOf<(typeof MetaStore)['createTable']>().toBeCallableWith(client, 'Keys', {
      throughput: { readCapacityUnits: 1, writeCapacityUnits: 1 },
    })
    expectTypeOf<MetaStoreTableOptions['billingMode']>().toEqualTypeOf<'PAY_PER_REQUEST' | 'PROVISIONED' | undefined>()
    expectTypeOf<ProviderStore['newProvider']>().returns.resolves.toEqualTypeOf<CryptographicMaterialsProvider>()
    expectTypeOf<ProviderStore['maxVersion']>().returns.resolves.toEqualTypeOf<number | undefined>()
    expectTypeOf<ProviderStore['versionFromMaterialDescription']>().toEqualTypeOf<(description: MaterialDescription) => number>()
    expectTypeOf<ProviderStore['provider']>().toBeCallableWith('name')
    expectTypeOf<ProviderStore['getOrCreateProvider']>().toBeCallableWith('name', 0)
    // @ts-expect-error which version?
    void store.getOrCreateProvider('name')
    // @ts-expect-error a version is a number
    void store.provider('name', '0')
    // @ts-expect-error a billing mode of DynamoDB's
    void MetaStore.createTable(client, 'Keys', { billingMode: 'ON_DEMAND' })
  })
})

describe('CachingMostRecentProvider', () => {
  test('takes a store, a name and a time to live', () => {
    expectTypeOf<CachingMostRecentProvider>().toExtend<CryptographicMaterialsProvider>()
    const all: Required<CachingMostRecentProviderOptions> = {
      store,
      materialName: ({ tableName }) => tableName ?? 'default',
      ttl: 60_000,
      cacheSize: 10,
      allowOtherMaterialNames: false,
      clock: { now: () => 0 },
    }
    expectTypeOf(CachingMostRecentProvider).toBeConstructibleWith(all)
    expectTypeOf(CachingMostRecentProvider).toBeConstructibleWith({ store, materialName: 'name', ttl: 1, clock: performance })
    expectTypeOf<() => number>().toExtend<Clock>()
    // @ts-expect-error for how long a version is used is not for us to say
    new CachingMostRecentProvider({ store, materialName: 'name' })
    // @ts-expect-error milliseconds, not a text
    new CachingMostRecentProvider({ store, materialName: 'name', ttl: '1m' })
    // @ts-expect-error a store of providers, not a provider
    new CachingMostRecentProvider({ store: provider, materialName: 'name', ttl: 1 })
  })
})
