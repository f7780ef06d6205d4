// ElectroDB over an encrypted client, with the entity of electrodb-people.ts: the whole round.
import { people } from './electrodb-people.js'
import { checkNoPlaintext, createTable, type Setting } from './people-table.js'

export async function run({ plain, materialsProvider, tableName, hasTransactions }: Setting): Promise<string[]> {
  await createTable(plain, tableName, ['pk', 'sk'], { name: 'gsi1', key: ['gsi1pk', 'gsi1sk'] })
  const service = people(plain, materialsProvider, tableName)
  const { person } = service.entities

  await person.create({ id: '1', email: 'ana@example.com', salary: 4200, team: 'red', visits: 1 }).go()
  await person
    .put([
      { id: '2', email: 'ben@example.com', salary: 3900, team: 'red' },
      { id: '3', email: 'cleo@example.com', salary: 5100, team: 'blue' },
    ])
    .go()
  await checkNoPlaintext(plain, tableName)

  await person.patch({ id: '1' }).set({ email: 'ana@example.org' }).add({ salary: 100 }).go()
  const ana = await person.get({ id: '1' }).go()
  const red = await person.query.byTeam({ team: 'red' }).go()
  const wellPaid = await person.scan.where(({ salary }, { gt }) => gt(salary, 4000)).go()
  const both = await person.get([{ id: '2' }, { id: '3' }]).go()
  if (hasTransactions) {
    await service.transaction
      .write(({ person: each }) => [each.patch({ id: '2' }).set({ salary: 4000 }).commit(), each.delete({ id: '3' }).commit()])
      .go()
  } else {
    await person.patch({ id: '2' }).set({ salary: 4000 }).go()
    await person.delete({ id: '3' }).go()
  }
  const { data: left } = await person.scan.go()
  await checkNoPlaintext(plain, tableName)

  return [
    `ana: ${ana.data?.email ?? ''} ${String(ana.data?.salary)}`,
    `red: ${red.data.map(({ email }) => email).join(' ')}`,
    `over 4000: ${wellPaid.data
      .map(({ id }) => id)
      .sort()
      .join(' ')}`,
    `batch: ${both.data
      .map(({ email }) => email)
      .sort()
      .join(' ')}`,
    `left: ${left
      .map(({ id, salary }) => `${id} ${String(salary)}`)
      .sort()
      .join(', ')}`,
  ]
}
