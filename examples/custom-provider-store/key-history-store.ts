// examples/custom-provider-store/key-history-store.ts
import type { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBEncryptionError, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import type { CryptographicMaterialsProvider, MaterialDescription, ProviderStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'

/** Keys of our own, as they were used until we moved to KMS, or a key of KMS. */
export type KeyRecord =
  | { readonly kind: 'local'; readonly wrappingKey: Uint8Array; readonly signingKey: Uint8Array }
  | { readonly kind: 'kms'; readonly keyId: string }

/** Where the versions are kept, such as a secrets manager. Each is added once and never changed. */
export interface KeyHistory {
  /** The versions of a material, version 0 first. */
  read(materialName: string): Promise<readonly KeyRecord[]>
  /** @returns false, and nothing is added, where that version exists already */
  add(materialName: string, version: number, record: KeyRecord): Promise<boolean>
}

export interface KeyHistoryStoreOptions {
  readonly history: KeyHistory
  /** For versions of kind `kms`. */
  readonly kmsClient: KMSClient
  /** The key of versions that are made from now on. */
  readonly kmsKeyId: string
}

/** The entry of the material description that the Caching Most Recent provider compares: `<material name>#<version>`. */
const MATERIAL_ID = 'amzn-ddb-meta-id'

/** A provider store whose old versions are Wrapped providers and whose new ones are Direct KMS providers. */
export class KeyHistoryStore implements ProviderStore {
  readonly #options: KeyHistoryStoreOptions

  constructor(options: KeyHistoryStoreOptions) {
    this.#options = options
  }

  async newProvider(materialName: string): Promise<CryptographicMaterialsProvider> {
    const { length } = await this.#options.history.read(materialName)
    return this.getOrCreateProvider(materialName, length)
  }

  async getOrCreateProvider(materialName: string, version: number): Promise<CryptographicMaterialsProvider> {
    const { history, kmsKeyId } = this.#options
    const { length } = await history.read(materialName)
    if (version > length) throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `the version after the newest is ${String(length)}`)
    // Where another process was faster, its version counts: what is read below is the same for all.
    if (version === length) await history.add(materialName, version, { kind: 'kms', keyId: kmsKeyId })
    return this.provider(materialName, version)
  }

  async provider(materialName: string, version?: number): Promise<CryptographicMaterialsProvider> {
    const versions = await this.#options.history.read(materialName)
    const wanted = version ?? versions.length - 1
    const record = versions[wanted]
    if (record === undefined) {
      throw new DynamoDBEncryptionError('VERSION_NOT_FOUND', `there is no version ${String(wanted)} of these keys`)
    }
    const materialDescription = { [MATERIAL_ID]: `${materialName}#${String(wanted)}` }
    if (record.kind === 'kms') {
      return new DirectKmsMaterialsProvider({ keyId: record.keyId, client: this.#options.kmsClient, materialDescription })
    }
    return new WrappedMaterialsProvider({
      wrappingKey: LocalKey.aes(record.wrappingKey),
      signingKey: LocalKey.hmac(record.signingKey),
      materialDescription,
    })
  }

  async maxVersion(materialName: string): Promise<number | undefined> {
    const { length } = await this.#options.history.read(materialName)
    return length === 0 ? undefined : length - 1
  }

  /** The description is a stranger's text: whoever can write the table can change it. */
  versionFromMaterialDescription(description: MaterialDescription): number {
    const id = description[MATERIAL_ID]
    // Items from before there were versions, when these keys were given to a WrappedMaterialsProvider.
    if (id === undefined) return 0
    const version = /#(0|[1-9]\d{0,14})$/.exec(id)?.[1]
    if (version === undefined) throw new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', `${MATERIAL_ID} names no version`)
    return Number(version)
  }
}
