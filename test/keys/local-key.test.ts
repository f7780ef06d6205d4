// What keys held in this process do, by themselves, and how they fail.
import { createHmac, createSign, createVerify, verify } from 'node:crypto'
import { LocalKey } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { decryptBytes, encryptBytes } from '../support/reference-format.js'
import { goodPadding, oaepBlock, openOaepBlock, pkcs1Block, rawDecrypt, rawEncrypt } from '../support/reference-padding.js'
import { expectNoSecrets } from '../support/secrets.js'
import { ecPair, rsaPair, secretBytes } from '../support/test-keys.js'

const DATA = Buffer.from('the string to sign')
const OTHER = Buffer.from('another string')
const INVALID_CIPHERTEXT = /the signature holds, but the item does not decrypt/

describe('generate', () => {
  test.each([
    ['AES/128', 'AES'],
    ['AES/192', 'AES'],
    ['AES/256', 'AES'],
    ['HmacSHA224/256', 'HmacSHA224'],
    ['HmacSHA256/256', 'HmacSHA256'],
    ['HmacSHA256/8', 'HmacSHA256'],
    ['HmacSHA384/384', 'HmacSHA384'],
    ['HmacSHA512/512', 'HmacSHA512'],
    ['HmacSHA256', 'HmacSHA256'],
    ['HmacSHA512', 'HmacSHA512'],
  ] as const)('%s', (name, algorithm) => {
    expect(LocalKey.generate(name as 'HmacSHA256').algorithm).toBe(algorithm)
  })

  test.each(['AES/128', 'AES/192', 'AES/256'] as const)('%s never the same twice', async (name) => {
    const stored = LocalKey.generate(name).wrap(secretBytes(32))
    await failureOf(() => LocalKey.generate(name).unwrap(stored), 'INVALID_CIPHERTEXT', INVALID_CIPHERTEXT)
  })

  test('MAC keys never the same twice', () => {
    expect(LocalKey.generate('HmacSHA256').verify(DATA, LocalKey.generate('HmacSHA256').sign(DATA))).toBe(false)
  })

  test.each([
    '',
    '/',
    'AES',
    'AES/',
    'AES/0',
    'AES/64',
    'AES/100',
    'AES/129',
    'AES/512',
    'AES/-128',
    'AES/1e2',
    'AES/128.5',
    'AES/Infinity',
    'AES/9007199254740993',
    'aes/256',
    'HmacSHA256/0',
    'HmacSHA256/12',
    'HmacSHA256/x',
    'HmacSHA256/',
    'HmacSHA256/65544',
    'HmacMD5',
    'HmacMD5/128',
    'HmacSHA1/160',
    'RSA/2048',
    'constructor',
    '__proto__/256',
    'toString',
  ])('refuses %j', async (name) => {
    await failureOf(() => LocalKey.generate(name as 'AES/256'), 'INVALID_CONFIGURATION', /LocalKey\./)
  })
})

describe('a content key', () => {
  test.each([16, 24, 32])('of %i bytes encrypts as the item format has it', (length) => {
    const secret = secretBytes(length)
    const key = LocalKey.aes(secret)
    expect(key.algorithm).toBe('AES')
    for (const size of [0, 1, 15, 16, 17, 1000]) {
      const plaintext = secretBytes(size, 7)
      const stored = key.encrypt(plaintext)
      expect(stored.length).toBe(16 + 16 * (Math.floor(size / 16) + 1))
      expect(decryptBytes(secret, stored)).toEqual(plaintext)
      expect(Buffer.from(key.decrypt(stored))).toEqual(plaintext)
      expect(Buffer.from(key.decrypt(new Uint8Array(encryptBytes(secret, plaintext))))).toEqual(plaintext)
      expect(key.encrypt(plaintext)).not.toEqual(stored)
      expect(plaintext).toEqual(secretBytes(size, 7))
    }
  })

  const key = LocalKey.aes(secretBytes(32))
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['an IV alone', new Uint8Array(16)],
    ['31 bytes', new Uint8Array(31)],
    ['33 bytes', new Uint8Array(33)],
    ['padding of 0', encryptBytes(secretBytes(32), Buffer.alloc(16), false)],
    ['padding of 17', encryptBytes(secretBytes(32), Buffer.alloc(32, 17), false)],
    ['uneven padding', encryptBytes(secretBytes(32), Buffer.from([...Buffer.alloc(14), 1, 2]), false)],
  ])('does not decrypt %s', async (_what, stored) => {
    const error = await failureOf(() => key.decrypt(stored), 'INVALID_CIPHERTEXT', INVALID_CIPHERTEXT)
    expect(error.cause).toBeUndefined()
  })
})

