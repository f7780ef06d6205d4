// Mapped classes, with the class of nova-odm-people.ts: the whole round.
import { people } from './nova-odm-people.js'
import { checkNoPlaintext, createTable, type Setting } from './people-table.js'

export async function run({ plain, materialsProvider, tableName }: Setting): Promise<string[]> {
  await createTable(plain, tableName, ['id'], { name: 'byTeam', key: ['team'] })
  const { Person, mapper } = people(plain, materialsProvider, tableName)
  const person = (fields: Partial<InstanceType<typeof Person>>) => Object.assign(new Person(), fields)

  const created = await mapper.put(person({ id: '1', email: 'ana@example.com', salary: 4200, team: 'red', visits: 1 }))
  const others = [
    person({ id: '2', email: 'ben@example.com', salary: 3900, team: 'red', version: 0 }),
    person({ id: '3', email: 'cleo@example.com', salary: 5100, team: 'blue', version: 0 }),
  ]
  for await (const written of mapper.batchPut(others)) if (written.id === '') throw new Error('not written')
  await checkNoPlaintext(plain, tableName)

  // On the condition that the version is still the one that was written.
  await mapper.update(Object.assign(created, { email: 'ana@example.org', salary: 4300 }))
  const ana = await mapper.get(person({ id: '1' }))
  const red: string[] = []
  for await (const each of mapper.query(Person, { team: 'red' }, { indexName: 'byTeam', readConsistency: 'eventual' })) red.push(each.email)
  const wellPaid: string[] = []
  const filter = { type: 'GreaterThan', subject: 'salary', object: 4000 } as const
  for await (const each of mapper.scan(Person, { filter })) wellPaid.push(each.id)
  const both: string[] = []
  for await (const each of mapper.batchGet([person({ id: '2' }), person({ id: '3' })])) both.push(each.email)
  // This mapper has no transactions.
  await mapper.update(Object.assign(await mapper.get(person({ id: '2' })), { salary: 4000 }))
  await mapper.delete(await mapper.get(person({ id: '3' })))
  const left: string[] = []
  for await (const { id, salary } of mapper.scan(Person)) left.push(`${id} ${String(salary)}`)
  await checkNoPlaintext(plain, tableName)

  return [
    `ana: ${ana.email} ${String(ana.salary)}`,
    `red: ${red.sort().join(' ')}`,
    `over 4000: ${wellPaid.sort().join(' ')}`,
    `batch: ${both.sort().join(' ')}`,
    `left: ${left.sort().join(', ')}`,
  ]
}
