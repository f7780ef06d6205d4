// The table of algorithms: what has a row, and that nothing else is ever found.
import { getHashes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  contentKeyBits,
  HMAC_ALGORITHMS,
  hmacNames,
  OAEP_NAMES,
  signingNames,
  signingRow,
  wrappingRow,
} from '../../src/crypto/algorithms.js'

describe('signing', () => {
  test.each([
    ['hmac', ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512']],
    ['rsa', ['SHA224withRSA', 'SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA']],
    ['ecdsa', ['SHA224withECDSA', 'SHA256withECDSA', 'SHA384withECDSA', 'SHA512withECDSA']],
  ] as const)('%s', (kind, names) => {
    expect(signingNames(kind)).toEqual(names)
    for (const name of names) {
      const row = signingRow(name)
      expect(row).toMatchObject({ name, kind })
      expect(name.toLowerCase()).toContain(row?.hash ?? 'no hash')
      expect(getHashes()).toContain(row?.hash)
    }
  })
})

test('the HMAC names in their exact type are all of them', () => {
  expect(hmacNames()).toEqual(Object.keys(HMAC_ALGORITHMS))
})

describe('wrapping', () => {
  test.each<[string, string, string, string | undefined]>([
    ['AESWrap', 'AESWrap', 'aes-wrap', undefined],
    ['RSA/ECB/PKCS1Padding', 'RSA/ECB/PKCS1Padding', 'rsa-pkcs1', undefined],
    ['RSA', 'RSA/ECB/PKCS1Padding', 'rsa-pkcs1', undefined],
    ...[1, 224, 256, 384, 512].map((bits): [string, string, string, string] => {
      const name = `RSA/ECB/OAEPWithSHA-${String(bits)}AndMGF1Padding`
      return [name, name, 'rsa-oaep', `sha${String(bits)}`]
    }),
  ])('%s', (asked, name, kind, hash) => {
    expect(wrappingRow(asked)).toEqual({ name, kind, ...(hash === undefined ? {} : { hash }) })
  })

  test('the default names of an accept list are OAEP alone', () => {
    expect(OAEP_NAMES).toHaveLength(5)
    for (const name of OAEP_NAMES) expect(wrappingRow(name)?.kind).toBe('rsa-oaep')
  })
})

describe('content keys', () => {
  test.each([
    ['AES', undefined],
    ['AES/128', 128],
    ['AES/192', 192],
    ['AES/256', 256],
  ])('%s', (name, bits) => {
    expect(contentKeyBits(name)).toEqual({ bits })
  })
})

describe('no row', () => {
  test.each([
    '',
    'HmacMD5',
    'HmacSHA1',
    'MD5withRSA',
    'SHA1withRSA',
    'NONEwithRSA',
    'NONEwithECDSA',
    'hmacsha256',
    'sha256',
    'RSA/ECB/NoPadding',
    'RSA/None/NoPadding',
    'AES/ECB/PKCS5Padding',
    'AES/CBC/PKCS5Padding',
    'rsa',
    'AES/64',
    'AES/512',
    'AES/',
    'aes',
    'DESede',
    'kms',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('for %j', (name) => {
    expect(signingRow(name)).toBeUndefined()
    expect(wrappingRow(name)).toBeUndefined()
    expect(contentKeyBits(name)).toBeNull()
    expect(Object.hasOwn(HMAC_ALGORITHMS, name)).toBe(false)
  })
})
