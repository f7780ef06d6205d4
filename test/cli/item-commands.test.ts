// inspect, explain, encrypt, decrypt and store, as an operator runs them.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EncryptedClient, LocalKey, overrideTableName, StaticMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { gunzipSync, gzipSync } from 'node:zlib'
import { itemFromJson, itemToJson } from '../../src/migrate/dynamodb-json.js'
import { createTable } from '../client/support/tables.js'
import { allItems, putAll } from '../migrate/support/job-runs.js'
import { useStoreDatabase } from '../support/store-database.js'
import { secretBytes } from '../support/test-keys.js'
import { useCliFolder, type CliRun, type RunOptions } from './support/cli.js'

const database = useStoreDatabase()
const folder = useCliFolder()
const SECRET = 'influenza'
const ENV = { CONTENT_KEY: secretBytes(32).toString('base64'), SIGNING_KEY: secretBytes(32, 99).toString('base64') }
const DESCRIBED = {
  kind: 'static',
  encryptionKey: { env: 'CONTENT_KEY' },
  signingKey: { env: 'SIGNING_KEY' },
  materialDescription: { team: 'red' },
}
const ACTIONS = { attributes: { city: 'SIGN_ONLY', visits: 'DO_NOTHING' } } as const
const materialsProvider = new StaticMaterialsProvider({
  encryptionKey: LocalKey.aes(secretBytes(32)),
  signingKey: LocalKey.hmac(secretBytes(32, 99)),
  materialDescription: { team: 'red' },
})
const person = (id: string): Item => ({ id: { S: id }, diagnosis: { S: SECRET }, city: { S: 'Cork' }, visits: { N: '3' } })
const ddbec = (args: readonly string[], options: RunOptions = {}): Promise<CliRun> => folder.run(args, { env: ENV, ...options })
const line = (item: Item): string => JSON.stringify(itemToJson(item))

let plain: DynamoDBClient
let stored: Item
const TABLE = `People-${randomUUID()}`
const [STORE_ONE, STORE_TWO] = [`StoreOne-${randomUUID()}`, `StoreTwo-${randomUUID()}`]

beforeAll(async () => {
  plain = database.client()
  await createTable(plain, { key: 'id' }, TABLE)
  const client = EncryptedClient.from(plain, { materialsProvider, actions: ACTIONS })
  await putAll(client, TABLE, [person('a'), person('b')])
  stored = (await allItems(plain, TABLE)).get('a') ?? {}
  await putAll(
    EncryptedClient.from(plain, { materialsProvider, actions: ACTIONS, contextOverride: overrideTableName(TABLE, 'Old') }),
    TABLE,
    [person('old')],
  )
  await folder.write('item.json', line(stored))
  await folder.write(
    'ddbec.config.json',
    JSON.stringify({
      client: database.clientConfig,
      tables: {
        [TABLE]: { materialsProvider: DESCRIBED, actions: ACTIONS },
        Offline: {
          materialsProvider: DESCRIBED,
          actions: ACTIONS,
          info: { tableName: 'Offline', primaryIndex: { partitionKeyName: 'id' } },
        },
      },
      stores: {
        one: { tableName: STORE_ONE, materialsProvider: DESCRIBED },
        two: { tableName: STORE_TWO, materialsProvider: DESCRIBED },
      },
    }),
  )
})

