// A user's program: tools/check-pack.mjs compiles it as .mts and as .cts against the packed package, in a folder of its own, and runs both.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ItemEncryptor, LocalKey, StaticMaterialsProvider } from 'dynamodb-encryption-client'

async function main(): Promise<void> {
  const encryptor = new ItemEncryptor({
    materialsProvider: new StaticMaterialsProvider({
      encryptionKey: LocalKey.aes(new Uint8Array(32).fill(1)),
      signingKey: LocalKey.hmac(new Uint8Array(32).fill(2)),
    }),
    actions: { attributes: { id: 'SIGN_ONLY' } },
    context: { tableName: 'People', partitionKeyName: 'id' },
  })
  const item: Record<string, AttributeValue> = { id: { S: '1' }, name: { S: 'Ada' } }
  const stored = await encryptor.encryptItem(item)
  const read = await encryptor.decryptItem(stored)
  if (stored['name']?.B === undefined) throw new Error('the name is not encrypted')
  if (read['name']?.S !== 'Ada') throw new Error('the name did not come back')
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
