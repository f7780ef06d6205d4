// examples/first-example.ts
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { EncryptedClient, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { localTable } from './support/local-table.js'

// Each item is encrypted under a fresh key, which is stored beside it, wrapped by yours.
const materialsProvider = new WrappedMaterialsProvider({
  // Keys that end with this process. Yours come from where you keep secrets: LocalKey.aes(bytes), LocalKey.hmac(bytes).
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})

// Yours: new DynamoDBClient({}). This one is of a server on this machine, with a table whose key is personId.
const { plain, close } = await localTable('People', 'personId')

// The one line. Every attribute but the primary key is encrypted and signed from here on.
const client = EncryptedClient.from(plain, { materialsProvider })

// The rest of the program stays as it is.
const documents = DynamoDBDocumentClient.from(client)
const Key = { personId: 'p-1' }
await documents.send(new PutCommand({ TableName: 'People', Item: { ...Key, name: 'Ada Nowak', visits: 1 } }))
await documents.send(
  new UpdateCommand({ TableName: 'People', Key, UpdateExpression: 'SET visits = visits + :one', ExpressionAttributeValues: { ':one': 1 } }),
)
console.log('read: ', (await documents.send(new GetCommand({ TableName: 'People', Key }))).Item)

// What lies in the table. The plain client still sees it.
console.log('stored: ', (await DynamoDBDocumentClient.from(plain).send(new GetCommand({ TableName: 'People', Key }))).Item)
await close()
