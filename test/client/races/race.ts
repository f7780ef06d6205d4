// What the processes of races.test.ts are told, and what they tell.
import { LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import type { LocalClientConfig } from 'dynamodb-encryption-client/testing'

export interface RaceKeys {
  readonly wrapping: Uint8Array
  readonly signing: Uint8Array
  /** Past the proxy. */
  readonly directEndpoint: string
}

export interface RaceStart {
  readonly clientConfig: LocalClientConfig
  readonly tableName: string
  /** Writers of this process. */
  readonly writers: number
  readonly rounds: number
  /** Keys of the items that all write to. */
  readonly items: readonly string[]
  readonly keys: RaceKeys
}

/** What the writers of a process know to have done. */
export interface WriterLog {
  /** The marks they left, by item. */
  readonly added: Record<string, string[]>
  /** By how much they changed balances. */
  readonly moved: Record<string, number>
  views: number
  /** How often a call said that its outcome is unknown. */
  unknown: number
  /** How often a call gave up for others. */
  contended: number
  /** Transactions repeated with their tokens. */
  repeated: number
  /** How often an attempt ended after it had read, and before it wrote. */
  ended: number
}

export function racingProvider({ wrapping, signing }: RaceKeys): WrappedMaterialsProvider {
  return new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(wrapping), signingKey: LocalKey.hmac(signing) })
}
