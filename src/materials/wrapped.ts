// The Wrapped provider: a fresh content key for each item, wrapped by a key that you manage.
import {
  CONTENT_KEY_ALGORITHM,
  envelopeDescription,
  mergeDescriptions,
  WRAPPED_KEY,
  WRAPPING_ALGORITHM,
  type MaterialDescription,
} from '../format/material-description.js'
import { PKCS1 } from '../crypto/algorithms.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { isBytes } from '../assert.js'
import { asBuffer, wipe } from '../bytes.js'
import { getOwn, isPromise, type MaybePromise } from '../items.js'
import { resolveWrappingAlgorithm } from '../keys/allow-list.js'
import type { SigningKey, WrappingKey } from '../keys/key-interfaces.js'
import { ItemContentKey } from '../keys/local-aes-key.js'
import { DEFAULT_CONTENT_KEY_ALGORITHM, namedContentKeyBits, newContentKey, unwrapContentKey, wrappedKeyOf } from './content-key.js'
import type { CryptographicMaterialsProvider, DecryptionMaterials, EncryptionContext, EncryptionMaterials } from './materials.js'

export interface WrappedMaterialsProviderOptions {
  /** Wraps each item's content key. An AES key unwraps as well; of an RSA pair it is enough to give the public half. */
  readonly wrappingKey?: WrappingKey | undefined
  /** Unwraps content keys; `wrappingKey` where left out. */
  readonly unwrappingKey?: WrappingKey | undefined
  readonly signingKey?: SigningKey | undefined
  /** Verifies signatures; `signingKey` where left out. */
  readonly verificationKey?: SigningKey | undefined
  /** The requested material description: content key length, wrapping and signing algorithm. */
  readonly materialDescription?: MaterialDescription | undefined
  /** The shortest content key that an item may name, in bits. */
  readonly minimumContentKeyBits?: 128 | 192 | 256 | undefined
}

/**
 * Makes a content key for each item, encrypts the item under it, and stores it with the item, wrapped by your key
 * (guide: "Wrapped Provider"). The wrapping and signing keys can be local, or held elsewhere behind the key interfaces.
 */
export class WrappedMaterialsProvider implements CryptographicMaterialsProvider {
  readonly #options: WrappedMaterialsProviderOptions
  readonly #minimumBits: number

  constructor(options: WrappedMaterialsProviderOptions) {
    const { signingKey, verificationKey, minimumContentKeyBits = 128 } = options
    if (signingKey === undefined && verificationKey === undefined) {
      throw invalid('WrappedMaterialsProvider takes a signingKey, a verificationKey, or both')
    }
    if (![128, 192, 256].includes(minimumContentKeyBits)) throw invalid('minimumContentKeyBits is 128, 192 or 256')
    this.#options = { ...options }
    this.#minimumBits = minimumContentKeyBits
  }

  encryptionMaterials(context: EncryptionContext): MaybePromise<EncryptionMaterials> {
    const { wrappingKey, signingKey, materialDescription } = this.#options
    if (wrappingKey?.wrap === undefined)
      throw invalid('WrappedMaterialsProvider has no wrappingKey that can wrap, which it takes to encrypt')
    if (signingKey === undefined) throw invalid('WrappedMaterialsProvider has no signingKey, which it takes to encrypt')
    const description = mergeDescriptions(materialDescription, context.materialDescription)
    const bits = namedContentKeyBits(description, this.#minimumBits)
    const algorithm = resolveWrappingAlgorithm(wrappingKey, getOwn(description, WRAPPING_ALGORITHM))
    const contentKey = newContentKey(bits, wrappingKey)
    const encryptionKey = new ItemContentKey(contentKey)
    const materials = (wrapped: unknown): EncryptionMaterials => ({
      encryptionKey,
      signingKey,
      materialDescription: envelopeDescription(
        description,
        wrappedText(wrapped),
        getOwn(description, CONTENT_KEY_ALGORITHM) ?? DEFAULT_CONTENT_KEY_ALGORITHM,
        algorithm,
      ),
    })
    const failed = (error: unknown): never => {
      wipe(contentKey)
      throw error
    }
    try {
      const wrapped = wrappingKey.wrap(contentKey, algorithm)
      return isPromise(wrapped) ? wrapped.then(materials).catch(failed) : materials(wrapped)
    } catch (error) {
      return failed(error)
    }
  }

  decryptionMaterials(context: EncryptionContext): DecryptionMaterials {
    const { wrappingKey, unwrappingKey = wrappingKey, signingKey, verificationKey = signingKey } = this.#options
    if (verificationKey === undefined) throw invalid('WrappedMaterialsProvider has no verificationKey, which it takes to decrypt')
    const description = context.materialDescription ?? {}
    // Algorithms are checked before anything is done; the wrapped key is touched only once the signature has held.
    const bits = namedContentKeyBits(description, this.#minimumBits)
    const unwrapping = unwrappingKey && { key: unwrappingKey, algorithm: itemsWrappingAlgorithm(unwrappingKey, description) }
    return {
      verificationKey,
      materialDescription: description,
      decryptionKey: () => {
        if (unwrapping === undefined) throw invalid('WrappedMaterialsProvider has no unwrappingKey, which it takes to decrypt')
        return unwrapContentKey(unwrapping.key, wrappedKeyOf(description), unwrapping.algorithm, bits, this.#minimumBits)
      },
    }
  }
}

function itemsWrappingAlgorithm(key: WrappingKey, description: MaterialDescription): string {
  const named = getOwn(description, WRAPPING_ALGORITHM)
  // Python leaves the name out where it wraps by RSA with PKCS#1 v1.5, and nowhere else.
  const implied = key.algorithm.startsWith('RSA') && getOwn(description, WRAPPED_KEY) !== undefined ? PKCS1 : undefined
  return resolveWrappingAlgorithm(key, named ?? implied)
}

/** @throws `INVALID_CONFIGURATION` for anything but bytes: an item with it could never be read */
function wrappedText(wrapped: unknown): string {
  if (!isBytes(wrapped) || wrapped.length === 0) throw invalid('the wrappingKey returned something else than a wrapped key in bytes')
  return asBuffer(wrapped).toString('base64')
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
