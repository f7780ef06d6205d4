// The floor: the primitives that no implementation can leave out, on the same bytes, by the fastest means Node offers. Exactly:
//
// - For each signed attribute one SHA-256 of its stored value's serialization (type and length before the bytes), each in a Buffer
//   made beforehand, as a one-byte string written into the string to sign, which `npm run bench -- sha256` shows to be the
//   fastest way. The digests of names, words and the table's name are constant, and count as free.
// - One MAC over the whole string to sign, by two one-shot hashes with padded keys made beforehand (`npm run bench -- tricks`),
//   and on reading a comparison in constant time; or one RSA signature or verification by a KeyObject made beforehand.
// - One CBC pass over as many bytes as the item's encrypted attributes have. The cipher is made for each item where the content key
//   is the item's own (Wrapped), and beforehand where it is not (Static).
// - One key wrap or unwrap: AES by one cipher kept, RSA the raw operation alone. The hashes of OAEP's padding are not counted.
// - As many random bytes as the item takes (key, IVs, OAEP's seed), from a pool of 8 KB.
//
// Not in it, since it is no cryptography, though no JavaScript can do without: reading the item's names and values, turning texts
// into bytes and back, copying them to where they are encrypted, objects and views to return, the material description with the
// wrapped key in Base64, the promise, wiping. The garbage that the primitives make is in it, with what collecting it costs.
import {
  constants,
  createCipheriv,
  createDecipheriv,
  hash,
  privateDecrypt,
  publicEncrypt,
  randomFillSync,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { Item } from 'dynamodb-encryption-client'

/** What the floor works on, taken from an item that the encryptor wrote. */
export interface FloorInput {
  readonly serialized: readonly Buffer[]
  readonly cbcBytes: number
  readonly encryptedCount: number
}

export function floorInput(stored: Item, encryptedNames: ReadonlySet<string>, signedSizes: readonly number[]): FloorInput {
  const serialized: Buffer[] = []
  let cbcBytes = 0
  for (const name of encryptedNames) {
    const length = stored[name]?.B?.length ?? 0
    serialized.push(Buffer.alloc(6 + length, 7))
    cbcBytes += length
  }
  for (const size of signedSizes) serialized.push(Buffer.alloc(size, 7))
  return { serialized, cbcBytes, encryptedCount: encryptedNames.size }
}

export interface Floor {
  readonly encrypt: () => void
  readonly decrypt: () => void
}

const HMAC_BLOCK = 64
const pool = Buffer.alloc(8192)
let used = pool.length
function random(bytes: number): number {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return used - bytes
}

interface Parts {
  readonly string: Buffer
  readonly stored: Buffer
  readonly digests: () => void
}

function parts({ serialized, cbcBytes }: FloorInput): Parts {
  const string = Buffer.alloc(HMAC_BLOCK + 32 + serialized.length * 96)
  return {
    string,
    stored: Buffer.alloc(cbcBytes, 5),
    digests: () => {
      let at = HMAC_BLOCK + 64
      for (const bytes of serialized) {
        string.latin1Write(hash('sha256', bytes, 'binary'), at, 32)
        at += 96
      }
    },
  }
}

function mac(string: Buffer, outer: Buffer): Buffer {
  outer.latin1Write(hash('sha256', string, 'binary'), HMAC_BLOCK, 32)
  return Buffer.from(hash('sha256', outer, 'binary'), 'binary')
}

/** One key for all items: its cipher is made once. */
export function staticFloor(input: FloorInput): Floor {
  const { string, stored, digests } = parts(input)
  const outer = Buffer.alloc(96)
  const key = Buffer.alloc(32, 3)
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false)
  const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false)
  const expected = mac(string, outer)
  return {
    encrypt: () => {
      random(16 * input.encryptedCount)
      cipher.update(stored)
      digests()
      mac(string, outer)
    },
    decrypt: () => {
      digests()
      timingSafeEqual(mac(string, outer), expected)
      decipher.update(stored)
    },
  }
}

/** A content key for each item, wrapped by AES. */
export function wrappedAesFloor(input: FloorInput): Floor {
  const { string, stored, digests } = parts(input)
  const outer = Buffer.alloc(96)
  const wrapIv = Buffer.alloc(8, 0xa6)
  const iv = Buffer.alloc(16)
  const wrap = createCipheriv('aes256-wrap', Buffer.alloc(32, 9), wrapIv)
  const unwrap = createDecipheriv('aes256-wrap', Buffer.alloc(32, 9), wrapIv)
  const wrapped = wrap.update(Buffer.alloc(32, 1))
  const expected = mac(string, outer)
  return {
    encrypt: () => {
      const at = random(32 + 16 * input.encryptedCount)
      const key = pool.subarray(at, at + 32)
      wrap.update(key)
      createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(stored)
      digests()
      mac(string, outer)
    },
    decrypt: () => {
      digests()
      timingSafeEqual(mac(string, outer), expected)
      const key = unwrap.update(wrapped)
      createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(stored)
    },
  }
}

/** A content key for each item, wrapped by RSA, and an RSA signature. */
export function wrappedRsaFloor(input: FloorInput, publicKey: KeyObject, privateKey: KeyObject): Floor {
  const { string, stored, digests } = parts(input)
  const iv = Buffer.alloc(16)
  const block = Buffer.alloc(256, 1)
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)
  const toSign = string.subarray(HMAC_BLOCK)
  const key = Buffer.alloc(32, 3)
  digests()
  const signature = sign('sha256', toSign, privateKey)
  return {
    encrypt: () => {
      random(32 + 32 + 16 * input.encryptedCount)
      publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)
      createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(stored)
      digests()
      sign('sha256', toSign, privateKey)
    },
    decrypt: () => {
      digests()
      verify('sha256', toSign, publicKey, signature)
      privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped)
      createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(stored)
    },
  }
}
