// Items, actions, contexts and the item encryptor, as the compiler sees them.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  AttributeActions,
  ItemEncryptor,
  overrideTableName,
  type ActionsHistory,
  type AttributeAction,
  type AttributeActionsInput,
  type AttributeActionsOptions,
  type Compatibility,
  type ContextOverride,
  type CryptographicMaterialsProvider,
  type Document,
  type EncryptionContext,
  type FormerActions,
  type Item,
  type ItemEncryptorOptions,
  type ItemOptions,
  type ItemsOptions,
  type MarshallOptions,
  type MaterialDescription,
  type MaybePromise,
  type UnmarshallOptions,
} from 'dynamodb-encryption-client'
import { describe, expectTypeOf, test } from 'vitest'

declare const materialsProvider: CryptographicMaterialsProvider
declare const encryptor: ItemEncryptor
declare const item: Item

describe('items', () => {
  test("are the SDK's", () => {
    expectTypeOf<Item>().toEqualTypeOf<Record<string, AttributeValue>>()
    expectTypeOf<MaybePromise<string>>().toEqualTypeOf<string | Promise<string>>()
    expectTypeOf<{ id: { S: string } }>().toExtend<Item>()
    expectTypeOf<Document>().toExtend<Record<string, unknown>>()
    expectTypeOf<MarshallOptions['removeUndefinedValues']>().toEqualTypeOf<boolean | undefined>()
    expectTypeOf<UnmarshallOptions>().toHaveProperty('wrapNumbers')
  })
})

describe('attribute actions', () => {
  test('there are three', () => {
    expectTypeOf<AttributeAction>().toEqualTypeOf<'ENCRYPT_AND_SIGN' | 'SIGN_ONLY' | 'DO_NOTHING'>()
    expectTypeOf(new AttributeActions().actionFor('name')).toEqualTypeOf<AttributeAction>()
  })

  test('come as an object or a Map, or not at all', () => {
    expectTypeOf(AttributeActions).toBeConstructibleWith()
    expectTypeOf(AttributeActions).toBeConstructibleWith({ default: 'SIGN_ONLY', attributes: { id: 'DO_NOTHING' } })
    expectTypeOf(AttributeActions).toBeConstructibleWith({ attributes: new Map([['id', 'SIGN_ONLY' as const]]) })
    expectTypeOf(AttributeActions).toBeConstructibleWith({ attributes: { ...AttributeActions.globalTables2017, id: 'SIGN_ONLY' } })
    // @ts-expect-error a misspelled action
    new AttributeActions({ default: 'ENCRYPT_AND_SIGNED' })
    // @ts-expect-error encrypting without signing does not exist
    new AttributeActions({ attributes: { id: 'ENCRYPT_ONLY' } })
    // @ts-expect-error an option that does not exist
    new AttributeActions({ overrides: {} })
    // @ts-expect-error names alone say nothing
    new AttributeActions({ attributes: ['id'] })
  })

  test('are not changed in place', () => {
    const actions = new AttributeActions()
    expectTypeOf(actions.withIndexKeys('pk', 'sk')).toEqualTypeOf<AttributeActions>()
    expectTypeOf(actions.attributes).toEqualTypeOf<ReadonlyMap<string, AttributeAction>>()
    expectTypeOf(actions.takesAction).toEqualTypeOf<boolean>()
    expectTypeOf(AttributeActions.globalTables2017).toExtend<Readonly<Record<string, AttributeAction>>>()
    // @ts-expect-error it is read-only
    actions.default = 'DO_NOTHING'
    // @ts-expect-error it is read-only
    actions.attributes = new Map()
    // @ts-expect-error key names, not a list of them
    actions.withIndexKeys(['pk'])
  })

  test('in either form where actions are taken, and a history with its newest first', () => {
    expectTypeOf<AttributeActionsInput>().toEqualTypeOf<AttributeActions | AttributeActionsOptions>()
    const former: FormerActions = { actions: { default: 'DO_NOTHING' }, returnsUnsigned: ['role'] }
    expectTypeOf([new AttributeActions(), { default: 'SIGN_ONLY' }, former] as const).toExtend<ActionsHistory>()
    // @ts-expect-error items are written with the newest entry: there must be one
    const empty: ActionsHistory = []
    // @ts-expect-error the newest returns what it signs
    const newest: ActionsHistory = [former]
    // @ts-expect-error which unsigned attributes an old entry returns has to be said
    const unsaid: FormerActions = { actions: {} }
    expectTypeOf([empty, newest, unsaid]).toBeArray()
  })
})

