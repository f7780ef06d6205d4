// Keys held elsewhere: each role alone, asynchronous and not, under both providers. What they are asked, and how they fail.
import { createHmac, sign, verify } from 'node:crypto'
import {
  DynamoDBEncryptionError,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type ContentKey,
  type CryptographicMaterialsProvider,
  type Item,
  type MaybePromise,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, SIGN_ALL, wholeItem, without } from '../support/items.js'
import {
  decryptBytes,
  DESCRIPTION,
  encryptBytes,
  JAVA_FORM,
  readDescription,
  serialize,
  SIGNATURE,
  stringToSign,
} from '../support/reference-format.js'
import { aesUnwrap, aesWrap } from '../support/reference-wrapping.js'
import { CONTENT_KEY, ecPair, MAC_KEY, rsaPair, secretBytes } from '../support/test-keys.js'

const KEK = secretBytes(32, 0x11)

function encryptorOf(materialsProvider: CryptographicMaterialsProvider, actions = ENCRYPT_ALL): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider, actions, context: CONTEXT })
}

/** How a key answers: at once, in a microtask, or after other work of the process. */
type Answer = <T>(value: T) => MaybePromise<T>
const ANSWERS: readonly [string, Answer][] = [
  ['at once', (value) => value],
  ['with a promise', (value) => Promise.resolve(value)],
  ['later', (value) => new Promise((resolve) => setImmediate(resolve, value))],
]

const contentKey = (answer: Answer): ContentKey => ({
  algorithm: 'AES',
  encrypt: (plaintext) => answer(encryptBytes(CONTENT_KEY, plaintext)),
  decrypt: (stored) => answer(decryptBytes(CONTENT_KEY, stored)),
})
const wrappingKey = (answer: Answer): WrappingKey => ({
  algorithm: 'AESWrap',
  wrap: (key) => answer(aesWrap(KEK, key)),
  unwrap: (wrapped) => answer(aesUnwrap(KEK, wrapped)),
})
const macKey = (answer: Answer): SigningKey => ({
  algorithm: 'HmacSHA256',
  sign: (data) => answer(createHmac('sha256', MAC_KEY).update(data).digest()),
  verify: (data, signature) => answer(createHmac('sha256', MAC_KEY).update(data).digest().equals(signature)),
})
const rsaKey = (answer: Answer): SigningKey => ({
  algorithm: 'SHA256withRSA',
  sign: (data) => answer(sign('sha256', data, rsaPair().privateKey)),
  verify: (data, signature) => answer(verify('sha256', data, rsaPair().publicKey, signature)),
})
const ecKey = (answer: Answer): SigningKey => ({
  algorithm: 'SHA256withECDSA',
  sign: (data) => answer(sign('sha256', data, ecPair().privateKey)),
  verify: (data, signature) => answer(verify('sha256', data, ecPair().publicKey, signature)),
})

const localAes = LocalKey.aes(CONTENT_KEY)
const localKek = LocalKey.aes(KEK)
const localMac = LocalKey.hmac(MAC_KEY)

describe.each(ANSWERS)('keys that answer %s', (_how, answer) => {
  // The same keys in this process on the other side: what a key held elsewhere wrote is what a local one writes.
  const pairs: readonly [string, CryptographicMaterialsProvider, CryptographicMaterialsProvider][] = [
    [
      'Static: content key',
      new StaticMaterialsProvider({ encryptionKey: contentKey(answer), signingKey: localMac }),
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac }),
    ],
    [
      'Static: MAC key',
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: macKey(answer) }),
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac }),
    ],
    [
      'Static: RSA key',
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: rsaKey(answer) }),
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: LocalKey.rsaSigning(rsaPair()) }),
    ],
    [
      'Static: EC key',
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: ecKey(answer) }),
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: LocalKey.ecdsaSigning(ecPair()) }),
    ],
    [
      'Static: both',
      new StaticMaterialsProvider({ encryptionKey: contentKey(answer), signingKey: macKey(answer) }),
      new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac }),
    ],
    [
      'Wrapped: wrapping key',
      new WrappedMaterialsProvider({ wrappingKey: wrappingKey(answer), signingKey: localMac }),
      new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: localMac }),
    ],
    [
      'Wrapped: MAC key',
      new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: macKey(answer) }),
      new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: localMac }),
    ],
    [
      'Wrapped: both',
      new WrappedMaterialsProvider({ wrappingKey: wrappingKey(answer), signingKey: macKey(answer) }),
      new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: localMac }),
    ],
  ]
  test.each(pairs)('%s', async (_what, elsewhere, local) => {
    const away = encryptorOf(elsewhere)
    const here = encryptorOf(local)
    const item = wholeItem()
    for (const [writer, reader] of [
      [away, away],
      [away, here],
      [here, away],
    ] as const) {
      expect(await reader.decryptItem(await writer.encryptItem(item))).toEqual(item)
    }
    const many = await away.encryptItems(Array.from({ length: 40 }, (_, at) => ({ ...item, when: { N: String(at) } })))
    expect((await away.decryptItems(many)).map((read) => read['when'])).toEqual(Array.from({ length: 40 }, (_, at) => ({ N: String(at) })))
    const changed = { ...(await away.encryptItem(item)), when: { N: '1' } }
    await failureOf(() => away.decryptItem(changed), 'SIGNATURE_MISMATCH', /the signature does not hold/)
  })
})

