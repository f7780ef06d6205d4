// What a command is, for all of them: its options, its examples, and how its outcome becomes a status.
import { Command, InvalidArgumentError, Option } from 'commander'
import { describeError } from './describe-error.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { CliIo } from './io.js'
import { Session, type CommonFlags } from './session.js'
import { isUsageError } from './usage-error.js'
import { isDynamoDBEncryptionError } from '../errors.js'

/** Runs with the flags as commander has parsed them. */
export type CommandWork<Flags extends CommonFlags> = (session: Session, flags: Flags, args: readonly string[]) => Promise<ExitCode>

export interface CommandTools {
  readonly io: CliIo
  /** Tells the caller of the program what status it ends with. */
  readonly finish: (code: ExitCode) => void
}

const COMMON = [
  new Option('-c, --config <file>', 'config file (ddbec.config.ts, .js or .json of this folder where left out)'),
  new Option('--region <name>', 'AWS Region'),
  new Option('--endpoint <url>', 'endpoint of DynamoDB, such as http://127.0.0.1:8000'),
  new Option('--json', 'output for programs: JSON lines on standard output'),
  new Option('--debug', 'with a stack trace where something fails'),
]

/** @param examples - command lines, without `ddbec` */
export function newCommand(name: string, summary: string, examples: readonly string[]): Command {
  const command = new Command(name).description(summary)
  for (const option of COMMON) command.addOption(option)
  const lines = examples.map((example) => `  $ ddbec ${example}`).join('\n')
  return command.addHelpText('after', `\nExamples:\n${lines}\n`)
}

export function act<Flags extends CommonFlags>(command: Command, { io, finish }: CommandTools, work: CommandWork<Flags>): Command {
  return command.action(async () => {
    const flags = command.opts<Flags>()
    try {
      const session = await Session.open(flags, io)
      try {
        finish(await work(session, flags, command.args))
      } finally {
        session.close()
      }
    } catch (error) {
      finish(reportFailure(error, flags, io))
    }
  })
}

export function reportFailure(error: unknown, { debug }: Pick<CommonFlags, 'debug'>, { stderr, signal }: CliIo): ExitCode {
  if (signal.aborted) {
    stderr.write('ddbec: interrupted\n')
    return EXIT.interrupted
  }
  stderr.write(`ddbec: ${describeError(error)}\n`)
  if (debug === true && error instanceof Error) stderr.write(`${stackOf(error)}\n`)
  const isConfiguration = isDynamoDBEncryptionError(error) && ['INVALID_CONFIGURATION', 'INVALID_ACTIONS'].includes(error.code)
  return isUsageError(error) || isConfiguration ? EXIT.usage : EXIT.failed
}

function stackOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error ? `${error.stack ?? ''}\ncaused by ${stackOf(cause)}` : (error.stack ?? '')
}

/** For numbers of options: at least `least`, whole where `isWhole`. */
export function numberOption(least: number, isWhole = true): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (text.trim() === '' || !Number.isFinite(number) || number < least || (isWhole && !Number.isInteger(number))) {
      throw new InvalidArgumentError(`It is a ${isWhole ? 'whole ' : ''}number from ${String(least)}.`)
    }
    return number
  }
}
