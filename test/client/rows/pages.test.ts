// Rows of the list of operations: Query and Scan of a table, and of indexes that hold whole items or parts of them.
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type QueryCommandInput,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, QueryCommand as DocumentQuery, ScanCommand as DocumentScan } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../../support/failures.js'
import { keyOf, person, usePeople } from '../support/people.js'
import { hasTransactions } from '../support/tables.js'

const people = usePeople({ localEvaluation: false })
const PEOPLE = Array.from({ length: 9 }, (_, number) => person(number, number % 3 === 0 ? { city: { S: 'Lyon' }, visits: { N: '9' } } : {}))
const inRed = { KeyConditionExpression: 'team = :red', ExpressionAttributeValues: { ':red': { S: 'red' } } }
const query = (more: Partial<QueryCommandInput> = {}) =>
  people.client.send(new QueryCommand({ TableName: people.table, ...inRed, ...more }))
const scan = (more: Partial<ScanCommandInput> = {}) => people.client.send(new ScanCommand({ TableName: people.table, ...more }))
const lastBody = () => JSON.parse(people.sent().at(-1)?.body ?? '{}') as Record<string, unknown>

beforeEach(() => people.put(...PEOPLE))

describe('Query and Scan', () => {
  test('the items, decrypted, in order, with Count and ScannedCount', async () => {
    const page = { Items: PEOPLE, Count: 9, ScannedCount: 9 }
    expect(await query()).toMatchObject(page)
    expect(await scan()).toMatchObject(page)
    expect((await query({ ScanIndexForward: false })).Items).toEqual(PEOPLE.toReversed())
  })

  test('pages: Limit, LastEvaluatedKey and ExclusiveStartKey are DynamoDB’s', async () => {
    const first = await query({ Limit: 4 })
    expect(first).toMatchObject({ Items: PEOPLE.slice(0, 4), Count: 4, ScannedCount: 4, LastEvaluatedKey: keyOf(person(3)) })
    const second = await query({ Limit: 100, ExclusiveStartKey: first.LastEvaluatedKey })
    expect(second).toMatchObject({ Items: PEOPLE.slice(4), Count: 5 })
    expect(second.LastEvaluatedKey).toBeUndefined()
  })

  test('a projection is taken out of the request, and applied to what was verified', async () => {
    const projection = { ProjectionExpression: '#n, profile.tags[1]', ExpressionAttributeNames: { '#n': 'name' } }
    const left = PEOPLE.map(({ name }) => ({ name, profile: { M: { tags: { L: [{ S: 'Blutgruppe AB 7731' }] } } } }))
    expect((await query(projection)).Items).toEqual(left)
    expect(Object.keys(lastBody()).toSorted()).toEqual(['ExpressionAttributeValues', 'KeyConditionExpression', 'TableName'])
    expect((await scan(projection)).Items).toEqual(left)
    expect((await scan({ AttributesToGet: ['visits'] })).Items).toEqual(PEOPLE.map(({ visits }) => ({ visits })))
    expect(Object.keys(lastBody())).toEqual(['TableName'])
    expect((await scan({ ...projection, Select: 'SPECIFIC_ATTRIBUTES' })).Items).toEqual(left)
  })

  test('names that the key condition and the filter use, too, stay', async () => {
    const names = { '#t': 'team', '#c': 'city', '#n': 'name' }
    const { Items } = await query({
      KeyConditionExpression: '#t = :red',
      FilterExpression: '#c = :lyon',
      ProjectionExpression: '#c, #n',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':red': { S: 'red' }, ':lyon': { S: 'Lyon' } },
    })
    expect(Items).toEqual([0, 3, 6].map((number) => ({ city: { S: 'Lyon' }, name: PEOPLE[number]?.['name'] })))
    expect(lastBody()['ExpressionAttributeNames']).toEqual({ '#t': 'team', '#c': 'city' })
  })

  test('Select COUNT stays: no items are read', async () => {
    for (const page of [await query({ Select: 'COUNT' }), await scan({ Select: 'COUNT' })]) {
      expect(page).toMatchObject({ Count: 9, ScannedCount: 9 })
      expect(page.Items).toBeUndefined()
    }
    const values = { ':lyon': { S: 'Lyon' } }
    const counted = await scan({ Select: 'COUNT', FilterExpression: 'city = :lyon', ExpressionAttributeValues: values })
    expect(counted).toMatchObject({ Count: 3, ScannedCount: 9 })
  })

  test('Select ALL_ATTRIBUTES: the items', async () => {
    expect((await query({ Select: 'ALL_ATTRIBUTES' })).Items).toEqual(PEOPLE)
  })

  test.each<[string, Partial<ScanCommandInput>]>([
    ['Select SPECIFIC_ATTRIBUTES without a projection', { Select: 'SPECIFIC_ATTRIBUTES' }],
    ['Select ALL_PROJECTED_ATTRIBUTES of a table', { Select: 'ALL_PROJECTED_ATTRIBUTES' }],
    ['Select ALL_ATTRIBUTES with a projection', { Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'city' }],
    ['Select COUNT with a projection', { Select: 'COUNT', ProjectionExpression: 'city' }],
  ])('%s: whatever DynamoDB says, and never an item that was not verified', async (_, more) => {
    const outcomes = await Promise.allSettled([people.plain.send(new ScanCommand({ TableName: people.table, ...more })), scan(more)])
    const [byServer, ours] = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : outcome.value.Items))
    // dynalite lets some of them through.
    if (hasTransactions) expect(byServer).toMatch(/^ValidationException/)
    if (hasTransactions) expect(ours).toBe(byServer)
    else expect(ours ?? 'no items').toBeTypeOf('string')
  })

  test.each<[string, Partial<ScanCommandInput>]>([
    ['an S attribute', { FilterExpression: 'city = :v', ExpressionAttributeValues: { ':v': { S: 'Lyon' } } }],
    ['an N attribute', { FilterExpression: 'visits > :v', ExpressionAttributeValues: { ':v': { N: '5' } } }],
    ['ScanFilter of an S attribute', { ScanFilter: { city: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'Lyon' }] } } }],
  ])('a filter on %s: sent as it is', async (_, filter) => {
    expect(await scan(filter)).toMatchObject({ Items: PEOPLE.filter((_each, at) => at % 3 === 0), Count: 3, ScannedCount: 9 })
    expect(lastBody()).toMatchObject(filter)
  })

  test('a filter that an E attribute exists: sent as it is', async () => {
    await people.put(person(20, { email: { S: 'x@example.org' } }))
    expect((await scan({ FilterExpression: 'attribute_exists(email)' })).Items).toMatchObject([{ email: { S: 'x@example.org' } }])
    expect((await scan({ FilterExpression: 'attribute_not_exists(email)' })).Items).toEqual(PEOPLE)
    const isNull = { ScanFilter: { email: { ComparisonOperator: 'NULL' as const } } }
    expect((await scan(isNull)).Items).toEqual(PEOPLE)
  })

  test('a filter on an E attribute: refused without local evaluation', async () => {
    const before = people.sent().length
    const values = { ':v': { S: 'x' } }
    const way = /the filter reads "\w+", which is encrypted.*filter the items once they are read/
    const rows = [
      () => scan({ FilterExpression: 'begins_with(email, :v)', ExpressionAttributeValues: values }),
      () => scan({ FilterExpression: 'profile.address.deep = :v', ExpressionAttributeValues: values }),
      () => scan({ Select: 'COUNT', FilterExpression: 'email <> :v', ExpressionAttributeValues: values }),
      () => scan({ ScanFilter: { email: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'x' }] } } }),
      () => query({ FilterExpression: 'NOT email = :v', ExpressionAttributeValues: { ...values, ':red': { S: 'red' } } }),
    ]
    for (const row of rows) await failureOf(row, 'OPERATION_NOT_SUPPORTED', way)
    expect(people.sent()).toHaveLength(before)
  })

  test('the legacy KeyConditions and QueryFilter', async () => {
    const legacy = {
      TableName: people.table,
      KeyConditions: {
        team: { ComparisonOperator: 'EQ' as const, AttributeValueList: [{ S: 'red' }] },
        number: { ComparisonOperator: 'LT' as const, AttributeValueList: [{ N: '5' }] },
      },
      QueryFilter: { city: { ComparisonOperator: 'EQ' as const, AttributeValueList: [{ S: 'Lyon' }] } },
      AttributesToGet: ['number', 'name'],
    }
    const { Items, Count, ScannedCount } = await people.client.send(new QueryCommand(legacy))
    expect(Items).toEqual([0, 3].map((number) => ({ number: { N: String(number) }, name: PEOPLE[number]?.['name'] })))
    expect([Count, ScannedCount]).toEqual([2, 5])
  })

  test('parallel segments: each item once', async () => {
    const segments = await Promise.all([0, 1, 2].map((Segment) => scan({ Segment, TotalSegments: 3 })))
    const numbers = segments.flatMap(({ Items }) => Items ?? []).map((item) => Number(item['number']?.N))
    expect(numbers.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('documents', async () => {
    const documents = DynamoDBDocumentClient.from(people.client)
    const native = { TableName: people.table, KeyConditionExpression: 'team = :red', ExpressionAttributeValues: { ':red': 'red' } }
    const queried = await documents.send(new DocumentQuery({ ...native, ProjectionExpression: 'visits, profile.tags' }))
    expect(queried.Items?.slice(0, 2)).toEqual([9, 3].map((visits) => ({ visits, profile: { tags: ['x', 'Blutgruppe AB 7731', 'z'] } })))
    const scanned = await documents.send(new DocumentScan({ TableName: people.table, Limit: 2 }))
    expect(scanned.Items).toMatchObject([{ number: 0 }, { number: 1 }])
    expect(scanned.LastEvaluatedKey).toEqual({ team: 'red', number: 1 })
  })

  test.each([
    ['Query', () => query({ ExclusiveStartKey: person(1) })],
    ['Scan', () => scan({ ExclusiveStartKey: person(1) })],
  ])('%s that starts at a whole item: refused, and nothing is sent', async (_, send) => {
    const before = people.sent().length
    await expect(send()).rejects.toMatchObject({ name: 'ValidationException', message: 'The provided starting key is invalid' })
    expect(people.sent()).toHaveLength(before)
  })

  test('a key condition on what is no key: refused as DynamoDB does, and nothing is sent', async () => {
    const before = people.sent().length
    await expect(query({ KeyConditionExpression: 'email = :red' })).rejects.toMatchObject({ name: 'ValidationException' })
    expect(people.sent()).toHaveLength(before)
  })
})

describe('an index that holds whole items', () => {
  const inLyon = { IndexName: 'byCity', KeyConditionExpression: 'city = :lyon', ExpressionAttributeValues: { ':lyon': { S: 'Lyon' } } }
  const LYON = PEOPLE.filter((_, at) => at % 3 === 0)

  test('is read as the table is', async () => {
    const page = await query(inLyon)
    expect(page).toMatchObject({ Count: 3, ScannedCount: 3 })
    expect(page.Items).toHaveLength(3)
    expect(page.Items).toEqual(expect.arrayContaining(LYON))
    expect((await query({ ...inLyon, Select: 'ALL_PROJECTED_ATTRIBUTES' })).Items).toEqual(page.Items)
    expect((await query({ ...inLyon, ProjectionExpression: 'city' })).Items).toEqual(LYON.map(({ city }) => ({ city })))
    expect(await query({ ...inLyon, Select: 'COUNT' })).toMatchObject({ Count: 3 })
    expect((await scan({ IndexName: 'byCity' })).Items).toHaveLength(9)
  })

  test('pages: the last key holds the index’s and the table’s', async () => {
    const first = await query({ ...inLyon, Limit: 1 })
    expect(Object.keys(first.LastEvaluatedKey ?? {}).toSorted()).toEqual(['city', 'number', 'team'])
    const rest = await query({ ...inLyon, ExclusiveStartKey: first.LastEvaluatedKey })
    expect([...(first.Items ?? []), ...(rest.Items ?? [])]).toHaveLength(3)
    expect([...(first.Items ?? []), ...(rest.Items ?? [])]).toEqual(expect.arrayContaining(LYON))
  })
})

describe('a local index', () => {
  const byRank = { IndexName: 'byRank', ConsistentRead: true }
  const projected = PEOPLE.map(({ team, number, rank, city }) => ({ team, number, rank, city }))

  test('every attribute is asked for, so that the whole item can be verified; the answer is what the index projects', async () => {
    expect(await query(byRank)).toMatchObject({ Items: projected, Count: 9, ScannedCount: 9 })
    expect(lastBody()['Select']).toBe('ALL_ATTRIBUTES')
    expect((await query({ ...byRank, Select: 'ALL_PROJECTED_ATTRIBUTES' })).Items).toEqual(projected)
  })

  test('ALL_ATTRIBUTES, and a projection of what it does not hold', async () => {
    expect((await query({ ...byRank, Select: 'ALL_ATTRIBUTES' })).Items).toEqual(PEOPLE)
    const named = { ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'name' } }
    expect((await query({ ...byRank, ...named })).Items).toEqual(PEOPLE.map(({ name }) => ({ name })))
  })

  test('Select COUNT', async () => {
    const page = await query({ ...byRank, Select: 'COUNT' })
    expect(page).toMatchObject({ Count: 9 })
    expect(page.Items).toBeUndefined()
  })
})

