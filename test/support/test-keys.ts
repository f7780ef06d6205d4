// Keys for tests: fixed symmetric ones, and pairs that are generated once a file, when they are first asked for.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const rsaPairs = new Map<string, Pair>()
const ecPairs = new Map<string, Pair>()

const publicKeyEncoding = { format: 'pem', type: 'spki' } as const
const privateKeyEncoding = { format: 'pem', type: 'pkcs8' } as const

/**
 * By way of PEM: on Node 20 a KeyObject straight from generateKeyPairSync shares a lock with the job that made it, and a garbage
 * collection of that job while the key is looked at hangs the process.
 */
function fromPem({ publicKey, privateKey }: { readonly publicKey: string; readonly privateKey: string }): Pair {
  return { publicKey: createPublicKey(publicKey), privateKey: createPrivateKey(privateKey) }
}

/** @param which - pairs of another number are other keys */
export function rsaPair(bits = 2048, which = 0): Pair {
  const name = `${String(bits)} ${String(which)}`
  const pair = rsaPairs.get(name) ?? fromPem(generateKeyPairSync('rsa', { modulusLength: bits, publicKeyEncoding, privateKeyEncoding }))
  rsaPairs.set(name, pair)
  return pair
}

export function ecPair(namedCurve: 'P-256' | 'P-384' | 'P-521' | 'secp256k1' = 'P-256', which = 0): Pair {
  const name = `${namedCurve} ${String(which)}`
  const pair = ecPairs.get(name) ?? fromPem(generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding }))
  ecPairs.set(name, pair)
  return pair
}

/** Bytes that count up from `first`: another key for each first byte, and easily seen in an error. */
export function secretBytes(length: number, first = 1): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (first + at) & 0xff))
}

export const CONTENT_KEY = secretBytes(32, 0x41)
export const MAC_KEY = secretBytes(32, 0x91)