describe('what they are asked', () => {
  test('a content key: one serialized value at a time, in memory that is wiped afterwards', async () => {
    const given: { bytes: Uint8Array; copy: Buffer }[] = []
    const key: ContentKey = {
      algorithm: 'AES',
      encrypt: (plaintext) => {
        given.push({ bytes: plaintext, copy: Buffer.from(plaintext) })
        return Promise.resolve(encryptBytes(CONTENT_KEY, plaintext))
      },
      decrypt: (stored) => decryptBytes(CONTENT_KEY, stored),
    }
    const item = wholeItem()
    const { id: _id, when: _when, ...encrypted } = item
    await encryptorOf(new StaticMaterialsProvider({ encryptionKey: key, signingKey: localMac })).encryptItem(item)
    const expected = Object.values(encrypted).map((value) => serialize(value, JAVA_FORM).toString('hex'))
    expect(given.map(({ copy }) => copy.toString('hex')).sort()).toEqual(expected.sort())
    for (const { bytes } of given) expect([...bytes].every((byte) => byte === 0)).toBe(true)
  })

  test('a content key is asked about several attributes at once, and not about all of a large item', async () => {
    let open = 0
    let most = 0
    const during = async <T>(work: () => T): Promise<T> => {
      open++
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open--
      return work()
    }
    const key: ContentKey = {
      algorithm: 'AES',
      encrypt: (plaintext) => {
        const copy = Buffer.from(plaintext)
        return during(() => encryptBytes(CONTENT_KEY, copy))
      },
      decrypt: (stored) => during(() => decryptBytes(CONTENT_KEY, stored)),
    }
    const encryptor = new ItemEncryptor({ materialsProvider: new StaticMaterialsProvider({ encryptionKey: key, signingKey: localMac }) })
    const item: Item = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a${String(at)}`, { N: String(at) }]))
    const stored = await encryptor.encryptItem(item)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(16)
    most = 0
    expect(await encryptor.decryptItem(stored)).toEqual(item)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(16)
  })

  test('a signing key: the string to sign and the algorithm', async () => {
    const asked: { data: Buffer; algorithm: string }[] = []
    const signingKey: SigningKey = {
      ...rsaKey((value) => value),
      sign: (data, algorithm) => {
        asked.push({ data: Buffer.from(data), algorithm })
        return sign('sha512', data, rsaPair().privateKey)
      },
      verify: (data, signature, algorithm) => {
        asked.push({ data: Buffer.from(data), algorithm })
        return verify('sha512', data, rsaPair().publicKey, signature)
      },
    }
    const provider = new StaticMaterialsProvider({
      encryptionKey: localAes,
      signingKey,
      materialDescription: { 'amzn-ddb-map-signingAlg': 'SHA512withRSA' },
    })
    const stored = await encryptorOf(provider).encryptItem(wholeItem())
    await encryptorOf(provider).decryptItem(stored)
    const string = stringToSign(
      without(stored, SIGNATURE, DESCRIPTION),
      (name) => ENCRYPT_ALL.actionFor(name),
      CONTEXT.tableName,
      JAVA_FORM,
    )
    expect(asked).toEqual([
      { data: string, algorithm: 'SHA512withRSA' },
      { data: string, algorithm: 'SHA512withRSA' },
    ])
  })

  test('a wrapping key: the content key and the algorithm, once an item', async () => {
    const asked: string[] = []
    const key: WrappingKey = {
      algorithm: 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding',
      wrap: (bytes, algorithm) => {
        asked.push(`wrap ${String(bytes.length)} ${algorithm}`)
        return Promise.resolve(aesWrap(KEK, bytes))
      },
      unwrap: (wrapped, algorithm) => {
        asked.push(`unwrap ${String(wrapped.length)} ${algorithm}`)
        return Promise.resolve(aesUnwrap(KEK, wrapped))
      },
    }
    const materialDescription = { 'amzn-ddb-wrap-alg': 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding', 'amzn-ddb-env-alg': 'AES/192' }
    const encryptor = encryptorOf(new WrappedMaterialsProvider({ wrappingKey: key, signingKey: localMac, materialDescription }))
    expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
    expect(asked).toEqual(['wrap 24 RSA/ECB/OAEPWithSHA-1AndMGF1Padding', 'unwrap 32 RSA/ECB/OAEPWithSHA-1AndMGF1Padding'])
  })

  test('a wrapping key is handed the content key in memory of its own, and no other item`s key beside it', async () => {
    const lengths: number[][] = []
    const key: WrappingKey = {
      algorithm: 'AESWrap',
      wrap: (bytes) => {
        lengths.push([bytes.byteLength, bytes.buffer.byteLength])
        return aesWrap(KEK, bytes)
      },
    }
    await encryptorOf(new WrappedMaterialsProvider({ wrappingKey: key, signingKey: localMac })).encryptItem(wholeItem())
    expect(lengths).toEqual([[32, 32]])
  })

  test('nothing is unwrapped or decrypted before the signature has held', async () => {
    const asked: string[] = []
    const unwrappingKey: WrappingKey = {
      algorithm: 'AESWrap',
      unwrap: (wrapped) => {
        asked.push('unwrap')
        return aesUnwrap(KEK, wrapped)
      },
    }
    const stored = await encryptorOf(new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: localMac })).encryptItem(wholeItem())
    const reader = encryptorOf(new WrappedMaterialsProvider({ unwrappingKey, verificationKey: localMac }))
    await failureOf(() => reader.decryptItem({ ...stored, when: { N: '1' } }), 'SIGNATURE_MISMATCH', /./)
    await failureOf(() => reader.decryptItem(without(stored, SIGNATURE)), 'NOT_ENCRYPTED', /./)
    expect(asked).toEqual([])
    await reader.decryptItem(stored)
    expect(asked).toEqual(['unwrap'])

    const decryptionKey: ContentKey = {
      algorithm: 'AES',
      encrypt: (plaintext) => plaintext,
      decrypt: () => {
        asked.push('decrypt')
        return new Uint8Array()
      },
    }
    const storedStatic = await encryptorOf(new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac })).encryptItem(
      wholeItem(),
    )
    const staticReader = encryptorOf(new StaticMaterialsProvider({ decryptionKey, verificationKey: localMac }))
    await failureOf(() => staticReader.decryptItem({ ...storedStatic, when: { N: '1' } }), 'SIGNATURE_MISMATCH', /./)
    expect(asked).toEqual(['unwrap'])
  })

  test('an item of which nothing is encrypted has nothing unwrapped', async () => {
    const unwrappingKey: WrappingKey = {
      algorithm: 'AESWrap',
      unwrap: () => {
        throw new Error('not asked for')
      },
    }
    const stored = await encryptorOf(new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: localMac }), SIGN_ALL).encryptItem(
      wholeItem(),
    )
    const reader = encryptorOf(new WrappedMaterialsProvider({ unwrappingKey, verificationKey: localMac }), SIGN_ALL)
    expect(await reader.decryptItem(stored)).toEqual(wholeItem())
  })
})