describe('an AES wrapping key', () => {
  const key = LocalKey.aes(secretBytes(32, 9))
  test.each([16, 24, 32])('wraps %i bytes by AESWrap', (length) => {
    const wrapped = key.wrap(secretBytes(length), 'AESWrap')
    expect(wrapped).toHaveLength(length + 8)
    expect(key.wrap(secretBytes(length))).toEqual(wrapped)
    expect(key.unwrap(wrapped)).toEqual(secretBytes(length))
    expect(key.unwrap(wrapped, 'AESWrap')).toEqual(secretBytes(length))
  })

  test.each(['AES/ECB/PKCS5Padding', 'AES', 'RSA', 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding', ''])(
    'by nothing else: %j',
    async (algorithm) => {
      await failureOf(() => key.wrap(secretBytes(32), algorithm), 'ALGORITHM_NOT_ALLOWED', /an AES key wraps by AESWrap alone/)
      await failureOf(() => key.unwrap(secretBytes(40), algorithm), 'ALGORITHM_NOT_ALLOWED', /an AES key wraps by AESWrap alone/)
    },
  )

  test.each([0, 8, 16, 24, 39, 40, 256])('does not unwrap %i other bytes', async (length) => {
    const error = await failureOf(() => key.unwrap(secretBytes(length)), 'INVALID_CIPHERTEXT', INVALID_CIPHERTEXT)
    expect(error.cause).toBeUndefined()
  })
})

describe('a MAC key', () => {
  test.each([
    ['HmacSHA224', 'sha224'],
    ['HmacSHA256', 'sha256'],
    ['HmacSHA384', 'sha384'],
    ['HmacSHA512', 'sha512'],
  ] as const)('%s', (algorithm, hash) => {
    const secret = secretBytes(40)
    const key = LocalKey.hmac(secret, algorithm)
    const mac = createHmac(hash, secret).update(DATA).digest()
    expect(key.algorithm).toBe(algorithm)
    expect(Buffer.from(key.sign(DATA))).toEqual(mac)
    expect(key.verify(DATA, mac)).toBe(true)
    expect(key.verify(OTHER, mac)).toBe(false)
    expect(key.verify(DATA, mac.subarray(1))).toBe(false)
    expect(key.verify(DATA, Buffer.concat([mac, mac]))).toBe(false)
    expect(key.verify(DATA, new Uint8Array())).toBe(false)
    expect(LocalKey.hmac(secretBytes(40, 2), algorithm).verify(DATA, mac)).toBe(false)
  })
})

describe('an RSA signing key', () => {
  test.each([
    ['SHA224withRSA', 'RSA-SHA224'],
    ['SHA256withRSA', 'RSA-SHA256'],
    ['SHA384withRSA', 'RSA-SHA384'],
    ['SHA512withRSA', 'RSA-SHA512'],
  ] as const)('%s is PKCS#1 v1.5', (algorithm, node) => {
    const key = LocalKey.rsaSigning(rsaPair(), algorithm)
    expect(key.algorithm).toBe(algorithm)
    const signature = key.sign(DATA)
    expect(signature).toEqual(createSign(node).update(DATA).sign(rsaPair().privateKey))
    expect(createVerify(node).update(DATA).verify(rsaPair().publicKey, signature)).toBe(true)
    expect(key.verify(DATA, signature)).toBe(true)
    expect(key.verify(OTHER, signature)).toBe(false)
    // The algorithm that is named, rather than the key's own.
    const asNamed = LocalKey.rsaSigning(rsaPair()).sign(DATA, algorithm)
    expect(asNamed).toEqual(signature)
    expect(LocalKey.rsaSigning(rsaPair()).verify(DATA, asNamed, algorithm)).toBe(true)
  })
})

describe('an EC signing key', () => {
  test.each([
    ['SHA224withECDSA', 'sha224', 'P-256'],
    ['SHA256withECDSA', 'sha256', 'P-256'],
    ['SHA384withECDSA', 'sha384', 'P-384'],
    ['SHA512withECDSA', 'sha512', 'P-521'],
  ] as const)('%s is DER', (algorithm, hash, curve) => {
    const pair = ecPair(curve)
    const key = LocalKey.ecdsaSigning(pair, algorithm)
    expect(key.algorithm).toBe(algorithm)
    const signature = key.sign(DATA)
    expect(signature[0]).toBe(0x30)
    expect(verify(hash, DATA, { key: pair.publicKey, dsaEncoding: 'der' }, signature)).toBe(true)
    expect(key.verify(DATA, signature)).toBe(true)
    expect(key.verify(OTHER, signature)).toBe(false)
    const asNamed = LocalKey.ecdsaSigning(pair).sign(DATA, algorithm)
    expect(LocalKey.ecdsaSigning(pair).verify(DATA, asNamed, algorithm)).toBe(true)
  })
})

describe('signatures that are malformed are simply wrong', () => {
  const rsa = LocalKey.rsaSigning(rsaPair())
  const ec = LocalKey.ecdsaSigning(ecPair())
  const rsaSignature = Buffer.from(rsa.sign(DATA))
  const ecSignature = Buffer.from(ec.sign(DATA))
  test.each<[string, Uint8Array]>([
    ['empty', new Uint8Array()],
    ['one byte', Uint8Array.of(0x30)],
    ['zeros', new Uint8Array(256)],
    ['ones', new Uint8Array(256).fill(0xff)],
    ['RSA cut', rsaSignature.subarray(0, 255)],
    ['RSA and a byte', Buffer.concat([rsaSignature, Buffer.alloc(1)])],
    ['EC cut', ecSignature.subarray(0, -1)],
    ['EC and a byte', Buffer.concat([ecSignature, Buffer.alloc(1)])],
    ['EC as r and s without DER', new Uint8Array(64).fill(1)],
    ['DER with lengths past its end', Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02)],
    ['DER with r and s of 0', Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0)],
    ['a MAC', LocalKey.hmac(secretBytes(32)).sign(DATA)],
  ])('%s', (_what, signature) => {
    expect(rsa.verify(DATA, signature)).toBe(false)
    expect(ec.verify(DATA, signature)).toBe(false)
  })

  test('of another key', () => {
    expect(LocalKey.rsaSigning(rsaPair(2048, 1)).verify(DATA, rsaSignature)).toBe(false)
    expect(LocalKey.ecdsaSigning(ecPair('P-256', 1)).verify(DATA, ecSignature)).toBe(false)
    expect(rsa.verify(DATA, ecSignature)).toBe(false)
    expect(ec.verify(DATA, rsaSignature)).toBe(false)
  })
})

