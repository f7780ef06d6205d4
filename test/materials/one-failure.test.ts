// One answer for whatever does not decrypt once the signature has held: same code, same message, no cause, same properties as
// for a wrong key. Whoever can write to the table can put any wrapped key beside a good signature, and must not learn from
// the answer (Bleichenbacher 1998, Manger 2001).
import {
  DynamoDBEncryptionError,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type ContentKey,
  type CryptographicMaterialsProvider,
  type Item,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, flipped, wholeItem } from '../support/items.js'
import { CBC_ENTRY, counted, encryptBytes, JAVA_FORM, serialize, storeItem, tagged, u32 } from '../support/reference-format.js'
import { goodPadding, oaepBlock, pkcs1Block, rawEncrypt, type OaepParts } from '../support/reference-padding.js'
import { aesWrap, storeWrapped } from '../support/reference-wrapping.js'
import { CONTENT_KEY, MAC_KEY, rsaPair, secretBytes } from '../support/test-keys.js'

const KEK = secretBytes(32, 0x11)
const signingKey = LocalKey.hmac(MAC_KEY)
const actionFor = (name: string): ReturnType<typeof ENCRYPT_ALL.actionFor> => ENCRYPT_ALL.actionFor(name)
const rsa = rsaPair()
const PKCS1 = 'RSA/ECB/PKCS1Padding'
const OAEP = 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding'

function read(materialsProvider: CryptographicMaterialsProvider, stored: Item): Promise<Item> {
  return new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT }).decryptItem(stored)
}

/** Everything that a caller can see of an error, but for where in the code it was made. */
function visible(error: DynamoDBEncryptionError): unknown {
  const { stack: _stack, ...hidden } = Object.getOwnPropertyDescriptors(error)
  return { ...hidden, text: String(error), json: JSON.stringify(error) }
}

const wrongKey = await failureOf(
  () => {
    const stored = storeItem(wholeItem(), {
      contentKey: CONTENT_KEY,
      macKey: MAC_KEY,
      actionFor,
      tableName: CONTEXT.tableName,
      description: [CBC_ENTRY],
    })
    return read(new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(MAC_KEY), signingKey }), stored)
  },
  'INVALID_CIPHERTEXT',
  /the signature holds, but the item does not decrypt/,
)

async function expectSameAsWrongKey(work: () => unknown): Promise<void> {
  const error = await failureOf(work, 'INVALID_CIPHERTEXT', /./)
  expect(visible(error)).toEqual(visible(wrongKey))
  expect('cause' in error).toBe(false)
}

test('a wrong key: the place, and nothing else', () => {
  expect(Object.keys(wrongKey).sort()).toEqual(['code', 'key', 'name', 'tableName'])
  expect(wrongKey.key).toEqual({ id: { S: 'p-7' }, when: { N: '20240229' } })
})

const KEY = secretBytes(32, 0x61)

function storedWith(wrapped: Uint8Array, wrappingAlgorithm: string, contentAlgorithm = 'AES/256'): Item {
  return storeWrapped(wholeItem(), {
    contentKey: KEY,
    wrapped,
    contentAlgorithm,
    wrappingAlgorithm,
    actionFor,
    tableName: CONTEXT.tableName,
  })
}

describe('a key wrapped by AES', () => {
  const provider = new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(KEK), signingKey })
  const wrapped = aesWrap(KEK, KEY)

  test('as it should be', async () => {
    expect(await read(provider, storedWith(wrapped, 'AESWrap'))).toEqual(wholeItem())
  })

  test.each<[string, Uint8Array]>([
    ['of another item', aesWrap(KEK, secretBytes(32, 0x62))],
    ['by another key', aesWrap(secretBytes(32, 0x12), KEY)],
    ['cut by a byte', wrapped.subarray(0, 39)],
    ['cut by a block', wrapped.subarray(0, 32)],
    ['of a byte', Buffer.of(7)],
    ['of a block', wrapped.subarray(0, 8)],
    ['longer by a byte', Buffer.concat([wrapped, Buffer.of(0)])],
    ['longer by a block', Buffer.concat([wrapped, Buffer.alloc(8)])],
    ['with the first bit flipped', flipped(wrapped, 0, 7)],
    ['with the last bit flipped', flipped(wrapped, -1)],
    ['of 16 bytes, named AES/256', aesWrap(KEK, KEY.subarray(0, 16))],
    ['of 40 bytes', aesWrap(KEK, secretBytes(40))],
    ['of 8192 bytes', aesWrap(KEK, Buffer.alloc(8192))],
  ])('%s', async (_what, bytes) => {
    await expectSameAsWrongKey(() => read(provider, storedWith(bytes, 'AESWrap')))
  })

  test.each([40, 48, 64])('of %i bytes, whose length the name leaves open', async (length) => {
    await expectSameAsWrongKey(() => read(provider, storedWith(aesWrap(KEK, secretBytes(length)), 'AESWrap', 'AES')))
  })
})

