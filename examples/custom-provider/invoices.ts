// examples/custom-provider/invoices.ts
import { ItemEncryptor } from 'dynamodb-encryption-client'
import { TenantMaterialsProvider, type TenantKeySource } from './tenant-provider.js'

export function invoiceEncryptor(source: TenantKeySource): ItemEncryptor {
  return new ItemEncryptor({
    materialsProvider: new TenantMaterialsProvider(source, 'tenant'),
    actions: { attributes: { tenant: 'SIGN_ONLY', invoice: 'SIGN_ONLY' } },
    context: { tableName: 'Invoices', partitionKeyName: 'tenant', sortKeyName: 'invoice' },
  })
}
