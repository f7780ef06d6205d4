// The mapper against a server: whole items, versions, updates, other tables' names, unknown attributes.
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { attribute, hashKey, table, versionAttribute } from '@nova-odm/annotations'
import { embed } from '@nova-odm/mapper'
import { describe, expect, test } from 'vitest'
import { EncryptedClient, overrideTableName, type Item } from 'dynamodb-encryption-client'
import {
  EncryptedDataMapper,
  actionsFrom,
  doNothing,
  handleUnknownAttributes,
  signOnly,
  tableNameInContext,
  type EncryptedDataMapperOptions,
} from 'dynamodb-encryption-client/nova-odm'
import { createTable } from '../client/support/tables.js'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'
import { expectRefused } from './support/refused.js'

const database = useStoreDatabase()
const materialsProvider = staticProvider()

class Address {
  @attribute({ type: 'String' }) street = ''
}

class Base {
  @hashKey({ type: 'String' }) id = ''
  @attribute({ type: 'String' }) email?: string
  @attribute({ type: 'Set', memberType: 'String' }) tags?: Set<string>
  @attribute(embed(Address)) address?: Address
  @doNothing() @attribute({ type: 'Number' }) visits?: number
}

/** A class of a new table. */
async function inNewTable<T extends new () => Base>(define: () => T, options: Partial<EncryptedDataMapperOptions> = {}) {
  const plain = database.client()
  const tableName = await createTable(plain, { key: 'id' })
  const Person = define()
  table(tableName)(Person)
  const mapper = new EncryptedDataMapper({ client: plain, materialsProvider, classes: [Person], readConsistency: 'strong', ...options })
  const stored = async (id: string) => (await plain.send(new GetItemCommand({ TableName: tableName, Key: { id: { S: id } } }))).Item
  return {
    plain,
    tableName,
    Person,
    mapper,
    stored,
    person: (fields: Partial<InstanceType<T>>) => Object.assign(new Person() as InstanceType<T>, fields),
  }
}

const unversioned = () => class Person extends Base {}

function versioned() {
  class Person extends Base {
    @versionAttribute() version?: number
  }
  return Person
}

/** A class whose items are signed for another table. */
function signedFor(tableName: string) {
  @tableNameInContext(tableName)
  class Person extends Base {}
  return () => Person
}

test('objects come back as they were, with nested documents and sets; the table has ciphertext', async () => {
  const { mapper, person, stored } = await inNewTable(unversioned)
  const address = Object.assign(new Address(), { street: 'Rua 1' })
  await mapper.put(person({ id: '1', email: 'a@example.com', tags: new Set(['x', 'y']), address, visits: 1 }))
  const read = await mapper.get(person({ id: '1' }))
  expect(read).toMatchObject({ email: 'a@example.com', tags: new Set(['x', 'y']), address: { street: 'Rua 1' }, visits: 1 })
  expect(read.address).toBeInstanceOf(Address)
  const item = await stored('1')
  for (const name of ['email', 'tags', 'address']) expect(Object.keys(item?.[name] ?? {})).toEqual(['B'])
  expect(item).toMatchObject({ id: { S: '1' }, visits: { N: '1' } })
})

describe('PUT', () => {
  test('replaces the whole item, on the condition of its version', async () => {
    const { mapper, person, stored } = await inNewTable(versioned)
    const first = await mapper.put(person({ id: '1', email: 'a@example.com', visits: 1 }))
    expect(first.version).toBe(0)
    const second = await mapper.put(person({ id: '1', email: 'b@example.com', version: 0 }))
    expect(second.version).toBe(1)
    expect(await stored('1')).not.toHaveProperty('visits')
    expect(await stored('1')).toMatchObject({ version: { N: '1' } })
    for (const version of [0, undefined]) {
      await expect(mapper.put(person({ id: '1', email: 'c@example.com', ...(version === 0 && { version }) }))).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
      })
    }
    expect(await mapper.get(person({ id: '1' }))).toMatchObject({ email: 'b@example.com', version: 1 })
  })

  test('takes a condition on an encrypted attribute, and can be told to skip the version', async () => {
    const { mapper, person } = await inNewTable(versioned)
    await mapper.put(person({ id: '1', email: 'a@example.com' }))
    const condition = { type: 'Equals', subject: 'email', object: 'other' } as const
    await expect(mapper.put(person({ id: '1', version: 0 }), { condition })).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    })
    await expect(
      mapper.put({ item: person({ id: '1', email: 'b@example.com', version: 7 }), skipVersionCheck: true }),
    ).resolves.toMatchObject({
      version: 7,
    })
  })
})

