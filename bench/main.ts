// `npm run bench`: tables of items per second and of ratios taken in one run. `-- --short` for less than a second a line,
// `-- Wrapped 10` for the lines with these words.
import { benchItemEncryptor } from './item-encryptor.js'

const short = process.argv.includes('--short')
const [rounds, milliseconds] = short ? [7, 60] : [15, 300]

const rows = await benchItemEncryptor(
  rounds,
  milliseconds,
  process.argv.slice(2).filter((word) => !word.startsWith('--')),
)
console.log('Item encryptor, one thread, through the public asynchronous API')
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
