// A DynamoDB on this machine with one table, for examples that are about something else.
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { startLocalDynamoDb } from 'dynamodb-encryption-client/testing'

/** A plain client of a server that ends with the process, or when `close` is called. The table's key is of type S. */
export async function localTable(tableName: string, keyName: string): Promise<{ plain: DynamoDBClient; close: () => Promise<void> }> {
  const db = await startLocalDynamoDb()
  const plain = new DynamoDBClient(db.clientConfig)
  await plain.send(
    new CreateTableCommand({
      TableName: tableName,
      KeySchema: [{ AttributeName: keyName, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: keyName, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  await waitUntilTableExists({ client: plain, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: tableName })
  return {
    plain,
    async close() {
      plain.destroy()
      await db.close()
    },
  }
}
