// The token's work read by LocalKey and the other way round: the token writes the format, and not just something it can read itself.
import assert from 'node:assert/strict'
import { createPublicKey, randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import {
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type SigningKey,
} from 'dynamodb-encryption-client'
import { Pkcs11AesWrappingKey } from '../src/pkcs11-aes-wrapping-key.js'
import { Pkcs11ContentKey } from '../src/pkcs11-content-key.js'
import { Pkcs11EcdsaSigningKey } from '../src/pkcs11-ecdsa-signing-key.js'
import { Pkcs11HmacKey } from '../src/pkcs11-hmac-key.js'
import { Pkcs11RsaSigningKey } from '../src/pkcs11-rsa-signing-key.js'
import { Pkcs11RsaWrappingKey } from '../src/pkcs11-rsa-wrapping-key.js'
import { ecPublicKey, rsaPublicKey } from '../src/public-key.js'
import { assertDoesNotDecrypt, assertFails } from './support/failures.js'
import { assertTravels, encryptorOf, ITEM } from './support/items.js'
import { rsaPair } from './support/pairs.js'
import { newToken } from './support/softhsm.js'
import { generateAes, generateEc, generateRsa, importRsa, importSecret, type CurveName } from './support/token-keys.js'

const made = newToken()
const { token } = made
after(() => made.remove())

const OAEP_SHA1 = 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding'

const mac = LocalKey.generate('HmacSHA256/256')
const encryptionKey = LocalKey.generate('AES/256')

function signedBy(signingKey: SigningKey): CryptographicMaterialsProvider {
  return new StaticMaterialsProvider({ encryptionKey, signingKey })
}

describe('a key with a copy in the token: what either writes, the other reads', () => {
  for (const bits of [128, 192, 256]) {
    test(`a content key of ${bits} bits`, async () => {
      const secret = randomBytes(bits / 8)
      const inside = new Pkcs11ContentKey(token, await importSecret(token, `content ${bits}`, 'content', secret))
      const provider = (encryptionKey: Pkcs11ContentKey | ReturnType<typeof LocalKey.aes>): StaticMaterialsProvider =>
        new StaticMaterialsProvider({ encryptionKey, signingKey: mac })
      await assertTravels(provider(inside), provider(LocalKey.aes(secret)))
      await assertTravels(provider(LocalKey.aes(secret)), provider(inside))
    })

    test(`a wrapping key of ${bits} bits, and content keys of that length`, async () => {
      const secret = randomBytes(bits / 8)
      const inside = new Pkcs11AesWrappingKey(token, await importSecret(token, `wrapping ${bits}`, 'wrapping', secret))
      const materialDescription = { 'amzn-ddb-env-alg': `AES/${bits}` }
      const provider = (wrappingKey: Pkcs11AesWrappingKey | ReturnType<typeof LocalKey.aes>): WrappedMaterialsProvider =>
        new WrappedMaterialsProvider({ wrappingKey, signingKey: mac, materialDescription })
      await assertTravels(provider(inside), provider(LocalKey.aes(secret)))
      await assertTravels(provider(LocalKey.aes(secret)), provider(inside))
    })
  }

  for (const algorithm of ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512'] as const) {
    test(algorithm, async () => {
      const secret = randomBytes(64)
      const inside = new Pkcs11HmacKey(token, await importSecret(token, algorithm, 'mac', secret), algorithm)
      await assertTravels(signedBy(inside), signedBy(LocalKey.hmac(secret, algorithm)))
      await assertTravels(signedBy(LocalKey.hmac(secret, algorithm)), signedBy(inside))
    })
  }

  test('an RSA wrapping key', async () => {
    const { publicKey, privateKey } = rsaPair(3072)
    const inside = new Pkcs11RsaWrappingKey(token, { privateKey: await importRsa(token, 'rsa wrapping', 'oaep', privateKey) })
    const provider = (
      wrappingKey: ReturnType<typeof LocalKey.rsaWrapping> | undefined,
      unwrappingKey = wrappingKey,
    ): WrappedMaterialsProvider => new WrappedMaterialsProvider({ wrappingKey, unwrappingKey, signingKey: mac })
    const outside = LocalKey.rsaWrapping({ publicKey, privateKey }, OAEP_SHA1)
    const reader = new WrappedMaterialsProvider({ unwrappingKey: inside, verificationKey: mac })
    await assertTravels(provider(outside), reader)
  })

  test('an RSA signing key', async () => {
    const { publicKey, privateKey } = rsaPair(2048)
    const inside = new Pkcs11RsaSigningKey(token, { privateKey: await importRsa(token, 'rsa signing', 'signing', privateKey) })
    await assertTravels(signedBy(inside), signedBy(LocalKey.rsaSigning({ publicKey })))
  })
})

describe('a pair made in the token: its public half is enough for the other side', () => {
  test('LocalKey verifies what the token signed by RSA', async () => {
    const pair = await generateRsa(token, 'signs', 'signing')
    const publicKey = rsaPublicKey(token, pair.publicKey)
    await assertTravels(signedBy(new Pkcs11RsaSigningKey(token, pair)), signedBy(LocalKey.rsaSigning({ publicKey })))
  })

  const CURVES: readonly [CurveName, 'SHA256withECDSA' | 'SHA384withECDSA' | 'SHA512withECDSA'][] = [
    ['P-256', 'SHA256withECDSA'],
    ['P-256', 'SHA512withECDSA'],
    ['P-384', 'SHA384withECDSA'],
    ['P-521', 'SHA512withECDSA'],
  ]
  for (const [curve, algorithm] of CURVES) {
    test(`LocalKey verifies what the token signed by ${algorithm} on ${curve}`, async () => {
      const pair = await generateEc(token, `${curve} ${algorithm}`, curve)
      const publicKey = ecPublicKey(token, pair.publicKey)
      const inside = signedBy(new Pkcs11EcdsaSigningKey(token, pair, algorithm))
      // Often enough for numbers with leading zeros and with their highest bit set, which DER writes differently.
      for (let time = 0; time < 40; time++) await assertTravels(inside, signedBy(LocalKey.ecdsaSigning({ publicKey }, algorithm)))
    })
  }

  test('the token unwraps what LocalKey wrapped by RSA', async () => {
    const pair = await generateRsa(token, 'unwraps', 'oaep')
    const publicKey = createPublicKey({ key: rsaPublicKey(token, pair.publicKey), format: 'jwk' })
    await assertTravels(
      new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping({ publicKey }, OAEP_SHA1), signingKey: mac }),
      new WrappedMaterialsProvider({ unwrappingKey: new Pkcs11RsaWrappingKey(token, pair), verificationKey: mac }),
    )
  })
})

