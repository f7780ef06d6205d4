// What each trick of the hot path gains: the same work with it and without it, in one run.
import { createCipheriv, createHash, createHmac, hash, randomBytes, randomFillSync } from 'node:crypto'
import type { Item } from 'dynamodb-encryption-client'
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
  readonly with: () => unknown
  readonly without: () => unknown
}

/** A material description as the Wrapped provider has it. */
const ENTRIES = [
  ['amzn-ddb-env-alg', 'AES/256'],
  ['amzn-ddb-env-key', 'A'.repeat(56)],
  ['amzn-ddb-map-sym-mode', '/CBC/PKCS5Padding'],
  ['amzn-ddb-wrap-alg', 'AESWrap'],
] as const
const KEY_TEXT = 'B'.repeat(56)

function serialized(to: Buffer): number {
  let at = to.writeUInt32BE(0)
  for (const text of ENTRIES.flat()) {
    const length = to.utf8Write(text, at + 4)
    to.writeUInt32BE(length, at)
    at += 4 + length
  }
  return at
}

function parsed(from: Buffer): Record<string, string> {
  const text = from.utf8Slice(0, from.length)
  const entries: Record<string, string> = {}
  const next = (at: number): [string, number] => {
    const end = at + 4 + from.readUInt32BE(at)
    return [text.slice(at + 4, end), end]
  }
  for (let at = 4; at < from.length;) {
    const [name, value] = next(at)
    const [entry, end] = next(value)
    entries[name] = entry
    at = end
  }
  return entries
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
  const wide = sampleItem(100, 10_000)
  const wideNames = Object.keys(wide)
  const blank: Item = {}
  for (const name of wideNames)
    Object.defineProperty(blank, name, { value: { S: '' }, enumerable: true, configurable: true, writable: true })
  const room = Buffer.alloc(512)
  const description = Buffer.from(room.subarray(0, serialized(room)))
  const lastEntries = parsed(description)
  const keyAt = description.indexOf(ENTRIES[1][1])
  const head = description.latin1Slice(0, keyAt)
  const tail = description.latin1Slice(keyAt + KEY_TEXT.length, description.length)
  const seed = Buffer.alloc(36, 1)
  const mask = Buffer.alloc(240)
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
      trick: 'a result of 100 attributes as a clone that is filled in',
      against: 'built up from an empty object',
      with: () => {
        const built = { ...blank }
        for (const name of wideNames) built[name] = wide[name] ?? { NULL: true }
      },
      without: () => {
        const built: Item = {}
        for (const name of wideNames) built[name] = wide[name] ?? { NULL: true }
      },
    },
    {
      trick: 'a binary value of 90 B as a view of the plaintext',
      against: 'in memory of its own',
      with: () => new Uint8Array(ALL.buffer, ALL.byteOffset, 90),
      without: () => new Uint8Array(ALL.subarray(0, 90)),
    },
    {
      trick: 'a material description copied from the last one, with its wrapped key',
      against: 'serialized',
      with: () => {
        const copy = Buffer.allocUnsafe(description.length)
        copy.set(description)
        copy.utf8Write(KEY_TEXT, keyAt)
      },
      without: () => void Buffer.from(room.subarray(0, serialized(room))),
    },
    {
      trick: 'a material description recognized by what is around its wrapped key',
      against: 'parsed',
      with: () => {
        const text = description.utf8Slice(0, description.length)
        if (text.startsWith(head) && text.endsWith(tail)) return { ...lastEntries, 'amzn-ddb-env-key': text.slice(keyAt, keyAt + 56) }
        return undefined
      },
      without: () => parsed(description),
    },
    {
      trick: "OAEP's mask of a 2048-bit block by one-shot hashes",
      against: 'by Hash objects',
      with: () => {
        for (let at = 0; at < 223; at += 20) mask.latin1Write(hash('sha1', seed, 'binary'), at, 20)
      },
      without: () => {
        for (let at = 0; at < 223; at += 20) mask.set(createHash('sha1').update(seed).digest(), at)
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
