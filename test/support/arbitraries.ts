// Random attribute values, items, actions and contexts, weighted towards what has gone wrong somewhere: characters that the two
// libraries sort apart, names that JavaScript objects treat apart, numbers in every legal spelling, lengths around the
// sizes at which buffers grow, nesting down to DynamoDB's limit.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  AttributeActions,
  type AttributeAction,
  type AttributeActionsOptions,
  type Compatibility,
  type EncryptionContext,
  type Item,
  type ItemEncryptorOptions,
} from 'dynamodb-encryption-client'
import fc, { type Arbitrary } from 'fast-check'
import { significantDigits, modelCanonical, modelNumber } from './number-model.js'

const characters = (min: number, max: number): Arbitrary<string> =>
  fc.integer({ min, max }).map((codePoint) => String.fromCodePoint(codePoint))

/** One code point, never a surrogate. */
const character = fc.oneof(
  { weight: 8, arbitrary: characters(0x20, 0x7e) },
  { weight: 1, arbitrary: fc.constantFrom('\u0000', '\n', '\u007f', '\u0301', '\ufeff', '\ufffd', '\uffff') },
  { weight: 1, arbitrary: characters(0, 0x1f) },
  { weight: 1, arbitrary: characters(0x80, 0xd7ff) },
  // The two libraries sort these two ranges apart.
  { weight: 2, arbitrary: characters(0xe000, 0xffff) },
  { weight: 2, arbitrary: characters(0x10000, 0x10ffff) },
)

/** Lengths at which the writer takes another way or its buffers grow. */
const EDGE_LENGTHS = [47, 48, 49, 1365, 1366, 2043, 4096, 4097, 8192]

const longText = fc.tuple(character, fc.constantFrom(...EDGE_LENGTHS)).map(([unit, length]) => unit.repeat(length))

export const text = fc.oneof(
  { weight: 30, arbitrary: fc.string({ unit: character, maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: character, minLength: 13, maxLength: 60 }) },
  { weight: 1, arbitrary: longText },
)

/** Names that are properties of every object, or of a promise, an attribute value or an array. */
const AWKWARD_NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'then', 'length', 'S', 'B', '0', '1', ' ']

export const mapKey = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('', ...AWKWARD_NAMES) },
  { weight: 5, arbitrary: fc.string({ unit: character, maxLength: 8 }) },
)

/** DynamoDB allows 1 to 255 bytes of UTF-8. */
export const attributeName = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...AWKWARD_NAMES, 'n'.repeat(255), '\u{10000}'.repeat(63), 'aws:rep:deleting') },
  { weight: 6, arbitrary: fc.string({ unit: character, minLength: 1, maxLength: 8 }) },
)

/** A number is its digits, where its first digit stands, and how it is spelled. */
interface Spelling {
  readonly digits: bigint
  /** Power of ten of the first digit. */
  readonly magnitude: number
  readonly sign: '' | '+' | '-'
  /** Digits before the point; beyond either end of the digits, zeros fill the gap. */
  readonly point: number
  readonly leadingZeros: number
  readonly trailingZeros: number
  /** `5.` rather than `5`. */
  readonly barePoint: boolean
  readonly exponentMark: 'e' | 'E'
  readonly exponentPlus: boolean
  readonly exponentZeros: number
}

function spelled(spelling: Spelling): string {
  const { magnitude, sign, point, leadingZeros, trailingZeros, barePoint, exponentMark, exponentPlus, exponentZeros } = spelling
  const digits = String(spelling.digits)
  const padded = '0'.repeat(Math.max(0, -point)) + digits.padEnd(Math.max(point, digits.length), '0') + '0'.repeat(trailingZeros)
  const whole = '0'.repeat(leadingZeros) + padded.slice(0, Math.max(0, point))
  const fraction = padded.slice(Math.max(0, point))
  const exponent = magnitude + 1 - point
  const mantissa = sign + whole + (fraction === '' && !barePoint ? '' : `.${fraction}`)
  if (exponent === 0) return mantissa
  const exponentSign = exponent < 0 ? '-' : exponentPlus ? '+' : ''
  return `${mantissa}${exponentMark}${exponentSign}${'0'.repeat(exponentZeros)}${String(Math.abs(exponent))}`
}

/** From one digit to `most`, each length as likely as the next. */
const coefficient = (most: number): Arbitrary<bigint> =>
  fc.integer({ min: 1, max: most }).chain((length) => fc.bigInt({ min: 10n ** BigInt(length - 1), max: 10n ** BigInt(length) - 1n }))

