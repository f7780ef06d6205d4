// A provider store in memory that counts what it is asked, and can be made to wait or to fail. Providers are Wrapped ones, and say
// in the material description which fetch they came from: `test-fetch` is 1 for the first provider that the store handed out.
import {
  DynamoDBEncryptionError,
  LocalKey,
  WrappedMaterialsProvider,
  type CachingMostRecentProvider,
  type CryptographicMaterialsProvider,
  type MaterialDescription,
  type ProviderStore,
} from 'dynamodb-encryption-client'
import { secretBytes } from './test-keys.js'

export const MATERIAL_ID = 'amzn-ddb-meta-id'
const FETCH = 'test-fetch'

/** Calls that wait until `release` or `fail`. */
export interface Held {
  release(): void
  fail(error: Error): void
}

type Operation = 'maxVersion' | 'provider' | 'getOrCreateProvider' | 'newProvider'

export class FakeProviderStore implements ProviderStore {
  /** `maxVersion orders`, `provider orders#3`, in the order of asking. */
  readonly calls: string[] = []
  /** Newest versions by material name; those below exist, too. */
  readonly newest = new Map<string, number>()
  /** Versions that were deleted: `orders#3`. */
  readonly deleted = new Set<string>()
  /** Every call fails with this. */
  failure: Error | undefined
  readonly #holds = new Map<Operation, Promise<void>>()
  #fetches = 0

  constructor(newest: Readonly<Record<string, number>> = {}) {
    for (const [name, version] of Object.entries(newest)) this.newest.set(name, version)
  }

  /** The calls since the last time. */
  takeCalls(): string[] {
    return this.calls.splice(0)
  }

  /** From now on, calls of this operation wait. */
  hold(operation: Operation): Held {
    let release = (): void => undefined
    let fail = (_error: Error): void => undefined
    const held = new Promise<void>((resolve, reject) => {
      release = resolve
      fail = reject
    })
    held.catch(() => undefined) // nobody may be waiting when it fails
    this.#holds.set(operation, held)
    const ended = (): void => {
      if (this.#holds.get(operation) === held) this.#holds.delete(operation)
    }
    return {
      release: () => {
        ended()
        release()
      },
      fail: (error) => {
        ended()
        fail(error)
      },
    }
  }

  async newProvider(name: string): Promise<CryptographicMaterialsProvider> {
    await this.#called('newProvider', name)
    const version = (this.newest.get(name) ?? -1) + 1
    this.newest.set(name, version)
    return this.#made(name, version)
  }

  async getOrCreateProvider(name: string, version: number): Promise<CryptographicMaterialsProvider> {
    await this.#called('getOrCreateProvider', `${name}#${version}`)
    this.newest.set(name, Math.max(version, this.newest.get(name) ?? -1))
    return this.#made(name, version)
  }

  async provider(name: string, version?: number): Promise<CryptographicMaterialsProvider> {
    const wanted = version ?? this.newest.get(name) ?? -1
    const id = `${name}#${wanted}`
    await this.#called('provider', id)
    const newest = this.newest.get(name) ?? -1
    if (wanted > newest || this.deleted.has(id)) throw new DynamoDBEncryptionError('VERSION_NOT_FOUND', `the fake store has no ${id}`)
    return this.#made(name, wanted)
  }

  async maxVersion(name: string): Promise<number | undefined> {
    // What it says is what was so when it was asked.
    const version = this.newest.get(name)
    await this.#called('maxVersion', name)
    return version
  }

  versionFromMaterialDescription(description: MaterialDescription): number {
    const id = description[MATERIAL_ID] ?? ''
    return Number(id.slice(id.lastIndexOf('#') + 1))
  }

  async #called(operation: Operation, what: string): Promise<void> {
    this.calls.push(`${operation} ${what}`)
    await this.#holds.get(operation)
    if (this.failure !== undefined) throw this.failure
  }

  #made(name: string, version: number): CryptographicMaterialsProvider {
    this.#fetches += 1
    const fetch = String(this.#fetches)
    const inner = new WrappedMaterialsProvider({
      wrappingKey: LocalKey.aes(secretBytes(32, version + 1)),
      signingKey: LocalKey.hmac(secretBytes(32, version + 101)),
      materialDescription: { [MATERIAL_ID]: `${name}#${version}`, [FETCH]: fetch },
    })
    return {
      encryptionMaterials: (context) => inner.encryptionMaterials(context),
      decryptionMaterials: (context) => ({
        ...inner.decryptionMaterials(context),
        materialDescription: { ...context.materialDescription, [MATERIAL_ID]: `${name}#${version}`, [FETCH]: fetch },
      }),
    }
  }
}

/** A clock that stands still until it is moved. */
export class SettableClock {
  time: number

  constructor(time = 5000) {
    this.time = time
  }

  now(): number {
    return this.time
  }
}

/** `orders#3 of fetch 1`: which version served, and which call to the store it came from. */
function served({ materialDescription }: { readonly materialDescription: MaterialDescription }): string {
  return `${materialDescription[MATERIAL_ID] ?? 'none'} of fetch ${materialDescription[FETCH] ?? 'none'}`
}

export async function writes(provider: CachingMostRecentProvider, tableName = 'Orders'): Promise<string> {
  return served(await provider.encryptionMaterials({ tableName }))
}

/** @param id - as it stands in the item's material description */
export async function reads(provider: CachingMostRecentProvider, id: string, tableName = 'Orders'): Promise<string> {
  return served(await provider.decryptionMaterials({ tableName, materialDescription: { [MATERIAL_ID]: id } }))
}

/** Lets everything happen that needs no further event: true where the promise waits all the same. */
export async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => false,
    () => false,
  )
  await new Promise((resolve) => setImmediate(resolve))
  return Promise.race([settled, Promise.resolve(true)])
}