describe('a global index that holds parts of items', () => {
  const in1990 = {
    IndexName: 'byYear',
    KeyConditionExpression: '#y = :y',
    ExpressionAttributeNames: { '#y': 'year' },
    ExpressionAttributeValues: { ':y': { N: '1990' } },
  }
  const included = { ...in1990, IndexName: 'byYearAndCity' }

  test('is refused, with both ways out, before anything is sent', async () => {
    const before = people.sent().length
    const way = /the index "byYear(AndCity)?" has parts of items.*set partialIndexReads to 'fetch'.*or give the index the projection ALL/
    for (const more of [in1990, included]) await failureOf(() => query(more), 'OPERATION_NOT_SUPPORTED', way)
    await failureOf(() => scan({ IndexName: 'byYear' }), 'OPERATION_NOT_SUPPORTED', way)
    expect(people.sent()).toHaveLength(before)
    expect(await query({ ...in1990, Select: 'COUNT' })).toMatchObject({ Count: 9 })
  })

  describe('with partialIndexReads fetch', () => {
    const fetched = (more: Partial<QueryCommandInput>) =>
      people.with({ partialIndexReads: 'fetch' }).send(new QueryCommand({ TableName: people.table, ...more }))
    const keysOnly = PEOPLE.map(({ team, number, year }) => ({ team, number, year }))

    test('the whole items are read consistently and verified; the answer is what the index projects, in its order', async () => {
      const raw = await people.plain.send(new QueryCommand({ TableName: people.table, ...in1990 }))
      const page = await fetched(in1990)
      expect(page.Items).toEqual(raw.Items)
      expect(page.Items).toHaveLength(9)
      expect(page.Items).toEqual(expect.arrayContaining(keysOnly))
      expect(page).toMatchObject({ Count: 9, ScannedCount: 9 })
      expect(lastBody()).toMatchObject({ RequestItems: { [people.table]: { ConsistentRead: true } } })
      const withNames = await fetched(included)
      expect(withNames.Items).toHaveLength(9)
      expect(withNames.Items).toEqual(
        expect.arrayContaining(PEOPLE.map(({ team, number, year, city, visits, name }) => ({ team, number, year, city, visits, name }))),
      )
    })

    test('a projection of what it holds', async () => {
      const page = await fetched({ ...in1990, ProjectionExpression: '#y' })
      expect(page.Items).toEqual(keysOnly.map(({ year }) => ({ year })))
    })

    test.each<[string, Partial<QueryCommandInput>]>([
      ['a projection of what it does not hold', { ProjectionExpression: 'profile' }],
      ['ALL_ATTRIBUTES', { Select: 'ALL_ATTRIBUTES' }],
    ])('%s: refused as by DynamoDB', async (_, more) => {
      await expect(fetched({ ...in1990, ...more })).rejects.toThrow()
    })

    test('pages and limits are the index’s', async () => {
      const first = await fetched({ ...in1990, Limit: 4 })
      expect(first).toMatchObject({ Count: 4, ScannedCount: 4 })
      const rest = await fetched({ ...in1990, ExclusiveStartKey: first.LastEvaluatedKey })
      expect([...(first.Items ?? []), ...(rest.Items ?? [])]).toEqual(expect.arrayContaining(keysOnly))
      expect([...(first.Items ?? []), ...(rest.Items ?? [])]).toHaveLength(9)
    })

    test('more than a hundred items: in as many reads as it takes', async () => {
      const more = Array.from({ length: 140 }, (_, number) => person(100 + number))
      for (let at = 0; at < more.length; at += 20) {
        const requests = more.slice(at, at + 20).map((Item) => ({ PutRequest: { Item } }))
        await people.client.send(new BatchWriteItemCommand({ RequestItems: { [people.table]: requests } }))
      }
      const before = people.sent().length
      const page = await fetched(in1990)
      expect(new Set(page.Items?.map((item) => item['number']?.N)).size).toBe(149)
      expect(page.Count).toBe(149)
      expect(
        people
          .sent()
          .slice(before)
          .map(({ operation }) => operation),
      ).toEqual(['Query', 'BatchGetItem', 'BatchGetItem'])
    })

    /** What others do between the read of the index and that of the table. */
    function meanwhile(work: () => Promise<unknown>): typeof fetched {
      const { requestHandler } = people.plain.config
      const handle = requestHandler.handle.bind(requestHandler)
      let done = false
      requestHandler.handle = async (...args: Parameters<typeof handle>) => {
        if (!done && people.wire.at(-1)?.operation === 'Query') {
          if (JSON.stringify(Reflect.get(Object(args[0]), 'headers')).includes('BatchGetItem')) {
            done = true
            await work()
          }
        }
        return handle(...args)
      }
      return fetched
    }

    test('an item that is gone, or has another value in the index’s key by now, is dropped', async () => {
      const page = await meanwhile(async () => {
        await people.client.send(new DeleteItemCommand({ TableName: people.table, Key: keyOf(person(2)) }))
        await people.put(person(4, { year: { N: '1991' } }))
      })(in1990)
      expect(page.Items?.map((item) => Number(item['number']?.N)).toSorted((a, b) => a - b)).toEqual([0, 1, 3, 5, 6, 7, 8])
      expect(page).toMatchObject({ Count: 7, ScannedCount: 9 })
    })

    test('an item that no longer matches the filter is dropped', async () => {
      const filter = { FilterExpression: 'visits = :three', ExpressionAttributeValues: { ':y': { N: '1990' }, ':three': { N: '3' } } }
      const page = await meanwhile(() => people.put(person(4, { visits: { N: '4' } })))({ ...included, ...filter })
      expect(page.Items?.map((item) => Number(item['number']?.N)).toSorted((a, b) => a - b)).toEqual([1, 2, 5, 7, 8])
      expect(page).toMatchObject({ Count: 5, ScannedCount: 9 })
    })

    test('an item that was tampered with is refused, although the index does not hold what was changed', async () => {
      await people.plain.send(
        new PutItemCommand({ TableName: people.table, Item: { ...(await people.stored(person(4))), city: { S: 'Rome' } } }),
      )
      await failureOf(() => fetched(in1990), 'SIGNATURE_MISMATCH', /signature/)
    })
  })
})
