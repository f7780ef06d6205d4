// Any item comes back as its canonical self: under each provider, compatibility, mix of actions and context.
import { getRandomValues } from 'node:crypto'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ItemEncryptor, type Item } from 'dynamodb-encryption-client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { containers, itemCase, item as anyItem, leafValue, wrapped, type ItemCase } from '../support/arbitraries.js'
import { canonicalItem } from '../support/canonical-form.js'
import { printedTally, runs } from '../support/property-runs.js'
import { A_ROW_OF_EACH_KIND, PROVIDER_ROWS, rowNamed, type ProviderRow } from '../support/provider-rows.js'
import { DESCRIPTION, readDescription, SIGNATURE } from '../support/reference-format.js'

const tally = printedTally('round trips')

function encryptorOf({ make }: ProviderRow, { actions, context, compatibility, names }: ItemCase): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider: make(), actions, context, compatibility, ...names })
}

/** An attribute as a Map has it: never what the object's prototype would answer with. */
const attributesOf = (item: Item): Map<string, AttributeValue> => new Map(Object.entries(item))

function count({ item, actions, context, compatibility }: ItemCase): void {
  tally.addItem(item)
  tally.add('modes', compatibility)
  for (const name of Object.keys(item)) tally.add('actions', actions.actionFor(name))
  tally.add('contexts', context.tableName === undefined ? 'no table name' : 'table name')
  tally.add('contexts', context.partitionKeyName === undefined ? 'no key' : 'key')
}

function expectStoredAs({ item, actions, context, compatibility, names }: ItemCase, stored: Item, row: ProviderRow): void {
  const { signatureAttribute = SIGNATURE, materialDescriptionAttribute = DESCRIPTION } = names
  const requested = Object.keys(context.materialDescription ?? {}).length > 0
  const described = row.encrypts || row.describes || requested || !row.macs || compatibility === 'python'
  const added = actions.takesAction ? [signatureAttribute, ...(described ? [materialDescriptionAttribute] : [])] : []
  expect(Object.keys(stored).sort()).toEqual([...Object.keys(item), ...added].sort())
  const attributes = attributesOf(stored)
  for (const [name, value] of Object.entries(item)) {
    const storedValue = attributes.get(name)
    if (actions.actionFor(name) !== 'ENCRYPT_AND_SIGN') {
      expect(storedValue).toEqual(value)
      continue
    }
    const bytes = storedValue?.B ?? new Uint8Array()
    expect(bytes.length % 16).toBe(0)
    expect(bytes.length).toBeGreaterThanOrEqual(32)
  }
}

describe.each(PROVIDER_ROWS)('$name', (row) => {
  test('any item', async () => {
    await fc.assert(
      fc.asyncProperty(itemCase({ encrypting: row.encrypts }), async (given) => {
        const { item, actions } = given
        count(given)
        const before = canonicalItem(item)
        const stored = await encryptorOf(row, given).encryptItem(item)
        expect(canonicalItem(item)).toEqual(before)
        expectStoredAs(given, stored, row)

        const read = attributesOf(await encryptorOf(row, given).decryptItem(stored))
        expect(canonicalItem(Object.fromEntries(read))).toEqual(before)
        for (const [name, value] of Object.entries(item)) {
          if (actions.actionFor(name) !== 'ENCRYPT_AND_SIGN') expect(read.get(name)).toEqual(value)
        }
      }),
      runs(0.15),
    )
  })
})

describe.each(A_ROW_OF_EACH_KIND)('$name', (row) => {
  test('many items at once, each as if it were alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        itemCase({ encrypting: row.encrypts }),
        fc.array(anyItem(28), { maxLength: 12 }),
        fc.integer({ min: 1, max: 16 }),
        async (given, others, concurrency) => {
          const encryptor = encryptorOf(row, given)
          // Items of the same names and of other names, so that layouts are shared and not shared.
          const items = [given.item, ...others, given.item]
          for (const item of items) tally.addItem(item)
          const stored = await encryptor.encryptItems(items, { concurrency })
          const read = await encryptor.decryptItems(stored, { concurrency })
          expect(read.map(canonicalItem)).toEqual(items.map(canonicalItem))
        },
      ),
      runs(0.1),
    )
  })
})

