// examples/custom-provider-store/orders.ts
import { CachingMostRecentProvider, ItemEncryptor, type ProviderStore } from 'dynamodb-encryption-client'

export function orderEncryptor(store: ProviderStore): ItemEncryptor {
  return new ItemEncryptor({
    materialsProvider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 }),
    actions: { attributes: { orderId: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'orderId' },
  })
}