describe('a missing half', () => {
  const { publicKey, privateKey } = rsaPair()
  const ec = ecPair()
  test.each<[string, () => unknown, RegExp]>([
    ['RSA sign', () => LocalKey.rsaSigning({ publicKey }).sign(DATA), /^LocalKey\.rsaSigning has no privateKey, which it takes to sign$/],
    [
      'RSA verify',
      () => LocalKey.rsaSigning({ privateKey }).verify(DATA, DATA),
      /^LocalKey\.rsaSigning has no publicKey, which it takes to verify$/,
    ],
    [
      'EC sign',
      () => LocalKey.ecdsaSigning({ publicKey: ec.publicKey }).sign(DATA),
      /^LocalKey\.ecdsaSigning has no privateKey, which it takes to sign$/,
    ],
    [
      'EC verify',
      () => LocalKey.ecdsaSigning({ privateKey: ec.privateKey }).verify(DATA, DATA),
      /^LocalKey\.ecdsaSigning has no publicKey/,
    ],
    [
      'wrap',
      () => LocalKey.rsaWrapping({ privateKey }).wrap(secretBytes(32)),
      /^LocalKey\.rsaWrapping has no publicKey, which it takes to encrypt$/,
    ],
    [
      'unwrap',
      () => LocalKey.rsaWrapping({ publicKey }).unwrap(Buffer.alloc(256)),
      /^LocalKey\.rsaWrapping has no privateKey, which it takes to decrypt$/,
    ],
  ])('%s', async (_what, work, message) => {
    await failureOf(work, 'INVALID_CONFIGURATION', message)
  })
})

