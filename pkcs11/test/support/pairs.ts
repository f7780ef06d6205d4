// RSA pairs from outside the token.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/**
 * By way of PEM. In Node 20 a KeyObject straight from generateKeyPairSync shares a lock with the job that made it: where the job
 * is garbage collected just while the key's JWK or details are looked up, the process stands still.
 */
export function rsaPair(bits: number): { publicKey: KeyObject; privateKey: KeyObject } {
  const pem = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { format: 'pem', type: 'spki' },
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  })
  return { publicKey: createPublicKey(pem.publicKey), privateKey: createPrivateKey(pem.privateKey) }
}
