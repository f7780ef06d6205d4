// encrypt-table, re-encrypt, decrypt-table and verify: one command over the jobs of src/migrate.
import { open, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import type { Command } from 'commander'
import { bareTableName } from '../client/table-name.js'
import type { Checkpoint, MigrationPlan, Phase } from '../migrate/checkpoint.js'
import { CheckpointFile } from '../migrate/checkpoint-file.js'
import { CheckpointTable } from '../migrate/checkpoint-table.js'
import { addsUp, type Counts } from '../migrate/counts.js'
import { itemToJson } from '../migrate/dynamodb-json.js'
import type { ItemProblem } from '../migrate/item-problem.js'
import { openJob } from '../migrate/job-tables.js'
import { migrateTable, type MigrationSummary } from '../migrate/migrate-table.js'
import { JOB_NAMES, type JobName } from '../migrate/migration-job.js'
import { act, newCommand, numberOption, type CommandTools } from './command.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { CliIo } from './io.js'
import { fit, grouped, Printer } from './printer.js'
import { ProgressLine } from './progress.js'
import type { CommonFlags, Session } from './session.js'
import { UsageError } from './usage-error.js'

interface JobFlags extends CommonFlags {
  readonly segments: number
  readonly parallel?: number
  readonly concurrency: number
  readonly limitRcu?: number
  readonly limitWcu?: number
  readonly report?: string
  readonly dryRun?: boolean
  readonly checkpoint?: string
  readonly checkpointTable?: string
  readonly createCheckpointTable?: boolean
  readonly migration?: string
  readonly clientsAreReady?: boolean
}

interface JobRow {
  readonly summary: string
  readonly examples: readonly string[]
  /** What must be done around it, in this order; undefined for what changes nothing. */
  readonly order?: readonly string[]
}

const ROWS: Readonly<Record<JobName, JobRow>> = {
  'encrypt-table': {
    summary: 'encrypt the plaintext items of a table, in place, while applications use it',
    examples: [
      'encrypt-table People --dry-run',
      'encrypt-table People --clients-are-ready --checkpoint people.json --segments 32 --limit-wcu 500',
    ],
    order: [
      'Every program that reads or writes the table runs the encrypted client with allowPlaintextReads: it writes encrypted items only.',
      'ddbec encrypt-table <table>',
      'ddbec verify <table>',
      'allowPlaintextReads is taken out of every program.',
    ],
  },
  're-encrypt': {
    summary: 'write items anew with other actions, another provider, another key version or table name',
    examples: ['re-encrypt People --dry-run', 're-encrypt People --clients-are-ready --checkpoint people.json'],
    order: [
      'Every program that reads the table reads both forms: a history of actions, a provider that has both keys.',
      'Every program that writes the table writes the new form.',
      'ddbec re-encrypt <table>',
      'The former actions and keys are taken out of every program.',
    ],
  },
  'decrypt-table': {
    summary: 'turn the encrypted items of a table into plaintext, in place',
    examples: ['decrypt-table People --dry-run', 'decrypt-table People --clients-are-ready --checkpoint people.json'],
    order: [
      'Every program that reads the table runs the encrypted client with allowPlaintextReads.',
      'Every program that writes the table writes without the encrypted client, and has no updates under way.',
      'ddbec decrypt-table <table>',
      'The encrypted client is taken out of every program.',
    ],
  },
  verify: {
    summary: 'read every item of a table and report what does not verify; nothing is changed',
    examples: ['verify People', 'verify People --segments 64 --limit-rcu 1000 --report bad-items.jsonl', 'verify People --json | tail -1'],
  },
}

export function jobCommands(tools: CommandTools): Command[] {
  return JOB_NAMES.map((name) => jobCommand(name, ROWS[name], tools))
}

function jobCommand(name: JobName, { summary, examples, order }: JobRow, tools: CommandTools): Command {
  const command = newCommand(name, summary, examples)
    .argument('<table>', 'name or ARN of a table that the config file describes')
    .option('--segments <number>', 'parts that the table is scanned in', numberOption(1), 8)
    .option('--parallel <number>', 'segments under way at once (16 at most where left out)', numberOption(1))
    .option('--concurrency <number>', 'items under way at once in each segment', numberOption(1), 16)
    .option('--limit-rcu <number>', 'read capacity units a second', numberOption(0.1, false))
    .option('--report <file>', 'every reported item as a JSON line')
  if (order !== undefined) {
    command
      .option('--limit-wcu <number>', 'write capacity units a second', numberOption(0.1, false))
      .option('--dry-run', 'count what would be done, and write nothing')
      .option('--checkpoint <file>', 'how far it has come, so that it can be killed and started again')
      .option('--checkpoint-table <name>', 'the same in a DynamoDB table, so that the machine can be lost')
      .option('--create-checkpoint-table', 'create that table where it does not exist')
      .option('--migration <name>', 'tells migrations in one checkpoint table apart (the command and the table where left out)')
      .option('--clients-are-ready', 'the steps before this one are done (see below)')
      .addHelpText('after', `\nThe order:\n${order.map((step, at) => `  ${String(at + 1)}. ${step}`).join('\n')}\n`)
  }
  return act<JobFlags>(command, tools, (session, flags, [tableName = '']) => runJob(name, tableName, order, session, flags, tools.io))
}

async function runJob(
  name: JobName,
  tableName: string,
  order: readonly string[] | undefined,
  session: Session,
  flags: JobFlags,
  io: CliIo,
): Promise<ExitCode> {
  const { client } = session
  const protection = await session.protectionOf(tableName)
  const former = name === 're-encrypt' ? await session.formerOf(tableName) : undefined
  assertInOrder(name, order, flags)
  const { job, tables } = await openJob(name, { client, tableName, protection, former })
  const plan: MigrationPlan = { job: name, tableName: bareTableName(tableName), totalSegments: flags.segments }
  const checkpoint = await checkpointOf(flags, plan, session, io)
  const progress = new ProgressLine(io.stderr, await expectedItems(tableName, session))
  const reports = await Reports.open(flags, io, progress)
  try {
    const summary = await migrateTable({
      job,
      tables,
      totalSegments: flags.segments,
      segmentsAtOnce: flags.parallel ?? Math.min(flags.segments, 16),
      concurrency: flags.concurrency,
      isDryRun: flags.dryRun,
      limitRcu: flags.limitRcu,
      limitWcu: flags.limitWcu,
      checkpoint,
      signal: io.signal,
      onProblem: (problem, phase) => reports.add(problem, phase),
      onProgress: (seen) => progress.show(seen),
    })
    progress.clear()
    reports.end()
    if (flags.json === true) io.stdout.write(`${JSON.stringify({ type: 'summary', ...summary })}\n`)
    else printSummary(summary, flags, new Printer(io.stdout))
    return hasProblems(summary) ? EXIT.problems : EXIT.ok
  } catch (error) {
    progress.clear()
    if (checkpoint !== undefined) io.stderr.write(`ddbec: the same command goes on from the checkpoint ${checkpoint.place}\n`)
    throw error
  } finally {
    await reports.close()
  }
}

/** For the progress alone, so whoever may not ask goes without. DynamoDB counts every six hours, and a new table has none. */
async function expectedItems(tableName: string, { client }: Session): Promise<number | undefined> {
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName })).catch(() => ({ Table: undefined }))
  return table?.ItemCount === 0 ? undefined : table?.ItemCount
}

