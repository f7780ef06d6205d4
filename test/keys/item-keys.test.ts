// Keys that live for one item, and what the item encryptor looks for in a key.
import { LocalKey } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { modulusBytes } from '../../src/keys/asymmetric-pair.js'
import { ItemContentKey } from '../../src/keys/local-aes-key.js'
import { ItemHmacKey } from '../../src/keys/local-hmac-key.js'
import { isInPlaceMac, isOnePass, wipeIfItemsOwn } from '../../src/keys/one-pass.js'
import { failureOf } from '../support/failures.js'
import { decryptBytes, encryptBytes } from '../support/reference-format.js'
import { ecPair, rsaPair, secretBytes } from '../support/test-keys.js'

const DATA = Buffer.from('a value')

describe('an item`s content key', () => {
  test.each([16, 24, 32])('of %i bytes is a content key like any other', async (length) => {
    const key = new ItemContentKey(secretBytes(length))
    expect(key.algorithm).toBe('AES')
    expect(decryptBytes(secretBytes(length), key.encrypt(DATA))).toEqual(DATA)
    expect(Buffer.from(key.decrypt(encryptBytes(secretBytes(length), DATA)))).toEqual(DATA)
    await failureOf(() => key.decrypt(new Uint8Array(32)), 'INVALID_CIPHERTEXT', /does not decrypt/)
  })

  test('is wiped where it lies, and then is another key', async () => {
    const bytes = secretBytes(32)
    const key = new ItemContentKey(bytes)
    const stored = key.encrypt(DATA)
    key.decrypt(stored)
    wipeIfItemsOwn(key)
    expect(bytes).toEqual(Buffer.alloc(32))
    await failureOf(() => key.decrypt(stored), 'INVALID_CIPHERTEXT', /does not decrypt/)
    expect(decryptBytes(Buffer.alloc(32), key.encrypt(DATA))).toEqual(DATA)
  })
})

describe('an item`s MAC key', () => {
  test('is a MAC key like any other, until it is wiped', () => {
    const key = new ItemHmacKey(secretBytes(32), 'HmacSHA256')
    const mac = LocalKey.hmac(secretBytes(32)).sign(DATA)
    expect(key.sign(DATA)).toEqual(mac)
    wipeIfItemsOwn(key)
    expect(key.verify(DATA, mac)).toBe(false)
  })
})

describe('a key that outlives an item', () => {
  test('is not wiped', () => {
    const aes = LocalKey.aes(secretBytes(32))
    const hmac = LocalKey.hmac(secretBytes(32))
    const stored = aes.encrypt(DATA)
    const mac = hmac.sign(DATA)
    wipeIfItemsOwn(aes)
    wipeIfItemsOwn(hmac)
    wipeIfItemsOwn({})
    expect(Buffer.from(aes.decrypt(stored))).toEqual(DATA)
    expect(hmac.verify(DATA, mac)).toBe(true)
  })
})

test.each<[string, object, boolean, boolean]>([
  ['AES', LocalKey.aes(secretBytes(32)), true, false],
  ['an item`s AES', new ItemContentKey(secretBytes(32)), true, false],
  ['HMAC', LocalKey.hmac(secretBytes(32)), false, true],
  ['RSA', LocalKey.rsaSigning(rsaPair()), false, false],
  ['one held elsewhere', { algorithm: 'AES' }, false, false],
])('the faster ways of %s', (_what, key, onePass, inPlaceMac) => {
  expect(isOnePass(key)).toBe(onePass)
  expect(isInPlaceMac(key)).toBe(inPlaceMac)
})

test.each([
  [rsaPair().publicKey, 256],
  [rsaPair().privateKey, 256],
  [rsaPair(1024).publicKey, 128],
  [rsaPair(2056).publicKey, 257],
  [ecPair().publicKey, 0],
])('bytes in a modulus', (key, bytes) => {
  expect(modulusBytes(key)).toBe(bytes)
})
