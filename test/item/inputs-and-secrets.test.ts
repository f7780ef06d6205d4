// Inputs are never changed, and errors never repeat a value or a key. Every input is frozen through and through, every value holds
// a marker, and what an error shows of itself is searched for markers and keys in every form that text has.
import {
  DynamoDBEncryptionError,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../support/failures.js'
import { bytesOf, CONTEXT, deepFreeze, ENCRYPT_ALL, flipped, SIGN_ALL, wholeItem, withAttribute } from '../support/items.js'
import {
  CBC_ENTRY,
  describe as describePairs,
  DESCRIPTION,
  encryptBytes,
  SIGNATURE,
  storeItem,
  tagged,
  counted,
} from '../support/reference-format.js'
import { aesWrap, storeWrapped } from '../support/reference-wrapping.js'
import { expectNoSecrets, MARKER, shown, textsOf } from '../support/secrets.js'
import { CONTENT_KEY, ecPair, MAC_KEY, rsaPair, secretBytes } from '../support/test-keys.js'

const KEK = secretBytes(32, 0x11)
const rsa = rsaPair()
const privateParts = [rsa.privateKey, ecPair().privateKey].flatMap((key) => {
  const { d = '', p = '' } = key.export({ format: 'jwk' })
  return [d, p].filter((part) => part !== '').map((part) => Buffer.from(part, 'base64url').subarray(0, 24))
})
const SECRETS = [Buffer.from(MARKER), CONTENT_KEY, MAC_KEY, KEK, ...privateParts]
const actionFor = (name: string): ReturnType<typeof ENCRYPT_ALL.actionFor> => ENCRYPT_ALL.actionFor(name)

const STATIC = new StaticMaterialsProvider(
  deepFreeze({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY), materialDescription: { a: 'x' } }),
)
const WRAPPED = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.aes(KEK),
  signingKey: LocalKey.hmac(MAC_KEY),
  materialDescription: deepFreeze({ 'amzn-ddb-env-alg': 'AES/128' }),
})
const PROVIDERS: readonly [string, CryptographicMaterialsProvider][] = [
  ['Static', STATIC],
  ['Static with RSA', new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.rsaSigning(rsa) })],
  [
    'Static with ECDSA',
    new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.ecdsaSigning(ecPair()) }),
  ],
  ['Wrapped', WRAPPED],
  ['Wrapped by RSA', new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping(rsa), signingKey: LocalKey.rsaSigning(rsa) })],
]

/** Bytes cannot be frozen, so the whole is compared with a copy made before. */
function frozen<T>(value: T): { given: T; expectUnchanged: () => void } {
  const before = structuredClone(value)
  const given = deepFreeze(value)
  return {
    given,
    expectUnchanged: () => {
      expect(given).toEqual(before)
    },
  }
}

