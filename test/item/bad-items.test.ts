// Items that are refused on writing, through the public interface (issue "Bad input"): the right code, the attribute's name, what to
// do, and no provider asked.
import {
  AttributeActions,
  ItemEncryptor,
  type AttributeActionsInput,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor } from '../support/encryptors.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { CONTEXT, ENCRYPT_ALL, SIGN_ALL, wholeItem } from '../support/items.js'
import { DESCRIPTION, SIGNATURE } from '../support/reference-format.js'
import { expectNoSecrets, MARKER } from '../support/secrets.js'

/** Nothing half-done: an item that is refused costs no key. */
const NEVER_ASKED: CryptographicMaterialsProvider = {
  encryptionMaterials: () => {
    throw new Error('asked for materials')
  },
  decryptionMaterials: () => {
    throw new Error('asked for materials')
  },
}

function encryptorOf(actions: AttributeActionsInput): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider: NEVER_ASKED, actions, context: CONTEXT })
}

function nested(levels: number): unknown {
  let value: unknown = { S: MARKER }
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { L: [value] } : { M: { k: value } }
  return value
}

const cyclic: { M: Record<string, unknown> } = { M: {} }
cyclic.M['self'] = cyclic

const VALUES: readonly [string, unknown, RegExp][] = [
  ['undefined', undefined, /not given as an object/],
  ['null', null, /not given as an object/],
  ['a native string', MARKER, /not given as an object/],
  ['a native number', 5, /not given as an object/],
  ['an array', [{ S: MARKER }], /not given as an object/],
  ['a function', () => MARKER, /not given as an object/],
  ['an empty object', {}, /has no type/],
  ['a native map', { street: MARKER }, /a type that DynamoDB does not have/],
  ['an unknown type', { X: MARKER }, /a type that DynamoDB does not have/],
  ['two types', { S: MARKER, N: '1' }, /more than one type/],
  ['an S that is a number', { S: 5 }, /not given as a JavaScript string/],
  ['an N that is a number', { N: 5 }, /not given as a JavaScript string/],
  ['an N that is no number', { N: MARKER }, /a number is malformed/],
  ['an N that is NaN', { N: 'NaN' }, /a number is malformed/],
  ['an N that is Infinity', { N: '-Infinity' }, /a number is malformed/],
  ['an empty N', { N: '' }, /a number is malformed/],
  ['an N in hexadecimal', { N: '0x10' }, /a number is malformed/],
  ['an N of 39 digits', { N: '1'.repeat(39) }, /more than 38 significant digits/],
  ['an N above the range', { N: '1E126' }, /magnitude is outside 1E-130 to 9\.9E125/],
  ['an N under the range', { N: '-1E-131' }, /magnitude is outside/],
  ['an N of a gigabyte', { N: '1E999999999' }, /magnitude is outside/],
  ['a B that is a string', { B: MARKER }, /not given as a Uint8Array/],
  ['a BOOL that is a string', { BOOL: 'yes' }, /neither true nor false/],
  ['a NULL that is false', { NULL: false }, /a NULL is not true/],
  ['an empty set', { SS: [] }, /a set is empty/],
  ['an empty NS', { NS: [] }, /a set is empty/],
  ['an empty BS', { BS: [] }, /a set is empty/],
  ['a set member twice', { SS: [MARKER, MARKER] }, /a set has a member twice/],
  ['a number twice in two forms', { NS: ['1', '1.0'] }, /a set has a member twice/],
  ['bytes twice', { BS: [Buffer.from(MARKER), Buffer.from(MARKER)] }, /a set has a member twice/],
  ['a malformed number in a set', { NS: ['1', MARKER] }, /a number is malformed/],
  ['a Set', { SS: new Set([MARKER]) }, /not given as an array/],
  ['a Map', { M: new Map([[MARKER, { S: MARKER }]]) }, /not given as an object/],
  ['a lone surrogate', { S: `${MARKER}\ud800` }, /a lone surrogate/],
  ['a lone surrogate in a set', { SS: [`${MARKER}\udc00`] }, /a lone surrogate/],
  ['a lone surrogate as a map key', { M: { [`${MARKER}\ud800`]: { S: 'a' } } }, /a lone surrogate/],
  ['undefined in a list', { L: [undefined] }, /not given as an object/],
  ['undefined in a map', { M: { [MARKER]: undefined } }, /not given as an object/],
  ['a bad value deep inside', { L: [{ M: { a: { NS: [MARKER] } } }] }, /a number is malformed/],
  ['33 levels', nested(33), /nested more than 32 levels deep/],
  ['100,000 levels', nested(100_000), /nested more than 32 levels deep/],
  ['a value that holds itself', cyclic, /nested more than 32 levels deep/],
]

