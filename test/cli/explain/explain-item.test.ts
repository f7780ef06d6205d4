// What `explain` finds in items with known causes: nearly all of them, and nothing that is not so.
//
// EXPLAIN_SEED and EXPLAIN_ITEMS draw another set.
import { type AttributeActions, ItemEncryptor, StaticMaterialsProvider, LocalKey, type Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import type { Cause } from '../../../src/cli/explain/cause.js'
import { describeCause } from '../../../src/cli/explain/cause.js'
import { explainItem, type ExplainSetup } from '../../../src/cli/explain/explain-item.js'
import { secretBytes } from '../../support/test-keys.js'
import {
  ACTIONS,
  brokenItem,
  FORMER_PROVIDER,
  KEY_NAMES,
  OLDER_ACTIONS,
  OTHER_TABLES,
  PROVIDER,
  Random,
  TABLE,
  type BrokenItem,
} from './broken-items.js'

const SEED = Number(process.env['EXPLAIN_SEED'] ?? 20_250_101)
const ITEMS = Number(process.env['EXPLAIN_ITEMS'] ?? 300)

const keyed = (actions: AttributeActions): AttributeActions => actions.withIndexKeys(...KEY_NAMES)
const SETUP: ExplainSetup = {
  providers: [
    { label: 'the provider', provider: PROVIDER },
    { label: 'the former provider', provider: FORMER_PROVIDER },
  ],
  tableNames: [TABLE, ...OTHER_TABLES, undefined],
  actions: [
    { label: 'the newest actions', actions: keyed(ACTIONS), isInHistory: true },
    { label: 'older actions', actions: keyed(OLDER_ACTIONS), isInHistory: false },
  ],
  keyNames: KEY_NAMES,
  compatibility: 'java',
  signatureAttribute: '*amzn-ddb-map-sig*',
  materialDescriptionAttribute: '*amzn-ddb-map-desc*',
}

const textOf = (cause: Cause): string => ('attributeName' in cause ? `${cause.kind} ${cause.attributeName}` : cause.kind)

test(
  `${String(ITEMS)} broken items of the seed ${String(SEED)}`,
  async () => {
    const random = new Random(SEED)
    const items: BrokenItem[] = []
    while (items.length < ITEMS) {
      const broken = await brokenItem(random)
      if (broken !== undefined) items.push(broken)
    }
    const missed: string[] = []
    const wrong: string[] = []
    let tries = 0
    for (const { stored, otherCopy, causes, isAltered } of items) {
      const found = await explainItem(stored, { ...SETUP, otherCopy })
      tries += found.tries
      const texts = found.causes.map(textOf).sort()
      if (found.verdict === 'explained' ? texts.join() !== causes.join() : found.verdict !== 'altered')
        wrong.push(`${causes.join()}: ${found.verdict} ${texts.join()}`)
      else if (found.verdict === 'altered' && !isAltered) missed.push(causes.join())
    }
    const altered = items.filter(({ isAltered }) => isAltered).length
    console.log(
      `explain: ${String(ITEMS)} items, ${String(altered)} of them altered, ${String(ITEMS - altered - missed.length)} of ${String(ITEMS - altered)} ` +
        `causes found, ${String(wrong.length)} wrongly, ${String(Math.round(tries / ITEMS))} signatures an item`,
    )
    expect(wrong).toEqual([])
    expect(missed.length, missed.join('\n')).toBeLessThan((ITEMS - altered) * 0.05)
    expect(altered).toBeGreaterThan(ITEMS / 8)
  },
  Math.max(120_000, ITEMS * 2000),
)

describe('single cases', () => {
  const provider = new StaticMaterialsProvider({
    encryptionKey: LocalKey.aes(secretBytes(32)),
    signingKey: LocalKey.hmac(secretBytes(32, 9)),
  })
  const actions = keyed(ACTIONS)
  const setup: ExplainSetup = {
    ...SETUP,
    providers: [{ label: 'the provider', provider }],
    actions: [{ label: 'the newest', actions, isInHistory: true }],
  }
  const item: Item = { id: { S: 'a' }, at: { N: '1' }, city: { S: 'Cork' }, born: { N: '1990' } }
  const encryptor = new ItemEncryptor({ materialsProvider: provider, actions, context: { tableName: TABLE } })

  test('one that holds', async () => {
    expect(await explainItem(await encryptor.encryptItem(item), setup)).toMatchObject({ verdict: 'holds', causes: [], tries: 1 })
  })

  test('one without a signature', async () => {
    expect(await explainItem(item, setup)).toMatchObject({ verdict: 'unsigned', tries: 0 })
  })

  test('a value that another copy still has', async () => {
    const stored = await encryptor.encryptItem(item)
    const changed = { ...stored, city: { S: 'Elsewhere' } }
    expect(await explainItem(changed, setup)).toMatchObject({ verdict: 'altered', isComplete: true })
    expect(await explainItem(changed, { ...setup, otherCopy: stored })).toMatchObject({
      verdict: 'explained',
      causes: [{ kind: 'changed', attributeName: 'city' }],
    })
  })

  test('an attribute that is gone and had a common value', async () => {
    const { city: _, ...stored } = await encryptor.encryptItem({ ...item, city: { NULL: true } })
    expect(await explainItem(stored, { ...setup, possibleNames: ['city'] })).toMatchObject({
      causes: [{ kind: 'missing', attributeName: 'city' }],
    })
  })

  test('a number that Python has rounded', async () => {
    const long = '1.23456789012345678901234567891'
    const stored = await new ItemEncryptor({
      materialsProvider: provider,
      actions,
      context: { tableName: TABLE },
      compatibility: 'python',
    }).encryptItem({ ...item, tags: { N: '1.234567890123456789012345679' } })
    const found = await explainItem({ ...stored, tags: { N: long } }, setup)
    expect(found.causes).toEqual([{ kind: 'compatibility' }])
  })

  test('without a table name', async () => {
    const stored = await new ItemEncryptor({ materialsProvider: provider, actions }).encryptItem(item)
    expect((await explainItem(stored, setup)).causes).toEqual([{ kind: 'table-name', tableName: undefined }])
  })

  test('a bound that ends the search is told', async () => {
    const stored = { ...(await encryptor.encryptItem(item)), at: { N: '2' } }
    expect(await explainItem(stored, { ...setup, mostTries: 20 })).toMatchObject({ verdict: 'altered', isComplete: false })
  })

  test('keys that cannot be had', async () => {
    const stored = await encryptor.encryptItem(item)
    const broken = { ...stored, '*amzn-ddb-map-desc*': { B: Buffer.from('AAAAAAAAAA') } }
    expect(await explainItem(broken, setup)).toMatchObject({
      verdict: 'holds',
      reason: expect.stringContaining('cannot be read') as unknown,
    })
  })

  test('every cause has a sentence', () => {
    const causes: Cause[] = [
      { kind: 'table-name', tableName: 'Old' },
      { kind: 'table-name', tableName: undefined },
      { kind: 'compatibility' },
      { kind: 'former-actions', label: 'x' },
      { kind: 'provider', label: 'x' },
      { kind: 'key-version', version: 1 },
      { kind: 'action', attributeName: 'a', signedAs: 'SIGN_ONLY' },
      { kind: 'not-covered', attributeName: 'a' },
      { kind: 'missing', attributeName: 'a' },
      { kind: 'changed', attributeName: 'a' },
    ]
    expect(new Set(causes.map(describeCause)).size).toBe(causes.length)
  })
})
