// examples/custom-provider/tenant-provider.ts
import { DynamoDBEncryptionError, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import type {
  CryptographicMaterialsProvider,
  DecryptionMaterials,
  EncryptionContext,
  EncryptionMaterials,
} from 'dynamodb-encryption-client'

export interface TenantKeys {
  /** 16, 24 or 32 bytes. */
  readonly wrappingKey: Uint8Array
  /** 32 bytes are a good length. */
  readonly signingKey: Uint8Array
}

/** Where the keys are: a vault, a secrets manager, a service of your own. Undefined: there is no such tenant. */
export interface TenantKeySource {
  keysOf(tenant: string): Promise<TenantKeys | undefined>
}

/** A materials provider with keys of their own for each tenant, named by an attribute of the item. */
export class TenantMaterialsProvider implements CryptographicMaterialsProvider {
  readonly #source: TenantKeySource
  readonly #tenantAttribute: string
  readonly #providers = new Map<string, Promise<WrappedMaterialsProvider>>()

  /** @param tenantAttribute - of type S and SIGN_ONLY: a provider sees only what is stored in plaintext */
  constructor(source: TenantKeySource, tenantAttribute: string) {
    this.#source = source
    this.#tenantAttribute = tenantAttribute
  }

  async encryptionMaterials(context: EncryptionContext): Promise<EncryptionMaterials> {
    const provider = await this.#providerFor(context)
    return provider.encryptionMaterials(context)
  }

  async decryptionMaterials(context: EncryptionContext): Promise<DecryptionMaterials> {
    const provider = await this.#providerFor(context)
    return provider.decryptionMaterials(context)
  }

  /** Forgets every key: the next item asks the source again. */
  refresh(): void {
    this.#providers.clear()
  }

  #providerFor({ attributes }: EncryptionContext): Promise<WrappedMaterialsProvider> {
    const tenant = attributes?.[this.#tenantAttribute]?.S
    if (tenant === undefined) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `the item has no readable text attribute ${this.#tenantAttribute}, which names its tenant: give it the action SIGN_ONLY`,
      )
    }
    const known = this.#providers.get(tenant)
    if (known !== undefined) return known
    // The promise is kept, so that many items at once ask the source once.
    const provider = this.#load(tenant)
    this.#providers.set(tenant, provider)
    // A failure is not kept: the next item tries again.
    provider.catch(() => {
      if (this.#providers.get(tenant) === provider) this.#providers.delete(tenant)
    })
    return provider
  }

  async #load(tenant: string): Promise<WrappedMaterialsProvider> {
    let keys: TenantKeys | undefined
    try {
      keys = await this.#source.keysOf(tenant)
    } catch (cause) {
      throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the keys of the tenant could not be had', { cause })
    }
    if (keys === undefined) throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'the tenant has no keys')
    return new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(keys.wrappingKey), signingKey: LocalKey.hmac(keys.signingKey) })
  }
}
