// Rows of the list of operations: TransactGetItems, TransactWriteItems. Only DynamoDB Local has transactions.
import { PutItemCommand, TransactGetItemsCommand, TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../../support/failures.js'
import { keyOf, person, SECRET, usePeople } from '../support/people.js'
import { hasTransactions } from '../support/tables.js'
import { foundIn } from '../support/wire.js'

describe.skipIf(!hasTransactions)('transactions (DYNAMODB_ENDPOINT)', () => {
  const people = usePeople({ localEvaluation: false })
  const [ADA, BOB, CYD] = [person(1), person(2), person(3)]
  const write = (...TransactItems: TransactWriteItem[]) => people.client.send(new TransactWriteItemsCommand({ TransactItems }))
  const of = () => ({ TableName: people.table })
  const inLyon = { ConditionExpression: 'city = :lyon', ExpressionAttributeValues: { ':lyon': { S: 'Lyon' } } }
  const visit = { UpdateExpression: 'SET visits = :four', ExpressionAttributeValues: { ':four': { N: '4' } } }

  beforeEach(() => people.put(ADA, BOB))

  describe('TransactGetItems', () => {
    test('items decrypted, in order, each with its own projection; an item that is not there', async () => {
      const { Responses } = await people.client.send(
        new TransactGetItemsCommand({
          TransactItems: [
            { Get: { ...of(), Key: keyOf(BOB) } },
            { Get: { ...of(), Key: keyOf(CYD), ProjectionExpression: 'city' } },
            { Get: { ...of(), Key: keyOf(ADA), ProjectionExpression: '#n, profile.tags[0]', ExpressionAttributeNames: { '#n': 'name' } } },
          ],
        }),
      )
      const first = { name: ADA['name'], profile: { M: { tags: { L: [{ S: 'x' }] } } } }
      expect(Responses).toEqual([{ Item: BOB }, {}, { Item: first }])
      expect(people.sent().at(-1)?.body).not.toMatch(/ProjectionExpression|ExpressionAttributeNames/)
    })

    test('documents', async () => {
      const Get = { ...of(), Key: { team: 'red', number: 1 }, ProjectionExpression: 'visits, profile.tags' }
      const { Responses } = await DynamoDBDocumentClient.from(people.client).send(new TransactGetCommand({ TransactItems: [{ Get }] }))
      expect(Responses).toEqual([{ Item: { visits: 3, profile: { tags: ['x', SECRET, 'z'] } } }])
    })

    test('a whole item as a key: refused, and nothing is sent', async () => {
      const before = people.sent().length
      const command = new TransactGetItemsCommand({ TransactItems: [{ Get: { ...of(), Key: ADA } }] })
      await expect(people.client.send(command)).rejects.toMatchObject({ name: 'ValidationException' })
      expect(people.sent()).toHaveLength(before)
    })
  })

  describe('TransactWriteItems', () => {
    test('Put, Delete, Update and ConditionCheck in one', async () => {
      const dan = person(4)
      await people.put(dan)
      await write(
        { Put: { ...of(), Item: CYD } },
        { Delete: { ...of(), Key: keyOf(BOB), ConditionExpression: 'attribute_exists(profile)' } },
        { Update: { ...of(), Key: keyOf(ADA), ...visit, ConditionExpression: 'visits < :four' } },
        { ConditionCheck: { ...of(), Key: keyOf(dan), ConditionExpression: 'attribute_exists(team)' } },
      )
      const { Responses } = await people.client.send(
        new TransactGetItemsCommand({ TransactItems: [CYD, BOB, ADA].map((item) => ({ Get: { ...of(), Key: keyOf(item) } })) }),
      )
      expect(Responses).toEqual([{ Item: CYD }, {}, { Item: { ...ADA, visits: { N: '4' } } }])
      expect(people.wire.flatMap(({ body }) => foundIn(body, SECRET))).toEqual([])
    })

    test('documents', async () => {
      const documents = DynamoDBDocumentClient.from(people.client)
      const Item = { team: 'red', number: 9, name: SECRET }
      await documents.send(new TransactWriteCommand({ TransactItems: [{ Put: { ...of(), Item } }] }))
      const { Responses } = await documents.send(
        new TransactGetCommand({ TransactItems: [{ Get: { ...of(), Key: { team: 'red', number: 9 } } }] }),
      )
      expect(Responses).toEqual([{ Item }])
    })

    const asked = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const

    test('the items in the reasons of a TransactionCanceledException are decrypted, where they were asked for', async () => {
      const error = await thrownBy(() =>
        write(
          { Put: { ...of(), Item: ADA, ...inLyon, ...asked } },
          { Delete: { ...of(), Key: keyOf(BOB), ...inLyon, ...asked } },
          { Put: { ...of(), Item: CYD } },
        ),
      )
      expect(error).toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [
          { Code: 'ConditionalCheckFailed', Item: ADA },
          { Code: 'ConditionalCheckFailed', Item: BOB },
          { Code: 'None' },
        ],
      })
    })

    test('of an update and a check, too; and not where they were not asked for', async () => {
      const values = { ExpressionAttributeValues: { ...visit.ExpressionAttributeValues, ...inLyon.ExpressionAttributeValues } }
      const failing = { ...visit, ...inLyon, ...values }
      const reasons = async (more: object) => {
        const error = await thrownBy(() =>
          write(
            { Update: { ...of(), Key: keyOf(ADA), ...failing, ...more } },
            { ConditionCheck: { ...of(), Key: keyOf(BOB), ...inLyon, ...more } },
          ),
        )
        return (error as { CancellationReasons?: { Code?: string; Item?: unknown }[] }).CancellationReasons?.map(({ Code, Item }) => [
          Code,
          Item,
        ])
      }
      expect(await reasons(asked)).toEqual([
        ['ConditionalCheckFailed', ADA],
        ['ConditionalCheckFailed', BOB],
      ])
      expect(await reasons({})).toEqual([
        ['ConditionalCheckFailed', undefined],
        ['ConditionalCheckFailed', undefined],
      ])
    })

    test('have the same form for a document client as without encryption', async () => {
      const command = () =>
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                ...of(),
                Item: { team: 'red', number: 1 },
                ConditionExpression: 'city = :l',
                ExpressionAttributeValues: { ':l': 'Lyon' },
                ...asked,
              },
            },
          ],
        })
      const [ofPlain, ofEncrypted] = await Promise.all(
        [people.plain, people.client].map((client) => thrownBy(() => DynamoDBDocumentClient.from(client).send(command()))),
      )
      expect(ofPlain).toMatchObject({ CancellationReasons: [{ Item: { city: { S: 'Porto' } } }] })
      expect(ofEncrypted).toMatchObject({ CancellationReasons: [{ Item: ADA }] })
    })

    test('an update of an item that is not there, or has no signature: refused with its place, and nothing is written', async () => {
      await people.plain.send(new PutItemCommand({ ...of(), Item: BOB }))
      for (const item of [CYD, BOB]) {
        const refused = () => write({ Put: { ...of(), Item: person(7) } }, { Update: { ...of(), Key: keyOf(item), ...visit } })
        const error = await failureOf(refused, 'OPERATION_NOT_SUPPORTED', /no signed item with this key/)
        expect(error).toMatchObject({ tableName: people.table, key: keyOf(item), index: 1 })
        expect(await people.stored(person(7))).toBeUndefined()
      }
    })

    test.each<[string, () => TransactWriteItem, RegExp]>([
      [
        'a put’s condition on E',
        () => ({ Put: { ...of(), Item: ADA, ConditionExpression: 'email = :x', ExpressionAttributeValues: { ':x': { S: 'x' } } } }),
        /reads "email"/,
      ],
      [
        'a deletion’s',
        () => ({
          Delete: { ...of(), Key: keyOf(ADA), ConditionExpression: 'email = :x', ExpressionAttributeValues: { ':x': { S: 'x' } } },
        }),
        /reads "email"/,
      ],
      [
        'a check’s',
        () => ({
          ConditionCheck: {
            ...of(),
            Key: keyOf(ADA),
            ConditionExpression: 'size(email) > :x',
            ExpressionAttributeValues: { ':x': { N: '1' } },
          },
        }),
        /reads "email"/,
      ],
      ['an update of E', () => ({ Update: { ...of(), Key: keyOf(ADA), UpdateExpression: 'REMOVE email' } }), /changes "email"/],
    ])('%s: refused without local evaluation, with its index, and nothing is sent', async (_, action, message) => {
      const before = people.sent().length
      const error = await failureOf(() => write({ Put: { ...of(), Item: CYD } }, action()), 'OPERATION_NOT_SUPPORTED', message)
      expect(error).toMatchObject({ attributeName: 'email', index: 1, tableName: people.table })
      expect(people.sent()).toHaveLength(before)
    })

    test('idempotent by ClientRequestToken: the same call twice within one process', async () => {
      const ClientRequestToken = randomUUID()
      const command = () => new TransactWriteItemsCommand({ ClientRequestToken, TransactItems: [{ Put: { ...of(), Item: CYD } }] })
      await people.client.send(command())
      await people.client.send(command())
      expect(await people.stored(CYD)).toBeDefined()
    })
  })
})
