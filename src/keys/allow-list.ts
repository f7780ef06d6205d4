// The one door through which an algorithm's name from an item becomes an algorithm.
import { AES_WRAP, signingNames, signingRow, wrappingRow, OAEP_NAMES, type SigningRow, type WrappingRow } from '../crypto/algorithms.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { SigningKey, WrappingKey } from './key-interfaces.js'

function refused(name: string, allowed: readonly string[]): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'ALGORITHM_NOT_ALLOWED',
    allowed.length === 0
      ? `the configured key is one of ${quote(name)}, which is never used`
      : `the material description names the algorithm ${quote(name)}; the configured key allows ${allowed.join(', ')}. ` +
          `Add the name to the key's accept list only if you trust it.`,
  )
}

/** Names that are refused even where the key alone decides: no client should ever see them. */
const NEVER: ReadonlySet<string> = new Set([
  'HmacMD5',
  'HmacSHA1',
  'MD5withRSA',
  'SHA1withRSA',
  'SHA1withECDSA',
  'NONEwithRSA',
  'NONEwithECDSA',
])

/** Ciphers in ECB mode and RSA without padding, whoever holds the key. RSA's own names say `/ECB/` and mean nothing by it. */
const NEVER_WRAPPING = /NoPadding|^(?!RSA\/)[^/]+\/ECB/i

/**
 * The algorithm to sign or verify with under a key.
 *
 * @param named - what the description names, if anything
 * @throws `ALGORITHM_NOT_ALLOWED` for a name of another kind of key, or outside the key's `accept` list
 */
export function resolveSigningAlgorithm(key: SigningKey, named: string | undefined): string {
  const own = key.algorithm
  if (NEVER.has(own)) throw refused(own, [])
  if (named === undefined || named === own) return own
  const ownRow = signingRow(own)
  // A MAC's algorithm belongs to its key, whatever the description says (format section 5); Java can leave any name there.
  if (ownRow?.kind === 'hmac' && !NEVER.has(named)) return own
  const accept = key.accept ?? (ownRow === undefined ? [] : signingNames(ownRow.kind))
  const row = signingRow(named)
  if (ownRow === undefined || row?.kind !== ownRow.kind || !accept.includes(named)) throw refused(named, [own, ...accept])
  return named
}

/** As {@link resolveSigningAlgorithm}, for wrapping: PKCS#1 v1.5 by any of its names only where the key's owner named it. */
export function resolveWrappingAlgorithm(key: WrappingKey, named: string | undefined): string {
  const own = key.algorithm === 'AES' ? AES_WRAP : key.algorithm
  if (NEVER_WRAPPING.test(own)) throw refused(own, [])
  if (named === undefined || named === own) return own
  const ownRow = wrappingRow(own)
  const accept = key.accept ?? (ownRow !== undefined && ownRow.kind !== 'aes-wrap' ? OAEP_NAMES : [])
  const row = wrappingRow(named)
  const allowed = row !== undefined && ownRow !== undefined && sameKind(row, ownRow) && [own, ...accept].includes(row.name)
  if (!allowed) throw refused(named, [own, ...accept])
  return named
}

function sameKind(a: WrappingRow, b: WrappingRow): boolean {
  return (a.kind === 'aes-wrap') === (b.kind === 'aes-wrap')
}

/** True for signing algorithms whose name belongs into the description: those of asymmetric keys. */
export function isMac(algorithm: string): boolean {
  return signingRow(algorithm)?.kind === 'hmac'
}

/** A row of the wanted kind, for a name that {@link resolveSigningAlgorithm} has let through. */
export function signingHash(name: string, kind: SigningRow['kind']): SigningRow['hash'] {
  const row = signingRow(name)
  if (row?.kind !== kind) throw refused(name, signingNames(kind))
  return row.hash
}
