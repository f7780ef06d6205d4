// Dynamoose over an encrypted client, with the model of dynamoose-people.ts: the whole round.
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import dynamoose from 'dynamoose'
import { people } from './dynamoose-people.js'
import { checkNoPlaintext, createTable, type Setting } from './people-table.js'

export async function run({ plain, clientConfig, materialsProvider, tableName, hasTransactions }: Setting): Promise<string[]> {
  await createTable(plain, tableName, ['id'], { name: 'byTeam', key: ['team'] })
  const PersonModel = people(new DynamoDB(clientConfig), materialsProvider, tableName)

  await PersonModel.create({ id: '1', email: 'ana@example.com', salary: 4200, team: 'red', visits: 1 })
  await PersonModel.batchPut([
    { id: '2', email: 'ben@example.com', salary: 3900, team: 'red' },
    { id: '3', email: 'cleo@example.com', salary: 5100, team: 'blue' },
  ])
  await checkNoPlaintext(plain, tableName)

  await PersonModel.update({ id: '1' }, { $SET: { email: 'ana@example.org' }, $ADD: { salary: 100 } })
  const ana = await PersonModel.get('1')
  const red = await PersonModel.query('team').eq('red').using('byTeam').exec()
  const wellPaid = await PersonModel.scan('salary').gt(4000).exec()
  const both = await PersonModel.batchGet(['2', '3'])
  if (hasTransactions) {
    await dynamoose.transaction([PersonModel.transaction.update({ id: '2' }, { salary: 4000 }), PersonModel.transaction.delete('3')])
  } else {
    await PersonModel.update({ id: '2' }, { salary: 4000 })
    await PersonModel.delete('3')
  }
  const left = await PersonModel.scan().exec()
  await checkNoPlaintext(plain, tableName)
  dynamoose.aws.ddb.revert()

  return [
    `ana: ${ana.email} ${String(ana.salary)}`,
    `red: ${red
      .map(({ email }) => email)
      .sort()
      .join(' ')}`,
    `over 4000: ${wellPaid
      .map(({ id }) => id)
      .sort()
      .join(' ')}`,
    `batch: ${both
      .map(({ email }) => email)
      .sort()
      .join(' ')}`,
    `left: ${left
      .map(({ id, salary }) => `${id} ${String(salary)}`)
      .sort()
      .join(', ')}`,
  ]
}
