// PKCS#1 v1.5 encryption padding, with implicit rejection: by hand, and by a runtime that has it.
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { byHand, pkcs1DecryptKey, pkcs1Encrypt } from '../../src/crypto/pkcs1.js'
import { pkcs1Block, rawDecrypt, rawEncrypt } from '../support/reference-padding.js'
import { rsaPair, secretBytes } from '../support/test-keys.js'

const { publicKey, privateKey } = rsaPair()
const MODULUS = 256
const KEY = secretBytes(32, 0xc0)

describe('wrapping', () => {
  test('is what RFC 8017 says', () => {
    const block = rawDecrypt(privateKey, pkcs1Encrypt(publicKey, KEY))
    expect([...block.subarray(0, 2)]).toEqual([0, 2])
    expect(block.indexOf(0, 2)).toBe(MODULUS - KEY.length - 1)
    expect(block.subarray(-KEY.length)).toEqual(KEY)
  })
})

describe.each([
  ['pkcs1DecryptKey', pkcs1DecryptKey],
  ['byHand', byHand],
])('%s', (_name, unwrap) => {
  test.each([16, 24, 32])('a key of %i bytes', (length) => {
    const key = secretBytes(length)
    expect(unwrap(privateKey, pkcs1Encrypt(publicKey, key))).toEqual(key)
    expect(unwrap(privateKey, rawEncrypt(publicKey, pkcs1Block(MODULUS, key)))).toEqual(key)
    expect(unwrap(privateKey, publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key))).toEqual(key)
  })

  const changed = (change: (block: Buffer) => void, message: Uint8Array = KEY): Buffer => {
    const block = pkcs1Block(MODULUS, message)
    change(block)
    return block
  }
  const nothing = (): void => undefined
  test.each<[string, Buffer]>([
    ['a first byte of 1', changed((block) => block.writeUInt8(1, 0))],
    ['a second byte of 1', changed((block) => block.writeUInt8(1, 1))],
    ['a second byte of 0', changed((block) => block.writeUInt8(0, 1))],
    ['no separator', changed((block) => block.fill(9, 2))],
    ['a separator behind 7 bytes of padding', changed((block) => block.writeUInt8(0, 9))],
    ['a separator behind no padding', changed((block) => block.writeUInt8(0, 2))],
    ['a separator in place of the last byte', changed((block) => block.fill(9, 2).writeUInt8(0, MODULUS - 1))],
    ...[0, 1, 15, 17, 23, 25, 31, 33, 48, 64].map((length): [string, Buffer] => [
      `a message of ${String(length)} bytes`,
      changed(nothing, secretBytes(length)),
    ]),
  ])('%s gives a random key', (_what, block) => {
    const wrapped = rawEncrypt(publicKey, block)
    const keys = [unwrap(privateKey, wrapped), unwrap(privateKey, wrapped)]
    for (const key of keys) {
      expect([16, 24, 32]).toContain(key.length)
      expect(key.equals(KEY)).toBe(false)
      expect(block.includes(key)).toBe(false)
    }
  })
})

test('a number that is no smaller than the modulus is refused by RSA itself', () => {
  const wrapped = Buffer.alloc(MODULUS, 0xff)
  expect(() => byHand(privateKey, wrapped)).toThrow()
  expect(() => privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped)).toThrow()
})
