// What is done to a table's items: index and TimeToLive attributes, actions by key, actions of former times, restored tables.
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { AttributeActions, EncryptedClient, overrideTableName, TableInfo, type Actions, type Item } from 'dynamodb-encryption-client'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { createTable } from './support/tables.js'
import { watchedProvider } from './support/watched-provider.js'
import { answerWire, tapWire } from './support/wire.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()
let plain: DynamoDBClient

beforeEach(() => {
  plain = database.client()
})

const rawItem = async (table: string, key: Item) => (await plain.send(new GetItemCommand({ TableName: table, Key: key }))).Item

describe('an attribute that cannot do its work encrypted is told of with the first request, before it is sent', () => {
  const REQUESTS: readonly (readonly [string, (client: DynamoDBClient, table: string) => Promise<unknown>])[] = [
    ['put', (client, table) => client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'a' }, sk: { N: '1' } } }))],
    ['get', (client, table) => client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'a' }, sk: { N: '1' } } }))],
    ['scan', (client, table) => client.send(new ScanCommand({ TableName: table }))],
  ]

  test.each(REQUESTS)('the key of a global index: %s', async (_, request) => {
    const table = await createTable(plain, { key: 'pk, sk:N', indexes: { byCity: { kind: 'global', key: 'city', projects: 'ALL' } } })
    const wire = tapWire(plain)
    const client = EncryptedClient.from(plain, { materialsProvider })
    const error = await failureOf(() => request(client, table), 'INVALID_ACTIONS', /"city" is a key of the index "byCity".*SIGN_ONLY/)
    expect(error).toMatchObject({ attributeName: 'city', tableName: table })
    expect(wire.filter(({ operation }) => !operation.startsWith('Describe'))).toEqual([])
  })

  test('the key of a local index', async () => {
    const table = await createTable(plain, { key: 'pk, sk:N', indexes: { byCity: { kind: 'local', key: 'pk, city', projects: 'ALL' } } })
    const client = EncryptedClient.from(plain, { materialsProvider })
    await failureOf(() => client.send(new ScanCommand({ TableName: table })), 'INVALID_ACTIONS', /"city" is a key of the index "byCity"/)
  })

  test.each<[string, Actions]>([
    ['SIGN_ONLY', { attributes: { city: 'SIGN_ONLY' } }],
    ['DO_NOTHING', { attributes: { city: 'DO_NOTHING' } }],
    ['withIndexKeys', new AttributeActions().withIndexKeys('city')],
    ['SIGN_ONLY for all', { default: 'SIGN_ONLY' }],
  ])('an index key with %s is fine', async (_, actions) => {
    const table = await createTable(plain, { key: 'pk', indexes: { byCity: { kind: 'global', key: 'city', projects: 'ALL' } } })
    const client = EncryptedClient.from(plain, { materialsProvider, actions })
    const item = { pk: { S: 'a' }, city: { S: 'Porto' }, note: { S: 'a note' } }
    await client.send(new PutItemCommand({ TableName: table, Item: item }))
    const byCity = { IndexName: 'byCity', KeyConditionExpression: 'city = :city', ExpressionAttributeValues: { ':city': { S: 'Porto' } } }
    expect((await client.send(new QueryCommand({ TableName: table, ...byCity }))).Items).toEqual([item])
  })

  test('the TimeToLive attribute', async () => {
    const table = await createTable(plain, { key: 'pk' })
    answerWire(plain, (operation) =>
      operation === 'DescribeTimeToLive'
        ? { status: 200, body: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } } }
        : undefined,
    )
    const client = EncryptedClient.from(plain, { materialsProvider })
    const scan = new ScanCommand({ TableName: table })
    const error = await failureOf(() => client.send(scan), 'INVALID_ACTIONS', /"expires" is the table's TimeToLive attribute.*SIGN_ONLY/)
    expect(error).toMatchObject({ attributeName: 'expires', tableName: table })
    const signed = EncryptedClient.from(plain, { materialsProvider, actions: { attributes: { expires: 'SIGN_ONLY' } } })
    expect((await signed.send(scan)).Items).toEqual([])
  })

  test('a TimeToLive attribute that is known by hand', async () => {
    const table = await createTable(plain, { key: 'pk' })
    const info = new TableInfo({ tableName: table, primaryIndex: { partitionKeyName: 'pk' }, timeToLiveAttribute: 'expires' })
    const client = EncryptedClient.from(plain, { materialsProvider, tables: { [table]: { info } } })
    await failureOf(() => client.send(new ScanCommand({ TableName: table })), 'INVALID_ACTIONS', /"expires" is the table's TimeToLive/)
  })
})