describe('a key wrapped by RSA with OAEP', () => {
  const provider = new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping(rsa), signingKey })
  const form = { labelHash: 'sha256', mgfHash: 'sha1' }
  const wrap = (parts: OaepParts, block = form): Buffer => rawEncrypt(rsa.publicKey, oaepBlock(256, block, parts))

  test('as it should be', async () => {
    expect(await read(provider, storedWith(wrap({ message: KEY }), OAEP))).toEqual(wholeItem())
  })

  test.each<[string, Uint8Array]>([
    ['another key', wrap({ message: secretBytes(32, 0x62) })],
    ['another pair', rawEncrypt(rsaPair(2048, 1).publicKey, oaepBlock(256, form, { message: KEY }))],
    ['a first byte of 1', wrap({ firstByte: 1, message: KEY })],
    ['another label', wrap({ label: 'label', message: KEY })],
    ['another label hash', wrap({ message: KEY }, { labelHash: 'sha1', mgfHash: 'sha1' })],
    ['another MGF1 hash', wrap({ message: KEY }, { labelHash: 'sha256', mgfHash: 'sha256' })],
    ['no separator', wrap({ padding: (length) => Buffer.alloc(length), message: Buffer.alloc(32) })],
    ['a byte before the separator', wrap({ padding: (length) => Buffer.from(goodPadding(length)).fill(9, 0, 1), message: KEY })],
    ['a message of no bytes', wrap({ message: Buffer.alloc(0) })],
    ['a message of 16 bytes, named AES/256', wrap({ message: KEY.subarray(0, 16) })],
    ['a message of 31 bytes', wrap({ message: KEY.subarray(0, 31) })],
    ['a message of 33 bytes', wrap({ message: secretBytes(33) })],
    ['PKCS#1 v1.5', rawEncrypt(rsa.publicKey, pkcs1Block(256, KEY))],
    ['the number 0', Buffer.alloc(256)],
    ['a number above the modulus', Buffer.alloc(256, 0xff)],
    ['255 bytes', Buffer.alloc(255, 1)],
    ['257 bytes', Buffer.alloc(257, 1)],
    ['a byte', Buffer.of(1)],
    ['a bit flipped', flipped(wrap({ message: KEY }), 128)],
  ])('%s', async (_what, wrapped) => {
    await expectSameAsWrongKey(() => read(provider, storedWith(wrapped, OAEP)))
  })
})

describe('a key wrapped by RSA with PKCS#1 v1.5', () => {
  const provider = new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping(rsa, undefined, { accept: [PKCS1] }), signingKey })
  const wrap = (change: (block: Buffer) => void, message: Uint8Array = KEY): Buffer => {
    const block = pkcs1Block(256, message)
    change(block)
    return rawEncrypt(rsa.publicKey, block)
  }
  const nothing = (): void => undefined

  test('as it should be', async () => {
    expect(await read(provider, storedWith(wrap(nothing), PKCS1))).toEqual(wholeItem())
  })

  test.each<[string, Uint8Array]>([
    ['a first byte of 1', wrap((block) => block.writeUInt8(1, 0))],
    ['a second byte of 1', wrap((block) => block.writeUInt8(1, 1))],
    ['no separator', wrap((block) => block.fill(9, 2))],
    ['a separator at once', wrap((block) => block.writeUInt8(0, 2))],
    ['a message of no bytes', wrap(nothing, Buffer.alloc(0))],
    ['a message of 16 bytes, named AES/256', wrap(nothing, KEY.subarray(0, 16))],
    ['a message of 33 bytes', wrap(nothing, secretBytes(33))],
    ['a message of 48 bytes', wrap(nothing, secretBytes(48))],
    ['OAEP', rawEncrypt(rsa.publicKey, oaepBlock(256, { labelHash: 'sha256', mgfHash: 'sha1' }, { message: KEY }))],
    ['a number above the modulus', Buffer.alloc(256, 0xff)],
    ['255 bytes', Buffer.alloc(255, 1)],
  ])('%s', async (_what, wrapped) => {
    await expectSameAsWrongKey(() => read(provider, storedWith(wrapped, PKCS1)))
  })
})

