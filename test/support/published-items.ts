// The items of the public vectors (test/vectors/public/encrypted_item): as they are stored, and what they hold.
import { readFileSync } from 'node:fs'
import { AttributeActions, LocalKey, WrappedMaterialsProvider, type AttributeAction, type Item } from 'dynamodb-encryption-client'
import { itemFromJson, type JsonItem } from './dynamodb-json.js'

type VectorAction = 'encrypt' | 'sign' | 'nothing'
const ACTIONS: Readonly<Record<VectorAction, AttributeAction>> = { encrypt: 'ENCRYPT_AND_SIGN', sign: 'SIGN_ONLY', nothing: 'DO_NOTHING' }

type KeyNames = Readonly<Record<'encrypt' | 'decrypt' | 'sign' | 'verify', string>>

/** Items that were written with a MetaStore, and the store's table. */
export interface MostRecentScenario {
  readonly version: string
  readonly material_name: string
  readonly plaintext: string
  readonly ciphertext: string
  readonly metastore: { readonly table_name: string; readonly keys: KeyNames; readonly ciphertext: string }
}

export interface PublishedItem {
  readonly tableName: string
  /** Partition key, and sort key if there is one. */
  readonly keyNames: readonly string[]
  readonly actions: AttributeActions
  readonly stored: Item
  readonly plaintext: Item
}

interface Plaintext {
  /** By table: groups of attributes that the items of a version have besides their own, unless they are `exact`. */
  readonly versions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly attributes: Readonly<Record<string, JsonItem>>
  readonly actions: Readonly<Record<string, { readonly default: VectorAction; readonly override?: Readonly<Record<string, VectorAction>> }>>
  readonly items: Readonly<
    Record<
      string,
      {
        readonly index: { readonly partition: string; readonly sort?: string }
        readonly items: readonly { readonly attributes: JsonItem; readonly action: string; readonly exact?: boolean }[]
      }
    >
  >
}

const folder = new URL('../vectors/public/encrypted_item/', import.meta.url)
function load(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path.replace('file://', ''), folder), 'utf8'))
}

export function mostRecentScenarios(): MostRecentScenario[] {
  const { scenarios } = load('scenarios.json') as { scenarios: (MostRecentScenario & { provider: string })[] }
  return scenarios.filter(({ provider }) => provider === 'most_recent')
}

/** Rows of the store's table. */
export function storeRows({ metastore }: MostRecentScenario): Item[] {
  const tables = load(metastore.ciphertext) as Record<string, JsonItem[]>
  return (tables[metastore.table_name] ?? []).map(itemFromJson)
}

/** What protects those rows: RSA both ways. */
export function rowsProvider({ metastore: { keys } }: MostRecentScenario): WrappedMaterialsProvider {
  const materials = load('keys.json') as Record<string, { readonly material: string }>
  const der = (name: string): Buffer => Buffer.from(materials[name]?.material ?? '', 'base64')
  return new WrappedMaterialsProvider({
    wrappingKey: LocalKey.rsaWrapping({ publicKey: der(keys.encrypt), privateKey: der(keys.decrypt) }),
    signingKey: LocalKey.rsaSigning({ publicKey: der(keys.verify), privateKey: der(keys.sign) }),
  })
}

export function publishedItems(scenario: MostRecentScenario): PublishedItem[] {
  const { items, actions, versions, attributes: groups } = load(scenario.plaintext) as Plaintext
  const stored = load(scenario.ciphertext) as Record<string, JsonItem[]>
  return Object.entries(items).flatMap(([tableName, table]) => {
    const shared = (versions[tableName]?.[scenario.version] ?? []).map((group) => groups[group] ?? {})
    const rows = (stored[tableName] ?? []).map(itemFromJson)
    const { partition, sort } = table.index
    const keyNames = sort === undefined ? [partition] : [partition, sort]
    return table.items.map(({ attributes, action, exact = false }): PublishedItem => {
      const plaintext = itemFromJson(Object.assign({}, ...(exact ? [] : shared), attributes) as JsonItem)
      // They went through Java's DynamoDBMapper, which counts a version up as it saves.
      if (plaintext['version'] !== undefined) plaintext['version'] = { N: '1' }
      const row = rows.find((each) => keyNames.every((name) => JSON.stringify(each[name]) === JSON.stringify(plaintext[name])))
      if (row === undefined) throw new Error('the vectors have no stored form of an item')
      const overrides = Object.entries(actions[action]?.override ?? {}).map(([name, value]): [string, AttributeAction] => [
        name,
        ACTIONS[value],
      ])
      const chosen = new AttributeActions({ default: ACTIONS[actions[action]?.default ?? 'encrypt'], attributes: new Map(overrides) })
      return { tableName, keyNames, actions: chosen.withIndexKeys(...keyNames), stored: row, plaintext }
    })
  })
}
