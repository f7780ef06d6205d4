// The Static provider: which keys serve for what, and the description it asks for.
import {
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  type AttributeActionsInput,
  type StaticMaterialsProviderOptions,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, SIGN_ALL, wholeItem } from '../support/items.js'
import { DESCRIPTION, JAVA_FORM, readDescription, SIGNATURE, stringToSign, decryptBytes, serialize } from '../support/reference-format.js'
import { CONTENT_KEY, ecPair, MAC_KEY, rsaPair, secretBytes } from '../support/test-keys.js'
import { createHmac, verify } from 'node:crypto'

const encryptionKey = LocalKey.aes(CONTENT_KEY)
const signingKey = LocalKey.hmac(MAC_KEY)

function encryptorOf(options: StaticMaterialsProviderOptions, actions: AttributeActionsInput = ENCRYPT_ALL): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider: new StaticMaterialsProvider(options), actions, context: CONTEXT })
}

describe('the keys that it is given', () => {
  test.each([128, 192, 256] as const)('AES-%i and HMAC, both ways', async (bits) => {
    const secret = secretBytes(bits / 8)
    const encryptor = encryptorOf({ encryptionKey: LocalKey.aes(secret), signingKey })
    const item = wholeItem()
    const stored = await encryptor.encryptItem(item)
    expect(await encryptor.decryptItem(stored)).toEqual(item)
    // By hand as well.
    expect(decryptBytes(secret, bytesOf(stored, 'text'))).toEqual(serialize(item['text'] ?? { NULL: true }, JAVA_FORM))
    const { [SIGNATURE]: signature, [DESCRIPTION]: _description, ...rest } = stored
    const string = stringToSign(rest, (name) => ENCRYPT_ALL.actionFor(name), CONTEXT.tableName, JAVA_FORM)
    expect(Buffer.from(signature?.B ?? [])).toEqual(createHmac('sha256', MAC_KEY).update(string).digest())
  })

  test.each(['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512'] as const)('%s', async (algorithm) => {
    const encryptor = encryptorOf({ encryptionKey, signingKey: LocalKey.hmac(MAC_KEY, algorithm) })
    expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
    const other = encryptorOf({
      encryptionKey,
      signingKey: LocalKey.hmac(MAC_KEY, algorithm === 'HmacSHA256' ? 'HmacSHA512' : 'HmacSHA256'),
    })
    await failureOf(
      async () => other.decryptItem(await encryptor.encryptItem(wholeItem())),
      'SIGNATURE_MISMATCH',
      /the signature does not hold/,
    )
  })

  const rsa = rsaPair()
  const ec = ecPair()
  test.each<[string, StaticMaterialsProviderOptions, StaticMaterialsProviderOptions]>([
    ['one of each serves both ways', { encryptionKey, signingKey }, { encryptionKey, signingKey }],
    [
      'a decryption key and a verification key for reading',
      { encryptionKey, signingKey },
      { decryptionKey: encryptionKey, verificationKey: signingKey },
    ],
    [
      'those come before the others',
      { encryptionKey, signingKey },
      {
        encryptionKey: LocalKey.aes(MAC_KEY),
        decryptionKey: encryptionKey,
        signingKey: LocalKey.hmac(CONTENT_KEY),
        verificationKey: signingKey,
      },
    ],
    [
      'the halves of an RSA pair',
      { encryptionKey, signingKey: LocalKey.rsaSigning({ privateKey: rsa.privateKey }) },
      { encryptionKey, verificationKey: LocalKey.rsaSigning({ publicKey: rsa.publicKey }) },
    ],
    ['an RSA pair', { encryptionKey, signingKey: LocalKey.rsaSigning(rsa) }, { encryptionKey, signingKey: LocalKey.rsaSigning(rsa) }],
    [
      'the halves of an EC pair',
      { encryptionKey, signingKey: LocalKey.ecdsaSigning({ privateKey: ec.privateKey }) },
      { encryptionKey, verificationKey: LocalKey.ecdsaSigning({ publicKey: ec.publicKey }) },
    ],
  ])('%s', async (_what, writing, reading) => {
    const stored = await encryptorOf(writing).encryptItem(wholeItem())
    expect(await encryptorOf(reading).decryptItem(stored)).toEqual(wholeItem())
  })

  test('an object that changes afterwards changes nothing', async () => {
    const options = { encryptionKey, signingKey, materialDescription: { mine: 'x' } }
    const encryptor = encryptorOf(options)
    options.encryptionKey = LocalKey.aes(secretBytes(32))
    const stored = await encryptor.encryptItem(wholeItem())
    expect(await encryptorOf({ encryptionKey, signingKey }).decryptItem(stored)).toEqual(wholeItem())
  })
})

