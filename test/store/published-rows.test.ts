// MetaStore tables that Java and Python wrote (test/vectors/public): their rows put into a table as they are, and the items that were
// written with them read by way of the Caching Most Recent provider.
import { describe, expect, test } from 'vitest'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { normalizedItem } from '../support/dynamodb-json.js'
import { failureOf } from '../support/failures.js'
import { mostRecentScenarios, publishedItems, rowsProvider, storeRows, type MostRecentScenario } from '../support/published-items.js'
import { putRow, useStoreDatabase } from '../support/store-database.js'
import { haveSameKeys } from '../support/store-items.js'

const db = useStoreDatabase()

interface Subject {
  readonly store: MetaStore
  readonly provider: CachingMostRecentProvider
  readonly versions: readonly number[]
}
/** The rows' signatures cover the table's name, so it is the one that they were written to. */
async function storeOf(scenario: MostRecentScenario): Promise<Subject> {
  const table = await db.storeTable(scenario.metastore.table_name)
  const rows = storeRows(scenario)
  for (const row of rows) await putRow(db.client(), table, row)
  const store = new MetaStore({ client: db.client(), tableName: table, materialsProvider: rowsProvider(scenario) })
  const provider = new CachingMostRecentProvider({ store, materialName: scenario.material_name, ttl: 60_000 })
  return { store, provider, versions: rows.map((row) => Number(row['V']?.N)) }
}

describe.each(mostRecentScenarios())('$metastore.ciphertext', (scenario) => {
  test('has a version, which is the newest', async () => {
    const { store, versions } = await storeOf(scenario)
    expect(versions).toHaveLength(1)
    expect(await store.versions(scenario.material_name)).toEqual(versions)
    expect(await store.maxVersion(scenario.material_name)).toBe(versions[0])
  })

  test('serves every item', async () => {
    const { provider } = await storeOf(scenario)
    const items = publishedItems(scenario)
    expect(items.length).toBeGreaterThan(10)
    for (const { tableName, keyNames, actions, stored, plaintext } of items) {
      const [partitionKeyName, sortKeyName] = keyNames
      const context = { tableName, partitionKeyName, sortKeyName }
      const encryptor = new ItemEncryptor({ materialsProvider: provider, context, actions })
      expect(normalizedItem(await encryptor.decryptItem(stored))).toEqual(normalizedItem(plaintext))
      expect(normalizedItem(await encryptor.decryptItem(await encryptor.encryptItem(plaintext)))).toEqual(normalizedItem(plaintext))
    }
  })

  test('gets a new version from this project, beside its own', async () => {
    const { store, provider, versions } = await storeOf(scenario)
    const made = await store.newProvider(scenario.material_name)
    const next = (versions[0] ?? 0) + 1
    expect(await store.versions(scenario.material_name)).toEqual([...versions, next])
    const { materialDescription } = await provider.encryptionMaterials({})
    expect(materialDescription['amzn-ddb-meta-id']).toBe(`${scenario.material_name}#${next}`)
    expect(await haveSameKeys(made, await store.provider(scenario.material_name))).toBe(true)
  })

  test('replicates into a store of this project', async () => {
    const { store, versions } = await storeOf(scenario)
    const [version = 0] = versions
    const target = new MetaStore({ client: db.client(), tableName: await db.storeTable(), materialsProvider: rowsProvider(scenario) })
    await store.replicate(scenario.material_name, version, target)
    expect(await haveSameKeys(await store.provider(scenario.material_name), await target.provider(scenario.material_name))).toBe(true)
  })

  test('is refused in a table of another name', async () => {
    const { versions } = await storeOf(scenario)
    const table = await db.storeTable()
    for (const row of storeRows(scenario)) await putRow(db.client(), table, row)
    const store = new MetaStore({ client: db.client(), tableName: table, materialsProvider: rowsProvider(scenario) })
    await failureOf(() => store.provider(scenario.material_name, versions[0]), 'SIGNATURE_MISMATCH', 'the signature does not hold')
  })
})
