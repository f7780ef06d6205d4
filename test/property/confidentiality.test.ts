// What is encrypted is nowhere in what is stored, equal plaintexts look unlike, and errors show nobody's values.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AttributeActions, type AttributeAction, type Item } from 'dynamodb-encryption-client'
import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { attributeValue, containers, itemCase, wrapped, type ItemCase } from '../support/arbitraries.js'
import { byteFault } from '../support/byte-faults.js'
import { canonicalForm } from '../support/canonical-form.js'
import { altered, attributeOf, ProtectedItem } from '../support/protected-item.js'
import { printedTally, runs } from '../support/property-runs.js'
import { PROVIDER_ROWS, rowNamed } from '../support/provider-rows.js'
import { expectNoSecrets, textsOf } from '../support/secrets.js'

const tally = printedTally('confidentiality')

/** The marked secret: digits, which every type can hold, and too many to occur by chance. */
const secret = fc.noBias(fc.bigInt({ min: 10n ** 23n, max: 10n ** 24n - 1n })).map((number) => String(number).replace(/0$/, '1'))

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

type Holder = (secret: string) => AttributeValue

const HOLDERS: readonly Holder[] = [
  (text) => ({ S: text }),
  (text) => ({ S: `\u{10000}${text}\u0000` }),
  (text) => ({ N: text }),
  (text) => ({ N: `-${text}e3` }),
  (text) => ({ B: bytesOf(text) }),
  (text) => ({ B: Buffer.concat([Buffer.alloc(5000), bytesOf(text)]) }),
  (text) => ({ SS: ['a', text] }),
  (text) => ({ NS: [text, '1'] }),
  (text) => ({ BS: [bytesOf(text), new Uint8Array()] }),
  (text) => ({ M: { [text]: { NULL: true } } }),
  (text) => ({ L: [{ B: bytesOf(text) }, { S: text }, { N: text }] }),
]

const holder = fc.tuple(fc.constantFrom(...HOLDERS), containers({ minLength: 0, maxLength: 3 })).map(
  ([hold, around]): Holder =>
    (text) =>
      wrapped(hold(text), around),
)

