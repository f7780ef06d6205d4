// Records of a real stream: DynamoDB Local's, read over its JSON protocol, which is what Lambda hands on.
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { EncryptedTable } from 'dynamodb-encryption-client/document'
import { decryptStreamRecord, type StreamRecord } from 'dynamodb-encryption-client/lambda'
import { expect, test } from 'vitest'
import { useStoreDatabase } from '../support/store-database.js'
import { staticProvider } from '../support/table-provider.js'

const endpoint = process.env['DYNAMODB_ENDPOINT']
const database = useStoreDatabase()

interface Answers {
  readonly DescribeStream: { readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] } }
  readonly GetShardIterator: { readonly ShardIterator: string }
  readonly GetRecords: { readonly Records: readonly (StreamRecord & { readonly eventName: string })[] }
}

/** The SDK's client for streams is no dependency of this package. */
async function ask<Operation extends keyof Answers>(operation: Operation, input: object): Promise<Answers[Operation]> {
  const { accessKeyId } = database.clientConfig.credentials
  const response = await fetch(endpoint ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      'x-amz-date': '20260101T000000Z',
    },
    body: JSON.stringify(input),
  })
  return (await response.json()) as Answers[Operation]
}

test.runIf(endpoint !== undefined)('every record of a stream, in the order of the changes', async () => {
  const client = database.client()
  const tableName = `Table-${randomUUID()}`
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'B' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  )
  const materialsProvider = staticProvider()
  const table = new EncryptedTable({ client, tableName, materialsProvider })
  const id = new Uint8Array([1, 2, 3])
  await table.put({ Item: { id, name: 'Ada', photo: new Uint8Array([9]) } })
  await table.put({ Item: { id, name: 'Grace' } })
  await table.delete({ Key: { id } })

  const { Table: { LatestStreamArn: StreamArn = '' } = {} } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  const { StreamDescription } = await ask('DescribeStream', { StreamArn })
  const records: (StreamRecord & { readonly eventName: string })[] = []
  for (const { ShardId } of StreamDescription.Shards) {
    const { ShardIterator } = await ask('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
    records.push(...(await ask('GetRecords', { ShardIterator })).Records)
  }
  const decrypted = await Promise.all(
    records.map((record) => decryptStreamRecord({ ...record, eventSourceARN: StreamArn }, { materialsProvider })),
  )
  const key = { id: { B: 'AQID' } }
  const [ada, grace] = [
    { ...key, name: { S: 'Ada' }, photo: { B: 'CQ==' } },
    { ...key, name: { S: 'Grace' } },
  ]
  expect(records.map(({ dynamodb }) => dynamodb?.NewImage?.['name']?.S)).toEqual([undefined, undefined, undefined])
  expect(decrypted.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage])).toEqual([
    ['INSERT', undefined, ada],
    ['MODIFY', ada, grace],
    ['REMOVE', grace, undefined],
  ])
})