describe.each(PROVIDERS)('inputs of %s stay as they are', (_what, materialsProvider) => {
  const options = deepFreeze({
    actions: { attributes: { id: 'SIGN_ONLY', when: 'SIGN_ONLY', list: 'SIGN_ONLY', map: 'DO_NOTHING' } as const },
    context: { ...CONTEXT, materialDescription: { b: 'y' } },
  })
  test.each(['java', 'python'] as const)('%s', async (compatibility) => {
    const encryptor = new ItemEncryptor(Object.freeze({ materialsProvider, compatibility }))
    const item = frozen<Item>({ ...wholeItem(), texts: { SS: ['b', 'a', MARKER] }, numbers: { NS: ['9', '10', '1E1'].slice(0, 2) } })
    const stored = frozen(await encryptor.encryptItem(item.given, options))
    item.expectUnchanged()
    const read = await encryptor.decryptItem(stored.given, options)
    stored.expectUnchanged()
    expect(read['text']).toEqual(item.given['text'])
    const many = frozen(await encryptor.encryptItems(Object.freeze([item.given, item.given]), options))
    await encryptor.decryptItems(many.given, options)
    many.expectUnchanged()
    item.expectUnchanged()
    const document = frozen({ id: '7', when: 1, list: ['a', { b: new Set([2, 1]) }], map: { c: new Uint8Array([1]) } })
    const storedDocument = frozen(await encryptor.encryptDocument(document.given, options))
    await encryptor.decryptDocument(storedDocument.given, options)
    document.expectUnchanged()
    storedDocument.expectUnchanged()
  })

  test('also where they are refused', async () => {
    const encryptor = new ItemEncryptor({ materialsProvider })
    const bad = frozen({ ...wholeItem(), zzz: { NS: ['2', '1', 'one'] } })
    expect(await thrownBy(() => encryptor.encryptItem(bad.given, options))).toMatchObject({ code: 'INVALID_ITEM' })
    bad.expectUnchanged()
    const stored = await encryptor.encryptItem(wholeItem(), options)
    const changed = frozen({ ...stored, when: { N: '2' } })
    expect(await thrownBy(() => encryptor.decryptItem(changed.given, options))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    changed.expectUnchanged()
  })

  test('what is returned is the caller`s to change', async () => {
    const encryptor = new ItemEncryptor({ materialsProvider })
    const item = { ...wholeItem(), plain: { S: 'x' } }
    const stored = await encryptor.encryptItem(item, { actions: { attributes: { plain: 'DO_NOTHING' } } })
    stored['more'] = { S: 'y' }
    expect('more' in item).toBe(false)
  })
})

describe('errors repeat no value and no key', () => {
  const failures: readonly [string, (encryptor: ItemEncryptor) => unknown][] = [
    ...[
      { S: 5 },
      { N: MARKER },
      { B: MARKER },
      { SS: [MARKER, MARKER] },
      { M: { [MARKER]: MARKER } },
      { L: [MARKER] },
      { [MARKER]: MARKER },
      { S: `${MARKER}\ud800` },
      MARKER,
    ].map((value, at): [string, (encryptor: ItemEncryptor) => unknown] => [
      `writing bad value ${String(at)}`,
      (encryptor) => encryptor.encryptItem(withAttribute(wholeItem(), 'bad', value as Item[string])),
    ]),
    ['writing an encrypted item', async (encryptor) => encryptor.encryptItem(await encryptor.encryptItem(wholeItem()))],
    ['reading a plaintext item', (encryptor) => encryptor.decryptItem(wholeItem())],
    [
      'reading a changed item',
      async (encryptor) => encryptor.decryptItem({ ...(await encryptor.encryptItem(wholeItem())), text: { S: MARKER } }),
    ],
    [
      'reading a changed signature',
      async (encryptor) => {
        const stored = await encryptor.encryptItem(wholeItem())
        return encryptor.decryptItem({ ...stored, [SIGNATURE]: { B: flipped(bytesOf(stored, SIGNATURE), 3) } })
      },
    ],
    [
      'reading under other actions',
      async (encryptor) => encryptor.decryptItem(await encryptor.encryptItem(wholeItem()), { actions: SIGN_ALL }),
    ],
    [
      'reading a bad description',
      async (encryptor) =>
        encryptor.decryptItem({ ...(await encryptor.encryptItem(wholeItem())), [DESCRIPTION]: { B: Buffer.from(MARKER) } }),
    ],
    [
      'reading another mode',
      async (encryptor) => {
        const stored = await encryptor.encryptItem(wholeItem())
        return encryptor.decryptItem({
          ...stored,
          [DESCRIPTION]: { B: Buffer.concat([bytesOf(stored, DESCRIPTION).subarray(0, 0), describePairs([[CBC_ENTRY[0], '/ECB/']])]) },
        })
      },
    ],
    ['a document with what has no value', (encryptor) => encryptor.encryptDocument({ id: 'x', bad: () => MARKER })],
    [
      'a document with a number too long',
      async (encryptor) =>
        encryptor.decryptDocument(await encryptor.encryptItem({ ...wholeItem(), long: { N: '0.12345678901234567890' } })),
    ],
    ['many items', (encryptor) => encryptor.encryptItems([wholeItem(), withAttribute(wholeItem(), 'bad', { N: MARKER })])],
  ]
  test.each(
    PROVIDERS.flatMap(([provider, materialsProvider]) => failures.map(([what, work]) => ({ provider, materialsProvider, what, work }))),
  )('$provider: $what', async ({ materialsProvider, work }) => {
    const encryptor = new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT })
    const error = await thrownBy(() => work(encryptor))
    expect(error).toBeInstanceOf(DynamoDBEncryptionError)
    expectNoSecrets(error, SECRETS)
  })

  const staticReader = new ItemEncryptor({
    materialsProvider: STATIC,
    actions: ENCRYPT_ALL,
    context: CONTEXT,
  })
  const writing = { contentKey: CONTENT_KEY, macKey: MAC_KEY, actionFor, tableName: CONTEXT.tableName, description: [CBC_ENTRY] }
  test.each<[string, Item]>([
    ['that is malformed', storeItem(wholeItem(), { ...writing, serialized: { text: tagged('n', counted(MARKER)) } })],
    [
      'with bytes left over',
      storeItem(wholeItem(), { ...writing, serialized: { text: Buffer.concat([tagged('s', counted(MARKER)), Buffer.from(MARKER)]) } }),
    ],
    [
      'under another key',
      storeItem(wholeItem(), { ...writing, stored: { text: { B: encryptBytes(MAC_KEY, tagged('s', counted(MARKER))) } } }),
    ],
  ])('a plaintext %s', async (_what, stored) => {
    const error = await thrownBy(() => staticReader.decryptItem(stored))
    expect(error).toMatchObject({ code: 'INVALID_CIPHERTEXT' })
    expectNoSecrets(error, SECRETS)
  })

  test('a wrapped key', async () => {
    const wrapped = aesWrap(secretBytes(32, 0x12), secretBytes(32, 0x61))
    const stored = storeWrapped(wholeItem(), {
      contentKey: secretBytes(32, 0x61),
      wrapped,
      contentAlgorithm: 'AES/256',
      wrappingAlgorithm: 'AESWrap',
      actionFor,
      tableName: CONTEXT.tableName,
    })
    const reader = new ItemEncryptor({
      materialsProvider: WRAPPED,
      actions: ENCRYPT_ALL,
      context: CONTEXT,
    })
    const error = await thrownBy(() => reader.decryptItem(stored))
    expect(error).toMatchObject({ code: 'INVALID_CIPHERTEXT' })
    expectNoSecrets(error, [...SECRETS, wrapped, secretBytes(32, 0x61)])
    const broken = storeWrapped(wholeItem(), {
      contentKey: CONTENT_KEY,
      wrapped: `${wrapped.toString('base64')}!`,
      contentAlgorithm: 'AES/256',
      wrappingAlgorithm: 'AESWrap',
      actionFor,
      tableName: CONTEXT.tableName,
    })
    const unreadable = await thrownBy(() => reader.decryptItem(broken))
    expect(unreadable).toMatchObject({ code: 'INVALID_MATERIAL_DESCRIPTION' })
    expectNoSecrets(unreadable, [...SECRETS, wrapped])
  })

  test('keys that are refused', async () => {
    const bad = secretBytes(20, 0xa0)
    const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const failing: readonly (() => unknown)[] = [
      () => LocalKey.aes(bad),
      () => LocalKey.rsaSigning({ publicKey: pem }),
      () => LocalKey.rsaSigning({ privateKey: pem.replace('MII', 'MIX') }),
      () => LocalKey.ecdsaSigning({ privateKey: pem }),
      () => LocalKey.rsaSigning({ privateKey: rsa.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(1) }),
      () => LocalKey.rsaWrapping({ publicKey: rsa.privateKey.export({ format: 'jwk' }) }),
      () => LocalKey.rsaWrapping({ privateKey: { ...rsa.privateKey.export({ format: 'jwk' }), n: 'AAAA' } }),
    ]
    const lines = pem.split('\n').filter((line) => line.length === 64)
    for (const work of failing) {
      const error = await thrownBy(work)
      expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' })
      expectNoSecrets(error, [...SECRETS, bad])
      for (const line of lines) expect(shown(error)).not.toContain(line)
    }
  })

  test('encryptors and providers show no keys either', async () => {
    for (const [, materialsProvider] of PROVIDERS) {
      const encryptor = new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT })
      await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))
      for (const object of [encryptor, materialsProvider, await materialsProvider.encryptionMaterials(CONTEXT)])
        expectNoSecrets(object, SECRETS)
    }
  })

  test('the search finds what it looks for', () => {
    const secret = secretBytes(20, 0xa0)
    for (const leak of [
      secret,
      secret.toString('hex'),
      secret.toString('base64'),
      `x${secret.toString('base64url')}`,
      Buffer.concat([Buffer.from('prefix!'), secret]).toString('base64'),
      secret.toString('latin1'),
      [...secret],
    ]) {
      const text = shown(new DynamoDBEncryptionError('INVALID_ITEM', 'x', { cause: leak }))
      expect(textsOf(secret).some((form) => text.includes(form))).toBe(true)
    }
    expect(() => {
      expectNoSecrets(new Error(`the value ${MARKER}`))
    }).toThrow()
    expect(() => {
      expectNoSecrets(new DynamoDBEncryptionError('INVALID_ITEM', 'x', { key: { a: { S: MARKER } } }))
    }).toThrow()
  })
})
