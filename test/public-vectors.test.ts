// The vectors that the Python and Java clients' projects publish (test/vectors/public), every one of them.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { asBuffer } from '../src/bytes.js'
import { ByteReader } from '../src/format/byte-reader.js'
import { ByteWriter } from '../src/format/byte-writer.js'
import { readAttributeValue, writeAttributeValue } from '../src/format/attribute-values.js'
import { COMPATIBILITY } from '../src/format/compatibility.js'
import { readMaterialDescription, writeMaterialDescription } from '../src/format/material-description.js'
import { AttributeActions, ItemEncryptor, LocalKey, StaticMaterialsProvider, WrappedMaterialsProvider } from '../src/index.js'
import type { AttributeAction, CryptographicMaterialsProvider, Item, SigningKey } from '../src/index.js'
import { fromJson, itemFromJson, normalized, normalizedItem, type JsonItem, type JsonValue } from './support/dynamodb-json.js'

const folder = new URL('vectors/public/', import.meta.url)
function load(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path.replace('file://', ''), folder), 'utf8'))
}
function loadItems(path: string): unknown {
  return load(`encrypted_item/${path.replace('file://', '')}`)
}

describe('serialize_attribute.json', () => {
  test.each(load('serialize_attribute.json') as { attribute: JsonValue; serialized: string }[])('%j', ({ attribute, serialized }) => {
    for (const compatibility of ['java', 'python'] as const) {
      const writer = new ByteWriter(16)
      writeAttributeValue(writer, fromJson(attribute), COMPATIBILITY[compatibility].writing)
      expect(writer.buffer.toString('base64', 0, writer.position)).toBe(serialized)
    }
  })
})

describe('deserialize_attribute.json', () => {
  test.each(load('deserialize_attribute.json') as { attribute: JsonValue; serialized: string }[])('%j', ({ attribute, serialized }) => {
    const reader = new ByteReader(Buffer.from(serialized, 'base64'))
    expect(normalized(readAttributeValue(reader))).toEqual(normalized(fromJson(attribute)))
    reader.finish()
  })
})

describe('material_description.json', () => {
  test.each(load('material_description.json') as { material_description: Record<string, string>; serialized: string }[])(
    '%j',
    ({ material_description: description, serialized }) => {
      const bytes = Buffer.from(serialized, 'base64')
      expect(asBuffer(writeMaterialDescription(description)).toString('base64')).toBe(serialized)
      expect(readMaterialDescription(bytes)).toEqual(description)
    },
  )
})

type VectorAction = 'encrypt' | 'sign' | 'nothing'
const ACTIONS: Readonly<Record<VectorAction, AttributeAction>> = { encrypt: 'ENCRYPT_AND_SIGN', sign: 'SIGN_ONLY', nothing: 'DO_NOTHING' }

describe('string_to_sign.json', () => {
  interface Case {
    readonly table: string
    readonly item: Record<string, { value: JsonValue; action: VectorAction }>
    readonly string_to_sign: string
  }
  test.each(load('string_to_sign.json') as Case[])('$item', async ({ table, item, string_to_sign: expected }) => {
    // The values are as stored, so they are checked on the way in: a signing key held elsewhere sees the string to sign.
    const strings: string[] = []
    const verificationKey: SigningKey = {
      algorithm: 'HmacSHA256',
      verify: (data) => {
        strings.push(asBuffer(data).toString('base64'))
        return false
      },
    }
    const attributes = Object.fromEntries(Object.entries(item).map(([name, { action }]) => [name, ACTIONS[action]]))
    // One attribute that has an action keeps a configuration of DO_NOTHING alone from passing the item through.
    const encryptor = new ItemEncryptor({
      materialsProvider: new StaticMaterialsProvider({ verificationKey }),
      actions: { default: 'SIGN_ONLY', attributes },
      context: { tableName: table },
    })
    const values = Object.fromEntries(Object.entries(item).map(([name, { value }]) => [name, fromJson(value)]))
    await expect(encryptor.decryptItem({ ...values, '*amzn-ddb-map-sig*': { B: new Uint8Array(32) } })).rejects.toMatchObject({
      code: 'SIGNATURE_MISMATCH',
    })
    expect(strings).toContain(expected)
  })
})

