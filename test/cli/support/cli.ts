// Runs the command in this process: its words, its status, and a folder with a config file of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { CliOutput } from '../../../src/cli/io.js'
import { runCli } from '../../../src/cli/program.js'

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Standard output as JSON lines. */
  json(): unknown[]
}

export interface RunOptions {
  readonly stdin?: Uint8Array | string
  readonly env?: Readonly<Record<string, string>>
  /** What the terminal is; nothing of it where left out. */
  readonly terminal?: { readonly columns: number; readonly hasColors: boolean }
  readonly signal?: AbortSignal
}

export interface CliFolder {
  path(name: string): string
  write(name: string, text: string): Promise<string>
  run(args: readonly string[], options?: RunOptions): Promise<CliRun>
  /** Standard output as it is. */
  runBinary(args: readonly string[], options?: RunOptions): Promise<Buffer>
}

/** To be called once, at the top of a test file. */
export function useCliFolder(): CliFolder {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ddbec-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  return {
    path: (name) => join(folder, name),
    async write(name, text) {
      await writeFile(join(folder, name), text)
      return join(folder, name)
    },
    async run(args, options) {
      const { code, stdout, stderr } = await runIn(folder, args, options)
      const out = stdout.bytes().toString('utf8')
      const json = (): unknown[] => out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
      return { code, out, err: stderr.bytes().toString('utf8'), json }
    },
    async runBinary(args, options) {
      return (await runIn(folder, args, options)).stdout.bytes()
    },
  }
}

interface Collector extends CliOutput {
  bytes(): Buffer
}

async function runIn(
  folder: string,
  args: readonly string[],
  { stdin = '', env = {}, terminal, signal = new AbortController().signal }: RunOptions = {},
): Promise<{ code: number; stdout: Collector; stderr: Collector }> {
  const [stdout, stderr] = [collector(terminal), collector(terminal)]
  return { code: await runCli(args, { stdin: once(stdin), stdout, stderr, env, folder, signal }), stdout, stderr }
}

async function* once(text: Uint8Array | string): AsyncGenerator<Uint8Array | string> {
  yield text
}

function collector(terminal: RunOptions['terminal']): Collector {
  const chunks: Buffer[] = []
  return {
    write: (chunk) => chunks.push(Buffer.from(chunk)),
    isTTY: terminal !== undefined,
    columns: terminal?.columns,
    hasColors: () => terminal?.hasColors === true,
    bytes: () => Buffer.concat(chunks),
  }
}
