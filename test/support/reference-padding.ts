// RSA paddings a second time (RFC 8017), straight from its text, with only the raw RSA
// operation taken from OpenSSL. Blocks can be made with any fault, and wrapped under a public key.
import { constants, createHash, privateDecrypt, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto'

export interface OaepForm {
  readonly labelHash: string
  readonly mgfHash: string
}

export function digestOf(name: string, data: Uint8Array | string = ''): Buffer {
  return createHash(name).update(data).digest()
}

/** MGF1 (appendix B.2.1). */
export function mgf1(hash: string, seed: Uint8Array, length: number): Buffer {
  const parts: Buffer[] = []
  for (let counter = 0; parts.length * digestOf(hash).length < length; counter++) {
    const counterBytes = Buffer.alloc(4)
    counterBytes.writeUInt32BE(counter)
    parts.push(digestOf(hash, Buffer.concat([seed, counterBytes])))
  }
  return Buffer.concat(parts).subarray(0, length)
}

const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))

export interface OaepParts {
  /** 0 in a good block. */
  readonly firstByte?: number
  readonly label?: string
  /** In the place of the label's digest. */
  readonly labelDigest?: Uint8Array
  /** What stands between the label's digest and the message: zeros and a 1 in a good block. */
  readonly padding?: (length: number) => Uint8Array
  readonly message: Uint8Array
}

export function goodPadding(length: number): Uint8Array {
  const padding = Buffer.alloc(length)
  padding[length - 1] = 1
  return padding
}

/** EME-OAEP encoding (section 7.1.1, step 2). */
export function oaepBlock(modulusBytes: number, { labelHash, mgfHash }: OaepForm, parts: OaepParts): Buffer {
  const { firstByte = 0, label = '', labelDigest = digestOf(labelHash, label), padding = goodPadding, message } = parts
  const digestBytes = digestOf(labelHash).length
  const paddingBytes = modulusBytes - 2 * digestBytes - 1 - message.length
  const data = Buffer.concat([labelDigest, padding(paddingBytes), message])
  const seed = randomBytes(digestBytes)
  const maskedData = xor(data, mgf1(mgfHash, seed, data.length))
  const maskedSeed = xor(seed, mgf1(mgfHash, maskedData, seed.length))
  return Buffer.concat([Buffer.of(firstByte), maskedSeed, maskedData])
}

/** EME-OAEP decoding (section 7.1.2, step 3). @returns undefined for any fault */
export function openOaepBlock(block: Uint8Array, { labelHash, mgfHash }: OaepForm): Buffer | undefined {
  const digestBytes = digestOf(labelHash).length
  const maskedSeed = block.subarray(1, 1 + digestBytes)
  const maskedData = block.subarray(1 + digestBytes)
  const seed = xor(maskedSeed, mgf1(mgfHash, maskedData, digestBytes))
  const data = xor(maskedData, mgf1(mgfHash, seed, maskedData.length))
  const separator = data.findIndex((byte, at) => at >= digestBytes && byte !== 0)
  if (block[0] !== 0 || data[separator] !== 1 || !data.subarray(0, digestBytes).equals(digestOf(labelHash))) return undefined
  return data.subarray(separator + 1)
}

/** EME-PKCS1-v1_5 (section 7.2.1): 00 02, at least 8 bytes that are not 0, 00, the message. */
export function pkcs1Block(modulusBytes: number, message: Uint8Array): Buffer {
  const padding = randomBytes(modulusBytes - 3 - message.length).map((byte) => byte || 1)
  return Buffer.concat([Buffer.of(0, 2), padding, Buffer.of(0), message])
}

export const rawEncrypt = (publicKey: KeyObject, block: Uint8Array): Buffer =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)

export const rawDecrypt = (privateKey: KeyObject, wrapped: Uint8Array): Buffer =>
  privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped)
