// What the token does when things are not as they should be: who is told what, and what goes on working.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type DynamoDBEncryptionErrorCode,
} from 'dynamodb-encryption-client'
import pkcs11js from 'pkcs11js'
import { Pkcs11AesWrappingKey } from '../src/pkcs11-aes-wrapping-key.js'
import { Pkcs11ContentKey } from '../src/pkcs11-content-key.js'
import { Pkcs11EcdsaSigningKey } from '../src/pkcs11-ecdsa-signing-key.js'
import { Pkcs11HmacKey } from '../src/pkcs11-hmac-key.js'
import { Pkcs11RsaSigningKey } from '../src/pkcs11-rsa-signing-key.js'
import { Pkcs11RsaWrappingKey } from '../src/pkcs11-rsa-wrapping-key.js'
import { Token } from '../src/token.js'
import { assertDoesNotDecrypt, assertFails } from './support/failures.js'
import { assertTravels, encryptorOf, ITEM } from './support/items.js'
import { LABEL, newToken, PIN } from './support/softhsm.js'
import { generateAes, generateEc, generateMac, generateRsa } from './support/token-keys.js'

// One session: an operation that failed and stays in it would stop everything after it.
let made = newToken(1)
after(() => made.remove())

const mac = LocalKey.generate('HmacSHA256/256')
const encryptionKey = LocalKey.generate('AES/256')

function thrown(work: () => unknown, code: DynamoDBEncryptionErrorCode, message: RegExp): void {
  assert.throws(work, { name: 'DynamoDBEncryptionError', code, message })
}

/** A provider for each key of the token, with the token in one role and LocalKey in the other. */
function providers(): Readonly<Record<string, CryptographicMaterialsProvider>> {
  const { token } = made
  const pair = (label: string): { publicKey: Buffer; privateKey: Buffer } => ({
    publicKey: token.findKey('public', label),
    privateKey: token.findKey('private', label),
  })
  const signed = (signingKey: ConstructorParameters<typeof StaticMaterialsProvider>[0]['signingKey']): StaticMaterialsProvider =>
    new StaticMaterialsProvider({ encryptionKey, signingKey })
  return {
    'content key': new StaticMaterialsProvider({
      encryptionKey: new Pkcs11ContentKey(token, token.findKey('secret', 'content')),
      signingKey: mac,
    }),
    'AES wrapping key': new WrappedMaterialsProvider({
      wrappingKey: new Pkcs11AesWrappingKey(token, token.findKey('secret', 'wrapping')),
      signingKey: mac,
    }),
    'RSA wrapping key': new WrappedMaterialsProvider({ wrappingKey: new Pkcs11RsaWrappingKey(token, pair('oaep')), signingKey: mac }),
    'MAC key': signed(new Pkcs11HmacKey(token, token.findKey('secret', 'mac'))),
    'RSA signing key': signed(new Pkcs11RsaSigningKey(token, pair('rsa'))),
    'ECDSA signing key': signed(new Pkcs11EcdsaSigningKey(token, pair('ec'))),
  }
}
const NAMES = ['content key', 'AES wrapping key', 'RSA wrapping key', 'MAC key', 'RSA signing key', 'ECDSA signing key']

function providerOf(name: string): CryptographicMaterialsProvider {
  const provider = providers()[name]
  assert.ok(provider, `no provider ${name}`)
  return provider
}

await generateAes(made.token, 'content', 'content')
await generateAes(made.token, 'wrapping', 'wrapping')
await generateMac(made.token, 'mac')
await generateRsa(made.token, 'oaep', 'oaep')
await generateRsa(made.token, 'rsa', 'signing')
await generateEc(made.token, 'ec', 'P-256')

describe('opening', () => {
  const REFUSED: readonly [string, Partial<Parameters<typeof Token.open>[0]>, RegExp][] = [
    ['a PIN that is wrong', { pin: `${PIN}!` }, /could not be opened: CKR_PIN_INCORRECT/],
    ['a label that no token has', { label: 'other' }, /could not be opened: there is no token labelled other/],
    ['a library that is not there', { library: '/nowhere/lib.so' }, /could not be reached: .*nowhere/],
  ]
  for (const [what, wrong, message] of REFUSED) {
    test(`${what} is MATERIALS_UNAVAILABLE, and the next try is not hindered`, async () => {
      await made.token.close()
      thrown(() => Token.open({ library: made.library, label: LABEL, pin: PIN, ...wrong }), 'MATERIALS_UNAVAILABLE', message)
      made = await made.reopen(1)
      await assertTravels(providerOf('MAC key'))
    })
  }

  test('a library that is open already says so', () => {
    const open = (): Token => Token.open({ library: made.library, label: LABEL, pin: PIN })
    thrown(open, 'MATERIALS_UNAVAILABLE', /could not be reached: CKR_CRYPTOKI_ALREADY_INITIALIZED/)
  })
})

