// The two halves of a local asymmetric key, checked against what this package allows.
import type { KeyObject } from 'node:crypto'
import { DynamoDBEncryptionError } from '../errors.js'
import { importAsymmetric, type AsymmetricKeyInput, type KeyHalf } from './key-import.js'

/** Give the half that the job needs: public to wrap and to verify, private to unwrap and to sign, both for both. */
export interface AsymmetricKeyPairInput {
  readonly publicKey?: AsymmetricKeyInput | undefined
  readonly privateKey?: AsymmetricKeyInput | undefined
}

const SMALLEST_RSA_BITS = 2048
/** Node's names for NIST P-256, P-384 and P-521. */
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

export class AsymmetricPair {
  readonly #what: string
  readonly #halves: Readonly<Record<KeyHalf, KeyObject | undefined>>

  constructor(what: string, kind: 'rsa' | 'ec', input: AsymmetricKeyPairInput, accept: readonly string[]) {
    this.#what = what
    this.#halves = {
      public: importAsymmetric(what, 'public', input.publicKey),
      private: importAsymmetric(what, 'private', input.privateKey),
    }
    const given = Object.values(this.#halves).filter((half) => half !== undefined)
    if (given.length === 0) throw invalid(`${what} takes a publicKey, a privateKey, or both`)
    for (const half of given) assertStrength(what, kind, half, accept)
  }

  /** @throws `INVALID_CONFIGURATION` where that half was not given */
  half(half: KeyHalf, job: string): KeyObject {
    const key = this.#halves[half]
    if (key === undefined) throw invalid(`${this.#what} has no ${half}Key, which it takes to ${job}`)
    return key
  }
}

/** Bits in an RSA key's modulus; 0 for a key of another kind. */
function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0
}

/** Bytes in an RSA key's modulus, which its wrapped keys and signatures are as long as. */
export function modulusBytes(key: KeyObject): number {
  return (modulusBits(key) + 7) >> 3
}

function assertStrength(what: string, kind: 'rsa' | 'ec', key: KeyObject, accept: readonly string[]): void {
  if (key.asymmetricKeyType !== kind) throw invalid(`${what} takes ${kind.toUpperCase()} keys; the ${key.type}Key is another kind of key`)
  if (kind === 'ec') {
    if (!CURVES.has(key.asymmetricKeyDetails?.namedCurve))
      throw invalid(`${what} takes EC keys on the curves P-256, P-384 and P-521; the ${key.type}Key is on another`)
    return
  }
  const bits = modulusBits(key)
  if (bits < SMALLEST_RSA_BITS && !accept.includes(`RSA-${String(bits)}`)) {
    throw invalid(
      `${what}: the ${key.type}Key has ${String(bits)} bits, and RSA under ${String(SMALLEST_RSA_BITS)} bits can be broken. ` +
        `To read what was written with it all the same, name RSA-${String(bits)} in accept.`,
    )
  }
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}

/** Whether `accept` may hold a name: one of `names`, or a short RSA key's (`RSA-1024`). */
export function assertAcceptList(what: string, accept: readonly string[], names: readonly string[]): void {
  for (const name of accept) {
    if (!names.includes(name) && !/^RSA-\d+$/.test(name))
      throw invalid(`${what}: accept can hold ${names.join(', ')} and RSA-<bits>, nothing else`)
  }
}
