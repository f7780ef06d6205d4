// Each shape's two tables: a plain client's, and the encrypted client's.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import {
  EncryptedClient,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type EncryptedClientOptions,
  type Item,
} from 'dynamodb-encryption-client'
import { randomUUID } from 'node:crypto'
import { CONTENT_KEY, MAC_KEY } from '../../support/test-keys.js'
import type { Side } from './answer.js'
import type { Scope } from './scope.js'
import { indexKeys, SHAPE_NAMES, SHAPES, type ShapeName, type TableShape } from './shapes.js'

const PROVIDERS: Readonly<Record<TableShape['provider'], () => CryptographicMaterialsProvider>> = {
  static: () => new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) }),
  wrapped: () => new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) }),
}

/** The tables of one lane, which runs one program at a time. */
export interface World {
  readonly plain: Side
  readonly encrypted: Side
  /** Says that a shape's tables may have items now. */
  touch(...shapes: readonly ShapeName[]): void
  /** Empties the tables that were touched, on both sides. */
  clear(): Promise<void>
}

/** A world for each scope of expressions, over the same tables. */
export interface Worlds {
  readonly worlds: Readonly<Record<Scope['name'], World>>
  /** Deletes the tables. */
  close(): Promise<void>
}

const ARN = /^arn:.*:table\//

/** @param config - of a server whose tables stay until it ends */
export async function makeWorlds(config: DynamoDBClientConfig): Promise<Worlds> {
  const client = new DynamoDBClient({ ...config, maxAttempts: 3 })
  const id = randomUUID()
  const tables = (side: string) => new Map<string, string>(SHAPE_NAMES.map((shape) => [shape, `${side}-${shape}-${id}`]))
  const [plainTables, encryptedTables] = [tables('plain'), tables('encrypted')]
  for (const shape of SHAPE_NAMES) {
    await createTable(client, SHAPES[shape], plainTables.get(shape))
    await createTable(client, SHAPES[shape], encryptedTables.get(shape))
  }
  const encryptedSide = (localEvaluation: boolean): Side =>
    sideOf(EncryptedClient.from(client, { ...options, localEvaluation }), 'e', encryptedTables)
  const options: EncryptedClientOptions = {
    tables: Object.fromEntries(
      SHAPE_NAMES.map((shape) => {
        const { provider, actions, partialIndexReads } = SHAPES[shape]
        return [encryptedTables.get(shape) ?? '', { materialsProvider: PROVIDERS[provider](), actions, partialIndexReads }]
      }),
    ),
    // A table that does not exist is DynamoDB's to refuse.
    otherTables: 'passThrough',
  }
  const plain = sideOf(client, 'p', plainTables)
  const touched = new Set<ShapeName>()
  const stored = sideOf(client, 'e', encryptedTables)
  const touch = (...shapes: readonly ShapeName[]) => {
    for (const shape of shapes) touched.add(shape)
  }
  const clear = async () => {
    const tablesOf = (shape: ShapeName) => [plain, stored].map((side) => clearTable(client, SHAPES[shape], side.nameOf(shape)))
    await Promise.all([...touched].flatMap(tablesOf))
    touched.clear()
  }
  return {
    worlds: {
      everything: { plain, encrypted: encryptedSide(true), touch, clear },
      plaintext: { plain, encrypted: encryptedSide(false), touch, clear },
    },
    close: async () => {
      const names = [...plainTables.values(), ...encryptedTables.values()]
      await Promise.all(names.map((TableName) => client.send(new DeleteTableCommand({ TableName }))))
      client.destroy()
    },
  }
}

function sideOf(client: DynamoDBClient, side: 'p' | 'e', tables: ReadonlyMap<string, string>): Side {
  return {
    client,
    nameOf: (name) => {
      const prefix = ARN.exec(name)?.[0] ?? ''
      const shape = name.slice(prefix.length)
      return prefix + (tables.get(shape) ?? shape)
    },
    tokenOf: (token) => side + token.slice(1),
    withShapeNames: (text) => [...tables].reduce((changed, [shape, name]) => changed.replaceAll(name, shape), text),
  }
}

async function createTable(client: DynamoDBClient, shape: TableShape, TableName: string | undefined): Promise<void> {
  const schema = (keys: TableShape['keys']) =>
    keys.map(({ name }, at) => ({ AttributeName: name, KeyType: at === 0 ? ('HASH' as const) : ('RANGE' as const) }))
  const indexes = (kind: 'local' | 'global') => {
    const found = shape.indexes
      .filter((index) => index.kind === kind)
      .map(({ name, keys, projection, included }) => ({
        IndexName: name,
        KeySchema: schema(keys),
        Projection: { ProjectionType: projection, ...(included && { NonKeyAttributes: [...included] }) },
      }))
    return found.length === 0 ? undefined : found
  }
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [...shape.keys, ...indexKeys(shape)].map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
      KeySchema: schema(shape.keys),
      LocalSecondaryIndexes: indexes('local'),
      GlobalSecondaryIndexes: indexes('global'),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
}

/** As many as DynamoDB takes in a batch. */
const BATCH = 25

async function clearTable(client: DynamoDBClient, { keys }: TableShape, TableName: string): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }))
  for (let start = 0; start < Items.length; start += BATCH) {
    const requests = Items.slice(start, start + BATCH).map((item) => ({
      DeleteRequest: { Key: Object.fromEntries(keys.map(({ name }) => [name, item[name]])) as Item },
    }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }))
  }
}
