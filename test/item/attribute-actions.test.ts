// Attribute actions by themselves: defaults, exceptions, index keys, and what is refused.
import {
  AttributeActions,
  ItemEncryptor,
  type AttributeAction,
  type AttributeActionsInput,
  type AttributeActionsOptions,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor, staticProvider } from '../support/encryptors.js'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, wholeItem } from '../support/items.js'

const ODD_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '', ' ', '0', 'é', '*amzn-ddb-map-sig*']

describe('actionFor', () => {
  test('everything is encrypted and signed unless said otherwise', () => {
    const actions = new AttributeActions()
    expect(actions.default).toBe('ENCRYPT_AND_SIGN')
    expect(actions.attributes.size).toBe(0)
    for (const name of ['a', ...ODD_NAMES]) expect(actions.actionFor(name)).toBe('ENCRYPT_AND_SIGN')
    expect(new AttributeActions({}).default).toBe('ENCRYPT_AND_SIGN')
    expect(new AttributeActions({ default: undefined, attributes: undefined }).default).toBe('ENCRYPT_AND_SIGN')
  })

  test.each(['ENCRYPT_AND_SIGN', 'SIGN_ONLY', 'DO_NOTHING'] as const)('a default of %s', (action) => {
    expect(new AttributeActions({ default: action }).actionFor('a')).toBe(action)
  })

  test.each(ODD_NAMES)('the name %j is a name like any other', (name) => {
    const asMap = new AttributeActions({ attributes: new Map<string, AttributeAction>([[name, 'SIGN_ONLY']]) })
    const asObject = new AttributeActions({ attributes: Object.fromEntries([[name, 'SIGN_ONLY' as const]]) })
    for (const actions of [asMap, asObject]) {
      expect(actions.actionFor(name)).toBe('SIGN_ONLY')
      for (const other of ODD_NAMES) if (other !== name) expect(actions.actionFor(other)).toBe('ENCRYPT_AND_SIGN')
    }
  })

  test('what changes afterwards changes nothing', () => {
    const map = new Map<string, AttributeAction>([['a', 'SIGN_ONLY']])
    const record: Record<string, AttributeAction> = { a: 'SIGN_ONLY' }
    const both = [new AttributeActions({ attributes: map }), new AttributeActions({ attributes: record })]
    map.set('a', 'DO_NOTHING')
    record['a'] = 'DO_NOTHING'
    for (const actions of both) expect(actions.actionFor('a')).toBe('SIGN_ONLY')
  })
})

describe('takesAction', () => {
  test.each<[AttributeActionsOptions, boolean]>([
    [{}, true],
    [{ default: 'SIGN_ONLY' }, true],
    [{ default: 'DO_NOTHING' }, false],
    [{ default: 'DO_NOTHING', attributes: { a: 'DO_NOTHING' } }, false],
    [{ default: 'DO_NOTHING', attributes: { a: 'SIGN_ONLY' } }, true],
    [{ default: 'SIGN_ONLY', attributes: { a: 'DO_NOTHING' } }, true],
  ])('%j: %s', (options, takesAction) => {
    expect(new AttributeActions(options).takesAction).toBe(takesAction)
  })
})

