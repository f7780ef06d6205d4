// examples/docs/document-client.ts
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { EncryptedDocumentClient } from 'dynamodb-encryption-client/document'
import { localTable } from '../support/local-table.js'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const { plain, close } = await localTable('Orders', 'order')
const raw = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })

// A client of the same class, with the same conversions. The one given stays raw.
const documents = EncryptedDocumentClient.from(raw, { materialsProvider, actions: { attributes: { total: 'SIGN_ONLY' } } })

const Key = { order: 'o-7' }
await documents.send(new PutCommand({ TableName: 'Orders', Item: { ...Key, address: '1 Sea Road', total: 12.5, note: undefined } }))
console.log((await documents.send(new GetCommand({ TableName: 'Orders', Key }))).Item)

const { Item: stored = {} } = await raw.send(new GetCommand({ TableName: 'Orders', Key }))
const formOf = ([name, value]: [string, unknown]): string => `${name}: ${value instanceof Uint8Array ? 'bytes' : 'plaintext'}`
console.log('stored:', Object.entries<unknown>(stored).map(formOf).sort().join(', '))
await close()
