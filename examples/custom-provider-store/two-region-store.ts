// examples/custom-provider-store/two-region-store.ts
import { DynamoDBEncryptionError } from 'dynamodb-encryption-client'
import type { CryptographicMaterialsProvider, MaterialDescription, MetaStore, ProviderStore } from 'dynamodb-encryption-client'

export interface TwoRegionStoreOptions {
  /** Versions are made here. */
  readonly home: MetaStore
  /** Has a copy of each, under a key of its own Region, and answers while home does not. */
  readonly away: MetaStore
}

/** A provider store that reads through two others: a MetaStore, and its copy in another Region for when that one is down. */
export class TwoRegionStore implements ProviderStore {
  readonly #home: MetaStore
  readonly #away: MetaStore

  constructor({ home, away }: TwoRegionStoreOptions) {
    this.#home = home
    this.#away = away
  }

  async newProvider(materialName: string): Promise<CryptographicMaterialsProvider> {
    const provider = await this.#home.newProvider(materialName)
    await this.copyVersions(materialName)
    return provider
  }

  async getOrCreateProvider(materialName: string, version: number): Promise<CryptographicMaterialsProvider> {
    const provider = await this.#home.getOrCreateProvider(materialName, version)
    await this.copyVersions(materialName)
    return provider
  }

  provider(materialName: string, version?: number): Promise<CryptographicMaterialsProvider> {
    return this.#ask((store) => store.provider(materialName, version))
  }

  maxVersion(materialName: string): Promise<number | undefined> {
    return this.#ask((store) => store.maxVersion(materialName))
  }

  versionFromMaterialDescription(description: MaterialDescription): number {
    return this.#home.versionFromMaterialDescription(description)
  }

  /** Copies what the other Region lacks. Where it fails, call it again: versions that are there already stay as they are. */
  async copyVersions(materialName: string): Promise<void> {
    const there = new Set(await this.#away.versions(materialName))
    for (const version of await this.#home.versions(materialName)) {
      if (!there.has(version)) await this.#home.replicate(materialName, version, this.#away)
    }
  }

  async #ask<T>(question: (store: MetaStore) => Promise<T>): Promise<T> {
    try {
      return await question(this.#home)
    } catch (homeError) {
      // Only a store that cannot be asked is passed over: `VERSION_NOT_FOUND` and an altered row are answers.
      if (!isUnavailable(homeError)) throw homeError
      try {
        return await question(this.#away)
      } catch (awayError) {
        if (!isUnavailable(awayError)) throw awayError
        throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', 'neither Region has the keys: see cause.errors', {
          cause: new AggregateError([homeError, awayError]),
        })
      }
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MATERIALS_UNAVAILABLE'
}
