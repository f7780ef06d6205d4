// The Caching Most Recent provider: the newest version of a provider store, and whichever version an item names, cached.
import { LRUCache } from 'lru-cache'
import { hasMethod } from '../assert.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote } from '../errors.js'
import type { MaybePromise } from '../items.js'
import { getOwn } from '../items.js'
import type { CryptographicMaterialsProvider, DecryptionMaterials, EncryptionContext, EncryptionMaterials } from '../materials/materials.js'
import { andThen, ExpiringCache, GRACE_MS, type Clock, type Fetched } from './expiring-cache.js'
import { isVersionText, materialIdOf, materialIdText } from './material-id.js'
import { MATERIAL_ID, type ProviderStore } from './provider-store.js'

export interface CachingMostRecentProviderOptions {
  readonly store: ProviderStore
  /** Which material an item is written with, by name; a function chooses for each context. */
  readonly materialName: string | ((context: EncryptionContext) => string)
  /**
   * Milliseconds. How long a version may be used before the store is asked for it again (access that was taken away ends at
   * most this and 500 ms later), and how long before the store is asked for a newer one.
   */
  readonly ttl: number
  /** How many versions are kept: 1000 where left out. */
  readonly cacheSize?: number | undefined
  /** Accept items that name other materials of the same store, as the Java and Python clients do. */
  readonly allowOtherMaterialNames?: boolean | undefined
  /** `performance` where left out; for tests. */
  readonly clock?: Clock | undefined
}

const DEFAULT_CACHE_SIZE = 1000
/** How often the store is asked for versions above the newest known, in milliseconds: items can name any number. */
const ASK_ABOVE_EVERY_MS = 1000
/** What is remembered of a material is three numbers, whether or not its versions are still cached. */
const FEWEST_STATES = 10_000

/** What is known of one material, for as long as the process uses it. */
interface MaterialState {
  /** The highest version ever seen: the store must not fall behind it. */
  highest: number
  /** When the store was last asked what its newest version is, and answered: that it went back, too. */
  askedAt: number
  /** When the question was asked whose answer `highest` is. */
  knownAt: number
}

/**
 * Writes with the newest version of a material in a provider store, and reads with the version that an item names (guide: "Most
 * Recent Provider"). A new version, made by whoever may write the store, is taken up within the time to live.
 */
