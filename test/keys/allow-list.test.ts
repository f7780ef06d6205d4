// The one door from an item's words to an algorithm: what each kind of key lets through, and what never passes.
import { LocalKey, type SigningKey, type WrappingKey } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { isMac, resolveSigningAlgorithm, resolveWrappingAlgorithm, signingHash } from '../../src/keys/allow-list.js'
import { failureOf } from '../support/failures.js'
import { ecPair, rsaPair, secretBytes } from '../support/test-keys.js'

const OAEP = (label: string): string => `RSA/ECB/OAEPWith${label}AndMGF1Padding`
const PKCS1 = 'RSA/ECB/PKCS1Padding'
const SHA2_RSA = ['SHA224withRSA', 'SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA']
const SHA2_ECDSA = ['SHA224withECDSA', 'SHA256withECDSA', 'SHA384withECDSA', 'SHA512withECDSA']
const HMACS = ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512']
const NEVER = ['HmacMD5', 'HmacSHA1', 'MD5withRSA', 'SHA1withRSA', 'SHA1withECDSA', 'NONEwithRSA', 'NONEwithECDSA']
const STRANGERS = ['', 'sha256', 'sha256withrsa', 'constructor', '__proto__', 'toString', 'RSA', 'Foo', 'x'.repeat(1000)]

const elsewhere = (algorithm: string, accept?: readonly string[]): SigningKey & WrappingKey =>
  accept === undefined ? { algorithm } : { algorithm, accept }

describe('signing', () => {
  const rsa = LocalKey.rsaSigning(rsaPair(), 'SHA384withRSA')
  const ecdsa = LocalKey.ecdsaSigning(ecPair())
  const hmac = LocalKey.hmac(secretBytes(32), 'HmacSHA384')
  const narrow = LocalKey.rsaSigning(rsaPair(), 'SHA256withRSA', { accept: ['SHA512withRSA'] })
  const alone = LocalKey.rsaSigning(rsaPair(), 'SHA256withRSA', { accept: [] })
  const allowed: readonly [string, SigningKey, readonly string[], (name: string) => string][] = [
    ['RSA', rsa, SHA2_RSA, (name) => name],
    ['ECDSA', ecdsa, SHA2_ECDSA, (name) => name],
    ['RSA elsewhere', elsewhere('SHA256withRSA'), SHA2_RSA, (name) => name],
    ['ECDSA elsewhere', elsewhere('SHA256withECDSA'), SHA2_ECDSA, (name) => name],
    ['RSA that accepts one more', narrow, ['SHA256withRSA', 'SHA512withRSA'], (name) => name],
    [
      'RSA elsewhere that accepts one more',
      elsewhere('SHA256withRSA', ['SHA512withRSA']),
      ['SHA256withRSA', 'SHA512withRSA'],
      (name) => name,
    ],
    ['RSA that accepts nothing else', alone, ['SHA256withRSA'], (name) => name],
    ['an algorithm of its own', elsewhere('Ed25519'), ['Ed25519'], (name) => name],
    // A MAC's algorithm is its key's, whatever the description says.
    ['HMAC', hmac, [...HMACS, ...SHA2_RSA, ...SHA2_ECDSA, ...STRANGERS], () => 'HmacSHA384'],
    ['HMAC elsewhere', elsewhere('HmacSHA256'), [...HMACS, ...SHA2_RSA, ...STRANGERS], () => 'HmacSHA256'],
  ]
  const refusedNames: readonly [string, SigningKey, readonly string[]][] = [
    ['RSA', rsa, [...HMACS, ...SHA2_ECDSA, ...NEVER, ...STRANGERS]],
    ['ECDSA', ecdsa, [...HMACS, ...SHA2_RSA, ...NEVER, ...STRANGERS]],
    ['RSA elsewhere', elsewhere('SHA256withRSA'), [...HMACS, ...SHA2_ECDSA, ...NEVER, ...STRANGERS]],
    // Its own list may not widen the kind.
    ['RSA elsewhere that accepts anything', elsewhere('SHA256withRSA', [...HMACS, ...NEVER]), [...HMACS, ...NEVER]],
    ['RSA that accepts one more', narrow, ['SHA224withRSA', 'SHA384withRSA', ...HMACS]],
    ['RSA that accepts nothing else', alone, ['SHA224withRSA', 'SHA384withRSA', 'SHA512withRSA', ...HMACS]],
    ['an algorithm of its own', elsewhere('Ed25519'), [...SHA2_RSA, ...HMACS, ...NEVER, ...STRANGERS]],
    ['HMAC', hmac, NEVER],
    ['HMAC elsewhere', elsewhere('HmacSHA256'), NEVER],
  ]

  test.each(allowed.flatMap(([what, key, names, resolved]) => names.map((name) => ({ what, key, name, resolved: resolved(name) }))))(
    '$what lets $name be $resolved',
    ({ key, name, resolved }) => {
      expect(resolveSigningAlgorithm(key, name)).toBe(resolved)
    },
  )

  test.each(refusedNames.flatMap(([what, key, names]) => names.map((name) => ({ what, key, name }))))(
    '$what refuses $name',
    async ({ key, name }) => {
      const error = await failureOf(
        () => resolveSigningAlgorithm(key, name),
        'ALGORITHM_NOT_ALLOWED',
        /the material description names the algorithm/,
      )
      expect(error.message).toContain(JSON.stringify(name).slice(0, 60))
      expect(error.message).toContain(`the configured key allows ${key.algorithm}`)
      expect(error.message.length).toBeLessThan(500)
    },
  )

  test.each([rsa, ecdsa, hmac, alone, elsewhere('Ed25519')])('no name: the key`s own', (key) => {
    expect(resolveSigningAlgorithm(key, undefined)).toBe(key.algorithm)
  })

  // Never permitted at all (format section 6): not as the algorithm of a key held elsewhere either.
  test.each(['HmacMD5', 'MD5withRSA', 'NONEwithRSA'])('a key elsewhere of %s', async (name) => {
    for (const named of [undefined, name])
      await failureOf(() => resolveSigningAlgorithm(elsewhere(name), named), 'ALGORITHM_NOT_ALLOWED', /./)
  })
})

