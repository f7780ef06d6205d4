// A provider store: materials providers by name and version (guide: "Provider store").
import type { MaterialDescription } from '../format/material-description.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'

/** The material description's entry that says which version of which material an item was written with: `<name>#<version>`. */
export const MATERIAL_ID = 'amzn-ddb-meta-id'

/** Where `CachingMostRecentProvider` gets its providers from. Versions are whole numbers from 0, each made once and kept. */
export interface ProviderStore {
  /** Makes the version after the newest. Where another process makes it first, that one is returned. */
  newProvider(materialName: string): Promise<CryptographicMaterialsProvider>
  /** The given version, made where it does not exist. */
  getOrCreateProvider(materialName: string, version: number): Promise<CryptographicMaterialsProvider>
  /** @throws DynamoDBEncryptionError `VERSION_NOT_FOUND` where that version (or, with none given, any) does not exist */
  provider(materialName: string, version?: number): Promise<CryptographicMaterialsProvider>
  /** @returns undefined where no version exists */
  maxVersion(materialName: string): Promise<number | undefined>
  /** @throws DynamoDBEncryptionError `INVALID_MATERIAL_DESCRIPTION` where it names none */
  versionFromMaterialDescription(description: MaterialDescription): number
}
