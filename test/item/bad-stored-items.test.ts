// Stored items that are refused on reading, through the public interface (issue "Bad input"). What does not decrypt once the
// signature holds is in materials/one-failure.test.ts.
import { AttributeActions, type Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor, staticProvider } from '../support/encryptors.js'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, flipped, SIGN_ALL, wholeItem, without } from '../support/items.js'
import { CBC_ENTRY, counted, describe as describePairs, DESCRIPTION, SIGNATURE, storeItem, u32 } from '../support/reference-format.js'
import { expectNoSecrets, MARKER } from '../support/secrets.js'
import { MAC_KEY } from '../support/test-keys.js'

const encryptor = itemEncryptor()
const PLACE = { tableName: CONTEXT.tableName, key: { id: { S: 'p-7' }, when: { N: '20240229' } } }
const as = (value: unknown): Item[string] => value as Item[string]

describe('the signature', () => {
  test('none', async () => {
    const stored = without(await encryptor.encryptItem(wholeItem()), SIGNATURE)
    const error = await failureOf(
      () => encryptor.decryptItem(stored),
      'NOT_ENCRYPTED',
      /the item has no signature \(the attribute "\*amzn-ddb-map-sig\*"\)/,
    )
    expect(error).toMatchObject(PLACE)
    await failureOf(
      () => encryptor.decryptItem(wholeItem()),
      'NOT_ENCRYPTED',
      /written without the encryption client, or its signature was taken away/,
    )
    await failureOf(() => encryptor.decryptItem({}), 'NOT_ENCRYPTED', /no signature/)
    await failureOf(() => encryptor.decryptItem({ ...stored, [SIGNATURE]: as(undefined) }), 'NOT_ENCRYPTED', /no signature/)
  })

  test('inherited, not its own', async () => {
    const { [SIGNATURE]: signature, ...rest } = await encryptor.encryptItem(wholeItem())
    const stored = Object.assign(Object.create({ [SIGNATURE]: signature }) as Item, rest)
    await failureOf(() => encryptor.decryptItem(stored), 'NOT_ENCRYPTED', /no signature/)
  })

  test.each<[string, (signature: Uint8Array) => unknown]>([
    ['empty', () => ({ B: new Uint8Array() })],
    ['one byte', () => ({ B: Uint8Array.of(1) })],
    ['cut by a byte', (signature) => ({ B: signature.subarray(1) })],
    ['longer by a byte', (signature) => ({ B: Buffer.concat([signature, Buffer.of(0)]) })],
    ['of 400 KB', () => ({ B: new Uint8Array(400_000) })],
    ['zeros', () => ({ B: new Uint8Array(32) })],
    ['with its first bit flipped', (signature) => ({ B: flipped(signature, 0, 7) })],
    ['with its last bit flipped', (signature) => ({ B: flipped(signature, 31) })],
    ['of type S', () => ({ S: MARKER })],
    ['of type BS', (signature) => ({ BS: [signature] })],
    ['of type M', (signature) => ({ M: { B: { B: signature } } })],
    ['of type NULL', () => ({ NULL: true })],
    ['without a type', () => ({})],
    ['an array of its bytes', (signature) => ({ B: [...signature] })],
    ['null', () => null],
  ])('%s', async (_what, change) => {
    const stored = await encryptor.encryptItem(wholeItem())
    const changed = { ...stored, [SIGNATURE]: as(change(bytesOf(stored, SIGNATURE))) }
    const error = await failureOf(() => encryptor.decryptItem(changed), 'SIGNATURE_MISMATCH', /the signature does not hold/)
    expect(error).toMatchObject(PLACE)
    expectNoSecrets(error)
  })

  test('every bit of it', async () => {
    const stored = await encryptor.encryptItem({ id: { S: '1' } })
    const signature = bytesOf(stored, SIGNATURE)
    for (let bit = 0; bit < 8 * signature.length; bit++) {
      const changed = { ...stored, [SIGNATURE]: { B: flipped(signature, bit >> 3, bit & 7) } }
      await failureOf(() => encryptor.decryptItem(changed), 'SIGNATURE_MISMATCH', /./)
    }
  })
})

