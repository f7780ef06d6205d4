// The command `ddbec`: its commands, a row each.
import { Command, CommanderError } from 'commander'
import { explainCommand } from './explain/explain-command.js'
import { inspectCommand } from './inspect/inspect-command.js'
import { itemCommands } from './item-commands.js'
import { reportFailure, type CommandTools } from './command.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { CliIo } from './io.js'
import { jobCommands } from './migration-commands.js'
import { storeCommand } from './store-commands.js'

/** @param args - without the names of Node and the script */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  const tools: CommandTools = { io, finish: (finished) => (code = finished) }
  const program = new Command('ddbec')
    .description('See, check, migrate and rotate DynamoDB tables whose items are encrypted on the client.')
    .addHelpText(
      'after',
      `
Keys and tables are in ddbec.config.ts, .js or .json of this folder (docs/ddbec.md). No key is given on the command line.

Exit status: ${String(EXIT.ok)} done, ${String(EXIT.failed)} failed, ${String(EXIT.usage)} wrong command line or config, ${String(EXIT.problems)} done and items were reported, ${String(EXIT.interrupted)} interrupted
`,
    )
  for (const command of [...jobCommands(tools), inspectCommand(tools), explainCommand(tools), ...itemCommands(tools), storeCommand(tools)])
    program.addCommand(command)
  forEachCommand(program, (command) => {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      getOutHasColors: () => io.stdout.hasColors?.() === true,
      getErrHasColors: () => io.stderr.hasColors?.() === true,
      outputError: (text, write) => write(text.replace(/^error: /, 'ddbec: ')),
    })
  })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // Help ends this way, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    return reportFailure(error, {}, io)
  }
  return code
}

function forEachCommand(command: Command, work: (command: Command) => void): void {
  work(command)
  for (const inner of command.commands) forEachCommand(inner, work)
}
