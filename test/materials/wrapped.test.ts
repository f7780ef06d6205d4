// The Wrapped provider: every kind of wrapping with every kind of signing, the requested description, and what it reads.
import { privateDecrypt, constants } from 'node:crypto'
import {
  ItemEncryptor,
  LocalKey,
  WrappedMaterialsProvider,
  type Item,
  type SigningKey,
  type WrappedMaterialsProviderOptions,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, SIGN_ALL, wholeItem, without } from '../support/items.js'
import { decryptBytes, DESCRIPTION, JAVA_FORM, PYTHON_FORM, readDescription, serialize, SIGNATURE } from '../support/reference-format.js'
import { oaepBlock, openOaepBlock, pkcs1Block, rawDecrypt, rawEncrypt } from '../support/reference-padding.js'
import { aesUnwrap, aesWrap, storeWrapped } from '../support/reference-wrapping.js'
import { CONTENT_KEY, ecPair, MAC_KEY, rsaPair, secretBytes } from '../support/test-keys.js'

const KEK = secretBytes(32, 0x11)
const aes = LocalKey.aes(KEK)
const hmac = LocalKey.hmac(MAC_KEY)
const rsa = rsaPair()
const PKCS1 = 'RSA/ECB/PKCS1Padding'
const OAEP = 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding'

function encryptorOf(
  options: WrappedMaterialsProviderOptions,
  actions = ENCRYPT_ALL,
  compatibility: 'java' | 'python' = 'java',
): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider: new WrappedMaterialsProvider(options), actions, context: CONTEXT, compatibility })
}

const descriptionOf = (stored: Item): Record<string, string> => readDescription(bytesOf(stored, DESCRIPTION))
const wrappedKeyOf = (stored: Item): Buffer => Buffer.from(descriptionOf(stored)['amzn-ddb-env-key'] ?? '', 'base64')
const actionFor = (name: string): ReturnType<typeof ENCRYPT_ALL.actionFor> => ENCRYPT_ALL.actionFor(name)

