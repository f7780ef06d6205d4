// Keys: what LocalKey takes and makes, and the interfaces for keys held elsewhere.
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import {
  LocalKey,
  type AcceptOptions,
  type AsymmetricKeyInput,
  type AsymmetricKeyPairInput,
  type ContentKey,
  type EcdsaSigningAlgorithm,
  type HmacAlgorithm,
  type MaybePromise,
  type OaepAlgorithm,
  type Pkcs1Algorithm,
  type RsaSigningAlgorithm,
  type RsaWrappingAlgorithm,
  type SecretInput,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { describe, expectTypeOf, test } from 'vitest'

const bytes = new Uint8Array(32)
declare const pair: AsymmetricKeyPairInput

describe('algorithms', () => {
  test('are the names that Java has for them', () => {
    expectTypeOf<HmacAlgorithm>().toEqualTypeOf<'HmacSHA224' | 'HmacSHA256' | 'HmacSHA384' | 'HmacSHA512'>()
    expectTypeOf<RsaSigningAlgorithm>().toEqualTypeOf<`SHA${224 | 256 | 384 | 512}withRSA`>()
    expectTypeOf<EcdsaSigningAlgorithm>().toEqualTypeOf<`SHA${224 | 256 | 384 | 512}withECDSA`>()
    expectTypeOf<OaepAlgorithm>().toEqualTypeOf<`RSA/ECB/OAEPWithSHA-${1 | 224 | 256 | 384 | 512}AndMGF1Padding`>()
    expectTypeOf<RsaWrappingAlgorithm>().toEqualTypeOf<OaepAlgorithm | Pkcs1Algorithm>()
    expectTypeOf<Pkcs1Algorithm>().toEqualTypeOf<'RSA/ECB/PKCS1Padding'>()
  })
})

describe('symmetric keys', () => {
  test('an AES key encrypts and wraps; an HMAC key signs', () => {
    expectTypeOf(LocalKey.aes(bytes)).toExtend<ContentKey>()
    expectTypeOf(LocalKey.aes(bytes)).toExtend<WrappingKey>()
    expectTypeOf(LocalKey.hmac(bytes)).toExtend<SigningKey>()
    expectTypeOf(LocalKey.hmac(bytes).algorithm).toEqualTypeOf<HmacAlgorithm>()
    expectTypeOf(LocalKey.hmac(bytes)).not.toExtend<ContentKey>()
    expectTypeOf(LocalKey.aes(bytes)).not.toHaveProperty('sign')
    expectTypeOf(LocalKey.hmac(bytes)).not.toHaveProperty('wrap')
    // @ts-expect-error a MAC key does not encrypt
    const content: ContentKey = LocalKey.hmac(bytes)
    expectTypeOf(content.algorithm).toEqualTypeOf<'AES'>()
  })

  test('come as bytes or a KeyObject, never as text, whose encoding nobody knows', () => {
    expectTypeOf<(typeof LocalKey)['aes']>().parameters.toEqualTypeOf<[secret: SecretInput]>()
    expectTypeOf<(typeof LocalKey)['hmac']>().toBeCallableWith(createSecretKey(bytes), 'HmacSHA512')
    // @ts-expect-error text has no bytes of its own
    LocalKey.aes('c2VjcmV0')
    // @ts-expect-error broken, and so not offered
    LocalKey.hmac(bytes, 'HmacMD5')
    // @ts-expect-error the algorithm of another kind of key
    LocalKey.hmac(bytes, 'SHA256withRSA')
  })

  test('are made by name', () => {
    expectTypeOf(LocalKey.generate('AES/256')).toExtend<ContentKey & WrappingKey>()
    expectTypeOf(LocalKey.generate('HmacSHA256')).toExtend<SigningKey>()
    expectTypeOf(LocalKey.generate('HmacSHA384/512')).toExtend<SigningKey>()
    expectTypeOf(LocalKey.generate('AES/128')).toEqualTypeOf(LocalKey.aes(bytes))
    expectTypeOf(LocalKey.generate('HmacSHA224/256')).toEqualTypeOf(LocalKey.hmac(bytes))
    // @ts-expect-error not a length that AES has
    LocalKey.generate('AES/512')
    // @ts-expect-error a length in bits, please
    LocalKey.generate('AES')
    // @ts-expect-error key pairs come from node:crypto
    LocalKey.generate('RSA/2048')
  })
})

describe('asymmetric keys', () => {
  test('in every form, either half alone', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expectTypeOf(publicKey).toExtend<AsymmetricKeyInput>()
    expectTypeOf<string | Uint8Array>().toExtend<AsymmetricKeyInput>()
    expectTypeOf({ kty: 'RSA', n: '', e: '' }).toExtend<AsymmetricKeyInput>()
    expectTypeOf<(typeof LocalKey)['ecdsaSigning']>().toBeCallableWith({ publicKey, privateKey })
    expectTypeOf<(typeof LocalKey)['rsaSigning']>().toBeCallableWith({ publicKey: 'PEM' }, 'SHA512withRSA', { accept: ['SHA256withRSA'] })
    expectTypeOf<(typeof LocalKey)['rsaWrapping']>().toBeCallableWith({ privateKey: bytes }, 'RSA/ECB/PKCS1Padding', {
      accept: ['RSA-1024'],
    })
    expectTypeOf<AcceptOptions['accept']>().toEqualTypeOf<readonly string[] | undefined>()
    // @ts-expect-error which half is it?
    LocalKey.rsaSigning(publicKey)
    // @ts-expect-error a misspelled half
    LocalKey.rsaWrapping({ public: publicKey })
  })

  test('have the role that they were made for, and the algorithms of their kind', () => {
    expectTypeOf(LocalKey.rsaWrapping(pair)).toExtend<WrappingKey>()
    expectTypeOf(LocalKey.rsaWrapping(pair).algorithm).toEqualTypeOf<RsaWrappingAlgorithm>()
    expectTypeOf(LocalKey.rsaSigning(pair)).toExtend<SigningKey>()
    expectTypeOf(LocalKey.rsaSigning(pair).algorithm).toEqualTypeOf<RsaSigningAlgorithm>()
    expectTypeOf(LocalKey.ecdsaSigning(pair).algorithm).toEqualTypeOf<EcdsaSigningAlgorithm>()
    expectTypeOf(LocalKey.rsaWrapping(pair)).not.toExtend<ContentKey>()
    // @ts-expect-error the algorithm of an EC key
    LocalKey.rsaSigning(pair, 'SHA256withECDSA')
    // @ts-expect-error the algorithm of an RSA key
    LocalKey.ecdsaSigning(pair, 'SHA256withRSA')
    // @ts-expect-error never permitted
    LocalKey.rsaWrapping(pair, 'RSA/ECB/NoPadding')
    // @ts-expect-error short, and so not offered
    LocalKey.rsaSigning(pair, 'SHA1withRSA')
    // @ts-expect-error names, so a list
    LocalKey.rsaWrapping(pair, undefined, { accept: 'RSA-1024' })
  })
})