describe('withIndexKeys', () => {
  test.each([
    ['ENCRYPT_AND_SIGN', 'SIGN_ONLY'],
    ['SIGN_ONLY', 'SIGN_ONLY'],
    ['DO_NOTHING', 'DO_NOTHING'],
  ] as const)('under a default of %s they are %s, in a new object', (byDefault, action) => {
    const actions = new AttributeActions({ default: byDefault, attributes: { other: 'ENCRYPT_AND_SIGN' } })
    const withKeys = actions.withIndexKeys('pk', 'sk', '__proto__')
    for (const name of ['pk', 'sk', '__proto__']) expect(withKeys.actionFor(name)).toBe(action)
    expect(withKeys.actionFor('other')).toBe('ENCRYPT_AND_SIGN')
    expect(withKeys.default).toBe(byDefault)
    expect(actions.attributes.size).toBe(1)
    expect(withKeys.withIndexKeys('pk').actionFor('pk')).toBe(action)
  })

  test('no keys, no change', () => {
    expect(new AttributeActions({ attributes: { a: 'SIGN_ONLY' } }).withIndexKeys().attributes).toEqual(new Map([['a', 'SIGN_ONLY']]))
  })

  test.each([
    ['ENCRYPT_AND_SIGN', 'ENCRYPT_AND_SIGN', 'SIGN_ONLY'],
    ['ENCRYPT_AND_SIGN', 'DO_NOTHING', 'SIGN_ONLY'],
    ['SIGN_ONLY', 'ENCRYPT_AND_SIGN', 'SIGN_ONLY'],
    ['SIGN_ONLY', 'DO_NOTHING', 'SIGN_ONLY'],
    ['DO_NOTHING', 'SIGN_ONLY', 'DO_NOTHING'],
    ['DO_NOTHING', 'ENCRYPT_AND_SIGN', 'DO_NOTHING'],
  ] as const)('under a default of %s a key that was given %s is refused', async (byDefault, given, wanted) => {
    const actions = new AttributeActions({ default: byDefault, attributes: { pk: given } })
    const error = await failureOf(() => actions.withIndexKeys('sk', 'pk'), 'INVALID_ACTIONS', /the key attribute "pk"/)
    expect(error.message).toContain(`has the action ${given}, and keys take ${wanted}`)
    expect(error.attributeName).toBe('pk')
  })
})

describe('unknown actions', () => {
  const UNKNOWN = ['', 'encrypt_and_sign', 'ENCRYPT', 'SIGN_AND_INCLUDE_IN_ENCRYPTION_CONTEXT', 'toString', 0, 1, true, null, {}, []]
  test.each(UNKNOWN)('%j as an attribute`s', async (action) => {
    for (const attributes of [{ a: 'SIGN_ONLY', weight: action }, new Map([['weight', action]])]) {
      const error = await failureOf(
        () => new AttributeActions({ attributes } as unknown as AttributeActionsOptions),
        'INVALID_ACTIONS',
        /the action of "weight" is none of ENCRYPT_AND_SIGN, SIGN_ONLY, DO_NOTHING/,
      )
      expect(error.attributeName).toBe('weight')
    }
  })

  test('undefined as an attribute`s', async () => {
    const attributes = { weight: undefined } as unknown as Record<string, AttributeAction>
    await failureOf(() => new AttributeActions({ attributes }), 'INVALID_ACTIONS', /the action of "weight"/)
  })

  test.each(UNKNOWN.filter((action) => action !== null))('%j as the default', async (action) => {
    const error = await failureOf(
      () => new AttributeActions({ default: action } as AttributeActionsOptions),
      'INVALID_ACTIONS',
      /the default action is none of/,
    )
    expect(error.attributeName).toBeUndefined()
  })

  test('in the encryptor`s options and in a call`s', async () => {
    const actions = { attributes: { weight: 'ENCRYPT' } } as unknown as AttributeActionsOptions
    await failureOf(() => itemEncryptor({ actions }), 'INVALID_ACTIONS', /the action of "weight"/)
    await failureOf(() => itemEncryptor().encryptItem(wholeItem(), { actions }), 'INVALID_ACTIONS', /the action of "weight"/)
    await failureOf(() => itemEncryptor().decryptItem(wholeItem(), { actions }), 'INVALID_ACTIONS', /the action of "weight"/)
    await failureOf(() => itemEncryptor().encryptItems([], { actions }), 'INVALID_ACTIONS', /the action of "weight"/)
  })

  test.each(['SIGN_ONLY', 5, true, null, () => 'SIGN_ONLY'])('%o in place of actions', async (given) => {
    const actions = given as unknown as AttributeActionsInput
    await failureOf(() => itemEncryptor().encryptItem(wholeItem(), { actions }), 'INVALID_ACTIONS', /actions/)
    if (given !== null) await failureOf(() => itemEncryptor({ actions }), 'INVALID_ACTIONS', /actions/)
  })

  test('a long name is cut in the message', async () => {
    const attributes = { ['x'.repeat(10_000)]: 'ENCRYPT' } as unknown as Record<string, AttributeAction>
    const error = await failureOf(() => new AttributeActions({ attributes }), 'INVALID_ACTIONS', /"x{64}…"/)
    expect(error.message.length).toBeLessThan(200)
  })
})

