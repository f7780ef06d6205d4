// What the transparent client adds to a call of the AWS SDK. The HTTP handler answers at once, so that only the client's own work is timed;
// beside it the same calls against a DynamoDB on this machine.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  waitUntilTableExists,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb'
import { Readable } from 'node:stream'
import {
  EncryptedClient,
  LocalKey,
  StaticMaterialsProvider,
  TableInfo,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { startLocalDynamoDb } from 'dynamodb-encryption-client/testing'
import { floorInput, staticFloor, wrappedAesFloor, type Floor, type FloorInput } from './floor.js'
import { KEY_NAMES, sampleItem } from './items.js'
import { awaited, inTurn, measure, type Candidate } from './measure.js'

const TABLE = 'Visits'
const ITEM = sampleItem(10, 1000)
const PAGE = 100
const LIMIT = 1.25
const SLICES = 10

interface Mode {
  readonly name: string
  readonly provider: CryptographicMaterialsProvider
  floor(input: FloorInput): Floor
}

function modes(): Mode[] {
  const signingKey = LocalKey.generate('HmacSHA256/256')
  const aes = LocalKey.generate('AES/256')
  return [
    { name: 'Static', provider: new StaticMaterialsProvider({ encryptionKey: aes, signingKey }), floor: staticFloor },
    { name: 'Wrapped AES', provider: new WrappedMaterialsProvider({ wrappingKey: aes, signingKey }), floor: wrappedAesFloor },
  ]
}

const OFFLINE: DynamoDBClientConfig = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
  maxAttempts: 1,
}

/** A client whose every call is answered with this at once, as a stream, as the network would. */
function clientAnswering(answer: object): DynamoDBClient {
  const body = Buffer.from(JSON.stringify(answer, (_, value: unknown) => asWire(value)))
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'content-length': String(body.length) }
  return new DynamoDBClient({
    ...OFFLINE,
    requestHandler: {
      handle: async () => ({ response: { statusCode: 200, headers, body: Readable.from([body], { objectMode: false }) } }),
    },
  })
}

/** Bytes as DynamoDB's JSON has them. */
function asWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('B' in value) || !(value.B instanceof Uint8Array)) return value
  return { B: Buffer.from(value.B).toString('base64') }
}

function encrypting(client: DynamoDBClient, materialsProvider: CryptographicMaterialsProvider): DynamoDBClient {
  const [partitionKeyName, sortKeyName] = KEY_NAMES
  const info = new TableInfo({ tableName: TABLE, primaryIndex: { partitionKeyName, sortKeyName } })
  return EncryptedClient.from(client, { materialsProvider, tables: { [TABLE]: { info } } })
}

/** The item as it is stored: what the encrypting client sends. */
async function storedForm(materialsProvider: CryptographicMaterialsProvider): Promise<Item> {
  let stored: Item | undefined
  const client = clientAnswering({})
  client.middlewareStack.add(
    (next) => (args) => {
      if ('Item' in args.input) stored = args.input.Item
      return next(args)
    },
    { name: 'watch', step: 'build' },
  )
  await encrypting(client, materialsProvider).send(new PutItemCommand({ TableName: TABLE, Item: ITEM }))
  if (stored === undefined) throw new Error('nothing was sent')
  return stored
}

const put = (client: DynamoDBClient): Promise<unknown> => client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }))
const key = Object.fromEntries(KEY_NAMES.map((name) => [name, ITEM[name] ?? { NULL: true }]))
const get = (client: DynamoDBClient): Promise<{ Item?: Item | undefined }> =>
  client.send(new GetItemCommand({ TableName: TABLE, Key: key }))
const query = (client: DynamoDBClient): Promise<{ Items?: Item[] | undefined }> =>
  client.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'patientId = :id',
      ExpressionAttributeValues: { ':id': ITEM['patientId'] ?? { NULL: true } },
    }),
  )

export interface ClientRow {
  readonly provider: string
  readonly operation: string
  readonly callsPerSecond: number
  /** Of the plain client's call; for a page plus the floor of its decryptions. In microseconds. */
  readonly against: number
  readonly ratio: number
  readonly limit: number
}

/** The SDK's code is long: it takes thousands of calls until all of it is compiled. */
async function warmUp(candidates: readonly Candidate[], milliseconds = 400): Promise<void> {
  for (const candidate of candidates) {
    const began = performance.now()
    while (performance.now() - began < milliseconds) await candidate.run(10)
  }
}

