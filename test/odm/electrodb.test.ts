// Actions from ElectroDB's schemas: what each attribute gets, what is refused, and how entities of one table are told apart.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { Entity, Service } from 'electrodb'
import { describe, expect, test } from 'vitest'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { actionsFrom, refuseUnknownAttributes } from 'dynamodb-encryption-client/electrodb'
import { createTable, rawItems } from '../../examples/odm/people-table.js'
import { hasTransactions } from '../client/support/tables.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { expectRefused } from './support/refused.js'

const INDEXES = {
  primary: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
  byTeam: { index: 'gsi1', pk: { field: 'gsi1pk', composite: ['team'] }, sk: { field: 'gsi1sk', composite: ['id'] } },
} as const

const person = (more: Record<string, unknown> = {}, { table = 'People', entity = 'person', indexes = {} }: Record<string, unknown> = {}) =>
  new Entity(
    {
      model: { entity: String(entity), version: '1', service: 'staff' },
      attributes: {
        id: { type: 'string' },
        email: { type: 'string', field: 'e' },
        team: { type: 'string', encryption: 'SIGN_ONLY' },
        visits: { type: 'number', encryption: 'DO_NOTHING' },
        ...(more as object),
      },
      indexes: { ...INDEXES, ...(indexes as object) },
    },
    typeof table === 'string' ? { table } : {},
  )

/** A primary index with keys of the caller's own, in the case that they are written in. */
const templates = (pk: string, sk: string): Record<string, unknown> => ({
  primary: Object.fromEntries(
    Object.entries({ pk, sk }).map(([field, template]) => [
      field,
      { field, composite: template.includes('${id}') ? ['id'] : [], template, casing: 'none' },
    ]),
  ),
})

describe('one entity', () => {
  test('what each attribute gets: by its name in the table, keys and marks signed, the rest encrypted', () => {
    const actions = actionsFrom(person({ address: { type: 'map', properties: { encryption: { type: 'string' } } } }))
    expect(Object.fromEntries(actions.attributes)).toEqual({
      id: 'SIGN_ONLY',
      e: 'ENCRYPT_AND_SIGN',
      team: 'SIGN_ONLY',
      visits: 'DO_NOTHING',
      address: 'ENCRYPT_AND_SIGN',
      pk: 'SIGN_ONLY',
      sk: 'SIGN_ONLY',
      gsi1pk: 'SIGN_ONLY',
      gsi1sk: 'SIGN_ONLY',
      __edb_e__: 'SIGN_ONLY',
      __edb_v__: 'SIGN_ONLY',
    })
    expect(actions.default).toBe('ENCRYPT_AND_SIGN')
  })

  test('marks under other names', () => {
    const entity = new Entity(
      { model: { entity: 'e', version: '1', service: 's' }, attributes: { id: { type: 'string' } }, indexes: { primary: INDEXES.primary } },
      { table: 'T', identifiers: { entity: 'kind', version: 'edition' } },
    )
    expect([...actionsFrom(entity).attributes.keys()].sort()).toEqual(['edition', 'id', 'kind', 'pk', 'sk'])
  })

  test('attributes that are the keys themselves', () => {
    const entity = new Entity(
      {
        model: { entity: 'e', version: '1', service: 's' },
        attributes: { id: { type: 'string' }, at: { type: 'number', encryption: 'SIGN_ONLY' }, kind: ['a', 'b'] as never },
        indexes: {
          primary: { pk: { field: 'id', composite: ['id'], template: '${id}' } },
          byTime: { index: 'gsi1', type: 'composite', pk: { composite: ['at'] } },
        },
      },
      { table: 'T' },
    )
    expect(Object.fromEntries(actionsFrom(entity).attributes)).toMatchObject({ id: 'SIGN_ONLY', at: 'SIGN_ONLY', kind: 'ENCRYPT_AND_SIGN' })
  })
})

