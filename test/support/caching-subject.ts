// A Caching Most Recent provider over a counting store and a clock that tests move.
import { CachingMostRecentProvider, type CachingMostRecentProviderOptions } from 'dynamodb-encryption-client'
import { FakeProviderStore, reads, SettableClock, writes } from './fake-provider-store.js'

export const TTL = 60_000
/** How long a version may be used beyond its time to live while one caller fetches it again. */
export const GRACE = 500

export interface CachingSubject {
  readonly store: FakeProviderStore
  readonly clock: SettableClock
  readonly provider: CachingMostRecentProvider
}

/** @param newest - newest versions in the store */
export function caching(
  newest: Readonly<Record<string, number>> = {},
  options: Partial<CachingMostRecentProviderOptions> = {},
): CachingSubject {
  const store = new FakeProviderStore(newest)
  const clock = new SettableClock()
  return { store, clock, provider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: TTL, clock, ...options }) }
}

/** The two ways in which one version of `orders` is used: what both promise is tested with each. */
export const USES = [
  { use: 'writing', id: 'orders#0', once: writes, calls: ['maxVersion orders', 'provider orders#0'] },
  {
    use: 'reading',
    id: 'orders#0',
    once: (provider: CachingMostRecentProvider) => reads(provider, 'orders#0'),
    calls: ['provider orders#0'],
  },
] as const
