// An actions history never lets in what the newest actions protect: an attribute that was added to an item, which no signature
// covers, stays out of the result unless the newest actions do nothing to it or `returnsUnsigned` names it.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  AttributeActions,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  type ActionsHistory,
  type AttributeAction,
  type AttributeActionsOptions,
  type FormerActions,
  type Item,
} from 'dynamodb-encryption-client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributeName, attributeValue, compatibility, item } from '../support/arbitraries.js'
import { canonicalForm, canonicalItem } from '../support/canonical-form.js'
import { altered } from '../support/protected-item.js'
import { printedTally, runs } from '../support/property-runs.js'
import { CONTENT_KEY, MAC_KEY } from '../support/test-keys.js'

const tally = printedTally('actions history')

const ACTIONS: readonly AttributeAction[] = ['ENCRYPT_AND_SIGN', 'SIGN_ONLY', 'DO_NOTHING']
const materialsProvider = new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) })

/** Always signed, so that no entry does nothing to everything. */
const ALWAYS_SIGNED = 'id'
const ADDED = 'added'

/** @returns undefined where the item is refused, which is always by its signature */
async function readOrRefused(encryptor: ItemEncryptor, stored: Item): Promise<Map<string, AttributeValue> | undefined> {
  try {
    return new Map(Object.entries(await encryptor.decryptItem(stored)))
  } catch (error) {
    expect(error).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    return undefined
  }
}

function optionsOf(byDefault: AttributeAction, given: Iterable<readonly [string, AttributeAction]> = []): AttributeActionsOptions {
  return { default: byDefault, attributes: new Map([[ALWAYS_SIGNED, 'SIGN_ONLY'], ...given]) }
}

const PAIRS = ACTIONS.flatMap((newest) => ACTIONS.map((older) => ({ newest, older })))

describe.each(PAIRS)('newest $newest, older $older', ({ newest, older }) => {
  test.each(['by name', 'by default'])('%s: an added attribute', async (by) => {
    const actionsOf = (action: AttributeAction, other: AttributeAction): AttributeActionsOptions =>
      by === 'by name' ? optionsOf(other, [[ADDED, action]]) : optionsOf(action)
    // The rest of the item has one action in both, so that nothing but the added attribute tells the entries apart.
    const other = fc.constantFrom<AttributeAction>('ENCRYPT_AND_SIGN', 'SIGN_ONLY')
    await fc.assert(
      fc.asyncProperty(
        item(28, { maxLength: 4 }),
        attributeValue(28),
        fc.record({ other, compatibility, writtenUnder: fc.constantFrom('newest', 'older'), named: fc.boolean(), copies: fc.boolean() }),
        async (rest, random, { copies, named, ...drawn }) => {
          const plaintext = altered(rest, [
            [ALWAYS_SIGNED, { S: '7' }],
            [ADDED, undefined],
          ])
          const entries = { newest: actionsOf(newest, drawn.other), older: actionsOf(older, drawn.other) }
          const history: ActionsHistory = [entries.newest, { actions: entries.older, returnsUnsigned: named ? [ADDED] : [] }]
          const common = { materialsProvider, compatibility: drawn.compatibility, context: { tableName: 'People' } }
          const written = drawn.writtenUnder === 'newest' ? entries.newest : entries.older
          const stored = await new ItemEncryptor({ ...common, actions: written }).encryptItem(plaintext)
          const encryptor = new ItemEncryptor({ ...common, actions: history })

          // Without the attribute the item is accepted, whichever entry it was written under; what is unsigned there and
          // signed now is left out.
          const writtenActions = new AttributeActions(written)
          const newestActions = new AttributeActions(entries.newest)
          const left = Object.keys(plaintext).filter(
            (name) => writtenActions.actionFor(name) === 'DO_NOTHING' && newestActions.actionFor(name) !== 'DO_NOTHING',
          )
          const expected = altered(
            plaintext,
            left.map((name) => [name, undefined]),
          )
          const control = await readOrRefused(encryptor, stored)
          expect(control && canonicalItem(Object.fromEntries(control))).toEqual(canonicalItem(expected))

          // Any value, or one that the item holds already: an encrypted one is a ciphertext under the right key.
          const copied = Object.values(stored)[0]
          const value = copies && copied !== undefined ? copied : random
          const read = await readOrRefused(encryptor, altered(stored, [[ADDED, value]]))
          const outcome = read === undefined ? 'refused' : read.has(ADDED) ? 'returned' : 'left out'
          tally.add('outcomes', outcome)
          tally.add('modes', drawn.compatibility)
          if (outcome === 'returned') {
            // Unless the newest actions do nothing to it, it was named, and the older ones do nothing to it.
            if (newest !== 'DO_NOTHING') expect({ named, older }).toEqual({ named: true, older: 'DO_NOTHING' })
            expect(canonicalForm(read?.get(ADDED) ?? { NULL: true })).toEqual(canonicalForm(value))
          }
          read?.delete(ADDED)
          if (read !== undefined) expect(canonicalItem(Object.fromEntries(read))).toEqual(canonicalItem(expected))
        },
      ),
      runs(0.15),
    )
  })
})

