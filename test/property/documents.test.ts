// Documents: what has an attribute value comes back as it was, and what has none is refused. Nothing is lost or changed by silence.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import { ItemEncryptor, LocalKey, StaticMaterialsProvider, type Document, type ItemEncryptorOptions } from 'dynamodb-encryption-client'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { actionsFor, attributeName, compatibility, item, mapKey, text } from '../support/arbitraries.js'
import { modelCanonical } from '../support/number-model.js'
import { printedTally, runs } from '../support/property-runs.js'
import { CONTENT_KEY, MAC_KEY } from '../support/test-keys.js'

const tally = printedTally('documents')

function encryptorOf(options: Omit<ItemEncryptorOptions, 'materialsProvider'>): ItemEncryptor {
  const materialsProvider = new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) })
  return new ItemEncryptor({ materialsProvider, context: { tableName: 'People' }, ...options })
}

type Form = string | readonly Form[]

const byText = (a: Form, b: Form): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

/**
 * What a native value means: sets and objects unordered, a Map as an object, `-0` as 0, a bigint as the number it is. What
 * has no attribute value has a form too, which no value that comes back has.
 */
function formOf(value: unknown): Form {
  if (value === null) return ['null']
  if (typeof value === 'string') return ['text', value]
  if (typeof value === 'boolean') return ['boolean', String(value)]
  if (typeof value === 'bigint') return ['number', String(value)]
  if (typeof value === 'number' && Number.isFinite(value)) return ['number', modelCanonical(String(value))]
  if (value instanceof NumberValueImpl) return ['number', modelCanonical(value.toString())]
  if (value instanceof Uint8Array) return ['binary', Buffer.from(value).toString('hex')]
  if (value instanceof Set) return ['set', ...[...value].map(formOf).sort(byText)]
  // Array.from, for the holes of sparse arrays.
  if (Array.isArray(value)) return ['list', ...Array.from<unknown>(value).map(formOf)]
  if (value instanceof Map) return ['map', ...[...value].map(([key, member]): Form => [String(key), formOf(member)]).sort(byText)]
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) {
    return [
      'map',
      ...Object.entries(value)
        .map(([key, member]): Form => [key, formOf(member)])
        .sort(byText),
    ]
  }
  return ['foreign', typeof value]
}

/** What the native value of an attribute value means. */
function formOfValue(value: AttributeValue): Form {
  if (value.N !== undefined) return ['number', modelCanonical(value.N)]
  if (value.NS !== undefined) return ['set', ...value.NS.map((number): Form => ['number', modelCanonical(number)]).sort(byText)]
  if (value.SS !== undefined || value.BS !== undefined) return formOf(new Set<unknown>(value.SS ?? value.BS))
  if (value.L !== undefined) return ['list', ...value.L.map(formOfValue)]
  if (value.M !== undefined)
    return [
      'map',
      ...Object.entries(value.M)
        .map(([key, member]): Form => [key, formOfValue(member)])
        .sort(byText),
    ]
  return formOf(value.NULL === true ? null : (value.S ?? value.B ?? value.BOOL))
}

// Names that a document cannot hold, or that make the SDK's marshaller take an object for another type, are tried apart.
const UNUSUAL = ['__proto__', 'constructor']
const usual = (name: string): boolean => !UNUSUAL.includes(name)

const exactNumber = fc.oneof(
  fc.constantFrom(0, -0, 1, 0.1, -1.5, 1e-7, 1e-130, 9e-130, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** -400),
  fc.maxSafeInteger(),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).filter((number) => number === 0 || Math.abs(number) >= 1e-130),
)
const storable = (number: number): boolean => number === 0 || Math.abs(number) >= 1e-130
const bigInteger = fc.bigInt({ min: 2n ** 53n, max: 10n ** 38n - 1n }).chain((size) => fc.constantFrom(size, -size))

/** Native values that have an attribute value; of a set's members all have one type. */
function nativeValue(key: Arbitrary<string>): Arbitrary<unknown> {
  const number = exactNumber.filter(storable)
  const setOf = (member: Arbitrary<unknown>): Arbitrary<Set<unknown>> =>
    fc
      .uniqueArray(member, { minLength: 1, maxLength: 5, selector: (each) => JSON.stringify(formOf(each)) })
      .map((members) => new Set(members))
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 4, arbitrary: fc.oneof(text, number, bigInteger, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 20 })) },
      { weight: 2, arbitrary: fc.oneof(...[text, number, bigInteger, fc.uint8Array({ maxLength: 5 })].map(setOf)) },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.dictionary(key, tie('value'), { maxKeys: 4 }) },
      { weight: 1, arbitrary: fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)) },
    ),
  }))
  return value
}

const documentOf = (name: Arbitrary<string>, value: Arbitrary<unknown>): Arbitrary<Document> =>
  fc.uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([key]) => key }).map((entries) => Object.fromEntries<unknown>(entries))

const setup = (document: Document): Arbitrary<Pick<ItemEncryptorOptions, 'actions' | 'compatibility'>> =>
  fc.record({ actions: actionsFor(Object.keys(document)), compatibility })