describe('encryption context', () => {
  test('has fields that are all optional, and nothing else', () => {
    expectTypeOf<MaterialDescription>().toEqualTypeOf<Readonly<Record<string, string>>>()
    expectTypeOf<Required<EncryptionContext>>().toHaveProperty('attributes')
    const context: EncryptionContext = {
      tableName: 'People',
      partitionKeyName: 'id',
      sortKeyName: undefined,
      materialDescription: { a: 'b' },
    }
    // @ts-expect-error the AWS SDK's spelling
    const misspelled: EncryptionContext = { TableName: 'People' }
    // @ts-expect-error a description holds text alone
    const numbers: EncryptionContext = { materialDescription: { version: 1 } }
    // @ts-expect-error it is read-only
    context.tableName = 'Other'
    expectTypeOf([context, misspelled, numbers]).toExtend<readonly EncryptionContext[]>()
  })

  test('can be overridden: two names, an object of names, or a function', () => {
    expectTypeOf(overrideTableName('Restored', 'Original')).toEqualTypeOf<ContextOverride>()
    expectTypeOf(overrideTableName({ Restored: 'Original' })).toEqualTypeOf<ContextOverride>()
    expectTypeOf<ContextOverride>().toEqualTypeOf<(context: EncryptionContext) => EncryptionContext>()
    // @ts-expect-error the original's name is missing
    overrideTableName('Restored')
    // @ts-expect-error an object needs no second name
    overrideTableName({ Restored: 'Original' }, 'Original')
  })
})

describe('item encryptor', () => {
  test('takes a provider, and the rest if you like', () => {
    expectTypeOf(ItemEncryptor).toBeConstructibleWith({ materialsProvider })
    const all: Required<ItemEncryptorOptions> = {
      materialsProvider,
      actions: [{}, { actions: { default: 'DO_NOTHING' }, returnsUnsigned: [] }],
      context: {},
      contextOverride: (context) => context,
      compatibility: 'python',
      materialDescriptionAttribute: 'd',
      signatureAttribute: 's',
      descriptionPrefix: 'p-',
      marshallOptions: { removeUndefinedValues: true },
      unmarshallOptions: { wrapNumbers: true },
    }
    expectTypeOf(ItemEncryptor).toBeConstructibleWith(all)
    expectTypeOf<Compatibility>().toEqualTypeOf<'java' | 'python'>()
    // @ts-expect-error no provider
    new ItemEncryptor({ actions: {} })
    // @ts-expect-error a provider has both halves
    new ItemEncryptor({ materialsProvider: { encryptionMaterials: (context) => materialsProvider.encryptionMaterials(context) } })
    // @ts-expect-error a client that does not exist
    new ItemEncryptor({ materialsProvider, compatibility: 'c' })
    // @ts-expect-error a misspelled option
    new ItemEncryptor({ materialsProvider, attributeActions: {} })
  })

  test('items in, items out; documents in and out', () => {
    expectTypeOf<ItemEncryptor['encryptItem']>().parameters.toEqualTypeOf<[item: Item, options?: ItemOptions | undefined]>()
    expectTypeOf<ItemEncryptor['encryptItem']>().returns.resolves.toEqualTypeOf<Item>()
    expectTypeOf<ItemEncryptor['decryptItem']>().parameters.toEqualTypeOf<[item: Item, options?: ItemOptions | undefined]>()
    expectTypeOf<ItemEncryptor['decryptItem']>().returns.resolves.toEqualTypeOf<Item>()
    expectTypeOf<ItemEncryptor['encryptDocument']>().returns.resolves.toEqualTypeOf<Item>()
    expectTypeOf<ItemEncryptor['encryptDocument']>().parameter(0).toEqualTypeOf<Document>()
    expectTypeOf<ItemEncryptor['decryptDocument']>().parameter(0).toEqualTypeOf<Item>()
    expectTypeOf<ItemEncryptor['decryptDocument']>().returns.resolves.toEqualTypeOf<Document>()
    expectTypeOf<ItemEncryptor['encryptItem']>().toBeCallableWith({ id: { S: '7' }, tags: { SS: ['a'] }, photo: { B: new Uint8Array() } })
    // @ts-expect-error native values are documents
    void encryptor.encryptItem({ id: '7' })
    // @ts-expect-error a number is text in an attribute value
    void encryptor.encryptItem({ age: { N: 7 } })
    // @ts-expect-error what DynamoDB answers may lack the item
    void encryptor.decryptItem(undefined as Item | undefined)
  })

  test('many items: order kept, so arrays; options of their own', () => {
    expectTypeOf<ItemEncryptor['encryptItems']>().parameters.toEqualTypeOf<[items: readonly Item[], options?: ItemsOptions | undefined]>()
    expectTypeOf<ItemEncryptor['encryptItems']>().returns.resolves.toEqualTypeOf<Item[]>()
    expectTypeOf<ItemEncryptor['decryptItems']>().parameters.toEqualTypeOf<[items: readonly Item[], options?: ItemsOptions | undefined]>()
    expectTypeOf<ItemEncryptor['decryptItems']>().returns.resolves.toEqualTypeOf<Item[]>()
    expectTypeOf<ItemsOptions>().toExtend<ItemOptions>()
    expectTypeOf<ItemEncryptor['encryptItems']>().toBeCallableWith([item], {
      concurrency: 4,
      signal: AbortSignal.abort(),
      context: {},
      actions: [{}],
    })
    // @ts-expect-error one item is not a list
    void encryptor.decryptItems(item)
    // @ts-expect-error a signal, not its controller
    void encryptor.decryptItems([item], { signal: new AbortController() })
    // @ts-expect-error for many items alone
    void encryptor.decryptItem(item, { concurrency: 4 })
    // @ts-expect-error the provider is the encryptor's
    void encryptor.encryptItem(item, { materialsProvider })
  })
})