describe('CLOBBER', () => {
  test('replaces whatever is there, counts the version up, and leaves the object as it is', async () => {
    const { mapper, person } = await inNewTable(versioned, { saveBehavior: 'CLOBBER' })
    const object = person({ id: '1', email: 'a@example.com', version: 41 })
    expect((await mapper.put(object)).version).toBe(42)
    expect(object.version).toBe(41)
    expect((await mapper.put(person({ id: '1', email: 'b@example.com' }))).version).toBe(0)
    expect(await mapper.get(person({ id: '1' }))).toMatchObject({ email: 'b@example.com', version: 0 })
  })

  test('a class without a version is as with PUT', async () => {
    const { mapper, person } = await inNewTable(unversioned, { saveBehavior: 'CLOBBER' })
    await mapper.put(person({ id: '1', email: 'a@example.com' }))
    expect(await mapper.get(person({ id: '1' }))).toMatchObject({ email: 'a@example.com' })
  })
})

describe('update', () => {
  test('changes what the object has and keeps the rest, on the condition of the version', async () => {
    const { mapper, person, stored } = await inNewTable(versioned)
    await mapper.put(person({ id: '1', email: 'a@example.com', visits: 5 }))
    const updated = await mapper.update(person({ id: '1', email: 'b@example.com', version: 0 }), { onMissing: 'skip' })
    expect(updated).toMatchObject({ email: 'b@example.com', visits: 5, version: 1 })
    expect(Object.keys((await stored('1'))?.['email'] ?? {})).toEqual(['B'])
    await expect(mapper.update(person({ id: '1', email: 'c@example.com', version: 0 }))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    })
    await mapper.update({ item: person({ id: '1', version: 1 }), skipVersionCheck: true })
    expect(await mapper.get(person({ id: '1' }))).not.toHaveProperty('email', 'b@example.com')
  })
})