describe('a key unwrapped elsewhere', () => {
  const answers: readonly [string, WrappingKey['unwrap'] & object][] = [
    [
      'throws',
      () => {
        throw new Error('bad padding at byte 17')
      },
    ],
    ['rejects', () => Promise.reject(new Error('CKR_ENCRYPTED_DATA_INVALID'))],
    [
      'throws the same code with words of its own',
      () => {
        throw new DynamoDBEncryptionError('INVALID_CIPHERTEXT', 'bad padding at byte 17', { cause: new Error('padding oracle') })
      },
    ],
    [
      'rejects with the same code and words of its own',
      () =>
        Promise.reject(new DynamoDBEncryptionError('INVALID_CIPHERTEXT', 'bad padding at byte 17', { cause: new Error('padding oracle') })),
    ],
    ['returns nothing', () => new Uint8Array()],
    ['returns 31 bytes', () => secretBytes(31)],
    ['returns 33 bytes, later', () => Promise.resolve(secretBytes(33))],
    ['returns 16 bytes for AES/256', () => secretBytes(16)],
    ['returns another key', () => Promise.resolve(secretBytes(32, 0x62))],
    ['returns undefined', () => undefined as unknown as Uint8Array],
    ['returns an array', () => Promise.resolve(Array.from({ length: 32 }, () => 1) as unknown as Uint8Array)],
  ]
  test.each(answers)('%s', async (_what, unwrap) => {
    const provider = new WrappedMaterialsProvider({ unwrappingKey: { algorithm: 'AESWrap', unwrap }, verificationKey: signingKey })
    await expectSameAsWrongKey(() => read(provider, storedWith(aesWrap(KEK, KEY), 'AESWrap')))
  })
})

