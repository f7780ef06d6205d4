// Actions from DynamoDB-Toolbox's schemas: what each attribute gets, what is refused, and how entities of one table are told apart.
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import {
  Entity,
  GetItemCommand,
  item,
  list,
  map,
  number,
  prefix,
  PutItemCommand as PutEntity,
  QueryCommand,
  string,
  Table,
} from 'dynamodb-toolbox'
import { describe, expect, test } from 'vitest'
import { EncryptedDocumentClient } from 'dynamodb-encryption-client/document'
import { actionsFrom, doNothing, refuseUnknownAttributes, signOnly, type ToolboxEntity } from 'dynamodb-encryption-client/dynamodb-toolbox'
import { createTable, rawItems } from '../../examples/odm/people-table.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { expectRefused } from './support/refused.js'

/** A partition key that begins with a word of its own. */
const prefixed = (word: string) => ({ pk: string().key().transform(prefix(word)), sk: string().key() })

const newTable = (name: string | undefined = 'People') =>
  new Table({
    ...(name !== '' && { name }),
    partitionKey: { name: 'pk', type: 'string' },
    sortKey: { name: 'sk', type: 'string' },
    indexes: { gsi1: { type: 'global', partitionKey: { name: 'team', type: 'string' }, sortKey: { name: 'gsi1sk', type: 'string' } } },
  })

/** Keys that the table itself has, so that no `computeKey` is needed. */
const keyedBy = (sk: string) => ({ pk: string().key(), sk: string().key().const(sk) })

type Attributes = Readonly<Record<string, { readonly props: object }>>

/** Of any attributes, which the entity's own types would have to know one by one. */
const entityOf = (name: string, attributes: Attributes, table = newTable()): ToolboxEntity =>
  new Entity({ name, table, schema: item({ ...keyedBy(name.toUpperCase()), ...attributes }) } as never)

describe('one entity', () => {
  test('what each attribute gets: by its name in the table, keys and the mark signed, the rest encrypted', () => {
    const Person = new Entity({
      name: 'Person',
      table: newTable(),
      schema: item({
        id: string().key(),
        email: string().savedAs('e'),
        team: string().meta({ ...signOnly, title: 'the team' }),
        visits: number().meta(doNothing),
        home: map({ street: string(), tags: list(string()) }),
        gsi1sk: string().putLink(() => 'x'),
      }),
      computeKey: ({ id }) => ({ pk: id, sk: 'x' }),
    })
    expect(Object.fromEntries(actionsFrom(Person).attributes)).toEqual({
      pk: 'SIGN_ONLY',
      sk: 'SIGN_ONLY',
      id: 'SIGN_ONLY',
      e: 'ENCRYPT_AND_SIGN',
      team: 'SIGN_ONLY',
      visits: 'DO_NOTHING',
      home: 'ENCRYPT_AND_SIGN',
      gsi1sk: 'SIGN_ONLY',
      _et: 'SIGN_ONLY',
      _ct: 'ENCRYPT_AND_SIGN',
      _md: 'ENCRYPT_AND_SIGN',
    })
  })

  test("an index of several keys, and a table's name from a function", () => {
    const table = new Table({
      name: () => 'People',
      partitionKey: { name: 'pk', type: 'string' },
      indexes: { many: { type: 'global', partitionKeys: [{ name: 'a', type: 'string' }], sortKeys: [{ name: 'b', type: 'string' }] } },
    })
    const of = (b = string().meta(signOnly)) =>
      new Entity({ name: 'Person', table, schema: item({ pk: string().key(), a: string().meta(signOnly), b }) })
    expect(actionsFrom(of()).actionFor('b')).toBe('SIGN_ONLY')
    expectRefused(() => actionsFrom(of(string() as never)), 'INVALID_ACTIONS', 'Person.b', '"many"')
  })
})

describe('refused as it is defined, with entity and attribute named', () => {
  test.each<[string, Attributes, string[]]>([
    ['a key that is to be encrypted', { id: string().key().meta({ encryption: 'ENCRYPT_AND_SIGN' }) }, ['Person.id', 'primary key']],
    ['an index key that says nothing', { team: string() }, ['Person.team', '"gsi1"', 'SIGN_ONLY']],
    ['an index key that is to be encrypted', { team: string().meta({ encryption: 'ENCRYPT_AND_SIGN' }) }, ['Person.team', '"gsi1"']],
    [
      'a linked index key that is to be left alone',
      {
        gsi1sk: string()
          .putLink(() => 'x')
          .meta(doNothing),
      },
      ['Person.gsi1sk', 'SIGN_ONLY'],
    ],
    [
      'a word that is no action',
      { email: string().meta({ encryption: 'SIGN' }) },
      ['Person.email', 'ENCRYPT_AND_SIGN, SIGN_ONLY, DO_NOTHING'],
    ],
    ['a word inside a map', { home: map({ street: string().meta(signOnly) }) }, ['Person.home.street', 'inside another attribute']],
    ['a word inside a list', { homes: list(string().meta(signOnly)) }, ['Person.homes', 'inside another attribute']],
  ])('%s', (_, attributes, texts) => {
    expectRefused(() => actionsFrom(entityOf('Person', attributes)), 'INVALID_ACTIONS', ...texts)
  })

  test('a table without a name', () => {
    expectRefused(() => actionsFrom(entityOf('Person', {}, newTable(''))), 'INVALID_CONFIGURATION', '"Person"', 'without a name')
  })

  test('key prefixes of an entity or of a key that there is not', () => {
    const people = [entityOf('Person', {})] as const
    expectRefused(() => actionsFrom(people, { keyPrefixes: { Persn: { pk: 'x' } } }), 'INVALID_CONFIGURATION', '"Persn"', 'Person')
    expectRefused(() => actionsFrom(people, { keyPrefixes: { Person: { PK: 'x' } } }), 'INVALID_CONFIGURATION', '"PK"', 'pk, sk')
  })
})

