// An item that outgrew DynamoDB's 400 KB once encrypted says so, with both sizes.
import { BatchWriteItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../support/failures.js'
import { expectNoSecrets } from '../../support/secrets.js'
import { keyOf, person, usePeople } from '../support/people.js'
import { hasTransactions } from '../support/tables.js'

const people = usePeople()
const LIMIT = 400 * 1024
/** Fits as it is, and not once it is encrypted. */
const LARGE = person(1, { notes: { S: 'xyzzy-plugh '.repeat(40_000).slice(0, LIMIT - 400) } })
const sizes = /the item is about 399\.\d KB in plaintext and 40\d\.\d KB once encrypted; DynamoDB stores at most 400\.0 KB/

test('the item fits without encryption', async () => {
  await people.plain.send(new PutItemCommand({ TableName: people.table, Item: LARGE }))
})

const WRITES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['PutItem', () => people.client.send(new PutItemCommand({ TableName: people.table, Item: LARGE }))],
  [
    'BatchWriteItem',
    () =>
      people.client.send(
        new BatchWriteItemCommand({
          RequestItems: { [people.table]: [{ PutRequest: { Item: person(2) } }, { PutRequest: { Item: LARGE } }] },
        }),
      ),
  ],
  ...(hasTransactions
    ? ([
        [
          'TransactWriteItems',
          () => people.client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: people.table, Item: LARGE } }] })),
        ],
      ] as const)
    : []),
]

describe.each(WRITES)('%s', (_, send) => {
  test('of an item that outgrew 400 KB by its encryption', async () => {
    const error = await failureOf(send, 'ITEM_TOO_LARGE', sizes)
    expect(error).toMatchObject({ tableName: people.table, key: keyOf(LARGE), cause: { name: 'ValidationException' } })
    expectNoSecrets(error)
  })
})

test('an item that was too large before: both sizes, too', async () => {
  const huge = person(1, { notes: { S: 'x'.repeat(LIMIT + 1000) } })
  const put = new PutItemCommand({ TableName: people.table, Item: huge })
  await failureOf(() => people.client.send(put), 'ITEM_TOO_LARGE', /about 40[12]\.\d KB in plaintext and 40[12]\.\d KB once encrypted/)
})

test('an item that is too large and has nothing encrypted: DynamoDB’s own error', async () => {
  const client = people.with({ actions: { default: 'DO_NOTHING' } })
  const huge = { ...keyOf(person(1)), notes: { S: 'x'.repeat(LIMIT + 1000) } }
  await expect(client.send(new PutItemCommand({ TableName: people.table, Item: huge }))).rejects.toMatchObject({
    name: 'ValidationException',
  })
})