/** Numbers that DynamoDB stores, in every spelling it takes: at most `mostDigits` digits, magnitudes from 1E-130 to 9.9…E+125. */
export function numberText(mostDigits = 38): Arbitrary<string> {
  const magnitude = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -20, max: 40 }) },
    { weight: 2, arbitrary: fc.integer({ min: -130, max: 125 }) },
    { weight: 1, arbitrary: fc.constantFrom(-130, -129, 37, 38, 124, 125) },
  )
  const nonZero = magnitude.chain((power) =>
    fc
      .record<Spelling>({
        digits: coefficient(mostDigits),
        magnitude: fc.constant(power),
        sign: fc.constantFrom('', '', '+', '-'),
        // The point that needs no exponent, or any other.
        point: fc.oneof(fc.constant(power + 1), fc.integer({ min: -50, max: 50 })),
        leadingZeros: fc.integer({ min: 0, max: 2 }),
        trailingZeros: fc.integer({ min: 0, max: 3 }),
        barePoint: fc.boolean(),
        exponentMark: fc.constantFrom('e', 'E'),
        exponentPlus: fc.boolean(),
        exponentZeros: fc.integer({ min: 0, max: 2 }),
      })
      .map(spelled),
  )
  const zero = fc.constantFrom('0', '-0', '0.00', '+0', '.0', '0.', '000', '0E5', '-0e-999', '0E+400')
  return fc.oneof({ weight: 9, arbitrary: nonZero }, { weight: 1, arbitrary: zero })
}

/** The same bytes as a Uint8Array, as a Buffer, or as a view into the middle of other memory. */
function inSomeForm(bytes: Uint8Array, form: 'array' | 'buffer' | 'view'): Uint8Array {
  if (form === 'array') return bytes
  const around = Buffer.alloc(bytes.length + 5, 0xaa)
  around.set(bytes, 3)
  const view = around.subarray(3, 3 + bytes.length)
  return form === 'buffer' ? view : new Uint8Array(view.buffer, view.byteOffset, view.length)
}

const someBytes = fc.oneof(
  { weight: 12, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...EDGE_LENGTHS, 20_000))
      .map(([byte, length]) => new Uint8Array(length).fill(byte)),
  },
)
export const binary = fc.tuple(someBytes, fc.constantFrom('array', 'buffer', 'view')).map(([bytes, form]) => inSomeForm(bytes, form))

const set = <T>(member: Arbitrary<T>, identity: (member: T) => string): Arbitrary<T[]> =>
  fc.uniqueArray(member, { minLength: 1, maxLength: 6, selector: identity })

/** What holds no other values. */
export function leafValue(mostDigits = 38): Arbitrary<AttributeValue> {
  const number = numberText(mostDigits)
  return fc.oneof(
    { weight: 3, arbitrary: text.map((S) => ({ S })) },
    { weight: 3, arbitrary: number.map((N) => ({ N })) },
    { weight: 2, arbitrary: binary.map((B) => ({ B })) },
    { weight: 1, arbitrary: fc.boolean().map((BOOL) => ({ BOOL })) },
    { weight: 1, arbitrary: fc.constant({ NULL: true }) },
    { weight: 1, arbitrary: set(text, (member) => member).map((SS) => ({ SS })) },
    { weight: 1, arbitrary: set(number, modelCanonical).map((NS) => ({ NS })) },
    { weight: 1, arbitrary: set(binary, (member) => Buffer.from(member).toString('hex')).map((BS) => ({ BS })) },
  )
}

const entries = <T>(key: Arbitrary<string>, member: Arbitrary<T>, maxLength: number): Arbitrary<[string, T][]> =>
  fc.uniqueArray(fc.tuple(key, member), { maxLength, selector: ([name]) => name })

/** `Object.fromEntries` defines own properties, whatever their names; assignment would not. */
const itemFrom = (pairs: readonly (readonly [string, AttributeValue])[]): Item => Object.fromEntries(pairs)

/** Puts a value into lists and maps of one member each. */
export function wrapped(value: AttributeValue, containers: readonly ('L' | 'M')[]): AttributeValue {
  return containers.reduce<AttributeValue>((inner, type) => (type === 'L' ? { L: [inner] } : { M: { inside: inner } }), value)
}

export const containers = (bounds: { minLength: number; maxLength: number }): Arbitrary<('L' | 'M')[]> =>
  fc.array(fc.constantFrom('L', 'M'), bounds)

/** Lists and maps around one another, in all at most 32 deep, the innermost perhaps empty. */
export function attributeValue(mostDigits = 38): Arbitrary<AttributeValue> {
  const leaf = leafValue(mostDigits)
  const { tree } = fc.letrec<{ tree: AttributeValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree', depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie('tree'), { maxLength: 4, depthIdentifier: 'tree' }).map((L) => ({ L })) },
      { weight: 2, arbitrary: entries(mapKey, tie('tree'), 4).map((pairs) => ({ M: itemFrom(pairs) })) },
    ),
  }))
  const innermost = fc.oneof(leaf, fc.constantFrom<AttributeValue>({ L: [] }, { M: {} }))
  const tower = fc.tuple(innermost, containers({ minLength: 5, maxLength: 31 })).map(([value, around]) => wrapped(value, around))
  return fc.oneof({ weight: 25, arbitrary: tree }, { weight: 1, arbitrary: tower })
}

