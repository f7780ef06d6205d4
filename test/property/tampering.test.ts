// Any single change to what is signed is refused; the unchanged item is accepted, before and after.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AttributeActions, type Item } from 'dynamodb-encryption-client'
import fc, { type GeneratorValue } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributeName, attributeValue, itemCase, tableName } from '../support/arbitraries.js'
import { byteFault } from '../support/byte-faults.js'
import { canonicalItem, sameValue } from '../support/canonical-form.js'
import { changedValue } from '../support/changed-value.js'
import { altered, attributeOf, ProtectedItem, type Reading } from '../support/protected-item.js'
import { printedTally, runs } from '../support/property-runs.js'
import { A_ROW_OF_EACH_KIND, rowNamed } from '../support/provider-rows.js'

const tally = printedTally('tampering')

/** What is read in place of the stored item, or how it is read in place of the right way. */
interface Attack {
  readonly stored?: Item
  readonly reading?: Reading
}

/** Chooses by `gen`, and skips the run where the item has nothing of the kind. */
type Attacker = (target: ProtectedItem, gen: GeneratorValue) => Attack | Promise<Attack>

function oneOf<T>(gen: GeneratorValue, choices: readonly T[]): T {
  fc.pre(choices.length > 0)
  return gen(() => fc.constantFrom(...choices))
}

const encrypted = (target: ProtectedItem): string[] => target.namesWith('ENCRYPT_AND_SIGN')
const plaintext = (target: ProtectedItem): string[] => target.namesWith('SIGN_ONLY')
const signed = (target: ProtectedItem): string[] => target.namesWith('ENCRYPT_AND_SIGN', 'SIGN_ONLY')

function newName(target: ProtectedItem, gen: GeneratorValue): string {
  const name = gen(() => attributeName)
  fc.pre(!Object.hasOwn(target.stored, name))
  return name
}

const withFault = (value: AttributeValue, gen: GeneratorValue): AttributeValue => ({
  B: new Uint8Array(gen(() => byteFault).apply(value.B ?? new Uint8Array(1))),
})

const VALUES: Record<string, Attacker> = {
  'a byte of an encrypted value changed, added or removed': (target, gen) => {
    const name = oneOf(gen, encrypted(target))
    return { stored: altered(target.stored, [[name, withFault(attributeOf(target.stored, name), gen)]]) }
  },
  'whole blocks of an encrypted value taken off, exchanged or put on': (target, gen) => {
    const name = oneOf(gen, encrypted(target))
    const bytes = Buffer.from(attributeOf(target.stored, name).B ?? [])
    const block = 16 * gen(fc.nat, { max: bytes.length / 16 - 2 })
    const [before, first, second, after] = [
      bytes.subarray(0, block),
      bytes.subarray(block, block + 16),
      bytes.subarray(block + 16, block + 32),
      bytes.subarray(block + 32),
    ]
    const parts = oneOf(gen, [
      [before, second, after],
      [before, first, after],
      [before, second, first, after],
      [before, first, first, second, after],
    ])
    return { stored: altered(target.stored, [[name, { B: new Uint8Array(Buffer.concat(parts)) }]]) }
  },
  'an encrypted value replaced by the plaintext, or by another type': (target, gen) => {
    const name = oneOf(gen, encrypted(target))
    const { B = new Uint8Array() } = attributeOf(target.stored, name)
    const value = oneOf<AttributeValue>(gen, [
      attributeOf(target.given.item, name),
      { S: Buffer.from(B).toString('latin1') },
      { BS: [B] },
      { L: [{ B }] },
    ])
    return { stored: altered(target.stored, [[name, value]]) }
  },
  'a value that is signed alone changed': (target, gen) => {
    const name = oneOf(gen, plaintext(target))
    return { stored: altered(target.stored, [[name, changedValue(attributeOf(target.stored, name), gen)]]) }
  },
  "an encrypted value replaced by an earlier version's": async (target, gen) => {
    const name = oneOf(gen, encrypted(target))
    const earlier = await target.storedLikewise(target.given.item)
    return { stored: altered(target.stored, [[name, attributeOf(earlier, name)]]) }
  },
}

const ATTRIBUTES: Record<string, Attacker> = {
  'a signed attribute removed': (target, gen) => ({ stored: altered(target.stored, [[oneOf(gen, signed(target)), undefined]]) }),
  'an attribute added that the actions sign': (target, gen) => {
    const name = newName(target, gen)
    fc.pre(target.given.actions.actionFor(name) !== 'DO_NOTHING')
    const copied = Object.values(target.stored)
    const value = gen(fc.boolean) ? gen(attributeValue, 28) : oneOf(gen, copied)
    return { stored: altered(target.stored, [[name, value]]) }
  },
  'a signed attribute renamed': (target, gen) => {
    const [name, renamed] = [oneOf(gen, signed(target)), newName(target, gen)]
    return {
      stored: altered(target.stored, [
        [renamed, attributeOf(target.stored, name)],
        [name, undefined],
      ]),
    }
  },
  'two values exchanged, one of them signed': (target, gen) => {
    const [a, b] = [oneOf(gen, signed(target)), oneOf(gen, Object.keys(target.given.item))]
    const [ofA, ofB] = [attributeOf(target.stored, a), attributeOf(target.stored, b)]
    fc.pre(!sameValue(ofA, ofB))
    return {
      stored: altered(target.stored, [
        [a, ofB],
        [b, ofA],
      ]),
    }
  },
  'a value copied over a signed one': (target, gen) => {
    const [from, to] = [oneOf(gen, Object.keys(target.stored)), oneOf(gen, signed(target))]
    const value = attributeOf(target.stored, from)
    fc.pre(!sameValue(value, attributeOf(target.stored, to)))
    return { stored: altered(target.stored, [[to, value]]) }
  },
}

