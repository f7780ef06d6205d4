// Any object of the provider interface works: what it is told, what it may answer, and what is made of a wrong answer.
import {
  DynamoDBEncryptionError,
  ItemEncryptor,
  LocalKey,
  type CryptographicMaterialsProvider,
  type DecryptionMaterials,
  type EncryptionContext,
  type EncryptionMaterials,
  type Item,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, wholeItem } from '../support/items.js'
import { DESCRIPTION, readDescription } from '../support/reference-format.js'
import { staticProvider } from '../support/encryptors.js'
import { CONTENT_KEY, MAC_KEY, secretBytes } from '../support/test-keys.js'

const encryptionKey = LocalKey.aes(CONTENT_KEY)
const signingKey = LocalKey.hmac(MAC_KEY)

function encryptorOf(materialsProvider: CryptographicMaterialsProvider): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT })
}

/** A key a tenant, found by the partition key: on reading by what the item's description says. */
class KeyPerTenant implements CryptographicMaterialsProvider {
  readonly #secrets: ReadonlyMap<string, Uint8Array>

  constructor(secrets: ReadonlyMap<string, Uint8Array>) {
    this.#secrets = secrets
  }

  async encryptionMaterials({ attributes, materialDescription }: EncryptionContext): Promise<EncryptionMaterials> {
    const tenant = attributes?.['tenant']?.S ?? ''
    const keys = await this.#keysOf(tenant)
    return { ...keys, materialDescription: { ...materialDescription, tenant } }
  }

  async decryptionMaterials({ materialDescription = {} }: EncryptionContext): Promise<DecryptionMaterials> {
    const { encryptionKey: decryptionKey, signingKey: verificationKey } = await this.#keysOf(materialDescription['tenant'] ?? '')
    return { decryptionKey, verificationKey, materialDescription }
  }

  async #keysOf(tenant: string): Promise<Pick<EncryptionMaterials, 'encryptionKey' | 'signingKey'>> {
    await new Promise((resolve) => setImmediate(resolve))
    const secret = this.#secrets.get(tenant)
    if (secret === undefined) throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'no keys for this tenant')
    return { encryptionKey: LocalKey.aes(secret), signingKey: LocalKey.hmac(secret) }
  }
}

describe('a key for each tenant', () => {
  const provider = new KeyPerTenant(
    new Map([
      ['a', secretBytes(32, 1)],
      ['b', secretBytes(32, 2)],
    ]),
  )
  const encryptor = new ItemEncryptor({
    materialsProvider: provider,
    actions: { attributes: { tenant: 'SIGN_ONLY' } },
    context: { tableName: 'T', partitionKeyName: 'tenant' },
  })
  const item = (tenant: string): Item => ({ tenant: { S: tenant }, text: { S: 'x' } })

  test('both ways', async () => {
    const stored = await encryptor.encryptItems([item('a'), item('b')])
    expect(stored.map((each) => readDescription(bytesOf(each, DESCRIPTION))['tenant'])).toEqual(['a', 'b'])
    expect(await encryptor.decryptItems(stored)).toEqual([item('a'), item('b')])
  })

  test('its errors pass through, with the place', async () => {
    const error = await failureOf(() => encryptor.encryptItem(item('c')), 'MATERIALS_UNAVAILABLE', /no keys for this tenant/)
    expect(error).toMatchObject({ tableName: 'T', key: { tenant: { S: 'c' } } })
  })
})

