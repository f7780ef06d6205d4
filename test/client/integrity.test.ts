// Nothing unverified is ever returned: rows that were changed in the table, under every operation that gives items back.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand as DocumentQuery } from '@aws-sdk/lib-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { expectNoSecrets, MARKER } from '../support/secrets.js'
import { keyOf, person, RESERVED, usePeople, type Person } from './support/people.js'
import { hasTransactions } from './support/tables.js'
import { watchedProvider } from './support/watched-provider.js'

const people = usePeople({ localEvaluation: false, partialIndexReads: 'fetch' })
const [DESCRIPTION, SIGNATURE] = RESERVED
const secret = (number: number) =>
  person(number, { name: { S: `${MARKER} ${number}` }, city: { S: MARKER }, profile: { M: { inside: { S: MARKER } } } })
const ADA = secret(5)

const without = (item: Item, ...names: string[]): Item => Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)))
const flipped = (item: Item, name: string, at: number): Item => {
  const bytes = Buffer.from(item[name]?.B ?? [])
  const index = at < 0 ? bytes.length + at : at
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return { ...item, [name]: { B: bytes } }
}

interface Tampering {
  readonly what: string
  readonly change: (stored: Item, other: Item) => Item
  readonly codes: readonly string[]
}
const MISMATCH = ['SIGNATURE_MISMATCH']
const EXCHANGED: Readonly<Record<string, string>> = { name: 'profile', profile: 'name' }
const TAMPERINGS: readonly Tampering[] = [
  { what: 'a signed attribute exchanged', change: (stored) => ({ ...stored, city: { S: `${MARKER}!` } }), codes: MISMATCH },
  { what: 'a bit of a ciphertext', change: (stored) => flipped(stored, 'name', 20), codes: MISMATCH },
  { what: 'a bit of the signature', change: (stored) => flipped(stored, SIGNATURE, -1), codes: MISMATCH },
  { what: 'a ciphertext replaced by plaintext', change: (stored) => ({ ...stored, name: { S: MARKER } }), codes: MISMATCH },
  { what: 'an attribute more', change: (stored) => ({ ...stored, role: { S: MARKER } }), codes: MISMATCH },
  { what: 'an attribute less', change: (stored) => without(stored, 'profile'), codes: MISMATCH },
  {
    what: 'two ciphertexts exchanged',
    change: (stored) => Object.fromEntries(Object.entries(stored).map(([name, value]) => [EXCHANGED[name] ?? name, value])),
    codes: MISMATCH,
  },
  { what: 'another item’s contents', change: (stored, other) => ({ ...other, ...keyOf(stored as Person) }), codes: MISMATCH },
  {
    what: 'a bit of the description',
    change: (stored) => flipped(stored, DESCRIPTION, -1),
    codes: [...MISMATCH, 'INVALID_MATERIAL_DESCRIPTION', 'ALGORITHM_NOT_ALLOWED'],
  },
  {
    what: 'the description of another type',
    change: (stored) => ({ ...stored, [DESCRIPTION]: { S: MARKER } }),
    codes: ['INVALID_MATERIAL_DESCRIPTION', 'INVALID_ITEM', ...MISMATCH],
  },
  {
    what: 'the signature of another type',
    change: (stored) => ({ ...stored, [SIGNATURE]: { S: MARKER } }),
    codes: ['INVALID_ITEM', ...MISMATCH],
  },
  { what: 'no signature', change: (stored) => without(stored, SIGNATURE), codes: ['NOT_ENCRYPTED'] },
  {
    what: 'no description',
    change: (stored) => without(stored, DESCRIPTION),
    codes: ['NOT_ENCRYPTED', 'INVALID_MATERIAL_DESCRIPTION', ...MISMATCH],
  },
  { what: 'neither: plaintext', change: () => ADA, codes: ['NOT_ENCRYPTED'] },
]

