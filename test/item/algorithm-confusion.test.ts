// The material description is not signed: whoever can write to the table can write any algorithm into it. None makes a key do
// what its owner did not allow.
import { createHmac, type KeyObject } from 'node:crypto'
import {
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type Item,
  type SigningKey,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, SIGN_ALL, wholeItem, without } from '../support/items.js'
import {
  describe as describePairs,
  DESCRIPTION,
  JAVA_FORM,
  PYTHON_FORM,
  readDescription,
  SIGNATURE,
  storeItem,
  stringToSign,
} from '../support/reference-format.js'
import { aesWrap, storeWrapped } from '../support/reference-wrapping.js'
import { ecPair, MAC_KEY, rsaPair, secretBytes, type Pair } from '../support/test-keys.js'

const SIGNING_ALGORITHM = 'amzn-ddb-map-signingAlg'

function encryptorOf(materialsProvider: CryptographicMaterialsProvider, actions = SIGN_ALL): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider, actions, context: CONTEXT })
}

/** The stored item with another description, or other entries in its own. */
function redescribed(stored: Item, entries: Readonly<Record<string, string>>): Item {
  const own = stored[DESCRIPTION] === undefined ? {} : readDescription(bytesOf(stored, DESCRIPTION))
  return { ...stored, [DESCRIPTION]: { B: describePairs(Object.entries({ ...own, ...entries })) } }
}

describe('a public key as a MAC key', () => {
  const publicForms = ({ publicKey }: Pair): readonly [string, Buffer][] => [
    ['DER', publicKey.export({ type: 'spki', format: 'der' })],
    ['PEM', Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))],
    ['PEM without its last line break', Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }).toString().trimEnd())],
    ['JWK', Buffer.from(JSON.stringify(publicKey.export({ format: 'jwk' })))],
  ]
  const verifiers: readonly [string, Pair, (publicKey: KeyObject) => SigningKey][] = [
    ['RSA', rsaPair(), (publicKey) => LocalKey.rsaSigning({ publicKey })],
    ['EC', ecPair(), (publicKey) => LocalKey.ecdsaSigning({ publicKey })],
  ]
  const rows = verifiers.flatMap(([what, pair, keyOf]) =>
    publicForms(pair).flatMap(([form, bytes]) =>
      ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512', 'HmacMD5'].map((name) => ({
        what,
        form,
        name,
        bytes,
        key: keyOf(pair.publicKey),
      })),
    ),
  )
  test.each(rows)('$what in $form as $name', async ({ name, bytes, key }) => {
    const string = stringToSign(wholeItem(), () => 'SIGN_ONLY', CONTEXT.tableName, JAVA_FORM)
    const forged: Item = {
      ...wholeItem(),
      [DESCRIPTION]: { B: describePairs([[SIGNING_ALGORITHM, name]]) },
      [SIGNATURE]: { B: createHmac(name.replace('Hmac', ''), bytes).update(string).digest() },
    }
    const reader = encryptorOf(new StaticMaterialsProvider({ verificationKey: key }))
    const error = await failureOf(
      () => reader.decryptItem(forged),
      'ALGORITHM_NOT_ALLOWED',
      new RegExp(`names the algorithm "${name}"; the configured key allows ${key.algorithm}`),
    )
    expect(error).toMatchObject({ tableName: CONTEXT.tableName })
    // Nor without the name, nor under the key's own.
    for (const own of [describePairs([]), describePairs([[SIGNING_ALGORITHM, key.algorithm]])]) {
      await failureOf(() => reader.decryptItem({ ...forged, [DESCRIPTION]: { B: own } }), 'SIGNATURE_MISMATCH', /./)
    }
  })
})