describe('every wrapping with every signing', () => {
  const wrappings: readonly [string, WrappingKey, (wrapped: Buffer) => Buffer | undefined][] = [
    ...[16, 24, 32].map((length): [string, WrappingKey, (wrapped: Buffer) => Buffer] => [
      `AESWrap of ${String(length * 8)} bits`,
      LocalKey.aes(secretBytes(length)),
      (wrapped) => aesUnwrap(secretBytes(length), wrapped),
    ]),
    ...(['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const).map(
      (label): [string, WrappingKey, (wrapped: Buffer) => Buffer | undefined] => [
        `OAEP with ${label}`,
        LocalKey.rsaWrapping(rsa, `RSA/ECB/OAEPWith${label}AndMGF1Padding`),
        (wrapped) =>
          openOaepBlock(rawDecrypt(rsa.privateKey, wrapped), { labelHash: label.replace('-', '').toLowerCase(), mgfHash: 'sha1' }),
      ],
    ),
    [
      'OAEP with SHA-1 by Node',
      LocalKey.rsaWrapping(rsa, 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding'),
      (wrapped) => privateDecrypt({ key: rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, wrapped),
    ],
    ['PKCS#1 v1.5', LocalKey.rsaWrapping(rsa, PKCS1, { accept: [PKCS1] }), (wrapped) => rawDecrypt(rsa.privateKey, wrapped).subarray(-32)],
  ]
  const signings: readonly [string, SigningKey][] = [
    ['HMAC', hmac],
    ['RSA', LocalKey.rsaSigning(rsaPair(2048, 1))],
    ['ECDSA', LocalKey.ecdsaSigning(ecPair())],
  ]
  const rows = wrappings.flatMap(([what, wrappingKey, unwrap]) =>
    signings.flatMap(([how, signingKey]) =>
      (['java', 'python'] as const).map((compatibility) => ({ what, how, compatibility, wrappingKey, signingKey, unwrap })),
    ),
  )
  test.each(rows)('$what, $how, $compatibility', async ({ wrappingKey, signingKey, unwrap, compatibility }) => {
    const encryptor = encryptorOf({ wrappingKey, signingKey }, ENCRYPT_ALL, compatibility)
    const stored = await encryptor.encryptItem(wholeItem())
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
    expect(descriptionOf(stored)).toMatchObject({
      'amzn-ddb-env-alg': 'AES/256',
      'amzn-ddb-wrap-alg': wrappingKey.algorithm === 'AES' ? 'AESWrap' : wrappingKey.algorithm,
      'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding',
    })
    const contentKey = unwrap(wrappedKeyOf(stored))
    expect(contentKey).toHaveLength(32)
    const form = compatibility === 'java' ? JAVA_FORM : PYTHON_FORM
    expect(decryptBytes(contentKey ?? Buffer.alloc(32), bytesOf(stored, 'map'))).toEqual(
      serialize(wholeItem()['map'] ?? { NULL: true }, form),
    )
  })

  test('each item has a content key of its own, for all of its attributes', async () => {
    const encryptor = encryptorOf({ wrappingKey: aes, signingKey: hmac })
    const items = await encryptor.encryptItems(Array.from({ length: 20 }, wholeItem))
    const keys = items.map((stored) => aesUnwrap(KEK, wrappedKeyOf(stored)).toString('hex'))
    expect(new Set(keys).size).toBe(20)
    for (const [at, stored] of items.entries()) {
      for (const name of ['text', 'yes']) decryptBytes(Buffer.from(keys[at] ?? '', 'hex'), bytesOf(stored, name))
    }
    const ivs = items.flatMap((stored) =>
      ['text', 'yes', 'nothing'].map((name) => Buffer.from(bytesOf(stored, name).subarray(0, 16)).toString('hex')),
    )
    expect(new Set(ivs).size).toBe(60)
  })
})

describe('the halves that each job needs', () => {
  const publicKey = LocalKey.rsaWrapping({ publicKey: rsa.publicKey })
  const privateKey = LocalKey.rsaWrapping({ privateKey: rsa.privateKey })
  test.each<[string, WrappedMaterialsProviderOptions, WrappedMaterialsProviderOptions]>([
    ['an AES wrapping key unwraps as well', { wrappingKey: aes, signingKey: hmac }, { wrappingKey: aes, signingKey: hmac }],
    ['unwrapping and verification alone', { wrappingKey: aes, signingKey: hmac }, { unwrappingKey: aes, verificationKey: hmac }],
    [
      'public to write, private to read',
      { wrappingKey: publicKey, signingKey: hmac },
      { unwrappingKey: privateKey, verificationKey: hmac },
    ],
    [
      'both halves at once',
      { wrappingKey: publicKey, unwrappingKey: privateKey, signingKey: hmac },
      { wrappingKey: publicKey, unwrappingKey: privateKey, signingKey: hmac },
    ],
    [
      'a pair',
      { wrappingKey: LocalKey.rsaWrapping(rsa), signingKey: hmac },
      { unwrappingKey: LocalKey.rsaWrapping(rsa), signingKey: hmac },
    ],
    [
      'the verification key comes first',
      { wrappingKey: aes, signingKey: hmac },
      { wrappingKey: aes, signingKey: LocalKey.hmac(CONTENT_KEY), verificationKey: hmac },
    ],
    [
      'the unwrapping key comes first',
      { wrappingKey: aes, signingKey: hmac },
      { wrappingKey: LocalKey.aes(CONTENT_KEY), unwrappingKey: aes, signingKey: hmac },
    ],
  ])('%s', async (_what, writing, reading) => {
    const stored = await encryptorOf(writing).encryptItem(wholeItem())
    expect(await encryptorOf(reading).decryptItem(stored)).toEqual(wholeItem())
  })

  test('nothing to sign or verify with', async () => {
    await failureOf(
      () => new WrappedMaterialsProvider({ wrappingKey: aes }),
      'INVALID_CONFIGURATION',
      /takes a signingKey, a verificationKey, or both/,
    )
  })

  test.each([64, 129, 512, 0, '128', null])('a minimum of %j bits', async (minimumContentKeyBits) => {
    const options = { signingKey: hmac, minimumContentKeyBits: minimumContentKeyBits as 128 }
    await failureOf(() => new WrappedMaterialsProvider(options), 'INVALID_CONFIGURATION', /minimumContentKeyBits is 128, 192 or 256/)
  })

  test.each<[string, WrappedMaterialsProviderOptions, 'encryptItem' | 'decryptItem', RegExp]>([
    [
      'no wrapping key',
      { unwrappingKey: aes, signingKey: hmac },
      'encryptItem',
      /has no wrappingKey that can wrap, which it takes to encrypt/,
    ],
    [
      'a wrapping key that cannot wrap',
      { wrappingKey: { algorithm: 'AESWrap' }, signingKey: hmac },
      'encryptItem',
      /has no wrappingKey that can wrap/,
    ],
    [
      'a wrapping key without its public half',
      { wrappingKey: privateKey, signingKey: hmac },
      'encryptItem',
      /has no publicKey, which it takes to encrypt/,
    ],
    ['no signing key', { wrappingKey: aes, verificationKey: hmac }, 'encryptItem', /has no signingKey, which it takes to encrypt/],
    [
      'a signing key that cannot sign',
      { wrappingKey: aes, signingKey: { algorithm: 'HmacSHA256' } },
      'encryptItem',
      /the signingKey cannot sign/,
    ],
    ['no unwrapping key', { verificationKey: hmac }, 'decryptItem', /has no unwrappingKey, which it takes to decrypt/],
    [
      'an unwrapping key that cannot unwrap',
      { unwrappingKey: { algorithm: 'AESWrap' }, signingKey: hmac },
      'decryptItem',
      /the unwrappingKey cannot unwrap/,
    ],
    [
      'a verification key that cannot verify',
      { wrappingKey: aes, verificationKey: { algorithm: 'HmacSHA256' } },
      'decryptItem',
      /the verificationKey cannot verify/,
    ],
  ])('%s', async (_what, options, method, message) => {
    const stored = await encryptorOf({ wrappingKey: aes, signingKey: hmac }).encryptItem(wholeItem())
    await failureOf(() => encryptorOf(options)[method](method === 'encryptItem' ? wholeItem() : stored), 'INVALID_CONFIGURATION', message)
  })

  test('an unwrapping key without its private half', async () => {
    const stored = await encryptorOf({ wrappingKey: publicKey, signingKey: hmac }).encryptItem(wholeItem())
    await failureOf(
      () => encryptorOf({ wrappingKey: publicKey, signingKey: hmac }).decryptItem(stored),
      'INVALID_CONFIGURATION',
      /has no privateKey, which it takes to decrypt/,
    )
  })

  test('no wrapping key is needed to read what is only signed', async () => {
    const stored = await encryptorOf({ wrappingKey: aes, signingKey: hmac }, SIGN_ALL).encryptItem(wholeItem())
    expect(await encryptorOf({ verificationKey: hmac }, SIGN_ALL).decryptItem(stored)).toEqual(wholeItem())
    expect(await encryptorOf({ verificationKey: hmac }, SIGN_ALL).decryptItem(without(stored, DESCRIPTION))).toEqual(wholeItem())
  })
})

test('asked by itself, without a description', async () => {
  const provider = new WrappedMaterialsProvider({ wrappingKey: aes, signingKey: hmac })
  const { verificationKey, materialDescription, decryptionKey } = provider.decryptionMaterials({})
  expect({ verificationKey, materialDescription }).toEqual({ verificationKey: hmac, materialDescription: {} })
  const unwrap = typeof decryptionKey === 'function' ? decryptionKey : () => undefined
  await failureOf(unwrap, 'INVALID_MATERIAL_DESCRIPTION', /has no amzn-ddb-env-key/)
})

describe('the requested description', () => {
  test.each([
    ['AES/128', 16, 'AES/128'],
    ['AES/192', 24, 'AES/192'],
    ['AES/256', 32, 'AES/256'],
    ['AES', 32, 'AES'],
    [undefined, 32, 'AES/256'],
  ])('a content key of %s has %i bytes', async (requested, length, written) => {
    const materialDescription = requested === undefined ? {} : { 'amzn-ddb-env-alg': requested, mine: 'x' }
    const encryptor = encryptorOf({ wrappingKey: aes, signingKey: hmac, materialDescription })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(aesUnwrap(KEK, wrappedKeyOf(stored))).toHaveLength(length)
    expect(descriptionOf(stored)).toMatchObject({ 'amzn-ddb-env-alg': written, ...(requested === undefined ? {} : { mine: 'x' }) })
    expect(await encryptorOf({ wrappingKey: aes, signingKey: hmac }).decryptItem(stored)).toEqual(wholeItem())
  })

  test.each(['AES/64', 'AES/0', 'AES/512', 'AES/', 'aes/256', 'DESede', 'HmacSHA256/256', '', 'constructor', '__proto__'])(
    'no content key of %j',
    async (requested) => {
      const encryptor = encryptorOf({ wrappingKey: aes, signingKey: hmac, materialDescription: { 'amzn-ddb-env-alg': requested } })
      await failureOf(() => encryptor.encryptItem(wholeItem()), 'ALGORITHM_NOT_ALLOWED', /names the content key algorithm/)
    },
  )

  test.each([
    [192, 'AES/128'],
    [256, 'AES/128'],
    [256, 'AES/192'],
  ] as const)('none under the minimum of %i: %s', async (minimumContentKeyBits, requested) => {
    const encryptor = encryptorOf({
      wrappingKey: aes,
      signingKey: hmac,
      minimumContentKeyBits,
      materialDescription: { 'amzn-ddb-env-alg': requested },
    })
    await failureOf(
      () => encryptor.encryptItem(wholeItem()),
      'ALGORITHM_NOT_ALLOWED',
      new RegExp(`minimumContentKeyBits \\(${String(minimumContentKeyBits)}\\)`),
    )
  })

  test('another wrapping algorithm that the key accepts', async () => {
    const name = 'RSA/ECB/OAEPWithSHA-512AndMGF1Padding'
    const encryptor = encryptorOf({
      wrappingKey: LocalKey.rsaWrapping(rsa),
      signingKey: hmac,
      materialDescription: { 'amzn-ddb-wrap-alg': name },
    })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(descriptionOf(stored)['amzn-ddb-wrap-alg']).toBe(name)
    expect(openOaepBlock(rawDecrypt(rsa.privateKey, wrappedKeyOf(stored)), { labelHash: 'sha512', mgfHash: 'sha1' })).toHaveLength(32)
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
  })

  test.each<[string, WrappingKey, string]>([
    ['RSA', LocalKey.rsaWrapping(rsa), PKCS1],
    ['RSA', LocalKey.rsaWrapping(rsa), 'RSA'],
    ['RSA', LocalKey.rsaWrapping(rsa), 'AESWrap'],
    ['RSA', LocalKey.rsaWrapping(rsa), 'RSA/ECB/NoPadding'],
    ['AES', aes, OAEP],
    ['AES', aes, 'AES/ECB/PKCS5Padding'],
    ['AES', aes, 'kms'],
  ])('%s: no wrapping algorithm that the key does not accept: %s', async (_what, wrappingKey, name) => {
    const encryptor = encryptorOf({ wrappingKey, signingKey: hmac, materialDescription: { 'amzn-ddb-wrap-alg': name } })
    await failureOf(() => encryptor.encryptItem(wholeItem()), 'ALGORITHM_NOT_ALLOWED', /the material description names the algorithm/)
  })

  test('another signing algorithm that the key accepts', async () => {
    const signingKey = LocalKey.rsaSigning(rsa)
    const encryptor = encryptorOf({ wrappingKey: aes, signingKey, materialDescription: { 'amzn-ddb-map-signingAlg': 'SHA384withRSA' } })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(descriptionOf(stored)['amzn-ddb-map-signingAlg']).toBe('SHA384withRSA')
    expect(await encryptorOf({ wrappingKey: aes, signingKey }).decryptItem(stored)).toEqual(wholeItem())
  })

  test('context over provider, and neither over what the provider fills in', async () => {
    const provider = new WrappedMaterialsProvider({
      wrappingKey: aes,
      signingKey: hmac,
      materialDescription: { a: 'provider', 'amzn-ddb-env-alg': 'AES/128', 'amzn-ddb-env-key': 'mine' },
    })
    const encryptor = new ItemEncryptor({
      materialsProvider: provider,
      actions: ENCRYPT_ALL,
      context: { ...CONTEXT, materialDescription: { a: 'context', 'amzn-ddb-env-alg': 'AES/192' } },
    })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(descriptionOf(stored)).toMatchObject({ a: 'context', 'amzn-ddb-env-alg': 'AES/192', 'amzn-ddb-wrap-alg': 'AESWrap' })
    expect(aesUnwrap(KEK, wrappedKeyOf(stored))).toHaveLength(24)
  })
})

describe('reading what others wrote', () => {
  const item = wholeItem()
  const reader = encryptorOf({ wrappingKey: aes, signingKey: hmac })
  const store = (length: number, contentAlgorithm: string | undefined, wrappingAlgorithm?: string): Item => {
    const contentKey = secretBytes(length, 0x61)
    return storeWrapped(item, {
      contentKey,
      wrapped: aesWrap(KEK, contentKey),
      contentAlgorithm,
      wrappingAlgorithm,
      actionFor,
      tableName: CONTEXT.tableName,
    })
  }

  test.each([
    [16, 'AES/128'],
    [24, 'AES/192'],
    [32, 'AES/256'],
    [16, 'AES'],
    [24, 'AES'],
    [32, 'AES'],
    [16, undefined],
    [32, undefined],
  ])('a content key of %i bytes, named %s', async (length, name) => {
    expect(await reader.decryptItem(store(length, name, 'AESWrap'))).toEqual(item)
    expect(await reader.decryptItem(store(length, name))).toEqual(item)
  })

  test.each([
    [16, 'AES/256'],
    [32, 'AES/128'],
    [24, 'AES/192/x'],
  ])('not one of %i bytes, named %s', async (length, name) => {
    const code = name === 'AES/192/x' ? 'ALGORITHM_NOT_ALLOWED' : 'INVALID_CIPHERTEXT'
    await failureOf(() => reader.decryptItem(store(length, name, 'AESWrap')), code, /./)
  })

  test.each([
    [16, 'AES', 192, 'INVALID_CIPHERTEXT'],
    [16, undefined, 256, 'INVALID_CIPHERTEXT'],
    [24, 'AES', 256, 'INVALID_CIPHERTEXT'],
    [16, 'AES/128', 192, 'ALGORITHM_NOT_ALLOWED'],
    [24, 'AES/192', 256, 'ALGORITHM_NOT_ALLOWED'],
  ] as const)('not one of %i bytes, named %s, under a minimum of %i bits', async (length, name, minimumContentKeyBits, code) => {
    const strict = encryptorOf({ wrappingKey: aes, signingKey: hmac, minimumContentKeyBits })
    await failureOf(() => strict.decryptItem(store(length, name, 'AESWrap')), code, /./)
    expect(await strict.decryptItem(store(32, 'AES', 'AESWrap'))).toEqual(item)
  })

  test('Base64 in lines, as old Java versions have it', async () => {
    const contentKey = secretBytes(32, 0x61)
    const wrapping = LocalKey.rsaWrapping(rsa)
    const text = rawEncrypt(rsa.publicKey, oaepBlock(256, { labelHash: 'sha256', mgfHash: 'sha1' }, { message: contentKey })).toString(
      'base64',
    )
    for (const separator of ['\n', '\r\n']) {
      const lines = (text.match(/.{1,76}/g) ?? []).join(separator)
      const stored = storeWrapped(item, {
        contentKey,
        wrapped: lines,
        contentAlgorithm: 'AES/256',
        wrappingAlgorithm: OAEP,
        actionFor,
        tableName: CONTEXT.tableName,
      })
      expect(await encryptorOf({ wrappingKey: wrapping, signingKey: hmac }).decryptItem(stored)).toEqual(item)
    }
  })

  describe('PKCS#1 v1.5', () => {
    const contentKey = secretBytes(32, 0x61)
    const wrapped = rawEncrypt(rsa.publicKey, pkcs1Block(256, contentKey))
    const stored = (wrappingAlgorithm: string | undefined): Item =>
      storeWrapped(item, { contentKey, wrapped, contentAlgorithm: 'AES', wrappingAlgorithm, actionFor, tableName: CONTEXT.tableName })
    const accepting = encryptorOf({ wrappingKey: LocalKey.rsaWrapping(rsa, undefined, { accept: [PKCS1] }), signingKey: hmac })
    const byDefault = encryptorOf({ wrappingKey: LocalKey.rsaWrapping(rsa), signingKey: hmac })

    // Python leaves the name out where it wraps by RSA with PKCS#1 v1.5.
    test.each([PKCS1, 'RSA', undefined])('named %s is read where the key accepts it, and only there', async (name) => {
      expect(await accepting.decryptItem(stored(name))).toEqual(item)
      await failureOf(() => byDefault.decryptItem(stored(name)), 'ALGORITHM_NOT_ALLOWED', /RSA\/ECB\/PKCS1Padding|"RSA"/)
    })

    test('accepting it leaves the key`s own algorithm in place', async () => {
      const written = await accepting.encryptItem(item)
      expect(descriptionOf(written)['amzn-ddb-wrap-alg']).toBe(OAEP)
      expect(await accepting.decryptItem(written)).toEqual(item)
    })
  })

  test('a description without a wrapped key', async () => {
    const entries = {
      contentKey: secretBytes(32),
      wrapped: undefined,
      contentAlgorithm: 'AES/256',
      wrappingAlgorithm: 'AESWrap',
      tableName: CONTEXT.tableName,
    }
    expect(
      await encryptorOf({ wrappingKey: aes, signingKey: hmac }, SIGN_ALL).decryptItem(
        storeWrapped(item, { ...entries, actionFor: () => 'SIGN_ONLY' }),
      ),
    ).toEqual(item)
    await failureOf(
      () => reader.decryptItem(storeWrapped(item, { ...entries, actionFor })),
      'INVALID_MATERIAL_DESCRIPTION',
      /has no amzn-ddb-env-key/,
    )
  })

  test.each(['', '*', 'not base64!', '====', '\n'])('a wrapped key of %j', async (wrapped) => {
    const stored = storeWrapped(item, {
      contentKey: secretBytes(32),
      wrapped,
      contentAlgorithm: 'AES/256',
      wrappingAlgorithm: 'AESWrap',
      actionFor,
      tableName: CONTEXT.tableName,
    })
    await failureOf(
      () => reader.decryptItem(stored),
      'INVALID_MATERIAL_DESCRIPTION',
      /amzn-ddb-env-key in the item's material description is not Base64/,
    )
  })

  test('what the description names is checked before the signature, which says nothing of it', async () => {
    const stored = { ...store(32, 'AES/64'), [SIGNATURE]: { B: new Uint8Array(32) } }
    await failureOf(() => reader.decryptItem(stored), 'ALGORITHM_NOT_ALLOWED', /names the content key algorithm "AES\/64"/)
  })
})