test('histories of any length: nothing unsigned comes back that was not asked for', async () => {
  const action = fc.constantFrom(...ACTIONS)
  const NAMES = ['a', 'b', ADDED, '__proto__', 'constructor'] as const
  const entry = fc
    .record({ byDefault: action, given: fc.tuple(...NAMES.map(() => action)), returned: fc.subarray([...NAMES]) })
    .map(({ byDefault, given, returned }): FormerActions => {
      const named = NAMES.map((name, at): [string, AttributeAction] => [name, given[at] ?? byDefault])
      return { actions: optionsOf(byDefault, named), returnsUnsigned: returned }
    })
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { minLength: 1, maxLength: 8 }),
      fc.nat({ max: 7 }),
      fc.array(attributeValue(28), { minLength: 5, maxLength: 5 }),
      attributeName,
      attributeValue(28),
      async (entries, chosen, values, anyName, addedValue) => {
        const [newest = { actions: optionsOf('SIGN_ONLY'), returnsUnsigned: [] }, ...former] = entries
        const history: ActionsHistory = [newest.actions, ...former]
        const writing = entries[chosen % entries.length] ?? newest
        const pairs = NAMES.map((name, at) => [name, values[at]] as const).filter(([name]) => name !== ADDED)
        const plaintext = altered({ [ALWAYS_SIGNED]: { S: '7' } }, pairs)
        const stored = await new ItemEncryptor({ materialsProvider, actions: writing.actions }).encryptItem(plaintext)
        const encryptor = new ItemEncryptor({ materialsProvider, actions: history })
        const newestActions = new AttributeActions(newest.actions)
        const isAllowed = (name: string): boolean =>
          newestActions.actionFor(name) === 'DO_NOTHING' || former.some(({ returnsUnsigned }) => returnsUnsigned.includes(name))

        const control = await readOrRefused(encryptor, stored)
        expect(control).toBeDefined()
        for (const name of [ADDED, anyName]) {
          fc.pre(!Object.hasOwn(stored, name))
          const read = await readOrRefused(encryptor, altered(stored, [[name, addedValue]]))
          tally.add('long histories', read === undefined ? 'refused' : read.has(name) ? 'returned' : 'left out')
          if (!isAllowed(name)) expect(read?.has(name) ?? false).toBe(false)
          // What is signed in every entry is never another value than was written.
          if (read !== undefined) expect(read.get(ALWAYS_SIGNED)).toEqual({ S: '7' })
        }
      },
    ),
    runs(3),
  )
})

test('every outcome occurred', () => {
  for (const group of ['outcomes', 'long histories']) {
    for (const outcome of ['refused', 'returned', 'left out']) expect(tally.of(group, outcome)).toBeGreaterThan(0)
  }
})