describe('encryptDocument and decryptDocument', () => {
  const representable = documentOf(attributeName.filter(usual), nativeValue(mapKey.filter(usual))).chain((document) =>
    fc.record({ document: fc.constant(document), options: setup(document) }),
  )

  test('what has an attribute value comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(representable, async ({ document, options }) => {
        // Python would round integers of more than 28 digits.
        fc.pre(options.compatibility === 'java' || !/\d{29}/.test(JSON.stringify(formOf(document))))
        const before = formOf(document)
        const stored = await encryptorOf(options).encryptDocument(document)
        expect(formOf(document)).toEqual(before)
        const read = await encryptorOf(options).decryptDocument(stored)
        expect(formOf(read)).toEqual(before)
        tally.add('documents', 'round trip')
        for (const value of Object.values(document)) tally.add('values', formOf(value)[0]?.toString() ?? '')
      }),
      runs(3),
    )
  })

  const UNUSUAL_VALUES: Record<string, Arbitrary<unknown>> = {
    'undefined and symbols': fc.constantFrom<unknown>(undefined, Symbol('s')),
    functions: fc.constantFrom<unknown>(() => 1, Date, new WeakMap().get.bind(new WeakMap())),
    'numbers that DynamoDB or JavaScript cannot hold': fc.constantFrom<unknown>(
      ...[Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, 1e-131, 5e-324, 10n ** 126n, 10n ** 38n + 1n],
    ),
    'class instances': fc.constantFrom<unknown>(new Date(0), /x/, new WeakMap(), Promise.resolve(1), new Error('x'), new URL('a:b')),
    'lone surrogates': fc
      .constantFrom('\ud800', 'a\udfff')
      .chain((lone) => fc.constantFrom<unknown>(lone, new Set([lone]), { [lone]: 1 }, new Map([[lone, 1]]))),
    'objects that hold themselves': fc.constantFrom('array', 'object', 'map').map((kind) => {
      const array: unknown[] = [1]
      const object: Record<string, unknown> = {}
      const map = new Map<string, unknown>()
      array.push(array)
      object['self'] = object
      map.set('self', map)
      return { array, object, map }[kind]
    }),
    'arrays with holes': fc.sparseArray(text, { maxNumElements: 3, maxLength: 5 }),
    'sets of no members or of several types': fc
      .shuffledSubarray<unknown>(['a', 1, 2n ** 70n, new Uint8Array([1]), true, null], { maxLength: 3 })
      .map((members) => new Set(members)),
  }
  /** Objects that the marshaller takes for another type, because it asks them what their constructor's name is. */
  const disguised = fc
    .tuple(
      fc.constantFrom('Object', 'Map', 'Set', 'String', 'Number', 'Boolean', 'Uint8Array', 'NumberValue', 'x'),
      fc.boolean(),
      nativeValue(mapKey),
    )
    .map(([name, plain, value]) => ({ constructor: plain ? name : { name }, value }))
  const prototyped = nativeValue(mapKey).map((value) => Object.fromEntries([['__proto__', value]]))

  test.each<[string, Arbitrary<unknown>]>([
    ...Object.entries(UNUSUAL_VALUES),
    ['objects with a constructor of their own', disguised],
    ['objects with a __proto__ of their own', prototyped],
    [
      'any object',
      fc.object({ withSet: true, withMap: true, withBigInt: true, withDate: true, withTypedArray: true, withSparseArray: true }),
    ],
  ])('%s are refused or come back as they were', async (kind, unusual) => {
    const around = fc.constantFrom<(value: unknown) => unknown>(
      (value) => value,
      (value) => [value],
      (value) => ['before', value, 'after'],
      (value) => ({ inside: value }),
      (value) => new Map([['inside', value]]),
      (value) => [{ inside: [value] }],
    )
    await fc.assert(
      fc.asyncProperty(unusual, around, fc.constantFrom('encrypted', 'signed'), async (value, wrap, name) => {
        const document: Document = { [name]: wrap(value) }
        const encryptor = encryptorOf({ actions: { attributes: { signed: 'SIGN_ONLY' } } })
        let read: Document
        try {
          read = await encryptor.decryptDocument(await encryptor.encryptDocument(document))
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ITEM', attributeName: name })
          tally.add(kind, 'refused')
          return
        }
        tally.add(kind, 'as they were')
        expect(formOf(read)).toEqual(formOf(document))
      }),
      runs(),
    )
    expect(tally.of(kind, 'refused')).toBeGreaterThan(0)
  })
})

describe('decryptDocument', () => {
  test.each([
    ['plain numbers', {}],
    ['wrapped numbers', { wrapNumbers: true }],
  ])('%s: an item has a document of the same meaning, or is refused', async (kind, unmarshallOptions) => {
    await fc.assert(
      fc.asyncProperty(item(), async (plaintext) => {
        const encryptor = encryptorOf({ unmarshallOptions })
        const stored = await encryptor.encryptItem(plaintext)
        let document: Document
        try {
          document = await encryptor.decryptDocument(stored)
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ITEM' })
          tally.add(kind, 'refused')
          return
        }
        tally.add(kind, 'converted')
        expect(formOf(document)).toEqual(formOfValue({ M: plaintext }))
      }),
      runs(),
    )
    expect(tally.of(kind, 'converted')).toBeGreaterThan(0)
    expect(tally.of(kind, 'refused')).toBeGreaterThan(0)
  })
})