describe('entities of one table', () => {
  const person = entityOf('Person', { visits: number().meta(doNothing) })
  const guest = entityOf('Guest', { visits: number() })
  const badge = entityOf('Badge', { badge: string().meta(signOnly) })
  const computed = (name: string, visits = number()) =>
    new Entity({
      name,
      table: newTable(),
      schema: item({ id: string().key(), visits }),
      computeKey: ({ id }) => ({ pk: `${name}#${id}`, sk: 'x' }),
    })

  test('that agree have one set of actions', () => {
    const actions = actionsFrom([person, badge])
    expect(typeof actions !== 'function' && [actions.actionFor('visits'), actions.actionFor('badge')]).toEqual(['DO_NOTHING', 'SIGN_ONLY'])
  })

  test.each<[string, readonly [ToolboxEntity, ToolboxEntity], Parameters<typeof actionsFrom>[1], Record<string, string>]>([
    ['by constant keys', [person, guest], {}, { pk: '1', sk: 'GUEST' }],
    [
      'by transformers',
      [
        entityOf('person', { ...prefixed('person'), visits: number().meta(doNothing) }),
        entityOf('guest', { ...prefixed('guest'), visits: number() }),
      ],
      {},
      { pk: 'guest#1', sk: 'x' },
    ],
    [
      'by prefixes that the caller gives',
      [computed('Person', number().meta(doNothing)), computed('Guest')],
      { keyPrefixes: { Person: { pk: 'Person#' }, Guest: { pk: 'Guest#' } } },
      { pk: 'Guest#1', sk: 'x' },
    ],
  ])('that disagree are told apart %s', (_, entities, options, key) => {
    const actions = actionsFrom(entities, options)
    if (typeof actions !== 'function') throw new Error('one set of actions for entities that disagree')
    const of = (names: Record<string, string>) => actions(Object.fromEntries(Object.entries(names).map(([name, S]) => [name, { S }])))
    expect(of(key).actionFor('visits')).toBe('ENCRYPT_AND_SIGN')
    expectRefused(() => of({ pk: 'other', sk: 'other' }), 'INVALID_ITEM')
  })

  test('that disagree and cannot be told apart are refused, both named', () => {
    const entities = [computed('Person', number().meta(doNothing)), computed('Guest')] as const
    expectRefused(() => actionsFrom(entities), 'INVALID_ACTIONS', '"Person"', '"Guest"', '"visits"')
    const sk = string().key().const('SAME')
    const alike = [entityOf('Person', { sk, visits: number().meta(doNothing) }), entityOf('Guest', { sk, visits: number() })] as const
    expectRefused(() => actionsFrom(alike), 'INVALID_ACTIONS', '"Person"', '"Guest"', '"visits"')
  })
})

describe('in a table', () => {
  const database = useStoreDatabase()

  test('entities that disagree are each stored as they say, and an attribute that none knows is refused', async () => {
    const plain = database.client()
    const tableName = `People-${crypto.randomUUID()}`
    await createTable(plain, tableName, ['pk', 'sk'], { name: 'gsi1', key: ['team', 'gsi1sk'] })
    const table = newTable(tableName)
    const shared = { team: string().meta(signOnly), gsi1sk: string().putLink(() => 'x'), email: string() }
    const Person = new Entity({
      name: 'Person',
      table,
      schema: item({ ...keyedBy('PERSON'), ...shared, visits: number().meta(doNothing) }),
    })
    const Guest = new Entity({ name: 'Guest', table, schema: item({ ...keyedBy('GUEST'), ...shared, visits: number() }) })
    const documents = EncryptedDocumentClient.from(DynamoDBDocumentClient.from(plain), {
      materialsProvider: staticProvider(),
      tables: { [tableName]: { actions: actionsFrom([Person, Guest]) } },
    })
    table.documentClient = documents
    await Person.build(PutEntity).item({ pk: '1', email: 'a@example.com', team: 'red', visits: 3 }).send()
    await Guest.build(PutEntity).item({ pk: '1', email: 'b@example.com', team: 'red', visits: 3 }).send()
    const stored = await rawItems(plain, tableName)
    expect(stored.map(({ sk, visits, _et }) => [sk?.S, Object.keys(visits ?? {})[0], _et?.S]).sort()).toEqual([
      ['GUEST', 'B', 'Guest'],
      ['PERSON', 'N', 'Person'],
    ])
    const { Items = [] } = await table.build(QueryCommand).query({ index: 'gsi1', partition: 'red' }).entities(Person, Guest).send()
    expect(Items.map(({ email, visits }) => `${email} ${String(visits)}`).sort()).toEqual(['a@example.com 3', 'b@example.com 3'])

    const put = (client: DynamoDBDocumentClient) =>
      client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: '2' }, sk: { S: 'GUEST' }, nickname: { S: 'x' } } }))
    await put(documents)
    refuseUnknownAttributes(documents, [Person, Guest])
    await expect(put(documents)).rejects.toMatchObject({ code: 'INVALID_ITEM', attributeName: 'nickname' })
    await expect(Guest.build(GetItemCommand).key({ pk: '2' }).send()).rejects.toMatchObject({
      code: 'INVALID_ITEM',
      message: expect.stringContaining('the entity "Guest"') as string,
    })
    await expect(Guest.build(GetItemCommand).key({ pk: '1' }).send()).resolves.toMatchObject({ Item: { email: 'b@example.com' } })
  })
})
