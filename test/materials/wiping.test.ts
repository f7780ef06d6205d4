// Content keys are overwritten once their item is done, however it ends. A wrapping key held elsewhere that keeps the buffer it
// was given (or gave) sees it.
import {
  ItemEncryptor,
  LocalKey,
  WrappedMaterialsProvider,
  type ContentKey,
  type CryptographicMaterialsProvider,
  type Item,
  type MaybePromise,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { ItemContentKey } from '../../src/keys/local-aes-key.js'
import { WIPE, type WipeableKey } from '../../src/keys/one-pass.js'
import { thrownBy } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, SIGN_ALL, flipped, wholeItem } from '../support/items.js'
import { CBC_ENTRY, storeItem } from '../support/reference-format.js'
import { aesUnwrap, aesWrap, storeWrapped } from '../support/reference-wrapping.js'
import { MAC_KEY, secretBytes } from '../support/test-keys.js'

const KEK = secretBytes(32, 0x11)
const signingKey = LocalKey.hmac(MAC_KEY)
const actionFor = (name: string): ReturnType<typeof ENCRYPT_ALL.actionFor> => ENCRYPT_ALL.actionFor(name)
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** Keeps every content key that passes through it, and what each held at the time. */
class KeepingKey implements WrappingKey {
  readonly algorithm = 'AESWrap'
  readonly kept: Uint8Array[] = []
  readonly were: Buffer[] = []
  readonly #answer: <T>(value: T) => MaybePromise<T>

  constructor(answer: <T>(value: T) => MaybePromise<T>) {
    this.#answer = answer
  }

  wrap(key: Uint8Array): MaybePromise<Uint8Array> {
    this.#keep(key)
    return this.#answer(aesWrap(KEK, key))
  }

  unwrap(wrapped: Uint8Array): MaybePromise<Uint8Array> {
    const key = aesUnwrap(KEK, wrapped)
    this.#keep(key)
    return this.#answer(key)
  }

  #keep(key: Uint8Array): void {
    this.kept.push(key)
    this.were.push(Buffer.from(key))
  }

  expectWiped(count: number): void {
    expect(this.kept).toHaveLength(count)
    for (const [at, key] of this.kept.entries()) {
      expect(isZero(this.were[at] ?? new Uint8Array())).toBe(false)
      expect(isZero(key)).toBe(true)
    }
  }
}

const ANSWERS: readonly [string, <T>(value: T) => MaybePromise<T>][] = [
  ['at once', (value) => value],
  ['later', (value) => Promise.resolve(value)],
]

describe.each(ANSWERS)('a wrapping key that answers %s', (_how, answer) => {
  const encryptorOf = (wrappingKey: WrappingKey, signing: SigningKey = signingKey, actions = ENCRYPT_ALL): ItemEncryptor =>
    new ItemEncryptor({ materialsProvider: new WrappedMaterialsProvider({ wrappingKey, signingKey: signing }), actions, context: CONTEXT })

  test('writing and reading', async () => {
    const key = new KeepingKey(answer)
    const encryptor = encryptorOf(key)
    const stored = await encryptor.encryptItem(wholeItem())
    key.expectWiped(1)
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
    key.expectWiped(2)
    await encryptor.decryptItems(await encryptor.encryptItems([wholeItem(), wholeItem(), wholeItem()]))
    key.expectWiped(8)
  })

  test('writing what is only signed', async () => {
    const key = new KeepingKey(answer)
    await encryptorOf(key, signingKey, SIGN_ALL).encryptItem(wholeItem())
    key.expectWiped(1)
  })

  test('signing that fails', async () => {
    for (const sign of [
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no')
      },
    ]) {
      const key = new KeepingKey(answer)
      expect(await thrownBy(() => encryptorOf(key, { algorithm: 'HmacSHA256', sign }).encryptItem(wholeItem()))).toEqual(new Error('no'))
      key.expectWiped(1)
    }
  })

  test('a signing key that cannot sign', async () => {
    const key = new KeepingKey(answer)
    expect(await thrownBy(() => encryptorOf(key, { algorithm: 'HmacSHA256' }).encryptItem(wholeItem()))).toMatchObject({
      code: 'INVALID_CONFIGURATION',
    })
    key.expectWiped(1)
  })

  test('a requested description that the encryptor refuses', async () => {
    const key = new KeepingKey(answer)
    const context = { ...CONTEXT, materialDescription: { 'amzn-ddb-map-sym-mode': '/CTR/NoPadding' } }
    expect(await thrownBy(() => encryptorOf(key).encryptItem(wholeItem(), { context }))).toMatchObject({ code: 'ALGORITHM_NOT_ALLOWED' })
    key.expectWiped(1)
  })

  test('a value that does not decrypt', async () => {
    const contentKey = secretBytes(32, 0x61)
    const writing = {
      contentKey,
      wrapped: aesWrap(KEK, contentKey),
      contentAlgorithm: 'AES/256',
      wrappingAlgorithm: 'AESWrap',
      actionFor,
      tableName: CONTEXT.tableName,
    }
    const good = storeWrapped(wholeItem(), writing)
    const bad = storeWrapped(wholeItem(), { ...writing, stored: { ...good, text: { B: flipped(bytesOf(good, 'text'), -17) } } })
    const key = new KeepingKey(answer)
    expect(await thrownBy(() => encryptorOf(key).decryptItem(bad))).toMatchObject({ code: 'INVALID_CIPHERTEXT' })
    key.expectWiped(1)
  })

  test.each([
    [40, 'AES'],
    [24, 'AES/256'],
    [16, 'AES/192'],
  ])('a content key of %i bytes, named %s', async (length, contentAlgorithm) => {
    const stored = storeWrapped(wholeItem(), {
      contentKey: secretBytes(32),
      wrapped: aesWrap(KEK, secretBytes(length)),
      contentAlgorithm,
      wrappingAlgorithm: 'AESWrap',
      actionFor,
      tableName: CONTEXT.tableName,
    })
    const key = new KeepingKey(answer)
    expect(await thrownBy(() => encryptorOf(key).decryptItem(stored))).toMatchObject({ code: 'INVALID_CIPHERTEXT' })
    key.expectWiped(1)
  })
})

