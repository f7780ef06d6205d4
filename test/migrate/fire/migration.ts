// What the processes of fire.test.ts are told, and what they tell.
import { LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import type { LocalClientConfig } from 'dynamodb-encryption-client/testing'
import type { ItemProblem } from '../../../src/migrate/item-problem.js'
import type { MigrationProgress, MigrationSummary } from '../../../src/migrate/migrate-table.js'

export const ACTIONS = { attributes: { city: 'SIGN_ONLY', visits: 'DO_NOTHING' } } as const

export interface MigrationStart {
  readonly clientConfig: LocalClientConfig
  readonly tableName: string
  readonly keys: MigrationKeys
  readonly checkpoint: string
  readonly totalSegments: number
  /** Read capacity units a second: makes for small pages, and so for places to be killed at. */
  readonly limitRcu: number
}

export interface MigrationKeys {
  readonly wrapping: Uint8Array
  readonly signing: Uint8Array
}

export type MigrationMessage =
  | { readonly kind: 'progress'; readonly progress: MigrationProgress }
  | { readonly kind: 'problem'; readonly problem: ItemProblem }
  | { readonly kind: 'summary'; readonly summary: MigrationSummary }

export function migrationProvider({ wrapping, signing }: MigrationKeys): WrappedMaterialsProvider {
  return new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(wrapping), signingKey: LocalKey.hmac(signing) })
}