describe('inspect', () => {
  test('an item of the table', async () => {
    const run = await ddbec(['inspect', TABLE, '--key', '{"id":"a"}'], { terminal: { columns: 80, hasColors: false } })
    expect(run.err).toBe('')
    expect(run.code).toBe(0)
    expect(run.out).toMatch(/^verifies +yes$/m)
    expect(run.out).toContain('team = red')
    expect(run.out).toMatch(/diagnosis +ENCRYPT_AND_SIGN +B +\d+ +S/)
    expect(run.out).toMatch(/visits +DO_NOTHING +N/)
    expect(run.out).not.toContain(SECRET)
    for (const text of run.out.split('\n')) expect(text.length).toBeLessThanOrEqual(80)
    const asked = await ddbec(['inspect', TABLE, '--key', '{"id":{"S":"a"}}', '--plaintext'])
    expect(asked.out).toContain(SECRET)
  })

  test('for programs', async () => {
    const run = await ddbec(['inspect', TABLE, '--sample', '5', '--json'])
    expect(run.code).toBe(3)
    const reports = run.json()
    expect(reports).toHaveLength(3)
    expect(reports).toContainEqual(
      expect.objectContaining({ key: { id: { S: 'a' } }, isSigned: true, signatureBytes: 32, verdict: { holds: true } }),
    )
    expect(reports).toContainEqual(
      expect.objectContaining({
        key: { id: { S: 'old' } },
        verdict: expect.objectContaining({ holds: false, code: 'SIGNATURE_MISMATCH' }) as unknown,
      }),
    )
  })

  test.each([
    ['from a file', 'item.json', ''],
    ['from standard input, as an export has it', '-', 'Item'],
  ])('a pasted item without a table, keys or config: %s', async (_, file, wrapper) => {
    const stdin = wrapper === '' ? '' : JSON.stringify({ [wrapper]: itemToJson(stored) })
    const run = await ddbec(['inspect', '--item', file], { stdin, env: {} })
    expect(run.err).toBe('')
    expect(run.code).toBe(0)
    expect(run.out).toMatch(/diagnosis +encrypted\? +B/)
    expect(run.out).toMatch(/city +plaintext +S/)
    expect(run.out).toContain('/CBC/PKCS5Padding')
  })

  test.each([
    [['inspect', TABLE], 'say which item'],
    [['inspect', '--sample', '3'], 'name the table'],
    [['inspect', TABLE, '--key', 'x'], '--key is no JSON'],
    [['inspect', TABLE, '--key', '{"id":"none"}'], 'has no item with this key'],
    [['inspect', '--item', 'none.json'], 'there is no such file'],
  ])('%j', async (args, message) => {
    const run = await ddbec(args)
    expect(run.err).toContain(message)
    expect(run.code).not.toBe(0)
  })
})

describe('explain', () => {
  test('an item of another table', async () => {
    const run = await ddbec(['explain', TABLE, '--key', '{"id":"old"}', '--table-name', 'Older', '--table-name', 'Old'])
    expect(run.err).toBe('')
    expect(run.code).toBe(3)
    expect(run.out).toContain('it was signed as an item of the table "Old"')
    const unknown = await ddbec(['explain', TABLE, '--key', '{"id":"old"}', '--json'])
    expect(unknown.json()).toMatchObject([{ type: 'explanation', verdict: 'altered', causes: [], isComplete: true }])
  })

  test('one that holds, without a request', async () => {
    await folder.write('offline.json', line(await offline(person('x'))))
    const run = await ddbec(['explain', 'Offline', '--item', 'offline.json', '--endpoint', 'http://127.0.0.1:1'])
    expect(run.out).toContain('The signature holds.')
    expect(run.code).toBe(0)
  })

  test('what is wrong after the signature', async () => {
    const item = await offline(person('x'))
    await folder.write('cut.json', line({ ...item, '*amzn-ddb-map-desc*': { B: Uint8Array.of(0, 0, 0, 0) } }))
    const run = await ddbec(['explain', 'Offline', '--item', 'cut.json'])
    expect(run.out).toContain('The signature holds.')
    expect(run.out).toContain('INVALID_MATERIAL_DESCRIPTION')
    expect(run.code).toBe(3)
  })

  test('with another copy', async () => {
    const item = await offline(person('x'))
    await folder.write('whole.json', line(item))
    await folder.write('changed.json', line({ ...item, city: { S: 'Elsewhere' } }))
    const run = await ddbec(['explain', 'Offline', '--item', 'changed.json', '--copy', 'whole.json'])
    expect(run.out).toContain('the attribute "city" was changed after the item was signed')
  })
})

async function offline(item: Item): Promise<Item> {
  const run = await ddbec(['encrypt', 'Offline'], { stdin: line(item) })
  const [json] = run.json()
  return itemFromJson(json)
}