/** An operation, and what it gives back of items. */
interface Operation {
  readonly name: string
  readonly send: (client: DynamoDBClient, table: string) => Promise<unknown>
  readonly kind: 'read' | 'write' | 'update'
  readonly server?: 'DynamoDB Local'
}
const key = keyOf(ADA)
const inRed = { KeyConditionExpression: 'team = :red', ExpressionAttributeValues: { ':red': { S: 'red' } } }
const in1990 = {
  KeyConditionExpression: '#y = :y',
  ExpressionAttributeNames: { '#y': 'year' },
  ExpressionAttributeValues: { ':y': { N: '1990' } },
}
const visit = { UpdateExpression: 'ADD visits :one', ExpressionAttributeValues: { ':one': { N: '1' } } }
const failing = { ConditionExpression: 'visits > :many', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
const many = { ':many': { N: '100' } }
const read = (name: string, send: Operation['send']): Operation => ({ name, send, kind: 'read' })
const write = (name: string, send: Operation['send']): Operation => ({ name, send, kind: 'write' })
const update = (name: string, send: Operation['send']): Operation => ({ name, send, kind: 'update' })
const documentsOf = (client: DynamoDBClient) => DynamoDBDocumentClient.from(client)

const OPERATIONS: readonly Operation[] = [
  read('GetItem', (client, TableName) => client.send(new GetItemCommand({ TableName, Key: key }))),
  read('GetItem, projected', (client, TableName) =>
    client.send(new GetItemCommand({ TableName, Key: key, ProjectionExpression: 'visits' })),
  ),
  read('GetCommand', (client, TableName) => documentsOf(client).send(new GetCommand({ TableName, Key: { team: 'red', number: 5 } }))),
  read('BatchGetItem', (client, table) =>
    client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [keyOf(person(4)), key] } } })),
  ),
  read('Query', (client, TableName) => client.send(new QueryCommand({ TableName, ...inRed }))),
  read('Query, projected', (client, TableName) => client.send(new QueryCommand({ TableName, ...inRed, ProjectionExpression: 'visits' }))),
  read('Query of documents', (client, TableName) =>
    documentsOf(client).send(
      new DocumentQuery({ TableName, KeyConditionExpression: 'team = :red', ExpressionAttributeValues: { ':red': 'red' } }),
    ),
  ),
  read('Scan', (client, TableName) => client.send(new ScanCommand({ TableName }))),
  read('Query of a global index', (client, TableName) => client.send(new ScanCommand({ TableName, IndexName: 'byCity' }))),
  read('Query of a local index', (client, TableName) => client.send(new QueryCommand({ TableName, ...inRed, IndexName: 'byRank' }))),
  read('Query of an index of parts', (client, TableName) => client.send(new QueryCommand({ TableName, ...in1990, IndexName: 'byYear' }))),
  write('PutItem', (client, TableName) => client.send(new PutItemCommand({ TableName, Item: person(5), ReturnValues: 'ALL_OLD' }))),
  write('PutCommand', (client, TableName) =>
    documentsOf(client).send(new PutCommand({ TableName, Item: { team: 'red', number: 5 }, ReturnValues: 'ALL_OLD' })),
  ),
  write('DeleteItem', (client, TableName) => client.send(new DeleteItemCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' }))),
  update('UpdateItem, ALL_OLD', (client, TableName) =>
    client.send(new UpdateItemCommand({ TableName, Key: key, ...visit, ReturnValues: 'ALL_OLD' })),
  ),
  update('UpdateItem, ALL_NEW', (client, TableName) =>
    client.send(new UpdateItemCommand({ TableName, Key: key, ...visit, ReturnValues: 'ALL_NEW' })),
  ),
  ...[
    read('TransactGetItems', (client, TableName) =>
      client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key } }] })),
    ),
    write('PutItem whose condition fails', (client, TableName) =>
      client.send(new PutItemCommand({ TableName, Item: person(5), ...failing, ExpressionAttributeValues: many })),
    ),
    write('DeleteItem whose condition fails', (client, TableName) =>
      client.send(new DeleteItemCommand({ TableName, Key: key, ...failing, ExpressionAttributeValues: many })),
    ),
    update('UpdateItem whose condition fails', (client, TableName) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key,
          ...visit,
          ...failing,
          ExpressionAttributeValues: { ...many, ...visit.ExpressionAttributeValues },
        }),
      ),
    ),
    write('TransactWriteItems whose condition fails', (client, TableName) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName, Item: person(5), ...failing, ExpressionAttributeValues: many } }],
        }),
      ),
    ),
  ].map((operation) => ({ ...operation, server: 'DynamoDB Local' as const })),
]
const RUNNABLE = OPERATIONS.filter(({ server }) => server === undefined || hasTransactions)

