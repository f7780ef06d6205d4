// DynamoDB-Toolbox over an encrypted client, with the entity of dynamodb-toolbox-people.ts: the whole round.
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import {
  BatchGetCommand,
  BatchGetRequest,
  BatchPutRequest,
  BatchWriteCommand,
  DeleteItemCommand,
  DeleteTransaction,
  executeBatchGet,
  executeBatchWrite,
  executeTransactWrite,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTransaction,
  $add,
} from 'dynamodb-toolbox'
import { people } from './dynamodb-toolbox-people.js'
import { checkNoPlaintext, createTable, type Setting } from './people-table.js'

export async function run({ plain, materialsProvider, tableName, hasTransactions }: Setting): Promise<string[]> {
  await createTable(plain, tableName, ['pk', 'sk'], { name: 'gsi1', key: ['team', 'sk'] })
  const { table, Person } = people(DynamoDBDocumentClient.from(plain), materialsProvider, tableName)

  await Person.build(PutItemCommand).item({ id: '1', email: 'ana@example.com', salary: 4200, team: 'red', visits: 1 }).send()
  await executeBatchWrite(
    table
      .build(BatchWriteCommand)
      .requests(
        Person.build(BatchPutRequest).item({ id: '2', email: 'ben@example.com', salary: 3900, team: 'red' }),
        Person.build(BatchPutRequest).item({ id: '3', email: 'cleo@example.com', salary: 5100, team: 'blue' }),
      ),
  )
  await checkNoPlaintext(plain, tableName)

  await Person.build(UpdateItemCommand)
    .item({ id: '1', email: 'ana@example.org', salary: $add(100) })
    .send()
  const { Item: ana } = await Person.build(GetItemCommand).key({ id: '1' }).send()
  const { Items: red = [] } = await table.build(QueryCommand).query({ index: 'gsi1', partition: 'red' }).entities(Person).send()
  const { Items: wellPaid = [] } = await table
    .build(ScanCommand)
    .entities(Person)
    .options({ filters: { Person: { attr: 'salary', gt: 4000 } } })
    .send()
  const {
    Responses: [both],
  } = await executeBatchGet(
    table.build(BatchGetCommand).requests(Person.build(BatchGetRequest).key({ id: '2' }), Person.build(BatchGetRequest).key({ id: '3' })),
  )
  if (hasTransactions) {
    await executeTransactWrite(
      Person.build(UpdateTransaction).item({ id: '2', salary: 4000 }),
      Person.build(DeleteTransaction).key({ id: '3' }),
    )
  } else {
    await Person.build(UpdateItemCommand).item({ id: '2', salary: 4000 }).send()
    await Person.build(DeleteItemCommand).key({ id: '3' }).send()
  }
  const { Items: left = [] } = await table.build(ScanCommand).entities(Person).send()
  await checkNoPlaintext(plain, tableName)

  return [
    `ana: ${ana?.email ?? ''} ${String(ana?.salary)}`,
    `red: ${red
      .map(({ email }) => email)
      .sort()
      .join(' ')}`,
    `over 4000: ${wellPaid
      .map(({ id }) => id)
      .sort()
      .join(' ')}`,
    `batch: ${both
      .map((each) => each?.email ?? '')
      .sort()
      .join(' ')}`,
    `left: ${left
      .map(({ id, salary }) => `${id} ${String(salary)}`)
      .sort()
      .join(', ')}`,
  ]
}