describe('how they fail', () => {
  const unavailable = new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the HSM is not to be reached', {
    cause: new Error('ECONNREFUSED'),
  })
  const other = new Error('CKR_USER_NOT_LOGGED_IN')
  const rejecting =
    (error: Error): (() => Promise<never>) =>
    () =>
      Promise.reject(error)
  const throwing =
    (error: Error): (() => never) =>
    () => {
      throw error
    }

  const writers: readonly [string, (fail: () => never | Promise<never>) => CryptographicMaterialsProvider][] = [
    [
      'encrypt',
      (fail) => new StaticMaterialsProvider({ encryptionKey: { algorithm: 'AES', encrypt: fail, decrypt: fail }, signingKey: localMac }),
    ],
    ['wrap', (fail) => new WrappedMaterialsProvider({ wrappingKey: { algorithm: 'AESWrap', wrap: fail }, signingKey: localMac })],
    ['sign', (fail) => new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: { algorithm: 'HmacSHA256', sign: fail } })],
    [
      'sign, wrapped',
      (fail) => new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: { algorithm: 'HmacSHA256', sign: fail } }),
    ],
  ]
  test.each(writers.flatMap(([what, provider]) => [rejecting, throwing].map((how) => ({ what, how: how.name, provider, fail: how }))))(
    '$what, $how',
    async ({ provider, fail }) => {
      const writer = (error: Error): ItemEncryptor => encryptorOf(provider(fail(error)))
      const error = await failureOf(
        () => writer(unavailable).encryptItem(wholeItem()),
        'MATERIALS_UNAVAILABLE',
        /the HSM is not to be reached/,
      )
      expect(error.cause).toEqual(new Error('ECONNREFUSED'))
      expect(error.tableName).toBe(CONTEXT.tableName)
      // Whatever else a key throws is its own affair and passes through.
      expect(await thrownBy(() => writer(other).encryptItem(wholeItem()))).toBe(other)
    },
  )

  test.each([rejecting, throwing])('verify, %o', async (fail) => {
    const stored = await encryptorOf(new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac })).encryptItem(
      wholeItem(),
    )
    const reader = (error: Error): ItemEncryptor =>
      encryptorOf(
        new StaticMaterialsProvider({ decryptionKey: localAes, verificationKey: { algorithm: 'HmacSHA256', verify: fail(error) } }),
      )
    const error = await failureOf(() => reader(unavailable).decryptItem(stored), 'MATERIALS_UNAVAILABLE', /the HSM is not to be reached/)
    expect(error.cause).toEqual(new Error('ECONNREFUSED'))
    expect(await thrownBy(() => reader(other).decryptItem(stored))).toBe(other)
  })

  test.each([rejecting, throwing])('decrypt and unwrap that could not be tried, %o', async (fail) => {
    const storedStatic = await encryptorOf(new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac })).encryptItem(
      wholeItem(),
    )
    const storedWrapped = await encryptorOf(new WrappedMaterialsProvider({ wrappingKey: localKek, signingKey: localMac })).encryptItem(
      wholeItem(),
    )
    const decryptionKey: ContentKey = { algorithm: 'AES', encrypt: fail(unavailable), decrypt: fail(unavailable) }
    const unwrappingKey: WrappingKey = { algorithm: 'AESWrap', unwrap: fail(unavailable) }
    for (const work of [
      () => encryptorOf(new StaticMaterialsProvider({ decryptionKey, verificationKey: localMac })).decryptItem(storedStatic),
      () => encryptorOf(new WrappedMaterialsProvider({ unwrappingKey, verificationKey: localMac })).decryptItem(storedWrapped),
    ]) {
      const error = await failureOf(work, 'MATERIALS_UNAVAILABLE', /the HSM is not to be reached/)
      expect(error.cause).toEqual(new Error('ECONNREFUSED'))
    }
  })

  test.each<[string, unknown]>([
    ['nothing', new Uint8Array()],
    ['an IV alone', new Uint8Array(16)],
    ['31 bytes', new Uint8Array(31)],
    ['33 bytes', new Uint8Array(33)],
    ['the plaintext', 'the plaintext'],
    ['undefined', undefined],
    ['null', null],
    ['an array', Array.from({ length: 32 }, () => 0)],
  ])('encrypt that returns %s', async (_what, returned) => {
    for (const answer of [returned, Promise.resolve(returned)]) {
      const encryptionKey = { algorithm: 'AES', encrypt: () => answer, decrypt: () => answer } as unknown as ContentKey
      const encryptor = encryptorOf(new StaticMaterialsProvider({ encryptionKey, signingKey: localMac }))
      const error = await failureOf(
        () => encryptor.encryptItem(wholeItem()),
        'INVALID_CONFIGURATION',
        /the encryptionKey returned something else than a 16-byte IV and a ciphertext of whole 16-byte blocks/,
      )
      expect(Object.keys(wholeItem())).toContain(error.attributeName)
    }
  })

  const notBytes: readonly [string, unknown][] = [
    ['nothing', new Uint8Array()],
    ['a string', 'c2lnbmF0dXJl'],
    ['undefined', undefined],
    ['an array', [1, 2, 3]],
  ]
  test.each(notBytes)('sign that returns %s', async (_what, returned) => {
    for (const answer of [returned, Promise.resolve(returned)]) {
      const signingKey = { algorithm: 'SHA256withRSA', sign: () => answer } as unknown as SigningKey
      const encryptor = encryptorOf(new StaticMaterialsProvider({ encryptionKey: localAes, signingKey }))
      await failureOf(() => encryptor.encryptItem(wholeItem()), 'INVALID_CONFIGURATION', /the signingKey returned/)
    }
  })

  test.each(notBytes)('wrap that returns %s', async (_what, returned) => {
    for (const answer of [returned, Promise.resolve(returned)]) {
      const key = { algorithm: 'AESWrap', wrap: () => answer } as unknown as WrappingKey
      const encryptor = encryptorOf(new WrappedMaterialsProvider({ wrappingKey: key, signingKey: localMac }))
      await failureOf(() => encryptor.encryptItem(wholeItem()), 'INVALID_CONFIGURATION', /the wrappingKey returned/)
    }
  })

  // Only true is true: the answer of a service, `{ SignatureValid: false }`, must not count as one.
  test.each([false, undefined, null, 0, 1, '', 'false', {}, { SignatureValid: false }])('verify that returns %j', async (returned) => {
    const stored = await encryptorOf(new StaticMaterialsProvider({ encryptionKey: localAes, signingKey: localMac })).encryptItem(
      wholeItem(),
    )
    for (const answer of [returned, Promise.resolve(returned)]) {
      const verificationKey = { algorithm: 'HmacSHA256', verify: () => answer } as unknown as SigningKey
      const reader = encryptorOf(new StaticMaterialsProvider({ decryptionKey: localAes, verificationKey }))
      await failureOf(() => reader.decryptItem(stored), 'SIGNATURE_MISMATCH', /the signature does not hold/)
    }
  })

  test('one failure among many attributes: the rest is waited for, and nothing is returned', async () => {
    let open = 0
    let asked = 0
    const encryptionKey: ContentKey = {
      algorithm: 'AES',
      encrypt: async (plaintext) => {
        const turn = asked++
        const copy = Buffer.from(plaintext)
        open++
        await new Promise((resolve) => setImmediate(resolve))
        open--
        if (turn === 2) throw other
        return encryptBytes(CONTENT_KEY, copy)
      },
      decrypt: (stored) => decryptBytes(CONTENT_KEY, stored),
    }
    const encryptor = new ItemEncryptor({ materialsProvider: new StaticMaterialsProvider({ encryptionKey, signingKey: localMac }) })
    const item: Item = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`a${String(at)}`, { N: String(at) }]))
    expect(await thrownBy(() => encryptor.encryptItem(item))).toBe(other)
    expect(open).toBe(0)
    expect(asked).toBeLessThan(60)
  })
})

