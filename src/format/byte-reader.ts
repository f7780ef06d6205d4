// Reads what a ByteWriter writes. Every length and count may be an attacker's: none is trusted beyond the bytes left.
import { byteAt } from '../bytes.js'
import { FormatError } from './format-error.js'

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class ByteReader {
  readonly buffer: Buffer
  position: number
  end: number

  constructor(buffer: Buffer, start = 0, end: number = buffer.length) {
    this.buffer = buffer
    this.position = start
    this.end = end
  }

  /** Reads another stretch of the same bytes. */
  narrow(start: number, end: number): void {
    this.position = start
    this.end = end
  }

  get left(): number {
    return this.end - this.position
  }

  byte(): number {
    // In bounds once `advance` has said so.
    return byteAt(this.buffer, this.advance(1))
  }

  u32(): number {
    return this.buffer.readUInt32BE(this.advance(4))
  }

  /** A count of members of at least `size` bytes each. One that the bytes left cannot hold is refused before anything is made. */
  count(size: number): number {
    const count = this.u32()
    if (count * size > this.left) throw new FormatError('a count runs past the end of the bytes')
    return count
  }

  /** Counted bytes, as a copy with memory of its own: a view would keep, and show, the whole item's plaintext. */
  countedBytes(): Uint8Array {
    return this.copied(this.u32())
  }

  protected copied(length: number): Uint8Array {
    const start = this.advance(length)
    return new Uint8Array(this.buffer.subarray(start, start + length))
  }

  /** Counted UTF-8; invalid UTF-8 is refused, not replaced. */
  countedText(): string {
    const length = this.u32()
    const start = this.advance(length)
    const text = this.buffer.utf8Slice(start, start + length)
    // The native decoder puts U+FFFD for what is invalid. A text with one is decoded again by a decoder that refuses.
    return text.includes('\uFFFD') ? strictText(this.buffer.subarray(start, start + length)) : text
  }

  /** Counted ASCII (a number); other bytes come out as characters that no number has. */
  countedLatin1(): string {
    const length = this.u32()
    const start = this.advance(length)
    return this.buffer.latin1Slice(start, start + length)
  }

  finish(): void {
    if (this.position !== this.end) throw new FormatError('there are bytes left over after the value')
  }

  /** Moves past `count` bytes and returns where they begin. */
  protected advance(count: number): number {
    const start = this.position
    if (count > this.end - start) throw new FormatError('a length runs past the end of the bytes')
    this.position = start + count
    return start
  }
}

function strictText(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes)
  } catch {
    throw new FormatError('a text is not valid UTF-8')
  }
}
