// What a config file says: `ddbec.config.ts`, `.js` or `.json`.
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import type { MaybePromise } from '../items.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import type { TableProtection } from '../migrate/job-tables.js'
import type { MaterialDescription } from '../format/material-description.js'

/** Where a secret key is: never the key itself. Base64 unless `encoding` says otherwise. */
export interface SecretSource {
  /** The name of an environment variable. */
  readonly env?: string | undefined
  /** The path of a file, from the config file's folder. */
  readonly file?: string | undefined
  readonly encoding?: 'base64' | 'hex' | 'raw' | undefined
}

/** A materials provider in words, for config files in JSON. */
export type ProviderDescription =
  | {
      readonly kind: 'static'
      readonly encryptionKey?: SecretSource | undefined
      readonly signingKey: SecretSource
      readonly materialDescription?: MaterialDescription | undefined
    }
  | {
      readonly kind: 'wrapped'
      readonly wrappingKey: SecretSource
      readonly signingKey: SecretSource
      readonly materialDescription?: MaterialDescription | undefined
    }
  | {
      readonly kind: 'direct-kms'
      readonly keyId: string
      readonly region?: string | undefined
      readonly decryptKeyIds?: 'configured' | 'any' | readonly string[] | undefined
      readonly materialDescription?: MaterialDescription | undefined
    }
  | {
      readonly kind: 'caching-most-recent'
      readonly store: StoreDescription
      readonly materialName: string
      /** Milliseconds: 60,000 where left out. */
      readonly ttl?: number | undefined
    }

/** A MetaStore: its table, and how its own rows are protected. */
export interface StoreDescription {
  readonly tableName: string
  readonly materialsProvider: CryptographicMaterialsProvider | ProviderDescription
}

/** How a table's items are protected, as the transparent clients are told. */
export interface DdbecProtection extends Omit<TableProtection, 'materialsProvider'> {
  readonly materialsProvider: CryptographicMaterialsProvider | ProviderDescription
}

export interface DdbecTable extends DdbecProtection {
  /** For `re-encrypt`: how items were protected before. Where left out: as now, with the history of actions. */
  readonly former?: Partial<DdbecProtection> | undefined
}

/** What `ddbec.config.ts` exports as default, or returns from a function that it exports. */
export interface DdbecConfig {
  /** A plain client, or what one is made with. Where left out: the SDK's defaults, and the flags. */
  readonly client?: DynamoDBClient | DynamoDBClientConfig | undefined
  /** By table name or ARN. */
  readonly tables?: Readonly<Record<string, DdbecTable>> | undefined
  /** Provider stores, by a name of your own. */
  readonly stores?: Readonly<Record<string, StoreDescription>> | undefined
}

/** A config, now or later: keys can be fetched first. */
export type DdbecConfigFile = DdbecConfig | (() => MaybePromise<DdbecConfig>)
