// Rows of the list of operations: PartiQL, refused wherever a statement may name an encrypted table.
import {
  BatchExecuteStatementCommand,
  type DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, ExecuteStatementCommand as ExecuteDocumentStatement } from '@aws-sdk/lib-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../../support/failures.js'
import { useStoreDatabase } from '../../support/store-database.js'
import { staticProvider } from '../../support/table-provider.js'
import { createTable, hasTransactions } from '../support/tables.js'
import { tapWire, type WireRequest } from '../support/wire.js'

const database = useStoreDatabase()
let plain: DynamoDBClient
let encryptsAll: DynamoDBClient
let encryptsOne: DynamoDBClient
let table: string
let other: string
let wire: WireRequest[]

beforeEach(async () => {
  plain = database.client()
  table = await createTable(plain, { key: 'id' })
  other = await createTable(plain, { key: 'id' })
  wire = tapWire(plain)
  const materialsProvider = staticProvider()
  encryptsAll = EncryptedClient.from(plain, { materialsProvider })
  encryptsOne = EncryptedClient.from(plain, { materialsProvider, tables: { [table]: {} }, otherTables: 'passThrough' })
})

const OPERATIONS: readonly (readonly [string, (client: DynamoDBClient, statement: string) => Promise<unknown>])[] = [
  ['ExecuteStatement', (client, Statement) => client.send(new ExecuteStatementCommand({ Statement }))],
  [
    'ExecuteStatement of a document client',
    (client, Statement) => DynamoDBDocumentClient.from(client).send(new ExecuteDocumentStatement({ Statement })),
  ],
  ['BatchExecuteStatement', (client, Statement) => client.send(new BatchExecuteStatementCommand({ Statements: [{ Statement }] }))],
  ['ExecuteTransaction', (client, Statement) => client.send(new ExecuteTransactionCommand({ TransactStatements: [{ Statement }] }))],
]
const refusal = /a PartiQL statement that names an encrypted table, or may name one/

describe.each(OPERATIONS)('%s', (_, execute) => {
  test.each<[string, () => string]>([
    ['in quotes', () => `SELECT * FROM "${table}"`],
    ['an index of it', () => `SELECT * FROM "${table}"."byCity"`],
    ['as an insertion', () => `INSERT INTO "${table}" VALUE {'id': 'a'}`],
    ['as an update', () => `UPDATE "${table}" SET note='x' WHERE id='a'`],
    ['as a deletion', () => `DELETE FROM "${table}" WHERE id='a'`],
    ['behind a comment and line ends', () => `SELECT *\n--x\nFROM\n"${table}"`],
    ['by ARN', () => `SELECT * FROM "arn:aws:dynamodb:eu-west-1:123456789012:table/${table}"`],
    ['as a word of a text', () => `SELECT * FROM "${other}" WHERE id='${table}'`],
  ])('that names the encrypted table %s: refused, and nothing is sent', async (__, statement) => {
    for (const client of [encryptsAll, encryptsOne]) await failureOf(() => execute(client, statement()), 'OPERATION_NOT_SUPPORTED', refusal)
    expect(wire).toEqual([])
  })

  test('that names another table, where every table is encrypted, or others are rejected: refused', async () => {
    const rejects = EncryptedClient.from(plain, { materialsProvider: staticProvider(), tables: { [table]: {} } })
    const statement = `SELECT * FROM "${other}"`
    for (const client of [encryptsAll, rejects]) await failureOf(() => execute(client, statement), 'OPERATION_NOT_SUPPORTED', refusal)
    expect(wire).toEqual([])
  })

  test.skipIf(!hasTransactions)('that names another table passes with passThrough (DYNAMODB_ENDPOINT)', async () => {
    await plain.send(new PutItemCommand({ TableName: other, Item: { id: { S: 'a' } } }))
    const [first, ...more] = [await execute(encryptsOne, `SELECT * FROM "${other}" WHERE id='a'`)]
    expect(more).toEqual([])
    expect(JSON.stringify(first)).toMatch(/"id":("a"|\{"S":"a"\})/)
  })

  test.skipIf(!hasTransactions)('that names a table whose name contains the encrypted one’s passes (DYNAMODB_ENDPOINT)', async () => {
    const longer = await createTable(plain, { key: 'id' }, `${table}-archive`)
    await execute(encryptsOne, `SELECT * FROM "${longer}" WHERE id='a'`)
    expect(wire.at(-1)?.body).toContain(longer)
  })
})

test('one statement among several is enough', async () => {
  const Statements = [{ Statement: `SELECT * FROM "${other}"` }, { Statement: `SELECT * FROM "${table}"` }]
  await failureOf(() => encryptsOne.send(new BatchExecuteStatementCommand({ Statements })), 'OPERATION_NOT_SUPPORTED', refusal)
  await failureOf(
    () => encryptsOne.send(new ExecuteTransactionCommand({ TransactStatements: Statements })),
    'OPERATION_NOT_SUPPORTED',
    refusal,
  )
  expect(wire).toEqual([])
})

test('a request without statements is refused or answered by DynamoDB, never passed for an encrypted table', async () => {
  await failureOf(() => encryptsAll.send(new ExecuteStatementCommand({ Statement: undefined })), 'OPERATION_NOT_SUPPORTED', refusal)
  await failureOf(() => encryptsAll.send(new BatchExecuteStatementCommand({ Statements: undefined })), 'OPERATION_NOT_SUPPORTED', refusal)
})
