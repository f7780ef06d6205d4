// What each job does to every kind of item that a table can hold, and that all of them are accounted for.
import { DeleteItemCommand, PutItemCommand, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CachingMostRecentProvider,
  EncryptedClient,
  type EncryptedClientOptions,
  LocalKey,
  MetaStore,
  overrideTableName,
  type Item,
  WrappedMaterialsProvider,
} from 'dynamodb-encryption-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { addsUp, NO_COUNTS, type Counts } from '../../src/migrate/counts.js'
import { createTable } from '../client/support/tables.js'
import { useStoreDatabase, type WatchedClient } from '../support/store-database.js'
import { allItems, putAll, runJob, type JobRun } from './support/job-runs.js'

const database = useStoreDatabase()
const ACTIONS = { attributes: { city: 'SIGN_ONLY', visits: 'DO_NOTHING' } } as const
const SIGNATURE = '*amzn-ddb-map-sig*'
const DESCRIPTION = '*amzn-ddb-map-desc*'
const SECRET = 'influenza'

const provider = (): WrappedMaterialsProvider =>
  new WrappedMaterialsProvider({ wrappingKey: LocalKey.generate('AES/256'), signingKey: LocalKey.generate('HmacSHA256/256') })

const person = (id: string): Item => ({ id: { S: id }, diagnosis: { S: SECRET }, city: { S: 'Cork' }, visits: { N: '3' } })
const people = (prefix: string, count: number): Item[] => Array.from({ length: count }, (_, at) => person(`${prefix}${String(at)}`))

let plain: DynamoDBClient
let watched: WatchedClient
let tableName: string
const protection = { materialsProvider: provider(), actions: ACTIONS }
const clientOf = (options: EncryptedClientOptions = protection): DynamoDBClient => EncryptedClient.from(plain, options)

beforeEach(async () => {
  plain = database.client()
  watched = database.watchedClient()
  tableName = await createTable(plain, { key: 'id' })
})

const counts = (some: Partial<Counts>): Counts => ({ ...NO_COUNTS, ...some })

function expectAddedUp({ pass, check }: JobRun): void {
  for (const each of [pass, check]) expect(each === undefined || addsUp(each)).toBe(true)
}

async function set(id: string, name: string, value: Item[string]): Promise<void> {
  await plain.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { id: { S: id } },
      UpdateExpression: 'SET #n = :v',
      ExpressionAttributeNames: { '#n': name },
      ExpressionAttributeValues: { ':v': value },
    }),
  )
}

async function remove(id: string, name: string): Promise<void> {
  await plain.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { id: { S: id } },
      UpdateExpression: 'REMOVE #n',
      ExpressionAttributeNames: { '#n': name },
    }),
  )
}

