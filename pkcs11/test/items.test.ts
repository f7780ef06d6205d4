// Items under keys in the token alone: every signing key with every way to encrypt, both ways.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { Pkcs11AesWrappingKey } from '../src/pkcs11-aes-wrapping-key.js'
import { Pkcs11ContentKey } from '../src/pkcs11-content-key.js'
import { Pkcs11EcdsaSigningKey } from '../src/pkcs11-ecdsa-signing-key.js'
import { Pkcs11HmacKey } from '../src/pkcs11-hmac-key.js'
import { Pkcs11RsaSigningKey } from '../src/pkcs11-rsa-signing-key.js'
import { Pkcs11RsaWrappingKey } from '../src/pkcs11-rsa-wrapping-key.js'
import { assertDoesNotDecrypt, assertFails } from './support/failures.js'
import { assertTravels, bytesOf, CONTEXT, descriptionOf, encryptorOf, ITEM, SIGNATURE, withDescription } from './support/items.js'
import { newToken } from './support/softhsm.js'
import { generateAes, generateEc, generateMac, generateRsa } from './support/token-keys.js'

const made = newToken()
const { token } = made
after(() => made.remove())

type SigningName = 'RSA' | 'ECDSA P-256' | 'ECDSA P-384' | 'ECDSA P-521' | 'HMAC'
type EncryptingName = 'Static, AES' | 'Wrapped, AES' | 'Wrapped, RSA'

/** What the description of an item says, by the key that signs it or wraps its content key. */
const SIGNING_ALGORITHMS: Readonly<Record<SigningName, string | undefined>> = {
  RSA: 'SHA256withRSA',
  'ECDSA P-256': 'SHA256withECDSA',
  'ECDSA P-384': 'SHA384withECDSA',
  'ECDSA P-521': 'SHA512withECDSA',
  HMAC: undefined,
}
const WRAPPING_ALGORITHMS: Readonly<Record<EncryptingName, string | undefined>> = {
  'Static, AES': undefined,
  'Wrapped, AES': 'AESWrap',
  'Wrapped, RSA': 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding',
}

const signingKeys = new Map<string, SigningKey>()
const encrypting = new Map<string, (signingKey: SigningKey) => CryptographicMaterialsProvider>()

/** A key that the test before has made. */
function named<T>(keys: ReadonlyMap<string, T>, name: string): T {
  const key = keys.get(name)
  assert.ok(key !== undefined, `no key ${name}`)
  return key
}

function wrapping(wrappingKey: WrappingKey): (signingKey: SigningKey) => CryptographicMaterialsProvider {
  return (signingKey) => new WrappedMaterialsProvider({ wrappingKey, signingKey })
}

before(async () => {
  signingKeys
    .set('RSA', new Pkcs11RsaSigningKey(token, await generateRsa(token, 'rsa', 'signing')))
    .set('ECDSA P-256', new Pkcs11EcdsaSigningKey(token, await generateEc(token, 'p256', 'P-256')))
    .set('ECDSA P-384', new Pkcs11EcdsaSigningKey(token, await generateEc(token, 'p384', 'P-384'), 'SHA384withECDSA'))
    .set('ECDSA P-521', new Pkcs11EcdsaSigningKey(token, await generateEc(token, 'p521', 'P-521'), 'SHA512withECDSA'))
    .set('HMAC', new Pkcs11HmacKey(token, await generateMac(token, 'mac')))
  const encryptionKey = new Pkcs11ContentKey(token, await generateAes(token, 'content', 'content'))
  encrypting
    .set('Static, AES', (signingKey) => new StaticMaterialsProvider({ encryptionKey, signingKey }))
    .set('Wrapped, AES', wrapping(new Pkcs11AesWrappingKey(token, await generateAes(token, 'wrapping', 'wrapping'))))
    .set('Wrapped, RSA', wrapping(new Pkcs11RsaWrappingKey(token, await generateRsa(token, 'oaep', 'oaep'))))
})

function providerOf(encryptingName: string, signingName: string): CryptographicMaterialsProvider {
  return named(encrypting, encryptingName)(named(signingKeys, signingName))
}

for (const [encryptingName, wrappingAlgorithm] of Object.entries(WRAPPING_ALGORITHMS)) {
  for (const [signingName, signingAlgorithm] of Object.entries(SIGNING_ALGORITHMS)) {
    test(`${encryptingName}, signed by ${signingName}: an item comes back as it was`, async () => {
      const provider = providerOf(encryptingName, signingName)
      const description = descriptionOf(await assertTravels(provider))
      assert.equal(description.get('amzn-ddb-wrap-alg'), wrappingAlgorithm)
      assert.equal(description.get('amzn-ddb-map-signingAlg'), signingAlgorithm)
      assert.equal(description.get('amzn-ddb-map-sym-mode'), '/CBC/PKCS5Padding')
    })
  }
}