describe('signing algorithms that an item names', () => {
  const NEVER = [
    'HmacMD5',
    'MD5withRSA',
    'SHA1withRSA',
    'NONEwithRSA',
    'NONEwithECDSA',
    'SHA1withECDSA',
    'RSASSA-PSS',
    'none',
    '',
    'constructor',
    '__proto__',
    'x'.repeat(5000),
  ]
  const HMAC = ['HmacSHA256', 'HmacSHA512']
  const RSA = ['SHA224withRSA', 'SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA']
  const ECDSA = ['SHA224withECDSA', 'SHA256withECDSA', 'SHA384withECDSA', 'SHA512withECDSA']
  const keys: readonly [string, SigningKey, readonly string[]][] = [
    ['RSA', LocalKey.rsaSigning(rsaPair()), [...NEVER, ...HMAC, ...ECDSA]],
    ['ECDSA', LocalKey.ecdsaSigning(ecPair()), [...NEVER, ...HMAC, ...RSA]],
    [
      'RSA with a list of its own',
      LocalKey.rsaSigning(rsaPair(), undefined, { accept: ['SHA512withRSA'] }),
      ['SHA224withRSA', 'SHA384withRSA', ...HMAC],
    ],
    ['HMAC', LocalKey.hmac(MAC_KEY), ['HmacMD5', 'MD5withRSA', 'NONEwithRSA', 'SHA1withRSA']],
  ]
  test.each(keys.flatMap(([what, signingKey, names]) => names.map((name) => ({ what, signingKey, name }))))(
    '$what: not $name',
    async ({ signingKey, name }) => {
      const encryptor = encryptorOf(new StaticMaterialsProvider({ signingKey }))
      const stored = redescribed(await encryptor.encryptItem(wholeItem()), { [SIGNING_ALGORITHM]: name })
      const error = await failureOf(
        () => encryptor.decryptItem(stored),
        'ALGORITHM_NOT_ALLOWED',
        /the material description names the algorithm/,
      )
      expect(error.message.length).toBeLessThan(400)
    },
  )

  test.each([
    ...RSA.map(
      (name) =>
        [
          'RSA',
          name,
          LocalKey.rsaSigning(rsaPair(), name as 'SHA256withRSA'),
          LocalKey.rsaSigning({ publicKey: rsaPair().publicKey }),
        ] as const,
    ),
    ...ECDSA.map(
      (name) =>
        [
          'ECDSA',
          name,
          LocalKey.ecdsaSigning(ecPair(), name as 'SHA256withECDSA'),
          LocalKey.ecdsaSigning({ publicKey: ecPair().publicKey }),
        ] as const,
    ),
  ])('%s: %s of the same kind is followed', async (_kind, name, signingKey, verificationKey) => {
    const stored = await encryptorOf(new StaticMaterialsProvider({ signingKey })).encryptItem(wholeItem())
    expect(readDescription(bytesOf(stored, DESCRIPTION))).toEqual({ [SIGNING_ALGORITHM]: name })
    const reader = encryptorOf(new StaticMaterialsProvider({ verificationKey }))
    expect(await reader.decryptItem(stored)).toEqual(wholeItem())
    // Without its name the key's own algorithm is the rule.
    const unnamed = without(stored, DESCRIPTION)
    if (name === verificationKey.algorithm) expect(await reader.decryptItem(unnamed)).toEqual(wholeItem())
    else await failureOf(() => reader.decryptItem(unnamed), 'SIGNATURE_MISMATCH', /./)
  })

  test.each(['HmacSHA512', 'SHA256withRSA', 'SHA256withECDSA', 'whatever'])(
    'HMAC: its own algorithm, whatever the item names: %s',
    async (name) => {
      const encryptor = encryptorOf(new StaticMaterialsProvider({ signingKey: LocalKey.hmac(MAC_KEY) }))
      const stored = redescribed(await encryptor.encryptItem(wholeItem()), { [SIGNING_ALGORITHM]: name })
      expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
      // A MAC made under the named one does not hold.
      const string = stringToSign(wholeItem(), () => 'SIGN_ONLY', CONTEXT.tableName, JAVA_FORM)
      const other = { ...stored, [SIGNATURE]: { B: createHmac('sha512', MAC_KEY).update(string).digest() } }
      await failureOf(() => encryptor.decryptItem(other), 'SIGNATURE_MISMATCH', /./)
    },
  )

  test('a MAC over either library`s form, and no other', async () => {
    const reader = encryptorOf(new StaticMaterialsProvider({ verificationKey: LocalKey.hmac(MAC_KEY) }))
    for (const form of [JAVA_FORM, PYTHON_FORM]) {
      expect(
        await reader.decryptItem(
          storeItem(wholeItem(), { macKey: MAC_KEY, actionFor: () => 'SIGN_ONLY', tableName: CONTEXT.tableName, form }),
        ),
      ).toEqual(wholeItem())
    }
    const double = storeItem(wholeItem(), { macKey: secretBytes(32), actionFor: () => 'SIGN_ONLY', tableName: CONTEXT.tableName })
    await failureOf(() => reader.decryptItem(double), 'SIGNATURE_MISMATCH', /./)
  })
})

