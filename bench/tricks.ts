// What each trick of the hot path gains: the same work with it and without it, in one run.
import { createCipheriv, createHmac, hash, randomBytes, randomFillSync } from 'node:crypto'
import { sampleItem } from './items.js'
import { inTurn, measure } from './measure.js'

export interface TrickRow {
  readonly trick: string
  readonly against: string
  /** Time without it, over time with it. */
  readonly times: number
}

const KEY = Buffer.alloc(32, 3)
const IV = Buffer.alloc(16)
const ATTRIBUTES = 10
const PLAINTEXT = Buffer.alloc(112, 1)
const ALL = Buffer.alloc(ATTRIBUTES * (16 + PLAINTEXT.length), 1)

interface Pair {
  readonly trick: string
  readonly against: string
  readonly with: () => void
  readonly without: () => void
}

function pairs(): Pair[] {
  const kept = createCipheriv('aes-256-cbc', KEY, IV).setAutoPadding(false)
  const wrap = createCipheriv('aes256-wrap', KEY, Buffer.alloc(8, 0xa6))
  const to = Buffer.alloc(64)
  const string = Buffer.alloc(64 + 992, 1)
  const outer = Buffer.alloc(96, 1)
  const pool = Buffer.alloc(8192)
  const words = new Int32Array(pool.buffer)
  const target = new Int32Array(4)
  let used = pool.length
  let keys = Buffer.from(new ArrayBuffer(4096))
  let keysUsed = 0
  const item = sampleItem(ATTRIBUTES, 1000)
  const names = Object.keys(item)
  return [
    {
      trick: 'an item of ten attributes in one CBC call',
      against: 'a cipher and a call for each attribute',
      with: () => void createCipheriv('aes-256-cbc', KEY, IV).setAutoPadding(false).update(ALL),
      without: () => {
        for (let at = 0; at < ATTRIBUTES; at++) {
          const cipher = createCipheriv('aes-256-cbc', KEY, randomBytes(16))
          Buffer.concat([cipher.update(PLAINTEXT), cipher.final()])
        }
      },
    },
    {
      trick: 'one cipher kept for a key that serves many items',
      against: 'a cipher made for each item',
      with: () => void kept.update(ALL),
      without: () => void createCipheriv('aes-256-cbc', KEY, IV).setAutoPadding(false).update(ALL),
    },
    {
      trick: 'a digest handed over as a one-byte string',
      against: 'as a Buffer',
      with: () => void to.latin1Write(hash('sha256', PLAINTEXT, 'binary'), 0, 32),
      without: () => {
        to.set(hash('sha256', PLAINTEXT, 'buffer'))
      },
    },
    {
      trick: 'HMAC as two one-shot hashes, padded keys kept',
      against: 'createHmac',
      with: () => {
        outer.latin1Write(hash('sha256', string, 'binary'), 64, 32)
        hash('sha256', outer, 'binary')
      },
      without: () => void createHmac('sha256', KEY).update(string.subarray(64)).digest(),
    },
    {
      trick: 'one key wrap cipher kept',
      against: 'one made for each key',
      with: () => void wrap.update(KEY),
      without: () => void createCipheriv('aes256-wrap', KEY, Buffer.alloc(8, 0xa6)).update(KEY),
    },
    {
      trick: 'IVs from a pool of 8 KB, moved as words',
      against: 'randomBytes(16) each',
      with: () => {
        if (used + 16 > pool.length) {
          randomFillSync(pool)
          used = 0
        }
        for (let word = 0; word < 4; word++) target[word] = words[used / 4 + word] ?? 0
        used += 16
      },
      without: () => void randomBytes(16),
    },
    {
      trick: 'content keys as views of 4 KB, never used twice',
      against: 'an ArrayBuffer for each',
      with: () => {
        if (keysUsed + 32 > keys.length) {
          keys = Buffer.from(new ArrayBuffer(4096))
          randomFillSync(keys)
          keysUsed = 0
        }
        keys.subarray(keysUsed, (keysUsed += 32))
      },
      without: () => void randomFillSync(Buffer.from(new ArrayBuffer(32))),
    },
    {
      trick: 'the result built up from an empty object',
      against: 'a copy of the item with two attributes added',
      with: () => {
        const built: Record<string, unknown> = {}
        for (const name of names) built[name] = item[name]
        built['*amzn-ddb-map-desc*'] = IV
        built['*amzn-ddb-map-sig*'] = IV
      },
      without: () => {
        const copy: Record<string, unknown> = { ...item }
        for (const [name, value] of [
          ['*amzn-ddb-map-desc*', IV],
          ['*amzn-ddb-map-sig*', IV],
        ] as const) {
          copy[name] = value
        }
      },
    },
    {
      trick: 'the constant part of the string to sign copied from a template',
      against: 'digests of names and words copied one by one',
      with: () => {
        string.set(ALL.subarray(0, 992))
      },
      without: () => {
        for (let at = 0; at < 2 * ATTRIBUTES; at++) string.set(ALL.subarray(at * 32, at * 32 + 32), at * 48)
      },
    },
  ]
}

export async function benchTricks(rounds: number, milliseconds: number): Promise<TrickRow[]> {
  const rows: TrickRow[] = []
  for (const { trick, against, with: withIt, without } of pairs()) {
    const times = await measure([inTurn('with', withIt), inTurn('without', without)], rounds, milliseconds)
    rows.push({ trick, against, times: (times.get('without') ?? Number.NaN) / (times.get('with') ?? Number.NaN) })
  }
  return rows
}