async function tamper({ change }: Pick<Tampering, 'change'>): Promise<Item> {
  await people.put(secret(4), ADA, secret(6))
  const changed = change((await people.stored(ADA)) ?? {}, (await people.stored(secret(4))) ?? {})
  await people.plain.send(new PutItemCommand({ TableName: people.table, Item: changed }))
  return changed
}

describe.each(RUNNABLE)('$name', ({ send, kind }) => {
  test.each(TAMPERINGS)('$what: rejects, and returns nothing', async ({ what, change, codes }) => {
    await tamper({ change })
    const error = await thrownBy(() => send(people.client, people.table))
    // An update of an item without a signature is not made at all.
    const expected = kind === 'update' && !Object.hasOwn((await people.stored(ADA)) ?? {}, SIGNATURE) ? ['OPERATION_NOT_SUPPORTED'] : codes
    expect({ what, code: Reflect.get(Object(error), 'code') as unknown }).toEqual({
      what,
      code: expect.toBeOneOf([...expected]) as unknown,
    })
    expect(error).toMatchObject({ name: 'DynamoDBEncryptionError', tableName: people.table, key })
    const applied = kind === 'read' || expected[0] === 'OPERATION_NOT_SUPPORTED' ? undefined : true
    expect((error as { requestApplied?: unknown }).requestApplied).toBe(applied)
    expectNoSecrets(error)
  })

  test('onItemError skips the item, told the error, its table and its key', async () => {
    await tamper({ change: (stored) => ({ ...stored, city: { S: `${MARKER}!` } }) })
    const onItemError = vi.fn<(error: unknown, where: { tableName: string; key: Item }) => 'skip'>(() => 'skip')
    const outcome = await send(people.with({ onItemError }), people.table).catch((error: unknown) => error)
    expect(onItemError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'SIGNATURE_MISMATCH' }), {
      tableName: people.table,
      key,
    })
    // The other items are there, this one is not.
    const text = JSON.stringify(outcome, (_, value: unknown) => (value instanceof Uint8Array ? 'bytes' : value))
    expect(text).not.toContain(`${MARKER}!`)
    expect(text).not.toContain('"bytes"')
    if (outcome instanceof Error) expect(outcome.name).toMatch(/^(ConditionalCheckFailed|TransactionCanceled)Exception$/)
  })

  test('onItemError that says throw, or anything else', async () => {
    await tamper({ change: (stored) => ({ ...stored, city: { S: `${MARKER}!` } }) })
    for (const answer of ['throw', undefined, true]) {
      const client = people.with({ onItemError: () => answer as 'throw' })
      const error = await thrownBy(() => send(client, people.table))
      expect(error).toMatchObject({ code: 'SIGNATURE_MISMATCH', key })
      if (kind !== 'read') return
    }
  })
})

test.skipIf(hasTransactions)('transactions, and items inside failed conditions, are looked at where DYNAMODB_ENDPOINT is set', () => {
  expect(RUNNABLE.length).toBeLessThan(OPERATIONS.length)
})