describe('wrapping', () => {
  const rsa = LocalKey.rsaWrapping(rsaPair())
  const withPkcs1 = LocalKey.rsaWrapping(rsaPair(), undefined, { accept: [PKCS1] })
  const byPkcs1 = LocalKey.rsaWrapping(rsaPair(), PKCS1)
  const alone = LocalKey.rsaWrapping(rsaPair(), undefined, { accept: [] })
  const aes = LocalKey.aes(secretBytes(32))
  const OAEPS = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'].map(OAEP)
  const NEVER_WRAPPING = [
    'AES',
    'AES/ECB/PKCS5Padding',
    'AES/ECB/NoPadding',
    'RSA/ECB/NoPadding',
    'RSA/None/NoPadding',
    'kms',
    'AES/CBC/PKCS5Padding',
    ...STRANGERS.filter((name) => name !== 'RSA'),
  ]

  const allowed: readonly [string, WrappingKey, readonly string[]][] = [
    ['RSA', rsa, OAEPS],
    ['RSA elsewhere', elsewhere(OAEP('SHA-256')), OAEPS],
    ['RSA that accepts PKCS#1', withPkcs1, [OAEP('SHA-256'), PKCS1, 'RSA']],
    ['RSA by PKCS#1', byPkcs1, [...OAEPS, PKCS1, 'RSA']],
    ['RSA that accepts nothing else', alone, [OAEP('SHA-256')]],
    ['AES', aes, ['AESWrap']],
    ['AES elsewhere', elsewhere('AESWrap'), ['AESWrap']],
    ['AES elsewhere under its other name', elsewhere('AES'), ['AESWrap']],
    ['an algorithm of its own', elsewhere('Vault'), ['Vault']],
  ]
  const refusedNames: readonly [string, WrappingKey, readonly string[]][] = [
    ['RSA', rsa, [PKCS1, 'RSA', 'AESWrap', ...NEVER_WRAPPING]],
    ['RSA elsewhere', elsewhere(OAEP('SHA-256')), [PKCS1, 'RSA', 'AESWrap', ...NEVER_WRAPPING]],
    ['RSA elsewhere that accepts anything', elsewhere(OAEP('SHA-256'), ['AESWrap', 'RSA/ECB/NoPadding']), ['AESWrap', 'RSA/ECB/NoPadding']],
    ['RSA that accepts PKCS#1', withPkcs1, [OAEP('SHA-1'), 'AESWrap', ...NEVER_WRAPPING]],
    ['RSA that accepts nothing else', alone, [OAEP('SHA-1'), PKCS1, 'RSA']],
    ['AES', aes, [...OAEPS, PKCS1, 'RSA', ...NEVER_WRAPPING]],
    ['AES elsewhere', elsewhere('AESWrap'), [...OAEPS, PKCS1, 'RSA', ...NEVER_WRAPPING]],
    ['AES elsewhere that accepts anything', elsewhere('AESWrap', [PKCS1, 'AES/ECB/PKCS5Padding']), [PKCS1, 'AES/ECB/PKCS5Padding']],
    ['an algorithm of its own', elsewhere('Vault'), ['AESWrap', ...OAEPS, PKCS1]],
  ]

  test.each(allowed.flatMap(([what, key, names]) => names.map((name) => ({ what, key, name }))))('$what lets $name be', ({ key, name }) => {
    expect(resolveWrappingAlgorithm(key, name)).toBe(name)
  })

  test.each(refusedNames.flatMap(([what, key, names]) => names.map((name) => ({ what, key, name }))))(
    '$what refuses $name',
    async ({ key, name }) => {
      const error = await failureOf(
        () => resolveWrappingAlgorithm(key, name),
        'ALGORITHM_NOT_ALLOWED',
        /the material description names the algorithm/,
      )
      expect(error.message).toContain('accept list')
      expect(error.message.length).toBeLessThan(600)
    },
  )

  test.each<[WrappingKey, string]>([
    [rsa, OAEP('SHA-256')],
    [byPkcs1, PKCS1],
    [aes, 'AESWrap'],
    [elsewhere('AESWrap'), 'AESWrap'],
    [elsewhere('Vault'), 'Vault'],
  ])('no name: the key`s own', (key, own) => {
    expect(resolveWrappingAlgorithm(key, undefined)).toBe(own)
  })

  test.each(['RSA/ECB/NoPadding', 'AES/ECB/PKCS5Padding', 'AES/ECB/NoPadding'])('a key elsewhere of %s', async (name) => {
    for (const named of [undefined, name])
      await failureOf(() => resolveWrappingAlgorithm(elsewhere(name), named), 'ALGORITHM_NOT_ALLOWED', /./)
  })
})

