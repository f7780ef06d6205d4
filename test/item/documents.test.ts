// Documents: native JavaScript values by the SDK's marshaller, and what it would lose refused, at any depth and both ways.
import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb'
import { AttributeActions, type Document, type Item, type ItemEncryptor } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor } from '../support/encryptors.js'
import { failureOf } from '../support/failures.js'
import { CONTEXT, deepFreeze } from '../support/items.js'
import { expectNoSecrets, MARKER } from '../support/secrets.js'

const NO_KEYS = { context: { tableName: CONTEXT.tableName } }
const MODES: readonly [string, ItemEncryptor][] = [
  ['encrypted', itemEncryptor({ ...NO_KEYS, actions: {} })],
  ['signed', itemEncryptor({ ...NO_KEYS, actions: { default: 'SIGN_ONLY' } })],
]

describe.each(MODES)('%s, both ways', (_what, encryptor) => {
  test.each<[string, unknown]>([
    ['a text', 'é€\u{1F600}'],
    ['no text', ''],
    ['an integer', 42],
    ['a fraction', -12.5],
    ['a tiny number', 1.5e-7],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['a bigint', 12345678901234567890n],
    ['a large bigint', 99999999999999999999999999999999999999n],
    ['true', true],
    ['null', null],
    ['bytes', Uint8Array.of(1, 2, 3)],
    ['no bytes', new Uint8Array()],
    ['a list', ['a', 1, null, ['b'], { c: true }]],
    ['no members', []],
    ['a map', { a: 1, b: { c: ['d'] } }],
    ['no entries', {}],
    ['a set of texts', new Set(['a', 'b'])],
    ['a set of numbers', new Set([1, 2.5])],
    ['a set of bytes', new Set([Uint8Array.of(1), Uint8Array.of(2)])],
    ['names that objects have by themselves', { toString: 2, hasOwnProperty: 3, valueOf: 4, isPrototypeOf: 5 }],
  ])('%s', async (_name, value) => {
    const document = deepFreeze({ id: '7', value })
    const stored = await encryptor.encryptDocument(document)
    expect(await encryptor.decryptDocument(stored)).toEqual(document)
  })

  test('what encryptItem makes of the same value', async () => {
    const document: Document = { id: '7', list: ['a', 1], map: { yes: true } }
    const item: Item = { id: { S: '7' }, list: { L: [{ S: 'a' }, { N: '1' }] }, map: { M: { yes: { BOOL: true } } } }
    expect(await encryptor.decryptItem(await encryptor.encryptDocument(document))).toEqual(item)
    expect(await encryptor.decryptDocument(await encryptor.encryptItem(item))).toEqual(document)
  })

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '0'])('the attribute %s', async (name) => {
    const document = Object.fromEntries([[name, 'x']])
    const read = await encryptor.decryptDocument(await encryptor.encryptDocument(document))
    expect(Object.entries(read)).toEqual([[name, 'x']])
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  // The SDK's marshaller tells a map from a class instance by its constructor.
  test('a map with a key constructor is marshalled as the SDK can, and read in any case', async () => {
    const document: Document = { value: { constructor: 1 } }
    await failureOf(() => encryptor.encryptDocument(document), 'INVALID_ITEM', /it holds something that has no attribute value/)
    const converting = itemEncryptor({ ...NO_KEYS, actions: {}, marshallOptions: { convertClassInstanceToMap: true } })
    expect(await converting.decryptDocument(await converting.encryptDocument(document))).toEqual(document)
    expect(await encryptor.decryptDocument(await encryptor.encryptItem({ value: { M: { constructor: { N: '1' } } } }))).toEqual(document)
  })

  test('-0 and 0 are one number', async () => {
    expect(await encryptor.decryptDocument(await encryptor.encryptDocument({ a: 0 }))).toEqual({ a: 0 })
    expect(await encryptor.decryptItem(await encryptor.encryptDocument({ a: -0 }))).toEqual({ a: { N: '0' } })
  })
})

