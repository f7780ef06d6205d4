// `ddbec encrypt` and `ddbec decrypt`: items as JSON lines on standard input and output, in the form of S3 exports and imports.
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'
import type { ProtectedTable } from '../client/protected-table.js'
import { isPlainObject } from '../assert.js'
import { itemFromJson, itemToJson } from '../migrate/dynamodb-json.js'
import { problemOf } from '../migrate/item-problem.js'
import { forEachParallel } from '../parallel.js'
import type { Item } from '../items.js'
import { act, newCommand, numberOption, type CommandTools } from './command.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { CliIo } from './io.js'
import { linesOf } from './json-lines.js'
import type { CommonFlags, Session } from './session.js'
import { unwrapped } from './stored-items.js'
import { openTable, type KeyFlags } from './table-access.js'

interface ItemsFlags extends CommonFlags, KeyFlags {
  readonly gzip?: boolean
  readonly concurrency: number
}

interface ItemsRow {
  readonly name: 'encrypt' | 'decrypt'
  readonly summary: string
  readonly examples: readonly string[]
  readonly convert: (item: Item, table: ProtectedTable) => Promise<Item>
}

const ROWS: readonly ItemsRow[] = [
  {
    name: 'encrypt',
    summary: 'encrypt items from standard input, JSON lines as S3 imports take them',
    examples: ['encrypt People < items.jsonl > encrypted.jsonl', 'encrypt People --gzip < items.json.gz > encrypted.json.gz'],
    convert: (item, table) => table.encrypt(item),
  },
  {
    name: 'decrypt',
    summary: 'verify and decrypt items from standard input, JSON lines as S3 exports have them',
    examples: ['decrypt People < export.json.gz | jq .', 'decrypt People --partition-key id < export.json > plain.json'],
    convert: (item, table) => table.decrypt(item, []),
  },
]

/** Lines under way at once: bounds the memory. */
const BATCH = 256

export function itemCommands(tools: CommandTools): Command[] {
  return ROWS.map((row) => {
    const command = newCommand(row.name, row.summary, row.examples)
      .argument('<table>', 'a table of the config file')
      .option('--gzip', 'compress the output; input is recognized by itself')
      .option('--partition-key <name>', 'of the table, where it cannot be described')
      .option('--sort-key <name>', 'of the table, where it cannot be described')
      .option('--concurrency <number>', 'items under way at once', numberOption(1), 16)
    return act<ItemsFlags>(command, tools, (session, flags, [tableName = '']) => convertLines(row, tableName, session, flags, tools.io))
  })
}

/** A line that cannot be converted is told on standard error by its number, and left out; the rest goes on. */
async function convertLines({ convert }: ItemsRow, tableName: string, session: Session, flags: ItemsFlags, io: CliIo): Promise<ExitCode> {
  const table = await openTable(tableName, flags, session)
  const writer = new LineWriter(io, flags.gzip === true)
  let failures = 0
  for await (const batch of batchesOf(linesOf(io.stdin))) {
    const results = new Array<string | undefined>(batch.length)
    await forEachParallel(
      batch,
      flags.concurrency,
      async ({ number, line }, at) => {
        try {
          results[at] = await convertLine(line, (item) => convert(item, table))
        } catch (error) {
          const problem = error instanceof SyntaxError ? { code: 'INVALID_JSON', message: 'the line is no JSON' } : problemOf(error)
          if (problem === undefined) throw error
          failures++
          const told = { type: 'problem', line: number, ...problem }
          io.stderr.write(
            flags.json === true ? `${JSON.stringify(told)}\n` : `line ${String(number)}: ${problem.code}: ${problem.message}\n`,
          )
        }
      },
      io.signal,
    )
    await writer.write(results.filter((line) => line !== undefined))
  }
  await writer.end()
  return failures === 0 ? EXIT.ok : EXIT.problems
}

async function convertLine(line: string, convert: (item: Item) => Promise<Item>): Promise<string> {
  const json: unknown = JSON.parse(line)
  const inner = unwrapped(json)
  const converted = itemToJson(await convert(itemFromJson(inner)))
  return JSON.stringify(isPlainObject(json) && inner !== json ? { Item: converted } : converted)
}

interface NumberedLine {
  /** From 1. */
  readonly number: number
  readonly line: string
}

async function* batchesOf(lines: AsyncIterable<string>): AsyncGenerator<NumberedLine[]> {
  let batch: NumberedLine[] = []
  let number = 0
  for await (const line of lines) {
    number++
    if (line.trim() !== '') batch.push({ number, line })
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Waits where the reader of standard output is slower. */
class LineWriter {
  readonly #io: CliIo
  readonly #gzip: ReturnType<typeof createGzip> | undefined

  constructor(io: CliIo, isCompressed: boolean) {
    this.#io = io
    if (!isCompressed) return
    this.#gzip = createGzip()
    this.#gzip.on('data', (chunk: Uint8Array) => this.#io.stdout.write(chunk))
  }

  async write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return
    const text = `${lines.join('\n')}\n`
    if (this.#gzip === undefined) this.#io.stdout.write(text)
    else if (!this.#gzip.write(text)) await once(this.#gzip, 'drain')
    await this.#io.stdout.drained?.()
  }

  async end(): Promise<void> {
    if (this.#gzip === undefined) return
    const ended = once(this.#gzip, 'end')
    this.#gzip.end()
    await ended
    await this.#io.stdout.drained?.()
  }
}