describe('the material description', () => {
  const pair = Buffer.concat([counted('name'), counted(MARKER)])
  const B = (...parts: readonly Uint8Array[]): unknown => ({ B: Buffer.concat(parts) })
  test.each<[string, unknown, string]>([
    ['no bytes', B(), 'a length runs past the end of the bytes'],
    ['a truncated version', B(Buffer.alloc(3)), 'a length runs past the end of the bytes'],
    ['another version', B(u32(1), pair), 'its version is not 0'],
    ['a truncated value', B(u32(0), pair.subarray(0, -1)), 'a length runs past the end of the bytes'],
    ['a name without a value', B(u32(0), counted('name')), 'a length runs past the end of the bytes'],
    ['a length past its end', B(u32(0), u32(0xffffffff), pair), 'a length runs past the end of the bytes'],
    [
      'a name twice with two values',
      B(
        describePairs([
          ['a', MARKER],
          ['a', 'b'],
        ]),
      ),
      'a name occurs twice with different values',
    ],
    ['the mode twice', B(describePairs([CBC_ENTRY, [CBC_ENTRY[0], '/ECB/']])), 'a name occurs twice with different values'],
    ['invalid UTF-8', B(u32(0), counted('a'), counted(Buffer.of(0xff))), 'a text is not valid UTF-8'],
    [
      'a megabyte of names',
      B(describePairs(Array.from({ length: 110_000 }, (_, at) => [String(at), ''] as const))),
      'it is longer than 65536 bytes',
    ],
    ['type S', { S: MARKER }, 'it is not of type B'],
    ['type M', { M: { 'amzn-ddb-map-sym-mode': { S: '/CBC/PKCS5Padding' } } }, 'it is not of type B'],
    ['no type', {}, 'it is not of type B'],
    ['an array of bytes', { B: [0, 0, 0, 0] }, 'it is not of type B'],
    ['null', null, 'it is not of type B'],
  ])('%s', async (_what, description, reason) => {
    const stored = { ...(await encryptor.encryptItem(wholeItem())), [DESCRIPTION]: as(description) }
    const error = await failureOf(
      () => encryptor.decryptItem(stored),
      'INVALID_MATERIAL_DESCRIPTION',
      /the item's material description cannot be read: /,
    )
    expect(error.message).toContain(reason)
    expect(error).toMatchObject(PLACE)
    expectNoSecrets(error)
  })

  test.each<[string, string]>([
    ['another mode', '/ECB/PKCS5Padding'],
    ['no padding', '/CBC/NoPadding'],
    ['counter mode', '/CTR/NoPadding'],
    ['another case', '/cbc/pkcs5padding'],
    ['an empty mode', ''],
    ['a whole transformation', 'AES/CBC/PKCS5Padding'],
    ['an authenticated one', '/GCM/NoPadding'],
    ['a hostile one', `\n${'x'.repeat(10_000)}`],
  ])('%s', async (_what, mode) => {
    const stored = { ...(await encryptor.encryptItem(wholeItem())), [DESCRIPTION]: { B: describePairs([[CBC_ENTRY[0], mode]]) } }
    const error = await failureOf(
      () => encryptor.decryptItem(stored),
      'ALGORITHM_NOT_ALLOWED',
      /names another mode than \/CBC\/PKCS5Padding/,
    )
    expect(error.message.length).toBeLessThan(250)
    expect(error.message).not.toContain('\n')
    expect(error).toMatchObject(PLACE)
  })

  test('no mode', async () => {
    const stored = { ...(await encryptor.encryptItem(wholeItem())), [DESCRIPTION]: { B: describePairs([['other', 'x']]) } }
    await failureOf(
      () => encryptor.decryptItem(stored),
      'INVALID_MATERIAL_DESCRIPTION',
      /has encrypted attributes, but its material description has no amzn-ddb-map-sym-mode/,
    )
  })

  test('the signature is looked at first: a mode alone tells nothing', async () => {
    const stored = { ...(await encryptor.encryptItem(wholeItem())), [DESCRIPTION]: { B: describePairs([]) }, when: { N: '1' } }
    await failureOf(() => encryptor.decryptItem(stored), 'SIGNATURE_MISMATCH', /./)
  })

  test('where nothing is encrypted the mode says nothing', async () => {
    const signing = itemEncryptor({ actions: SIGN_ALL })
    const stored = { ...(await signing.encryptItem(wholeItem())), [DESCRIPTION]: { B: describePairs([[CBC_ENTRY[0], '/ECB/']]) } }
    expect(await signing.decryptItem(stored)).toEqual(wholeItem())
  })

  test('entries that nobody knows are passed over', async () => {
    const stored = await encryptor.encryptItem(wholeItem())
    const description = Buffer.concat([
      bytesOf(stored, DESCRIPTION),
      describePairs([
        ['__proto__', 'x'],
        ['stranger', 'y'],
        ['', ''],
      ]).subarray(4),
    ])
    expect(await encryptor.decryptItem({ ...stored, [DESCRIPTION]: { B: description } })).toEqual(wholeItem())
  })
})

