// A user's program over the transparent clients, in plain JavaScript: tools/check-sdk-versions.mjs runs it beside an old and a new SDK. Each
// check prints `ok name` or `FAILED name: why`. Arguments: the versions of client-dynamodb and lib-dynamodb that must be there.
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDB,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  paginateQuery,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocument,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb'
import { EncryptedClient, LocalKey, StaticMaterialsProvider, getItemEncryptionPlugin } from 'dynamodb-encryption-client'
import { startLocalDynamoDb } from 'dynamodb-encryption-client/testing'

const SECRET = 'Blutgruppe AB 7731'
const TABLE = 'Visits'
const ITEM = { patient: { S: 'p1' }, visit: { N: '1' }, note: { S: SECRET }, count: { N: '3' } }
const KEY = { patient: { S: 'p1' }, visit: { N: '1' } }

/** @param {unknown} actual @param {unknown} expected */
function equal(actual, expected) {
  if (!isDeepStrictEqual(actual, expected)) throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`)
}

/** @param {Error & { code?: string, requestApplied?: boolean }} error */
const pick = ({ name, code = '', requestApplied = false }) => ({ name, code, requestApplied })

/** @param {Promise<unknown>} promise @param {string} code */
async function rejects(promise, code) {
  /** @type {unknown} */
  const error = await promise.then(
    () => undefined,
    (/** @type {unknown} */ reason) => reason,
  )
  const told = { name: '', code: '', requestApplied: false, ...(error instanceof Error ? pick(error) : {}) }
  if (told.code !== code && told.name !== code) throw new Error(`${String(error)} is not ${code}`)
  return told
}

async function main() {
  const versions = ['client-dynamodb', 'lib-dynamodb'].map((name) => {
    /** @type {{ version: string }} */
    const { version } = JSON.parse(readFileSync(`node_modules/@aws-sdk/${name}/package.json`, 'utf8'))
    return version
  })
  const db = await startLocalDynamoDb()
  const plain = new DynamoDBClient(db.clientConfig)
  const materialsProvider = new StaticMaterialsProvider({
    encryptionKey: LocalKey.aes(new Uint8Array(32).fill(1)),
    signingKey: LocalKey.hmac(new Uint8Array(32).fill(2)),
  })
  const options = { materialsProvider, actions: { attributes: { count: /** @type {const} */ ('DO_NOTHING') } } }
  /** @type {string[]} */
  const bodies = []
  const { requestHandler } = plain.config
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (...args) => {
    /** @type {string | Uint8Array} */
    const body = Reflect.get(args[0], 'body')
    bodies.push(typeof body === 'string' ? body : Buffer.from(body).toString())
    return handle(...args)
  }
  const client = EncryptedClient.from(plain, options)
  const documents = DynamoDBDocumentClient.from(client)
  const put = () => client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }))
  const native = (/** @type {number} */ visit) => ({ patient: 'p2', visit, note: `${SECRET} ${visit}`, tags: ['a', { b: null }] })
  const query = { TableName: TABLE, KeyConditionExpression: 'patient = :p', ExpressionAttributeValues: { ':p': { S: 'p1' } } }

  /** @type {Record<string, () => Promise<void>>} */
  const checks = {
    'the SDK of these versions': async () => {
      equal(versions, process.argv.slice(2))
    },
    'create a table and wait for it': async () => {
      await client.send(
        new CreateTableCommand({
          TableName: TABLE,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'patient', KeyType: 'HASH' },
            { AttributeName: 'visit', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'patient', AttributeType: 'S' },
            { AttributeName: 'visit', AttributeType: 'N' },
          ],
        }),
      )
      await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: TABLE })
    },
    'put and get': async () => {
      await put()
      const { Item: stored = {} } = await plain.send(new GetItemCommand({ TableName: TABLE, Key: KEY }))
      equal(Object.keys(stored['note'] ?? {}), ['B'])
      equal((await client.send(new GetItemCommand({ TableName: TABLE, Key: KEY }))).Item, ITEM)
      equal((await client.send(new GetItemCommand({ TableName: TABLE, Key: KEY, ProjectionExpression: 'note' }))).Item, {
        note: ITEM.note,
      })
    },
    'query, scan and count': async () => {
      equal((await client.send(new QueryCommand(query))).Items, [ITEM])
      equal((await client.send(new ScanCommand({ TableName: TABLE }))).Items, [ITEM])
      equal((await client.send(new QueryCommand({ ...query, Select: 'COUNT' }))).Count, 1)
    },
    'update an unsigned attribute': async () => {
      const update = {
        UpdateExpression: 'ADD #c :one',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }
      const { Attributes } = await client.send(new UpdateItemCommand({ TableName: TABLE, Key: KEY, ...update, ReturnValues: 'ALL_NEW' }))
      equal(Attributes, { ...ITEM, count: { N: '4' } })
    },
    'update an encrypted attribute': async () => {
      const update = {
        UpdateExpression: 'SET note = :n',
        ConditionExpression: 'begins_with(note, :b)',
        ExpressionAttributeValues: { ':n': { S: 'new' }, ':b': { S: 'Blut' } },
      }
      const { Attributes } = await client.send(new UpdateItemCommand({ TableName: TABLE, Key: KEY, ...update, ReturnValues: 'ALL_NEW' }))
      equal(Attributes?.['note'], { S: 'new' })
    },
    'delete, with the old item': async () => {
      await put()
      equal((await client.send(new DeleteItemCommand({ TableName: TABLE, Key: KEY, ReturnValues: 'ALL_OLD' }))).Attributes, ITEM)
    },
    batches: async () => {
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: ITEM } }] } }))
      equal((await client.send(new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [KEY] } } }))).Responses, { [TABLE]: [ITEM] })
    },
    'a document client': async () => {
      await documents.send(new PutCommand({ TableName: TABLE, Item: native(1) }))
      equal((await documents.send(new GetCommand({ TableName: TABLE, Key: { patient: 'p2', visit: 1 } }))).Item, native(1))
      const requests = [2, 3, 4].map((visit) => ({ PutRequest: { Item: native(visit) } }))
      equal((await documents.send(new BatchWriteCommand({ RequestItems: { [TABLE]: requests } }))).UnprocessedItems, {})
      const Keys = [{ patient: 'p2', visit: 3 }]
      equal((await documents.send(new BatchGetCommand({ RequestItems: { [TABLE]: { Keys } } }))).Responses, { [TABLE]: [native(3)] })
    },
    paginators: async () => {
      const pages = []
      for await (const { Items = [] } of paginateScan({ client: documents, pageSize: 2 }, { TableName: TABLE })) pages.push(...Items)
      equal(
        pages.filter(({ patient }) => patient === 'p2').map(({ visit }) => Number(visit)),
        [1, 2, 3, 4],
      )
      const queried = []
      for await (const { Items = [] } of paginateQuery(
        { client, pageSize: 2 },
        { ...query, ExpressionAttributeValues: { ':p': { S: 'p2' } } },
      ))
        queried.push(...Items)
      equal(
        queried.map(({ note }) => note?.S),
        [1, 2, 3, 4].map((visit) => native(visit).note),
      )
    },
    'aggregated clients': async () => {
      const aggregated = EncryptedClient.from(new DynamoDB(db.clientConfig), options)
      await aggregated.putItem({ TableName: TABLE, Item: ITEM })
      equal((await aggregated.getItem({ TableName: TABLE, Key: KEY })).Item, ITEM)
      equal((await DynamoDBDocument.from(client).get({ TableName: TABLE, Key: { patient: 'p1', visit: 1 } })).Item?.['note'], SECRET)
    },
    'the plugin': async () => {
      const own = new DynamoDBClient(db.clientConfig)
      const ofOwn = DynamoDBDocumentClient.from(own)
      own.middlewareStack.use(getItemEncryptionPlugin({ client: own, ...options }))
      equal((await own.send(new GetItemCommand({ TableName: TABLE, Key: KEY }))).Item, ITEM)
      equal((await ofOwn.send(new GetCommand({ TableName: TABLE, Key: { patient: 'p1', visit: 1 } }))).Item?.['note'], SECRET)
    },
    'a changed item: an error and no item, from every client': async () => {
      const { Item: stored } = await plain.send(new GetItemCommand({ TableName: TABLE, Key: KEY }))
      await plain.send(new PutItemCommand({ TableName: TABLE, Item: { ...stored, note: { S: 'exchanged' } } }))
      await rejects(client.send(new GetItemCommand({ TableName: TABLE, Key: KEY })), 'SIGNATURE_MISMATCH')
      await rejects(documents.send(new GetCommand({ TableName: TABLE, Key: { patient: 'p1', visit: 1 } })), 'SIGNATURE_MISMATCH')
      await rejects(client.send(new ScanCommand({ TableName: TABLE })), 'SIGNATURE_MISMATCH')
      const replaced = await rejects(
        client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM, ReturnValues: 'ALL_OLD' })),
        'SIGNATURE_MISMATCH',
      )
      equal(replaced.requestApplied, true)
    },
    'a failed condition is DynamoDB’s own error': async () => {
      const condition = { ConditionExpression: 'attribute_not_exists(patient)' }
      await rejects(client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM, ...condition })), 'ConditionalCheckFailedException')
    },
    'an abort stops a batch': async () => {
      const before = bodies.length
      const Items = Array.from({ length: 25 }, (_, visit) => ({ PutRequest: { Item: { ...ITEM, visit: { N: String(100 + visit) } } } }))
      const sent = client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: Items } }), { abortSignal: AbortSignal.abort() })
      equal(
        await sent.then(
          () => 'sent',
          () => 'stopped',
        ),
        'stopped',
      )
      equal(bodies.slice(before).filter((body) => body.includes('PutRequest')).length <= 1, true)
    },
    'no secret was on the wire': async () => {
      // The search reads the bodies: each names the table.
      equal(bodies.length > 10 && bodies.every((body) => body.includes(TABLE)), true)
      equal(
        bodies.filter((body) => body.includes(SECRET) || body.includes(Buffer.from(SECRET).toString('base64'))),
        [],
      )
      await client.send(new DescribeTableCommand({ TableName: TABLE }))
    },
  }
  for (const [name, run] of Object.entries(checks)) {
    try {
      await run()
      console.log(`ok ${name}`)
    } catch (error) {
      console.log(`FAILED ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  plain.destroy()
  await db.close()
}

main().catch((/** @type {unknown} */ error) => {
  console.error(error)
  process.exit(1)
})