describe('encrypt and decrypt', () => {
  const lines = Array.from({ length: 600 }, (_, at) => line(person(`p${String(at)}`)))

  test('there and back, in order, without a request', async () => {
    const there = await ddbec(['encrypt', 'Offline', '--endpoint', 'http://127.0.0.1:1'], { stdin: `${lines.join('\n')}\n` })
    expect(there.err).toBe('')
    expect(there.out).not.toContain(SECRET)
    const back = await ddbec(['decrypt', 'Offline'], { stdin: there.out })
    expect(back.code).toBe(0)
    expect(back.out).toBe(`${lines.join('\n')}\n`)
  })

  test('compressed, as S3 exports are: each line in {"Item": ...}', async () => {
    const exported = `${lines.map((text) => `{"Item":${text}}`).join('\n')}\n`
    const there = await folder.runBinary(['encrypt', 'Offline', '--gzip'], { env: ENV, stdin: gzipSync(exported) })
    expect(gunzipSync(there).toString('utf8').split('\n')[0]).toMatch(/^\{"Item":\{/)
    const back = await ddbec(['decrypt', 'Offline'], { stdin: there })
    expect(back.out).toBe(exported)
  })

  test('a line that cannot be converted is told by its number, and the rest goes on', async () => {
    const there = await ddbec(['encrypt', 'Offline'], { stdin: `${lines[0] ?? ''}\n\n{\n{"id":{"S":7}}\n${lines[1] ?? ''}` })
    expect(there.code).toBe(3)
    expect(there.json()).toHaveLength(2)
    expect(there.err).toBe(
      'line 3: INVALID_JSON: the line is no JSON\nline 4: INVALID_ITEM: the attribute "id" holds something that is no value in DynamoDB JSON, such as {"S":"text"} or {"N":"7"}\n',
    )
    const tampered = there.out.replace('Cork', 'Elsewhere')
    const back = await ddbec(['decrypt', 'Offline', '--json'], { stdin: tampered })
    expect(back.json()).toHaveLength(1)
    expect(JSON.parse(back.err)).toMatchObject({ type: 'problem', line: 1, code: 'SIGNATURE_MISMATCH' })
    const twice = await ddbec(['encrypt', 'Offline'], { stdin: there.out })
    expect(twice.out).toBe('')
    expect(twice.err).toContain('line 1: INVALID_ITEM')
  })

  test('nothing in, nothing out', async () => {
    expect(await ddbec(['decrypt', 'Offline'])).toMatchObject({ code: 0, out: '', err: '' })
  })

  test('a stream that is cut', async () => {
    const run = await ddbec(['decrypt', 'Offline'], { stdin: gzipSync(lines.join('\n')).subarray(0, 100) })
    expect(run.code).toBe(1)
    expect(run.err).toContain('unexpected end of file')
  })
})

test('store: tables, versions, replicas', async () => {
  expect((await ddbec(['store', 'create-table', STORE_ONE])).out).toBe(`The table ${STORE_ONE} is there.\n`)
  expect((await ddbec(['store', 'create-table', STORE_ONE])).err).toContain('the table exists already')
  await ddbec(['store', 'create-table', STORE_TWO])
  expect((await ddbec(['store', 'versions', 'orders', '--store', 'one', '--json'])).json()).toEqual([{ material: 'orders', versions: [] }])
  await ddbec(['store', 'new-version', 'orders', '--store', 'one'])
  expect((await ddbec(['store', 'new-version', 'orders', '--store', 'one'])).out).toBe('The newest version of orders is 1.\n')
  expect((await ddbec(['store', 'replicate', 'orders', '--store', 'one', '--to', 'two'])).out).toBe('Copied versions 0, 1 of orders.\n')
  expect((await ddbec(['store', 'versions', 'orders', '--store', 'two'])).out).toBe('0\n1\n')
  expect((await ddbec(['store', 'versions', 'orders'])).err).toContain(
    'name a store of the config file\'s "stores" with --store (there are: one, two)',
  )
  expect((await ddbec(['store', 'replicate', 'orders', '--store', 'one', '--to', 'one'])).code).toBe(2)
})
