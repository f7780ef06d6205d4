// Rows of the list of operations: BatchGetItem, BatchWriteItem, and what they leave undone.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  PutItemCommand,
  type AttributeValue,
  type KeysAndAttributes,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { keyOf, person, SECRET, usePeople } from '../support/people.js'
import { answerWire, foundIn } from '../support/wire.js'

const people = usePeople()
const PEOPLE = Array.from({ length: 12 }, (_, number) => person(number))
const byNumber = (items: readonly Item[] = []) => items.toSorted((a, b) => Number(a['number']?.N) - Number(b['number']?.N))
const batchGet = (request: KeysAndAttributes) => people.client.send(new BatchGetItemCommand({ RequestItems: { [people.table]: request } }))
const batchWrite = (requests: WriteRequest[]) =>
  people.client.send(new BatchWriteItemCommand({ RequestItems: { [people.table]: requests } }))
const puts = (items: readonly Item[]): WriteRequest[] => items.map((Item) => ({ PutRequest: { Item } }))

type Requested = Readonly<Record<string, unknown>>

/** The server leaves everything undone after the first `done` keys or requests: answered here, from what the request holds. */
function leavesUndone(operation: 'BatchGetItem' | 'BatchWriteItem', rewritten: (entry: unknown) => unknown = (entry) => entry): void {
  answerWire(people.plain, (name, body) => {
    if (name !== operation) return undefined
    const requested = body['RequestItems'] as Readonly<Record<string, unknown>>
    const undone = Object.fromEntries(Object.entries(requested).map(([table, part]) => [table, rewritten(part)]))
    return { status: 200, body: operation === 'BatchGetItem' ? { Responses: {}, UnprocessedKeys: undone } : { UnprocessedItems: undone } }
  })
}

describe('BatchGetItem', () => {
  test('the items, decrypted; keys without an item are left out', async () => {
    await people.put(...PEOPLE)
    const { Responses, UnprocessedKeys } = await batchGet({ Keys: [...PEOPLE, person(99)].map(keyOf) })
    expect(byNumber(Responses?.[people.table])).toEqual(PEOPLE)
    expect(UnprocessedKeys ?? {}).toEqual({})
  })

  test('a projection is taken out of each table’s part, and applied to what was verified', async () => {
    await people.put(...PEOPLE)
    const names = { '#n': 'name', '#number': 'number' }
    const { Responses } = await batchGet({ Keys: PEOPLE.map(keyOf), ProjectionExpression: '#n, #number', ExpressionAttributeNames: names })
    expect(byNumber(Responses?.[people.table])).toEqual(PEOPLE.map(({ name, number }) => ({ name, number })))
    expect(people.sent().at(-1)?.body).not.toMatch(/ProjectionExpression|ExpressionAttributeNames/)
    const { Responses: legacy } = await batchGet({ Keys: PEOPLE.map(keyOf), AttributesToGet: ['number', 'visits'], ConsistentRead: true })
    expect(byNumber(legacy?.[people.table])).toEqual(PEOPLE.map(({ number, visits }) => ({ number, visits })))
    expect(JSON.parse(people.sent().at(-1)?.body ?? '')).toMatchObject({ RequestItems: { [people.table]: { ConsistentRead: true } } })
  })

  test('UnprocessedKeys carry the caller’s own projection, ready to be sent again', async () => {
    await people.put(...PEOPLE)
    const request = {
      Keys: PEOPLE.map(keyOf),
      ProjectionExpression: '#n',
      ExpressionAttributeNames: { '#n': 'name' },
      ConsistentRead: true,
    }
    let attempts = 0
    answerWire(people.plain, (name, body) => {
      if (name !== 'BatchGetItem' || attempts++ > 0) return undefined
      return { status: 200, body: { Responses: {}, UnprocessedKeys: body['RequestItems'] } }
    })
    const { UnprocessedKeys } = await batchGet(request)
    expect(UnprocessedKeys).toEqual({ [people.table]: request })
    const { Responses } = await people.client.send(new BatchGetItemCommand({ RequestItems: UnprocessedKeys }))
    expect(Responses?.[people.table]).toHaveLength(PEOPLE.length)
    expect(Responses?.[people.table]).toEqual(expect.arrayContaining(PEOPLE.map(({ name }) => ({ name }))))
  })

  test('documents: UnprocessedKeys are native values', async () => {
    leavesUndone('BatchGetItem')
    const request = { Keys: [{ team: 'red', number: 5 }], ProjectionExpression: 'city' }
    const documents = DynamoDBDocumentClient.from(people.client)
    const { UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems: { [people.table]: request } }))
    expect(UnprocessedKeys).toEqual({ [people.table]: request })
  })

  test('documents: the items', async () => {
    await people.put(...PEOPLE)
    const documents = DynamoDBDocumentClient.from(people.client)
    const Keys = [{ team: 'red', number: 3 }]
    const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [people.table]: { Keys } } }))
    expect(Responses?.[people.table]).toMatchObject([{ number: 3, name: `${SECRET} 3`, visits: 3, profile: { tags: ['x', SECRET, 'z'] } }])
  })

  test('an answer with items that were not asked for is refused', async () => {
    answerWire(people.plain, (name) =>
      name === 'BatchGetItem' ? { status: 200, body: { Responses: { Other: [{ id: { S: 'a' } }] } } } : undefined,
    )
    await expect(batchGet({ Keys: PEOPLE.map(keyOf) })).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED' })
  })

  test.each([
    ['a whole item as a key', { Keys: [keyOf(person(1)), person(2)] }],
    ['no keys of the table', { Keys: [{ id: { S: 'x' } }] }],
  ])('%s: refused, and nothing is sent', async (_, request) => {
    await expect(batchGet(request)).rejects.toMatchObject({ message: 'The provided key element does not match the schema' })
    expect(people.sent()).toEqual([])
  })
})

