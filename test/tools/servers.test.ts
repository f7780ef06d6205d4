// Starting, waiting for and stopping a server that is not ours: shown with servers that need nothing but Node.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { preparedFolder } from '../../tools/servers/prepared-folder.mjs'
import { runBeside, type OutsideServer } from '../../tools/servers/run-beside.mjs'
import { startServer } from '../../tools/servers/server-process.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RUN = join(ROOT, 'tools/servers/run.mjs')

const serving = (port: number): string[] => [
  '-e',
  `require('node:http').createServer((_, response) => response.end('pid ' + process.pid)).listen(${String(port)}, '127.0.0.1')`,
]
const failing = (): string[] => ['-e', 'console.log("said"); console.error("complained"); process.exit(3)']

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function pidOf(endpoint: string): Promise<number> {
  const text = await (await fetch(endpoint)).text()
  return Number(text.replace('pid ', ''))
}

describe('a server', () => {
  test('answers when startServer returns, and is gone when stop does', async () => {
    const { endpoint, stop } = await startServer('fake', process.execPath, serving)
    const pid = await pidOf(endpoint)
    expect(isRunning(pid)).toBe(true)
    await stop()
    expect(isRunning(pid)).toBe(false)
    await expect(fetch(endpoint)).rejects.toThrow('fetch failed')
  })

  test('that ends instead of answering: the error has what it printed', async () => {
    await expect(startServer('fake', process.execPath, failing)).rejects.toThrow(/^fake ended with status 3:\n[^]*said[^]*$/)
    await expect(startServer('fake', process.execPath, failing)).rejects.toThrow('complained')
  })

  test('whose command is missing', async () => {
    await expect(startServer('fake', 'no-such-command-here', () => [])).rejects.toThrow(/^fake spawn no-such-command-here ENOENT/)
  })
})

describe('a command beside servers', () => {
  const pids: number[] = []
  const fake = (variable: string): OutsideServer => ({
    name: `fake ${variable}`,
    variable,
    start: async () => {
      const server = await startServer('fake', process.execPath, serving)
      pids.push(await pidOf(server.endpoint))
      return server
    },
  })
  const PROBE = `
    const { ONE, TWO, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env
    Promise.all([fetch(ONE), fetch(TWO)]).then(
      () => process.exit(AWS_REGION === 'us-east-1' && AWS_ACCESS_KEY_ID === 'local' && AWS_PROFILE === undefined ? 7 : 8),
      () => process.exit(9),
    )`

  test('finds them, gets harmless credentials, and its exit code is the answer', async () => {
    process.env['AWS_PROFILE'] = 'production'
    try {
      expect(await runBeside([fake('ONE'), fake('TWO')], process.execPath, ['-e', PROBE])).toBe(7)
    } finally {
      delete process.env['AWS_PROFILE']
    }
    expect(pids.splice(0).map(isRunning)).toEqual([false, false])
  })

  test('killed by a signal: 1', async () => {
    expect(await runBeside([], process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'])).toBe(1)
  })

  test('missing: the servers are stopped all the same', async () => {
    await expect(runBeside([fake('ONE')], 'no-such-command-here', [])).rejects.toThrow('ENOENT')
    expect(pids.splice(0).map(isRunning)).toEqual([false])
  })

  test('is not run where a server does not start, and those before it are stopped', async () => {
    const marker = join(mkdtempSync(join(tmpdir(), 'servers-')), 'ran')
    const broken = { name: 'broken', variable: 'TWO', start: () => Promise.reject(new Error('broken')) }
    const write = ['-e', `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`]
    await expect(runBeside([fake('ONE'), broken], process.execPath, write)).rejects.toThrow('broken')
    expect(existsSync(marker)).toBe(false)
    expect(pids.splice(0).map(isRunning)).toEqual([false])
    rmSync(dirname(marker), { recursive: true })
  })
})

describe('run.mjs', () => {
  function run(...args: readonly string[]) {
    const nothing = mkdtempSync(join(tmpdir(), 'servers-'))
    const { status, stderr, stdout } = spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8', env: { PATH: nothing } })
    rmSync(nothing, { recursive: true })
    return { status, stderr, stdout }
  }

  test.each([
    ['moto', /python3? is missing: the suites against moto need Python 3\.10 or newer with venv and pip/],
    ['dynamodb-local', /java is missing: the suites against DynamoDB Local need a JDK 17 or newer and Maven/],
  ])('%s on a machine that lacks its language says what is missing, and fails', (name, message) => {
    const { status, stderr, stdout } = run(name, '--', process.execPath, '-e', 'console.log("ran")')
    expect(stderr).toMatch(message)
    expect(stdout).not.toContain('ran')
    expect(status).toBe(1)
  })

  test.each([[[]], [['moto']], [['moto', '--']], [['--', 'true']], [['other', '--', 'true']], [['moto', 'other', '--', 'true']]])(
    '%j is not how it is used',
    (args) => {
      const { status, stderr } = run(...args)
      expect(stderr).toContain('usage: node tools/servers/run.mjs <moto | dynamodb-local>... -- <command>')
      expect(status).toBe(2)
    },
  )
})

describe('a prepared folder', () => {
  const NAME = 'test-of-prepared-folder'
  const parent = join(ROOT, '.servers', NAME)
  const list = 'servers/moto/requirements.txt'
  const clear = (): void => rmSync(parent, { recursive: true, force: true })
  beforeAll(clear)
  afterAll(clear)

  test('is filled once, and never seen half filled', async () => {
    const filled: string[] = []
    const fill = async (folder: string): Promise<void> => {
      filled.push(folder)
      writeFileSync(join(folder, 'content'), '')
    }
    await expect(preparedFolder(NAME, list, 'a', () => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
    expect(readdirSync(parent)).toEqual([])

    const folder = await preparedFolder(NAME, list, 'a', fill)
    expect(readdirSync(folder)).toEqual(['content'])
    expect(filled).not.toContain(folder)
    expect(await preparedFolder(NAME, list, 'a', fill)).toBe(folder)
    expect(filled).toHaveLength(1)
    // Another runtime, another folder.
    expect(await preparedFolder(NAME, list, 'b', fill)).not.toBe(folder)
  })

  test('two at once', async () => {
    const fill = async (folder: string): Promise<void> => writeFileSync(join(folder, 'content'), '')
    const [one, two] = await Promise.all([preparedFolder(NAME, list, 'c', fill), preparedFolder(NAME, list, 'c', fill)])
    expect(one).toBe(two)
    expect(readdirSync(one)).toEqual(['content'])
  })
})
