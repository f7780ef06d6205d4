// examples/docs/actions-by-key.ts
import { EncryptedTable } from 'dynamodb-encryption-client/document'
import { LocalKey, WrappedMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import { localTable } from '../support/local-table.js'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const { plain, close } = await localTable('Shop', 'pk')

/** Called with the primary key alone, on writing and on reading. The same key must have the same answer for ever. */
function actions({ pk }: Item) {
  if (pk?.S?.startsWith('CUSTOMER#') === true) return { attributes: { country: 'SIGN_ONLY' } } as const
  if (pk?.S?.startsWith('PRODUCT#') === true) return 'unprotected'
  return {}
}

const shop = new EncryptedTable({ client: plain, tableName: 'Shop', materialsProvider, actions })
const raw = new EncryptedTable({ client: plain, tableName: 'Shop', materialsProvider, actions: { default: 'DO_NOTHING' } })
for (const pk of ['CUSTOMER#1', 'PRODUCT#1', 'ORDER#1']) {
  await shop.put({ Item: { pk, country: 'Norway', name: 'Lamp' } })
  const { Item: stored = {} } = await raw.get({ Key: { pk } })
  const inPlaintext = Object.keys(stored).filter((name) => !(stored[name] instanceof Uint8Array))
  console.log(pk, 'in plaintext:', inPlaintext.sort().join(', '))
}
await close()
