// The encryption context: constructor and call merged field by field, then overridden; and the encryptor's options.
import {
  ItemEncryptor,
  overrideTableName,
  type ContextOverride,
  type EncryptionContext,
  type ItemEncryptorOptions,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor, staticProvider } from '../support/encryptors.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { CONTEXT, ENCRYPT_ALL, SIGN_ALL, wholeItem } from '../support/items.js'

/** An encryptor whose provider notes what it is told. */
function listening(options: Partial<ItemEncryptorOptions>): { encryptor: ItemEncryptor; seen: EncryptionContext[] } {
  const inner = staticProvider()
  const seen: EncryptionContext[] = []
  const encryptor = itemEncryptor({
    materialsProvider: {
      encryptionMaterials: (context) => {
        seen.push(context)
        return inner.encryptionMaterials(context)
      },
      decryptionMaterials: (context) => inner.decryptionMaterials(context),
    },
    actions: SIGN_ALL,
    ...options,
  })
  return { encryptor, seen }
}

describe('merging', () => {
  test.each<[string, EncryptionContext | undefined, EncryptionContext | undefined, EncryptionContext]>([
    ['neither', undefined, undefined, {}],
    ['the constructor`s', { tableName: 'A', partitionKeyName: 'p' }, undefined, { tableName: 'A', partitionKeyName: 'p' }],
    ['the call`s', undefined, { tableName: 'B', sortKeyName: 's' }, { tableName: 'B', sortKeyName: 's' }],
    [
      'field by field',
      { tableName: 'A', partitionKeyName: 'p', sortKeyName: 's' },
      { tableName: 'B' },
      { tableName: 'B', partitionKeyName: 'p', sortKeyName: 's' },
    ],
    ['undefined replaces nothing', { tableName: 'A' }, { tableName: undefined, partitionKeyName: undefined }, { tableName: 'A' }],
    [
      'descriptions name by name',
      { materialDescription: { a: '1', b: '2' } },
      { materialDescription: { b: '3', c: '4' } },
      { materialDescription: { a: '1', b: '3', c: '4' } },
    ],
    [
      'an empty description takes nothing away',
      { materialDescription: { a: '1' } },
      { materialDescription: {} },
      { materialDescription: { a: '1' } },
    ],
  ])('%s', async (_what, base, call, merged) => {
    const { encryptor, seen } = listening({ context: base })
    await encryptor.encryptItem({ x: { S: '1' } }, { context: call })
    const { tableName, partitionKeyName, sortKeyName, materialDescription = {} } = seen[0] ?? {}
    expect({ tableName, partitionKeyName, sortKeyName, materialDescription }).toEqual({
      tableName: undefined,
      partitionKeyName: undefined,
      sortKeyName: undefined,
      materialDescription: {},
      ...merged,
    })
  })

  test('a call leaves the next one as it was', async () => {
    const encryptor = itemEncryptor()
    await encryptor.encryptItem(wholeItem(), { context: { tableName: 'Other' }, actions: SIGN_ALL })
    expect(await itemEncryptor().decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
  })

  test('a call`s actions replace the constructor`s whole', async () => {
    const encryptor = itemEncryptor()
    const stored = await encryptor.encryptItem(wholeItem(), { actions: SIGN_ALL })
    expect(stored['text']).toEqual(wholeItem()['text'])
    expect(await encryptor.decryptItem(stored, { actions: SIGN_ALL })).toEqual(wholeItem())
    expect(await encryptor.decryptItem(stored, { actions: { default: 'SIGN_ONLY' } })).toEqual(wholeItem())
    await failureOf(() => encryptor.decryptItem(stored), 'SIGNATURE_MISMATCH', /./)
  })
})

describe('overrideTableName', () => {
  const overrides: readonly [string, ContextOverride][] = [
    ['two names', overrideTableName('Restored', 'People')],
    ['an object of names', overrideTableName({ Restored: 'People', Other: 'Something' })],
    ['a function', (context) => (context.tableName === 'Restored' ? { ...context, tableName: 'People' } : context)],
  ]
  test.each(overrides)('by %s: a restored table`s items are read as the original`s', async (_how, contextOverride) => {
    const stored = await itemEncryptor().encryptItem(wholeItem())
    const encryptor = itemEncryptor({ contextOverride })
    const restored = { context: { tableName: 'Restored' } }
    expect(await encryptor.decryptItem(stored, restored)).toEqual(wholeItem())
    expect(await encryptor.decryptItems([stored, stored], restored)).toEqual([wholeItem(), wholeItem()])
    await failureOf(() => itemEncryptor().decryptItem(stored, restored), 'SIGNATURE_MISMATCH', /another table name/)
    // What is written to the restored table stays in the original's name: one way to read the whole table.
    expect(await itemEncryptor().decryptItem(await encryptor.encryptItem(wholeItem(), restored))).toEqual(wholeItem())
    // Other tables, and the original, are themselves.
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
    await failureOf(() => encryptor.decryptItem(stored, { context: { tableName: 'Another' } }), 'SIGNATURE_MISMATCH', /./)
  })

  test('comes after the merge, of constructor and call', async () => {
    const { encryptor, seen } = listening({
      contextOverride: (context) => ({
        ...context,
        tableName: `${context.tableName ?? ''}!`,
        materialDescription: { ...context.materialDescription, over: 'x' },
      }),
    })
    await encryptor.encryptItem({ x: { S: '1' } }, { context: { tableName: 'B', materialDescription: { a: '1' } } })
    expect(seen[0]).toMatchObject({ tableName: 'B!', partitionKeyName: 'id', materialDescription: { a: '1', over: 'x' } })
  })

  test('no table name is nobody`s', async () => {
    const encryptor = itemEncryptor({ context: {}, contextOverride: overrideTableName('undefined', 'People') })
    expect(await itemEncryptor({ context: {} }).decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
  })

  test.each(['__proto__', 'constructor', 'toString'])('a table named %s', async (name) => {
    const encryptor = itemEncryptor({ contextOverride: overrideTableName(Object.fromEntries([[name, 'People']])) })
    const stored = await itemEncryptor().encryptItem(wholeItem())
    expect(await encryptor.decryptItem(stored, { context: { tableName: name } })).toEqual(wholeItem())
    await failureOf(
      () => itemEncryptor({ contextOverride: overrideTableName({}) }).decryptItem(stored, { context: { tableName: name } }),
      'SIGNATURE_MISMATCH',
      /./,
    )
  })

  test.each<[string, readonly unknown[]]>([
    ['one name', ['Restored']],
    ['an empty name', ['', 'People']],
    ['an empty original', ['Restored', '']],
    ['an empty name in an object', [{ '': 'People' }]],
    ['an empty original in an object', [{ Restored: '' }]],
    ['a number in an object', [{ Restored: 1 }]],
    ['undefined', [undefined]],
    ['null', [null]],
  ])('%s is refused', async (_what, given) => {
    await failureOf(
      () => Reflect.apply(overrideTableName, undefined, given),
      'INVALID_CONFIGURATION',
      /overrideTableName takes two table names, or an object of table names to table names/,
    )
  })

  test('its names are taken when it is made', async () => {
    const originals: Record<string, string> = { Restored: 'People' }
    const encryptor = itemEncryptor({ contextOverride: overrideTableName(originals) })
    originals['Restored'] = 'Other'
    expect(await encryptor.decryptItem(await itemEncryptor().encryptItem(wholeItem()), { context: { tableName: 'Restored' } })).toEqual(
      wholeItem(),
    )
  })
})

describe('an override that throws', () => {
  test('once the first call is made, or at once', async () => {
    const contextOverride = (): never => {
      throw new Error('no such table')
    }
    expect(await thrownBy(() => itemEncryptor({ contextOverride }))).toEqual(new Error('no such table'))
  })

  test('rejects, never throws, in a call', async () => {
    let calls = 0
    const contextOverride: ContextOverride = (context) => {
      if (calls++ > 0) throw new Error('no such table')
      return context
    }
    const encryptor = itemEncryptor({ contextOverride })
    const promise = encryptor.encryptItem(wholeItem(), { context: { tableName: 'B' } })
    expect(promise).toBeInstanceOf(Promise)
    await expect(promise).rejects.toEqual(new Error('no such table'))
  })

  test('what is no Error becomes one', async () => {
    let calls = 0
    const contextOverride: ContextOverride = (context) => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- callers do
      if (calls++ > 0) throw 'no such table'
      return context
    }
    await expect(itemEncryptor({ contextOverride }).encryptItem(wholeItem(), { context: {} })).rejects.toEqual(new Error('no such table'))
  })
})

describe('options that the encryptor refuses', () => {
  test.each<[string, unknown, RegExp]>([
    ['no options', undefined, /takes a materialsProvider/],
    ['no provider', {}, /takes a materialsProvider/],
    ['null for a provider', { materialsProvider: null }, /takes a materialsProvider/],
    ['a string for a provider', { materialsProvider: 'static' }, /takes a materialsProvider/],
    ['an object that is no provider', { materialsProvider: {} }, /takes a materialsProvider/],
    ['half a provider', { materialsProvider: { encryptionMaterials: () => ({}) } }, /takes a materialsProvider/],
    ['an unknown compatibility', { materialsProvider: staticProvider(), compatibility: 'perl' }, /compatibility is 'java' or 'python'/],
    [
      'a compatibility that objects have by themselves',
      { materialsProvider: staticProvider(), compatibility: 'toString' },
      /compatibility is 'java' or 'python'/,
    ],
    ['null for a compatibility', { materialsProvider: staticProvider(), compatibility: null }, /compatibility is 'java' or 'python'/],
  ])('%s', async (_what, options, message) => {
    await failureOf(() => new ItemEncryptor(options as ItemEncryptorOptions), 'INVALID_CONFIGURATION', message)
  })

  test('an object that changes afterwards changes nothing', async () => {
    const options: { -readonly [Name in keyof ItemEncryptorOptions]: ItemEncryptorOptions[Name] } = {
      materialsProvider: staticProvider(),
      actions: ENCRYPT_ALL,
      context: { ...CONTEXT },
    }
    const encryptor = new ItemEncryptor(options)
    options.actions = SIGN_ALL
    options.context = { tableName: 'Other' }
    options.signatureAttribute = 'sig'
    expect(await itemEncryptor().decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
  })
})
