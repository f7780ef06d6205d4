// Working memory for one item, reused for the next: nothing is allocated for an attribute but what is returned.
import { BLOCK_BYTES } from '../crypto/cbc-pass.js'
import { sha256Into } from '../crypto/digest.js'
import { fillRandomBlock } from '../crypto/random-pool.js'
import { ByteWriter } from '../format/byte-writer.js'

/** The serialization of a B: tag, length, bytes. */
const BINARY_TAG = 0x62
const BINARY_HEADER = 6
const MOST_VIEWS = 2048
/** A scratch grown past this by a large item is dropped, not kept. DynamoDB's largest item is 400 KB. */
const LARGEST_KEPT = 1 << 20
const MOST_KEPT = 4

/** Small at first: an item that waits for its materials keeps its own meanwhile, and ten thousand may wait at once. */
export class Scratch {
  /** For each encrypted attribute a block of random bytes and the padded value. */
  readonly blocks = new ByteWriter(1024)
  /** One value in the form that is hashed for the signature. */
  readonly value = new ByteWriter(512)
  /** A copy of the layout's template, whose gaps are filled with digests. */
  string = Buffer.alloc(1024)
  /** Where each encrypted attribute's bytes end in `blocks`, or in what is decrypted: the first {@link count} are this item's. */
  readonly ends: number[] = []
  count = 0
  #words = new Int32Array(this.blocks.buffer.buffer)
  #wordsOf = this.blocks.buffer
  readonly #valueViews = new Views()
  readonly #blockViews = new Views()

  /** Appends a block of random bytes to `blocks`. */
  randomBlock(): void {
    const { blocks } = this
    blocks.reserve(BLOCK_BYTES)
    if (this.#wordsOf !== blocks.buffer) {
      this.#wordsOf = blocks.buffer
      this.#words = new Int32Array(blocks.buffer.buffer)
    }
    fillRandomBlock(this.#words, blocks.position >> 2)
    blocks.position += BLOCK_BYTES
  }

  /** Ends an encrypted attribute where `blocks` has come to. */
  endBlocks(): void {
    this.ends[this.count++] = this.blocks.position
  }

  startString(template: Buffer, tableDigest: Buffer, at: number): void {
    if (this.string.length < template.length) this.string = Buffer.alloc(Math.max(template.length, this.string.length * 2))
    this.string.set(template)
    this.string.set(tableDigest, at)
  }

  /** Digests what `value` holds into the string to sign. */
  digestValue(at: number): void {
    sha256Into(this.string, at, this.#valueViews.of(this.value.buffer, this.value.position))
  }

  /** Digests a stored B value into the string to sign, as if `value` held its serialization. */
  digestBinary(bytes: Uint8Array, at: number): void {
    const { value } = this
    value.position = 0
    value.reserve(BINARY_HEADER + bytes.length)
    value.buffer[0] = 0
    value.buffer[1] = BINARY_TAG
    value.u32At(2, bytes.length)
    value.buffer.set(bytes, BINARY_HEADER)
    sha256Into(this.string, at, this.#valueViews.of(value.buffer, BINARY_HEADER + bytes.length))
  }

  /** What `blocks` holds. */
  get blockBytes(): Buffer {
    return this.#blockViews.of(this.blocks.buffer, this.blocks.position)
  }

  get isWorthKeeping(): boolean {
    return this.blocks.buffer.length + this.value.buffer.length + this.string.length <= LARGEST_KEPT
  }

  /** Plaintext does not stay behind. */
  clear(): void {
    this.blocks.buffer.fill(0, 0, this.blocks.position)
    this.blocks.position = 0
    // Setting an array's length costs 40 ns.
    this.count = 0
  }
}

/** Views of a buffer's first bytes, one a length, kept: making one costs 40 ns, and items have few lengths. */
class Views {
  #of: Buffer | undefined
  readonly #views: (Buffer | undefined)[] = []

  of(buffer: Buffer, length: number): Buffer {
    if (length > MOST_VIEWS) return buffer.subarray(0, length)
    if (this.#of !== buffer) {
      this.#views.length = 0
      this.#of = buffer
    }
    return (this.#views[length] ??= buffer.subarray(0, length))
  }
}

const kept: Scratch[] = []

/** Items in progress each have their own: a provider may well encrypt an item of its own while it is asked for materials. */
export function takeScratch(): Scratch {
  return kept.pop() ?? new Scratch()
}

export function returnScratch(scratch: Scratch): void {
  scratch.clear()
  if (kept.length < MOST_KEPT && scratch.isWorthKeeping) kept.push(scratch)
}