const SIGNATURES: Record<string, Attacker> = {
  'a byte of the signature changed, added or removed': (target, gen) => ({
    stored: altered(target.stored, [[target.signatureName, withFault(attributeOf(target.stored, target.signatureName), gen)]]),
  }),
  'the signature emptied, or of another type': (target, gen) => {
    const { B = new Uint8Array() } = attributeOf(target.stored, target.signatureName)
    const value = oneOf<AttributeValue>(gen, [
      { B: new Uint8Array() },
      { S: Buffer.from(B).toString('base64') },
      { BS: [B] },
      { NULL: true },
    ])
    return { stored: altered(target.stored, [[target.signatureName, value]]) }
  },
  "another item's signature": async (target, gen) => {
    const name = oneOf(gen, signed(target))
    const value = gen(attributeValue, 28)
    fc.pre(!sameValue(value, attributeOf(target.given.item, name)))
    const other = await target.storedLikewise(altered(target.given.item, [[name, value]]))
    const signature = attributeOf(other, target.signatureName)
    return { stored: altered(target.stored, [[target.signatureName, signature]]) }
  },
}

/** Either library's own word for no table is signed as a table of that name would be. */
const UNNAMED = [undefined, 'null', 'None']

const READINGS: Record<string, Attacker> = {
  'moved to another table': (target, gen) => {
    const { context } = target.given
    const other = gen(() => tableName)
    fc.pre(other !== context.tableName && !(UNNAMED.includes(other) && UNNAMED.includes(context.tableName)))
    return { reading: { context: { ...context, tableName: other } } }
  },
  'under another signing key': () => ({ reading: { signer: 1 } }),
  'under other actions': (target, gen) => {
    const { actions, context } = target.given
    const name = oneOf(gen, Object.keys(target.given.item))
    const isKey = name === context.partitionKeyName || name === context.sortKeyName
    const other = oneOf(gen, isKey ? (['SIGN_ONLY', 'DO_NOTHING'] as const) : (['ENCRYPT_AND_SIGN', 'SIGN_ONLY', 'DO_NOTHING'] as const))
    const changed = new AttributeActions({ default: actions.default, attributes: new Map(actions.attributes).set(name, other) })
    fc.pre(other !== actions.actionFor(name) && changed.takesAction)
    return { reading: { actions: changed } }
  },
}

const UNSIGNED: Record<string, Attacker> = {
  'the signature removed': (target) => ({ stored: altered(target.stored, [[target.signatureName, undefined]]) }),
  'the signature renamed': (target, gen) => {
    const signature = attributeOf(target.stored, target.signatureName)
    return {
      stored: altered(target.stored, [
        [target.signatureName, undefined],
        [newName(target, gen), signature],
      ]),
    }
  },
}

const target = fc
  .constantFrom(...A_ROW_OF_EACH_KIND)
  .chain(({ name, encrypts }) => fc.tuple(fc.constant(name), itemCase({ encrypting: encrypts, minLength: 1 })))

describe.each([
  ['SIGNATURE_MISMATCH', { ...VALUES, ...ATTRIBUTES, ...SIGNATURES, ...READINGS }],
  ['NOT_ENCRYPTED', UNSIGNED],
] as const)('%s', (code, attackers: Record<string, Attacker>) => {
  test.each(Object.entries(attackers))('%s', async (kind, attacker) => {
    await fc.assert(
      fc.asyncProperty(target, fc.gen(), async ([row, given], gen) => {
        fc.pre(given.actions.takesAction)
        const item = await ProtectedItem.from(given, rowNamed(row))
        const { stored = item.stored, reading = {} } = await attacker(item, gen)

        const expected = canonicalItem(given.item)
        expect(canonicalItem(await item.read(item.stored))).toEqual(expected)
        await expect(item.read(stored, reading)).rejects.toMatchObject({ name: 'DynamoDBEncryptionError', code })
        expect(canonicalItem(await item.read(item.stored))).toEqual(expected)
        tally.addItem(given.item)
        tally.add('modes', given.compatibility)
        tally.add('refused', code)
        tally.add('attacks', kind)
      }),
      runs(0.2),
    )
    expect(tally.of('attacks', kind)).toBeGreaterThan(0)
  })
})

test('what is not signed can be changed by anyone: added, removed and changed attributes with DO_NOTHING come back as they are', async () => {
  await fc.assert(
    fc.asyncProperty(target, fc.gen(), async ([row, given], gen) => {
      const item = await ProtectedItem.from(given, rowNamed(row))
      const name = gen(fc.boolean) ? oneOf(gen, item.namesWith('DO_NOTHING')) : newName(item, gen)
      fc.pre(given.actions.actionFor(name) === 'DO_NOTHING')
      const change = [[name, gen(() => fc.option(attributeValue(28), { nil: undefined }))]] as const
      expect(canonicalItem(await item.read(altered(item.stored, change)))).toEqual(canonicalItem(altered(given.item, change)))
      tally.add('accepted', 'unsigned change')
    }),
    runs(0.5),
  )
})