describe('another key of the token than the one that an item was written under', () => {
  test('a content key', async () => {
    const [one, other] = [await generateAes(token, 'content one', 'content'), await generateAes(token, 'content other', 'content')]
    const provider = (key: typeof one): StaticMaterialsProvider =>
      new StaticMaterialsProvider({ encryptionKey: new Pkcs11ContentKey(token, key), signingKey: mac })
    const stored = await encryptorOf(provider(one)).encryptItem(ITEM)
    await assertDoesNotDecrypt(encryptorOf(provider(other)).decryptItem(stored))
  })

  test('an AES wrapping key', async () => {
    const [one, other] = [await generateAes(token, 'wraps one', 'wrapping'), await generateAes(token, 'wraps other', 'wrapping')]
    const provider = (key: typeof one): WrappedMaterialsProvider =>
      new WrappedMaterialsProvider({ wrappingKey: new Pkcs11AesWrappingKey(token, key), signingKey: mac })
    const stored = await encryptorOf(provider(one)).encryptItem(ITEM)
    await assertDoesNotDecrypt(encryptorOf(provider(other)).decryptItem(stored))
  })

  test('an RSA wrapping key', async () => {
    const [one, other] = [await generateRsa(token, 'oaep one', 'oaep'), await generateRsa(token, 'oaep other', 'oaep')]
    const provider = (pair: typeof one): WrappedMaterialsProvider =>
      new WrappedMaterialsProvider({ wrappingKey: new Pkcs11RsaWrappingKey(token, pair), signingKey: mac })
    const stored = await encryptorOf(provider(one)).encryptItem(ITEM)
    await assertDoesNotDecrypt(encryptorOf(provider(other)).decryptItem(stored))
  })

  test('an RSA wrapping key answers what does not unwrap with a random key, another each time', async () => {
    const inside = new Pkcs11RsaWrappingKey(token, await generateRsa(token, 'oaep random', 'oaep'))
    const answers = [await inside.unwrap(Buffer.alloc(256, 7), OAEP_SHA1), await inside.unwrap(Buffer.alloc(256, 7), OAEP_SHA1)]
    assert.deepEqual(
      answers.map((answer) => answer.length),
      [32, 32],
    )
    assert.notDeepEqual(answers[0], answers[1])
  })

  test('a signing key, of the same kind and of another', async () => {
    const [one, other] = [await generateEc(token, 'signs one', 'P-256'), await generateEc(token, 'signs other', 'P-256')]
    const rsa = await generateRsa(token, 'signs too', 'signing')
    const stored = await encryptorOf(signedBy(new Pkcs11EcdsaSigningKey(token, one))).encryptItem(ITEM)
    const otherReader = encryptorOf(signedBy(new Pkcs11EcdsaSigningKey(token, other)))
    await assertFails(otherReader.decryptItem(stored), 'SIGNATURE_MISMATCH', /signature/)
    const rsaReader = encryptorOf(signedBy(new Pkcs11RsaSigningKey(token, rsa)))
    await assertFails(rsaReader.decryptItem(stored), 'ALGORITHM_NOT_ALLOWED', /SHA256withECDSA/)
  })
})
