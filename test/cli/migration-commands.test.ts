// The commands over a whole table, as an operator runs them: words, status, JSON, reports, and the order of the steps.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EncryptedClient, LocalKey, StaticMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTable } from '../client/support/tables.js'
import { allItems, putAll } from '../migrate/support/job-runs.js'
import { useStoreDatabase } from '../support/store-database.js'
import { secretBytes } from '../support/test-keys.js'
import { useCliFolder, type CliRun, type RunOptions } from './support/cli.js'

const database = useStoreDatabase()
const folder = useCliFolder()
const SECRET = 'influenza'
const ENV = { CONTENT_KEY: secretBytes(32).toString('base64'), SIGNING_KEY: secretBytes(32, 99).toString('hex') }
const materialsProvider = new StaticMaterialsProvider({
  encryptionKey: LocalKey.aes(secretBytes(32)),
  signingKey: LocalKey.hmac(secretBytes(32, 99)),
})
const ACTIONS = { attributes: { city: 'SIGN_ONLY' } } as const
const DESCRIBED = { kind: 'static', encryptionKey: { env: 'CONTENT_KEY' }, signingKey: { env: 'SIGNING_KEY', encoding: 'hex' } }

let plain: DynamoDBClient
let tableName: string
beforeEach(async () => {
  plain = database.client()
  tableName = await createTable(plain, { key: 'id' })
  await folder.write(
    'ddbec.config.json',
    JSON.stringify({ client: database.clientConfig, tables: { [tableName]: { materialsProvider: DESCRIBED, actions: ACTIONS } } }),
  )
})

const person = (id: string): Item => ({ id: { S: id }, diagnosis: { S: SECRET }, city: { S: 'Cork' } })
const ddbec = (args: string, options: RunOptions = {}): Promise<CliRun> =>
  folder.run(args.replaceAll('TABLE', tableName).split(' '), { env: ENV, ...options })

test('from plaintext to encrypted, as the order has it', async () => {
  await putAll(plain, tableName, ['a', 'b', 'c'].map(person))
  const refused = await ddbec('encrypt-table TABLE')
  expect(refused.code).toBe(2)
  expect(refused.err).toContain('1. Every program that reads or writes the table runs the encrypted client with allowPlaintextReads')
  expect(refused.err).toContain('--clients-are-ready')

  const dry = await ddbec('encrypt-table TABLE --dry-run')
  expect(dry.code).toBe(0)
  expect(dry.out).toContain('3  would be rewritten')
  expect((await allItems(plain, tableName)).get('a')).toEqual(person('a'))

  const checkpoint = folder.path('people.json')
  const run = await ddbec(`encrypt-table TABLE --clients-are-ready --segments 2 --checkpoint ${checkpoint}`)
  expect(run.err).toBe('')
  expect(run.code).toBe(0)
  expect(run.out).toContain('3  rewritten')
  expect(run.out).toContain('Nothing is left to do.')
  expect((JSON.parse(await readFile(checkpoint, 'utf8')) as { segments: unknown[] }).segments).toHaveLength(4)

  const verified = await ddbec('verify TABLE --json')
  expect(verified.code).toBe(0)
  expect(verified.json()).toMatchObject([{ type: 'summary', job: 'verify', check: { read: 3, done: 3 } }])
  const items = await allItems(EncryptedClient.from(plain, { materialsProvider, actions: ACTIONS }), tableName)
  expect(items.get('b')).toEqual(person('b'))
  expect((await ddbec('decrypt-table TABLE --clients-are-ready')).code).toBe(0)
  expect((await allItems(plain, tableName)).get('b')).toEqual(person('b'))
})

describe('what is reported', () => {
  beforeEach(async () => {
    const client = EncryptedClient.from(plain, { materialsProvider, actions: ACTIONS })
    await putAll(client, tableName, ['good1', 'good2'].map(person))
    await putAll(plain, tableName, [person('plaintext')])
    const stored = (await allItems(plain, tableName)).get('good2')
    await putAll(plain, tableName, [{ ...stored, id: { S: 'moved' } }])
  })

  test('on a terminal', async () => {
    const run = await ddbec('verify TABLE', { terminal: { columns: 80, hasColors: false } })
    expect(run.code).toBe(3)
    expect(run.err).toContain('NOT_ENCRYPTED  {"id":{"S":"plaintext"}}')
    expect(run.err).toContain('SIGNATURE_MISMATCH  {"id":{"S":"moved"}}')
    expect(run.out).toContain('2  reported, and left as they are')
    expect(run.out).not.toContain('\u001B')
    for (const line of run.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(run.out + run.err).not.toContain(SECRET)
    const coloured = await ddbec('verify TABLE', { terminal: { columns: 80, hasColors: true } })
    expect(coloured.out).toContain('\u001B[31m')
  })

  test('for programs, and in a file', async () => {
    const report = folder.path('bad.jsonl')
    const run = await ddbec(`verify TABLE --json --report ${report}`)
    expect(run.code).toBe(3)
    const lines = run.json()
    expect(lines).toHaveLength(3)
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'problem', code: 'NOT_ENCRYPTED', tableName, key: { id: { S: 'plaintext' } } }),
    )
    expect(lines.at(-1)).toMatchObject({ type: 'summary', check: { read: 4, done: 2, problems: 2 } })
    expect((await readFile(report, 'utf8')).trim().split('\n')).toHaveLength(2)
  })
})