describe('encrypt-table', () => {
  test('plaintext is encrypted, what is encrypted stays, what does not verify is reported and stays', async () => {
    await putAll(plain, tableName, people('plain', 20))
    await putAll(clientOf(), tableName, people('signed', 5))
    await set('signed1', 'city', { S: 'Tampered' })
    await remove('signed2', SIGNATURE)
    await remove('signed3', DESCRIPTION)
    await putAll(clientOf({ ...protection, materialsProvider: provider() }), tableName, [person('other')])
    const before = await allItems(plain, tableName)

    const run = await runJob('encrypt-table', { client: plain, tableName, protection })
    expectAddedUp(run)
    expect(run.pass).toEqual(counts({ read: 26, rewritten: 20, done: 2, problems: 4 }))
    expect(run.check).toEqual(counts({ read: 26, done: 22, problems: 4 }))
    const expected = [
      'INVALID_MATERIAL_DESCRIPTION of signed3',
      'NOT_ENCRYPTED of signed2',
      'SIGNATURE_MISMATCH of other',
      'SIGNATURE_MISMATCH of signed1',
    ]
    expect(run.problems).toEqual(expected.flatMap((problem) => [problem, problem]))

    const after = await allItems(plain, tableName)
    for (const [id, stored] of after) {
      if (!id.startsWith('plain')) {
        expect(stored).toEqual(before.get(id))
        continue
      }
      expect(JSON.stringify(stored)).not.toContain(SECRET)
      expect(stored['diagnosis']?.B).toBeDefined()
      expect(stored['visits']).toEqual({ N: '3' })
    }
    const read = await allItems(EncryptedClient.from(plain, { ...protection, onItemError: () => 'skip' }), tableName)
    expect(read.get('plain7')).toEqual(person('plain7'))

    const again = await runJob('encrypt-table', { client: plain, tableName, protection })
    expect(again.pass).toEqual(counts({ read: 26, done: 22, problems: 4 }))
  })

  test('a dry run writes nothing', async () => {
    await putAll(plain, tableName, people('plain', 4))
    const run = await runJob('encrypt-table', { client: watched.client, tableName, protection, isDryRun: true })
    expect(run.pass).toEqual(counts({ read: 4, toRewrite: 4 }))
    expect(run.check).toBeUndefined()
    expect(new Set(watched.operations())).toEqual(new Set(['DescribeTable', 'DescribeTimeToLive', 'Scan']))
  })

  test('who deletes, changes or encrypts an item between scan and write has their way', async () => {
    await putAll(plain, tableName, [person('gone'), person('changed'), person('encrypted'), person('counted')])
    const race = async (): Promise<void> => {
      await plain.send(new DeleteItemCommand({ TableName: tableName, Key: { id: { S: 'gone' } } }))
      await set('changed', 'diagnosis', { S: 'measles' })
      await set('counted', 'visits', { N: '4' })
      await clientOf().send(new PutItemCommand({ TableName: tableName, Item: { ...person('encrypted'), city: { S: 'Porto' } } }))
    }
    let raced: Promise<void> | undefined
    watched.before('UpdateItem', () => (raced ??= race()))
    const run = await runJob('encrypt-table', { client: watched.client, tableName, protection, totalSegments: 1 })
    expectAddedUp(run)
    expect(run.pass).toEqual(counts({ read: 4, rewritten: 2, done: 1, deleted: 1 }))
    expect(run.check).toEqual(counts({ read: 3, done: 3 }))
    const read = await allItems(clientOf(), tableName)
    expect([...read.keys()].sort()).toEqual(['changed', 'counted', 'encrypted'])
    expect(read.get('changed')?.['diagnosis']).toEqual({ S: 'measles' })
    expect(read.get('encrypted')?.['city']).toEqual({ S: 'Porto' })
    expect(read.get('counted')?.['visits']).toEqual({ N: '4' })
  })

  test('a plain writer that goes on after the pass is reported by the check', async () => {
    await putAll(plain, tableName, people('p', 6))
    let scans = 0
    watched.before('Scan', async () => {
      scans++
      // Two segments' only pages are the pass.
      if (scans !== 3) return
      await plain.send(new PutItemCommand({ TableName: tableName, Item: person('p1') }))
      await set('p2', 'city', { S: 'Elsewhere' })
    })
    const run = await runJob('encrypt-table', { client: watched.client, tableName, protection, totalSegments: 2, segmentsAtOnce: 1 })
    expect(run.pass).toEqual(counts({ read: 6, rewritten: 6 }))
    expect(run.check).toEqual(counts({ read: 6, done: 4, problems: 2 }))
    expect(run.problems).toEqual(['NOT_REWRITTEN of p1', 'SIGNATURE_MISMATCH of p2'])
  })

  test('more attributes than a condition can compare, and than an update can set', async () => {
    const wide = (id: string, width: number): Item => ({
      id: { S: id },
      ...Object.fromEntries(Array.from({ length: width }, (_, at) => [`a${String(at)}`, { S: String(at) }])),
    })
    await putAll(plain, tableName, [wide('w200', 200), wide('w600', 600), { ...wide('n600', 600), visits: { N: '1' } }])
    const run = await runJob('encrypt-table', { client: plain, tableName, protection })
    expect(run.pass).toEqual(counts({ read: 3, rewritten: 2, problems: 1 }))
    expect(run.problems).toEqual(['NOT_REWRITTEN of n600', 'OPERATION_NOT_SUPPORTED of n600'])
    const read = await allItems(EncryptedClient.from(plain, { ...protection, onItemError: () => 'skip' }), tableName)
    expect(read.get('w600')).toEqual(wide('w600', 600))
    expect(read.get('w200')).toEqual(wide('w200', 200))
  })

  test('items that their actions leave alone are counted as such', async () => {
    await putAll(plain, tableName, [person('open'), person('closed')])
    const byKey = { ...protection, actions: (key: Item) => (key['id']?.S === 'open' ? ('unprotected' as const) : ACTIONS) }
    const run = await runJob('encrypt-table', { client: plain, tableName, protection: byKey })
    expect(run.pass).toEqual(counts({ read: 2, rewritten: 1, unprotected: 1 }))
    expect((await allItems(plain, tableName)).get('open')).toEqual(person('open'))
  })
})

