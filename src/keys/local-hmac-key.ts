// A MAC key in this process.
import { HMAC_ALGORITHMS, type HmacAlgorithm } from '../crypto/algorithms.js'
import { equalInConstantTime, HmacState, HMAC_HEADROOM } from '../crypto/digest.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { importSecret, type SecretInput } from './key-import.js'
import type { SigningKey } from './key-interfaces.js'
import { MAC_IN_PLACE, WIPE, type InPlaceMacKey, type WipeableKey } from './one-pass.js'

/** Made by `LocalKey.hmac` or `LocalKey.generate`. */
export class LocalHmacKey implements SigningKey, InPlaceMacKey {
  readonly algorithm: HmacAlgorithm
  readonly #state: HmacState

  constructor(secret: SecretInput, algorithm: HmacAlgorithm) {
    if (!Object.hasOwn(HMAC_ALGORITHMS, algorithm)) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `LocalKey.hmac takes one of the algorithms ${Object.keys(HMAC_ALGORITHMS).join(', ')}`,
      )
    }
    const bytes = importSecret('LocalKey.hmac', secret)
    if (bytes.length === 0) throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'LocalKey.hmac: the key is empty')
    this.algorithm = algorithm
    this.#state = new HmacState(HMAC_ALGORITHMS[algorithm], bytes)
    bytes.fill(0)
  }

  sign(data: Uint8Array): Uint8Array {
    const buffer = Buffer.alloc(HMAC_HEADROOM + data.length)
    buffer.set(data, HMAC_HEADROOM)
    return this.#state.mac(buffer, HMAC_HEADROOM, buffer.length)
  }

  verify(data: Uint8Array, signature: Uint8Array): boolean {
    return equalInConstantTime(this.sign(data), signature)
  }

  [MAC_IN_PLACE](buffer: Buffer, start: number, end: number): Buffer {
    return this.#state.mac(buffer, start, end)
  }

  protected wipeState(): void {
    this.#state.wipe()
  }
}

/** A signing key that lives for one item: the encryptor wipes it when the item is done. */
export class ItemHmacKey extends LocalHmacKey implements WipeableKey {
  [WIPE](): void {
    this.wipeState()
  }
}
