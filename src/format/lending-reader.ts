// Reads an item's plaintext, lends its binary values out as views, and wipes the rest. A copy of more than 64 bytes costs 0.6 us,
// nearly all of it for memory of its own.
import { ByteReader } from './byte-reader.js'

/** A kept value keeps the whole buffer, so a buffer larger than this is not lent out for a value that is a small part of it. */
const MOST_KEPT = 16_384

/** Takes its buffer over: nobody else reads it afterwards. */
export class LendingReader extends ByteReader {
  /** Where each stretch that was lent out begins and ends, in ascending order. */
  readonly #lent: number[] = []

  override countedBytes(): Uint8Array {
    const { buffer } = this
    const length = this.u32()
    if (buffer.length > MOST_KEPT && length < buffer.length / 2) return this.copied(length)
    const start = this.advance(length)
    this.#lent.push(start, start + length)
    return new Uint8Array(buffer.buffer, buffer.byteOffset + start, length)
  }

  /** Leaves nothing in the buffer but what was lent out, so that a view shows no other value of the item. */
  wipeTheRest(): void {
    const { buffer } = this
    let from = 0
    for (let at = 0; at < this.#lent.length; at += 2) {
      buffer.fill(0, from, this.#lent[at])
      from = this.#lent[at + 1] ?? from
    }
    buffer.fill(0, from)
  }
}