describe('what has no attribute value', () => {
  class Person {
    readonly name = MARKER
  }
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const deep = (): unknown => {
    let value: unknown = MARKER
    for (let level = 0; level < 100_000; level++) value = [value]
    return value
  }
  const HOLDS = /^attribute "value": it holds something that has no attribute value: .* See marshallOptions, or use encryptItem/
  const values: readonly [string, unknown, RegExp][] = [
    ['undefined', undefined, HOLDS],
    ['undefined in a list', [MARKER, undefined], HOLDS],
    ['undefined in a map', { a: undefined }, HOLDS],
    ['a function', () => MARKER, HOLDS],
    ['a symbol', Symbol(MARKER), HOLDS],
    ['a Date', new Date(0), HOLDS],
    ['a class instance', new Person(), HOLDS],
    ['a class instance in a list', [new Person()], HOLDS],
    ['an empty set', new Set(), HOLDS],
    ['a mixed set', new Set([MARKER, 1]), HOLDS],
    ['NaN', NaN, HOLDS],
    ['Infinity', -Infinity, HOLDS],
    ['an unsafe integer', 2 ** 53 + 2, HOLDS],
    ['an unsafe integer in a set', new Set([1, 2 ** 60]), HOLDS],
    ['a list that holds itself', cyclic, HOLDS],
    ['a nesting without end', deep(), HOLDS],
    ['a regular expression', /a/, HOLDS],
    ['a promise', Promise.resolve(MARKER), HOLDS],
    ['a bigint of 39 digits', 10n ** 38n + 1n, /more than 38 significant digits/],
    ['a lone surrogate', `${MARKER}\ud800`, /a lone surrogate/],
    ['33 levels', Array.from({ length: 32 }).reduce((value) => [value], [MARKER]), /nested more than 32 levels deep/],
  ]
  test.each(values)('%s', async (_what, value, message) => {
    for (const [, encryptor] of MODES) {
      const error = await failureOf(() => encryptor.encryptDocument({ id: '7', value }), 'INVALID_ITEM', message)
      expect(error.attributeName).toBe('value')
      expect(error.cause).toBeUndefined()
      expectNoSecrets(error)
    }
  })

  test.each<[string, Document]>([
    ['a Map', new Map([['a', MARKER]])],
    ['a Set', new Set([MARKER])],
    ['an array', [MARKER]],
    ['null', null as unknown as Document],
    ['a text', MARKER as unknown as Document],
  ])('%s for a document', async (_what, document) => {
    for (const [, encryptor] of MODES)
      expectNoSecrets(await failureOf(() => encryptor.encryptDocument(document), 'INVALID_ITEM', /an item is an object/))
  })
})

describe('marshallOptions', () => {
  test('removeUndefinedValues', async () => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {}, marshallOptions: { removeUndefinedValues: true } })
    const document = { id: '7', gone: undefined, map: { gone: undefined, here: 1 }, list: [undefined, 2] } as unknown as Document
    expect(await encryptor.decryptDocument(await encryptor.encryptDocument(document))).toEqual({ id: '7', map: { here: 1 }, list: [2] })
  })

  test('convertClassInstanceToMap', async () => {
    class Person {
      readonly name = 'Ada'
    }
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {}, marshallOptions: { convertClassInstanceToMap: true } })
    expect(await encryptor.decryptDocument(await encryptor.encryptDocument({ person: new Person() }))).toEqual({ person: { name: 'Ada' } })
  })

  test('convertEmptyValues', async () => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {}, marshallOptions: { convertEmptyValues: true } })
    expect(await encryptor.decryptDocument(await encryptor.encryptDocument({ text: '', set: new Set() }))).toEqual({
      text: null,
      set: null,
    })
  })

  test('a Map marshalls as the SDK has it', async () => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {} })
    const document = {
      map: new Map<string, unknown>([
        ['a', 1],
        ['b', new Map([['c', 'd']])],
      ]),
    } as unknown as Document
    expect(await encryptor.decryptDocument(await encryptor.encryptDocument(document))).toEqual({ map: { a: 1, b: { c: 'd' } } })
  })
})

