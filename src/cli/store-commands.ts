// `ddbec store`: a MetaStore's table and versions.
import { Command } from 'commander'
import { MetaStore } from '../store/meta-store.js'
import { act, newCommand, numberOption, type CommandTools } from './command.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { CliIo } from './io.js'
import type { CommonFlags, Session } from './session.js'
import { UsageError } from './usage-error.js'

interface StoreFlags extends CommonFlags {
  readonly store?: string
  readonly to?: string
  readonly versionNumber?: number
}

export function storeCommand(tools: CommandTools): Command {
  const store = new Command('store').description('tables of keys in versions (MetaStore): create, list, new version, replicate')
  const add = (command: Command, work: (session: Session, flags: StoreFlags, args: readonly string[]) => Promise<ExitCode>): void => {
    store.addCommand(act<StoreFlags>(command.option('--store <name>', 'of the config file\'s "stores", where it has several'), tools, work))
  }
  const { io } = tools
  add(
    newCommand('create-table', 'create the table of a store, and wait until it is active', [
      'store create-table Keys --region eu-west-1',
    ]).argument('<table>'),
    async ({ client }, flags, [table = '']) => {
      await MetaStore.createTable(client, table)
      return say(io, flags, { created: table }, `The table ${table} is there.`)
    },
  )
  add(
    newCommand('versions', 'the versions of a material', ['store versions orders']).argument('<material>'),
    async (session, flags, [material = '']) => {
      const versions = await (await session.store(flags.store)).versions(material)
      const text = versions.length === 0 ? `The store has no version of ${material}.` : versions.join('\n')
      return say(io, flags, { material, versions }, text)
    },
  )
  add(
    newCommand('new-version', 'make a new version of a material, which is written with from then on', [
      'store new-version orders',
    ]).argument('<material>'),
    async (session, flags, [material = '']) => {
      const opened = await session.store(flags.store)
      await opened.newProvider(material)
      const version = await opened.maxVersion(material)
      return say(io, flags, { material, version }, `The newest version of ${material} is ${String(version)}.`)
    },
  )
  add(
    newCommand('replicate', 'copy versions of a material into another store of the config file', [
      'store replicate orders --store primary --to replica',
      'store replicate orders --store primary --to replica --version-number 3',
    ])
      .argument('<material>')
      .requiredOption('--to <name>', 'the store that gets them')
      .option('--version-number <number>', 'this version alone; every one where left out', numberOption(0)),
    async (session, flags, [material = '']) => {
      if (flags.store === undefined || flags.store === flags.to)
        throw new UsageError('name two stores: --store has the versions, --to gets them')
      const from = await session.store(flags.store)
      const to = await session.store(flags.to)
      const versions = flags.versionNumber === undefined ? await from.versions(material) : [flags.versionNumber]
      for (const version of versions) await from.replicate(material, version, to)
      return say(
        io,
        flags,
        { material, versions },
        `Copied ${versions.length === 1 ? 'version' : 'versions'} ${versions.join(', ')} of ${material}.`,
      )
    },
  )
  return store
}

function say({ stdout }: CliIo, { json }: CommonFlags, result: unknown, text: string): ExitCode {
  stdout.write(`${json === true ? JSON.stringify(result) : text}\n`)
  return EXIT.ok
}
