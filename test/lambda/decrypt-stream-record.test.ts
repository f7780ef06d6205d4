// Stream records in both shapes: images verified and decrypted, everything else as it was.
import { GetItemCommand, PutItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EncryptedClient, overrideTableName, type EncryptionContext, type Item, TableInfo } from 'dynamodb-encryption-client'
import {
  decryptStreamRecord,
  type DecryptStreamRecordOptions,
  type StreamAttributeValue,
  type StreamImage,
} from 'dynamodb-encryption-client/lambda'
import { beforeAll, describe, expect, test } from 'vitest'
import { watchedProvider } from '../client/support/watched-provider.js'
import { createTable } from '../client/support/tables.js'
import { answerWire, tapWire } from '../client/support/wire.js'
import { failureOf } from '../support/failures.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()
let client: DynamoDBClient
let people: string
let orders: string

beforeAll(async () => {
  client = database.client()
  people = await createTable(client, { key: 'id:B' })
  orders = await createTable(client, { key: 'customer, number:N' })
})

/** An item with every type, binaries at every depth. */
const person = (id: number, more: Item = {}): Item => ({
  id: { B: new Uint8Array([id, 255]) },
  name: { S: 'Ada' },
  age: { N: '36' },
  photo: { B: new Uint8Array([0, 1, 2]) },
  empty: { B: new Uint8Array() },
  prints: { BS: [new Uint8Array([3]), new Uint8Array([4, 5])] },
  deep: { L: [{ M: { inside: { B: new Uint8Array([6]) }, on: { BOOL: false }, no: { NULL: true } } }, { NS: ['1', '2'] }, { SS: ['a'] }] },
  ...more,
})
const order = (number: number): Item => ({ customer: { S: 'c-1' }, number: { N: String(number) }, total: { N: '12.5' } })

/** As it is in the table. */
async function stored(tableName: string, item: Item, keyNames: readonly string[], provider = materialsProvider): Promise<Item> {
  await EncryptedClient.from(client, { materialsProvider: provider }).send(new PutItemCommand({ TableName: tableName, Item: item }))
  return raw(tableName, item, keyNames)
}

async function raw(tableName: string, item: Item, keyNames: readonly string[]): Promise<Item> {
  const Key = Object.fromEntries(keyNames.map((name): [string, AttributeValue] => [name, item[name] ?? { NULL: true }]))
  const { Item: found } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
  if (found === undefined) throw new Error('the item was not stored')
  return found
}

/** What JSON makes of an attribute value on its way to Lambda. */
function inEvent(value: AttributeValue): StreamAttributeValue {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') }
  if (value.BS !== undefined) return { BS: value.BS.map((member) => Buffer.from(member).toString('base64')) }
  if (value.M !== undefined) return { M: imageInEvent(value.M) }
  if (value.L !== undefined) return { L: value.L.map(inEvent) }
  return value
}
const imageInEvent = (item: Item): StreamImage => Object.fromEntries(Object.entries(item).map(([name, value]) => [name, inEvent(value)]))

interface Change {
  readonly tableName: string
  readonly keyNames: readonly string[]
  readonly OldImage?: Item
  readonly NewImage?: Item
}

function keysOf({ keyNames, OldImage, NewImage }: Change): Item {
  const image = NewImage ?? OldImage ?? {}
  return Object.fromEntries(keyNames.map((name): [string, AttributeValue] => [name, image[name] ?? { NULL: true }]))
}

/** `_Record` of client-dynamodb-streams. */
function sdkRecord(change: Change, more: object = {}) {
  const { OldImage, NewImage } = change
  return {
    eventID: 'e1',
    eventName: 'MODIFY' as const,
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: new Date(0),
      Keys: keysOf(change),
      ...(OldImage && { OldImage }),
      ...(NewImage && { NewImage }),
      SequenceNumber: '1',
      SizeBytes: 100,
      StreamViewType: 'NEW_AND_OLD_IMAGES' as const,
    },
    ...more,
  }
}

