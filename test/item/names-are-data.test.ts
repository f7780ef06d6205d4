// Attribute names are data: names that JavaScript objects have by themselves survive as themselves, as attributes and as map keys.
import {
  AttributeActions,
  ItemEncryptor,
  LocalKey,
  WrappedMaterialsProvider,
  type AttributeAction,
  type Item,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { staticProvider } from '../support/encryptors.js'
import { failureOf } from '../support/failures.js'
import { withAttribute } from '../support/items.js'
import { DESCRIPTION, SIGNATURE } from '../support/reference-format.js'
import { MAC_KEY, secretBytes } from '../support/test-keys.js'

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'then',
  'length',
  '',
  '0',
  '-1',
  ' ',
  '\u0000',
  '\uFFFD',
  '\uFEFF',
  'é',
  'e\u0301',
  '\u{1F600}',
]
const providers = [
  ['Static', staticProvider()],
  ['Wrapped', new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(secretBytes(32)), signingKey: LocalKey.hmac(MAC_KEY) })],
] as const
const ACTIONS: readonly AttributeAction[] = ['ENCRYPT_AND_SIGN', 'SIGN_ONLY', 'DO_NOTHING']

/** Equal, with every name its own property and no prototype but the usual one. */
function expectSame(given: unknown, wanted: unknown): void {
  expect(flat(given)).toEqual(flat(wanted))
}

/** A value as arrays of entries, in which a name is no longer a property. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  return Object.entries(value)
    .map(([name, member]) => [name, flat(member)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

const allNames = (value: Item[string]): Item => NAMES.reduce((item, name) => withAttribute(item, name, value), {})

describe.each(providers)('%s', (_provider, materialsProvider) => {
  test.each(ACTIONS.flatMap((action) => NAMES.map((name) => ({ action, name: JSON.stringify(name), raw: name }))))(
    '$action: the attribute $name',
    async ({ action, raw }) => {
      const actions = new AttributeActions({ default: 'SIGN_ONLY', attributes: new Map([[raw, action]]) })
      const encryptor = new ItemEncryptor({ materialsProvider, actions })
      const item = withAttribute({ other: { S: 'x' } }, raw, { S: 'value' })
      const stored = await encryptor.encryptItem(item)
      const own = Object.getOwnPropertyDescriptor(stored, raw)?.value as Item[string]
      if (action === 'ENCRYPT_AND_SIGN') expect(own.B?.length).toBeGreaterThanOrEqual(32)
      else expect(own).toEqual({ S: 'value' })
      expect(Object.getPrototypeOf(stored)).toBe(Object.prototype)
      expectSame(await encryptor.decryptItem(stored), item)
      // Signed means that the name counts: taken out, or with another value, the item is refused.
      const without = Object.fromEntries(Object.entries(stored).filter(([name]) => name !== raw))
      if (action === 'DO_NOTHING') expectSame(await encryptor.decryptItem(without), { other: { S: 'x' } })
      else {
        await failureOf(() => encryptor.decryptItem(without), 'SIGNATURE_MISMATCH', /./)
        await failureOf(() => encryptor.decryptItem(withAttribute(stored, raw, { S: 'other' })), 'SIGNATURE_MISMATCH', /./)
      }
    },
  )

  test.each(ACTIONS)('%s: all of them at once', async (action) => {
    const encryptor = new ItemEncryptor({ materialsProvider, actions: { default: action } })
    const item = allNames({ N: '1' })
    expectSame(await encryptor.decryptItem(await encryptor.encryptItem(item)), item)
  })

  test.each(['ENCRYPT_AND_SIGN', 'SIGN_ONLY'] as const)('%s: all of them as map keys, at every depth', async (action) => {
    const encryptor = new ItemEncryptor({ materialsProvider, actions: { default: action } })
    const value = { M: allNames({ L: [{ M: allNames({ M: allNames({ S: 'deep' }) }) }] }) }
    const read = await encryptor.decryptItem(await encryptor.encryptItem({ value }))
    expectSame(read, { value })
  })
})

test.each(NAMES)('the primary key %j', async (name) => {
  const encryptor = new ItemEncryptor({
    materialsProvider: staticProvider(),
    actions: new AttributeActions().withIndexKeys(name),
    context: { partitionKeyName: name },
  })
  const item = withAttribute({ other: { S: 'x' } }, name, { S: 'p-7' })
  const stored = await encryptor.encryptItem(item)
  expectSame(await encryptor.decryptItem(stored), item)
  const error = await failureOf(() => encryptor.decryptItem(withAttribute(stored, 'other', { S: 'y' })), 'SIGNATURE_MISMATCH', /./)
  expectSame(error.key, withAttribute({}, name, { S: 'p-7' }))
})

test('__proto__ with a value does not become the prototype of anything', async () => {
  const encryptor = new ItemEncryptor({ materialsProvider: staticProvider() })
  const item = withAttribute({}, '__proto__', { M: { isAdmin: { BOOL: true } } })
  const read = await encryptor.decryptItem(await encryptor.encryptItem(item))
  expect('M' in read).toBe(false)
  expect('isAdmin' in {}).toBe(false)
  expect(Object.keys(read)).toEqual(['__proto__'])
})

test('an item that holds nothing but names that every object has is not taken for protected', async () => {
  const encryptor = new ItemEncryptor({
    materialsProvider: staticProvider(),
    signatureAttribute: 'toString',
    materialDescriptionAttribute: 'constructor',
  })
  await failureOf(() => encryptor.decryptItem({ a: { S: 'x' } }), 'NOT_ENCRYPTED', /the attribute "toString"/)
  const stored = await encryptor.encryptItem({ a: { S: 'x' } })
  expect(Object.keys(stored)).toEqual(['a', 'constructor', 'toString'])
  expectSame(await encryptor.decryptItem(stored), { a: { S: 'x' } })
})

test('a description`s names are data, too', async () => {
  const encryptor = new ItemEncryptor({ materialsProvider: staticProvider() })
  const materialDescription = Object.fromEntries(NAMES.map((name) => [name, `value of ${name}`]))
  const stored = await encryptor.encryptItem({ a: { S: 'x' } }, { context: { materialDescription } })
  const seen: unknown[] = []
  const listening = new ItemEncryptor({
    materialsProvider: {
      encryptionMaterials: (context) => staticProvider().encryptionMaterials(context),
      decryptionMaterials: (context) => {
        seen.push(context.materialDescription)
        return staticProvider().decryptionMaterials(context)
      },
    },
  })
  expectSame(await listening.decryptItem(stored), { a: { S: 'x' } })
  expectSame(seen[0], Object.fromEntries([...Object.entries(materialDescription), ['amzn-ddb-map-sym-mode', '/CBC/PKCS5Padding']]))
  expect([DESCRIPTION, SIGNATURE].every((name) => Object.hasOwn(stored, name))).toBe(true)
})
