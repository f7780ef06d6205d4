// What the flags and the config file say together: a client, and how tables are protected.
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { hasMethod } from '../assert.js'
import { bareTableName } from '../client/table-name.js'
import { attributeActions, isAttributeAction } from '../item/attribute-actions.js'
import type { TableProtection } from '../migrate/job-tables.js'
import type { MetaStore } from '../store/meta-store.js'
import type { DdbecProtection, DdbecTable } from './config-types.js'
import { describedProvider, describedStore, type Surroundings } from './described-provider.js'
import type { CliIo } from './io.js'
import { infoOf } from './described-info.js'
import { loadConfig, type LoadedConfig } from './load-config.js'
import { UsageError } from './usage-error.js'

/** Flags that every command has. */
export interface CommonFlags {
  readonly config?: string | undefined
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly json?: boolean | undefined
  readonly debug?: boolean | undefined
}

export class Session {
  readonly client: DynamoDBClient
  readonly #loaded: LoadedConfig
  readonly #around: Surroundings

  private constructor(loaded: LoadedConfig, client: DynamoDBClient, io: CliIo) {
    this.#loaded = loaded
    this.client = client
    this.#around = { folder: loaded.folder, env: io.env, client }
  }

  /** @throws UsageError */
  static async open(flags: CommonFlags, io: CliIo): Promise<Session> {
    const loaded = await loadConfig(io.folder, flags.config)
    const { client } = loaded.config
    if (isClient(client)) {
      if (flags.region !== undefined || flags.endpoint !== undefined) {
        throw new UsageError(
          'the config file gives a client of its own: leave out --region and --endpoint, or give its options in the config',
        )
      }
      return new Session(loaded, client, io)
    }
    const { region, endpoint } = flags
    const options: DynamoDBClientConfig = {
      ...client,
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint }),
    }
    return new Session(loaded, new DynamoDBClient(options), io)
  }

  /** The table's entry in the config. @throws UsageError */
  tableOf(name: string): DdbecTable {
    const tables = this.#loaded.config.tables ?? {}
    const found = Object.entries(tables).find(([key]) => key === name || bareTableName(key) === bareTableName(name))
    if (found !== undefined) return found[1]
    const { path } = this.#loaded
    const known = Object.keys(tables)
    throw new UsageError(
      path === undefined
        ? `there is no config file: write ddbec.config.ts or .json in ${this.#loaded.folder}, or name one with --config. It says how the table ${name} is protected (docs/ddbec.md)`
        : `the config file ${path} has no table ${name}: its tables are ${known.length === 0 ? 'none' : known.join(', ')}`,
    )
  }

  async protectionOf(name: string): Promise<TableProtection> {
    const { former: _, ...table } = this.tableOf(name)
    return this.#resolved(table, `tables.${name}`)
  }

  /** Undefined where the config has none. */
  async formerOf(name: string): Promise<TableProtection | undefined> {
    const { former, ...table } = this.tableOf(name)
    return former === undefined ? undefined : this.#resolved({ ...table, ...former }, `tables.${name}.former`)
  }

  /** @param name - of `stores`; where there is one alone, it need not be named */
  async store(name: string | undefined): Promise<MetaStore> {
    const stores = Object.entries(this.#loaded.config.stores ?? {})
    const [found] = name === undefined ? stores : stores.filter(([key]) => key === name)
    if (found === undefined || (name === undefined && stores.length > 1)) {
      const known = stores.length === 0 ? 'none' : stores.map(([key]) => key).join(', ')
      throw new UsageError(`name a store of the config file's "stores" with --store (there are: ${known})`)
    }
    return describedStore(found[1], `stores.${found[0]}`, this.#around)
  }

  close(): void {
    if (!isClient(this.#loaded.config.client)) this.client.destroy()
  }

  async #resolved(protection: DdbecProtection, where: string): Promise<TableProtection> {
    const { materialsProvider, actions, info } = protection
    assertActions(actions, `${where}.actions`)
    return {
      ...protection,
      info: infoOf(info, `${where}.info`),
      materialsProvider: await describedProvider(materialsProvider, `${where}.materialsProvider`, this.#around),
    }
  }
}

function isClient(client: DynamoDBClient | DynamoDBClientConfig | undefined): client is DynamoDBClient {
  return hasMethod(client, 'send')
}

/** A config in JSON is not seen by a compiler. */
function assertActions(actions: unknown, where: string): void {
  if (actions === undefined || typeof actions === 'function') return
  const history: readonly unknown[] = Array.isArray(actions) ? actions : [actions]
  for (const entry of history) {
    const one: unknown = typeof entry === 'object' && entry !== null && 'returnsUnsigned' in entry ? Reflect.get(entry, 'actions') : entry
    if (typeof one !== 'object' || one === null) throw new UsageError(`${where} are { "default"?, "attributes"? }, or an array of these`)
    const words: unknown = Reflect.get(one, 'default')
    if (words !== undefined && !isAttributeAction(words))
      throw new UsageError(`${where}.default is ENCRYPT_AND_SIGN, SIGN_ONLY or DO_NOTHING`)
    attributeActions(one)
  }
}