describe('wrapping that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('%s', async (_how, fail) => {
    const kept: Uint8Array[] = []
    const wrap = (key: Uint8Array): never | Promise<never> => {
      kept.push(key)
      return fail()
    }
    const materialsProvider = new WrappedMaterialsProvider({ wrappingKey: { algorithm: 'AESWrap', wrap }, signingKey })
    expect(
      await thrownBy(() => new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT }).encryptItem(wholeItem())),
    ).toEqual(new Error('no'))
    expect(kept).toHaveLength(1)
    expect(isZero(kept[0] ?? Uint8Array.of(1))).toBe(true)
  })
})

describe('keys that a provider made for one item', () => {
  function providerOf(keys: Uint8Array[], verificationKey: SigningKey = signingKey): CryptographicMaterialsProvider {
    const make = (): ItemContentKey => {
      const bytes = secretBytes(32, 0x61)
      keys.push(bytes)
      return new ItemContentKey(bytes)
    }
    return {
      encryptionMaterials: () => ({ encryptionKey: make(), signingKey, materialDescription: {} }),
      decryptionMaterials: ({ materialDescription = {} }) => ({ decryptionKey: make, verificationKey, materialDescription }),
    }
  }

  const stored = (): Item =>
    storeItem(wholeItem(), {
      contentKey: secretBytes(32, 0x61),
      macKey: MAC_KEY,
      actionFor,
      tableName: CONTEXT.tableName,
      description: [CBC_ENTRY],
    })

  test('are wiped both ways', async () => {
    const keys: Uint8Array[] = []
    const encryptor = new ItemEncryptor({ materialsProvider: providerOf(keys), actions: ENCRYPT_ALL, context: CONTEXT })
    await encryptor.encryptItem(wholeItem())
    expect(await encryptor.decryptItem(stored())).toEqual(wholeItem())
    expect(keys.map(isZero)).toEqual([true, true])
  })

  test('are wiped where they have no faster way for a whole item, too', async () => {
    const wiped: string[] = []
    const provider: CryptographicMaterialsProvider = {
      encryptionMaterials: () => ({ encryptionKey: named('written'), signingKey, materialDescription: {} }),
      decryptionMaterials: ({ materialDescription = {} }) => ({
        decryptionKey: () => named('read'),
        verificationKey: signingKey,
        materialDescription,
      }),
    }
    const named = (name: string): ContentKey & WipeableKey => {
      const key = LocalKey.aes(secretBytes(32))
      return {
        algorithm: 'AES',
        encrypt: (plaintext) => key.encrypt(plaintext),
        decrypt: (bytes) => key.decrypt(bytes),
        [WIPE]: () => {
          wiped.push(name)
        },
      }
    }
    const encryptor = new ItemEncryptor({ materialsProvider: provider, actions: ENCRYPT_ALL, context: CONTEXT })
    expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
    expect(wiped).toEqual(['written', 'read'])
  })

  test('are not even made where the signature does not hold', async () => {
    const keys: Uint8Array[] = []
    const encryptor = new ItemEncryptor({
      materialsProvider: providerOf(keys, LocalKey.hmac(secretBytes(32))),
      actions: ENCRYPT_ALL,
      context: CONTEXT,
    })
    expect(await thrownBy(() => encryptor.decryptItem(stored()))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(keys).toEqual([])
  })
})

test('keys of the caller are left alone', async () => {
  const kek = secretBytes(32, 0x11)
  const mac = Buffer.from(MAC_KEY)
  const materialsProvider = new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(kek), signingKey: LocalKey.hmac(mac) })
  const encryptor = new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT })
  for (let time = 0; time < 2; time++) expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
  expect(kek).toEqual(secretBytes(32, 0x11))
  expect(mac).toEqual(MAC_KEY)
})