describe('what a provider is told', () => {
  function listening(seen: EncryptionContext[]): CryptographicMaterialsProvider {
    const inner = staticProvider()
    return {
      encryptionMaterials: (context) => {
        seen.push(context)
        return inner.encryptionMaterials(context)
      },
      decryptionMaterials: (context) => {
        seen.push(context)
        return inner.decryptionMaterials(context)
      },
    }
  }

  test('the context, and what is stored in plaintext, the same both ways', async () => {
    const seen: EncryptionContext[] = []
    const encryptor = new ItemEncryptor({
      materialsProvider: listening(seen),
      actions: { attributes: { id: 'SIGN_ONLY', when: 'SIGN_ONLY', map: 'SIGN_ONLY', list: 'DO_NOTHING' } },
      context: { ...CONTEXT, materialDescription: { mine: 'x' } },
    })
    const item = wholeItem()
    await encryptor.decryptItem(await encryptor.encryptItem(item))
    const { id, when, map, list } = item
    const told = { tableName: 'People', partitionKeyName: 'id', sortKeyName: 'when', attributes: { id, when, map, list } }
    expect(seen).toEqual([
      { ...told, materialDescription: { mine: 'x' } },
      { ...told, materialDescription: { mine: 'x', 'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding' } },
    ])
  })

  test('nothing, where there is nothing to tell', async () => {
    const seen: EncryptionContext[] = []
    const encryptor = new ItemEncryptor({ materialsProvider: listening(seen) })
    await encryptor.decryptItem(await encryptor.encryptItem({ a: { S: 'x' } }))
    expect(
      seen.map(({ tableName, partitionKeyName, sortKeyName, attributes }) => ({ tableName, partitionKeyName, sortKeyName, attributes })),
    ).toEqual([
      { tableName: undefined, partitionKeyName: undefined, sortKeyName: undefined, attributes: {} },
      { tableName: undefined, partitionKeyName: undefined, sortKeyName: undefined, attributes: {} },
    ])
  })

  test('what it does to the attributes it is told does not reach the item', async () => {
    const inner = staticProvider()
    const meddling = (context: EncryptionContext): EncryptionContext => {
      for (const name of Object.keys(context.attributes ?? {})) Reflect.deleteProperty(context.attributes ?? {}, name)
      return context
    }
    const encryptor = encryptorOf({
      encryptionMaterials: (context) => inner.encryptionMaterials(meddling(context)),
      decryptionMaterials: (context) => inner.decryptionMaterials(meddling(context)),
    })
    expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
  })

  test('it is asked nothing for an item that is refused anyway', async () => {
    const seen: EncryptionContext[] = []
    const encryptor = encryptorOf(listening(seen))
    await failureOf(() => encryptor.encryptItem({ a: { N: 'one' } }), 'INVALID_ITEM', /malformed/)
    await failureOf(() => encryptor.decryptItem({ a: { N: '1' } }), 'NOT_ENCRYPTED', /no signature/)
    expect(seen).toEqual([])
  })
})

describe('a provider that answers at once or later', () => {
  const inner = staticProvider()
  test.each<[string, CryptographicMaterialsProvider]>([
    [
      'with a promise of the materials',
      {
        encryptionMaterials: async (context) => inner.encryptionMaterials(context),
        decryptionMaterials: async (context) => inner.decryptionMaterials(context),
      },
    ],
    [
      'with a key that is made at once',
      {
        encryptionMaterials: (context) => inner.encryptionMaterials(context),
        decryptionMaterials: () => ({
          verificationKey: signingKey,
          decryptionKey: () => encryptionKey,
          materialDescription: { 'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding' },
        }),
      },
    ],
    [
      'with a promise of the key',
      {
        encryptionMaterials: (context) => inner.encryptionMaterials(context),
        decryptionMaterials: () => ({
          verificationKey: signingKey,
          decryptionKey: () => Promise.resolve(encryptionKey),
          materialDescription: { 'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding' },
        }),
      },
    ],
  ])('%s', async (_how, provider) => {
    const encryptor = encryptorOf(provider)
    expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
    expect(await encryptor.decryptItem(await encryptorOf(inner).encryptItem(wholeItem()))).toEqual(wholeItem())
  })
})

describe('a provider that throws', () => {
  const own = new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the vault is sealed', { cause: new Error('503') })
  const foreign = new Error('out of memory')
  const ways: readonly [string, (error: Error) => () => never][] = [
    [
      'at once',
      (error) => () => {
        throw error
      },
    ],
    ['later', (error) => () => Promise.reject(error) as never],
  ]
  test.each(ways)('%s', async (_how, throwing) => {
    const provider = (error: Error): CryptographicMaterialsProvider => ({
      encryptionMaterials: throwing(error),
      decryptionMaterials: throwing(error),
    })
    const stored = await encryptorOf(staticProvider()).encryptItem(wholeItem())
    for (const work of [
      (encryptor: ItemEncryptor) => encryptor.encryptItem(wholeItem()),
      (encryptor: ItemEncryptor) => encryptor.decryptItem(stored),
    ]) {
      const error = await failureOf(() => work(encryptorOf(provider(own))), 'MATERIALS_UNAVAILABLE', /the vault is sealed/)
      expect(error.cause).toEqual(new Error('503'))
      expect(error).toMatchObject({ tableName: CONTEXT.tableName, key: { id: { S: 'p-7' } } })
      expect(await thrownBy(() => work(encryptorOf(provider(foreign))))).toBe(foreign)
    }
  })

  test('where its own error already has a place, that stays', async () => {
    // A provider store reads a table of its own: its errors are about that table.
    const placed = new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the store is down', {
      tableName: 'KeyStore',
      requestApplied: false,
    })
    const failing: CryptographicMaterialsProvider = {
      encryptionMaterials: () => {
        throw placed
      },
      decryptionMaterials: () => {
        throw placed
      },
    }
    for (const encryptor of [new ItemEncryptor({ materialsProvider: failing }), encryptorOf(failing)]) {
      const error = await failureOf(() => encryptor.encryptItem(wholeItem()), 'MATERIALS_UNAVAILABLE', /the store is down/)
      expect(error.tableName).toBe('KeyStore')
      expect(error.key).toBeUndefined()
      expect(error.requestApplied).toBe(false)
    }
  })

  test('a key that cannot be had once the signature has held', async () => {
    const stored = await encryptorOf(staticProvider()).encryptItem(wholeItem())
    for (const [, throwing] of ways) {
      const provider: CryptographicMaterialsProvider = {
        ...staticProvider(),
        encryptionMaterials: throwing(own),
        decryptionMaterials: ({ materialDescription = {} }) => ({
          verificationKey: signingKey,
          decryptionKey: throwing(own),
          materialDescription,
        }),
      }
      const error = await failureOf(() => encryptorOf(provider).decryptItem(stored), 'MATERIALS_UNAVAILABLE', /the vault is sealed/)
      expect(error.cause).toEqual(new Error('503'))
    }
  })
})

