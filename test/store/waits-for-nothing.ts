// Run by expiring-cache.test.ts: uses a provider whose versions stay in memory for hours, and leaves it to Node to end.
import { CachingMostRecentProvider, ItemEncryptor } from 'dynamodb-encryption-client'
import { FakeProviderStore } from '../support/fake-provider-store.js'

const materialsProvider = new CachingMostRecentProvider({ store: new FakeProviderStore(), materialName: 'orders', ttl: 3_600_000 })
const encryptor = new ItemEncryptor({ materialsProvider })
await encryptor.decryptItem(await encryptor.encryptItem({ secret: { S: 'x' } }))
console.log('written and read')
