// `ddbec explain`: why the signature of one item does not hold.
import type { Command } from 'commander'
import { isPlainObject } from '../../assert.js'
import { keyOf } from '../../client/item-key.js'
import type { ProtectedTable } from '../../client/protected-table.js'
import { attributeActions, type AttributeActions } from '../../item/attribute-actions.js'
import type { Item } from '../../items.js'
import { itemToJson } from '../../migrate/dynamodb-json.js'
import type { TableProtection } from '../../migrate/job-tables.js'
import { problemOf } from '../../migrate/item-problem.js'
import { act, newCommand, numberOption, type CommandTools } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import type { CliIo } from '../io.js'
import { grouped, Printer } from '../printer.js'
import type { Session } from '../session.js'
import { pastedItem, storedItems, type ItemFlags } from '../stored-items.js'
import { openTable, type KeyFlags } from '../table-access.js'
import { UsageError } from '../usage-error.js'
import { describeCause } from './cause.js'
import { explainItem, type Explanation, type ExplainSetup } from './explain-item.js'

interface ExplainFlags extends ItemFlags, KeyFlags {
  readonly tableName?: readonly string[]
  readonly copy?: string
  readonly attribute?: readonly string[]
  readonly most?: number
}

export function explainCommand(tools: CommandTools): Command {
  const examples = [
    `explain People --key '{"id":"7"}'`,
    'explain People --item item.json --table-name People-2019 --table-name Restored',
    'explain People --item item.json --copy from-backup.json',
  ]
  const command = newCommand('explain', "why an item's signature does not hold, and what would make it", examples)
    .argument('<table>', 'a table of the config file; its former protection and older actions are tried, too')
    .option('--key <json>', 'primary key of an item of the table')
    .option('--item <file>', 'the stored item as DynamoDB JSON; - is standard input')
    .option('--table-name <name>', 'another table it may have been written in; can be repeated', collected)
    .option('--copy <file>', 'another copy of the item, from a backup say: its values are tried')
    .option('--attribute <name>', 'an attribute it may have had; can be repeated', collected)
    .option('--partition-key <name>', 'of the table, where it cannot be described')
    .option('--sort-key <name>', 'of the table, where it cannot be described')
    .option('--most <number>', 'signatures to check at most', numberOption(1))
  return act<ExplainFlags>(command, tools, (session, flags, [tableName = '']) => explain(tableName, session, flags, tools.io))
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

async function explain(tableName: string, session: Session, flags: ExplainFlags, io: CliIo): Promise<ExitCode> {
  const table = await openTable(tableName, flags, session)
  const [item] = await storedItems(tableName, flags, session, io)
  if (item === undefined) throw new UsageError('there is no item to explain')
  const setup = await setupOf(item, table, session, tableName, flags, io)
  const found = await explainItem(item, setup)
  const key = keyOf(item, table.keyNames)
  // What comes after the signature may fail, too.
  const afterwards = found.verdict === 'holds' ? await problemAfterwards(item, table) : undefined
  if (flags.json === true) {
    io.stdout.write(
      `${JSON.stringify({ type: 'explanation', key: itemToJson(key), ...found, ...(afterwards !== undefined && { afterwards }) })}\n`,
    )
  } else print(key, found, afterwards, new Printer(io.stdout))
  if (found.verdict === 'unreadable') return EXIT.failed
  return found.verdict === 'holds' && afterwards === undefined ? EXIT.ok : EXIT.problems
}

async function setupOf(
  item: Item,
  table: ProtectedTable,
  session: Session,
  name: string,
  flags: ExplainFlags,
  io: CliIo,
): Promise<ExplainSetup> {
  const former = await session.formerOf(name)
  const { keyNames, settings } = table
  const protections: readonly [string, TableProtection][] = [
    ['the config', settings],
    ...(former === undefined ? [] : [['the former protection', former] satisfies [string, TableProtection]]),
  ]
  const tableNames = protections.map(
    ([, { contextOverride }]) => contextOverride?.({ tableName: table.tableName }).tableName ?? table.tableName,
  )
  return {
    providers: unique(
      protections.map(([label, { materialsProvider: provider }]) => ({ label, provider })),
      ({ provider }) => provider,
    ),
    tableNames: unique<string | undefined>([...tableNames, table.tableName, ...(flags.tableName ?? []), undefined], (each) => each),
    actions: protections.flatMap(([label, { actions }], at) =>
      actionsOf(actions, item, keyNames).map((each, entry) => ({
        label: `${label}'s actions${entry === 0 ? '' : `, entry ${String(entry + 1)} of their history`}`,
        actions: each,
        isInHistory: at === 0,
      })),
    ),
    keyNames,
    compatibility: settings.compatibility ?? 'java',
    signatureAttribute: settings.signatureAttribute,
    materialDescriptionAttribute: settings.materialDescriptionAttribute,
    possibleNames: unique(
      [...(flags.attribute ?? []), ...actionsOf(settings.actions, item, keyNames).flatMap((each) => [...each.attributes.keys()])],
      (each) => each,
    ),
    ...(flags.copy !== undefined && { otherCopy: await pastedItem(flags.copy, io) }),
    ...(flags.most !== undefined && { mostTries: flags.most }),
  }
}

function unique<T>(members: readonly T[], by: (member: T) => unknown): T[] {
  return [...new Map(members.toReversed().map((member) => [by(member), member])).values()].reverse()
}

/** One for each entry of a history, with the primary key's own action in all of them. */
function actionsOf(actions: TableProtection['actions'] = {}, item: Item, keyNames: readonly string[]): AttributeActions[] {
  const given: unknown = typeof actions === 'function' ? actions(keyOf(item, keyNames)) : actions
  if (given === 'unprotected') throw new UsageError('the actions leave an item with this key unprotected')
  const history: readonly unknown[] = Array.isArray(given) ? given : [given]
  return history.flatMap((entry) => {
    const inner: unknown = isPlainObject(entry) && 'returnsUnsigned' in entry ? entry['actions'] : entry
    return isPlainObject(inner) ? [attributeActions(inner).withIndexKeys(...keyNames)] : []
  })
}

async function problemAfterwards(item: Item, table: ProtectedTable): Promise<string | undefined> {
  try {
    await table.decrypt(item, [])
    return undefined
  } catch (error) {
    const problem = problemOf(error)
    if (problem === undefined) throw error
    return `${problem.code}: ${problem.message}`
  }
}

function print(
  key: Item,
  { verdict, causes, tries, isComplete, reason }: Explanation,
  afterwards: string | undefined,
  printer: Printer,
): void {
  printer.line(JSON.stringify(itemToJson(key)), 'heading')
  printer.line()
  switch (verdict) {
    case 'holds':
      printer.line('The signature holds.', 'good')
      if (afterwards !== undefined) printer.fact('but', afterwards, 'bad')
      break
    case 'unsigned':
      printer.line('The item has no signature: it was written without the encryption client, or its signature was taken away.', 'bad')
      break
    case 'unreadable':
      printer.line('No key could be had to check the signature with.', 'bad')
      break
    case 'explained':
      printer.line('The signature would hold, since')
      for (const cause of causes) printer.fact('  -', describeCause(cause))
      break
    case 'altered':
      printer.line(
        isComplete
          ? 'Nothing that was tried makes the signature hold: the item was altered after it was signed, or signed with another key.'
          : 'Nothing that was tried makes the signature hold, and the search was cut short: --most allows more.',
        'bad',
      )
  }
  if (reason !== undefined) printer.fact('along the way', reason, 'faint')
  printer.fact('tried', `${grouped(tries)} signatures`, 'faint')
}