/** Python rounds longer numbers, so that nothing may be written for it which has them. */
export const mostDigitsFor = (compatibility: Compatibility): number => (compatibility === 'python' ? 28 : 38)

export function item(mostDigits = 38, { minLength = 0, maxLength = 8 } = {}): Arbitrary<Item> {
  return fc
    .uniqueArray(fc.tuple(attributeName, attributeValue(mostDigits)), { minLength, maxLength, selector: ([name]) => name })
    .map(itemFrom)
}

export const compatibility = fc.constantFrom<Compatibility>('java', 'python')

const UNENCRYPTED: readonly AttributeAction[] = ['SIGN_ONLY', 'SIGN_ONLY', 'DO_NOTHING']
const ANY_ACTION: readonly AttributeAction[] = ['ENCRYPT_AND_SIGN', 'ENCRYPT_AND_SIGN', 'ENCRYPT_AND_SIGN', ...UNENCRYPTED]

/** A default, and actions for some of the names, as an object or as a Map. */
export function actionsFor(names: readonly string[], { encrypting = true } = {}): Arbitrary<AttributeActionsOptions> {
  const action = fc.constantFrom(...(encrypting ? ANY_ACTION : UNENCRYPTED))
  return fc
    .record({ byDefault: action, named: fc.tuple(...names.map(() => fc.option(action, { nil: undefined }))), asMap: fc.boolean() })
    .map(({ byDefault, named, asMap }) => {
      const pairs = names.flatMap((name, at): [string, AttributeAction][] => {
        const given = named[at]
        return given === undefined ? [] : [[name, given]]
      })
      return { default: byDefault, attributes: asMap ? new Map(pairs) : Object.fromEntries(pairs) }
    })
}

/** Entries that a caller asks for, none of them with a meaning of its own. */
export const requestedDescription = fc.dictionary(
  text.map((name) => `x-${name}`),
  text,
  { maxKeys: 3 },
)

/** A table's name, or none, which either library signs as a word of its own. */
export const tableName = fc.option(fc.oneof(fc.constantFrom('People', 'null', 'None'), fc.string({ unit: character, maxLength: 12 })), {
  nil: undefined,
})

/** An item with everything that an encryptor is told of it, save the keys. */
export interface ItemCase {
  readonly item: Item
  readonly actions: AttributeActions
  readonly context: EncryptionContext
  readonly compatibility: Compatibility
  readonly names: Pick<ItemEncryptorOptions, 'signatureAttribute' | 'materialDescriptionAttribute' | 'descriptionPrefix'>
}

const reservedNames = fc.constantFrom<ItemCase['names']>(
  {},
  {},
  {},
  { signatureAttribute: '#signature', materialDescriptionAttribute: '#description' },
  { descriptionPrefix: '' },
  { materialDescriptionAttribute: 'a reserved name', descriptionPrefix: 'ours-' },
)

/** Actions of any mix, keys named in the context or not. Without `encrypting`, nothing is to be encrypted. */
export function itemCase({ encrypting = true, minLength = 0 } = {}): Arbitrary<ItemCase> {
  return compatibility
    .chain((written) => fc.record({ compatibility: fc.constant(written), item: item(mostDigitsFor(written), { minLength }) }))
    .chain(({ compatibility: written, item: plaintext }) => {
      const names = Object.keys(plaintext)
      const keyName = fc.option(fc.constantFrom(...names, 'a name that no item has'), { nil: undefined, freq: 2 })
      return fc
        .record({
          given: actionsFor(names, { encrypting }),
          partitionKeyName: keyName,
          sortKeyName: keyName,
          tableName,
          materialDescription: fc.option(requestedDescription, { nil: undefined }),
          names: reservedNames,
        })
        .map(({ given, names: reserved, ...context }) => {
          const keys = [context.partitionKeyName, context.sortKeyName].filter((name) => name !== undefined)
          const attributes = new Map(new AttributeActions(given).attributes)
          for (const key of keys) attributes.delete(key)
          const actions = new AttributeActions({ default: given.default, attributes }).withIndexKeys(...keys)
          return { item: plaintext, actions, context, compatibility: written, names: reserved }
        })
    })
}

/** How many digits a number text has that count. */
export function digitsOf(number: string): number {
  const model = modelNumber(number)
  return model === undefined ? 0 : significantDigits(model)
}