describe('algorithms of the content key and its wrapping that an item names', () => {
  const KEK = secretBytes(32, 0x11)
  const contentKey = secretBytes(32, 0x61)
  const actionFor = (name: string): ReturnType<typeof ENCRYPT_ALL.actionFor> => ENCRYPT_ALL.actionFor(name)
  const store = (contentAlgorithm: string, wrappingAlgorithm: string): Item =>
    storeWrapped(wholeItem(), {
      contentKey,
      wrapped: aesWrap(KEK, contentKey),
      contentAlgorithm,
      wrappingAlgorithm,
      actionFor,
      tableName: CONTEXT.tableName,
    })
  const byAes = encryptorOf(
    new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(KEK), signingKey: LocalKey.hmac(MAC_KEY) }),
    ENCRYPT_ALL,
  )
  const byRsa = encryptorOf(
    new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping(rsaPair()), signingKey: LocalKey.hmac(MAC_KEY) }),
    ENCRYPT_ALL,
  )
  const OAEP = 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding'

  test('as they should be', async () => {
    expect(await byAes.decryptItem(store('AES/256', 'AESWrap'))).toEqual(wholeItem())
  })

  test.each(['AES/64', 'AES/8', 'AES/0', 'AES/512', 'AES/256/ECB', 'AES/ECB', 'DES', 'DESede', 'RC4', 'HmacSHA256', '', 'constructor'])(
    'a content key of %j',
    async (name) => {
      for (const encryptor of [byAes, byRsa]) {
        await failureOf(
          () => encryptor.decryptItem(store(name, encryptor === byAes ? 'AESWrap' : OAEP)),
          'ALGORITHM_NOT_ALLOWED',
          /names the content key algorithm/,
        )
      }
    },
  )

  test.each([
    'AES',
    'AES/ECB/PKCS5Padding',
    'AES/ECB/NoPadding',
    'AES/CBC/PKCS5Padding',
    OAEP,
    'RSA',
    'RSA/ECB/PKCS1Padding',
    'RSA/ECB/NoPadding',
    'kms',
    '',
    'toString',
  ])('AES wrapping by %j', async (name) => {
    await failureOf(() => byAes.decryptItem(store('AES/256', name)), 'ALGORITHM_NOT_ALLOWED', /the configured key allows AESWrap/)
  })

  test.each([
    'AESWrap',
    'RSA',
    'RSA/ECB/PKCS1Padding',
    'RSA/ECB/NoPadding',
    'RSA/None/NoPadding',
    'RSA/ECB/OAEPWithMD5AndMGF1Padding',
    'RSA/ECB/OAEPPadding',
    'kms',
    '',
  ])('RSA wrapping by %j', async (name) => {
    await failureOf(() => byRsa.decryptItem(store('AES/256', name)), 'ALGORITHM_NOT_ALLOWED', /the configured key allows RSA\/ECB\/OAEP/)
  })

  test('another key`s wrapping: an AES key that was wrapped by RSA, and the other way round', async () => {
    await failureOf(() => byRsa.decryptItem(store('AES/256', 'AESWrap')), 'ALGORITHM_NOT_ALLOWED', /./)
    await failureOf(() => byRsa.decryptItem(store('AES/256', OAEP)), 'INVALID_CIPHERTEXT', /./)
  })
})
