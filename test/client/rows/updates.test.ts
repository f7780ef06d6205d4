// Rows of the list of operations: UpdateItem of attributes that no signature covers, and the refusal of the rest where nothing is evaluated here.
import { PutItemCommand, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../../support/failures.js'
import { keyOf, person, RESERVED, usePeople } from '../support/people.js'
import { hasTransactions } from '../support/tables.js'

const people = usePeople({ localEvaluation: false })
const ADA = person(5)
const FOUR = { ':four': { N: '4' } }
const visit = { UpdateExpression: 'SET visits = :four', ExpressionAttributeValues: FOUR }
const update = (more: Partial<UpdateItemCommandInput>) =>
  people.client.send(new UpdateItemCommand({ TableName: people.table, Key: keyOf(ADA), ...more }))

describe('UpdateItem of N alone', () => {
  beforeEach(() => people.put(ADA))

  test('is sent, on the condition that there is a signature', async () => {
    await update(visit)
    const sent = JSON.parse(people.sent().at(-1)?.body ?? '{}') as UpdateItemCommandInput
    expect(sent).toMatchObject({ Key: keyOf(ADA), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
    const [, placeholder = ''] = /^attribute_exists\((#\w+)\)$/.exec(sent.ConditionExpression ?? '') ?? []
    expect(sent.ExpressionAttributeNames?.[placeholder]).toBe(RESERVED[1])
    expect((await update({ ...visit, ReturnValues: 'ALL_NEW' })).Attributes).toEqual({ ...ADA, visits: { N: '4' } })
  })

  test.each<[string, Partial<UpdateItemCommandInput>, Record<string, unknown>]>([
    ['SET of arithmetic', { UpdateExpression: 'SET visits = visits + :four', ExpressionAttributeValues: FOUR }, { visits: { N: '7' } }],
    ['ADD', { UpdateExpression: 'ADD visits :four', ExpressionAttributeValues: FOUR }, { visits: { N: '7' } }],
    ['AttributeUpdates, ADD', { AttributeUpdates: { visits: { Action: 'ADD', Value: { N: '4' } } } }, { visits: { N: '7' } }],
    ['AttributeUpdates, PUT', { AttributeUpdates: { visits: { Value: { N: '4' } } } }, { visits: { N: '4' } }],
    [
      'AttributeUpdates with Expected of an S attribute',
      { AttributeUpdates: { visits: { Value: { N: '4' } } }, Expected: { city: { Value: { S: 'Porto' } } } },
      { visits: { N: '4' } },
    ],
    [
      'AttributeUpdates with two Expected',
      {
        AttributeUpdates: { visits: { Value: { N: '4' } } },
        Expected: { city: { Value: { S: 'Porto' } }, visits: { Value: { N: '3' } } },
        ConditionalOperator: 'AND',
      },
      { visits: { N: '4' } },
    ],
  ])('%s', async (_, request, changed) => {
    expect((await update({ ...request, ReturnValues: 'ALL_NEW' })).Attributes).toEqual({ ...ADA, ...changed })
  })

  test('REMOVE', async () => {
    const { visits: _, ...left } = ADA
    expect((await update({ UpdateExpression: 'REMOVE visits', ReturnValues: 'ALL_NEW' })).Attributes).toEqual(left)
    expect((await update({ AttributeUpdates: { visits: { Action: 'DELETE' } }, ReturnValues: 'ALL_NEW' })).Attributes).toEqual(left)
  })

  test('ReturnValues: ALL_OLD and ALL_NEW decrypted, UPDATED_OLD and UPDATED_NEW hold N alone, NONE nothing', async () => {
    const returned = async (ReturnValues: UpdateItemCommandInput['ReturnValues']) => {
      await people.put(ADA)
      return (await update({ ...visit, ReturnValues })).Attributes
    }
    expect(await returned('ALL_OLD')).toEqual(ADA)
    expect(await returned('ALL_NEW')).toEqual({ ...ADA, visits: { N: '4' } })
    expect(await returned('UPDATED_OLD')).toEqual({ visits: { N: '3' } })
    expect(await returned('UPDATED_NEW')).toEqual({ visits: { N: '4' } })
    expect(await returned('NONE')).toBeUndefined()
    expect(await returned(undefined)).toBeUndefined()
  })

  test.each([
    'city = :porto',
    '(city = :porto)',
    '(city = :porto) OR (city = :other)',
    'city = :other OR city = :porto',
    'NOT city = :other',
    ' ( attribute_exists(profile) ) ',
    '(city = :porto) AND attribute_not_exists(email)',
  ])('with the condition %s: the caller’s is AND-ed to ours', async (ConditionExpression) => {
    const uses = { ':porto': { S: 'Porto' }, ':other': { S: 'Lyon' } }
    const values = Object.fromEntries(Object.entries(uses).filter(([name]) => ConditionExpression.includes(name)))
    const request = { ...visit, ConditionExpression, ExpressionAttributeValues: { ...FOUR, ...values } }
    expect((await update({ ...request, ReturnValues: 'UPDATED_NEW' })).Attributes).toEqual({ visits: { N: '4' } })
  })

  test('with the condition a OR b: an item without a signature is not let through by it', async () => {
    await people.plain.send(new PutItemCommand({ TableName: people.table, Item: ADA }))
    const condition = { ConditionExpression: 'city = :porto OR attribute_exists(team)' }
    const values = { ExpressionAttributeValues: { ...FOUR, ':porto': { S: 'Porto' } } }
    await failureOf(() => update({ ...visit, ...condition, ...values }), 'OPERATION_NOT_SUPPORTED', /no signed item with this key/)
    expect(await people.stored(ADA)).toEqual(ADA)
  })

  test('a placeholder of the caller’s by our own name stays the caller’s', async () => {
    const names = { '#1': 'visits', '#2': 'city' }
    const request = {
      UpdateExpression: 'SET #1 = :four',
      ConditionExpression: 'attribute_exists(#2)',
      ExpressionAttributeNames: names,
    }
    expect((await update({ ...request, ExpressionAttributeValues: FOUR, ReturnValues: 'UPDATED_NEW' })).Attributes).toEqual({
      visits: { N: '4' },
    })
  })

  test('documents', async () => {
    const documents = DynamoDBDocumentClient.from(people.client)
    const command = new UpdateCommand({
      TableName: people.table,
      Key: { team: 'red', number: 5 },
      UpdateExpression: 'SET visits = visits + :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    })
    expect((await documents.send(command)).Attributes).toMatchObject({
      visits: 4,
      name: 'Blutgruppe AB 7731 5',
      profile: { address: { deep: 5 } },
    })
  })
})

describe('UpdateItem of N: the three outcomes of a failed condition', () => {
  const failing = { ...visit, ConditionExpression: 'city = :lyon', ExpressionAttributeValues: { ...FOUR, ':lyon': { S: 'Lyon' } } }
  const unsigned = /there is no signed item with this key, and an update would create an unsigned one: put the item instead/

  test('there is no item', async () => {
    for (const request of [visit, failing, { AttributeUpdates: { visits: { Value: { N: '4' } } } }, {}]) {
      const error = await failureOf(() => update(request), 'OPERATION_NOT_SUPPORTED', unsigned)
      expect(error).toMatchObject({ tableName: people.table, key: keyOf(ADA) })
    }
    expect(await people.stored(ADA)).toBeUndefined()
  })

  test('the item has no signature', async () => {
    await people.plain.send(new PutItemCommand({ TableName: people.table, Item: ADA }))
    await failureOf(() => update(visit), 'OPERATION_NOT_SUPPORTED', unsigned)
    expect(await people.stored(ADA)).toEqual(ADA)
  })

  // dynalite does not give the item back, so there nothing tells the two conditions apart.
  describe.skipIf(!hasTransactions)('the caller’s own condition (DYNAMODB_ENDPOINT)', () => {
    beforeEach(() => people.put(ADA))

    test('a ConditionalCheckFailedException without the item', async () => {
      const error = await thrownBy(() => update(failing))
      expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed' })
      expect(error).not.toHaveProperty('Item')
      const legacy = { AttributeUpdates: { visits: { Value: { N: '4' } } }, Expected: { city: { Value: { S: 'Lyon' } } } }
      expect(await thrownBy(() => update(legacy))).not.toHaveProperty('Item')
    })

    test('with the item, decrypted, where it was asked for', async () => {
      const error = await thrownBy(() => update({ ...failing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
      expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', Item: ADA })
    })
  })
})

describe('UpdateItem of S or E: refused without local evaluation', () => {
  const X = { ':x': { S: 'x' } }
  test.each<[string, Partial<UpdateItemCommandInput>, string, RegExp]>([
    ['SET of E', { UpdateExpression: 'SET email = :x', ExpressionAttributeValues: X }, 'email', /changes "email"/],
    ['SET of S', { UpdateExpression: 'SET city = :x', ExpressionAttributeValues: X }, 'city', /changes "city"/],
    [
      'SET of a part of E',
      { UpdateExpression: 'SET profile.address.deep = :x', ExpressionAttributeValues: X },
      'profile',
      /changes "profile"/,
    ],
    ['REMOVE of E', { UpdateExpression: 'REMOVE email' }, 'email', /changes "email"/],
    ['REMOVE of a part of E', { UpdateExpression: 'REMOVE profile.tags[0]' }, 'profile', /changes "profile"/],
    ['ADD to E', { UpdateExpression: 'ADD scores :x', ExpressionAttributeValues: { ':x': { N: '1' } } }, 'scores', /changes "scores"/],
    ['DELETE from E', { UpdateExpression: 'DELETE tags :x', ExpressionAttributeValues: { ':x': { SS: ['x'] } } }, 'tags', /changes "tags"/],
    ['N from E', { UpdateExpression: 'SET visits = email' }, 'email', /reads "email"/],
    ['N from S', { UpdateExpression: 'SET visits = if_not_exists(city, :x)', ExpressionAttributeValues: X }, 'city', /reads "city"/],
    ['N and E', { UpdateExpression: 'SET visits = :x, email = :x', ExpressionAttributeValues: X }, 'email', /changes "email"/],
    ['AttributeUpdates of E', { AttributeUpdates: { email: { Value: { S: 'x' } } } }, 'email', /changes "email"/],
    ['AttributeUpdates of S', { AttributeUpdates: { city: { Action: 'DELETE' } } }, 'city', /changes "city"/],
    ['a condition on E', { ...visit, ConditionExpression: 'email = :four' }, 'email', /the condition reads "email"/],
    [
      'Expected of E',
      { AttributeUpdates: { visits: { Action: 'DELETE' } }, Expected: { email: { Value: { S: 'x' } } } },
      'email',
      /reads "email"/,
    ],
  ])('%s', async (_, request, attributeName, message) => {
    await people.put(ADA)
    const before = people.sent().length
    const error = await failureOf(() => update(request), 'OPERATION_NOT_SUPPORTED', message)
    expect(error).toMatchObject({ attributeName, tableName: people.table })
    expect(people.sent()).toHaveLength(before)
  })

  test('ConditionalOperator OR does not let our condition be passed by', async () => {
    await people.plain.send(new PutItemCommand({ TableName: people.table, Item: ADA }))
    const Expected = { city: { Value: { S: 'Lyon' } }, visits: { Value: { N: '3' } } }
    const request = { AttributeUpdates: { visits: { Value: { N: '4' } } }, Expected, ConditionalOperator: 'OR' as const }
    await failureOf(() => update(request), 'OPERATION_NOT_SUPPORTED', /no signed item with this key/)
    expect(await people.stored(ADA)).toEqual(ADA)
  })

  test.each([...RESERVED])('of the reserved attribute %s', async (name) => {
    const before = people.sent().length
    const names = { '#r': name }
    await failureOf(() => update({ UpdateExpression: 'REMOVE #r', ExpressionAttributeNames: names }), 'INVALID_ITEM', /reserved attribute/)
    await failureOf(() => update({ AttributeUpdates: { [name]: { Action: 'DELETE' } } }), 'INVALID_ITEM', /reserved attribute/)
    expect(people.sent()).toHaveLength(before)
  })
})

test('where every action is DO_NOTHING, an update is as without encryption', async () => {
  const client = people.with({ actions: { default: 'DO_NOTHING' } })
  const command = new UpdateItemCommand({ TableName: people.table, Key: keyOf(ADA), ...visit, ReturnValues: 'ALL_NEW' })
  expect((await client.send(command)).Attributes).toEqual({ ...keyOf(ADA), visits: { N: '4' } })
  expect(people.sent().at(-1)?.body).not.toMatch(/ConditionExpression/)
})
