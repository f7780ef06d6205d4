// examples/docs/encrypted-table.ts
import { LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { EncryptedTable } from 'dynamodb-encryption-client/document'
import { localTable } from '../support/local-table.js'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const { plain, close } = await localTable('People', 'person')
const people = new EncryptedTable({ client: plain, tableName: 'People', materialsProvider })

// lib-dynamodb's requests and answers, without TableName.
await people.put({ Item: { person: 'p-1', name: 'Ada', visits: 1 } })
const update = { UpdateExpression: 'ADD visits :one', ExpressionAttributeValues: { ':one': 1 }, ReturnValues: 'ALL_NEW' } as const
console.log((await people.update({ Key: { person: 'p-1' }, ...update })).Attributes)

// Any number of writes: 25 in a request, four requests at once, what DynamoDB leaves unprocessed is sent again.
const rows = Array.from({ length: 1000 }, (_, at) => ({ person: `p-${String(at + 2)}`, name: 'somebody' }))
await people.batchWrite({ RequestItems: rows.map((Item) => ({ PutRequest: { Item } })) })

// Items one by one, a page in memory for each segment.
let count = 0
for await (const person of people.scanItems({}, { segments: 4, pageSize: 100 })) if (person['name'] === 'somebody') count++
console.log(count, 'of', rows.length)

// Any number of keys, 100 in a request.
const { Responses } = await people.batchGet({ RequestItems: { Keys: rows.map(({ person }) => ({ person })) } })
console.log(Responses.length, 'of', rows.length)
await close()
