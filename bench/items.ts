// The items that every benchmark uses: 4, 10 and 100 attributes, of about 200 B, 1 KB and 10 KB.
import type { Item } from 'dynamodb-encryption-client'

const WORDS = [
  'Amoxicillin',
  'follow-up',
  'blood',
  'pressure',
  'measured',
  'after',
  'rest',
  'patient',
  'reports',
  'no',
  'further',
  'symptoms',
  'since',
]

function text(length: number, seed: number): string {
  let words = ''
  for (let at = seed; words.length < length; at++) words += `${WORDS[at % WORDS.length] ?? ''} `
  return words.slice(0, length)
}

/** Two keys (signed), and `count - 2` attributes that are encrypted: texts, every fifth a number, every thirtieth a map, a list or bytes. */
export function sampleItem(count: number, bytes: number): Item {
  const item: Item = { patientId: { S: 'patient-000123' }, visitedAt: { N: '1732233600' } }
  const left = count - 2
  const each = Math.max(4, Math.round((bytes - 40) / left) - 12)
  for (let at = 0; at < left; at++) {
    const name = `attribute${String(at).padStart(3, '0')}`
    if (at % 30 === 27) item[name] = { M: { street: { S: text(Math.max(4, each - 24), at) }, number: { N: String(at + 1) } } }
    else if (at % 30 === 17) item[name] = { L: [{ S: text(Math.max(4, each - 8), at) }, { BOOL: true }] }
    else if (at % 30 === 7) item[name] = { B: new Uint8Array(Buffer.from(text(each, at))) }
    else if (at % 5 === 4) item[name] = { N: `${String(at)}36.75` }
    else item[name] = { S: text(each, at) }
  }
  return item
}

export const KEY_NAMES = ['patientId', 'visitedAt'] as const

export const SIZES = [
  { name: '4 attributes, 200 B', count: 4, item: sampleItem(4, 200) },
  { name: '10 attributes, 1 KB', count: 10, item: sampleItem(10, 1000) },
  { name: '100 attributes, 10 KB', count: 100, item: sampleItem(100, 10_000) },
] as const
