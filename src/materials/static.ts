// The Static provider: the keys it was given, for every item.
import { DynamoDBEncryptionError } from '../errors.js'
import { mergeDescriptions, type MaterialDescription } from '../format/material-description.js'
import type { ContentKey, SigningKey } from '../keys/key-interfaces.js'
import type { CryptographicMaterialsProvider, DecryptionMaterials, EncryptionContext, EncryptionMaterials } from './materials.js'

export interface StaticMaterialsProviderOptions {
  /** Encrypts attribute values, and decrypts them where no `decryptionKey` is given. Without either, items are only signed. */
  readonly encryptionKey?: ContentKey | undefined
  readonly decryptionKey?: ContentKey | undefined
  /** Signs items, and verifies them where no `verificationKey` is given. */
  readonly signingKey?: SigningKey | undefined
  readonly verificationKey?: SigningKey | undefined
  /** The requested material description. */
  readonly materialDescription?: MaterialDescription | undefined
}

/**
 * Uses the given keys, unchanged, for every item.
 *
 * For tests, proofs of concept and compatibility with data that was written this way. One key encrypts everything, so whoever
 * learns it reads the whole table, and it can't be rotated without writing every item again. In production use
 * `WrappedMaterialsProvider`, `DirectKmsMaterialsProvider` or `CachingMostRecentProvider` (guide: "Static Provider").
 */
export class StaticMaterialsProvider implements CryptographicMaterialsProvider {
  readonly #options: StaticMaterialsProviderOptions

  constructor(options: StaticMaterialsProviderOptions) {
    if (options.signingKey === undefined && options.verificationKey === undefined) {
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'StaticMaterialsProvider takes a signingKey, a verificationKey, or both')
    }
    const { materialDescription } = options
    this.#options = { ...options, materialDescription: materialDescription && Object.freeze({ ...materialDescription }) }
  }

  encryptionMaterials(context: EncryptionContext): EncryptionMaterials {
    const { encryptionKey, signingKey, materialDescription } = this.#options
    if (signingKey === undefined)
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'StaticMaterialsProvider has no signingKey, which it takes to encrypt')
    return { encryptionKey, signingKey, materialDescription: mergeDescriptions(materialDescription, context.materialDescription) }
  }

  decryptionMaterials(context: EncryptionContext): DecryptionMaterials {
    const { encryptionKey, decryptionKey = encryptionKey, signingKey, verificationKey = signingKey } = this.#options
    if (verificationKey === undefined) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        'StaticMaterialsProvider has no verificationKey, which it takes to decrypt',
      )
    }
    return { decryptionKey, verificationKey, materialDescription: context.materialDescription ?? {} }
  }
}