describe('encrypted_item', () => {
  interface KeyJson {
    readonly material: string
    readonly algorithm: string
    readonly type: 'symmetric' | 'public' | 'private'
  }
  type KeyNames = Partial<Record<'encrypt' | 'decrypt' | 'sign' | 'verify', string>>
  interface Scenario {
    readonly version: string
    readonly provider: 'static' | 'wrapped' | 'most_recent' | 'awskms'
    readonly keys: KeyNames
    readonly plaintext: string
    readonly ciphertext: string
    readonly metastore?: { readonly table_name: string; readonly keys: KeyNames; readonly ciphertext: string }
  }
  interface Plaintext {
    /** By table: groups of attributes that the items of a version have besides their own, unless they are `exact`. */
    readonly versions: Record<string, Record<string, string[]>>
    readonly attributes: Record<string, JsonItem>
    readonly actions: Record<string, { default: VectorAction; override?: Record<string, VectorAction> }>
    readonly items: Record<
      string,
      {
        readonly index: { readonly partition: string; readonly sort?: string }
        readonly items: readonly { readonly attributes: JsonItem; readonly action: string; readonly exact?: boolean }[]
      }
    >
  }
  const keys = loadItems('keys.json') as Record<string, KeyJson>
  const { scenarios } = loadItems('scenarios.json') as { scenarios: Scenario[] }

  const der = (name: string | undefined): Buffer | undefined => {
    const material = name === undefined ? undefined : keys[name]?.material
    return material === undefined ? undefined : Buffer.from(material, 'base64')
  }
  const secret = (name: string | undefined): Buffer => der(name) ?? Buffer.alloc(0)
  const symmetric = (name: string | undefined): boolean => name !== undefined && keys[name]?.type === 'symmetric'

  function signingKey({ sign, verify }: KeyNames): SigningKey {
    return symmetric(verify) ? LocalKey.hmac(secret(verify)) : LocalKey.rsaSigning({ publicKey: der(verify), privateKey: der(sign) })
  }

  function providerOf(kind: 'static' | 'wrapped', names: KeyNames): CryptographicMaterialsProvider {
    if (kind === 'static')
      return new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(secret(names.decrypt)), signingKey: signingKey(names) })
    const wrappingKey = symmetric(names.decrypt)
      ? LocalKey.aes(secret(names.decrypt))
      : // Old Java versions wrapped by PKCS#1 v1.5, and named no wrapping algorithm (wrapped-rsa-rsa-1.json).
        LocalKey.rsaWrapping({ publicKey: der(names.encrypt), privateKey: der(names.decrypt) }, undefined, {
          accept: ['RSA/ECB/PKCS1Padding'],
        })
    return new WrappedMaterialsProvider({ wrappingKey, signingKey: signingKey(names) })
  }

  /** The rows of a MetaStore table are items themselves; each version is a Wrapped provider over the keys in its row. */
  async function storedProvider(scenario: Scenario): Promise<CryptographicMaterialsProvider> {
    const { metastore } = scenario
    if (metastore === undefined) throw new Error('a most_recent scenario has a metastore')
    const encryptor = new ItemEncryptor({
      materialsProvider: providerOf('wrapped', metastore.keys),
      context: { tableName: metastore.table_name, partitionKeyName: 'N', sortKeyName: 'V' },
      actions: new AttributeActions().withIndexKeys('N', 'V'),
    })
    const versions = new Map<string, CryptographicMaterialsProvider>()
    for (const rows of Object.values(loadItems(metastore.ciphertext) as Record<string, JsonItem[]>)) {
      for (const row of rows) {
        const { N, V, enc, int } = await encryptor.decryptItem(itemFromJson(row))
        const provider = new WrappedMaterialsProvider({
          wrappingKey: LocalKey.aes(enc?.B ?? new Uint8Array()),
          signingKey: LocalKey.hmac(int?.B ?? new Uint8Array()),
        })
        versions.set(`${N?.S ?? ''}#${V?.N ?? ''}`, provider)
      }
    }
    return {
      encryptionMaterials: () => {
        throw new Error('not asked for')
      },
      decryptionMaterials: (context) => {
        const provider = versions.get(context.materialDescription?.['amzn-ddb-meta-id'] ?? '')
        if (provider === undefined) throw new Error('the item names a version that the vectors lack')
        return provider.decryptionMaterials(context)
      },
    }
  }

  test.each(scenarios.filter((scenario) => scenario.provider !== 'awskms'))('$version $provider $ciphertext', async (scenario) => {
    const { items, actions, versions, attributes: groups } = loadItems(scenario.plaintext) as Plaintext
    const stored = loadItems(scenario.ciphertext) as Record<string, JsonItem[]>
    const provider =
      scenario.provider === 'most_recent'
        ? await storedProvider(scenario)
        : providerOf(scenario.provider === 'static' ? 'static' : 'wrapped', scenario.keys)
    let compared = 0
    for (const [tableName, table] of Object.entries(items)) {
      const shared = Object.assign({}, ...(versions[tableName]?.[scenario.version] ?? []).map((group) => groups[group])) as JsonItem
      const rows = (stored[tableName] ?? []).map(itemFromJson)
      const { partition, sort } = table.index
      const keyNames = sort === undefined ? [partition] : [partition, sort]
      for (const { attributes, action, exact = false } of table.items) {
        const plaintext = itemFromJson(exact ? attributes : { ...shared, ...attributes })
        // Java's items (and the ones that python/metastore has) went through its DynamoDBMapper, which counts a version up as it saves.
        if (plaintext['version'] !== undefined && /java\/|python\/metastore/.test(scenario.ciphertext)) plaintext['version'] = { N: '1' }
        const same = (row: Item): boolean => keyNames.every((name) => JSON.stringify(row[name]) === JSON.stringify(plaintext[name]))
        const row = rows.find(same)
        if (row === undefined) throw new Error('the vectors have no stored form of an item')
        const set = actions[action]
        const overrides = Object.fromEntries(Object.entries(set?.override ?? {}).map(([name, value]) => [name, ACTIONS[value]]))
        const encryptor = new ItemEncryptor({
          materialsProvider: provider,
          context: { tableName, partitionKeyName: partition, sortKeyName: sort },
          actions: new AttributeActions({ default: ACTIONS[set?.default ?? 'encrypt'], attributes: overrides }).withIndexKeys(...keyNames),
        })
        const read = await encryptor.decryptItem(row)
        expect(normalizedItem(read)).toEqual(normalizedItem(plaintext))
        compared++
      }
    }
    expect(compared).toBeGreaterThan(0)
  })
})