test('asked by itself, without a description', () => {
  const provider = new StaticMaterialsProvider({ encryptionKey, signingKey })
  expect(provider.encryptionMaterials({})).toEqual({ encryptionKey, signingKey, materialDescription: {} })
  expect(provider.decryptionMaterials({})).toEqual({ decryptionKey: encryptionKey, verificationKey: signingKey, materialDescription: {} })
})

describe('a missing key', () => {
  test('nothing to sign or verify with', async () => {
    await failureOf(
      () => new StaticMaterialsProvider({ encryptionKey }),
      'INVALID_CONFIGURATION',
      /StaticMaterialsProvider takes a signingKey, a verificationKey, or both/,
    )
  })

  test.each<[string, StaticMaterialsProviderOptions, 'encryptItem' | 'decryptItem', RegExp]>([
    [
      'no signing key',
      { encryptionKey, verificationKey: signingKey },
      'encryptItem',
      /StaticMaterialsProvider has no signingKey, which it takes to encrypt/,
    ],
    [
      'no encryption key',
      { signingKey },
      'encryptItem',
      /the materials provider has no encryptionKey: give it one, or set the actions to SIGN_ONLY/,
    ],
    ['a decryption key alone', { decryptionKey: encryptionKey, signingKey }, 'encryptItem', /the materials provider has no encryptionKey/],
    ['no decryption key', { signingKey }, 'decryptItem', /the materials provider has no decryptionKey/],
    [
      'a public key to sign',
      { encryptionKey, signingKey: LocalKey.rsaSigning({ publicKey: rsaPair().publicKey }) },
      'encryptItem',
      /has no privateKey, which it takes to sign/,
    ],
    [
      'a private key to verify',
      { encryptionKey, signingKey: LocalKey.rsaSigning({ privateKey: rsaPair().privateKey }) },
      'decryptItem',
      /has no publicKey, which it takes to verify/,
    ],
  ])('%s', async (_what, options, method, message) => {
    const stored = await encryptorOf({ encryptionKey, signingKey }).encryptItem(wholeItem())
    await failureOf(() => encryptorOf(options)[method](method === 'encryptItem' ? wholeItem() : stored), 'INVALID_CONFIGURATION', message)
  })

  test('no encryption key is needed where nothing is encrypted', async () => {
    const encryptor = encryptorOf({ signingKey }, SIGN_ALL)
    const stored = await encryptor.encryptItem(wholeItem())
    expect(Object.keys(stored)).not.toContain(DESCRIPTION)
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
  })
})

