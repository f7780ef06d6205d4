// The string to sign in pieces of 96 bytes, one for each attribute and action, so that thousands of strings can be put together quickly
// (format section 5).
import { sha256OfText } from '../../crypto/digest.js'
import { createHash } from 'node:crypto'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { writeAttributeValue } from '../../format/attribute-values.js'
import { ByteWriter } from '../../format/byte-writer.js'
import type { CompatibilityRow } from '../../format/compatibility.js'

const writer = new ByteWriter(4096)
const ENCRYPTED = sha256OfText('ENCRYPTED')
const PLAINTEXT = sha256OfText('PLAINTEXT')

export type Signed = 'ENCRYPT_AND_SIGN' | 'SIGN_ONLY'

/** Pieces of one item in one form, each made when it is first asked for. */
export class SignedBlocks {
  readonly #form: CompatibilityRow
  readonly #blocks = new Map<string, Map<AttributeValue, Readonly<Record<Signed, Buffer>>>>()

  constructor(form: CompatibilityRow) {
    this.#form = form
  }

  /** @throws FormatError for a value that no library would sign */
  block(name: string, value: AttributeValue, signed: Signed): Buffer {
    const ofName = this.#blocks.get(name) ?? new Map<AttributeValue, Readonly<Record<Signed, Buffer>>>()
    this.#blocks.set(name, ofName)
    let both = ofName.get(value)
    if (both === undefined) {
      writer.position = 0
      writeAttributeValue(writer, value, this.#form.checking)
      const digest = createHash('sha256').update(writer.buffer.subarray(0, writer.position)).digest()
      const ofText = sha256OfText(name)
      both = {
        ENCRYPT_AND_SIGN: Buffer.concat([ofText, ENCRYPTED, digest]),
        SIGN_ONLY: Buffer.concat([ofText, PLAINTEXT, digest]),
      }
      ofName.set(value, both)
    }
    return both[signed]
  }
}

const BLOCK = 16

/** Only such a value can be the ciphertext of an attribute: an IV and at least a block. */
export function mayBeCiphertext(value: AttributeValue): boolean {
  return value.B !== undefined && value.B.length >= 2 * BLOCK && value.B.length % BLOCK === 0
}