describe('rows by kind', () => {
  test.each([
    ['SHA256withRSA', 'rsa', 'sha256'],
    ['SHA512withECDSA', 'ecdsa', 'sha512'],
    ['HmacSHA384', 'hmac', 'sha384'],
  ] as const)('%s', (name, kind, hash) => {
    expect(signingHash(name, kind)).toBe(hash)
    expect(isMac(name)).toBe(kind === 'hmac')
  })

  test.each([
    ['SHA256withECDSA', 'rsa'],
    ['SHA256withRSA', 'ecdsa'],
    ['HmacSHA256', 'rsa'],
    ['MD5withRSA', 'rsa'],
    ['', 'ecdsa'],
  ] as const)('%s is no %s', async (name, kind) => {
    await failureOf(() => signingHash(name, kind), 'ALGORITHM_NOT_ALLOWED', /names the algorithm/)
  })

  test('a key signs and verifies by its own kind alone', async () => {
    const data = Buffer.from('data')
    const rsa = LocalKey.rsaSigning(rsaPair())
    const ecdsa = LocalKey.ecdsaSigning(ecPair())
    await failureOf(() => rsa.sign(data, 'SHA256withECDSA'), 'ALGORITHM_NOT_ALLOWED', /names the algorithm/)
    await failureOf(() => rsa.verify(data, data, 'HmacSHA256'), 'ALGORITHM_NOT_ALLOWED', /names the algorithm/)
    await failureOf(() => ecdsa.sign(data, 'SHA256withRSA'), 'ALGORITHM_NOT_ALLOWED', /names the algorithm/)
    await failureOf(() => ecdsa.verify(data, data, 'NONEwithECDSA'), 'ALGORITHM_NOT_ALLOWED', /names the algorithm/)
  })
})
