// The demo's last step: a table under a KMS key, by way of MetaStore and the caching provider. Rotation, calls, and the end of access.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type AttributeActions, type Item } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms } from 'dynamodb-encryption-client/testing'
import { sameItem } from './compare.js'
import { TABLE } from './people.js'
import { counted, type Printer } from './print.js'
import { Table } from './table.js'

const MATERIAL = 'people'
const TTL_MS = 60_000
/** How long after its time to live an entry may still be used while it is fetched again. */
const GRACE_MS = 500

/** @returns what was not as it should be, a sentence each */
export async function rotateUnderKms(
  printer: Printer,
  client: DynamoDBClient,
  actions: AttributeActions,
  people: readonly Item[],
): Promise<string[]> {
  const kms = await startLocalKms()
  const kmsClient = new KMSClient(kms.clientConfig())
  try {
    const key = kms.createKey()
    await MetaStore.createTable(client, 'KeyVersions')
    const store = new MetaStore({
      client,
      tableName: 'KeyVersions',
      materialsProvider: new DirectKmsMaterialsProvider({ keyId: key.arn, client: kmsClient }),
    })
    let now = 0
    const materialsProvider = new CachingMostRecentProvider({ store, materialName: MATERIAL, ttl: TTL_MS, clock: () => now })
    const encryptor = new ItemEncryptor({ materialsProvider, actions, context: { ...TABLE, tableName: 'UnderKms' } })
    const table = await Table.create(client, 'UnderKms', TABLE.partitionKeyName, TABLE.sortKeyName)

    const half = people.length / 2
    await table.writeAll(await encryptor.encryptItems(people.slice(0, half)))
    await store.newProvider(MATERIAL)
    // The new version is taken up within the time to live; the clock here is the demo's own.
    now += TTL_MS + GRACE_MS
    await table.writeAll(await encryptor.encryptItems(people.slice(half)))

    const versions = await store.versions(MATERIAL)
    const read: Item[] = []
    const used = new Map<string, number>()
    for await (const page of table.pages(500)) {
      for (const { [DESCRIPTION]: description } of page) count(used, versionIn(description?.B))
      read.push(...(await encryptor.decryptItems(page)))
    }
    const written = new Map(people.map((person) => [keyOf(person), person]))
    const differing = read.filter((item) => !sameItem(item, written.get(keyOf(item)) ?? {})).length
    const calls = kms.calls.length

    kms.disable(key.keyId)
    const stored = await table.get(people[0] ?? {})
    const during = await attempt(() => encryptor.decryptItem(stored))
    now += TTL_MS + GRACE_MS
    const after = await attempt(() => encryptor.decryptItem(stored))

    printer.fact('written', `${counted(people.length)} items, and a new key version in the middle: versions ${versions.join(', ')}`)
    printer.fact(
      'read',
      `${counted(read.length)} items: ${[...used].map(([version, items]) => `${counted(items)} of version ${version}`).join(', ')}`,
    )
    printer.fact('KMS calls', `${String(calls)} for ${counted(people.length + read.length)} items written and read`)
    printer.fact('disabled', `within the time to live (${String(TTL_MS / 1000)} s): ${during}`)
    printer.fact('', `after it: ${after}`)

    return [
      ...(read.length === people.length && differing === 0 ? [] : ['items under the KMS key differ from what was written']),
      ...(used.size === 2 ? [] : ['the rotation did not leave items of two versions']),
      ...(during === 'read' ? [] : ['a cached key could not be used within its time to live']),
      ...(after.startsWith('refused, MATERIALS_UNAVAILABLE') ? [] : ['access did not end with the time to live']),
    ]
  } finally {
    kmsClient.destroy()
    await kms.close()
  }
}

const DESCRIPTION = '*amzn-ddb-map-desc*'

function keyOf(item: Item): string {
  return JSON.stringify([item[TABLE.partitionKeyName], item[TABLE.sortKeyName]])
}

/** The version that a stored material description names: `people#1`. */
function versionIn(description: Uint8Array | undefined): string {
  return new RegExp(`${MATERIAL}#(\\d+)`).exec(Buffer.from(description ?? []).toString('latin1'))?.[1] ?? '?'
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

async function attempt(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'read'
  } catch (error) {
    return `refused, ${error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error)}`
  }
}