describe('an RSA wrapping key', () => {
  const { publicKey, privateKey } = rsaPair()
  const HASHES = { 'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const
  type Label = keyof typeof HASHES

  test.each(Object.keys(HASHES) as Label[])('OAEP with %s, as its own algorithm and by name', (label) => {
    const name = `RSA/ECB/OAEPWith${label}AndMGF1Padding` as const
    const form = { labelHash: HASHES[label], mgfHash: 'sha1' }
    const key = secretBytes(32)
    for (const wrapping of [LocalKey.rsaWrapping(rsaPair(), name), LocalKey.rsaWrapping(rsaPair())]) {
      const wrapped = wrapping.wrap(key, name)
      expect(openOaepBlock(rawDecrypt(privateKey, wrapped), form)).toEqual(key)
      expect(wrapping.unwrap(wrapped, name)).toEqual(key)
      expect(wrapping.unwrap(rawEncrypt(publicKey, oaepBlock(256, form, { message: key })), name)).toEqual(key)
    }
    expect(LocalKey.rsaWrapping(rsaPair(), name).algorithm).toBe(name)
  })

  test.each(['RSA/ECB/PKCS1Padding', 'RSA'])('PKCS#1 v1.5 by the name %s', (name) => {
    const wrapping = LocalKey.rsaWrapping(rsaPair(), 'RSA/ECB/PKCS1Padding', { accept: ['RSA/ECB/PKCS1Padding'] })
    const key = secretBytes(32)
    expect(rawDecrypt(privateKey, wrapping.wrap(key, name)).subarray(-33)).toEqual(Buffer.concat([Buffer.alloc(1), key]))
    expect(wrapping.unwrap(rawEncrypt(publicKey, pkcs1Block(256, key)), name)).toEqual(key)
  })

  test.each(['AESWrap', 'RSA/ECB/NoPadding', 'AES', '', 'constructor'])('by nothing else: %j', async (name) => {
    const wrapping = LocalKey.rsaWrapping(rsaPair())
    await failureOf(() => wrapping.wrap(secretBytes(32), name), 'ALGORITHM_NOT_ALLOWED', /the material description names the algorithm/)
    await failureOf(() => wrapping.unwrap(Buffer.alloc(256), name), 'ALGORITHM_NOT_ALLOWED', /the material description names the algorithm/)
  })

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['255 bytes', new Uint8Array(255)],
    ['257 bytes', new Uint8Array(257)],
    ['a number above the modulus', new Uint8Array(256).fill(0xff)],
  ])('%s, which anyone can see is no wrapped key', async (_what, wrapped) => {
    const wrapping = LocalKey.rsaWrapping(rsaPair())
    const error = await failureOf(() => wrapping.unwrap(wrapped), 'INVALID_CIPHERTEXT', INVALID_CIPHERTEXT)
    expect(error.cause).toBeUndefined()
  })

  test('a bad padding is a random key, whichever fault it has', () => {
    const form = { labelHash: 'sha256', mgfHash: 'sha1' }
    const key = secretBytes(32)
    const wrapping = LocalKey.rsaWrapping(rsaPair())
    const bad = [
      { firstByte: 1, message: key },
      { label: 'x', message: key },
      { padding: (length: number) => Buffer.alloc(length), message: Buffer.alloc(32) },
      { padding: (length: number) => Buffer.from(goodPadding(length)).fill(3, 0, 1), message: key },
      { message: secretBytes(20) },
    ]
    for (const parts of bad) {
      const wrapped = rawEncrypt(publicKey, oaepBlock(256, form, parts))
      expect(wrapping.unwrap(wrapped)).toHaveLength(32)
      expect(wrapping.unwrap(wrapped)).not.toEqual(wrapping.unwrap(wrapped))
    }
  })
})

test('a key shows nothing of itself', async () => {
  const secret = secretBytes(32, 0xa0)
  const { privateKey } = rsaPair()
  const jwk = privateKey.export({ format: 'jwk' })
  const secrets = [secret, privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(100, 200), Buffer.from(jwk.d ?? '', 'base64url')]
  const keys = [
    LocalKey.aes(secret),
    LocalKey.hmac(secret),
    LocalKey.rsaSigning({ privateKey: jwk }),
    LocalKey.rsaWrapping({ privateKey: jwk }),
  ]
  const aes = LocalKey.aes(secret)
  aes.encrypt(DATA)
  aes.unwrap(aes.wrap(secret))
  for (const key of [...keys, aes]) expectNoSecrets(key, secrets)
  expectNoSecrets(await thrownBy(() => aes.decrypt(new Uint8Array(3))), secrets)
})
