// startLocalDynamoDb: dynalite in process, DynamoDB Local as a process, a server that is there already.
// DynamoDB Local is tried when DYNAMODB_LOCAL_HOME names the folder that Maven's dependency:copy-dependencies filled for
// com.amazonaws:DynamoDBLocal, native libraries of sqlite4java included.
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startLocalDynamoDb, type LocalDynamoDb } from '../../src/testing/index.js'

const home = process.env['DYNAMODB_LOCAL_HOME']

async function withClient<T>(db: LocalDynamoDb, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({ ...db.clientConfig, maxAttempts: 1 })
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}

/** A table that can be written to as soon as it is made, an item in it, and the item back. */
async function storesAnItem(db: LocalDynamoDb, value: string): Promise<void> {
  await withClient(db, async (client) => {
    await client.send(
      new CreateTableCommand({
        TableName: 'Orders',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    const item = { id: { S: 'a' }, value: { S: value }, bytes: { B: Uint8Array.of(0, 255) } }
    await client.send(new PutItemCommand({ TableName: 'Orders', Item: item }))
    const read = await client.send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: 'a' } }, ConsistentRead: true }))
    expect(read.Item).toEqual(item)
  })
}

function tableNames(db: LocalDynamoDb): Promise<string[] | undefined> {
  return withClient(db, async (client) => (await client.send(new ListTablesCommand({}))).TableNames)
}

describe('dynalite', () => {
  test('two at once are two databases', async () => {
    await using one = await startLocalDynamoDb()
    await using two = await startLocalDynamoDb({ region: 'eu-west-1' })
    expect(one).toMatchObject({ kind: 'dynalite', clientConfig: { region: 'us-east-1', endpoint: one.endpoint } })
    expect(two.clientConfig.region).toBe('eu-west-1')
    expect(one.endpoint).not.toBe(two.endpoint)
    await Promise.all([storesAnItem(one, 'one'), storesAnItem(two, 'two')])
  })

  test('close ends connections that are kept alive, also twice', async () => {
    const db = await startLocalDynamoDb()
    await withClient(db, async (client) => {
      await client.send(new ListTablesCommand({}))
      await db.close()
      await db.close()
    })
    await expect(tableNames(db)).rejects.toThrow('ECONNREFUSED')
  })

  describe('not installed', () => {
    afterEach(() => {
      vi.doUnmock('dynalite')
      vi.resetModules()
    })

    test('says how to install it', async () => {
      vi.resetModules()
      vi.doMock('dynalite', () => {
        throw new Error('Cannot find package')
      })
      const { startLocalDynamoDb: start } = await import('../../src/testing/index.js')
      await expect(start()).rejects.toThrow('npm install --save-dev dynalite')
    })
  })
})

test('an endpoint is used, and left alone', async () => {
  await using owner = await startLocalDynamoDb()
  const guest = await startLocalDynamoDb({ endpoint: owner.endpoint, region: 'eu-west-1' })
  expect(guest).toMatchObject({ kind: 'endpoint', endpoint: owner.endpoint, clientConfig: { region: 'eu-west-1' } })
  await storesAnItem(guest, 'one')
  await guest.close()
  expect(await tableNames(owner)).toEqual(['Orders'])
})

// A script in Java's place, so that the handling of the process is tested without a JDK. It writes its pid beside itself.
describe.skipIf(process.platform === 'win32')('the process of DynamoDB Local', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-dynamodb-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  function standIn(code: string): { jar: string; java: string } {
    const java = join(folder, 'java')
    const writePid = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid))`
    writeFileSync(java, `#!${process.execPath}\n${writePid}\n${code}\n`, { mode: 0o755 })
    return { java, jar: join(folder, 'DynamoDBLocal.jar') }
  }

  function isAlive(): boolean {
    try {
      return process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0)
    } catch {
      return false
    }
  }

  const ANSWERS_ITS_ARGUMENTS = `
    const port = Number(process.argv[process.argv.indexOf('-port') + 1])
    require('node:http').createServer((_, res) => res.end(JSON.stringify(process.argv.slice(2)))).listen(port, '127.0.0.1')`

  test('gets the arguments of a jar, and ends with close', async () => {
    const { jar, java } = standIn(ANSWERS_ITS_ARGUMENTS)
    const library = join(folder, 'DynamoDBLocal_lib')
    mkdirSync(library)
    const db = await startLocalDynamoDb({ jar, java, javaArgs: ['-Xmx64m'], region: 'eu-west-1' })
    const port = new URL(db.endpoint).port
    expect(await (await fetch(db.endpoint)).json()).toEqual([
      `-Dsqlite4java.library.path=${library}`,
      `-Djava.library.path=${library}`,
      '-Daws.region=eu-west-1',
      '-Xmx64m',
      ...['-jar', jar, '-inMemory', '-sharedDb', '-disableTelemetry', '-port', port],
    ])
    expect(isAlive()).toBe(true)
    await db.close()
    await db.close()
    expect(isAlive()).toBe(false)
  })

  test('gets the arguments of a class path', async () => {
    const { java } = standIn(ANSWERS_ITS_ARGUMENTS)
    await using db = await startLocalDynamoDb({ classpath: ['a.jar', 'b/*'], libraryPath: 'native', java })
    const given: unknown = await (await fetch(db.endpoint)).json()
    expect(given).toEqual(expect.arrayContaining(['-Dsqlite4java.library.path=native', '-cp', ['a.jar', 'b/*'].join(delimiter)]))
    expect(given).toContain('com.amazonaws.services.dynamodbv2.local.main.ServerRunner')
  })

  test('that ends: an error with what it printed', async () => {
    const { jar, java } = standIn(`console.log('x'.repeat(1e6)); console.error('no room'); process.exitCode = 3`)
    await expect(startLocalDynamoDb({ jar, java })).rejects.toThrow(/^DynamoDB Local \(.*java\) ended with status 3: x{1000,}\nno room$/)
  })

  test('that never answers and does not go when asked: an error, and it is gone', async () => {
    const { jar, java } = standIn(`process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000)`)
    await expect(startLocalDynamoDb({ jar, java, startTimeoutMs: 500 })).rejects.toThrow('did not answer within 500 ms')
    expect(isAlive()).toBe(false)
  })

  test('that is not there', async () => {
    await expect(startLocalDynamoDb({ jar: 'none.jar', java: 'no-such-java' })).rejects.toThrow('spawn no-such-java ENOENT')
  })
})

describe.skipIf(home === undefined)('DynamoDB Local (DYNAMODB_LOCAL_HOME)', () => {
  test('starts from a class path, answers and is gone when closed', async () => {
    const folder = home ?? ''
    const db = await startLocalDynamoDb({ classpath: `${folder}/*`, libraryPath: folder })
    expect(db.kind).toBe('dynamodb-local')
    await storesAnItem(db, 'one')
    await withClient(db, async (client) => {
      const put = { TableName: 'Orders', Item: { id: { S: 'b' } } }
      await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] })) // dynalite has none
    })
    await db.close()
    await db.close()
    await expect(tableNames(db)).rejects.toThrow('ECONNREFUSED')
  })

  test('two at once, one from a class path of files', async () => {
    const folder = home ?? ''
    const both = [folder + '/*', [folder + '/*', folder]].map((classpath) => startLocalDynamoDb({ classpath, libraryPath: folder }))
    const [one, two] = await Promise.all(both)
    if (one === undefined || two === undefined) throw new Error('not both')
    await storesAnItem(one, 'one')
    expect(await tableNames(two)).toEqual([])
    await Promise.all([one.close(), two.close()])
  })
})
