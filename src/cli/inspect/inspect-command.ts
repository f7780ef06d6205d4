// `ddbec inspect`: what is stored, attribute by attribute.
import type { Command } from 'commander'
import { act, newCommand, numberOption, type CommandTools } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import type { CliIo } from '../io.js'
import { grouped, Printer } from '../printer.js'
import type { Session } from '../session.js'
import { storedItems, type ItemFlags } from '../stored-items.js'
import { openTable, type KeyFlags } from '../table-access.js'
import { reportItem, type AttributeReport, type ItemReport } from './item-report.js'

interface InspectFlags extends ItemFlags, KeyFlags {
  readonly plaintext?: boolean
}

export function inspectCommand(tools: CommandTools): Command {
  const examples = [
    `inspect People --key '{"id":"7"}'`,
    'inspect People --sample 20',
    'inspect People --key ... --plaintext',
    'inspect --item item.json',
    'inspect --item - < item.json',
  ]
  const command = newCommand(
    'inspect',
    'what is stored: actions, material description, key version, sizes, and whether the signature holds',
    examples,
  )
    .argument('[table]', 'a table of the config file; without one nothing is verified, and no keys are needed')
    .option('--key <json>', 'primary key of an item of the table')
    .option('--sample <number>', 'so many items of the table', numberOption(1))
    .option('--item <file>', 'a stored item as DynamoDB JSON; - is standard input')
    .option('--partition-key <name>', 'of the table, where it cannot be described')
    .option('--sort-key <name>', 'of the table, where it cannot be described')
    .option('--plaintext', 'with the decrypted values')
  return act<InspectFlags>(command, tools, (session, flags, [tableName]) => inspect(tableName, session, flags, tools.io))
}

async function inspect(tableName: string | undefined, session: Session, flags: InspectFlags, io: CliIo): Promise<ExitCode> {
  const table = tableName === undefined ? undefined : await openTable(tableName, flags, session)
  const items = await storedItems(tableName, flags, session, io)
  const printer = new Printer(io.stdout)
  let code: ExitCode = EXIT.ok
  for (const [at, item] of items.entries()) {
    const report = await reportItem(item, table, flags.plaintext === true)
    if (report.verdict?.holds === false) code = EXIT.problems
    if (flags.json === true) io.stdout.write(`${JSON.stringify({ type: 'item', ...report })}\n`)
    else {
      if (at > 0) printer.line()
      print(report, printer)
    }
  }
  return code
}

function print(report: ItemReport, printer: Printer): void {
  const { key, isSigned, description, descriptionProblem, keyVersion, signatureBytes, storedBytes, plaintextBytes, verdict, attributes } =
    report
  if (Object.keys(key).length > 0) printer.line(JSON.stringify(key), 'heading')
  if (verdict !== undefined)
    printer.fact('verifies', verdict.holds ? 'yes' : `no, ${verdict.code}: ${verdict.message}`, verdict.holds ? 'good' : 'bad')
  else
    printer.fact(
      'signed',
      isSigned ? 'yes; not verified, since no table of the config file was named' : 'no',
      isSigned ? undefined : 'warning',
    )
  if (isSigned) printer.fact('signature', `${String(signatureBytes)} bytes`)
  if (keyVersion !== undefined) printer.fact('key version', keyVersion)
  for (const [at, [name, value]] of Object.entries(description ?? {}).entries())
    printer.fact(at === 0 ? 'description' : '', `${name} = ${value}`)
  if (descriptionProblem !== undefined) printer.fact('description', `cannot be read: ${descriptionProblem}`, 'bad')
  const overhead =
    plaintextBytes === undefined ? '' : `, ${grouped(plaintextBytes)} in plaintext: ${grouped(storedBytes - plaintextBytes)} more`
  printer.fact('size', `${grouped(storedBytes)} bytes${overhead}`)
  printer.line()
  printer.table([['attribute', 'action', 'stored', 'bytes', 'is'], ...attributes.map(row)], (at) => (at === 0 ? 'faint' : undefined))
}

function row({ name, action, type, bytes, plaintextType = '', plaintext }: AttributeReport): string[] {
  return [printable(name), action, type, grouped(bytes), plaintext === undefined ? plaintextType : JSON.stringify(plaintext)]
}

/** A name may hold control characters, which a terminal would obey. */
function printable(name: string): string {
  return JSON.stringify(name).slice(1, -1)
}
