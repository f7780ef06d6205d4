// examples/docs/table-info.ts
import { EncryptedClient, LocalKey, TableInfo, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { localTable } from '../support/local-table.js'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const { plain, close } = await localTable('Orders', 'order')

// Asked of DynamoDB: what the clients do by themselves.
const described = await TableInfo.describe(plain, 'Orders')
console.log(described.primaryIndex.partitionKeyName, described.protectedIndexKeys(), described.secondaryIndexKeys())

// By hand, for a program that may not describe the table. Name its indexes, too: reads of an index that is not named are refused.
const info = new TableInfo({
  tableName: 'Orders',
  primaryIndex: { partitionKeyName: 'order' },
  secondaryIndexes: [{ indexName: 'byCustomer', kind: 'global', keyNames: ['customer'], projection: 'ALL' }],
})
const client = EncryptedClient.from(plain, {
  tables: { Orders: { materialsProvider, info, actions: { attributes: { customer: 'SIGN_ONLY' } } } },
})
console.log(client.constructor.name, info.encryptionContextValues)
await close()
