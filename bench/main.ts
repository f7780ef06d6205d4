// `npm run bench`: tables of items per second and of ratios taken in one run. `-- --short` for a few seconds a line.
import { benchItemEncryptor } from './item-encryptor.js'

const short = process.argv.includes('--short')
const [rounds, milliseconds] = short ? [7, 60] : [15, 300]

const rows = await benchItemEncryptor(rounds, milliseconds)
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