/** Everything in an item as one text: names, texts, numbers, and a character for each byte. */
function everythingIn(value: unknown): string {
  if (typeof value === 'string') return `${Buffer.from(value).toString('latin1')}\n`
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('latin1')}\n`
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, member]) => everythingIn(name) + everythingIn(member))
    .join('')
}

const holds = (stored: Item, text: string): boolean => {
  const everything = everythingIn(stored)
  return textsOf(bytesOf(text)).some((form) => everything.includes(form))
}

const NAME = 'the secret'
const ROWS = PROVIDER_ROWS.filter(({ encrypts }) => encrypts).map(({ name }) => name)

interface Guarded {
  readonly given: ItemCase
  readonly row: string
  readonly secret: string
}

/** A random item with one more attribute, which holds the secret. */
function guarded(hold: Arbitrary<Holder>, ...actions: readonly AttributeAction[]): Arbitrary<Guarded> {
  return fc
    .record({ given: itemCase(), row: fc.constantFrom(...ROWS), secret, hold, action: fc.constantFrom(...actions) })
    .map(({ given, row, secret: marked, hold: holding, action }) => {
      const attributes = new Map(given.actions.attributes).set(NAME, action)
      const withSecret = altered(given.item, [[NAME, holding(marked)]])
      return {
        given: { ...given, item: withSecret, actions: new AttributeActions({ default: given.actions.default, attributes }) },
        row,
        secret: marked,
      }
    })
}

test('an encrypted secret is not in the stored item, and comes back', async () => {
  await fc.assert(
    fc.asyncProperty(guarded(holder, 'ENCRYPT_AND_SIGN'), async ({ given, row, secret: marked }) => {
      const target = await ProtectedItem.from(given, rowNamed(row))
      expect(holds(target.stored, marked)).toBe(false)
      const read = await target.read(target.stored)
      expect(canonicalForm(attributeOf(read, NAME))).toEqual(canonicalForm(attributeOf(given.item, NAME)))
      expect(holds(read, marked)).toBe(true)
      tally.addItem(given.item)
      tally.add('modes', given.compatibility)
    }),
    runs(),
  )
})

test('the same secret in an attribute that is not encrypted is found', async () => {
  await fc.assert(
    fc.asyncProperty(guarded(holder, 'SIGN_ONLY', 'DO_NOTHING'), async ({ given, row, secret: marked }) => {
      expect(holds((await ProtectedItem.from(given, rowNamed(row))).stored, marked)).toBe(true)
      tally.add('found', attributeOf(given.item, NAME).M === undefined ? 'in a value' : 'in a map')
    }),
    runs(0.5),
  )
})

test('equal values, equal blocks and equal items look unlike: no block of ciphertext or IV occurs twice', async () => {
  const repeated = fc
    .tuple(attributeValue(28), fc.nat({ max: 200 }))
    .map(([value, blocks]): AttributeValue => ({ L: [value, { B: new Uint8Array(16 * blocks) }] }))
  await fc.assert(
    fc.asyncProperty(repeated, fc.integer({ min: 1, max: 5 }), fc.constantFrom(...ROWS), async (value, count, row) => {
      const names = Array.from({ length: count }, (_, at) => `n${String(at)}`)
      const item = Object.fromEntries(names.map((name) => [name, value]))
      const given: ItemCase = { item, actions: new AttributeActions(), context: {}, compatibility: 'python', names: {} }
      const target = await ProtectedItem.from(given, rowNamed(row))
      const again = await target.storedLikewise(item)
      const stored = [target.stored, again].flatMap((each) => names.map((name) => attributeOf(each, name).B ?? new Uint8Array()))
      const blocks = stored.flatMap((bytes) => Buffer.from(bytes).toString('hex').match(/.{32}/g) ?? [])
      expect(new Set(blocks).size).toBe(blocks.length)
      tally.add('blocks', 'all', blocks.length)
    }),
    runs(0.5),
  )
})

test('what cannot be read: the error shows no value, encrypted or signed', async () => {
  const faults = fc.record({ fault: byteFault, where: fc.constantFrom('value', 'signature', 'description') })
  await fc.assert(
    fc.asyncProperty(guarded(holder, 'ENCRYPT_AND_SIGN', 'SIGN_ONLY'), faults, async ({ given, row, secret: marked }, { fault, where }) => {
      const target = await ProtectedItem.from(given, rowNamed(row))
      const name = { value: NAME, signature: target.signatureName, description: target.descriptionName }[where]
      const { B } = attributeOf(target.stored, name)
      const stored = altered(target.stored, [[name, { B: B === undefined ? new Uint8Array(32) : new Uint8Array(fault.apply(B)) }]])
      const error: unknown = await target.read(stored).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined) {
        expect(where).toBe('description')
        return
      }
      expectNoSecrets(error, [bytesOf(marked)])
      tally.add('errors', where)
    }),
    runs(),
  )
})

test('what cannot be written: the error shows no value', async () => {
  const unwritable: readonly Holder[] = [
    (text) => ({ N: `${text}x` }),
    (text) => ({ N: `${text}${'7'.repeat(15)}` }),
    (text) => ({ N: `${text}e126` }),
    (text) => ({ NS: [text, `${text}.0`] }),
    (text) => ({ S: `${text}\ud800` }),
    (text) => ({ SS: [text, text] }),
    (text) => ({ BS: [bytesOf(text), bytesOf(text)] }),
    (text) => ({ M: { [`${text}\udfff`]: { S: text } } }),
    (text) => wrapped({ S: text }, Array<'L'>(33).fill('L')),
  ]
  const hold = fc.tuple(fc.constantFrom(...unwritable), fc.boolean()).map(
    ([each, inside]): Holder =>
      (text) =>
        inside ? { L: [each(text)] } : each(text),
  )
  await fc.assert(
    fc.asyncProperty(guarded(hold, 'ENCRYPT_AND_SIGN', 'SIGN_ONLY'), async ({ given, row, secret: marked }) => {
      const error: unknown = await ProtectedItem.from(given, rowNamed(row)).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toMatchObject({ code: 'INVALID_ITEM', attributeName: NAME })
      expectNoSecrets(error, [bytesOf(marked)])
      tally.add('errors', 'written')
    }),
    runs(),
  )
})
