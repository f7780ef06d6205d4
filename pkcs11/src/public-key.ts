// The public half of a key in a token, as a JWK that LocalKey takes: verifying and RSA wrapping then need no trip to the token.
import type { JsonWebKey } from 'node:crypto'
import { DynamoDBEncryptionError } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle } from 'pkcs11js'
import type { Token } from './token.js'

export interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521'
  /** Of a coordinate, and of r and s in a signature. */
  readonly bytes: number
}

/** By CKA_EC_PARAMS, the DER of the curve's object identifier (RFC 5480), in hex. */
const CURVES: ReadonlyMap<string, Curve> = new Map([
  ['06082a8648ce3d030107', { name: 'P-256', bytes: 32 }],
  ['06052b81040022', { name: 'P-384', bytes: 48 }],
  ['06052b81040023', { name: 'P-521', bytes: 66 }],
])

export function rsaPublicKey(token: Token, publicKey: Handle): JsonWebKey {
  const text = (type: number): string => token.attribute(publicKey, type).toString('base64url')
  return { kty: 'RSA', n: text(pkcs11js.CKA_MODULUS), e: text(pkcs11js.CKA_PUBLIC_EXPONENT) }
}

export function ecPublicKey(token: Token, publicKey: Handle): JsonWebKey {
  const { name, bytes } = curveOf(token, publicKey)
  // The point, uncompressed: 04, x, y. Within a DER OCTET STRING, whose header some tokens leave out.
  const point = token.attribute(publicKey, pkcs11js.CKA_EC_POINT).subarray(-2 * bytes)
  return { kty: 'EC', crv: name, x: point.toString('base64url', 0, bytes), y: point.toString('base64url', bytes) }
}

/** @throws `INVALID_CONFIGURATION` for a curve that this package has no use for */
export function curveOf(token: Token, key: Handle): Curve {
  const curve = CURVES.get(token.attribute(key, pkcs11js.CKA_EC_PARAMS).toString('hex'))
  if (curve === undefined) throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'EC keys are on the curves P-256, P-384 and P-521')
  return curve
}