describe.each([
  ['encrypted', ENCRYPT_ALL],
  ['signed', SIGN_ALL],
])('a value to be %s', (_what, actions) => {
  test.each(VALUES)('%s', async (_name, value, message) => {
    const item = { ...wholeItem(), diagnosis: value } as unknown as Item
    const error = await failureOf(() => encryptorOf(actions).encryptItem(item), 'INVALID_ITEM', message)
    expect(error.message).toMatch(/^attribute "diagnosis": /)
    expect(error).toMatchObject({
      attributeName: 'diagnosis',
      tableName: CONTEXT.tableName,
      key: { id: { S: 'p-7' }, when: { N: '20240229' } },
    })
    expect(error.cause).toBeUndefined()
    expectNoSecrets(error)
  })

  test('32 levels are fine', async () => {
    const item = { ...wholeItem(), diagnosis: nested(32) } as unknown as Item
    const encryptor = itemEncryptor({ actions })
    expect(await encryptor.decryptItem(await encryptor.encryptItem(item))).toEqual(item)
  })

  // DynamoDB takes them since 2020, in sets too.
  test('an empty text or no bytes in a set are fine', async () => {
    const item: Item = {
      ...wholeItem(),
      diagnosis: { SS: ['', 'a'] },
      scan: { BS: [new Uint8Array(), Uint8Array.of(1)] },
      note: { S: '' },
      image: { B: new Uint8Array() },
    }
    const encryptor = itemEncryptor({ actions })
    expect(await encryptor.decryptItem(await encryptor.encryptItem(item))).toEqual(item)
  })
})

describe('a value that is read only once', () => {
  test('a getter cannot show one thing to the check and another to the cipher', async () => {
    let reads = 0
    const value = {
      get S() {
        return reads++ === 0 ? 'first' : 'second'
      },
    }
    const encryptor = itemEncryptor()
    expect((await encryptor.decryptItem(await encryptor.encryptItem({ ...wholeItem(), a: value })))['a']).toEqual({ S: 'first' })
    expect(reads).toBe(1)
  })

  test('nor an attribute', async () => {
    let reads = 0
    const item = {
      get a() {
        return { S: String(reads++) }
      },
    }
    for (const actions of [{}, { default: 'SIGN_ONLY' }] as const) {
      const encryptor = itemEncryptor({ actions, context: {} })
      const stored = await encryptor.encryptItem(item)
      expect(await encryptor.decryptItem(stored)).toEqual({ a: { S: String(reads - 1) } })
    }
    expect(reads).toBe(2)
  })
})

describe('a getter that throws', () => {
  const own = new Error('the caller`s own')
  const throwing = (type: 'S' | 'B'): Item[string] =>
    Object.defineProperty({}, type, {
      enumerable: true,
      get: () => {
        throw own
      },
    }) as Item[string]

  test('its error passes through as it is, both ways', async () => {
    for (const actions of [ENCRYPT_ALL, SIGN_ALL]) {
      const encryptor = itemEncryptor({ actions })
      const stored = await encryptor.encryptItem(wholeItem())
      expect(await thrownBy(() => encryptor.encryptItem({ ...wholeItem(), text: throwing('S') }))).toBe(own)
      expect(await thrownBy(() => encryptor.decryptItem({ ...stored, text: throwing('S') }))).toBe(own)
      expect(await thrownBy(() => encryptor.decryptItem({ ...stored, [DESCRIPTION]: throwing('B') }))).toBe(own)
    }
  })
})