describe('re-encrypt', () => {
  test('to another provider, and a second time nothing is left to do', async () => {
    await putAll(clientOf(), tableName, people('p', 8))
    await putAll(plain, tableName, [person('plaintext')])
    await set('p3', 'city', { S: 'Tampered' })
    await set('p4', 'visits', { N: '9' })
    const next = { materialsProvider: provider(), actions: ACTIONS }
    const options = { client: plain, tableName, protection: next, former: protection }
    const run = await runJob('re-encrypt', options)
    expectAddedUp(run)
    expect(run.pass).toEqual(counts({ read: 9, rewritten: 7, problems: 2 }))
    expect(new Set(run.problems)).toEqual(new Set(['NOT_ENCRYPTED of plaintext', 'SIGNATURE_MISMATCH of p3']))
    expect((await runJob('re-encrypt', options)).pass).toEqual(counts({ read: 9, done: 7, problems: 2 }))
    const read = await allItems(EncryptedClient.from(plain, { ...next, onItemError: () => 'skip' }), tableName)
    expect(read.get('p4')).toEqual({ ...person('p4'), visits: { N: '9' } })
  })

  test('with the wrong former provider nothing is changed', async () => {
    await putAll(clientOf(), tableName, people('p', 5))
    const before = await allItems(plain, tableName)
    const wrong = { materialsProvider: provider(), actions: ACTIONS }
    const run = await runJob('re-encrypt', {
      client: plain,
      tableName,
      protection: { materialsProvider: provider(), actions: ACTIONS },
      former: wrong,
    })
    expect(run.pass).toEqual(counts({ read: 5, problems: 5 }))
    expect(await allItems(plain, tableName)).toEqual(before)
  })

  test.each([
    ['E to S', { diagnosis: 'SIGN_ONLY', city: 'SIGN_ONLY', visits: 'DO_NOTHING' }],
    ['S to E', { visits: 'DO_NOTHING' }],
    ['N to S', { city: 'SIGN_ONLY', visits: 'SIGN_ONLY' }],
    ['N to E', { city: 'SIGN_ONLY' }],
    ['E to N', { diagnosis: 'DO_NOTHING', city: 'SIGN_ONLY', visits: 'DO_NOTHING' }],
    ['S to N', { city: 'DO_NOTHING', visits: 'DO_NOTHING' }],
  ] as const)('to other actions: %s', async (_, attributes) => {
    await putAll(clientOf(), tableName, people('p', 3))
    const next = { materialsProvider: protection.materialsProvider, actions: { attributes } }
    const run = await runJob('re-encrypt', { client: plain, tableName, protection: next, former: protection })
    expect(run.pass).toEqual(counts({ read: 3, rewritten: 3 }))
    expect(run.check).toEqual(counts({ read: 3, done: 3 }))
    expect((await allItems(EncryptedClient.from(plain, next), tableName)).get('p1')).toEqual(person('p1'))
  })

  test('an attribute that gets its first signature is compared: who changes it meanwhile has their way', async () => {
    await putAll(clientOf(), tableName, [person('p')])
    let raced = false
    watched.before('UpdateItem', async () => {
      if (!raced) await set('p', 'visits', { N: '4' })
      raced = true
    })
    const next = { ...protection, actions: { attributes: { city: 'SIGN_ONLY' } } as const }
    const run = await runJob('re-encrypt', { client: watched.client, tableName, protection: next, former: protection })
    expect(run.pass).toEqual(counts({ read: 1, rewritten: 1 }))
    expect((await allItems(EncryptedClient.from(plain, next), tableName)).get('p')?.['visits']).toEqual({ N: '4' })
  })

  test('an unsigned attribute that reading leaves out is neither dropped nor vouched for', async () => {
    await putAll(clientOf(), tableName, [person('p')])
    const actions = [{ attributes: { city: 'SIGN_ONLY' } }, { actions: ACTIONS, returnsUnsigned: [] }] as const
    const before = await allItems(plain, tableName)
    const run = await runJob('re-encrypt', { client: plain, tableName, protection: { ...protection, actions } })
    expect(run.pass).toEqual(counts({ read: 1, problems: 1 }))
    expect(run.problems[0]).toBe('OPERATION_NOT_SUPPORTED of p')
    expect(await allItems(plain, tableName)).toEqual(before)
    const named = [actions[0], { actions: ACTIONS, returnsUnsigned: ['visits'] }] as const
    expect((await runJob('re-encrypt', { client: plain, tableName, protection: { ...protection, actions: named } })).check).toEqual(
      counts({ read: 1, done: 1 }),
    )
  })

  test('to the newest version of a provider store', async () => {
    const store = new MetaStore({ client: plain, tableName: await database.storeTable(), materialsProvider: provider() })
    const rotating = { materialsProvider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 }), actions: ACTIONS }
    await putAll(clientOf(rotating), tableName, people('old', 5))
    await store.newProvider('orders')
    rotating.materialsProvider.refresh()
    await putAll(clientOf(rotating), tableName, people('new', 2))
    const run = await runJob('re-encrypt', { client: plain, tableName, protection: rotating })
    expect(run.pass).toEqual(counts({ read: 7, rewritten: 5, done: 2 }))
    expect(run.check).toEqual(counts({ read: 7, done: 7 }))
  })

  test('of a table that was restored under another name', async () => {
    await putAll(
      EncryptedClient.from(plain, { ...protection, contextOverride: overrideTableName(tableName, 'Original') }),
      tableName,
      people('p', 2),
    )
    const former = { ...protection, contextOverride: overrideTableName(tableName, 'Original') }
    const run = await runJob('re-encrypt', { client: plain, tableName, protection, former })
    expect(run.check).toEqual(counts({ read: 2, done: 2 }))
    expect((await allItems(clientOf(), tableName)).size).toBe(2)
  })
})

