// The example of each library does its whole round, and its table holds no plaintext. The same five lines, whichever library it is.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import * as onetable from '../../examples/odm/dynamodb-onetable.js'
import * as toolbox from '../../examples/odm/dynamodb-toolbox.js'
import * as dynamoose from '../../examples/odm/dynamoose.js'
import * as electrodb from '../../examples/odm/electrodb.js'
import * as novaOdm from '../../examples/odm/nova-odm.js'
import { checkNoPlaintext, createTable, rawItems } from '../../examples/odm/people-table.js'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { hasTransactions } from '../client/support/tables.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'

const database = useStoreDatabase()

test.each([
  ['nova-odm', novaOdm],
  ['electrodb', electrodb],
  ['dynamodb-toolbox', toolbox],
  ['dynamoose', dynamoose],
  ['dynamodb-onetable', onetable],
])('%s: create, read, update, delete, index, batch, transaction', async (_, example) => {
  const plain = database.client()
  const tableName = `People-${randomUUID()}`
  expect(
    await example.run({ plain, clientConfig: database.clientConfig, materialsProvider: staticProvider(), tableName, hasTransactions }),
  ).toEqual([
    'ana: ana@example.org 4300',
    'red: ana@example.org ben@example.com',
    'over 4000: 1 3',
    'batch: ben@example.com cleo@example.com',
    'left: 1 4300, 2 4000',
  ])
  const stored = await rawItems(plain, tableName)
  expect(stored).toHaveLength(2)
  for (const item of stored) {
    expect(item).toMatchObject({
      email: { B: expect.any(Uint8Array) as unknown },
      salary: { B: expect.any(Uint8Array) as unknown },
      team: { S: 'red' },
    })
  }
})

test('the look for plaintext finds it, in texts and in bytes', async () => {
  const plain = database.client()
  const tableName = `People-${randomUUID()}`
  await createTable(plain, tableName, ['id'], { name: 'byTeam', key: ['team'] })
  const put = (email: { S: string } | { B: Uint8Array }) =>
    plain.send(new PutItemCommand({ TableName: tableName, Item: { id: { S: '1' }, email, '*amzn-ddb-map-sig*': { B: Uint8Array.of(1) } } }))
  await expect(checkNoPlaintext(plain, tableName)).rejects.toThrow('nothing to look at')
  await put({ S: 'to ana@example.com' })
  await expect(checkNoPlaintext(plain, tableName)).rejects.toThrow('ana@example.com is in the table')
  await put({ B: Buffer.from('to ben@example.com') })
  await expect(checkNoPlaintext(plain, tableName)).rejects.toThrow('ben@example.com is in the table')
})