describe('a provider that answers nonsense', () => {
  const materials = { encryptionKey, signingKey, verificationKey: signingKey, decryptionKey: encryptionKey, materialDescription: {} }
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'materials'],
    ['no signing key', { ...materials, signingKey: undefined, verificationKey: undefined }],
    ['null for a signing key', { ...materials, signingKey: null, verificationKey: null }],
    ['a string for a signing key', { ...materials, signingKey: 'key', verificationKey: 'key' }],
    ['no description', { ...materials, materialDescription: undefined }],
    ['null for a description', { ...materials, materialDescription: null }],
    ['a string for a description', { ...materials, materialDescription: 'x' }],
    ['a description with a number', { ...materials, materialDescription: { a: 1 } }],
    ['a description with undefined', { ...materials, materialDescription: { a: undefined } }],
  ])('%s', async (_what, answer) => {
    const stored = await encryptorOf(staticProvider()).encryptItem(wholeItem())
    for (const given of [answer, Promise.resolve(answer)]) {
      const provider = { encryptionMaterials: () => given, decryptionMaterials: () => given } as unknown as CryptographicMaterialsProvider
      await failureOf(() => encryptorOf(provider).encryptItem(wholeItem()), 'INVALID_CONFIGURATION', /the materials provider returned/)
      await failureOf(() => encryptorOf(provider).decryptItem(stored), 'INVALID_CONFIGURATION', /the materials provider returned/)
    }
  })

  test.each<[string, unknown]>([
    ['a string', 'key'],
    ['null', null],
    ['an empty object', {}],
  ])('%s for a content key', async (_what, key) => {
    const stored = await encryptorOf(staticProvider()).encryptItem(wholeItem())
    const description = { 'amzn-ddb-map-sym-mode': '/CBC/PKCS5Padding' }
    const provider = {
      encryptionMaterials: () => ({ ...materials, encryptionKey: key }),
      decryptionMaterials: () => ({ ...materials, decryptionKey: key, materialDescription: description }),
    } as unknown as CryptographicMaterialsProvider
    await failureOf(() => encryptorOf(provider).encryptItem(wholeItem()), 'INVALID_CONFIGURATION', /the materials provider|encryptionKey/)
    await failureOf(() => encryptorOf(provider).decryptItem(stored), 'INVALID_CONFIGURATION', /the materials provider|decryptionKey/)
  })

  // What cannot be read again must not be written.
  test.each<[string, Record<string, string>]>([
    ['a lone surrogate in a name', { '\ud800': 'x' }],
    ['a lone surrogate in a value', { x: 'a\udc00' }],
    ['more than a reader takes', { x: 'x'.repeat(0x10000) }],
  ])('a description with %s', async (_what, materialDescription) => {
    const provider: CryptographicMaterialsProvider = {
      ...staticProvider(),
      encryptionMaterials: () => ({ encryptionKey, signingKey, materialDescription }),
      decryptionMaterials: (context) => staticProvider().decryptionMaterials(context),
    }
    await failureOf(() => encryptorOf(provider).encryptItem(wholeItem()), 'INVALID_MATERIAL_DESCRIPTION', /material description/)
    await failureOf(
      () => encryptorOf(staticProvider()).encryptItem(wholeItem(), { context: { materialDescription } }),
      'INVALID_MATERIAL_DESCRIPTION',
      /material description/,
    )
  })
})
