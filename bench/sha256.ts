// SHA-256 of short inputs by every means at hand: the runtime in three forms, WebAssembly, several lanes at once, JavaScript.
// What src/crypto/digest.ts uses is the winner.
import { batchHash4UintArray64s, digest, reinitializeInstance } from '@chainsafe/as-sha256'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { createSHA256 } from 'hash-wasm'
import { createHash, hash } from 'node:crypto'
import { inTurn, measure, type Candidate } from './measure.js'

/** Lengths of stored values as they are hashed: 54 bytes is one AES block of text, 134 bytes some eighty characters. */
const LENGTHS = [54, 134, 1024] as const

export interface Sha256Row {
  readonly means: string
  readonly bytes: number
  /** Times the fastest of its length. */
  readonly ratio: number
}

export async function benchSha256(rounds: number, milliseconds: number): Promise<Sha256Row[]> {
  const wasm = await createSHA256()
  reinitializeInstance(true)
  const to = Buffer.alloc(64)
  const rows: Sha256Row[] = []
  for (const bytes of LENGTHS) {
    const input = new Uint8Array(bytes).fill(7)
    const candidates: Candidate[] = [
      inTurn('crypto.hash to a one-byte string, written in place (used)', () => {
        to.latin1Write(hash('sha256', input, 'binary'), 0, 32)
      }),
      inTurn('crypto.hash to a Buffer', () => {
        hash('sha256', input, 'buffer')
      }),
      inTurn('createHash', () => {
        createHash('sha256').update(input).digest()
      }),
      inTurn('WebAssembly (hash-wasm)', () => {
        wasm.init().update(input).digest('binary')
      }),
      inTurn('WebAssembly (as-sha256)', () => {
        digest(input)
      }),
      inTurn('JavaScript (noble)', () => {
        nobleSha256(input)
      }),
    ]
    // Four lanes are offered for inputs of exactly 64 bytes: two blocks each, as 54 bytes have one and 134 bytes three.
    if (bytes === 54) {
      const four = Array.from({ length: 4 }, () => new Uint8Array(64))
      candidates.push(inTurn('WebAssembly, four lanes of 64 bytes at once (as-sha256)', () => void batchHash4UintArray64s(four)))
    }
    const times = await measure(candidates, rounds, milliseconds)
    const each = [...times].map(([means, time]): [string, number] => [means, means.includes('four lanes') ? time / 4 : time])
    const fastest = Math.min(...each.map(([, time]) => time))
    for (const [means, time] of each) rows.push({ means, bytes, ratio: time / fastest })
  }
  return rows
}