describe('a value', () => {
  const provider = new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey })
  const writing = { contentKey: CONTENT_KEY, macKey: MAC_KEY, actionFor, tableName: CONTEXT.tableName, description: [CBC_ENTRY] }
  const serialized = (bytes: Uint8Array): Item => storeItem(wholeItem(), { ...writing, serialized: { text: bytes } })
  const stored = (value: Item[string]): Item => storeItem(wholeItem(), { ...writing, stored: { text: value } })
  const blocks = (...bytes: readonly number[]): Item[string] => ({
    B: encryptBytes(CONTENT_KEY, Buffer.concat([Buffer.alloc(16 - bytes.length, 9), Buffer.from(bytes)]), false),
  })
  const text = serialize({ S: 'a' }, JAVA_FORM)
  const deep = Buffer.concat(Array.from({ length: 60_000 }, () => tagged('L', u32(1))))

  test('as it should be', async () => {
    expect(await read(provider, serialized(serialize(wholeItem()['text'] ?? { NULL: true }, JAVA_FORM)))).toEqual(wholeItem())
  })

  test.each<[string, Item]>([
    ['of type S', stored({ S: 'never encrypted' })],
    ['of type M', stored({ M: {} })],
    ['of no bytes', stored({ B: new Uint8Array() })],
    ['of 16 bytes: an IV alone', stored({ B: new Uint8Array(16) })],
    ['of 31 bytes', stored({ B: new Uint8Array(31) })],
    ['of 33 bytes', stored({ B: new Uint8Array(33) })],
    ['of zeros', stored({ B: new Uint8Array(32) })],
    ['padded with 0', stored(blocks(0))],
    ['padded with 17', stored(blocks(17))],
    ['padded with 255', stored(blocks(255))],
    ['padded unevenly', stored(blocks(1, 2))],
    ['that is empty once decrypted', serialized(new Uint8Array())],
    ['with an unknown tag', serialized(tagged('x'))],
    ['that ends in its tag', serialized(Buffer.of(0))],
    ['with bytes left over', serialized(Buffer.concat([text, Buffer.of(0)]))],
    ['with a length past its end', serialized(tagged('s', u32(0xffffffff), Buffer.from('a')))],
    ['with a count past its end', serialized(tagged('L', u32(0xffffffff)))],
    ['with invalid UTF-8', serialized(tagged('s', counted(Buffer.of(0xff))))],
    ['with a malformed number', serialized(tagged('n', counted('one')))],
    ['with a number of a gigabyte', serialized(tagged('n', counted('1E999999999')))],
    ['with a BOOL of 2', serialized(tagged('?', Buffer.of(2)))],
    ['with a map key twice', serialized(tagged('M', u32(2), tagged('s', counted('a')), tagged(''), tagged('s', counted('a')), tagged('')))],
    ['nested 60,000 levels deep', serialized(deep)],
    ['that was encrypted under another key', stored({ B: encryptBytes(MAC_KEY, text) })],
  ])('%s', async (_what, item) => {
    await expectSameAsWrongKey(() => read(provider, item))
  })

  const answers: readonly [string, ContentKey['decrypt']][] = [
    [
      'throws',
      () => {
        throw new Error('bad decrypt at byte 17')
      },
    ],
    ['rejects', () => Promise.reject(new Error('CKR_ENCRYPTED_DATA_INVALID'))],
    [
      'throws the same code with words of its own',
      () => {
        throw new DynamoDBEncryptionError('INVALID_CIPHERTEXT', 'bad decrypt at byte 17', { cause: new Error('oracle') })
      },
    ],
    ['returns nothing', () => new Uint8Array()],
    ['returns junk, later', () => Promise.resolve(secretBytes(20))],
    ['returns undefined', () => undefined as unknown as Uint8Array],
    ['returns an array', () => Promise.resolve([0, 0] as unknown as Uint8Array)],
    ['returns a value and more', () => Buffer.concat([text, Buffer.of(1)])],
  ]
  test.each(answers)('under a key elsewhere that %s', async (_what, decrypt) => {
    const decryptionKey: ContentKey = { algorithm: 'AES', encrypt: (plaintext) => plaintext, decrypt }
    await expectSameAsWrongKey(() => read(new StaticMaterialsProvider({ decryptionKey, verificationKey: signingKey }), serialized(text)))
  })

  test.each<[string, Item[string]]>([
    ['of type S', { S: 'never encrypted' }],
    ['of 16 bytes', { B: new Uint8Array(16) }],
    ['of 33 bytes', { B: new Uint8Array(33) }],
  ])('%s, which a key elsewhere is never asked about', async (_what, value) => {
    const asked: number[] = []
    const decryptionKey: ContentKey = {
      algorithm: 'AES',
      encrypt: (plaintext) => plaintext,
      decrypt: (bytes) => {
        asked.push(bytes.length)
        return text
      },
    }
    await expectSameAsWrongKey(() => read(new StaticMaterialsProvider({ decryptionKey, verificationKey: signingKey }), stored(value)))
    expect(asked.filter((length) => length < 32 || length % 16 !== 0)).toEqual([])
  })
})

test('one bad value of many, wherever it stands', async () => {
  const provider = new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey })
  const good = await new ItemEncryptor({ materialsProvider: provider, actions: ENCRYPT_ALL, context: CONTEXT }).encryptItem(wholeItem())
  for (const name of ['binaries', 'map', 'yes']) {
    const stored = storeItem(wholeItem(), {
      macKey: MAC_KEY,
      actionFor,
      tableName: CONTEXT.tableName,
      description: [CBC_ENTRY],
      stored: { ...good, [name]: { B: flipped(bytesOf(good, name), -17) } },
    })
    await expectSameAsWrongKey(() => read(provider, stored))
  }
})