describe('onItemError: skip', () => {
  const skipping = () => people.with({ onItemError: () => 'skip' })
  const exchange = { change: (stored: Item) => ({ ...stored, city: { S: 'Lyon' } }) }

  test('Query and Scan: the rest, in order; Count without it; ScannedCount and LastEvaluatedKey as DynamoDB has them', async () => {
    await tamper(exchange)
    for (const send of [
      () => skipping().send(new QueryCommand({ TableName: people.table, ...inRed })),
      () => skipping().send(new ScanCommand({ TableName: people.table })),
    ]) {
      const page = await send()
      expect(page).toMatchObject({ Items: [secret(4), secret(6)], Count: 2, ScannedCount: 3 })
    }
    const first = await skipping().send(new QueryCommand({ TableName: people.table, ...inRed, Limit: 2 }))
    expect(first).toMatchObject({ Items: [secret(4)], Count: 1, ScannedCount: 2, LastEvaluatedKey: key })
  })

  test('GetItem: no item. BatchGetItem: the others. PutItem: no Attributes, and the item is written', async () => {
    await tamper(exchange)
    expect((await skipping().send(new GetItemCommand({ TableName: people.table, Key: key }))).Item).toBeUndefined()
    const Keys = [keyOf(person(4)), key, keyOf(person(6))]
    const { Responses } = await skipping().send(new BatchGetItemCommand({ RequestItems: { [people.table]: { Keys } } }))
    expect(Responses?.[people.table]).toHaveLength(2)
    expect(Responses?.[people.table]).toEqual(expect.arrayContaining([secret(4), secret(6)]))
    const put = await skipping().send(new PutItemCommand({ TableName: people.table, Item: person(5), ReturnValues: 'ALL_OLD' }))
    expect(put.Attributes).toBeUndefined()
    expect((await people.client.send(new GetItemCommand({ TableName: people.table, Key: key }))).Item).toEqual(person(5))
  })

  test.skipIf(!hasTransactions)('TransactGetItems: an empty place (DYNAMODB_ENDPOINT)', async () => {
    await tamper(exchange)
    const TransactItems = [4, 5, 6].map((number) => ({ Get: { TableName: people.table, Key: keyOf(person(number)) } }))
    const { Responses } = await skipping().send(new TransactGetItemsCommand({ TransactItems }))
    expect(Responses?.map(({ Item: item }) => item)).toEqual([secret(4), undefined, secret(6)])
  })

  test('what onItemError throws, is thrown', async () => {
    await tamper(exchange)
    const client = people.with({
      onItemError: () => {
        throw new RangeError('the log is full')
      },
    })
    await expect(client.send(new GetItemCommand({ TableName: people.table, Key: key }))).rejects.toThrow('the log is full')
  })

  test('of one table alone', async () => {
    await tamper(exchange)
    const client = people.with({ tables: { [people.table]: { onItemError: () => 'skip' } } })
    expect((await client.send(new GetItemCommand({ TableName: people.table, Key: key }))).Item).toBeUndefined()
  })
})

describe('allowPlaintextReads', () => {
  const READS = RUNNABLE.filter(({ kind }) => kind === 'read')
  const allowed = vi.fn(({ key: { number } }: { tableName: string; key: Item }) => number?.N === '5')

  test.each(READS)('$name: an item with neither reserved attribute is returned, and listed', async ({ send }) => {
    allowed.mockClear()
    await tamper({ change: () => ADA })
    const answer = await send(people.with({ allowPlaintextReads: allowed }), people.table)
    expect(answer).toMatchObject({ $metadata: { unverifiedItems: [key] } })
    expect(allowed).toHaveBeenCalledExactlyOnceWith({ tableName: people.table, key })
  })

  test.each(READS)('$name: refused where the function says no', async ({ send }) => {
    await tamper({ change: () => ADA })
    const client = people.with({ allowPlaintextReads: ({ key: { number } }) => number?.N !== '5' })
    expect(await thrownBy(() => send(client, people.table))).toMatchObject({ code: 'NOT_ENCRYPTED', key })
  })

  test.each(READS.flatMap(({ name, send }) => [SIGNATURE, DESCRIPTION].map((left) => [name, left, send] as const)))(
    '%s: an item without %s alone is always refused',
    async (_, left, send) => {
      allowed.mockClear()
      await tamper({ change: (stored) => without(stored, left) })
      const error = await thrownBy(() => send(people.with({ allowPlaintextReads: () => true }), people.table))
      expect(error).toMatchObject({ name: 'DynamoDBEncryptionError', key })
    },
  )

  test('a page of verified items lists none', async () => {
    await people.put(ADA)
    const { $metadata, Items } = await people.with({ allowPlaintextReads: () => true }).send(new ScanCommand({ TableName: people.table }))
    expect(Items).toEqual([ADA])
    expect($metadata).not.toHaveProperty('unverifiedItems')
  })

  test('PutItem, ALL_OLD: the old plaintext item, and the new one is encrypted', async () => {
    await tamper({ change: () => ADA })
    const put = new PutItemCommand({ TableName: people.table, Item: ADA, ReturnValues: 'ALL_OLD' })
    const answer = await people.with({ allowPlaintextReads: () => true }).send(put)
    expect(answer).toMatchObject({ Attributes: ADA, $metadata: { unverifiedItems: [key] } })
    expect((await people.client.send(new GetItemCommand({ TableName: people.table, Key: key }))).Item).toEqual(ADA)
  })

  test('projected as any other', async () => {
    await tamper({ change: () => ADA })
    const get = new GetItemCommand({ TableName: people.table, Key: key, ProjectionExpression: 'visits' })
    expect((await people.with({ allowPlaintextReads: () => true }).send(get)).Item).toEqual({ visits: { N: '3' } })
  })
})

