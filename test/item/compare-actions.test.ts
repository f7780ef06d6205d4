// What a change of actions asks for is what happens: each row is checked against items of the versions before and after.
import { describe, expect, test } from 'vitest'
import {
  compareActions,
  ItemEncryptor,
  type ActionsChangeNeed,
  type AttributeActionsOptions,
  type AttributeAction,
  type Item,
} from 'dynamodb-encryption-client'
import { staticProvider } from '../support/table-provider.js'

const BASE: Record<string, AttributeAction> = { id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN' }
const of = (attributes: Record<string, AttributeAction>, more?: AttributeAction): AttributeActionsOptions => ({
  attributes,
  ...(more && { default: more }),
})

interface Row {
  readonly what: string
  readonly before: AttributeActionsOptions
  readonly after: AttributeActionsOptions
  readonly changes: readonly { kind: string; attributeName: string | undefined; from: string; to: string; needs: ActionsChangeNeed }[]
}

const ROWS: readonly Row[] = [
  { what: 'nothing', before: of(BASE), after: of(BASE), changes: [] },
  {
    what: 'an attribute is added, with the default',
    before: of(BASE),
    after: of({ ...BASE, link: 'ENCRYPT_AND_SIGN' }),
    changes: [{ kind: 'ADDED', attributeName: 'link', from: 'ENCRYPT_AND_SIGN', to: 'ENCRYPT_AND_SIGN', needs: 'NOTHING' }],
  },
  {
    what: "an attribute is added that stays in plaintext (the guide's link)",
    before: of(BASE),
    after: of({ ...BASE, link: 'SIGN_ONLY' }),
    changes: [{ kind: 'ADDED', attributeName: 'link', from: 'ENCRYPT_AND_SIGN', to: 'SIGN_ONLY', needs: 'DEPLOY_FIRST' }],
  },
  {
    what: 'an attribute is added that is not signed',
    before: of(BASE),
    after: of({ ...BASE, link: 'DO_NOTHING' }),
    changes: [{ kind: 'ADDED', attributeName: 'link', from: 'ENCRYPT_AND_SIGN', to: 'DO_NOTHING', needs: 'DEPLOY_FIRST' }],
  },
  {
    what: 'an attribute is removed that had the default',
    before: of({ ...BASE, link: 'ENCRYPT_AND_SIGN' }),
    after: of(BASE),
    changes: [{ kind: 'REMOVED', attributeName: 'link', from: 'ENCRYPT_AND_SIGN', to: 'ENCRYPT_AND_SIGN', needs: 'NOTHING' }],
  },
  {
    what: 'an attribute is removed that stayed in plaintext',
    before: of({ ...BASE, link: 'SIGN_ONLY' }),
    after: of(BASE),
    changes: [{ kind: 'REMOVED', attributeName: 'link', from: 'SIGN_ONLY', to: 'ENCRYPT_AND_SIGN', needs: 'KEEP_ACTION' }],
  },
  {
    what: 'an action is changed',
    before: of({ ...BASE, link: 'SIGN_ONLY' }),
    after: of({ ...BASE, link: 'ENCRYPT_AND_SIGN' }),
    changes: [{ kind: 'CHANGED', attributeName: 'link', from: 'SIGN_ONLY', to: 'ENCRYPT_AND_SIGN', needs: 'RE_ENCRYPT' }],
  },
  {
    what: 'the default is changed',
    before: of(BASE),
    after: of(BASE, 'SIGN_ONLY'),
    changes: [{ kind: 'DEFAULT_CHANGED', attributeName: undefined, from: 'ENCRYPT_AND_SIGN', to: 'SIGN_ONLY', needs: 'RE_ENCRYPT' }],
  },
]

const ITEM: Item = { id: { S: '1' }, email: { S: 'ana@example.com' } }

describe.each(ROWS)('$what', ({ before, after, changes }) => {
  const materialsProvider = staticProvider()
  const context = { tableName: 'People', partitionKeyName: 'id' }
  const [old, now] = [before, after].map((actions) => new ItemEncryptor({ materialsProvider, actions, context }))
  const needs = changes.map((change) => change.needs)

  test('is told', () => {
    expect(compareActions(before, after)).toMatchObject(changes)
    expect(compareActions(before, after)).toHaveLength(changes.length)
  })

  test('and the advice names the attribute and what to do', () => {
    for (const { advice, attributeName } of compareActions(before, after)) {
      expect(advice).toContain(attributeName ?? 'default')
      expect(advice).toMatch(/deploy|again/)
    }
  })

  test('it is true: old items that have the attribute can be read after the change, or cannot', async () => {
    // The attribute is new to items where it is added, so only the other kinds have old items with it.
    const stored = await old?.encryptItem({ ...ITEM, link: { S: 'x' } })
    const isReadable = !needs.some((need) => need !== 'NOTHING')
    const read = now?.decryptItem(stored ?? {})
    if (isReadable) await expect(read).resolves.toHaveProperty('link', { S: 'x' })
    else await expect(read).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  test('and old items without it', async () => {
    const stored = (await old?.encryptItem(ITEM)) ?? {}
    // Every item has attributes of the default.
    await expect(now?.decryptItem(stored)).resolves.toEqual(ITEM)
  })

  test('the history that the advice names reads both, in either order', async () => {
    if (!needs.includes('RE_ENCRYPT')) return
    const item = { ...ITEM, link: { S: 'x' } }
    const histories = [[before, after] as const, [after, before] as const].map(
      (actions) => new ItemEncryptor({ materialsProvider, actions, context }),
    )
    for (const writer of [old, now, ...histories]) {
      const stored = (await writer?.encryptItem(item)) ?? {}
      for (const reader of histories) await expect(reader.decryptItem(stored)).resolves.toEqual(item)
    }
  })
})

test('changes come in the order of their names, the default first', () => {
  const changes = compareActions(
    { attributes: { b: 'SIGN_ONLY' } },
    { default: 'SIGN_ONLY', attributes: { a: 'DO_NOTHING', b: 'DO_NOTHING' } },
  )
  expect(changes.map(({ attributeName }) => attributeName)).toEqual([undefined, 'a', 'b'])
})

test.each([[undefined], [[]], ['SIGN_ONLY']])('%j is no actions', (input) => {
  expect(() => compareActions(input as AttributeActionsOptions, {})).toThrow(expect.objectContaining({ code: 'INVALID_ACTIONS' }))
})
