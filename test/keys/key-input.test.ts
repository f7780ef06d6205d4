// Every form in which keys are given, and every refusal (spec "Keys"): the code is INVALID_CONFIGURATION and the message says which
// key, what is wrong, and nothing of the key itself.
import { createPublicKey, createSecretKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { LocalKey, type AsymmetricKeyInput, type AsymmetricKeyPairInput } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { expectNoSecrets } from '../support/secrets.js'
import { ecPair, rsaPair, secretBytes, type Pair } from '../support/test-keys.js'

const DATA = Buffer.from('data to sign')

/** Both halves in every form. */
function formsOf({ publicKey, privateKey }: Pair): Readonly<Record<string, AsymmetricKeyPairInput>> {
  const der = (key: KeyObject): Buffer =>
    key.type === 'public' ? key.export({ type: 'spki', format: 'der' }) : key.export({ type: 'pkcs8', format: 'der' })
  const pem = (key: KeyObject): string =>
    (key.type === 'public' ? key.export({ type: 'spki', format: 'pem' }) : key.export({ type: 'pkcs8', format: 'pem' })).toString()
  return {
    KeyObject: { publicKey, privateKey },
    PEM: { publicKey: pem(publicKey), privateKey: pem(privateKey) },
    'DER in a Buffer': { publicKey: der(publicKey), privateKey: der(privateKey) },
    'DER in a Uint8Array': { publicKey: new Uint8Array(der(publicKey)), privateKey: new Uint8Array(der(privateKey)) },
    JWK: { publicKey: publicKey.export({ format: 'jwk' }), privateKey: privateKey.export({ format: 'jwk' }) },
  }
}

describe('RSA keys in every form', () => {
  const forms = formsOf(rsaPair())
  const names = Object.keys(forms)
  test.each(names)('%s signs and verifies', (name) => {
    const signature = LocalKey.rsaSigning({ privateKey: forms[name]?.privateKey }).sign(DATA)
    expect(LocalKey.rsaSigning({ publicKey: forms[name]?.publicKey }).verify(DATA, signature)).toBe(true)
    expect(LocalKey.rsaSigning({ publicKey: rsaPair().publicKey }).verify(DATA, signature)).toBe(true)
  })

  test.each(names)('%s wraps and unwraps', (name) => {
    const key = secretBytes(32)
    const wrapped = LocalKey.rsaWrapping({ publicKey: forms[name]?.publicKey }).wrap(key)
    expect(LocalKey.rsaWrapping({ privateKey: forms[name]?.privateKey }).unwrap(wrapped)).toEqual(key)
    expect(LocalKey.rsaWrapping({ privateKey: rsaPair().privateKey }).unwrap(wrapped)).toEqual(key)
  })

  test('PKCS#1 PEM, which OpenSSL has as well', () => {
    const publicKey = rsaPair().publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const privateKey = rsaPair().privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    expect(LocalKey.rsaSigning({ publicKey }).verify(DATA, LocalKey.rsaSigning({ privateKey }).sign(DATA))).toBe(true)
  })
})

describe.each(['P-256', 'P-384', 'P-521'] as const)('EC keys on %s in every form', (curve) => {
  const forms = formsOf(ecPair(curve))
  test.each(Object.keys(forms))('%s', (name) => {
    const signature = LocalKey.ecdsaSigning({ privateKey: forms[name]?.privateKey }).sign(DATA)
    expect(LocalKey.ecdsaSigning({ publicKey: forms[name]?.publicKey }).verify(DATA, signature)).toBe(true)
  })
})

describe('secrets in every form', () => {
  test.each([16, 24, 32])('an AES key of %i bytes', (length) => {
    const secret = secretBytes(length)
    const forms = [secret, new Uint8Array(secret), createSecretKey(secret)]
    const stored = LocalKey.aes(secret).encrypt(DATA)
    for (const form of forms) expect(Buffer.from(LocalKey.aes(form).decrypt(stored))).toEqual(DATA)
    expect(secret).toEqual(secretBytes(length))
  })

  test.each([1, 32, 200])('a MAC key of %i bytes', (length) => {
    const secret = secretBytes(length)
    const forms = [secret, new Uint8Array(secret), createSecretKey(secret)]
    const mac = LocalKey.hmac(secret).sign(DATA)
    for (const form of forms) expect(LocalKey.hmac(form).verify(DATA, mac)).toBe(true)
    expect(secret).toEqual(secretBytes(length))
  })

  test('a view into a larger buffer', () => {
    const around = secretBytes(64)
    const view = around.subarray(8, 40)
    expect(LocalKey.aes(view).decrypt(LocalKey.aes(Buffer.from(view)).encrypt(DATA))).toEqual(DATA)
    expect(LocalKey.hmac(view).verify(DATA, LocalKey.hmac(Buffer.from(view)).sign(DATA))).toBe(true)
  })

  test('what is done to the bytes afterwards changes nothing', () => {
    const secret = secretBytes(32)
    const aes = LocalKey.aes(secret)
    const hmac = LocalKey.hmac(secret)
    secret.fill(0)
    expect(aes.decrypt(LocalKey.aes(secretBytes(32)).encrypt(DATA))).toEqual(DATA)
    expect(hmac.verify(DATA, LocalKey.hmac(secretBytes(32)).sign(DATA))).toBe(true)
  })
})

describe('secrets that are refused', () => {
  const { publicKey, privateKey } = rsaPair()
  const rows: readonly [string, unknown, RegExp][] = [
    ['a public KeyObject', publicKey, /takes a secret key; the KeyObject given is a public key/],
    ['a private KeyObject', privateKey, /takes a secret key; the KeyObject given is a private key/],
    ['a string', 'a'.repeat(32), /takes a Uint8Array or a secret KeyObject/],
    ['an ArrayBuffer', new ArrayBuffer(32), /takes a Uint8Array or a secret KeyObject/],
    ['an array', Array.from({ length: 32 }, () => 1), /takes a Uint8Array or a secret KeyObject/],
    ['undefined', undefined, /takes a Uint8Array or a secret KeyObject/],
    ['null', null, /takes a Uint8Array or a secret KeyObject/],
  ]
  test.each(rows)('%s', async (_what, secret, message) => {
    const aes = await failureOf(() => LocalKey.aes(secret as Uint8Array), 'INVALID_CONFIGURATION', message)
    const hmac = await failureOf(() => LocalKey.hmac(secret as Uint8Array), 'INVALID_CONFIGURATION', message)
    expect(aes.message).toMatch(/^LocalKey\.aes/)
    expect(hmac.message).toMatch(/^LocalKey\.hmac/)
  })

  test.each([0, 1, 8, 15, 17, 20, 31, 33, 64])('an AES key of %i bytes', async (length) => {
    const secret = secretBytes(length, 0xa0)
    const error = await failureOf(() => LocalKey.aes(secret), 'INVALID_CONFIGURATION', /16, 24 or 32 bytes/)
    expect(error.message).toContain(`has ${String(length)}`)
    if (length > 4) expectNoSecrets(error, [secret])
  })

  test('an empty MAC key', async () => {
    await failureOf(() => LocalKey.hmac(Buffer.alloc(0)), 'INVALID_CONFIGURATION', /LocalKey\.hmac: the key is empty/)
    await failureOf(() => LocalKey.hmac(createSecretKey(Buffer.alloc(0))), 'INVALID_CONFIGURATION', /the key is empty/)
  })

  test.each(['HmacMD5', 'HmacSHA1', 'sha256', 'SHA256withRSA', '', '__proto__', 'constructor', 'toString'])(
    'the MAC algorithm %j',
    async (name) => {
      await failureOf(
        () => LocalKey.hmac(secretBytes(32), name as 'HmacSHA256'),
        'INVALID_CONFIGURATION',
        /HmacSHA224, HmacSHA256, HmacSHA384, HmacSHA512/,
      )
    },
  )
})

type Factory = (input: AsymmetricKeyPairInput, accept?: readonly string[]) => unknown
const FACTORIES: readonly { readonly what: string; readonly kind: 'rsa' | 'ec'; readonly make: Factory }[] = [
  { what: 'LocalKey.rsaWrapping', kind: 'rsa', make: (input, accept) => LocalKey.rsaWrapping(input, undefined, { accept }) },
  { what: 'LocalKey.rsaSigning', kind: 'rsa', make: (input, accept) => LocalKey.rsaSigning(input, undefined, { accept }) },
  { what: 'LocalKey.ecdsaSigning', kind: 'ec', make: (input, accept) => LocalKey.ecdsaSigning(input, undefined, { accept }) },
]

describe.each(FACTORIES)('asymmetric keys that $what refuses', ({ what, kind, make }) => {
  const own = kind === 'rsa' ? rsaPair() : ecPair()
  const refused = async (input: AsymmetricKeyPairInput, message: RegExp): Promise<void> => {
    const error = await failureOf(() => make(input), 'INVALID_CONFIGURATION', message)
    expect(error.message.startsWith(what)).toBe(true)
    expect(error.cause).toBeUndefined()
  }
  const asPublic = (publicKey: unknown): AsymmetricKeyPairInput => ({ publicKey: publicKey as AsymmetricKeyInput })
  const asPrivate = (privateKey: unknown): AsymmetricKeyPairInput => ({ privateKey: privateKey as AsymmetricKeyInput })

  test('neither half', async () => {
    await refused({}, /takes a publicKey, a privateKey, or both/)
    await refused({ publicKey: undefined, privateKey: undefined }, /takes a publicKey, a privateKey, or both/)
  })

  test('a private key as the public one, in every form', async () => {
    const { privateKey } = own
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const der = privateKey.export({ type: 'pkcs8', format: 'der' })
    await refused(asPublic(privateKey), /the key given as publicKey is a private key/)
    await refused(asPublic(pem.toString()), /the key given as publicKey is a private key/)
    await refused(asPublic(privateKey.export({ format: 'jwk' })), /the key given as publicKey is a private key/)
    await refused(asPublic(der), /the publicKey cannot be read/)
  })

  test('a public key as the private one, in every form', async () => {
    const { publicKey } = own
    await refused(asPrivate(publicKey), /the key given as privateKey is a public key/)
    await refused(asPrivate(publicKey.export({ type: 'spki', format: 'pem' }).toString()), /the privateKey cannot be read/)
    await refused(asPrivate(publicKey.export({ type: 'spki', format: 'der' })), /the privateKey cannot be read/)
    await refused(asPrivate(publicKey.export({ format: 'jwk' })), /the privateKey cannot be read/)
  })

  test('a secret key', async () => {
    await refused(asPublic(createSecretKey(secretBytes(32))), /the key given as publicKey is a secret key/)
    await refused(asPrivate(createSecretKey(secretBytes(32))), /the key given as privateKey is a secret key/)
  })

  const junk: readonly [string, unknown][] = [
    ['an empty text', ''],
    ['a text', 'not a key, but something secret'],
    ['a PEM of nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['no bytes', new Uint8Array()],
    ['other bytes', secretBytes(100)],
    ['an empty JWK', {}],
    ['a JWK of another kind', { kty: 'oct', k: 'AAAA' }],
    ['an array', []],
    ['a number', 5],
    ['null', null],
  ]
  test.each(junk)('%s', async (_what, key) => {
    await refused(asPublic(key), /the publicKey cannot be read; give a KeyObject, PEM text, DER bytes \(SPKI or PKCS#8\) or a JWK/)
    await refused(asPrivate(key), /the privateKey cannot be read; give a KeyObject, PEM text, DER bytes \(SPKI or PKCS#8\) or a JWK/)
  })

  test('a private key behind a passphrase', async () => {
    const pem = own.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    await refused(asPrivate(pem.toString()), /the privateKey cannot be read/)
  })

  test('keys of another kind', async () => {
    const other = kind === 'rsa' ? ecPair() : rsaPair()
    const message =
      kind === 'rsa'
        ? /takes RSA keys; the (public|private)Key is another kind of key/
        : /takes EC keys; the (public|private)Key is another kind of key/
    await refused(asPublic(other.publicKey), message)
    await refused(asPrivate(other.privateKey), message)
    await refused({ publicKey: own.publicKey, privateKey: other.privateKey }, message)
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    await refused({ publicKey, privateKey }, message)
    await refused(generateKeyPairSync('x25519'), message)
    await refused(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }), message)
  })
})

describe('halves that belong to different pairs', () => {
  // Whoever mixes them up would write what nobody can read.
  test.each<[string, Factory, Pair, Pair]>([
    ['rsaWrapping', (input) => LocalKey.rsaWrapping(input), rsaPair(), rsaPair(2048, 1)],
    ['rsaSigning', (input) => LocalKey.rsaSigning(input), rsaPair(), rsaPair(2048, 1)],
    ['ecdsaSigning', (input) => LocalKey.ecdsaSigning(input), ecPair(), ecPair('P-256', 1)],
    ['ecdsaSigning on two curves', (input) => LocalKey.ecdsaSigning(input), ecPair(), ecPair('P-384')],
  ])('%s takes them: a pair for reading and one for writing may differ while keys are exchanged', (_what, make, one, other) => {
    expect(() => make({ publicKey: one.publicKey, privateKey: other.privateKey })).not.toThrow()
  })
})

describe('RSA that is too short', () => {
  const short = rsaPair(1024)
  const make: readonly [string, Factory][] = FACTORIES.filter(({ kind }) => kind === 'rsa').map((factory) => [factory.what, factory.make])
  test.each(make)('%s refuses 1024 bits, in either half', async (_what, factory) => {
    for (const input of [{ publicKey: short.publicKey }, { privateKey: short.privateKey }, short]) {
      const error = await failureOf(() => factory(input), 'INVALID_CONFIGURATION', /has 1024 bits/)
      expect(error.message).toContain('RSA-1024 in accept')
    }
    await failureOf(
      () => factory({ publicKey: rsaPair().publicKey, privateKey: short.privateKey }),
      'INVALID_CONFIGURATION',
      /the privateKey has 1024 bits/,
    )
  })

  test.each(make)('%s takes it where accept names it, and no other length', async (_what, factory) => {
    expect(() => factory(short, ['RSA-1024'])).not.toThrow()
    await failureOf(() => factory(short, ['RSA-512', 'RSA-2048']), 'INVALID_CONFIGURATION', /has 1024 bits/)
    await failureOf(() => factory(rsaPair(512), ['RSA-1024']), 'INVALID_CONFIGURATION', /has 512 bits/)
  })

  test('and then it works', () => {
    const accept = ['RSA-1024']
    const signing = LocalKey.rsaSigning(short, undefined, { accept })
    expect(signing.verify(DATA, signing.sign(DATA))).toBe(true)
    const wrapping = LocalKey.rsaWrapping(short, undefined, { accept })
    expect(wrapping.unwrap(wrapping.wrap(secretBytes(32)))).toEqual(secretBytes(32))
  })

  test.each([2056, 3072])('%i bits are not', (bits) => {
    const wrapping = LocalKey.rsaWrapping(rsaPair(bits))
    expect(wrapping.unwrap(wrapping.wrap(secretBytes(32)))).toEqual(secretBytes(32))
  })

  test('a label hash that leaves no room for a key', async () => {
    const wrapping = LocalKey.rsaWrapping(short, 'RSA/ECB/OAEPWithSHA-512AndMGF1Padding', { accept: ['RSA-1024'] })
    await failureOf(
      () => wrapping.wrap(secretBytes(32)),
      'INVALID_CONFIGURATION',
      /the RSA key is too short to wrap a key by RSA\/ECB\/OAEPWithSHA-512AndMGF1Padding/,
    )
  })
})

describe('other curves', () => {
  const { publicKey, privateKey } = ecPair('secp256k1')
  test.each([{ publicKey }, { privateKey }, { publicKey, privateKey }])('secp256k1', async (input) => {
    await failureOf(
      () => LocalKey.ecdsaSigning(input),
      'INVALID_CONFIGURATION',
      /on the curves P-256, P-384 and P-521; the (public|private)Key is on another/,
    )
  })

  test.each(['secp224r1', 'brainpoolP256r1'])('%s', async (namedCurve) => {
    await failureOf(() => LocalKey.ecdsaSigning(generateKeyPairSync('ec', { namedCurve })), 'INVALID_CONFIGURATION', /is on another/)
  })
})

describe('algorithms and accept lists that a factory refuses', () => {
  type Make = (algorithm: string | undefined, accept?: readonly string[]) => unknown
  const factories: readonly [string, Make, string][] = [
    [
      'rsaWrapping',
      (name, accept) => LocalKey.rsaWrapping(rsaPair(), name as 'RSA/ECB/PKCS1Padding' | undefined, { accept }),
      'RSA/ECB/OAEPWithSHA-256AndMGF1Padding',
    ],
    ['rsaSigning', (name, accept) => LocalKey.rsaSigning(rsaPair(), name as 'SHA256withRSA' | undefined, { accept }), 'SHA256withRSA'],
    [
      'ecdsaSigning',
      (name, accept) => LocalKey.ecdsaSigning(ecPair(), name as 'SHA256withECDSA' | undefined, { accept }),
      'SHA256withECDSA',
    ],
  ]
  const rows = factories.flatMap(([what, make, own]) =>
    [
      '',
      'RSA',
      'AESWrap',
      'RSA/ECB/NoPadding',
      'MD5withRSA',
      'SHA1withRSA',
      'NONEwithRSA',
      'NONEwithECDSA',
      'HmacSHA256',
      '__proto__',
      'constructor',
    ].map((name) => ({ what, make, own, name })),
  )
  test.each(rows)('$what: $name', async ({ what, make, own, name }) => {
    const asAlgorithm = await failureOf(() => make(name), 'INVALID_CONFIGURATION', /takes one of the algorithms/)
    const asAccepted = await failureOf(
      () => make(undefined, [own, name]),
      'INVALID_CONFIGURATION',
      /accept can hold .* and RSA-<bits>, nothing else/,
    )
    for (const error of [asAlgorithm, asAccepted]) {
      expect(error.message.startsWith(`LocalKey.${what}`)).toBe(true)
      expect(error.message).toContain(own)
    }
  })

  test('the algorithms of another kind of key', async () => {
    await failureOf(() => LocalKey.rsaSigning(rsaPair(), 'SHA256withECDSA' as 'SHA256withRSA'), 'INVALID_CONFIGURATION', /SHA224withRSA/)
    await failureOf(() => LocalKey.ecdsaSigning(ecPair(), 'SHA256withRSA' as 'SHA256withECDSA'), 'INVALID_CONFIGURATION', /SHA224withECDSA/)
  })
})

test('a JWK is not changed, and frozen ones are taken', () => {
  const jwk: JsonWebKey = Object.freeze(createPublicKey(rsaPair().privateKey).export({ format: 'jwk' }))
  expect(() => LocalKey.rsaSigning(Object.freeze({ publicKey: jwk }))).not.toThrow()
})
