// examples/docs/stream-record.ts
import { ItemEncryptor, LocalKey, TableInfo, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { decryptStreamRecord } from 'dynamodb-encryption-client/lambda'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const info = new TableInfo({ tableName: 'Orders', primaryIndex: { partitionKeyName: 'customer', sortKeyName: 'number' } })

// What another process has stored, and how Lambda shows it.
const actions = { attributes: { customer: 'SIGN_ONLY', number: 'SIGN_ONLY' } } as const
const encryptor = new ItemEncryptor({ materialsProvider, actions, context: info.encryptionContextValues })
const stored = await encryptor.encryptDocument({ customer: 'c-1', number: 7, address: '1 Sea Road', code: new Uint8Array([1, 2, 3]) })
const inEvent = Object.entries(stored).map(([name, { B, ...rest }]) => [
  name,
  B === undefined ? rest : { B: Buffer.from(B).toString('base64') },
])
const record = {
  eventName: 'INSERT',
  eventSourceARN: 'arn:aws:dynamodb:eu-north-1:123456789012:table/Orders/stream/2026-01-01T00:00:00.000',
  dynamodb: { Keys: { customer: { S: 'c-1' }, number: { N: '7' } }, NewImage: Object.fromEntries(inEvent) as Record<string, object> },
}

// In the function: options once, outside the handler.
const options = { materialsProvider, info }
const decrypted = await decryptStreamRecord(record, options)
console.log(decrypted.eventName, decrypted.dynamodb.NewImage)
