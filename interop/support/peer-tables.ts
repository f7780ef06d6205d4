// The libraries' helpers for applications, each over the same table: Python's EncryptedTable and EncryptedClient, Java's DynamoDBMapper
// with AttributeEncryptor.
import type { AttributeActions, Item } from 'dynamodb-encryption-client'
import { itemOf, itemToJson } from './item-json.js'
import type { TableUser } from './our-table.js'
import { actionsJson, type Peer, type PeerProvider } from './peers.js'
import { endpointOf } from './servers.js'

export interface PeerTableOptions {
  readonly peer: Peer
  /** Python's: over native values (`table`), or over DynamoDB's own form. */
  readonly helper?: 'table' | 'client'
  readonly tableName: string
  readonly provider: PeerProvider
  /** Java takes them from its class (interop/java, Visit). Python adds the primary key by itself. */
  readonly actions: AttributeActions
}

export function peerTable({ peer, helper, tableName, provider, actions }: PeerTableOptions): TableUser {
  const call = (name: string, item: Item): Promise<unknown> =>
    peer.call({
      do: 'helper',
      call: name,
      helper,
      endpoint: endpointOf('DYNAMODB_ENDPOINT'),
      tableName,
      provider,
      actions: actionsJson(actions),
      item: itemToJson(item),
    })
  return {
    put: async (item) => {
      await call('put', item)
    },
    batchPut: async (item) => {
      await call('batchPut', item)
    },
    get: async (key) => itemOf(await call('get', key)),
    query: async (partition) => {
      const found = await call('query', partition)
      if (!Array.isArray(found)) throw new Error('a query answers a list')
      return found.map(itemOf)
    },
  }
}