describe('the primary key', () => {
  test('is signed by itself, and not where nothing is done by default', async () => {
    const table = await createTable(plain, { key: 'pk, sk:N' })
    const item = { pk: { S: 'a' }, sk: { N: '1' }, note: { S: 'a note' } }
    const move = async (actions: Actions): Promise<unknown> => {
      const client = EncryptedClient.from(plain, { materialsProvider, actions })
      await client.send(new PutItemCommand({ TableName: table, Item: item }))
      const stored = (await rawItem(table, { pk: item.pk, sk: item.sk })) ?? {}
      await plain.send(new PutItemCommand({ TableName: table, Item: { ...stored, sk: { N: '2' } } }))
      return client.send(new GetItemCommand({ TableName: table, Key: { pk: item.pk, sk: { N: '2' } } }))
    }
    await failureOf(() => move({}), 'SIGNATURE_MISMATCH', /signature/)
    expect(await move({ default: 'DO_NOTHING', attributes: { note: 'ENCRYPT_AND_SIGN' } })).toMatchObject({ Item: { note: item.note } })
  })

  test.each(['ENCRYPT_AND_SIGN', 'DO_NOTHING'] as const)('cannot be %s', async (action) => {
    const table = await createTable(plain, { key: 'pk' })
    const client = EncryptedClient.from(plain, { materialsProvider, actions: { attributes: { pk: action } } })
    const error = await failureOf(() => client.send(new ScanCommand({ TableName: table })), 'INVALID_ACTIONS', /the key attribute "pk"/)
    expect(error.tableName).toBe(table)
  })
})