test('re-encrypt with a former provider of the config, from a config in TypeScript', async () => {
  await putAll(EncryptedClient.from(plain, { materialsProvider, actions: ACTIONS }), tableName, ['a', 'b'].map(person))
  const config = await folder.write(
    'typed.config.ts',
    `interface Key { env: string; encoding?: 'hex' | 'base64' }
     const key = (env: string): Key => ({ env })
     export default async () => ({
       client: ${JSON.stringify(database.clientConfig)},
       tables: { ${JSON.stringify(tableName)}: {
         materialsProvider: { kind: 'wrapped', wrappingKey: key('NEXT_KEY'), signingKey: key('NEXT_KEY') },
         actions: { attributes: { city: 'SIGN_ONLY' } },
         former: { materialsProvider: ${JSON.stringify(DESCRIBED)} },
       } },
     })`,
  )
  const env = { ...ENV, NEXT_KEY: secretBytes(32, 7).toString('base64') }
  const run = await ddbec(`re-encrypt TABLE --clients-are-ready --config ${config}`, { env })
  expect(run.err).toBe('')
  expect(run.out).toContain('2  rewritten')
  expect((await ddbec(`verify TABLE --config ${config}`, { env })).code).toBe(0)
  expect((await ddbec('verify TABLE')).code).toBe(3)
})

describe('one line that says what is missing, without a stack trace', () => {
  test.each([
    ['verify Missing', 2, /has no table Missing: its tables are Table-/],
    ['verify TABLE --config none.json', 2, /there is no config file .*none\.json/],
    ['verify TABLE --segments 0', 2, /It is a whole number from 1/],
    ['verify TABLE --nonsense', 2, /unknown option '--nonsense'/],
    ['verify', 2, /missing required argument 'table'/],
    ['nothing', 2, /unknown command 'nothing'/],
    ['verify TABLE --endpoint http://127.0.0.1:1', 1, /nothing answers there: check --endpoint/],
    ['encrypt-table TABLE --clients-are-ready --checkpoint a --checkpoint-table b', 2, /not both/],
  ])('%s', async (args, code, message) => {
    const run = await ddbec(args)
    expect(run.err).toMatch(message)
    expect(run.err).toMatch(/^ddbec: /)
    expect(run.err.trim().split('\n')).toHaveLength(1)
    expect(run.code).toBe(code)
  })

  test('a key that is not there, and one that is written into the config', async () => {
    const missing = await ddbec('verify TABLE', { env: {} })
    expect(missing.code).toBe(2)
    expect(missing.err).toBe(
      `ddbec: tables.${tableName}.materialsProvider.encryptionKey names the environment variable CONTENT_KEY, which is not set\n`,
    )
    const config = await folder.write(
      'literal.json',
      JSON.stringify({ tables: { [tableName]: { materialsProvider: { ...DESCRIBED, signingKey: ENV.SIGNING_KEY } } } }),
    )
    const literal = await ddbec(`verify TABLE --config ${config}`)
    expect(literal.err).toContain('signingKey says where the key is, and is not the key')
    expect(literal.err).not.toContain(ENV.SIGNING_KEY)
  })

  test.each([
    ['{', 'cannot be read'],
    ['{"table":{}}', 'exports no config'],
    ['[]', 'exports no config'],
    ['{"tables":{"TABLE":{}}}', 'is no materials provider'],
    ['{"tables":{"TABLE":{"materialsProvider":{"kind":"direct-kms"}}}}', 'is no materials provider'],
    [
      `{"tables":{"TABLE":{"materialsProvider":${JSON.stringify(DESCRIBED)},"actions":{"default":"ENCRYPT"}}}}`,
      'actions.default is ENCRYPT_AND_SIGN',
    ],
    [
      `{"tables":{"TABLE":{"materialsProvider":${JSON.stringify(DESCRIBED)},"actions":{"attributes":{"id":"DO_NOTHING"}}}}}`,
      'INVALID_ACTIONS: the key attribute "id"',
    ],
  ])('the config %s', async (text, message) => {
    const client = JSON.stringify(database.clientConfig)
    const config = await folder.write('wrong.json', text.replace('TABLE', tableName).replace(/^{"tables"/, `{"client":${client},"tables"`))
    const run = await ddbec(`verify TABLE --config ${config}`)
    expect(run.err).toContain(message)
    expect(run.err.trim().split('\n')).toHaveLength(1)
    expect(run.code).toBe(2)
  })

  test('--debug adds the stack', async () => {
    expect((await ddbec('verify Missing --debug')).err).toContain('at Session.tableOf')
  })
})

test('an interrupted pass says how to go on', async () => {
  await putAll(plain, tableName, ['a', 'b', 'c'].map(person))
  const signal = AbortSignal.abort(new Error('interrupted'))
  const run = await ddbec(`encrypt-table TABLE --clients-are-ready --checkpoint ${folder.path('cut.json')}`, { signal })
  expect(run.code).toBe(130)
  expect(run.err).toContain('goes on from the checkpoint')
  expect((await allItems(plain, tableName)).get('a')).toEqual(person('a'))
})

test('a checkpoint in a table, which is created where it is missing', async () => {
  await putAll(plain, tableName, ['a', 'b', 'c'].map(person))
  const args = 'encrypt-table TABLE --clients-are-ready --checkpoint-table Checkpoints-TABLE'
  const missing = await ddbec(args)
  expect(missing.err).toContain('there is no such table here')
  for (const rewritten of [3, 0]) {
    const run = await ddbec(`${args} --create-checkpoint-table --json`)
    expect(run.err).toBe('')
    expect(run.json()).toMatchObject([{ pass: { read: 3, rewritten } }])
  }
})

test('help has examples, the order and the statuses', async () => {
  const help = await ddbec('encrypt-table --help')
  expect(help.code).toBe(0)
  expect(help.out).toContain('$ ddbec encrypt-table People --dry-run')
  expect(help.out).toContain('4. allowPlaintextReads is taken out of every program.')
  expect((await ddbec('--help')).out).toContain('3 done and items were reported')
})