describe('the name of another table in the context', () => {
  test('a class says it: items that were copied from the other table can be read', async () => {
    const original = await inNewTable(unversioned)
    await original.mapper.put(original.person({ id: '1', email: 'a@example.com' }))
    const copied: Item = (await original.stored('1')) ?? {}

    const restored = await inNewTable(signedFor(original.tableName))
    const without = await inNewTable(unversioned)
    for (const each of [restored, without]) await each.plain.send(new PutItemCommand({ TableName: each.tableName, Item: copied }))
    expect(await restored.mapper.get(restored.person({ id: '1' }))).toMatchObject({ email: 'a@example.com' })
    await expect(without.mapper.get(without.person({ id: '1' }))).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  test("the mapper says it, as the guide's overrideEncryptionContextTableName, after the class's own", async () => {
    const original = await inNewTable(unversioned)
    await original.mapper.put(original.person({ id: '1', email: 'a@example.com' }))
    const copied: Item = (await original.stored('1')) ?? {}
    const renamed = await inNewTable(signedFor('Between'), { contextOverride: overrideTableName('Between', original.tableName) })
    await renamed.plain.send(new PutItemCommand({ TableName: renamed.tableName, Item: copied }))
    expect(await renamed.mapper.get(renamed.person({ id: '1' }))).toMatchObject({ email: 'a@example.com' })

    const plain = database.client()
    const tableName = await createTable(plain, { key: 'id' })
    class Person extends Base {}
    table(tableName)(Person)
    const mapper = new EncryptedDataMapper({
      client: plain,
      materialsProvider,
      classes: [Person],
      contextOverride: overrideTableName(tableName, original.tableName),
    })
    await plain.send(new PutItemCommand({ TableName: tableName, Item: copied }))
    expect(await mapper.get(Object.assign(new Person(), { id: '1' }))).toMatchObject({ email: 'a@example.com' })
  })
})

test('a class that was changed reads what was written before, and writes as it says now', async () => {
  const before = await inNewTable(unversioned)
  await before.mapper.put(before.person({ id: '1', email: 'a@example.com' }))
  class Person extends Base {}
  signOnly()(Person.prototype, 'email')
  table(before.tableName)(Person)
  const options = { client: before.plain, materialsProvider, classes: [Person] } as const
  const id = Object.assign(new Person(), { id: '1' })
  await expect(new EncryptedDataMapper(options).get(id)).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  const mapper = new EncryptedDataMapper({ ...options, formerActions: { [before.tableName]: [actionsFrom(before.Person)] } })
  const read = await mapper.get(id)
  expect(read).toMatchObject({ email: 'a@example.com' })
  await mapper.put(read)
  expect(await before.stored('1')).toMatchObject({ email: { S: 'a@example.com' } })
  expectRefused(
    () => new EncryptedDataMapper({ ...options, formerActions: { Other: [{}] } }),
    'INVALID_CONFIGURATION',
    '"Other"',
    before.tableName,
  )
})

describe('attributes that the class does not know', () => {
  /** An item that another program wrote under the same keys, with an attribute more. */
  async function withNickname<T extends new () => Base>(define: () => T) {
    const one = await inNewTable(define)
    const client = EncryptedClient.from(one.plain, { materialsProvider, tables: { [one.tableName]: { actions: actionsFrom(one.Person) } } })
    const Item = { id: { S: '1' }, email: { S: 'a@example.com' }, nickname: { S: 'x' } }
    await client.send(new PutItemCommand({ TableName: one.tableName, Item }))
    return one
  }
  const refused = { code: 'INVALID_ITEM', attributeName: 'nickname', message: expect.stringContaining('the class Person') as string }

  test('are refused on reading: by get, query, scan, batch and update', async () => {
    const { mapper, person, Person } = await withNickname(unversioned)
    await expect(mapper.get(person({ id: '1' }))).rejects.toMatchObject(refused)
    await expect(mapper.query(Person, { id: '1' }).next()).rejects.toMatchObject(refused)
    await expect(mapper.scan(Person).next()).rejects.toMatchObject(refused)
    await expect(mapper.batchGet([person({ id: '1' })]).next()).rejects.toMatchObject(refused)
    await expect(mapper.update(person({ id: '1', email: 'b@example.com' }))).rejects.toMatchObject({ ...refused, requestApplied: true })
  })

  test('are refused on writing: by put, update and batch', async () => {
    const { mapper, person, stored } = await inNewTable(unversioned)
    const odd = Object.assign(person({ id: '2', email: 'a@example.com' }), { nickname: 'x' })
    for (const write of [
      () => mapper.put(odd),
      () => mapper.put({ item: odd }),
      () => mapper.update(odd),
      () => mapper.batchPut([odd]).next(),
    ]) {
      await expect(write()).rejects.toMatchObject(refused)
    }
    expect(await stored('2')).toBeUndefined()
    await mapper.put(Object.assign(odd, { nickname: undefined }))
    const deleted: string[] = []
    for await (const { id } of mapper.batchDelete([Object.assign(odd, { nickname: 'x' })])) deleted.push(id)
    expect(deleted).toEqual(['2'])
  })

  test('are verified, decrypted and left out where the class handles them', async () => {
    @handleUnknownAttributes()
    class Person extends Base {}
    const { mapper, person, plain, tableName, stored } = await withNickname(() => Person)
    expect(await mapper.get(person({ id: '1' }))).not.toHaveProperty('nickname')
    await mapper.update(person({ id: '1', email: 'b@example.com' }), { onMissing: 'skip' })
    expect(await mapper.get(person({ id: '1' }))).toMatchObject({ email: 'b@example.com' })
    const item = (await stored('1')) ?? {}
    expect(item).toHaveProperty('nickname.B')
    await plain.send(new PutItemCommand({ TableName: tableName, Item: { ...item, nickname: { S: 'forged' } } }))
    await expect(mapper.get(person({ id: '1' }))).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })
})

describe('refused when the mapper is made', () => {
  const of = (tableName: string, decorate: (prototype: object) => void = () => undefined) => {
    class Person extends Base {
      @attribute({ type: 'String' }) note?: string
    }
    decorate(Person.prototype)
    table(tableName)(Person)
    return Person
  }
  const make = (options: Partial<EncryptedDataMapperOptions>) => () =>
    new EncryptedDataMapper({ client: database.client(), materialsProvider, classes: [of('T')], ...options })

  test('two classes of one table that disagree', () => {
    class Guest extends Base {
      @signOnly() @attribute({ type: 'String' }) note?: string
    }
    table('T')(Guest)
    expectRefused(make({ classes: [of('T'), Guest] }), 'INVALID_ACTIONS', 'the class Person', 'the class Guest', '"note"')
  })

  test('two classes of one table with different names in the context', () => {
    class Guest extends Base {}
    table('T')(Guest)
    tableNameInContext('Other')(Guest)
    expectRefused(make({ classes: [of('T'), Guest] }), 'INVALID_CONFIGURATION', 'the class Person', 'the class Guest', 'encryption context')
  })

  test('two classes of one table that agree are mapped together', () => {
    expect(make({ classes: [of('T'), of('T')] })()).toBeInstanceOf(EncryptedDataMapper)
  })

  test('a class without a table', () => {
    class Nowhere extends Base {}
    expectRefused(make({ classes: [Nowhere] }), 'INVALID_CONFIGURATION', 'the class Nowhere')
  })

  test('another save behaviour', () => {
    expectRefused(make({ saveBehavior: 'UPDATE' as 'PUT' }), 'INVALID_CONFIGURATION', "'PUT' or 'CLOBBER'")
  })

  test('an object of a class that the mapper was not given', async () => {
    class Stranger extends Base {}
    table('T')(Stranger)
    await expect(make({})().put(new Stranger())).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('the class Stranger') as string,
    })
  })

  test('the prefix stands before the name of every table', async () => {
    const plain = database.client()
    const tableName = await createTable(plain, { key: 'id' })
    const Person = of(tableName.slice(5))
    const mapper = new EncryptedDataMapper({ client: plain, materialsProvider, classes: [Person], tableNamePrefix: tableName.slice(0, 5) })
    await mapper.put(Object.assign(new Person(), { id: '1', email: 'a@example.com' }))
    const { Item } = await plain.send(new GetItemCommand({ TableName: tableName, Key: { id: { S: '1' } } }))
    expect(Item).toHaveProperty('email.B')
  })
})