test('an item that fills the buffers', async () => {
  const row = A_ROW_OF_EACH_KIND[0]
  if (row === undefined) throw new Error('there are rows')
  await fc.assert(
    fc.asyncProperty(itemCase(), fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 1, maxLength: 4 }), async (given, lengths) => {
      const large = lengths.map((length, at): [string, AttributeValue] => {
        const bytes = new Uint8Array(length)
        for (let from = 0; from < length; from += 65_536) getRandomValues(bytes.subarray(from, from + 65_536))
        return [`large ${String(at)}`, at % 2 === 0 ? { B: bytes } : { S: Buffer.from(bytes).toString('latin1') }]
      })
      const item: Item = Object.fromEntries([...large, ...Object.entries(given.item)])
      tally.addItem(item)
      const stored = await encryptorOf(row, given).encryptItem(item)
      expect(canonicalItem(await encryptorOf(row, given).decryptItem(stored))).toEqual(canonicalItem(item))
    }),
    runs(0.1),
  )
})

test('nesting: whatever is written can be read, and what cannot be read is not written', async () => {
  const row = A_ROW_OF_EACH_KIND[0]
  if (row === undefined) throw new Error('there are rows')
  const encryptor = new ItemEncryptor({ materialsProvider: row.make(), actions: { attributes: { signed: 'SIGN_ONLY' } } })
  const innermost = fc.oneof(leafValue(), fc.constantFrom<AttributeValue>({ L: [] }, { M: {} }))
  await fc.assert(
    fc.asyncProperty(
      innermost,
      containers({ minLength: 29, maxLength: 36 }),
      fc.constantFrom('encrypted', 'signed'),
      async (value, around, name) => {
        const item = { [name]: wrapped(value, around) }
        const stored = await encryptor.encryptItem(item).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'INVALID_ITEM', attributeName: name })
          return undefined
        })
        tally.add('nesting', stored === undefined ? 'refused' : 'written')
        if (stored === undefined) expect(around.length).toBeGreaterThanOrEqual(32)
        else expect(canonicalItem(await encryptor.decryptItem(stored))).toEqual(canonicalItem(item))
      },
    ),
    runs(2),
  )
  expect(tally.of('nesting', 'refused')).toBeGreaterThan(0)
  expect(tally.of('nesting', 'written')).toBeGreaterThan(0)
})

test('requested descriptions: whatever is written can be read, and what cannot be read is not written', async () => {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.string({ maxLength: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'a\ud800', '\udfff', 'n'.repeat(70_000)) },
  )
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.string({ maxLength: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom('\ud800b', 'v'.repeat(0xffe0), 'v'.repeat(0x10000), '\u{10000}'.repeat(20_000)) },
  )
  const description = fc
    .uniqueArray(fc.tuple(name, value), { maxLength: 4, selector: ([each]) => each })
    .map((entries) => Object.fromEntries(entries))
  const rows = A_ROW_OF_EACH_KIND.filter(({ encrypts }) => encrypts).map((row) => row.name)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...rows), description, async (row, requested) => {
      const encryptor = new ItemEncryptor({ materialsProvider: rowNamed(row).make(), context: { materialDescription: requested } })
      const item: Item = { a: { S: 'plaintext' } }
      const stored = await encryptor.encryptItem(item).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'DynamoDBEncryptionError', code: 'INVALID_MATERIAL_DESCRIPTION' })
        return undefined
      })
      tally.add('requested descriptions', stored === undefined ? 'refused' : 'written')
      if (stored === undefined) return
      expect(readDescription(stored[DESCRIPTION]?.B ?? new Uint8Array())).toMatchObject(requested)
      expect(await encryptor.decryptItem(stored)).toEqual(item)
    }),
    runs(),
  )
})
