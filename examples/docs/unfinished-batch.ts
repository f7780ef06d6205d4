// examples/docs/unfinished-batch.ts
import { LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { EncryptedTable, UnfinishedBatchError } from 'dynamodb-encryption-client/document'
import { localTable } from '../support/local-table.js'

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const { plain, close } = await localTable('People', 'person')
const people = new EncryptedTable({ client: plain, tableName: 'People', materialsProvider })

const stop = new AbortController()
const writer = people.batchWriter({ concurrency: 1, signal: stop.signal })
try {
  for (let at = 0; at < 60; at++) {
    if (at === 55) stop.abort() // Somebody has enough.
    await writer.put({ person: `p-${String(at)}`, name: 'somebody' })
  }
  await writer.finish()
} catch (error) {
  if (!(error instanceof UnfinishedBatchError)) throw error
  console.log(error.message)
}
// The requests as they were given, in plaintext: keep them, or give them again.
const [first] = writer.unprocessed
console.log(writer.unprocessed.length, 'left, the first is', first)
await people.batchWrite({ RequestItems: [...writer.unprocessed] })
console.log((await people.scan({ Select: 'COUNT' })).Count, 'stored')
await close()