describe('what was changed is refused', () => {
  /** Each leaves the item's other attributes as they were. */
  const SIGNATURES: readonly [string, (signature: Buffer) => Buffer][] = [
    ['with its first byte changed', (signature) => flipped(signature, 0)],
    ['with its last byte changed', (signature) => flipped(signature, signature.length - 1)],
    ['cut short', (signature) => signature.subarray(0, -1)],
    ['made longer', (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
    ['of zeros', (signature) => Buffer.alloc(signature.length)],
    ['of ones', (signature) => Buffer.alloc(signature.length, 0xff)],
    ['of one byte', () => Buffer.from([0x30])],
    ['of no bytes', () => Buffer.alloc(0)],
  ]
  for (const signingName of Object.keys(SIGNING_ALGORITHMS)) {
    for (const [what, change] of SIGNATURES) {
      test(`a signature by ${signingName} ${what}`, async () => {
        const encryptor = encryptorOf(providerOf('Wrapped, AES', signingName))
        const stored = await encryptor.encryptItem(ITEM)
        const changed = { ...stored, [SIGNATURE]: { B: change(bytesOf(stored, SIGNATURE)) } }
        await assertFails(encryptor.decryptItem(changed), 'SIGNATURE_MISMATCH', /signature/)
        assert.deepEqual(await encryptor.decryptItem(stored), ITEM)
      })
    }
    test(`an attribute, an encrypted one, and the table, under ${signingName}`, async () => {
      const encryptor = encryptorOf(providerOf('Static, AES', signingName))
      const stored = await encryptor.encryptItem(ITEM)
      const { ward: _, ...lacking } = stored
      const changed = [lacking, { ...stored, ward: { S: 'C3' } }, { ...stored, notes: { B: flipped(bytesOf(stored, 'notes'), 20) } }]
      for (const item of changed) await assertFails(encryptor.decryptItem(item), 'SIGNATURE_MISMATCH', /signature/)
      const context = { ...CONTEXT, tableName: 'Others' }
      await assertFails(encryptor.decryptItem(stored, { context }), 'SIGNATURE_MISMATCH', /signature/)
    })
  }
  for (const encryptingName of ['Wrapped, AES', 'Wrapped, RSA']) {
    test(`${encryptingName}: a wrapped key with a byte changed, cut short, or another item's`, async () => {
      const encryptor = encryptorOf(providerOf(encryptingName, 'HMAC'))
      const [stored, other] = [await encryptor.encryptItem(ITEM), await encryptor.encryptItem(ITEM)]
      const wrapped = wrappedKeyOf(descriptionOf(stored))
      for (const key of [flipped(wrapped, 9), wrapped.subarray(0, -8), wrappedKeyOf(descriptionOf(other))]) {
        const description = descriptionOf(stored).set('amzn-ddb-env-key', key.toString('base64'))
        await assertDoesNotDecrypt(encryptor.decryptItem(withDescription(stored, description)))
      }
    })
  }
})

describe('algorithms that a description names', () => {
  const REQUESTED: readonly [SigningName, string][] = [
    ['RSA', 'SHA224withRSA'],
    ['RSA', 'SHA384withRSA'],
    ['RSA', 'SHA512withRSA'],
    ['ECDSA P-256', 'SHA224withECDSA'],
    ['ECDSA P-256', 'SHA512withECDSA'],
    ['ECDSA P-521', 'SHA256withECDSA'],
  ]
  for (const [signingName, algorithm] of REQUESTED) {
    test(`${signingName} signs by ${algorithm} where that is requested, and verifies it where an item says so`, async () => {
      const encryptor = encryptorOf(providerOf('Wrapped, AES', signingName))
      const materialDescription = { 'amzn-ddb-map-signingAlg': algorithm }
      const stored = await encryptor.encryptItem(ITEM, { context: { ...CONTEXT, materialDescription } })
      assert.equal(descriptionOf(stored).get('amzn-ddb-map-signingAlg'), algorithm)
      assert.deepEqual(await encryptor.decryptItem(stored), ITEM)
    })
  }
  const REFUSED: readonly [EncryptingName, SigningName, string, string][] = [
    ['Wrapped, RSA', 'HMAC', 'amzn-ddb-wrap-alg', 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding'],
    ['Wrapped, RSA', 'HMAC', 'amzn-ddb-wrap-alg', 'RSA/ECB/PKCS1Padding'],
    ['Wrapped, AES', 'HMAC', 'amzn-ddb-wrap-alg', 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding'],
    ['Wrapped, AES', 'RSA', 'amzn-ddb-map-signingAlg', 'HmacSHA256'],
    ['Wrapped, AES', 'ECDSA P-256', 'amzn-ddb-map-signingAlg', 'SHA256withRSA'],
  ]
  for (const [encryptingName, signingName, entry, algorithm] of REFUSED) {
    test(`${encryptingName}, signed by ${signingName}: an item that names ${algorithm} is refused`, async () => {
      const encryptor = encryptorOf(providerOf(encryptingName, signingName))
      const stored = await encryptor.encryptItem(ITEM)
      const changed = withDescription(stored, descriptionOf(stored).set(entry, algorithm))
      await assertFails(encryptor.decryptItem(changed), 'ALGORITHM_NOT_ALLOWED', /allow/)
    })
  }
})

test('many items at once, over fewer sessions than there are calls', async () => {
  const encryptor = encryptorOf(providerOf('Static, AES', 'HMAC'))
  const items = Array.from({ length: 60 }, (_, number) => ({ ...ITEM, visit: { N: String(number) } }))
  const stored = await encryptor.encryptItems(items, { concurrency: 16 })
  assert.deepEqual(await encryptor.decryptItems(stored, { concurrency: 16 }), items)
})

test('the same value is stored under a fresh IV each time', async () => {
  const encryptor = encryptorOf(providerOf('Static, AES', 'HMAC'))
  const [one, other] = [await encryptor.encryptItem(ITEM), await encryptor.encryptItem(ITEM)]
  assert.notDeepEqual(bytesOf(one, 'insured').subarray(0, 16), bytesOf(other, 'insured').subarray(0, 16))
})

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
  return changed
}

function wrappedKeyOf(description: ReadonlyMap<string, string>): Buffer {
  return Buffer.from(description.get('amzn-ddb-env-key') ?? '', 'base64')
}