describe('refused as it is defined, with entity and attribute named', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'a part of the primary key that is to be encrypted',
      { id: { type: 'string', encryption: 'ENCRYPT_AND_SIGN' } },
      ['person.id', 'primary key'],
    ],
    [
      'a part of the primary key that is to be left alone',
      { id: { type: 'string', encryption: 'DO_NOTHING' } },
      ['person.id', 'SIGN_ONLY'],
    ],
    ['a part of an index key that says nothing', { team: { type: 'string' } }, ['person.team', 'gsi1', 'SIGN_ONLY']],
    [
      'a part of an index key that is to be encrypted',
      { team: { type: 'string', encryption: 'ENCRYPT_AND_SIGN' } },
      ['person.team', 'gsi1'],
    ],
    [
      'a word that is no action',
      { email: { type: 'string', encryption: 'SIGN' } },
      ['person.email', 'ENCRYPT_AND_SIGN, SIGN_ONLY, DO_NOTHING'],
    ],
    [
      'a word inside a map',
      { home: { type: 'map', properties: { street: { type: 'string', encryption: 'SIGN_ONLY' } } } },
      ['person.home.street', 'inside another attribute'],
    ],
    [
      'a word inside a list of maps',
      { homes: { type: 'list', items: { type: 'map', properties: { street: { type: 'string', encryption: 'SIGN_ONLY' } } } } },
      ['person.homes.street'],
    ],
  ])('%s', (_, attributes, texts) => {
    expectRefused(() => actionsFrom(person(attributes)), 'INVALID_ACTIONS', ...texts)
  })

  test('a part of a template', () => {
    const byMail = { index: 'gsi2', pk: { field: 'gsi2pk', composite: ['email'], template: 'mail#${email}' } }
    expectRefused(() => actionsFrom(person({}, { indexes: { byMail } })), 'INVALID_ACTIONS', 'person.email', 'gsi2')
  })

  test('an entity without a table', () => {
    expectRefused(() => actionsFrom(person({}, { table: 0 })), 'INVALID_CONFIGURATION', '"person"', 'no table')
  })

  test('entities of two tables', () => {
    const [one, other] = [person(), person({}, { table: 'Others', entity: 'other' })]
    expectRefused(() => actionsFrom([one, other]), 'INVALID_CONFIGURATION', '"person"', '"other"', '"People"', '"Others"')
  })

  test('entities of one table with different keys', () => {
    const other = person({}, { entity: 'other', indexes: { primary: { pk: { field: 'key', composite: ['id'] } } } })
    expectRefused(() => actionsFrom([person(), other]), 'INVALID_CONFIGURATION', 'different primary keys')
  })

  test('no entity at all', () => {
    expectRefused(() => actionsFrom({ entities: {} }), 'INVALID_CONFIGURATION', 'no model')
  })
})