describe('the name __proto__, which the SDK`s marshaller drops or makes a prototype', () => {
  const own = (value: unknown, more: Record<string, unknown> = {}): Record<string, unknown> =>
    Object.fromEntries([...Object.entries(more), ['__proto__', value]])
  const MESSAGE = /a document cannot hold the name "__proto__"\. Use encryptItem and decryptItem, which can\./

  class Person {
    readonly secrets = own(MARKER)
  }
  test.each<[string, unknown]>([
    ['in a map', own(MARKER)],
    ['in a map, beside others', own(MARKER, { a: 1 })],
    ['that holds an object', own({ isAdmin: true })],
    ['in a list', ['a', own(MARKER)]],
    ['in a list in a list', [[own(MARKER)]]],
    ['deep inside', { a: [{ b: { c: [own(MARKER)] } }] }],
    [
      'in a Map',
      new Map<string, unknown>([
        ['a', 1],
        ['__proto__', MARKER],
      ]),
    ],
    ['in a map in a Map', new Map([['a', own(MARKER)]])],
    ['in a Map in a list', [new Map([['a', new Map([['__proto__', MARKER]])]])]],
    ['in a class instance', new Person()],
  ])('%s', async (_what, value) => {
    for (const marshallOptions of [{ convertClassInstanceToMap: true }, { convertClassInstanceToMap: true, removeUndefinedValues: true }]) {
      const encryptor = itemEncryptor({ ...NO_KEYS, actions: {}, marshallOptions })
      const error = await failureOf(() => encryptor.encryptDocument({ value }), 'INVALID_ITEM', MESSAGE)
      expect(error.attributeName).toBe('value')
      expectNoSecrets(error)
    }
  })

  test('that is undefined, where undefined values are removed', async () => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {}, marshallOptions: { removeUndefinedValues: true } })
    await failureOf(() => encryptor.encryptDocument({ value: own(undefined) }), 'INVALID_ITEM', MESSAGE)
  })

  test('of an attribute', async () => {
    for (const [, encryptor] of MODES) {
      const error = await failureOf(() => encryptor.encryptDocument(own(MARKER, { id: '7' })), 'INVALID_ITEM', MESSAGE)
      expect(error.attributeName).toBe('__proto__')
      expect(Object.hasOwn(error, 'attributeName')).toBe(true)
      expectNoSecrets(error)
    }
  })

  test.each<[string, Item[string]]>([
    ['in a map', { M: own({ S: MARKER }) as Item }],
    ['in a list', { L: [{ S: 'a' }, { M: own({ M: {} }) as Item }] }],
    ['deep inside', { M: { a: { L: [{ L: [{ M: { b: { M: own({ NULL: true }) as Item } } }] }] } } }],
  ])('%s, on the way out', async (_what, value) => {
    for (const [, encryptor] of MODES) {
      const stored = await encryptor.encryptItem({ value })
      const error = await failureOf(() => encryptor.decryptDocument(stored), 'INVALID_ITEM', MESSAGE)
      expect(error.attributeName).toBe('value')
      expectNoSecrets(error)
      expect(await encryptor.decryptItem(stored)).toEqual({ value })
    }
  })

  test('of an attribute, on the way out', async () => {
    for (const [, encryptor] of MODES) {
      const stored = await encryptor.encryptItem(own({ S: MARKER }) as Item)
      const error = await failureOf(() => encryptor.decryptDocument(stored), 'INVALID_ITEM', MESSAGE)
      expect(error.attributeName).toBe('__proto__')
    }
  })

  test('neither Object.prototype nor a result is touched', async () => {
    const [, encryptor] = MODES[0] ?? ['', itemEncryptor()]
    await failureOf(() => encryptor.encryptDocument({ value: own({ isAdmin: true }) }), 'INVALID_ITEM', MESSAGE)
    expect('isAdmin' in {}).toBe(false)
  })

  test('bytes and texts are not searched', async () => {
    for (const [, encryptor] of MODES) {
      const document: Document = { list: [new Uint8Array(100_000), '__proto__'], map: { a: Uint8Array.of(1), b: null } }
      expect(await encryptor.decryptDocument(await encryptor.encryptDocument(document))).toEqual(document)
    }
  })
})