/** A record of Lambda's DynamoDBStreamEvent. */
function lambdaRecord(change: Change, more: object = {}) {
  const { tableName, OldImage, NewImage } = change
  return {
    eventID: 'e1',
    eventName: 'MODIFY' as const,
    eventSource: 'aws:dynamodb',
    eventSourceARN: arnOf(tableName),
    dynamodb: {
      ApproximateCreationDateTime: 1479499740,
      Keys: imageInEvent(keysOf(change)),
      ...(OldImage && { OldImage: imageInEvent(OldImage) }),
      ...(NewImage && { NewImage: imageInEvent(NewImage) }),
      SequenceNumber: '1',
      SizeBytes: 100,
      StreamViewType: 'NEW_AND_OLD_IMAGES' as const,
    },
    ...more,
  }
}
const arnOf = (tableName: string): string => `arn:aws:dynamodb:us-east-1:123456789012:table/${tableName}/stream/2026-01-01T00:00:00.000`

const PERSON_KEY = ['id']
const ORDER_KEY = ['customer', 'number']

describe.each<[string, typeof sdkRecord | typeof lambdaRecord, (item: Item) => StreamImage]>([
  ["the SDK's shape", sdkRecord, (item) => item],
  ["Lambda's shape", lambdaRecord, imageInEvent],
])('%s', (_, make, inShape) => {
  const options = (): DecryptStreamRecordOptions => ({ materialsProvider, tableName: people })

  test.each<[string, boolean, boolean]>([
    ['MODIFY', true, true],
    ['INSERT, or NEW_IMAGE alone', false, true],
    ['REMOVE, or OLD_IMAGE alone', true, false],
  ])('%s', async (_name, hasOld, hasNew) => {
    const [before, after] = [person(1), person(1, { name: { S: 'Grace' } })]
    const change = { tableName: people, keyNames: PERSON_KEY }
    const OldImage = await stored(people, before, PERSON_KEY)
    const NewImage = await stored(people, after, PERSON_KEY)
    expect(NewImage['name']?.B).toBeDefined()
    const record = make({ ...change, ...(hasOld && { OldImage }), ...(hasNew && { NewImage }) })
    const copy = structuredClone(record)
    const decrypted = await decryptStreamRecord(record, options())
    const { OldImage: _old, NewImage: _new, ...rest } = record.dynamodb
    expect(decrypted).toEqual({
      ...record,
      dynamodb: { ...rest, ...(hasOld && { OldImage: inShape(before) }), ...(hasNew && { NewImage: inShape(after) }) },
    })
    expect(record).toEqual(copy)
  })

  test('an expired item: deleted by DynamoDB itself', async () => {
    const OldImage = await stored(people, person(2), PERSON_KEY)
    const userIdentity = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }
    const record = make({ tableName: people, keyNames: PERSON_KEY, OldImage }, { eventName: 'REMOVE', userIdentity })
    expect(await decryptStreamRecord(record, options())).toMatchObject({ userIdentity, dynamodb: { OldImage: inShape(person(2)) } })
  })

  test('KEYS_ONLY, and a record without data, come back as they are', async () => {
    const keysOnly = make({ tableName: people, keyNames: PERSON_KEY })
    expect(await decryptStreamRecord(keysOnly, options())).toBe(keysOnly)
    const empty = { ...keysOnly, dynamodb: undefined }
    expect(await decryptStreamRecord(empty, options())).toBe(empty)
  })

  test('an image that was changed', async () => {
    const NewImage = { ...(await stored(people, person(3), PERSON_KEY)), more: { S: 'x' } }
    const error = await failureOf(
      () => decryptStreamRecord(make({ tableName: people, keyNames: PERSON_KEY, NewImage }), options()),
      'SIGNATURE_MISMATCH',
      /signature/,
    )
    expect(error).toMatchObject({ tableName: people, key: { id: { B: new Uint8Array([3, 255]) } } })
  })

  test('an image of another item than Keys says', async () => {
    const NewImage = await stored(people, person(4), PERSON_KEY)
    const record = make({ tableName: people, keyNames: PERSON_KEY, NewImage })
    const moved = { ...record, dynamodb: { ...record.dynamodb, Keys: inShape({ id: { B: new Uint8Array([5, 255]) } }) } }
    await failureOf(() => decryptStreamRecord(moved, options()), 'INVALID_ITEM', /another primary key than its Keys/)
  })

  test('unsigned images: refused, or let through by allowPlaintextReads', async () => {
    const plaintext = person(6)
    const NewImage = await stored(people, person(6), PERSON_KEY)
    const record = make({ tableName: people, keyNames: PERSON_KEY, OldImage: plaintext, NewImage })
    await failureOf(() => decryptStreamRecord(record, options()), 'NOT_ENCRYPTED', /signature/)
    const places: unknown[] = []
    const allowPlaintextReads = (place: unknown): boolean => places.push(place) > 0
    const decrypted = await decryptStreamRecord(record, { ...options(), allowPlaintextReads })
    expect(decrypted.dynamodb).toMatchObject({ OldImage: inShape(plaintext), NewImage: inShape(person(6)) })
    expect(places).toEqual([{ tableName: people, key: { id: plaintext['id'] } }])
  })

  test('onItemError leaves an image out', async () => {
    const OldImage = { ...(await stored(people, person(7), PERSON_KEY)), more: { S: 'x' } }
    const NewImage = await stored(people, person(7), PERSON_KEY)
    const record = make({ tableName: people, keyNames: PERSON_KEY, OldImage, NewImage })
    const decrypted = await decryptStreamRecord(record, { ...options(), onItemError: () => 'skip' })
    expect(Object.keys(decrypted.dynamodb)).not.toContain('OldImage')
    expect(decrypted.dynamodb).toMatchObject({ NewImage: inShape(person(7)) })
  })

  test('items of a function that says unprotected pass as they are', async () => {
    const plaintext = person(8)
    const actions = (key: Item) => (key['id']?.B?.[0] === 8 ? 'unprotected' : {})
    const record = make({ tableName: people, keyNames: PERSON_KEY, NewImage: plaintext })
    const decrypted = await decryptStreamRecord(record, { ...options(), actions })
    expect(decrypted.dynamodb).toEqual(record.dynamodb)
  })

  test('former actions, of images that were written before they changed', async () => {
    const before = { attributes: { name: 'SIGN_ONLY' } } as const
    const Item = person(9)
    await EncryptedClient.from(client, { materialsProvider, actions: before }).send(new PutItemCommand({ TableName: people, Item }))
    const OldImage = await raw(people, Item, PERSON_KEY)
    const record = make({ tableName: people, keyNames: PERSON_KEY, OldImage })
    await failureOf(() => decryptStreamRecord(record, options()), 'SIGNATURE_MISMATCH', /signature/)
    const decrypted = await decryptStreamRecord(record, { ...options(), actions: [{}, before] })
    expect(decrypted.dynamodb).toMatchObject({ OldImage: inShape(Item) })
  })

  test('a restored table', async () => {
    const OldImage = await stored(people, person(10), PERSON_KEY)
    const record = make({ tableName: 'Restored', keyNames: PERSON_KEY, OldImage })
    const restored = { materialsProvider, tableName: 'Restored' }
    await failureOf(() => decryptStreamRecord(record, restored), 'SIGNATURE_MISMATCH', /signature/)
    const decrypted = await decryptStreamRecord(record, { ...restored, contextOverride: overrideTableName('Restored', people) })
    expect(decrypted.dynamodb).toMatchObject({ OldImage: inShape(person(10)) })
  })
})

