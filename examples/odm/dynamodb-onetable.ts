// OneTable over an encrypted client, with the model of dynamodb-onetable-people.ts: the whole round.
import { people } from './dynamodb-onetable-people.js'
import { checkNoPlaintext, createTable, type Setting } from './people-table.js'

export async function run({ plain, materialsProvider, tableName, hasTransactions }: Setting): Promise<string[]> {
  await createTable(plain, tableName, ['pk', 'sk'], { name: 'gs1', key: ['gs1pk', 'gs1sk'] })
  const { table, person } = people(plain, materialsProvider, tableName)

  await person.create({ id: '1', email: 'ana@example.com', salary: 4200, team: 'red', visits: 1 })
  const batch = {}
  await person.create({ id: '2', email: 'ben@example.com', salary: 3900, team: 'red' }, { batch, exists: null })
  await person.create({ id: '3', email: 'cleo@example.com', salary: 5100, team: 'blue' }, { batch, exists: null })
  await table.batchWrite(batch)
  await checkNoPlaintext(plain, tableName)

  await person.update({ id: '1', email: 'ana@example.org' }, { add: { salary: 100 } })
  const ana = await person.get({ id: '1' })
  const red = await person.find({ team: 'red' }, { index: 'gs1' })
  const wellPaid = await person.scan({}, { where: '${salary} > {4000}' })
  const asked = {}
  await person.get({ id: '2' }, { batch: asked })
  await person.get({ id: '3' }, { batch: asked })
  const both = await table.batchGet<{ email: string }>(asked, { parse: true })
  if (hasTransactions) {
    const transaction = {}
    await person.update({ id: '2', salary: 4000 }, { transaction })
    await person.remove({ id: '3' }, { transaction })
    await table.transact('write', transaction)
  } else {
    await person.update({ id: '2', salary: 4000 })
    await person.remove({ id: '3' })
  }
  const left = await person.scan({})
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
      .map(({ email }) => email)
      .sort()
      .join(' ')}`,
    `left: ${left
      .map(({ id, salary }) => `${id} ${String(salary)}`)
      .sort()
      .join(', ')}`,
  ]
}