describe('numbers that JavaScript`s cannot hold', () => {
  const CANNOT = /it holds a number that a JavaScript number cannot hold exactly\. Set unmarshallOptions\.wrapNumbers, or use decryptItem/
  const inexact = [
    '0.1234567890123456789',
    '12345678901234567890.5',
    '9007199254740993.5',
    '1.00000000000000001',
    `0.${'0'.repeat(129)}1234567890123456789`,
    `1${'0'.repeat(20)}.5`,
    '3.00000000000000000001',
  ]

  test.each(
    inexact.flatMap((N): [string, Item[string]][] => [
      [`${N} alone`, { N }],
      [`${N} in a set`, { NS: ['1', N] }],
      [`${N} in a list`, { L: [{ S: 'a' }, { N }] }],
      [`${N} in a map`, { M: { a: { M: { b: { N } } } } }],
    ]),
  )('%s', async (_what, value) => {
    for (const [, encryptor] of MODES) {
      const stored = await encryptor.encryptItem({ value })
      const error = await failureOf(() => encryptor.decryptDocument(stored), 'INVALID_ITEM', CANNOT)
      expect(error.attributeName).toBe('value')
      expect(error.message).not.toContain('0123456')
    }
  })

  test.each([
    ['0', 0],
    ['0.1', 0.1],
    ['-12.5', -12.5],
    ['1E-7', 1e-7],
    ['1E-130', 1e-130],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9'.repeat(38), BigInt('9'.repeat(38))],
  ])('%s is exact', async (text, native) => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {} })
    const stored = await encryptor.encryptItem({ value: { N: text }, set: { NS: [text] } })
    expect(await encryptor.decryptDocument(stored)).toEqual({ value: native, set: new Set([native]) })
  })

  test('wrapNumbers keeps their text', async () => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: {}, unmarshallOptions: { wrapNumbers: true } })
    const document = await encryptor.decryptDocument(await encryptor.encryptItem({ value: { N: '0.1234567890123456789' } }))
    expect(document['value']).toBeInstanceOf(NumberValue)
    expect(document['value']).toEqual(NumberValue.from('0.1234567890123456789'))
    expect(await encryptor.decryptItem(await encryptor.encryptDocument(document))).toEqual({ value: { N: '0.1234567890123456789' } })
  })

  test('a function decides for itself', async () => {
    const encryptor = itemEncryptor({
      ...NO_KEYS,
      actions: {},
      unmarshallOptions: { wrapNumbers: (text: string) => `number ${text}` },
    })
    expect(await encryptor.decryptDocument(await encryptor.encryptItem({ value: { N: '0.1234567890123456789' } }))).toEqual({
      value: 'number 0.1234567890123456789',
    })
  })

  test('what is left alone and no number at all', async () => {
    const actions = new AttributeActions({ attributes: { note: 'DO_NOTHING' } })
    const encryptor = itemEncryptor({ ...NO_KEYS, actions })
    const stored = await encryptor.encryptItem({ id: { S: '7' } })
    for (const note of [{ N: 'one' }, { N: '1E999999999' }, { NS: ['1', ''] }]) {
      await failureOf(() => encryptor.decryptDocument({ ...stored, note }), 'INVALID_ITEM', CANNOT)
    }
    for (const note of [{}, { X: 'a' }, { N: 5 }, null, 'text']) {
      const error = await failureOf(() => encryptor.decryptDocument({ ...stored, note } as Item), 'INVALID_ITEM', /attribute "note"/)
      expect(error.attributeName).toBe('note')
    }
  })

  test('a number in a notation that no bigint is read from', async () => {
    const encryptor = itemEncryptor({ ...NO_KEYS, actions: { default: 'SIGN_ONLY' } })
    await failureOf(
      async () => encryptor.decryptDocument(await encryptor.encryptItem({ value: { N: '1E30' } })),
      'INVALID_ITEM',
      /attribute "value": it has no native form\. Use decryptItem/,
    )
  })
})
