// The three clients' MetaStores over one table, and their Caching Most Recent providers over those.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  AttributeActions,
  CachingMostRecentProvider,
  MetaStore,
  type AttributeActionsOptions,
  type CryptographicMaterialsProvider,
} from 'dynamodb-encryption-client'
import type { ClientName } from './expectations.js'
import type { Peer, PeerProvider } from './peers.js'
import type { Peers } from './use-peers.js'
import { endpointOf } from './servers.js'
import { ourClient, peerClient, type ItemClient } from './three-clients.js'

/** How the rows of the store's table are protected, in both ways of saying it. */
export interface Protection {
  readonly ours: CryptographicMaterialsProvider
  readonly theirs: PeerProvider
}

/** One material of one client's store. */
export interface MaterialUser extends ItemClient {
  /** Makes the next version; returns its number. */
  newVersion(): Promise<number>
  /** -1 where there is none. */
  maxVersion(): Promise<number>
  /** Forgets what is cached. */
  refresh(): Promise<void>
}

export interface StoreParty {
  readonly name: ClientName
  /** @param ttl - milliseconds for which versions are cached */
  material(materialName: string, ttl: number): Promise<MaterialUser>
}

export const ITEM_CONTEXT = { tableName: 'People', partitionKeyName: 'id' } as const
const ACTIONS: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY' } }

export function ourParty(client: DynamoDBClient, tableName: string, { ours }: Protection): StoreParty {
  const store = new MetaStore({ client, tableName, materialsProvider: ours })
  return {
    name: 'TypeScript',
    material: async (materialName, ttl) => {
      const provider = new CachingMostRecentProvider({ store, materialName, ttl })
      return {
        ...ourClient({ materialsProvider: provider, actions: ACTIONS, context: ITEM_CONTEXT }),
        newVersion: async () => {
          await store.newProvider(materialName)
          return (await store.maxVersion(materialName)) ?? -1
        },
        maxVersion: async () => (await store.maxVersion(materialName)) ?? -1,
        refresh: async () => {
          provider.refresh()
        },
      }
    },
  }
}

export async function peerParty(peer: Peer, tableName: string, { theirs }: Protection): Promise<StoreParty> {
  await peer.process.tell({ do: 'store', name: tableName, tableName, endpoint: endpointOf('DYNAMODB_ENDPOINT'), provider: theirs })
  return {
    name: peer.name,
    material: async (materialName, ttl) => {
      const name = `${tableName} ${materialName} ${String(ttl)}`
      const provider: PeerProvider = { kind: 'mostRecent', store: tableName, materialName, ttl }
      await peer.process.tell({ do: 'provider', name, provider })
      return {
        ...peerClient(peer, { provider: { kind: 'kept', name }, actions: new AttributeActions(ACTIONS), context: ITEM_CONTEXT }),
        newVersion: async () => Number(await peer.call({ do: 'newVersion', store: tableName, materialName })),
        maxVersion: async () => Number(await peer.call({ do: 'maxVersion', store: tableName, materialName })),
        refresh: async () => {
          await peer.call({ do: 'refresh', name })
        },
      }
    },
  }
}

export async function threeParties(client: DynamoDBClient, tableName: string, protection: Protection, peers: Peers): Promise<StoreParty[]> {
  return [ourParty(client, tableName, protection), ...(await Promise.all(peers.both.map((peer) => peerParty(peer, tableName, protection))))]
}