describe('actions as a function of the primary key', () => {
  const byEntity = (key: Item): ReturnType<Extract<Actions, (key: Item) => unknown>> => {
    if (key['sk']?.S?.startsWith('PUBLIC#')) return 'unprotected'
    return key['sk']?.S?.startsWith('ORDER#') ? { attributes: { price: 'SIGN_ONLY' } } : {}
  }
  const entity = (sk: string): Item => ({ pk: { S: 'u1' }, sk: { S: sk }, name: { S: 'Ada' }, price: { N: '10' } })
  const keyOf = (item: Item): Item => ({ pk: item['pk'] ?? { S: '' }, sk: item['sk'] ?? { S: '' } })
  const [USER, ORDER, PUBLIC] = [entity('USER'), entity('ORDER#1'), entity('PUBLIC#1')]
  const ENTITIES = [USER, ORDER, PUBLIC].toSorted((a, b) => ((a['sk']?.S ?? '') < (b['sk']?.S ?? '') ? -1 : 1))
  const put = (Item: Item) => client.send(new PutItemCommand({ TableName: table, Item }))
  const get = async (item: Item) => (await client.send(new GetItemCommand({ TableName: table, Key: keyOf(item) }))).Item
  const actions = vi.fn(byEntity)
  let table: string
  let client: DynamoDBClient

  beforeEach(async () => {
    actions.mockClear()
    table = await createTable(plain, { key: 'pk, sk' })
    client = EncryptedClient.from(plain, { materialsProvider, actions, localEvaluation: false })
    for (const item of ENTITIES) await put(item)
  })

  test('each entity is stored as its actions say, and read back', async () => {
    const stored = await Promise.all([USER, ORDER, PUBLIC].map((item) => rawItem(table, keyOf(item))))
    expect(stored.map((item) => [item?.['name']?.S, item?.['price']?.N])).toEqual([
      [undefined, undefined],
      [undefined, '10'],
      ['Ada', '10'],
    ])
    expect(stored[2]).toEqual(PUBLIC)
    for (const item of [USER, ORDER, PUBLIC]) expect(await get(item)).toEqual(item)
  })

  test('a page and a batch of several', async () => {
    expect((await client.send(new ScanCommand({ TableName: table }))).Items).toEqual(ENTITIES)
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'u1' } }, ProjectionExpression: '#n' }
    const page = await client.send(new QueryCommand({ TableName: table, ...query, ExpressionAttributeNames: { '#n': 'name' } }))
    expect(page.Items).toEqual(ENTITIES.map(() => ({ name: { S: 'Ada' } })))
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: ENTITIES.map(keyOf) } } }))
    expect(Responses?.[table]).toHaveLength(3)
    expect(Responses?.[table]).toEqual(expect.arrayContaining(ENTITIES))
  })

  test('the function is told the key alone', () => {
    expect(actions).toHaveBeenCalled()
    for (const [key] of actions.mock.calls) expect(Object.keys(key).toSorted()).toEqual(['pk', 'sk'])
  })

  test('a condition and an update follow the actions of their own item', async () => {
    const ifPrice = { ConditionExpression: 'price = :ten', ExpressionAttributeValues: { ':ten': { N: '10' } } }
    for (const item of [ORDER, PUBLIC]) await client.send(new PutItemCommand({ TableName: table, Item: item, ...ifPrice }))
    const onUser = () => client.send(new PutItemCommand({ TableName: table, Item: USER, ...ifPrice }))
    await failureOf(onUser, 'OPERATION_NOT_SUPPORTED', /the condition reads "price", which is encrypted/)
    const rename = { UpdateExpression: 'SET price = :ten', ExpressionAttributeValues: { ':ten': { N: '11' } } }
    const update = (item: Item) => client.send(new UpdateItemCommand({ TableName: table, Key: keyOf(item), ...rename }))
    await update(PUBLIC)
    expect(await get(PUBLIC)).toEqual({ ...PUBLIC, price: { N: '11' } })
    await failureOf(() => update(ORDER), 'OPERATION_NOT_SUPPORTED', /the update changes "price", which the item's signature covers/)
  })

  test('a filter may meet any of them: only keys are known to be compared', async () => {
    const filtered = (FilterExpression: string) =>
      client.send(new ScanCommand({ TableName: table, FilterExpression, ExpressionAttributeValues: { ':v': { S: 'USER' } } }))
    expect((await filtered('sk = :v')).Items).toEqual([USER])
    await failureOf(() => filtered('team = :v'), 'OPERATION_NOT_SUPPORTED', /the filter reads "team", which some items may have encrypted/)
  })

  test('an unprotected item may not carry a reserved attribute: neither written nor read', async () => {
    const stored = (await rawItem(table, keyOf(USER))) ?? {}
    const moved = { ...stored, sk: { S: 'PUBLIC#2' } }
    const reserved = /an unprotected item holds the reserved attribute/
    await failureOf(() => put(moved), 'INVALID_ITEM', reserved)
    await plain.send(new PutItemCommand({ TableName: table, Item: moved }))
    const error = await failureOf(() => get(moved), 'INVALID_ITEM', reserved)
    expect(error).toMatchObject({ tableName: table, key: keyOf(moved) })
    await failureOf(() => client.send(new ScanCommand({ TableName: table })), 'INVALID_ITEM', reserved)
  })

  test('a plaintext item at a protected key is refused', async () => {
    await plain.send(new PutItemCommand({ TableName: table, Item: USER }))
    await failureOf(() => get(USER), 'NOT_ENCRYPTED', /./)
  })

  test('what the function throws is told, and nothing is sent', async () => {
    const wire = tapWire(plain)
    actions.mockImplementationOnce(() => {
      throw new RangeError('no such entity')
    })
    await expect(put(USER)).rejects.toThrow('no such entity')
    expect(wire.filter(({ operation }) => operation === 'PutItem')).toEqual([])
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an unknown word', 'public'],
    ['a list', []],
    ['an action', 'SIGN_ONLY'],
  ])('a function that answers %s: refused, and nothing is sent', async (_, answer) => {
    const wire = tapWire(plain)
    actions.mockImplementationOnce(() => answer as ReturnType<typeof byEntity>)
    await failureOf(() => put(USER), 'INVALID_ACTIONS', /actions are/)
    expect(wire.filter(({ operation }) => operation === 'PutItem')).toEqual([])
  })
})