describe('entities of one table', () => {
  const badge = person({ badge: { type: 'string', encryption: 'SIGN_ONLY' } }, { entity: 'badge' })
  const secretVisits = (more: Record<string, unknown> = {}) => person({ visits: { type: 'number' } }, { entity: 'guest', ...more })

  test('that agree have one set of actions, of a list or a service', () => {
    for (const entities of [[person(), badge] as const, new Service({ person: person(), badge })]) {
      const actions = actionsFrom(entities)
      expect(actions).toMatchObject({ default: 'ENCRYPT_AND_SIGN' })
      expect(typeof actions !== 'function' && [actions.actionFor('badge'), actions.actionFor('visits')]).toEqual([
        'SIGN_ONLY',
        'DO_NOTHING',
      ])
    }
  })

  test('that disagree are told apart by their keys', () => {
    const actions = actionsFrom([person(), secretVisits(), badge])
    if (typeof actions !== 'function') throw new Error('one set of actions for entities that disagree')
    const of = (sk: string) => actions({ pk: { S: '$staff#id_1' }, sk: { S: sk } })
    expect(of('$person_1').actionFor('visits')).toBe('DO_NOTHING')
    expect(of('$guest_1').actionFor('visits')).toBe('ENCRYPT_AND_SIGN')
    expect(of('$badge_1').actionFor('badge')).toBe('SIGN_ONLY')
    // The same object for the same entity: the clients keep what they work out of it.
    expect(of('$person_1')).toBe(of('$person_1'))
  })

  test.each([['$person_10'], ['$PERSON_1'], ['other'], ['']])('a key of none of them is refused: %j', (sk) => {
    const actions = actionsFrom([person(), secretVisits()])
    if (typeof actions !== 'function') throw new Error('one set of actions for entities that disagree')
    expectRefused(() => actions({ pk: { S: '$staff#id_1' }, sk: { S: sk } }), 'INVALID_ITEM', '"person"', '"guest"')
    expectRefused(() => actions({ pk: { B: Uint8Array.of(1) }, sk: { N: '1' } }), 'INVALID_ITEM')
  })

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['keys without a prefix', templates('${id}', '${id}'), templates('${id}', '${id}')],
    ['a prefix that begins another', templates('p#${id}', 'x'), templates('p#${id}', 'xy${id}')],
    ['a prefix that is the other key', templates('p#${id}', 'xy'), templates('p#${id}', 'x${id}')],
    ['the same prefixes', templates('p#${id}', 'x'), templates('p#${id}', 'x')],
  ])('that disagree and cannot be told apart are refused, both named: %s', (_, one, other) => {
    expectRefused(
      () => actionsFrom([person({}, { indexes: one }), secretVisits({ indexes: other })]),
      'INVALID_ACTIONS',
      '"person"',
      '"guest"',
      '"visits"',
    )
  })

  test('templates tell apart, in the case that they are stored in', () => {
    const keyed = (entity: string, prefix: string, more: object = {}) =>
      person(more as Record<string, unknown>, {
        entity,
        indexes: {
          primary: {
            pk: { field: 'pk', composite: ['id'], template: `${prefix}#\${id}`, casing: 'upper' },
            sk: { field: 'sk', composite: [], template: 'x' },
          },
        },
      })
    const actions = actionsFrom([keyed('person', 'person'), keyed('guest', 'guest', { visits: { type: 'number' } })])
    if (typeof actions !== 'function') throw new Error('one set of actions for entities that disagree')
    expect(actions({ pk: { S: 'GUEST#1' }, sk: { S: 'x' } }).actionFor('visits')).toBe('ENCRYPT_AND_SIGN')
  })
})

