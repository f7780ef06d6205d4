// Keys in the forms that people have them in, turned into bytes or a KeyObject and checked once.
import { createPrivateKey, createPublicKey, KeyObject, type JsonWebKey } from 'node:crypto'
import { asBuffer, wipe } from '../bytes.js'
import { DynamoDBEncryptionError } from '../errors.js'

/** A symmetric key: raw bytes, or a secret `KeyObject`. */
export type SecretInput = Uint8Array | KeyObject

/** One half of an asymmetric key: `KeyObject`, PEM text, DER bytes (SPKI for a public key, PKCS#8 for a private one) or JWK. */
export type AsymmetricKeyInput = KeyObject | string | Uint8Array | JsonWebKey

export type KeyHalf = 'public' | 'private'

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}

/** The key's bytes, in memory of their own. */
export function importSecret(what: string, secret: SecretInput): Buffer {
  if (secret instanceof KeyObject) {
    if (secret.type !== 'secret') throw invalid(`${what} takes a secret key; the KeyObject given is a ${secret.type} key`)
    return secret.export()
  }
  if (!(secret instanceof Uint8Array)) throw invalid(`${what} takes a Uint8Array or a secret KeyObject`)
  return Buffer.from(secret)
}

/** @returns a KeyObject of the wanted half; undefined stays undefined */
export function importAsymmetric(what: string, half: KeyHalf, input: AsymmetricKeyInput | undefined): KeyObject | undefined {
  if (input === undefined) return undefined
  const given: unknown = input
  if (given === null || (typeof given !== 'object' && typeof given !== 'string')) throw unreadable(what, half)
  const key = input instanceof KeyObject ? input : parse(what, half, input)
  if (key.type !== half) throw invalid(`${what}: the key given as ${half}Key is a ${key.type} key`)
  return key === input ? ownCopy(what, half, key) : key
}

/**
 * The same key in a KeyObject of its own. One that comes straight from `generateKeyPairSync` shares a lock with the job that
 * made it; on Node 20 a garbage collection of that job while the key's details are read hangs the process for good.
 */
function ownCopy(what: string, half: KeyHalf, key: KeyObject): KeyObject {
  const type = half === 'public' ? 'spki' : 'pkcs8'
  const der = key.export({ format: 'der', type })
  try {
    return parse(what, half, der)
  } finally {
    wipe(der)
  }
}

function parse(what: string, half: KeyHalf, input: string | Uint8Array | JsonWebKey): KeyObject {
  // createPublicKey would silently take the public half of a private key: a secret where none was meant to be.
  const givenPrivate =
    (typeof input === 'string' && input.includes('PRIVATE KEY')) ||
    (!(input instanceof Uint8Array) && typeof input !== 'string' && input.d !== undefined)
  if (half === 'public' && givenPrivate) throw invalid(`${what}: the key given as publicKey is a private key`)
  try {
    return half === 'public' ? createPublicKey(publicInput(input)) : createPrivateKey(privateInput(input))
  } catch {
    // No cause: OpenSSL's words can quote the input.
    throw unreadable(what, half)
  }
}

function unreadable(what: string, half: KeyHalf): DynamoDBEncryptionError {
  return invalid(`${what}: the ${half}Key cannot be read; give a KeyObject, PEM text, DER bytes (SPKI or PKCS#8) or a JWK`)
}

function publicInput(input: string | Uint8Array | JsonWebKey): Parameters<typeof createPublicKey>[0] {
  if (typeof input === 'string') return input
  if (input instanceof Uint8Array) return { key: asBuffer(input), format: 'der', type: 'spki' }
  return { key: input, format: 'jwk' }
}

function privateInput(input: string | Uint8Array | JsonWebKey): Parameters<typeof createPrivateKey>[0] {
  if (typeof input === 'string') return input
  if (input instanceof Uint8Array) return { key: asBuffer(input), format: 'der', type: 'pkcs8' }
  return { key: input, format: 'jwk' }
}