describe('a name', () => {
  test.each([
    ['encrypted', ENCRYPT_ALL],
    ['signed', SIGN_ALL],
  ])('that holds a lone surrogate and is to be %s', async (_what, actions) => {
    for (const name of ['\ud800', 'a\udfff', '\udc00\ud800', `${'x'.repeat(300)}\ud800`]) {
      const item = { ...wholeItem(), [name]: { S: MARKER } }
      const error = await failureOf(
        () => encryptorOf(actions).encryptItem(item),
        'INVALID_ITEM',
        /its name holds a lone surrogate, which has no UTF-8 form/,
      )
      expect(error.attributeName).toBe(name)
      expect(error.message.isWellFormed()).toBe(true)
      expectNoSecrets(error)
    }
  })

  test('that is long and hostile is cut and escaped in the message', async () => {
    const name = `\u001b[31m\n"${'x'.repeat(5000)}`
    const error = await failureOf(
      () => encryptorOf(ENCRYPT_ALL).encryptItem({ [name]: { N: 'x' } }),
      'INVALID_ITEM',
      /a number is malformed/,
    )
    expect(error.message.length).toBeLessThan(200)
    expect(error.message).not.toContain('\u001b')
    expect(error.message).not.toContain('\n')
    expect(error.attributeName).toBe(name)
  })
})

describe('a reserved attribute', () => {
  test.each([SIGNATURE, DESCRIPTION])('%s', async (name) => {
    for (const value of [{ S: MARKER }, { B: new Uint8Array(32) }, undefined]) {
      const item = { ...wholeItem(), [name]: value } as unknown as Item
      const error = await failureOf(
        () => encryptorOf(ENCRYPT_ALL).encryptItem(item),
        'INVALID_ITEM',
        /the plaintext item has the reserved attribute .* Take the attribute out, or decrypt the item first\./,
      )
      expect(error.message).toContain(JSON.stringify(name))
      expect(error.attributeName).toBe(name)
      expectNoSecrets(error)
    }
  })

  test('even with an action of its own', async () => {
    const actions = new AttributeActions({ attributes: { [SIGNATURE]: 'DO_NOTHING', [DESCRIPTION]: 'SIGN_ONLY' } })
    for (const name of [SIGNATURE, DESCRIPTION]) {
      await failureOf(
        () => itemEncryptor({ actions, context: {} }).encryptItem({ [name]: { S: 'x' } }),
        'INVALID_ITEM',
        /reserved attribute/,
      )
    }
    // Those actions change nothing: the two attributes never have one.
    const encryptor = itemEncryptor({ actions, context: {} })
    expect(await itemEncryptor({ actions: {}, context: {} }).decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
  })

  test('an encrypted item is not encrypted again', async () => {
    const stored = await itemEncryptor().encryptItem(wholeItem())
    await failureOf(() => itemEncryptor().encryptItem(stored), 'INVALID_ITEM', /it is encrypted already/)
  })
})

describe('what is no item', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', MARKER],
    ['a number', 5],
    ['an array', [{ S: MARKER }]],
    ['a function', () => MARKER],
    // Its entries are no properties: an empty item would be written in its place.
    ['a Map', new Map([['a', { S: MARKER }]])],
    ['a Set', new Set([MARKER])],
  ])('%s', async (_what, given) => {
    const item = given as Item
    for (const encryptor of [encryptorOf(ENCRYPT_ALL), encryptorOf({ default: 'DO_NOTHING' })]) {
      for (const method of ['encryptItem', 'decryptItem', 'encryptDocument', 'decryptDocument'] as const) {
        const promise = encryptor[method](item)
        expect(promise).toBeInstanceOf(Promise)
        const error = await failureOf(() => promise, 'INVALID_ITEM', /an item is an object of attribute names to attribute values/)
        expectNoSecrets(error)
      }
      for (const method of ['encryptItems', 'decryptItems'] as const) {
        const error = await failureOf(() => encryptor[method]([item]), 'INVALID_ITEM', /an item is an object/)
        expect(error.index).toBe(0)
      }
    }
  })

  test('an object without a prototype is one', async () => {
    const item = Object.assign(Object.create(null) as Item, wholeItem())
    expect(await itemEncryptor().decryptItem(await itemEncryptor().encryptItem(item))).toEqual(wholeItem())
  })

  test('what an object inherits is not its attributes', async () => {
    const item = Object.assign(Object.create({ inherited: { S: 'x' } }) as Item, wholeItem())
    const stored = await itemEncryptor().encryptItem(item)
    expect('inherited' in stored).toBe(false)
    expect(await itemEncryptor().decryptItem(stored)).toEqual(wholeItem())
  })
})