describe('in a table', () => {
  const database = useStoreDatabase()

  async function staff() {
    const plain = database.client()
    const table = `People-${crypto.randomUUID()}`
    await createTable(plain, table, ['pk', 'sk'], { name: 'gsi1', key: ['gsi1pk', 'gsi1sk'] })
    const [people, guests] = [
      person({ badge: { type: 'string' } }, { table }),
      person({ visits: { type: 'number' } }, { table, entity: 'guest' }),
    ]
    const client = EncryptedClient.from(plain, {
      materialsProvider: staticProvider(),
      tables: { [table]: { actions: actionsFrom([people, guests]) } },
    })
    const put = (item: Record<string, string>) =>
      client.send(
        new PutItemCommand({ TableName: table, Item: Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }])) }),
      )
    return { plain, table, people, guests, client, put }
  }

  test('entities that disagree are each stored as they say, and read back', async () => {
    const { plain, table, people, guests, client } = await staff()
    for (const each of [people, guests]) each.setClient(client)
    for (const each of [people, guests]) await each.put({ id: '1', email: 'a@example.com', team: 'red', visits: 3 }).go()
    const stored = await rawItems(plain, table)
    expect(stored.map(({ sk, visits }) => [sk?.S, Object.keys(visits ?? {})[0]]).sort()).toEqual([
      ['$guest_1', 'B'],
      ['$person_1', 'N'],
    ])
    for (const each of [people, guests]) {
      expect((await each.query.byTeam({ team: 'red' }).go()).data).toEqual([{ id: '1', email: 'a@example.com', team: 'red', visits: 3 }])
      expect((await each.get({ id: '1' }).go()).data).toMatchObject({ visits: 3 })
    }
  })

  test('an attribute that no entity knows is refused, written and read', async () => {
    const { table, people, guests, client, put } = await staff()
    const key = { pk: '$staff#id_1', sk: '$person_1', __edb_e__: 'person', __edb_v__: '1', id: '1' }
    await put({ ...key, nickname: 'x' })
    refuseUnknownAttributes(client, [people, guests])
    people.setClient(client)
    await expect(put({ ...key, nickname: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ITEM',
      attributeName: 'nickname',
      tableName: table,
    })
    // What the other entity knows does not count.
    const guestItem = { ...key, sk: '$guest_1', __edb_e__: 'guest', id: '1' }
    await expect(put({ ...guestItem, badge: 'x' })).rejects.toMatchObject({
      attributeName: 'badge',
      message: expect.not.stringContaining('"person"') as string,
    })
    await expect(people.get({ id: '1' }).go()).rejects.toMatchObject({
      cause: { code: 'INVALID_ITEM', message: expect.stringContaining('the entity "person"') as string },
    })
    await people.put({ id: '2', email: 'a@example.com', team: 'red' }).go()
    await expect(people.get({ id: '2' }).go()).resolves.toMatchObject({ data: { email: 'a@example.com' } })
  })

  test('conditions on encrypted attributes, upserts, collections and transactions of reads are what they are without encryption', async () => {
    const plain = database.client()
    const table = `People-${crypto.randomUUID()}`
    await createTable(plain, table, ['pk', 'sk'], { name: 'gsi1', key: ['gsi1pk', 'gsi1sk'] })
    const inCollection = { byTeam: { ...INDEXES.byTeam, collection: 'team', type: 'clustered' } } as const
    const service = new Service({
      person: person({}, { table, indexes: inCollection }),
      guest: person({ visits: { type: 'number' } }, { table, entity: 'guest', indexes: inCollection }),
    })
    service.setClient(
      EncryptedClient.from(plain, { materialsProvider: staticProvider(), tables: { [table]: { actions: actionsFrom(service) } } }),
    )
    const { person: people, guest } = service.entities
    await people.put({ id: '1', email: 'a@example.com', team: 'red' }).go()
    const rename = (from: string) =>
      people
        .patch({ id: '1' })
        .set({ email: 'b@example.com' })
        .where(({ email }, { eq }) => eq(email, from))
        .go()
    await expect(rename('z@example.com')).rejects.toThrow('conditional')
    await rename('a@example.com')
    await guest.upsert({ id: '2', email: 'c@example.com', team: 'red' }).add({ visits: 2 }).go()
    await guest.upsert({ id: '2', email: 'd@example.com', team: 'red' }).add({ visits: 2 }).go()
    // Their helper's schemas are wider than what collections are inferred from.
    const collections = service.collections as unknown as { team(of: object): { go(): Promise<{ data: unknown }> } }
    const { data } = await collections.team({ team: 'red' }).go()
    expect(data).toEqual({
      person: [{ id: '1', email: 'b@example.com', team: 'red' }],
      guest: [{ id: '2', email: 'd@example.com', team: 'red', visits: 4 }],
    })
    if (!hasTransactions) return
    const read = await service.transaction.get(({ person: p, guest: g }) => [p.get({ id: '1' }).commit(), g.get({ id: '2' }).commit()]).go()
    expect(read.data.map(({ item }) => item?.email)).toEqual(['b@example.com', 'd@example.com'])
  })

  test('a client of another table passes', async () => {
    const { people, plain } = await staff()
    const client = refuseUnknownAttributes(new DynamoDBClient(database.clientConfig), people)
    const table = `Other-${crypto.randomUUID()}`
    await createTable(plain, table, ['id'], { name: 'byTeam', key: ['team'] })
    await expect(
      client.send(new PutItemCommand({ TableName: table, Item: { id: { S: '1' }, nickname: { S: 'x' } } })),
    ).resolves.toBeDefined()
    client.destroy()
  })
})