describe('materials', () => {
  const puts = Array.from({ length: 25 }, (_, number) => ({ PutRequest: { Item: secret(number) } }))

  test('the provider fails for one item in a batch of 25: nothing is sent', async () => {
    const watched = watchedProvider()
    watched.before = ({ attributes }) => {
      if (attributes?.['number']?.N === '17') throw new Error('the key is gone')
    }
    const client = people.with({ materialsProvider: watched.provider })
    const write = new BatchWriteItemCommand({ RequestItems: { [people.table]: puts } })
    const error = await thrownBy(() => client.send(write))
    expect(error).toMatchObject({ message: 'the key is gone' })
    expectNoSecrets(error)
    expect(people.sent()).toEqual([])
    if (!hasTransactions) return
    const transact = new TransactWriteItemsCommand({
      TransactItems: puts.map(({ PutRequest: { Item: item } }) => ({ Put: { TableName: people.table, Item: item } })),
    })
    await expect(client.send(transact)).rejects.toThrow('the key is gone')
    expect(people.sent()).toEqual([])
  })

  test('one item of 25 that cannot be encrypted: nothing is sent, and the error says which', async () => {
    const Item = { ...secret(17), age: { N: 'xyzzy-plugh' } }
    const requests = puts.with(17, { PutRequest: { Item } })
    const write = new BatchWriteItemCommand({ RequestItems: { [people.table]: requests } })
    const error = await failureOf(() => people.client.send(write), 'INVALID_ITEM', /number/)
    expect(error).toMatchObject({ attributeName: 'age', tableName: people.table, key: keyOf(secret(17)) })
    expectNoSecrets(error)
    expect(people.sent()).toEqual([])
  })

  test('PutItem of an item that cannot be encrypted: the error says where', async () => {
    const put = new PutItemCommand({ TableName: people.table, Item: { ...ADA, age: { N: 'xyzzy-plugh' } } })
    const error = await failureOf(() => people.client.send(put), 'INVALID_ITEM', /number/)
    expect(error).toMatchObject({ attributeName: 'age', tableName: people.table, key })
    expectNoSecrets(error)
  })

  test('answers come back in the order of the items, however long each waits for its materials', async () => {
    const watched = watchedProvider()
    const client = people.with({ materialsProvider: watched.provider })
    await client.send(new BatchWriteItemCommand({ RequestItems: { [people.table]: puts } }))
    watched.before = async ({ attributes }) => {
      await setTimeout((Number(attributes?.['number']?.N) * 7) % 13)
    }
    const { Items } = await client.send(new QueryCommand({ TableName: people.table, ...inRed }))
    expect(Items).toEqual(puts.map(({ PutRequest }) => PutRequest.Item))
  })
})
