// The command as a process: status, pipes, an interrupt that a checkpoint survives.
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTable } from '../client/support/tables.js'
import { useStoreDatabase } from '../support/store-database.js'
import { secretBytes } from '../support/test-keys.js'
import { useCliFolder } from './support/cli.js'

const database = useStoreDatabase()
const folder = useCliFolder()
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')
const KEY = secretBytes(32).toString('base64')

function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  const { NODE_OPTIONS: _, ...env } = process.env
  return spawn(process.execPath, ['--import', tsx, main, ...args], { cwd: folder.path('.'), env: { ...env, KEY } })
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; out: string; err: string }> {
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

test('help, and a wrong command', async () => {
  const [help, wrong] = await Promise.all([ended(start(['--help'])), ended(start(['verfy', 'People']))])
  expect(help).toMatchObject({ code: 0, err: '' })
  expect(help.out).toContain('encrypt-table')
  expect(wrong).toEqual({ code: 2, out: '', err: "ddbec: unknown command 'verfy'\n(Did you mean verify?)\n" })
})

test('an interrupt ends a pass, and the same command goes on', async () => {
  const plain = database.client()
  const tableName = await createTable(plain, { key: 'id' })
  for (let at = 0; at < 60; at++)
    await plain.send(new PutItemCommand({ TableName: tableName, Item: { id: { S: String(at) }, secret: { S: 'x'.repeat(4000) } } }))
  const materialsProvider = { kind: 'static', encryptionKey: { env: 'KEY' }, signingKey: { env: 'KEY' } }
  await folder.write('ddbec.config.json', JSON.stringify({ client: database.clientConfig, tables: { [tableName]: { materialsProvider } } }))
  const args = ['encrypt-table', tableName, '--clients-are-ready', '--segments', '2', '--checkpoint', 'checkpoint.json']
  // So slow that it cannot end by itself.
  const slow = start([...args, '--limit-wcu', '4', '--json'])
  const outcome = ended(slow)
  // It has written something by the time that the capacity of a second is spent.
  const isBegun = async (): Promise<boolean> => {
    const { Items: items = [] } = await plain.send(new ScanCommand({ TableName: tableName }))
    return items.some((item) => '*amzn-ddb-map-sig*' in item)
  }
  while (!(await isBegun())) await new Promise((resolve) => setTimeout(resolve, 50))
  slow.kill('SIGINT')
  expect(await outcome).toMatchObject({ code: 130, err: expect.stringContaining('ddbec: interrupted') as unknown })
  const again = await ended(start([...args, '--json']))
  expect(again.err).toBe('')
  expect(again.code).toBe(0)
  expect(JSON.parse(again.out)).toMatchObject({ type: 'summary', pass: { read: 60, problems: 0 }, check: { read: 60, done: 60 } })
})