test('items in flight at once do not disturb each other', async () => {
  // Working memory is reused from item to item; a key that answers late must not find another item's bytes in it.
  const later: Answer = (value) => new Promise((resolve) => setTimeout(resolve, Math.random() * 5, value))
  const provider = new StaticMaterialsProvider({ encryptionKey: contentKey(later), signingKey: macKey(later) })
  const encryptor = new ItemEncryptor({ materialsProvider: provider, actions: { attributes: { plain: 'SIGN_ONLY' } } })
  const items: Item[] = Array.from({ length: 60 }, (_, at) => ({
    n: { N: String(at) },
    text: { S: 'x'.repeat(at * 50) },
    plain: { S: String(at) },
  }))
  const stored = await Promise.all(items.map((item) => encryptor.encryptItem(item)))
  for (const [at, item] of stored.entries())
    expect(decryptBytes(CONTENT_KEY, bytesOf(item, 'n'))).toEqual(serialize({ N: String(at) }, JAVA_FORM))
  expect(await Promise.all(stored.map((item) => encryptor.decryptItem(item)))).toEqual(items)
})

test('a description is what any reader finds', async () => {
  const stored = await encryptorOf(
    new StaticMaterialsProvider({ encryptionKey: contentKey((value) => value), signingKey: rsaKey((value) => value) }),
  ).encryptItem(wholeItem())
  expect(readDescription(bytesOf(stored, DESCRIPTION))).toEqual({
    'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding',
    'amzn-ddb-map-signingAlg': 'SHA256withRSA',
  })
})
