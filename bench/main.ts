// `npm run bench`: tables of items per second and of ratios taken in one run. `-- --short` for less than a second a line,
// `-- sha256` for one part, `-- items Wrapped 10` for the lines with these words.
import { benchClients, benchEndToEnd } from './clients.js'
import { benchFilters } from './filters.js'
import { benchItemEncryptor } from './item-encryptor.js'
import { benchGarbage, benchGrowth } from './large.js'
import { benchPeers } from './peers.js'
import { benchSha256 } from './sha256.js'
import { benchCaching, benchKmsLatency, benchStoreCalls } from './store.js'
import { benchTricks } from './tricks.js'

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const short = process.argv.includes('--short')
const [rounds, milliseconds] = short ? [7, 60] : [15, 300]

const PARTS: Readonly<Record<string, (only: readonly string[]) => Promise<void>>> = {
  items: async (only) => {
    console.log('Item encryptor, one thread, through the public asynchronous API')
    const rows = await benchItemEncryptor(rounds, milliseconds, only)
    console.table(
      rows.map(({ mode, item, direction, itemsPerSecond, ratio, limit }) => ({
        provider: mode,
        item,
        direction,
        'items/s': Math.round(itemsPerSecond),
        'ratio to the floor': ratio.toFixed(2),
        'at most': limit,
        '': ratio <= limit ? '' : 'over',
      })),
    )
  },
  large: async () => {
    console.log('Large items, Wrapped AES: cost of an attribute and of a KB, over that in the smallest item of its kind')
    const growth = await benchGrowth(rounds, milliseconds / 3)
    console.table(
      growth.map(({ item, direction, unit, nanoseconds, growth: times, limit }) => ({
        item,
        direction,
        ns: Math.round(nanoseconds),
        a: unit,
        'over the smallest': times.toFixed(2),
        'at most': limit,
        '': times <= limit ? '' : 'over',
      })),
    )
    console.log('Garbage of an item: bytes allocated and not held by the result, over the size of the item')
    const garbage = await benchGarbage()
    console.table(
      garbage.map(({ item, direction, bytes, times, limit }) => ({
        item,
        direction,
        KB: Math.round(bytes / 1024),
        'times the item': times.toFixed(2),
        'at most': limit,
        '': times <= limit ? '' : 'over',
      })),
    )
  },
  filters: async () => {
    console.log('A filter on encrypted attributes, over the decryption of its page of 100 items')
    const rows = await benchFilters(rounds, milliseconds)
    console.table(
      rows.map(({ filter, decryption, filtering, share, limit }) => ({
        filter,
        'decryption, us': Math.round(decryption),
        'filter, us': filtering.toFixed(1),
        share: share.toFixed(3),
        'at most': limit,
        '': share <= limit ? '' : 'over',
      })),
    )
  },
  clients: async () => {
    console.log('Transparent client against the plain client, the network left out')
    console.table(await benchClients(rounds, milliseconds))
    const { server, rows } = await benchEndToEnd(rounds, milliseconds)
    console.log(server)
    console.table(rows)
  },
  store: async () => {
    console.log('Caching Most Recent over MetaStore, against the same Wrapped provider used directly')
    const rows = await benchCaching(rounds, milliseconds)
    console.table(
      rows.map(({ item, direction, itemsPerSecond, ratio, atLeast }) => ({
        item,
        direction,
        'items/s': Math.round(itemsPerSecond),
        'of the direct speed': ratio.toFixed(2),
        'at least': atLeast,
        '': ratio >= atLeast ? '' : 'under',
      })),
    )
    const { items, latencyMs, ratio, atLeast } = await benchKmsLatency()
    console.log(
      `Direct KMS, ${String(latencyMs)} ms away: ${String(items)} items decrypted by decryptItems take 1/${ratio.toFixed(1)} of the serial time` +
        ` (at most 1/${String(atLeast)})`,
    )
    const calls = await benchStoreCalls(short ? 100_000 : 1_000_000)
    console.log(
      `${String(calls.items)} items written and read in a simulated hour, time to live ${String(calls.ttl / 1000)} s: ` +
        `${String(calls.storeCalls)} calls to the store (at least ${String(calls.leastStoreCalls)}), ${String(calls.kmsCalls)} to KMS`,
    )
  },
  tricks: async () => {
    console.log('What each trick gains: time without it, over time with it')
    const rows = await benchTricks(rounds, milliseconds)
    console.table(rows.map(({ trick, against, times }) => ({ trick, against, 'times as fast': times.toFixed(1) })))
  },
  sha256: async () => {
    console.log('SHA-256 of short inputs, times the fastest')
    const rows = await benchSha256(rounds, milliseconds)
    console.table(rows.map(({ means, bytes, ratio }) => ({ means, bytes, ratio: ratio.toFixed(2) })))
  },
}

const [part, ...only] = words
if (process.argv.includes('--peers')) await benchPeers(rounds, milliseconds, words, short)
else for (const [name, run] of Object.entries(PARTS)) if (part === undefined || part === name) await run(only)