describe('decrypt-table', () => {
  test('signed items become plaintext, plaintext stays, what does not verify is reported', async () => {
    await putAll(clientOf(), tableName, people('p', 4))
    await putAll(plain, tableName, [person('plaintext')])
    await set('p1', 'city', { S: 'Tampered' })
    const run = await runJob('decrypt-table', { client: plain, tableName, protection })
    expect(run.pass).toEqual(counts({ read: 5, rewritten: 3, done: 1, problems: 1 }))
    expect(run.check).toEqual(counts({ read: 5, done: 4, problems: 1 }))
    const after = await allItems(plain, tableName)
    expect(after.get('p0')).toEqual(person('p0'))
    expect(after.get('p1')?.['diagnosis']?.B).toBeDefined()
  })
})

test('decrypt-table drops no attribute that reading leaves out', async () => {
  await putAll(clientOf(), tableName, [person('p')])
  const actions = [{ attributes: { city: 'SIGN_ONLY' } }, { actions: ACTIONS, returnsUnsigned: [] }] as const
  const before = await allItems(plain, tableName)
  const run = await runJob('decrypt-table', { client: plain, tableName, protection: { ...protection, actions } })
  expect(run.pass).toEqual(counts({ read: 1, problems: 1 }))
  expect(await allItems(plain, tableName)).toEqual(before)
})

describe('verify', () => {
  test('reads everything and changes nothing', async () => {
    await putAll(clientOf(), tableName, people('p', 4))
    await putAll(plain, tableName, [person('plaintext')])
    await set('p2', 'city', { S: 'Tampered' })
    const run = await runJob('verify', { client: watched.client, tableName, protection })
    expect(run.check).toEqual(counts({ read: 5, done: 3, problems: 2 }))
    expect(run.problems).toEqual(['NOT_ENCRYPTED of plaintext', 'SIGNATURE_MISMATCH of p2'])
    expect(new Set(watched.operations())).toEqual(new Set(['DescribeTable', 'DescribeTimeToLive', 'Scan']))
  })

  test("is strict, whatever the program's own options let pass", async () => {
    await putAll(plain, tableName, [person('plaintext')])
    const lax = { ...protection, allowPlaintextReads: () => true, onItemError: () => 'skip' as const }
    const run = await runJob('verify', { client: plain, tableName, protection: lax })
    expect(run.problems).toEqual(['NOT_ENCRYPTED of plaintext'])
  })

  test('what is not about one item ends it', async () => {
    await putAll(clientOf(), tableName, people('p', 4))
    watched.before('Scan', () => {
      throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })
    })
    await expect(runJob('verify', { client: watched.client, tableName, protection })).rejects.toThrow('not authorized')
    const failing = { ...protection, materialsProvider: { encryptionMaterials: fail, decryptionMaterials: fail } }
    await expect(runJob('verify', { client: plain, tableName, protection: failing })).rejects.toThrow('no keys today')
  })
})

function fail(): never {
  throw new Error('no keys today')
}