/** The order is enforced as far as one process can see: whoever starts a pass says that the steps before it are done. */
function assertInOrder(name: JobName, order: readonly string[] | undefined, flags: JobFlags): void {
  if (order === undefined || flags.dryRun === true || flags.clientsAreReady === true) return
  const steps = order.map((step, at) => `${String(at + 1)}. ${step}`).join('\n  ')
  throw new UsageError(
    `${name} is one step of several:\n  ${steps}\nGive --clients-are-ready once the steps before it are done, or --dry-run to see what there is to do.`,
  )
}

async function checkpointOf(flags: JobFlags, plan: MigrationPlan, { client }: Session, { folder }: CliIo): Promise<Checkpoint | undefined> {
  const { checkpoint: file, checkpointTable: tableName, migration = `${plan.job} ${plan.tableName}` } = flags
  if (file !== undefined && tableName !== undefined) throw new UsageError('give --checkpoint or --checkpoint-table, not both')
  if (file !== undefined) return new CheckpointFile(resolve(folder, file), plan)
  if (tableName === undefined) return undefined
  if (flags.createCheckpointTable === true) await createdOnce(CheckpointTable.createTable(client, tableName))
  return new CheckpointTable({ client, tableName, migration, plan })
}

/** The first of several machines creates it. */
async function createdOnce(created: Promise<void>): Promise<void> {
  try {
    await created
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error
  }
}