describe('LocalKey as a type', () => {
  test('stands for any of them', () => {
    expectTypeOf(LocalKey.aes(bytes)).toExtend<LocalKey>()
    expectTypeOf(LocalKey.hmac(bytes)).toExtend<LocalKey>()
    expectTypeOf(LocalKey.rsaWrapping(pair)).toExtend<LocalKey>()
    expectTypeOf(LocalKey.rsaSigning(pair)).toExtend<LocalKey>()
    expectTypeOf(LocalKey.ecdsaSigning(pair)).toExtend<LocalKey>()
  })
})

describe('keys held elsewhere', () => {
  test('implement the half they hold, asynchronous or not', () => {
    const content: ContentKey = { algorithm: 'AES', encrypt: async (plaintext) => plaintext, decrypt: (stored) => stored }
    const wrapping: WrappingKey = { algorithm: 'AESWrap', wrap: async (key) => key }
    const unwrapping: WrappingKey = {
      algorithm: 'AESWrap',
      accept: ['AESWrap'],
      unwrap: (wrapped, algorithm) => (algorithm === '' ? bytes : wrapped),
    }
    const signing: SigningKey = { algorithm: 'SHA256withECDSA', sign: async (data) => data }
    const verifying: SigningKey = { algorithm: 'SHA256withECDSA', verify: async (data, signature) => data === signature }
    expectTypeOf([content]).toExtend<readonly ContentKey[]>()
    expectTypeOf<ContentKey['encrypt']>().returns.toEqualTypeOf<MaybePromise<Uint8Array>>()
    expectTypeOf([wrapping, unwrapping]).toExtend<readonly WrappingKey[]>()
    expectTypeOf([signing, verifying]).toExtend<readonly SigningKey[]>()
  })

  test('wrong ones', () => {
    // @ts-expect-error content keys read what they wrote: both halves
    const half: ContentKey = { algorithm: 'AES', encrypt: (plaintext) => plaintext }
    // @ts-expect-error the item format has AES alone
    const cipher: ContentKey = { algorithm: 'ChaCha20', encrypt: (plaintext) => plaintext, decrypt: (stored) => stored }
    // @ts-expect-error without its name nobody can read the item again
    const nameless: WrappingKey = { wrap: (key) => key }
    // @ts-expect-error Base64 is not bytes
    const text: WrappingKey = { algorithm: 'AESWrap', wrap: () => 'c2VjcmV0' }
    // @ts-expect-error a verdict, not a signature
    const verdict: SigningKey = { algorithm: 'HmacSHA256', verify: (data) => data }
    // @ts-expect-error an undefined half is left out
    const undefinedHalf: SigningKey = { algorithm: 'HmacSHA256', sign: undefined }
    expectTypeOf([half, cipher, nameless, text, verdict, undefinedHalf]).toBeArray()
  })
})
