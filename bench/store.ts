// What rotation and KMS cost: the Caching Most Recent provider over a MetaStore, and Direct KMS with a network between.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import {
  AttributeActions,
  CachingMostRecentProvider,
  ItemEncryptor,
  MetaStore,
  type CryptographicMaterialsProvider,
  type Item,
  type MaterialDescription,
  type ProviderStore,
} from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms, type LocalKms } from 'dynamodb-encryption-client/testing'
import { KEY_NAMES, SIZES } from './items.js'
import { startKmsProcess } from './kms-process.js'
import { awaited, measure } from './measure.js'

const MATERIAL = 'visits'
const SLICES = 10

function encryptorWith(materialsProvider: CryptographicMaterialsProvider): ItemEncryptor {
  return new ItemEncryptor({
    materialsProvider,
    actions: new AttributeActions().withIndexKeys(...KEY_NAMES),
    context: { tableName: 'Visits', partitionKeyName: KEY_NAMES[0], sortKeyName: KEY_NAMES[1] },
  })
}

/** Counts what a store is asked. */
class CountingStore implements ProviderStore {
  readonly #store: ProviderStore
  calls = 0

  constructor(store: ProviderStore) {
    this.#store = store
  }

  newProvider(name: string): Promise<CryptographicMaterialsProvider> {
    this.calls += 1
    return this.#store.newProvider(name)
  }
  getOrCreateProvider(name: string, version: number): Promise<CryptographicMaterialsProvider> {
    this.calls += 1
    return this.#store.getOrCreateProvider(name, version)
  }
  provider(name: string, version?: number): Promise<CryptographicMaterialsProvider> {
    this.calls += 1
    return this.#store.provider(name, version)
  }
  maxVersion(name: string): Promise<number | undefined> {
    this.calls += 1
    return this.#store.maxVersion(name)
  }
  versionFromMaterialDescription(description: MaterialDescription): number {
    return this.#store.versionFromMaterialDescription(description)
  }
}

/** A MetaStore in dynalite under a key of a local KMS, with one version. */
async function withMetaStore<T>(use: (store: MetaStore, kms: LocalKms) => Promise<T>): Promise<T> {
  const [db, kms] = await Promise.all([startLocalDynamoDb(), startLocalKms()])
  const client = new DynamoDBClient(db.clientConfig)
  const kmsClient = new KMSClient(kms.clientConfig())
  try {
    const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: kmsClient })
    await MetaStore.createTable(client, 'Keys')
    const store = new MetaStore({ client, tableName: 'Keys', materialsProvider })
    await store.newProvider(MATERIAL)
    kms.clearCalls()
    return await use(store, kms)
  } finally {
    client.destroy()
    kmsClient.destroy()
    await Promise.all([db.close(), kms.close()])
  }
}

export interface CachingRow {
  readonly item: string
  readonly direction: 'encrypt' | 'decrypt'
  readonly itemsPerSecond: number
  /** Items a second, over those of the same version's Wrapped provider used directly. */
  readonly ratio: number
  readonly atLeast: number
}

/** Caching Most Recent over MetaStore against the Wrapped provider that it hands out. */
export function benchCaching(rounds: number, milliseconds: number): Promise<CachingRow[]> {
  return withMetaStore(async (store) => {
    const caching = encryptorWith(new CachingMostRecentProvider({ store, materialName: MATERIAL, ttl: 60_000 }))
    const direct = encryptorWith(await store.provider(MATERIAL, 0))
    const rows: CachingRow[] = []
    for (const { name, item } of SIZES) {
      const stored = await caching.encryptItem(item)
      const times = await measure(
        [
          awaited('direct encrypt', () => direct.encryptItem(item)),
          awaited('encrypt', () => caching.encryptItem(item)),
          awaited('direct decrypt', () => direct.decryptItem(stored)),
          awaited('decrypt', () => caching.decryptItem(stored)),
        ],
        // Two times that are nearly the same: many short rounds in turn tell them apart on a busy machine.
        rounds * SLICES,
        milliseconds / SLICES,
      )
      for (const direction of ['encrypt', 'decrypt'] as const) {
        const time = times.get(direction) ?? Number.NaN
        const ratio = (times.get(`direct ${direction}`) ?? Number.NaN) / time
        rows.push({ item: name, direction, itemsPerSecond: 1e9 / time, ratio, atLeast: 0.9 })
      }
    }
    return rows
  })
}

export interface LatencyResult {
  readonly items: number
  readonly latencyMs: number
  readonly serialMs: number
  readonly parallelMs: number
  /** Serial time over that of `decryptItems` with its default concurrency. */
  readonly ratio: number
  readonly atLeast: number
}

/** Direct KMS, a call for each item, with a network of this latency between. */
export async function benchKmsLatency(items = 200, latencyMs = 20): Promise<LatencyResult> {
  const kms = await startKmsProcess(latencyMs)
  const client = new KMSClient(kms.clientConfig)
  try {
    const encryptor = encryptorWith(new DirectKmsMaterialsProvider({ keyId: kms.keyId, client }))
    const [{ item }] = SIZES
    // The first calls open connections and are compiled.
    const stored = await encryptor.encryptItems(Array.from({ length: items }, (): Item => item))
    await encryptor.decryptItems(stored)
    const serialMs = await bestTimeOf(2, async () => {
      for (const each of stored) await encryptor.decryptItem(each)
    })
    const parallelMs = await bestTimeOf(5, () => encryptor.decryptItems(stored))
    return { items, latencyMs, serialMs, parallelMs, ratio: serialMs / parallelMs, atLeast: 12 }
  } finally {
    client.destroy()
    await kms.close()
  }
}

/** In milliseconds: what other programs take of the machine only ever adds. */
async function bestTimeOf(rounds: number, work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await work()
    best = Math.min(best, performance.now() - began)
  }
  return best
}

export interface CallsResult {
  readonly items: number
  readonly simulatedMs: number
  readonly ttl: number
  readonly storeCalls: number
  /** In each time to live: one to look for a newer version, one to fetch the version again. */
  readonly leastStoreCalls: number
  readonly kmsCalls: number
}

/**
 * The calls that `items` items cost which are spread evenly over `simulatedMs`, each written and read. The materials alone are
 * asked for: what is done with them afterwards calls nobody.
 */
export function benchStoreCalls(items = 1_000_000, simulatedMs = 3_600_000, ttl = 60_000): Promise<CallsResult> {
  return withMetaStore(async (metaStore, kms) => {
    const store = new CountingStore(metaStore)
    let now = 1
    const provider = new CachingMostRecentProvider({ store, materialName: MATERIAL, ttl, clock: () => now })
    const step = simulatedMs / items
    for (let item = 0; item < items; item++) {
      now = 1 + item * step
      const { materialDescription } = await provider.encryptionMaterials({ tableName: 'Visits' })
      await provider.decryptionMaterials({ tableName: 'Visits', materialDescription })
    }
    const itemsInTtl = Math.ceil(ttl / step)
    return {
      items,
      simulatedMs,
      ttl,
      storeCalls: store.calls,
      leastStoreCalls: 2 * Math.ceil(items / itemsInTtl),
      kmsCalls: kms.calls.length,
    }
  })
}
