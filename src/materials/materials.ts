// What a cryptographic materials provider is asked, and what it answers (guide: "How to choose a cryptographic materials provider").
import type { MaterialDescription } from '../format/material-description.js'
import type { Item, MaybePromise } from '../items.js'
import type { ContentKey, SigningKey } from '../keys/key-interfaces.js'

/** The DynamoDB encryption context: what is known of the table and the item. Not the encryption context of AWS KMS. */
export interface EncryptionContext {
  /** The table's bare name, which the signature covers. Case-sensitive. */
  readonly tableName?: string | undefined
  readonly partitionKeyName?: string | undefined
  readonly sortKeyName?: string | undefined
  /**
   * For a provider: the attributes that are stored in plaintext, the same on writing and on reading. On reading nothing
   * about them has been verified yet. The item encryptor fills this in.
   */
  readonly attributes?: Item | undefined
  /** The requested material description on writing, the item's own (unverified) on reading. */
  readonly materialDescription?: MaterialDescription | undefined
}

/** Keys and description to write one item with. */
export interface EncryptionMaterials {
  /** Left out: the item can be signed, and nothing in it can be encrypted. */
  readonly encryptionKey?: ContentKey | undefined
  readonly signingKey: SigningKey
  /** The actual material description: the requested one with whatever the provider needs to read the item again. */
  readonly materialDescription: MaterialDescription
}

/** Keys to read one item with. */
export interface DecryptionMaterials {
  readonly verificationKey: SigningKey
  /** A function is called only after the signature has held, and only where there is something to decrypt. */
  readonly decryptionKey?: ContentKey | (() => MaybePromise<ContentKey>) | undefined
  readonly materialDescription: MaterialDescription
}

/** A cryptographic materials provider: where keys come from, and how each item's are made. Implement it for your own. */
export interface CryptographicMaterialsProvider {
  /** @throws DynamoDBEncryptionError: `MATERIALS_UNAVAILABLE` where keys could not be had */
  encryptionMaterials(context: EncryptionContext): MaybePromise<EncryptionMaterials>
  /** @throws DynamoDBEncryptionError: `MATERIALS_UNAVAILABLE`, `INVALID_MATERIAL_DESCRIPTION`, `ALGORITHM_NOT_ALLOWED` */
  decryptionMaterials(context: EncryptionContext): MaybePromise<DecryptionMaterials>
  /** Forgets whatever is cached. */
  refresh?(): void
}