describe('a history of actions', () => {
  const key = { pk: { S: 'a' } }
  const item = { ...key, note: { S: 'a note' }, city: { S: 'Porto' } }
  const former = { attributes: {} } as const
  const newest = { attributes: { city: 'SIGN_ONLY' } } as const
  const ifInPorto = { ConditionExpression: 'city = :city', ExpressionAttributeValues: { ':city': { S: 'Porto' } } }

  test('reads items of both, writes the newest, and compares what no item has encrypted', async () => {
    const table = await createTable(plain, { key: 'pk' })
    await EncryptedClient.from(plain, { materialsProvider, actions: former }).send(new PutItemCommand({ TableName: table, Item: item }))
    const forgetful = EncryptedClient.from(plain, { materialsProvider, actions: newest })
    const get = new GetItemCommand({ TableName: table, Key: key })
    await failureOf(() => forgetful.send(get), 'SIGNATURE_MISMATCH', /signature/)
    const client = EncryptedClient.from(plain, { materialsProvider, actions: [newest, former], localEvaluation: false })
    expect((await client.send(get)).Item).toEqual(item)
    const put = () => client.send(new PutItemCommand({ TableName: table, Item: item, ...ifInPorto }))
    await failureOf(put, 'OPERATION_NOT_SUPPORTED', /the condition reads "city", which is encrypted/)
    await client.send(new PutItemCommand({ TableName: table, Item: item }))
    expect((await rawItem(table, key))?.['city']).toEqual({ S: 'Porto' })
    expect((await forgetful.send(get)).Item).toEqual(item)
  })

  test('an entry that would return unsigned attributes is refused, unless it says so', async () => {
    const table = await createTable(plain, { key: 'pk' })
    const unsigned = { attributes: { city: 'DO_NOTHING' } } as const
    const scan = new ScanCommand({ TableName: table })
    const silent = EncryptedClient.from(plain, { materialsProvider, actions: [newest, unsigned] })
    await failureOf(() => silent.send(scan), 'INVALID_ACTIONS', /"city"/)
    const actions: Actions = [newest, { actions: unsigned, returnsUnsigned: ['city'] }]
    await EncryptedClient.from(plain, { materialsProvider, actions: unsigned }).send(new PutItemCommand({ TableName: table, Item: item }))
    expect((await EncryptedClient.from(plain, { materialsProvider, actions }).send(scan)).Items).toEqual([item])
  })

  test('an index key that a former entry had encrypted is fine: the newest decides what is written', async () => {
    const table = await createTable(plain, { key: 'pk', indexes: { byCity: { kind: 'global', key: 'city', projects: 'ALL' } } })
    const client = EncryptedClient.from(plain, { materialsProvider, actions: [newest, former] })
    await client.send(new PutItemCommand({ TableName: table, Item: item }))
    const wrongWay = EncryptedClient.from(plain, { materialsProvider, actions: [former, newest] })
    await failureOf(() => wrongWay.send(new ScanCommand({ TableName: table })), 'INVALID_ACTIONS', /"city" is a key of the index "byCity"/)
  })
})

describe('a table that was restored under another name', () => {
  const key = { pk: { S: 'a' } }
  const item = { ...key, note: { S: 'a note' } }

  test('is read and written under the name that its items were signed with', async () => {
    const [original, restored] = [await createTable(plain, { key: 'pk' }), await createTable(plain, { key: 'pk' })]
    const client = EncryptedClient.from(plain, { materialsProvider })
    await client.send(new PutItemCommand({ TableName: original, Item: item }))
    await plain.send(new PutItemCommand({ TableName: restored, Item: (await rawItem(original, key)) ?? {} }))
    const get = new GetItemCommand({ TableName: restored, Key: key })
    await failureOf(() => client.send(get), 'SIGNATURE_MISMATCH', /signature/)
    const watched = watchedProvider(materialsProvider)
    const contextOverride = overrideTableName(restored, original)
    const forRestored = EncryptedClient.from(plain, { materialsProvider: watched.provider, contextOverride })
    expect((await forRestored.send(get)).Item).toEqual(item)
    const changed = { ...item, note: { S: 'changed' } }
    await forRestored.send(new PutItemCommand({ TableName: restored, Item: changed }))
    expect([...watched.decryptions, ...watched.encryptions].map(({ tableName }) => tableName)).toEqual([original, original])
    await plain.send(new PutItemCommand({ TableName: original, Item: (await rawItem(restored, key)) ?? {} }))
    expect((await client.send(new GetItemCommand({ TableName: original, Key: key }))).Item).toEqual(changed)
    // Of one table alone.
    const ofOne = EncryptedClient.from(plain, { materialsProvider, tables: { [restored]: { contextOverride }, [original]: {} } })
    expect((await ofOne.send(get)).Item).toEqual(changed)
  })
})