function hasProblems({ pass, check }: MigrationSummary): boolean {
  return (pass?.problems ?? 0) > 0 || (check?.problems ?? 0) > 0
}

/** More would push the summary off the screen. */
const MOST_SHOWN = 20

/** Where problems go: to the terminal, as JSON lines, into a file. What the pass reports, the check reports again, so it is shown once. */
class Reports {
  readonly #flags: JobFlags
  readonly #io: CliIo
  readonly #progress: ProgressLine
  readonly #printer: Printer
  readonly #file: FileHandle | undefined
  readonly #shown = new Set<string>()
  #unshown = 0
  #written: Promise<unknown> = Promise.resolve()

  private constructor(flags: JobFlags, io: CliIo, progress: ProgressLine, file: FileHandle | undefined) {
    this.#flags = flags
    this.#io = io
    this.#progress = progress
    this.#printer = new Printer(io.stderr)
    this.#file = file
  }

  static async open(flags: JobFlags, io: CliIo, progress: ProgressLine): Promise<Reports> {
    const file = flags.report === undefined ? undefined : await open(resolve(io.folder, flags.report), 'a')
    return new Reports(flags, io, progress, file)
  }

  add({ tableName, key, code, message }: ItemProblem, phase: Phase): void {
    const line = `${JSON.stringify({ type: 'problem', phase, code, tableName, key: itemToJson(key), message })}\n`
    if (this.#file !== undefined) {
      const file = this.#file
      this.#written = this.#written.then(() => file.writeFile(line))
      // Told when the file is closed.
      this.#written.catch(() => undefined)
    }
    if (this.#flags.json === true) this.#io.stdout.write(line)
    else this.#show(`${code}  ${JSON.stringify(itemToJson(key))}`)
  }

  end(): void {
    if (this.#unshown === 0) return
    this.#printer.line(`  ... and ${grouped(this.#unshown)} more reports: --report <file> gets all of them`, 'faint')
  }

  async close(): Promise<void> {
    try {
      await this.#written
    } finally {
      await this.#file?.close()
    }
  }

  #show(text: string): void {
    if (this.#shown.has(text)) return
    if (this.#shown.size >= MOST_SHOWN) {
      this.#unshown++
      return
    }
    this.#shown.add(text)
    this.#progress.clear()
    this.#printer.line(fit(`  ${text}`, this.#printer.width), 'bad')
  }
}

const WORDS: readonly (readonly [keyof Counts, string])[] = [
  ['read', 'items read'],
  ['done', 'as they should be'],
  ['rewritten', 'rewritten'],
  ['toRewrite', 'would be rewritten'],
  ['deleted', 'deleted by others meanwhile'],
  ['unprotected', 'not protected, by their actions'],
  ['problems', 'reported, and left as they are'],
]

function printSummary(summary: MigrationSummary, flags: JobFlags, printer: Printer): void {
  const { job, tableName, pass, check } = summary
  printer.line(`${job} ${tableName}${flags.dryRun === true ? ', a dry run' : ''}`, 'heading')
  if (pass !== undefined) printCounts(flags.dryRun === true ? 'What there is to do' : 'The pass', pass, printer)
  if (check !== undefined) printCounts(job === 'verify' ? 'Every item' : 'The check: a second scan', check, printer)
  const found = (check ?? pass)?.problems ?? 0
  if (found > 0)
    printer.line(
      `${found === 1 ? 'One item needs' : `${grouped(found)} items need`} a look: ddbec explain says why a signature does not hold.`,
      'bad',
    )
  else if (flags.dryRun === true) printer.line('Nothing was written.')
  else printer.line(job === 'verify' ? 'Every item verifies.' : 'Nothing is left to do.', 'good')
}

function printCounts(title: string, counts: Counts, printer: Printer): void {
  printer.line()
  printer.line(title)
  const rows = WORDS.filter(([name]) => name === 'read' || counts[name] > 0)
  printer.table(
    rows.map(([name, words]) => [grouped(counts[name]), words]),
    (at) => (rows[at]?.[0] === 'problems' ? 'bad' : undefined),
  )
  if (!addsUp(counts)) printer.line('  These numbers do not add up: please report it.', 'bad')
  printer.line()
}
