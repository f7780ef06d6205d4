// Rows of the list of operations: PutItem, DeleteItem.
import { DeleteItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../../support/failures.js'
import { keyOf, person, RESERVED, SECRET, usePeople } from '../support/people.js'
import { hasTransactions } from '../support/tables.js'
import { foundIn } from '../support/wire.js'

const people = usePeople({ localEvaluation: false })
const ADA = person(5)
const CHANGED = person(5, { name: { S: 'another' } })
const put = (more: object = {}) => people.client.send(new PutItemCommand({ TableName: people.table, Item: CHANGED, ...more }))
const remove = (more: object = {}) => people.client.send(new DeleteItemCommand({ TableName: people.table, Key: keyOf(ADA), ...more }))
const OPERATIONS = [['PutItem', put] as const, ['DeleteItem', remove] as const]

test('PutItem: the item is stored encrypted, S and N attributes as they are, and the caller’s own is untouched', async () => {
  const given = structuredClone(ADA)
  await people.put(ADA)
  expect(ADA).toEqual(given)
  const stored = await people.stored(ADA)
  expect(Object.keys(stored ?? {}).toSorted()).toEqual([...Object.keys(ADA), ...RESERVED].toSorted())
  const { team, number, city, year, rank, visits } = ADA
  expect(stored).toMatchObject({ team, number, city, year, rank, visits })
  for (const name of ['name', 'profile']) expect(Object.keys(stored?.[name] ?? {})).toEqual(['B'])
  expect(people.wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
})

describe.each(OPERATIONS)('%s', (operation, send) => {
  test('without ReturnValues, or NONE: no Attributes', async () => {
    for (const more of [{}, { ReturnValues: 'NONE' }]) {
      await people.put(ADA)
      const { $metadata, ...answer } = await send(more)
      expect($metadata.httpStatusCode).toBe(200)
      expect(Object.entries(answer).filter(([, value]) => value !== undefined)).toEqual([])
    }
  })

  test('ReturnValues ALL_OLD: the old item, decrypted', async () => {
    await people.put(ADA)
    expect((await send({ ReturnValues: 'ALL_OLD' })).Attributes).toEqual(ADA)
  })

  test('ReturnValues ALL_OLD where there was none: no Attributes', async () => {
    expect((await send({ ReturnValues: 'ALL_OLD' })).Attributes).toBeUndefined()
  })

  test('ReturnConsumedCapacity comes back', async () => {
    const { ConsumedCapacity } = await send({ ReturnConsumedCapacity: 'TOTAL' })
    expect(ConsumedCapacity).toMatchObject({ TableName: people.table })
  })

  const byName = (ConditionExpression: string, values?: Record<string, AttributeValue>) => ({
    ConditionExpression,
    ...(values && { ExpressionAttributeValues: values }),
  })
  const HOLDING: readonly (readonly [string, object])[] = [
    ['an S attribute', byName('city = :city', { ':city': { S: 'Porto' } })],
    ['an N attribute', byName('visits < :four', { ':four': { N: '4' } })],
    ['that an E attribute exists', byName('attribute_exists(profile)')],
    ['that an E attribute does not exist', byName('attribute_not_exists(email)')],
    ['that the item exists', byName('attribute_exists(team)')],
    ['Expected of an S attribute', { Expected: { city: { Value: { S: 'Porto' } } } }],
    ['Expected that an E attribute exists', { Expected: { profile: { ComparisonOperator: 'NOT_NULL' } } }],
    ['Expected that an E attribute does not exist', { Expected: { email: { Exists: false } } }],
    // dynalite knows no OR.
    ...(hasTransactions
      ? [
          [
            'Expected of two, either of them',
            { Expected: { city: { Value: { S: 'x' } }, visits: { Value: { N: '3' } } }, ConditionalOperator: 'OR' },
          ] as const,
        ]
      : []),
  ]
  test.each(HOLDING)('a condition on %s: sent as it is, holds', async (_, condition) => {
    await people.put(ADA)
    expect((await send({ ReturnValues: 'ALL_OLD', ...condition })).Attributes).toEqual(ADA)
    expect(JSON.parse(people.sent().at(-1)?.body ?? '')).toMatchObject(condition)
  })

  test.each([
    ['an S attribute', byName('city = :city', { ':city': { S: 'Lyon' } })],
    ['that an E attribute does not exist', byName('attribute_not_exists(profile)')],
    ['Expected of an N attribute', { Expected: { visits: { Value: { N: '4' } } } }],
  ])('a condition on %s: fails as DynamoDB says', async (_, condition) => {
    await people.put(ADA)
    const error = await thrownBy(() => send(condition))
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed' })
    expect((error as { Item?: unknown }).Item).toBeUndefined()
  })

  test.each([
    ['a value', 'contains(#p, :v)', 'profile'],
    ['a part', '#p.address.deep = :v', 'profile'],
    ['its type', 'attribute_type(#p, :v)', 'profile'],
    ['its size', 'size(#p) > :v', 'profile'],
    ['an attribute that no item has yet', '#p = :v', 'email'],
  ])('a condition on an E attribute, %s: refused without local evaluation', async (_, ConditionExpression, name) => {
    await people.put(ADA)
    const before = people.sent().length
    const condition = { ConditionExpression, ExpressionAttributeNames: { '#p': name }, ExpressionAttributeValues: { ':v': { S: 'S' } } }
    const error = await failureOf(() => send(condition), 'OPERATION_NOT_SUPPORTED', /the condition reads .* which is encrypted.* SIGN_ONLY/)
    expect(error).toMatchObject({ attributeName: name, tableName: people.table })
    expect(people.sent()).toHaveLength(before)
  })

  test('Expected of an E attribute: refused without local evaluation', async () => {
    const error = await failureOf(
      () => send({ Expected: { name: { Value: { S: 'x' } } } }),
      'OPERATION_NOT_SUPPORTED',
      /the condition reads "name"/,
    )
    expect(error.attributeName).toBe('name')
    expect(people.sent()).toEqual([])
  })

  describe.skipIf(!hasTransactions)('the item inside a ConditionalCheckFailedException (DYNAMODB_ENDPOINT)', () => {
    const failing = byName('city = :city', { ':city': { S: 'Lyon' } })

    test('is decrypted', async () => {
      await people.put(ADA)
      const error = await thrownBy(() => send({ ...failing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
      expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed', Item: ADA })
      expect(error).toBeInstanceOf(Error)
    })

    test('is not there when there is no item', async () => {
      const error = await thrownBy(() => send({ ...failing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
      expect(error).toMatchObject({ name: 'ConditionalCheckFailedException' })
      expect((error as { Item?: unknown }).Item).toBeUndefined()
    })

    test('has the same form for a document client as without encryption', async () => {
      await people.put(ADA)
      const byDocument =
        operation === 'PutItem'
          ? (client: DynamoDBDocumentClient) =>
              client.send(new PutCommand({ TableName: people.table, Item: { team: 'red', number: 5 }, ...documented }))
          : (client: DynamoDBDocumentClient) =>
              client.send(new DeleteCommand({ TableName: people.table, Key: { team: 'red', number: 5 }, ...documented }))
      const documented = {
        ConditionExpression: 'city = :city',
        ExpressionAttributeValues: { ':city': 'Lyon' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      }
      const ofPlain = await thrownBy(() => byDocument(DynamoDBDocumentClient.from(people.plain)))
      const ofEncrypted = await thrownBy(() => byDocument(DynamoDBDocumentClient.from(people.client)))
      expect(ofPlain).toMatchObject({ name: 'ConditionalCheckFailedException', Item: { city: { S: 'Porto' } } })
      expect(ofEncrypted).toMatchObject({ name: 'ConditionalCheckFailedException', Item: ADA })
    })
  })
})

describe('documents', () => {
  const documents = () => DynamoDBDocumentClient.from(people.client)
  const native = {
    team: 'red',
    number: 5,
    name: 'Ada',
    tags: new Set(['a', 'b']),
    bytes: new Uint8Array([1, 2, 3]),
    nested: { list: [1, null, true] },
  }

  test('PutCommand and DeleteCommand: native values in, native values out', async () => {
    await documents().send(new PutCommand({ TableName: people.table, Item: native }))
    const again = new PutCommand({ TableName: people.table, Item: native, ReturnValues: 'ALL_OLD' })
    expect((await documents().send(again)).Attributes).toEqual(native)
    const removed = new DeleteCommand({ TableName: people.table, Key: { team: 'red', number: 5 }, ReturnValues: 'ALL_OLD' })
    expect((await documents().send(removed)).Attributes).toEqual(native)
    expect((await documents().send(removed)).Attributes).toBeUndefined()
  })
})

test.each([
  [
    'PutItem without a part of the key',
    () => put({ Item: { team: { S: 'red' } } }),
    'One or more parameter values were invalid: Missing the key number in the item',
  ],
  ['PutItem without an item', () => put({ Item: undefined }), "The parameter 'Item' is required but was not present in the request"],
  ['DeleteItem by a whole item', () => remove({ Key: ADA }), 'The provided key element does not match the schema'],
  ['DeleteItem by a part of the key', () => remove({ Key: { team: { S: 'red' } } }), 'The provided key element does not match the schema'],
])('%s: DynamoDB’s own words, and nothing is sent', async (_, send, message) => {
  await expect(send()).rejects.toMatchObject({ name: 'ValidationException', message })
  expect(people.sent()).toEqual([])
})

test.each([...RESERVED])('PutItem of the reserved attribute %s: refused', async (name) => {
  const error = await failureOf(() => put({ Item: { ...ADA, [name]: { B: new Uint8Array(32) } } }), 'INVALID_ITEM', /reserved/)
  expect(error.attributeName).toBe(name)
  expect(people.sent()).toEqual([])
})
