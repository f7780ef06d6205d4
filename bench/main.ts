// `npm run bench`: tables of items per second and of ratios taken in one run. `-- --short` for less than a second a line,
// `-- sha256` for one part, `-- items Wrapped 10` for the lines with these words.
import { benchItemEncryptor } from './item-encryptor.js'
import { benchSha256 } from './sha256.js'

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const [rounds, milliseconds] = process.argv.includes('--short') ? [7, 60] : [15, 300]

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
  sha256: async () => {
    console.log('SHA-256 of short inputs, times the fastest')
    const rows = await benchSha256(rounds, milliseconds)
    console.table(rows.map(({ means, bytes, ratio }) => ({ means, bytes, ratio: ratio.toFixed(2) })))
  },
}

const [part, ...only] = words
for (const [name, run] of Object.entries(PARTS)) if (part === undefined || part === name) await run(only)
