// What a filter on encrypted attributes adds to a page: it runs on each item once that is decrypted. From the sources, since the package
// does not export what works it out.
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { evaluateCondition } from '../src/expressions/evaluate-condition.js'
import { parseCondition } from '../src/expressions/parse-condition.js'
import { KEY_NAMES, sampleItem } from './items.js'
import { awaited, inTurn, measure } from './measure.js'

const PAGE = 100
const LIMIT = 0.1

export interface FilterRow {
  readonly filter: string
  /** Microseconds for a page. */
  readonly decryption: number
  readonly filtering: number
  /** Of the page's decryption. */
  readonly share: number
  readonly limit: number
}

export async function benchFilters(rounds: number, milliseconds: number): Promise<FilterRow[]> {
  const [partitionKeyName, sortKeyName] = KEY_NAMES
  const encryptor = new ItemEncryptor({
    materialsProvider: new WrappedMaterialsProvider({
      wrappingKey: LocalKey.generate('AES/256'),
      signingKey: LocalKey.generate('HmacSHA256/256'),
    }),
    actions: { attributes: { [partitionKeyName]: 'SIGN_ONLY', [sortKeyName]: 'SIGN_ONLY' } },
    context: { tableName: 'Visits', partitionKeyName, sortKeyName },
  })
  const page = Array.from({ length: PAGE }, () => sampleItem(10, 1000))
  const stored = await encryptor.encryptItems(page)
  const [first = '', second = '', third = ''] = Object.keys(page[0] ?? {}).filter((name) => !KEY_NAMES.some((key) => key === name))
  const names = { '#a': first, '#b': second, '#c': third }
  const values = { ':a': { S: 'm' }, ':b': { N: '1' }, ':c': { S: 'x' } }
  const filters = ['#a > :a', 'begins_with(#a, :a) OR #b <> :b', '(contains(#a, :c) OR #b BETWEEN :b AND :b) AND NOT size(#c) < :b']

  const rows: FilterRow[] = []
  for (const text of filters) {
    const decryption = awaited('decryption', () => encryptor.decryptItems(stored))
    const filtering = inTurn('filtering', () => {
      const { condition } = parseCondition(text, { names, values }, 'FilterExpression')
      for (const item of page) evaluateCondition(condition, item)
    })
    const times = await measure([decryption, filtering], rounds, milliseconds)
    const [whole = 0, part = 0] = [times.get('decryption'), times.get('filtering')].map((time = 0) => time / 1000)
    rows.push({ filter: text, decryption: whole, filtering: part, share: part / whole, limit: LIMIT })
  }
  return rows
}