describe('finding keys', () => {
  test('a label that no key of the kind has', () => {
    thrown(() => made.token.findKey('secret', 'rsa'), 'INVALID_CONFIGURATION', /holds no secret key labelled rsa/)
  })

  test('a label that two have', async () => {
    await generateMac(made.token, 'twice')
    await generateMac(made.token, 'twice')
    thrown(() => made.token.findKey('secret', 'twice'), 'INVALID_CONFIGURATION', /holds more than one secret key labelled twice/)
  })

  test('a half that was not given', async () => {
    const { token } = made
    const publicHalf = { publicKey: token.findKey('public', 'rsa') }
    const provider = new StaticMaterialsProvider({ encryptionKey, signingKey: new Pkcs11RsaSigningKey(token, publicHalf) })
    await assertFails(encryptorOf(provider).encryptItem(ITEM), 'INVALID_CONFIGURATION', /no privateKey, which it takes to sign/)
    thrown(() => new Pkcs11EcdsaSigningKey(token, {}), 'INVALID_CONFIGURATION', /no publicKey or privateKey/)
  })
})

for (const name of NAMES) {
  test(`${name}: reads after a restart what it wrote before`, async () => {
    const stored = await assertTravels(providerOf(name))
    made = await made.reopen(1)
    assert.deepEqual(await encryptorOf(providerOf(name)).decryptItem(stored), ITEM)
  })

  test(`${name}: a token that is closed is MATERIALS_UNAVAILABLE, writing and reading`, async () => {
    const encryptor = encryptorOf(providerOf(name))
    const stored = await encryptor.encryptItem(ITEM)
    await made.token.close()
    await assertFails(encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', /closed/)
    await assertFails(encryptor.decryptItem(stored), 'MATERIALS_UNAVAILABLE', /closed/)
    made = await made.reopen(1)
  })

  test(`${name}: a token that logged the user out is MATERIALS_UNAVAILABLE, with its reason and no verdict on the item`, async () => {
    const encryptor = encryptorOf(providerOf(name))
    const stored = await encryptor.encryptItem(ITEM)
    const { token } = made
    await token.use((session) => {
      token.pkcs11.C_Logout(session)
    })
    try {
      const reason = /^the PKCS#11 token could not (decrypt|encrypt|sign|unwrap|verify|wrap): CKR_/
      // A public key is there for all: wrapping by RSA takes no login.
      if (name === 'RSA wrapping key') await encryptor.encryptItem(ITEM)
      else await assertFails(encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', reason)
      if (/(RSA|ECDSA) signing/.test(name)) await encryptor.decryptItem(stored)
      else await assertFails(encryptor.decryptItem(stored), 'MATERIALS_UNAVAILABLE', reason)
    } finally {
      made = await made.reopen(1)
    }
    assert.deepEqual(await encryptorOf(providerOf(name)).decryptItem(stored), ITEM)
  })
}

test('a key that may not do the job is the configuration, not the item', async () => {
  const { token } = made
  const stored = await encryptorOf(providerOf('AES wrapping key')).encryptItem(ITEM)
  const content = new Pkcs11AesWrappingKey(token, token.findKey('secret', 'content'))
  const reader = encryptorOf(new WrappedMaterialsProvider({ wrappingKey: content, signingKey: mac }))
  await assertFails(reader.decryptItem(stored), 'MATERIALS_UNAVAILABLE', /could not unwrap: CKR_KEY_FUNCTION_NOT_PERMITTED/)
  await assertTravels(providerOf('AES wrapping key'))
})

test('a mechanism that the token lacks is MATERIALS_UNAVAILABLE, writing and reading', async () => {
  const { token } = made
  const cloudHsmsOwn = 0x80002109
  const wrappingKey = new Pkcs11AesWrappingKey(token, token.findKey('secret', 'wrapping'), cloudHsmsOwn)
  const encryptor = encryptorOf(new WrappedMaterialsProvider({ wrappingKey, signingKey: mac }))
  await assertFails(encryptor.encryptItem(ITEM), 'MATERIALS_UNAVAILABLE', /could not wrap: CKR_MECHANISM_INVALID/)
  const stored = await encryptorOf(providerOf('AES wrapping key')).encryptItem(ITEM)
  await assertFails(encryptor.decryptItem(stored), 'MATERIALS_UNAVAILABLE', /could not unwrap: CKR_MECHANISM_INVALID/)
})

test('what does not decrypt leaves the session free for what does', async () => {
  const { token } = made
  const [right, wrong] = ['right', 'wrong']
  for (const label of [right, wrong]) await generateAes(token, label, 'content')
  const reader = (label: string): CryptographicMaterialsProvider =>
    new StaticMaterialsProvider({ encryptionKey: new Pkcs11ContentKey(token, token.findKey('secret', label)), signingKey: mac })
  const stored = await encryptorOf(reader(right)).encryptItem(ITEM)
  for (let time = 0; time < 3; time++) {
    await assertDoesNotDecrypt(encryptorOf(reader(wrong)).decryptItem(stored))
    assert.deepEqual(await encryptorOf(reader(right)).decryptItem(stored), ITEM)
  }
})

test('content keys do not stay in the token once an item is done', async () => {
  await assertTravels(providerOf('AES wrapping key'))
  const { pkcs11 } = made.token
  await made.token.use((session) => {
    pkcs11.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_TOKEN, value: false }])
    assert.deepEqual(pkcs11.C_FindObjects(session, 10), [])
    pkcs11.C_FindObjectsFinal(session)
  })
})
