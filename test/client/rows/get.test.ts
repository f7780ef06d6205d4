// Rows of the list of operations: GetItem, and what a projection leaves of an item.
import { GetItemCommand, PutItemCommand, type GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { keyOf, person, usePeople } from '../support/people.js'

const people = usePeople()
const ADA = person(5)
const get = (more: Partial<GetItemCommandInput> = {}) =>
  people.client.send(new GetItemCommand({ TableName: people.table, Key: keyOf(ADA), ...more }))

beforeEach(() => people.put(ADA))

test('GetItem: the item, verified and decrypted, without the reserved attributes', async () => {
  expect((await get()).Item).toEqual(ADA)
  expect((await get({ ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' })).ConsumedCapacity).toMatchObject({ TableName: people.table })
})

test('GetItem: no item', async () => {
  const { Item: item } = await get({ Key: keyOf(person(6)) })
  expect(item).toBeUndefined()
})

/** the projection | its names | what it leaves */
const PROJECTIONS: readonly (readonly [string, Record<string, string> | undefined, Item])[] = [
  ['city', undefined, { city: { S: 'Porto' } }],
  ['team, visits', undefined, { team: { S: 'red' }, visits: { N: '3' } }],
  ['#n', { '#n': 'name' }, { name: ADA['name'] ?? { S: '' } }],
  ['profile.address', undefined, { profile: { M: { address: { M: { deep: { N: '5' } } } } } }],
  ['profile.address.deep', undefined, { profile: { M: { address: { M: { deep: { N: '5' } } } } } }],
  ['profile.tags[0]', undefined, { profile: { M: { tags: { L: [{ S: 'x' }] } } } }],
  ['profile.tags[2], profile.tags[0]', undefined, { profile: { M: { tags: { L: [{ S: 'x' }, { S: 'z' }] } } } }],
  ['profile.#dot', { '#dot': 'a.b' }, { profile: { M: { 'a.b': { S: 'Blutgruppe AB 7731' } } } }],
  ['profile.#dot, #v', { '#dot': 'a.b', '#v': 'visits' }, { profile: { M: { 'a.b': { S: 'Blutgruppe AB 7731' } } }, visits: { N: '3' } }],
  ['profile.absent', undefined, {}],
  ['absent', undefined, {}],
  ['absent, city', undefined, { city: { S: 'Porto' } }],
  ['city.address', undefined, {}],
]

describe('a projection', () => {
  test.each(PROJECTIONS)('%s: is taken out of the request, and applied to what was verified', async (ProjectionExpression, names, left) => {
    const { Item: item } = await get({ ProjectionExpression, ExpressionAttributeNames: names })
    expect(item).toEqual(left)
    const sent = JSON.parse(people.sent().at(-1)?.body ?? '{}') as object
    expect(Object.keys(sent).toSorted()).toEqual(['Key', 'TableName'])
  })

  test('in the legacy form', async () => {
    const { Item: item } = await get({ AttributesToGet: ['city', 'name', 'absent'] })
    expect(item).toEqual({ city: ADA['city'], name: ADA['name'] })
    expect(people.sent().at(-1)?.body).not.toMatch(/AttributesToGet/)
  })

  test('of documents', async () => {
    const documents = DynamoDBDocumentClient.from(people.client)
    const Key = { team: 'red', number: 5 }
    const projected = new GetCommand({ TableName: people.table, Key, ProjectionExpression: 'visits, profile.address, profile.tags[0]' })
    expect((await documents.send(projected)).Item).toEqual({ visits: 3, profile: { address: { deep: 5 }, tags: ['x'] } })
  })

  test('of an item that is not there', async () => {
    expect((await get({ Key: keyOf(person(6)), ProjectionExpression: 'city' })).Item).toBeUndefined()
  })

  test('does not keep an item from being verified whole', async () => {
    const { plain, table } = people
    await plain.send(new PutItemCommand({ TableName: table, Item: { ...(await people.stored(ADA)), city: { S: 'Lyon' } } }))
    await expect(get({ ProjectionExpression: 'visits' })).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  test('names the reserved attributes in vain: they are not there', async () => {
    const names = { '#s': '*amzn-ddb-map-sig*' }
    expect((await get({ ProjectionExpression: '#s, city', ExpressionAttributeNames: names })).Item).toEqual({ city: { S: 'Porto' } })
  })

  test.each<[string, Partial<GetItemCommandInput>, RegExp]>([
    ['an empty one', { ProjectionExpression: '' }, /^Invalid ProjectionExpression: The expression can not be empty;$/],
    ['overlapping paths', { ProjectionExpression: 'profile, profile.address' }, /Two document paths overlap with each other/],
    ['a name that is not given', { ProjectionExpression: '#x' }, /An expression attribute name used in the document path is not defined/],
    [
      'a name that nothing uses',
      { ProjectionExpression: 'city', ExpressionAttributeNames: { '#x': 'y' } },
      /unused in expressions: keys: \{#x\}/,
    ],
    ['names without a projection', { ExpressionAttributeNames: { '#x': 'y' } }, /can only be specified when using expressions/],
    [
      'both forms',
      { ProjectionExpression: 'city', AttributesToGet: ['city'] },
      /Can not use both expression and non-expression parameters/,
    ],
    ['a reserved word', { ProjectionExpression: 'name' }, /reserved keyword: name/],
    ['a name twice, in the legacy form', { AttributesToGet: ['city', 'city'] }, /Duplicate value in attribute name/],
  ])('%s: refused in DynamoDB’s words, before anything is sent', async (_, more, message) => {
    const before = people.sent().length
    const refused = get(more)
    await expect(refused).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(refused).rejects.toThrow(message)
    expect(people.sent()).toHaveLength(before)
  })
})

test('GetItem by a whole item in the key’s place: refused, and nothing is sent', async () => {
  const before = people.sent().length
  await expect(get({ Key: ADA })).rejects.toMatchObject({ message: 'The provided key element does not match the schema' })
  expect(people.sent()).toHaveLength(before)
})
