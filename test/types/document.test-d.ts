// The types of ./document and ./lambda: compiled, never run.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocument, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LocalKey, StaticMaterialsProvider } from 'dynamodb-encryption-client'
import { EncryptedDocumentClient, EncryptedTable, type UnfinishedBatchError } from 'dynamodb-encryption-client/document'
import { decryptStreamRecord } from 'dynamodb-encryption-client/lambda'
import { expectTypeOf, test } from 'vitest'

const materialsProvider = new StaticMaterialsProvider({ signingKey: LocalKey.generate('HmacSHA256/256') })
const raw = new DynamoDBClient({})
const table = new EncryptedTable({ client: raw, tableName: 'People', materialsProvider })

test('a document client stays of its class', () => {
  expectTypeOf(
    EncryptedDocumentClient.from(DynamoDBDocumentClient.from(raw), { materialsProvider }),
  ).toEqualTypeOf<DynamoDBDocumentClient>()
  expectTypeOf(EncryptedDocumentClient.from(DynamoDBDocument.from(raw), { materialsProvider })).toEqualTypeOf<DynamoDBDocument>()
})

test('EncryptedTable takes either client, and requests without TableName', () => {
  new EncryptedTable({ client: DynamoDBDocumentClient.from(raw), tableName: 'People', materialsProvider })
  // @ts-expect-error -- a materials provider is needed
  new EncryptedTable({ client: raw, tableName: 'People' })
  // @ts-expect-error -- of one table
  new EncryptedTable({ client: raw, tableName: 'People', materialsProvider, tables: {} })
  void table.put({ Item: { id: '1', tags: new Set(['a']) }, ConditionExpression: 'attribute_not_exists(id)' })
  // @ts-expect-error -- the table says it
  void table.put({ TableName: 'Other', Item: { id: '1' } })
  void table.transactWrite({ TransactItems: [{ Put: { Item: { id: '1' } } }, { Delete: { Key: { id: '2' } } }] })
  void table.batchWrite({
    RequestItems: [{ PutRequest: { Item: { id: '1' } } }, { DeleteRequest: { Key: { id: '2' } } }],
  })
  void table.batchGet({ RequestItems: { Keys: [{ id: '1' }], ConsistentRead: true } }, { maxAttempts: 3 })
  // @ts-expect-error -- the size of a page is an option
  void table.queryItems({ KeyConditionExpression: 'id = :id', Limit: 3 })
})

test('items are iterated', () => {
  expectTypeOf(table.scanItems({}, { segments: 4, pageSize: 10 })).toExtend<AsyncIterable<Record<string, unknown>>>()
  expectTypeOf(table.batchWriter()).toExtend<AsyncDisposable>()
  expectTypeOf<UnfinishedBatchError<number>['unprocessed']>().toEqualTypeOf<readonly number[]>()
})

/** As `_Record` of `@aws-sdk/client-dynamodb-streams` has it. */
interface SdkRecord {
  eventID?: string | undefined
  eventName?: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined
  dynamodb?: {
    ApproximateCreationDateTime?: Date | undefined
    Keys?: Record<string, AttributeValue> | undefined
    NewImage?: Record<string, AttributeValue> | undefined
    OldImage?: Record<string, AttributeValue> | undefined
    SizeBytes?: number | undefined
  }
}

/** As `AttributeValue` and `DynamoDBRecord` of `@types/aws-lambda` have it. */
interface LambdaValue {
  B?: string | undefined
  BS?: string[] | undefined
  BOOL?: boolean | undefined
  L?: LambdaValue[] | undefined
  M?: Record<string, LambdaValue> | undefined
  N?: string | undefined
  NS?: string[] | undefined
  NULL?: boolean | undefined
  S?: string | undefined
  SS?: string[] | undefined
}
interface LambdaRecord {
  eventID?: string | undefined
  eventSourceARN?: string | undefined
  dynamodb?: {
    ApproximateCreationDateTime?: number | undefined
    Keys?: Record<string, LambdaValue> | undefined
    NewImage?: Record<string, LambdaValue> | undefined
    OldImage?: Record<string, LambdaValue> | undefined
  }
}

test('decryptStreamRecord gives the type that it was given', () => {
  expectTypeOf(decryptStreamRecord<SdkRecord>).returns.resolves.toEqualTypeOf<SdkRecord>()
  expectTypeOf(decryptStreamRecord<LambdaRecord>).returns.resolves.toEqualTypeOf<LambdaRecord>()
  void decryptStreamRecord<LambdaRecord>({}, { materialsProvider })
  void decryptStreamRecord<SdkRecord>({}, { tables: { People: { materialsProvider } }, client: raw })
  // @ts-expect-error -- no provider anywhere
  void decryptStreamRecord<SdkRecord>({}, { tableName: 'People' })
})
