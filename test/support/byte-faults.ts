// Faults in bytes: what a bad disk, a bad program or an attacker does to them.
import fc, { type Arbitrary } from 'fast-check'

/** Makes other bytes out of some bytes. The result always differs from what was given. */
export interface ByteFault {
  readonly name: 'flipped' | 'changed' | 'added' | 'removed' | 'truncated' | 'repeated' | 'length changed'
  readonly apply: (bytes: Uint8Array) => Buffer
}

/** `at` as a fraction of the length, so that one fault shrinks and applies to bytes of any length. */
const index = (bytes: Uint8Array, at: number): number => Math.min(bytes.length - 1, Math.floor(at * bytes.length))

/** Not fc.double, which draws bit patterns: nearly all of them next to 0. */
const place = fc.integer({ min: 0, max: 9999 }).map((at) => at / 10_000)

function replaced(bytes: Uint8Array, start: number, deleted: number, ...inserted: readonly number[]): Buffer {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(inserted), bytes.subarray(start + deleted)])
}

const flipped = fc.tuple(place, fc.integer({ min: 0, max: 7 })).map(([at, bit]): ByteFault => ({
  name: 'flipped',
  apply: (bytes) => replaced(bytes, index(bytes, at), 1, (bytes[index(bytes, at)] ?? 0) ^ (1 << bit)),
}))
const changed = fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, by]): ByteFault => ({
  name: 'changed',
  apply: (bytes) => replaced(bytes, index(bytes, at), 1, (bytes[index(bytes, at)] ?? 0) ^ by),
}))
const added = fc
  .tuple(place, fc.integer({ min: 0, max: 255 }))
  .map(([at, byte]): ByteFault => ({ name: 'added', apply: (bytes) => replaced(bytes, Math.floor(at * (bytes.length + 1)), 0, byte) }))
const removed = place.map((at): ByteFault => ({ name: 'removed', apply: (bytes) => replaced(bytes, index(bytes, at), 1) }))
const truncated = place.map((at): ByteFault => ({ name: 'truncated', apply: (bytes) => Buffer.from(bytes.subarray(0, index(bytes, at))) }))
const repeated = fc.tuple(place, fc.integer({ min: 1, max: 32 })).map(([at, length]): ByteFault => ({
  name: 'repeated',
  apply: (bytes) => replaced(bytes, index(bytes, at), 0, ...bytes.subarray(index(bytes, at), index(bytes, at) + length)),
}))
/** Overwrites four bytes with a length that no honest program writes there. */
const lengthChanged = fc
  .tuple(place, fc.constantFrom(0, 1, 0xff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff))
  .map(([at, length]): ByteFault => ({
    name: 'length changed',
    apply: (bytes) => {
      const start = index(bytes, at)
      const inserted = Buffer.alloc(4)
      inserted.writeUInt32BE(length)
      const result = replaced(bytes, start, 4, ...inserted)
      return result.equals(bytes) ? replaced(bytes, start, 1, (bytes[start] ?? 0) ^ 1) : result
    },
  }))

/** Faults for bytes of which there is at least one. */
export const byteFault: Arbitrary<ByteFault> = fc.oneof(
  { weight: 4, arbitrary: flipped },
  { weight: 4, arbitrary: changed },
  ...[added, removed, truncated, repeated, lengthChanged].map((arbitrary) => ({ weight: 1, arbitrary })),
)