test('attribute names are data, and what is no attribute value is refused', async () => {
  const NewImage = JSON.parse('{"id":{"B":"AQ=="},"__proto__":{"S":"x"}}') as StreamImage
  const actions = { default: 'DO_NOTHING' } as const
  const record = { dynamodb: { Keys: { id: { B: 'AQ==' } }, NewImage } }
  const { dynamodb } = await decryptStreamRecord(record, { materialsProvider, tableName: 'People', actions })
  expect(JSON.stringify(dynamodb.NewImage)).toBe('{"id":{"B":"AQ=="},"__proto__":{"S":"x"}}')
  const wrong = { dynamodb: { Keys: { id: { S: '1' } }, NewImage: { id: { S: '1' }, odd: {} } } }
  await failureOf(
    () => decryptStreamRecord(wrong, { materialsProvider, tableName: 'People' }),
    'INVALID_ITEM',
    /"odd" of a stream record is no attribute value/,
  )
  await failureOf(
    () => Reflect.apply(decryptStreamRecord, undefined, [undefined, { materialsProvider }]),
    'INVALID_ITEM',
    /a stream record is an object/,
  )
})

describe('the table', () => {
  const personChange = async (id: number): Promise<Change> => ({
    tableName: people,
    keyNames: PERSON_KEY,
    NewImage: await stored(people, person(id), PERSON_KEY),
  })
  const orderChange = async (number: number, provider = materialsProvider): Promise<Change> => ({
    tableName: orders,
    keyNames: ORDER_KEY,
    NewImage: await stored(orders, order(number), ORDER_KEY, provider),
  })
  const orderInfo = (): TableInfo =>
    new TableInfo({ tableName: orders, primaryIndex: { partitionKeyName: 'customer', sortKeyName: 'number' } })

  test("is that of the event's ARN", async () => {
    const { dynamodb } = await decryptStreamRecord(lambdaRecord(await personChange(20)), { materialsProvider })
    expect(dynamodb.NewImage).toEqual(imageInEvent(person(20)))
  })

  test('must be named where there is no ARN', async () => {
    const record = sdkRecord(await personChange(21))
    await failureOf(
      () => decryptStreamRecord(record, { materialsProvider }),
      'INVALID_CONFIGURATION',
      /does not say which table it is of: give tableName/,
    )
    const info = new TableInfo({ tableName: people, primaryIndex: { partitionKeyName: 'id' } })
    expect((await decryptStreamRecord(record, { materialsProvider, info })).dynamodb.NewImage).toEqual(person(21))
  })

  test('with two key attributes: the encryption context names both, by info or by a client, and nothing is guessed', async () => {
    const watched = watchedProvider(materialsProvider)
    const contexts = (): Pick<EncryptionContext, 'partitionKeyName' | 'sortKeyName' | 'tableName'>[] =>
      watched.decryptions.map(({ tableName, partitionKeyName, sortKeyName }) => ({ tableName, partitionKeyName, sortKeyName }))
    const record = sdkRecord(await orderChange(1))
    const { Keys, ...rest } = record.dynamodb
    // A record does not say which is which, whatever the order of its Keys.
    const turned = { ...record, dynamodb: { ...rest, Keys: Object.fromEntries(Object.entries(Keys).reverse()) } }
    const base = { materialsProvider: watched.provider, tableName: orders }
    for (const each of [record, turned]) {
      await failureOf(
        () => decryptStreamRecord(each, base),
        'INVALID_CONFIGURATION',
        /has two attributes \(.*\), and a record does not say which is the partition key.*give info .*or a client/,
      )
      expect((await decryptStreamRecord(each, { ...base, info: orderInfo() })).dynamodb.NewImage).toEqual(order(1))
      expect((await decryptStreamRecord(each, { ...base, client })).dynamodb.NewImage).toEqual(order(1))
      expect((await decryptStreamRecord(each, { ...base, tables: { [orders]: { info: orderInfo() } } })).dynamodb.NewImage).toEqual(
        order(1),
      )
    }
    expect(contexts()).toEqual(
      Array.from({ length: 6 }, () => ({ tableName: orders, partitionKeyName: 'customer', sortKeyName: 'number' })),
    )
  })

  test('is described once for an options object, however many records come', async () => {
    const own = database.client()
    const sent = tapWire(own)
    const record = sdkRecord(await orderChange(2))
    const options = { materialsProvider, tableName: orders, client: own }
    const records = await Promise.all(Array.from({ length: 20 }, () => decryptStreamRecord(record, options)))
    expect(records.every(({ dynamodb }) => dynamodb.NewImage?.['total']?.N === '12.5')).toBe(true)
    expect(sent.map(({ operation }) => operation).sort()).toEqual(['DescribeTable', 'DescribeTimeToLive'])
  })

  test('is described by its ARN, which says the Region and the account, too', async () => {
    const own = database.client()
    const described: unknown[] = []
    answerWire(own, (operation, { TableName }) => {
      described.push(TableName)
      const KeySchema = [
        { AttributeName: 'number', KeyType: 'RANGE' },
        { AttributeName: 'customer', KeyType: 'HASH' },
      ]
      return { status: 200, body: operation === 'DescribeTable' ? { Table: { TableName: orders, KeySchema } } : {} }
    })
    const record = lambdaRecord(await orderChange(4))
    expect((await decryptStreamRecord(record, { materialsProvider, client: own })).dynamodb.NewImage).toEqual(imageInEvent(order(4)))
    expect(new Set(described)).toEqual(new Set([`arn:aws:dynamodb:us-east-1:123456789012:table/${orders}`]))
  })

  test('of several tables in one batch: each has its own options', async () => {
    const other = staticProvider()
    const records = [lambdaRecord(await personChange(22)), lambdaRecord(await orderChange(3, other)), lambdaRecord(await personChange(23))]
    const options = { materialsProvider, tables: { [people]: {}, [orders]: { materialsProvider: other, info: orderInfo() } } }
    const decrypted = await Promise.all(records.map((record) => decryptStreamRecord(record, options)))
    expect(decrypted.map(({ dynamodb }) => dynamodb.NewImage)).toEqual([person(22), order(3), person(23)].map(imageInEvent))
  })

  test('that tables does not name: refused, or passed as it is', async () => {
    const record = lambdaRecord(await personChange(24))
    const options = { materialsProvider, tables: { [orders]: {} } }
    await failureOf(() => decryptStreamRecord(record, options), 'OPERATION_NOT_SUPPORTED', /not among the tables of this client/)
    expect(await decryptStreamRecord(record, { ...options, otherTables: 'passThrough' })).toBe(record)
  })

  test('by ARN in tables', async () => {
    const record = lambdaRecord(await personChange(25))
    const tables = { [arnOf(people).replace(/\/stream.*/, '')]: { materialsProvider } }
    expect((await decryptStreamRecord(record, { tables })).dynamodb.NewImage).toEqual(imageInEvent(person(25)))
  })

  test.each<[string, () => Partial<DecryptStreamRecordOptions>]>([
    ['tableName', () => ({ tableName: orders })],
    ['info', () => ({ info: orderInfo() })],
  ])('another one than %s says is refused', async (_, more) => {
    const record = lambdaRecord(await personChange(26))
    await failureOf(
      () => decryptStreamRecord(record, { materialsProvider, ...more() } as DecryptStreamRecordOptions),
      'INVALID_CONFIGURATION',
      /for records of several tables leave tableName and info out/,
    )
  })

  test.each<[string, object, unknown, RegExp]>([
    ['no options', {}, undefined, /decryptStreamRecord takes options/],
    ['no provider', {}, {}, /materialsProvider/],
    [
      'an ARN of something else',
      { eventSourceARN: 'arn:aws:sqs:us-east-1:1:queue' },
      { materialsProvider },
      /is no ARN of a DynamoDB stream/,
    ],
    ['no Keys', { dynamodb: { NewImage: { id: { S: '1' } } } }, { materialsProvider, tableName: 'People' }, /has no Keys/],
  ])('%s', async (_, more, options, message) => {
    const record = { ...lambdaRecord(await personChange(27)), eventSourceARN: arnOf('People'), ...more }
    await failureOf(() => Reflect.apply(decryptStreamRecord, undefined, [record, options]), 'INVALID_CONFIGURATION', message)
  })
})