test('what global tables of 2017 add to items is left alone', async () => {
  expect(AttributeActions.globalTables2017).toEqual({
    'aws:rep:deleting': 'DO_NOTHING',
    'aws:rep:updatetime': 'DO_NOTHING',
    'aws:rep:updateregion': 'DO_NOTHING',
  })
  const actions = new AttributeActions({ attributes: AttributeActions.globalTables2017 }).withIndexKeys('id', 'when')
  const encryptor = itemEncryptor({ actions })
  const stored = await encryptor.encryptItem(wholeItem())
  const replicated = {
    ...stored,
    'aws:rep:deleting': { BOOL: false },
    'aws:rep:updatetime': { N: '1.5' },
    'aws:rep:updateregion': { S: 'eu-west-1' },
  }
  expect(await encryptor.decryptItem(replicated)).toEqual({
    ...wholeItem(),
    'aws:rep:deleting': { BOOL: false },
    'aws:rep:updatetime': { N: '1.5' },
    'aws:rep:updateregion': { S: 'eu-west-1' },
  })
})

test('an object of another copy of the package serves as well', async () => {
  const foreign = {
    default: 'ENCRYPT_AND_SIGN',
    attributes: new Map([
      ['id', 'SIGN_ONLY'],
      ['when', 'SIGN_ONLY'],
    ]),
    // Not asked: what a stranger's method answers could change from call to call.
    actionFor: () => 'DO_NOTHING',
  }
  const encryptor = itemEncryptor({ actions: foreign as unknown as AttributeActions })
  expect(await itemEncryptor().decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
})

describe('a primary key that would be encrypted', () => {
  test.each<[string, AttributeActionsInput, string]>([
    ['by default', {}, 'id'],
    ['the sort key by default', { attributes: { id: 'SIGN_ONLY' } }, 'when'],
    ['by its own action', { default: 'SIGN_ONLY', attributes: { id: 'ENCRYPT_AND_SIGN' } }, 'id'],
  ])('%s', async (_what, actions, name) => {
    const message = new RegExp(`the primary key attribute "${name}" has the action ENCRYPT_AND_SIGN.*withIndexKeys`)
    const error = await failureOf(() => itemEncryptor({ actions }), 'INVALID_ACTIONS', message)
    expect(error).toMatchObject({ attributeName: name, tableName: CONTEXT.tableName })
    for (const method of ['encryptItem', 'decryptItem', 'encryptDocument', 'decryptDocument'] as const) {
      await failureOf(() => itemEncryptor()[method]({ id: { S: 'x' } }, { actions }), 'INVALID_ACTIONS', message)
    }
    await failureOf(() => itemEncryptor().encryptItems([], { actions }), 'INVALID_ACTIONS', message)
    await failureOf(() => itemEncryptor().decryptItems([], { actions }), 'INVALID_ACTIONS', message)
    // The name may come from the call's context as well.
    const nameless = new ItemEncryptor({ materialsProvider: staticProvider(), actions })
    await failureOf(() => nameless.encryptItem(wholeItem(), { context: CONTEXT }), 'INVALID_ACTIONS', message)
  })

  test.each(['SIGN_ONLY', 'DO_NOTHING'] as const)('%s is fine', async (action) => {
    const encryptor = itemEncryptor({ actions: { attributes: { id: action, when: action } } })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(stored['id']).toEqual({ S: 'p-7' })
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
  })

  test('a key that the context does not name is an attribute like any other', async () => {
    const encryptor = new ItemEncryptor({ materialsProvider: staticProvider(), context: { tableName: 'People' } })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(bytesOf(stored, 'id').length).toBeGreaterThanOrEqual(32)
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
  })
})
