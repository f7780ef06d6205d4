import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { invalidCiphertextError } from './kms-errors.js'
import type { EncryptionContext } from './kms-input.js'

// A ciphertext blob of this KMS: MAGIC, one byte with the length of the key ID, the key ID, 12 bytes of nonce, 16 bytes of tag, then
// AES-256-GCM of the plaintext. It names no Region, so a replica opens it. The layout of the real service is not public: nothing may
// depend on this one.
const MAGIC = Buffer.from('local-kms1')
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** The key that a blob names, before anything is proven about it. */
export interface Ciphertext {
  readonly keyId: string
  readonly header: Buffer
  readonly nonce: Buffer
  readonly tag: Buffer
  readonly body: Buffer
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The same bytes for the same pairs in any order; none and an empty context are one. */
function canonicalContext(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).map(([name, value]) => Buffer.concat([withLength(name), withLength(value)]))
  return Buffer.concat(pairs.sort((a, b) => a.compare(b)))
}

/**
 * @param material - 32 bytes
 * @returns the ciphertext blob
 */
export function seal(keyId: string, material: Buffer, plaintext: Buffer, context: EncryptionContext): Buffer {
  const id = Buffer.from(keyId)
  const header = Buffer.concat([MAGIC, Buffer.of(id.length), id])
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', material, nonce, { authTagLength: TAG_LENGTH })
  cipher.setAAD(Buffer.concat([header, canonicalContext(context)]))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([header, nonce, cipher.getAuthTag(), body])
}

/** @throws KmsError `InvalidCiphertextException` if these are not the bytes of {@link seal} */
export function parseCiphertext(blob: Buffer): Ciphertext {
  const idLength = blob[MAGIC.length]
  if (idLength === undefined || !blob.subarray(0, MAGIC.length).equals(MAGIC)) throw invalidCiphertextError()
  const headerEnd = MAGIC.length + 1 + idLength
  const nonceEnd = headerEnd + NONCE_LENGTH
  const tagEnd = nonceEnd + TAG_LENGTH
  if (blob.length <= tagEnd) throw invalidCiphertextError()
  return {
    keyId: blob.toString('latin1', MAGIC.length + 1, headerEnd),
    header: blob.subarray(0, headerEnd),
    nonce: blob.subarray(headerEnd, nonceEnd),
    tag: blob.subarray(nonceEnd, tagEnd),
    body: blob.subarray(tagEnd),
  }
}

/** @throws KmsError `InvalidCiphertextException` for an altered blob and for another context */
export function unseal({ header, nonce, tag, body }: Ciphertext, material: Buffer, context: EncryptionContext): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', material, nonce, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.concat([header, canonicalContext(context)]))
  decipher.setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(body), decipher.final()])
  } catch {
    throw invalidCiphertextError()
  }
}