describe('the stored description', () => {
  const mode = { 'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding' }
  const rsa = LocalKey.rsaSigning(rsaPair())
  test.each<[string, 'java' | 'python', StaticMaterialsProviderOptions, Record<string, string>]>([
    ['HMAC', 'java', { encryptionKey, signingKey }, mode],
    ['HMAC', 'python', { encryptionKey, signingKey }, { ...mode, 'amzn-ddb-map-signingAlg': 'HmacSHA256' }],
    ['RSA', 'java', { encryptionKey, signingKey: rsa }, { ...mode, 'amzn-ddb-map-signingAlg': 'SHA256withRSA' }],
    ['RSA', 'python', { encryptionKey, signingKey: rsa }, { ...mode, 'amzn-ddb-map-signingAlg': 'SHA256withRSA' }],
    [
      'ECDSA',
      'java',
      { encryptionKey, signingKey: LocalKey.ecdsaSigning(ecPair(), 'SHA512withECDSA') },
      { ...mode, 'amzn-ddb-map-signingAlg': 'SHA512withECDSA' },
    ],
    ['no encryption key, HMAC', 'python', { signingKey }, { 'amzn-ddb-map-signingAlg': 'HmacSHA256' }],
    ['no encryption key, RSA', 'java', { signingKey: rsa }, { 'amzn-ddb-map-signingAlg': 'SHA256withRSA' }],
    ['a requested entry', 'java', { encryptionKey, signingKey, materialDescription: { mine: 'x' } }, { ...mode, mine: 'x' }],
    ['a requested mode, the only one', 'java', { encryptionKey, signingKey, materialDescription: mode }, mode],
    [
      'a requested algorithm',
      'java',
      { encryptionKey, signingKey: rsa, materialDescription: { 'amzn-ddb-map-signingAlg': 'SHA512withRSA' } },
      { ...mode, 'amzn-ddb-map-signingAlg': 'SHA512withRSA' },
    ],
    [
      'a MAC`s own algorithm, whatever is requested',
      'python',
      { encryptionKey, signingKey, materialDescription: { 'amzn-ddb-map-signingAlg': 'HmacSHA512' } },
      { ...mode, 'amzn-ddb-map-signingAlg': 'HmacSHA256' },
    ],
  ])('%s, %s', async (_what, compatibility, options, description) => {
    const actions = options.encryptionKey === undefined ? SIGN_ALL : ENCRYPT_ALL
    const encryptor = new ItemEncryptor({
      materialsProvider: new StaticMaterialsProvider(options),
      actions,
      context: CONTEXT,
      compatibility,
    })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(readDescription(bytesOf(stored, DESCRIPTION))).toEqual(description)
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
    // A reader does not need to request what the writer did.
    const { materialDescription: _requested, ...unrequested } = options
    expect(await encryptorOf(unrequested, actions).decryptItem(stored)).toEqual(wholeItem())
  })

  test('provider, encryptor and call together, name by name', async () => {
    const materialsProvider = new StaticMaterialsProvider({
      encryptionKey,
      signingKey,
      materialDescription: { a: 'provider', b: 'provider', c: 'provider' },
    })
    const encryptor = new ItemEncryptor({
      materialsProvider,
      actions: ENCRYPT_ALL,
      context: { ...CONTEXT, materialDescription: { b: 'encryptor', c: 'encryptor', d: 'encryptor' } },
    })
    const stored = await encryptor.encryptItem(wholeItem(), { context: { materialDescription: { c: 'call', e: 'call' } } })
    expect(readDescription(bytesOf(stored, DESCRIPTION))).toEqual({
      a: 'provider',
      b: 'encryptor',
      c: 'call',
      d: 'encryptor',
      e: 'call',
      ...mode,
    })
    // On reading the item's own description counts, whatever is requested.
    expect(await encryptor.decryptItem(stored, { context: { materialDescription: { c: 'other' } } })).toEqual(wholeItem())
  })

  test('a requested algorithm signs', async () => {
    const encryptor = encryptorOf({ encryptionKey, signingKey: rsa, materialDescription: { 'amzn-ddb-map-signingAlg': 'SHA512withRSA' } })
    const { [SIGNATURE]: signature, [DESCRIPTION]: _description, ...rest } = await encryptor.encryptItem(wholeItem())
    const string = stringToSign(rest, (name) => ENCRYPT_ALL.actionFor(name), CONTEXT.tableName, JAVA_FORM)
    expect(verify('sha512', string, rsaPair().publicKey, signature?.B ?? new Uint8Array())).toBe(true)
  })

  test.each([
    ['amzn-ddb-map-signingAlg', 'HmacSHA256'],
    ['amzn-ddb-map-signingAlg', 'SHA256withECDSA'],
    ['amzn-ddb-map-signingAlg', 'MD5withRSA'],
    ['amzn-ddb-map-signingAlg', 'SHA1withRSA'],
    ['amzn-ddb-map-sym-mode', '/ECB/PKCS5Padding'],
    ['amzn-ddb-map-sym-mode', '/CTR/NoPadding'],
    ['amzn-ddb-map-sym-mode', ''],
  ])('a requested %s of %j is refused', async (name, value) => {
    const encryptor = encryptorOf({ encryptionKey, signingKey: rsa, materialDescription: { [name]: value } })
    await failureOf(() => encryptor.encryptItem(wholeItem()), 'ALGORITHM_NOT_ALLOWED', /the (requested )?material description/)
  })
})