export class CachingMostRecentProvider implements CryptographicMaterialsProvider {
  readonly #store: ProviderStore
  readonly #materialName: (context: EncryptionContext) => string
  readonly #allowOthers: boolean
  readonly #ttl: number
  readonly #now: () => number
  /** By material name: the newest version's provider, as of when the store was last asked. */
  readonly #newest: ExpiringCache<CryptographicMaterialsProvider>
  /** By material id. */
  readonly #providers: ExpiringCache<CryptographicMaterialsProvider>
  readonly #states: LRUCache<string, MaterialState>
  readonly #asking = new Map<string, Promise<number | undefined>>()

  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` */
  constructor(options: CachingMostRecentProviderOptions) {
    const { store, materialName, ttl, cacheSize: size = DEFAULT_CACHE_SIZE, allowOtherMaterialNames = false, clock = performance } = options
    if (!hasMethod(store, 'provider')) throw invalid('CachingMostRecentProvider takes a store, such as a MetaStore')
    if (!Number.isFinite(ttl) || ttl <= 0) throw invalid('ttl is a number of milliseconds above 0')
    if (!Number.isInteger(size) || size < 1) throw invalid('cacheSize is a whole number from 1')
    if (materialName === '' || !['string', 'function'].includes(typeof materialName))
      throw invalid('materialName is a text that is not empty, or a function')
    this.#store = store
    this.#materialName = typeof materialName === 'string' ? () => materialName : materialName
    this.#allowOthers = allowOtherMaterialNames
    this.#ttl = ttl
    this.#now = typeof clock === 'function' ? clock : () => clock.now()
    this.#newest = new ExpiringCache({ ttl, size, now: this.#now })
    this.#providers = new ExpiringCache({ ttl, size, now: this.#now })
    this.#states = new LRUCache({ max: Math.max(size, FEWEST_STATES) })
  }

  encryptionMaterials(context: EncryptionContext): MaybePromise<EncryptionMaterials> {
    const name = this.#materialName(context)
    const newest = this.#newest.get(name, () => this.#findNewest(name))
    return andThen(newest, (provider) => provider.encryptionMaterials(withoutMaterialId(context)))
  }

  decryptionMaterials(context: EncryptionContext): MaybePromise<DecryptionMaterials> {
    const description = context.materialDescription ?? {}
    const name = this.#namedMaterial(context)
    const version = this.#store.versionFromMaterialDescription(description)
    const materials = (): MaybePromise<DecryptionMaterials> =>
      andThen(this.#provider(name, version), (provider) => provider.decryptionMaterials(context))
    const { highest } = this.#state(name)
    return version <= highest ? materials() : this.#askAbove(name, version).then(materials)
  }

  /** Forgets everything, the highest version seen too: the next item asks the store. */
  refresh(): void {
    this.#newest.clear()
    this.#providers.clear()
    this.#states.clear()
    this.#asking.clear()
  }

  /** @throws `MATERIAL_NAME_MISMATCH` where the item names another material than the one that is configured for it */
  #namedMaterial(context: EncryptionContext): string {
    const configured = this.#materialName(context)
    const description = context.materialDescription ?? {}
    // A store of another kind may name its versions in another way.
    if (getOwn(description, MATERIAL_ID) === undefined) return configured
    const { name } = materialIdOf(description)
    if (name === configured || this.#allowOthers) return name
    throw new DynamoDBEncryptionError(
      'MATERIAL_NAME_MISMATCH',
      `the item names the material ${quote(name)}, and this provider serves ${quote(configured)}; allowOtherMaterialNames accepts it all the same`,
    )
  }

  #provider(name: string, version: number): MaybePromise<CryptographicMaterialsProvider> {
    return this.#providers.get(materialIdText({ name, version }), () => fetched(() => this.#store.provider(name, version)))
  }

  #state(name: string): MaterialState {
    let state = this.#states.get(name)
    if (state === undefined) {
      state = { highest: -1, askedAt: Number.NEGATIVE_INFINITY, knownAt: Number.NEGATIVE_INFINITY }
      this.#states.set(name, state)
    }
    return state
  }

  /**
   * The newest version's provider; of version 0, made now, where the store has none. It may be used no longer than its
   * entry among the providers, so that one fetch serves writing and reading.
   */
  async #findNewest(name: string): Promise<Fetched<CryptographicMaterialsProvider>> {
    const state = this.#state(name)
    // Reading may have asked already.
    const isKnown = state.highest >= 0 && this.#now() - state.knownAt + GRACE_MS < this.#ttl
    const found = isKnown ? state.highest : await this.#askNewest(name)
    const version = found ?? 0
    const id = materialIdText({ name, version })
    // Only here may a version be made: what an item names is an attacker's word. With one there, no permission to write is needed.
    const fetch = (): Promise<CryptographicMaterialsProvider> =>
      found === undefined ? this.#store.getOrCreateProvider(name, version) : this.#store.provider(name, version)
    // Fetched again if it is about to expire: this entry would expire with it, and the store be asked twice a time to live.
    const value = await this.#providers.get(id, () => fetched(fetch), GRACE_MS)
    // Meanwhile an item may have led to a newer one.
    if (version < state.highest) return this.#findNewest(name)
    state.highest = version
    return { value, fetchedAt: Math.min(this.#providers.fetchedAt(id) ?? state.knownAt, state.knownAt) }
  }

  /** @throws `MATERIALS_UNAVAILABLE` where the store's newest version is lower than one seen before: it went back, and must not choose the key */
  #askNewest(name: string): Promise<number | undefined> {
    const underWay = this.#asking.get(name)
    if (underWay !== undefined) return underWay
    const ask = async (): Promise<number | undefined> => {
      // Taken before the answer: after a refresh() meanwhile it is nobody's.
      const state = this.#state(name)
      const askedAt = this.#now()
      const answer = await fromStore(() => this.#store.maxVersion(name))
      // Stores after Java's or Python's habit say -1 for none.
      const found = answer !== undefined && isVersionText(String(answer)) ? answer : undefined
      state.askedAt = askedAt
      if ((found ?? -1) < state.highest) {
        throw new DynamoDBEncryptionError(
          'MATERIALS_UNAVAILABLE',
          `the provider store's newest version of the material ${quote(name)} is ${found === undefined ? 'gone' : String(found)}, and ` +
            `version ${String(state.highest)} was seen before: rows of the store were deleted. After restoring them, or to go on without, call refresh().`,
        )
      }
      state.highest = found ?? -1
      state.knownAt = askedAt
      return found
    }
    const asking = ask().finally(() => {
      if (this.#asking.get(name) === asking) this.#asking.delete(name)
    })
    this.#asking.set(name, asking)
    return asking
  }

  /**
   * For an item that names a version above the newest known: it may be new, or made up.
   *
   * @throws `VERSION_NOT_FOUND`, without a call where the store was asked less than a second ago
   */
  async #askAbove(name: string, version: number): Promise<void> {
    const state = this.#state(name)
    const isDue = this.#now() - state.askedAt >= ASK_ABOVE_EVERY_MS
    const known = state.highest
    const newest = isDue || this.#asking.has(name) ? await this.#askNewest(name) : known
    // Writing takes up at once what reading has learned.
    if (newest !== undefined && newest > known) this.#newest.delete(name)
    if (newest !== undefined && version <= newest) return
    throw new DynamoDBEncryptionError(
      'VERSION_NOT_FOUND',
      `the item names version ${String(version)} of the material ${quote(name)}, and the provider store's newest is ${newest === undefined || newest < 0 ? 'none' : String(newest)}`,
    )
  }
}

/** Which version an item was written with is this provider's to say, whatever a requested description says. */
function withoutMaterialId(context: EncryptionContext): EncryptionContext {
  const { materialDescription } = context
  if (materialDescription === undefined || !Object.hasOwn(materialDescription, MATERIAL_ID)) return context
  const { [MATERIAL_ID]: _, ...requested } = materialDescription
  return { ...context, materialDescription: requested }
}

async function fetched<T>(ask: () => Promise<T>): Promise<Fetched<T>> {
  return { value: await fromStore(ask) }
}

/** A store can be anyone's object: what it throws gets this package's code, with the cause. */
async function fromStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (isDynamoDBEncryptionError(cause)) throw cause
    throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the provider store failed: see cause', { cause })
  }
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