describe('a signed value that is none', () => {
  test.each<[string, unknown, RegExp]>([
    ['null', null, /not given as an object/],
    ['a string', MARKER, /not given as an object/],
    ['no type', {}, /has no type/],
    ['an unknown type', { X: MARKER }, /a type that DynamoDB does not have/],
    ['two types', { S: MARKER, BOOL: true }, /more than one type/],
    ['a malformed number', { N: MARKER }, /a number is malformed/],
    ['a number of a gigabyte', { N: '1E999999999' }, /magnitude is outside/],
    ['a lone surrogate', { S: `${MARKER}\ud800` }, /a lone surrogate/],
    ['33 levels', { L: [{ L: [{ L: Array.from({ length: 1 }, () => deep(31)) }] }] }, /nested more than 32 levels deep/],
  ])('%s', async (_what, value, message) => {
    const signing = itemEncryptor({ actions: SIGN_ALL })
    const stored = { ...(await signing.encryptItem(wholeItem())), text: as(value) }
    const error = await failureOf(() => signing.decryptItem(stored), 'INVALID_ITEM', message)
    expect(error).toMatchObject({ ...PLACE, attributeName: 'text' })
    expectNoSecrets(error)
  })

  function deep(levels: number): unknown {
    return levels === 0 ? { S: MARKER } : { L: [deep(levels - 1)] }
  }

  test('what a former library stored is read all the same', async () => {
    // DynamoDB would not take these today; a signature over them holds.
    const item: Item = { id: { S: '1' }, sets: { SS: [] }, numbers: { NS: ['1', '1.0'] }, long: { N: '9'.repeat(45) } }
    const serialized = { ...item, numbers: { NS: ['1', '1'] } }
    const stored = { ...storeItem(serialized, { macKey: MAC_KEY, actionFor: () => 'SIGN_ONLY', tableName: CONTEXT.tableName }), ...item }
    expect(await itemEncryptor({ actions: SIGN_ALL, context: { tableName: CONTEXT.tableName } }).decryptItem(stored)).toEqual(item)
  })

  test('one to be decrypted, of another type than B, cannot have been signed', async () => {
    const stored = { ...(await encryptor.encryptItem(wholeItem())), text: { S: MARKER } }
    await failureOf(() => encryptor.decryptItem(stored), 'SIGNATURE_MISMATCH', /./)
  })

  test('one that is left alone is nobody`s business', async () => {
    const actions = new AttributeActions({ attributes: { note: 'DO_NOTHING' } }).withIndexKeys('id', 'when')
    const leaving = itemEncryptor({ actions })
    const stored = await leaving.encryptItem(wholeItem())
    for (const note of [{ N: 'one' }, { X: 1 }, {}, null]) {
      expect(await leaving.decryptItem({ ...stored, note: as(note) })).toEqual({ ...wholeItem(), note })
    }
  })
})

describe('a name with a lone surrogate', () => {
  test('cannot have been signed', async () => {
    const stored = { ...(await encryptor.encryptItem(wholeItem())), ['\ud800']: { S: MARKER } }
    const error = await failureOf(() => encryptor.decryptItem(stored), 'INVALID_ITEM', /its name holds a lone surrogate/)
    expectNoSecrets(error)
  })
})

test('where nothing is asked of the table, a wrong item is refused just the same', async () => {
  const bare = itemEncryptor({ materialsProvider: staticProvider(), actions: ENCRYPT_ALL, context: {} })
  const stored = await bare.encryptItem(wholeItem())
  const error = await failureOf(() => bare.decryptItem({ ...stored, when: { N: '2' } }), 'SIGNATURE_MISMATCH', /./)
  expect('tableName' in error).toBe(false)
  expect('key' in error).toBe(false)
})
