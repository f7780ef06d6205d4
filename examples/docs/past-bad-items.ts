// examples/docs/past-bad-items.ts
import { DynamoDBDocumentClient, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { EncryptedClient, LocalKey, WrappedMaterialsProvider, type UnverifiedItemsMetadata } from 'dynamodb-encryption-client'
import { localTable } from '../support/local-table.js'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const { plain, close } = await localTable('People', 'person')
const raw = DynamoDBDocumentClient.from(plain)
await raw.send(new PutCommand({ TableName: 'People', Item: { person: 'p-1', name: 'from before' } }))

const client = EncryptedClient.from(plain, {
  materialsProvider,
  // Only while the table is on its way to being encrypted.
  allowPlaintextReads: ({ key }) => key['person']?.S === 'p-1',
  // For a reader that must go on: an export, a report.
  onItemError: (error, { tableName, key }) => {
    console.log('skipped:', tableName, key, error instanceof Error && 'code' in error ? error.code : error)
    return 'skip'
  },
})
const documents = DynamoDBDocumentClient.from(client)
for (const person of ['p-2', 'p-3']) await documents.send(new PutCommand({ TableName: 'People', Item: { person, name: 'Ada' } }))
// Somebody who can write to the table.
const change = { UpdateExpression: 'SET admin = :yes', ExpressionAttributeValues: { ':yes': true } }
await raw.send(new UpdateCommand({ TableName: 'People', Key: { person: 'p-3' }, ...change }))

const { Items = [], Count, ScannedCount, $metadata } = await documents.send(new ScanCommand({ TableName: 'People' }))
const { unverifiedItems } = $metadata as UnverifiedItemsMetadata
for (const item of Items.sort((a, b) => (a['person'] < b['person'] ? -1 : 1))) console.log('read:', item)
console.log({ Count, ScannedCount }, 'unverified:', unverifiedItems)
await close()