describe('BatchWriteItem', () => {
  test('each put is encrypted, deletions go as they are', async () => {
    await people.put(person(50))
    await batchWrite([...puts(PEOPLE), { DeleteRequest: { Key: keyOf(person(50)) } }])
    expect(people.wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
    expect(await people.stored(person(50))).toBeUndefined()
    const { Responses } = await batchGet({ Keys: PEOPLE.map(keyOf) })
    expect(byNumber(Responses?.[people.table])).toEqual(PEOPLE)
  })

  test('UnprocessedItems are the caller’s plaintext, ready to be sent again', async () => {
    const requests: WriteRequest[] = [...puts(PEOPLE.slice(0, 3)), { DeleteRequest: { Key: keyOf(person(50)) } }]
    let attempts = 0
    answerWire(people.plain, (name, body) =>
      name === 'BatchWriteItem' && attempts++ === 0 ? { status: 200, body: { UnprocessedItems: body['RequestItems'] } } : undefined,
    )
    const { UnprocessedItems } = await batchWrite(requests)
    expect(UnprocessedItems).toEqual({ [people.table]: requests })
    await people.client.send(new BatchWriteItemCommand({ RequestItems: UnprocessedItems }))
    const { Responses } = await batchGet({ Keys: PEOPLE.slice(0, 3).map(keyOf) })
    expect(byNumber(Responses?.[people.table])).toEqual(PEOPLE.slice(0, 3))
    expect(people.wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
  })

  test.each(['5.0', '+5', '0005', '50E-1', '5'])(
    'an unprocessed item whose key is spelt %s is the caller’s own, and nothing of it is ciphertext',
    async (spelling) => {
      // DynamoDB answers with the number as it would store it.
      leavesUndone('BatchWriteItem', (part) => JSON.parse(JSON.stringify(part).replaceAll(`"N":"${spelling}"`, '"N":"5"')) as unknown)
      const request = puts([person(spelling)])
      expect((await batchWrite(request)).UnprocessedItems).toEqual({ [people.table]: request })
      const removal = [{ DeleteRequest: { Key: keyOf(person(spelling)) } }]
      expect((await batchWrite(removal)).UnprocessedItems).toEqual({ [people.table]: removal })
    },
  )

  test('documents: UnprocessedItems are native values', async () => {
    leavesUndone('BatchWriteItem')
    const documents = DynamoDBDocumentClient.from(people.client)
    const requests = [
      { PutRequest: { Item: { team: 'red', number: 5, name: SECRET } } },
      { DeleteRequest: { Key: { team: 'red', number: 6 } } },
    ]
    const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems: { [people.table]: requests } }))
    expect(UnprocessedItems).toEqual({ [people.table]: requests })
  })

  test('an unprocessed item that was not sent is refused', async () => {
    leavesUndone('BatchWriteItem', () => puts([{ team: { S: 'red' }, number: { N: '77' } }]))
    await expect(batchWrite(puts([person(5)]))).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED', requestApplied: true })
  })

  test.each<[string, () => WriteRequest[], string]>([
    [
      'a put without its key',
      () => puts([person(1), { name: { S: 'x' } }]),
      'One or more parameter values were invalid: Missing the key team in the item',
    ],
    ['a deletion by a whole item', () => [{ DeleteRequest: { Key: person(1) } }], 'The provided key element does not match the schema'],
  ])('%s: refused, and nothing is sent', async (_, requests, message) => {
    await expect(batchWrite(requests())).rejects.toMatchObject({ name: 'ValidationException', message })
    expect(people.sent()).toEqual([])
  })

  test('throttled parts are sent until all is stored, and nothing is lost or doubled', async () => {
    const random = mulberry(7)
    const written: string[] = []
    answerWire(people.plain, async (name, body) => {
      if (name !== 'BatchWriteItem') return undefined
      const { [people.table]: requests = [] } = body['RequestItems'] as Readonly<Record<string, { PutRequest: { Item: Item } }[]>>
      const undone = requests.filter(() => random() < 0.6)
      for (const { PutRequest } of requests.filter((request) => !undone.includes(request))) {
        written.push(PutRequest.Item['number']?.N ?? '')
        await people.plain.send(new PutItemCommand({ TableName: people.table, Item: fromWire(PutRequest.Item) }))
      }
      return { status: 200, body: { UnprocessedItems: undone.length === 0 ? {} : { [people.table]: undone } } }
    })
    let left: Record<string, WriteRequest[]> | undefined = { [people.table]: puts(PEOPLE) }
    while (left !== undefined && Object.keys(left).length > 0) {
      left = (await people.client.send(new BatchWriteItemCommand({ RequestItems: left }))).UnprocessedItems
    }
    expect(written.toSorted((a, b) => Number(a) - Number(b))).toEqual(PEOPLE.map(({ number }) => number.N))
    const { Responses } = await batchGet({ Keys: PEOPLE.map(keyOf) })
    expect(byNumber(Responses?.[people.table])).toEqual(PEOPLE)
  })
})

/** Attribute values of a body: their bytes are Base64. */
const fromWire = (item: Requested): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(item as Item).map(([name, value]): [string, AttributeValue] => [
      name,
      value.B === undefined ? value : { B: Buffer.from(String(value.B), 'base64') },
    ]),
  )

/** The same random numbers in every run. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