/** With a stub in the network's place. */
export async function benchClients(rounds: number, milliseconds: number): Promise<ClientRow[]> {
  const rows: ClientRow[] = []
  for (const mode of modes()) {
    const { name: provider, provider: materialsProvider } = mode
    const stored = await storedForm(materialsProvider)
    const page = { Items: Array.from({ length: PAGE }, () => stored), Count: PAGE, ScannedCount: PAGE }
    const writes = clientAnswering({})
    const reads = clientAnswering({ Item: ITEM })
    const storedReads = clientAnswering({ Item: stored })
    const pages = clientAnswering(page)
    const [encryptedWrites, encryptedReads, encryptedPages] = [
      encrypting(writes, materialsProvider),
      encrypting(storedReads, materialsProvider),
      encrypting(pages, materialsProvider),
    ]
    // All do what they are timed for.
    if ((await get(encryptedReads)).Item?.['attribute000']?.S === undefined) throw new Error('the item was not decrypted')
    if ((await query(encryptedPages)).Items?.[PAGE - 1]?.['attribute000']?.S === undefined) throw new Error('the page was not decrypted')

    const encryptedNames = new Set(Object.keys(ITEM).filter((attribute) => !KEY_NAMES.some((keyName) => keyName === attribute)))
    const floor = mode.floor(floorInput(stored, encryptedNames, [20, 16]))
    const candidates: Candidate[] = [
      awaited('plain Put', () => put(writes)),
      awaited('Put', () => put(encryptedWrites)),
      awaited('plain Get', () => get(reads)),
      awaited('plain Get of the stored item', () => get(storedReads)),
      awaited('Get', () => get(encryptedReads)),
      awaited('plain Query', () => query(pages)),
      awaited('Query', () => query(encryptedPages)),
      inTurn('floor', () => {
        floor.decrypt()
      }),
    ]
    await warmUp(candidates)
    // Times that are nearly the same: many short rounds in turn tell them apart on a busy machine.
    const times = await measure(candidates, rounds * SLICES, milliseconds / SLICES)
    const time = (name: string): number => times.get(name) ?? Number.NaN
    const row = (operation: string, took: number, against: number): ClientRow => ({
      provider,
      operation,
      callsPerSecond: 1e9 / took,
      against: against / 1000,
      ratio: took / against,
      limit: LIMIT,
    })
    rows.push(
      row('Put', time('Put'), time('plain Put')),
      row('Get', time('Get'), time('plain Get')),
      row('Get, against the plain client’s of the stored item', time('Get'), time('plain Get of the stored item')),
      row(`Query, ${String(PAGE)} items`, time('Query'), time('plain Query') + PAGE * time('floor')),
    )
  }
  return rows
}

export interface EndToEndRow {
  readonly operation: string
  readonly plainMs: number
  readonly encryptedMs: number
  readonly ratio: number
}

/** Against the server of DYNAMODB_ENDPOINT, or dynalite in this process, whose own work is timed along. */
export async function benchEndToEnd(rounds: number, milliseconds: number): Promise<{ server: string; rows: EndToEndRow[] }> {
  const endpoint = process.env['DYNAMODB_ENDPOINT']
  const db = await startLocalDynamoDb(endpoint === undefined ? {} : { endpoint })
  try {
    const [, { provider } = { provider: undefined }] = modes()
    if (provider === undefined) throw new Error('no provider')
    const plain = new DynamoDBClient(db.clientConfig)
    // One table for each: a table of plaintext is none that an encrypting client reads.
    const tables = { plain: `Plain-${String(Date.now())}`, encrypted: `Encrypted-${String(Date.now())}` }
    const clients = { plain, encrypted: EncryptedClient.from(plain, { materialsProvider: provider }) }
    const work = (kind: 'plain' | 'encrypted') => {
      const [client, TableName] = [clients[kind], tables[kind]]
      const numbered = (number: number): Item => ({ ...ITEM, visitedAt: { N: String(number) } })
      return {
        fill: async () => {
          for (let start = 0; start < PAGE; start += 25) {
            const requests = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: numbered(start + at) } }))
            await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }))
          }
        },
        Put: () => client.send(new PutItemCommand({ TableName, Item: numbered(0) })),
        Get: () => client.send(new GetItemCommand({ TableName, Key: { ...key, visitedAt: { N: '0' } } })),
        Query: () =>
          client.send(
            new QueryCommand({
              TableName,
              KeyConditionExpression: 'patientId = :id',
              ExpressionAttributeValues: { ':id': ITEM['patientId'] ?? { NULL: true } },
            }),
          ),
      }
    }
    for (const TableName of Object.values(tables)) {
      await plain.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: KEY_NAMES.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
          AttributeDefinitions: KEY_NAMES.map((AttributeName, at) => ({ AttributeName, AttributeType: at === 0 ? 'S' : 'N' })),
        }),
      )
      await waitUntilTableExists({ client: plain, maxWaitTime: 30, minDelay: 1 }, { TableName })
    }
    const [ofPlain, ofEncrypted] = [work('plain'), work('encrypted')]
    await Promise.all([ofPlain.fill(), ofEncrypted.fill()])
    const operations = ['Put', 'Get', 'Query'] as const
    const times = await measure(
      operations.flatMap((operation) => [awaited(`plain ${operation}`, ofPlain[operation]), awaited(operation, ofEncrypted[operation])]),
      rounds,
      milliseconds,
    )
    const rows = operations.map((operation): EndToEndRow => {
      const [plainMs, encryptedMs] = [`plain ${operation}`, operation].map((name) => (times.get(name) ?? Number.NaN) / 1e6)
      return { operation, plainMs: plainMs ?? 0, encryptedMs: encryptedMs ?? 0, ratio: (encryptedMs ?? 0) / (plainMs ?? 1) }
    })
    plain.destroy()
    return { server: endpoint === undefined ? 'dynalite, in this process' : 'DYNAMODB_ENDPOINT', rows }
  } finally {
    await db.close()
  }
}
