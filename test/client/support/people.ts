// The table that the rows of the spec's list of operations are shown on: every kind of action, every kind of index.
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { EncryptedClient, type EncryptedClientOptions, type Item } from 'dynamodb-encryption-client'
import { beforeEach } from 'vitest'
import { useStoreDatabase } from '../../support/store-database.js'
import { staticProvider } from '../../support/table-provider.js'
import { createTable } from './tables.js'
import { tapWire, type WireRequest } from './wire.js'

export const ACTIONS = { attributes: { city: 'SIGN_ONLY', year: 'SIGN_ONLY', rank: 'SIGN_ONLY', visits: 'DO_NOTHING' } } as const
export const RESERVED = ['*amzn-ddb-map-desc*', '*amzn-ddb-map-sig*'] as const
/** Stands in every attribute that is encrypted. */
export const SECRET = 'Blutgruppe AB 7731'

export type Person = Item & { readonly team: { readonly S: string }; readonly number: { readonly N: string } }

export function person(number: number | string, more: Item = {}): Person {
  return {
    team: { S: 'red' },
    number: { N: String(number) },
    name: { S: `${SECRET} ${number}` },
    profile: { M: { 'a.b': { S: SECRET }, tags: { L: [{ S: 'x' }, { S: SECRET }, { S: 'z' }] }, address: { M: { deep: { N: '5' } } } } },
    city: { S: 'Porto' },
    year: { N: '1990' },
    rank: { N: String(number) },
    visits: { N: '3' },
    ...more,
  }
}

export const keyOf = ({ team, number }: Person): Item => ({ team, number })

export interface People {
  readonly table: string
  readonly plain: DynamoDBClient
  /** What leaves `plain` and the clients made of it. */
  readonly wire: WireRequest[]
  readonly client: DynamoDBClient
  /** Another client, over the same keys. */
  with(options: Partial<EncryptedClientOptions>): DynamoDBClient
  put(...people: Person[]): Promise<void>
  /** As it is stored. */
  stored(item: Person): Promise<Item | undefined>
  /** Requests that carry items, or ask for them. */
  sent(): WireRequest[]
}

/** To be called once, at the top of a test file: a new table for each test. */
export function usePeople(options: Partial<EncryptedClientOptions> = {}): People {
  const database = useStoreDatabase()
  const materialsProvider = staticProvider()
  const now = { table: '', wire: new Array<WireRequest>() }
  let clients: { plain: DynamoDBClient; client: DynamoDBClient } | undefined
  const running = (): NonNullable<typeof clients> => {
    if (clients === undefined) throw new Error('only inside a test')
    return clients
  }
  const derive = (more: Partial<EncryptedClientOptions>): DynamoDBClient =>
    EncryptedClient.from(running().plain, { materialsProvider, actions: ACTIONS, ...options, ...more } as EncryptedClientOptions)

  beforeEach(async () => {
    const plain = database.client()
    now.table = await createTable(plain, {
      key: 'team, number:N',
      indexes: {
        byRank: { kind: 'local', key: 'team, rank:N', projects: ['city'] },
        byCity: { kind: 'global', key: 'city', projects: 'ALL' },
        byYear: { kind: 'global', key: 'year:N', projects: 'KEYS_ONLY' },
        byYearAndCity: { kind: 'global', key: 'year:N, city', projects: ['visits', 'name'] },
      },
    })
    now.wire = tapWire(plain)
    clients = { plain, client: plain }
    clients.client = derive({})
  })

  const people: People = {
    get table() {
      return now.table
    },
    get wire() {
      return now.wire
    },
    get plain() {
      return running().plain
    },
    get client() {
      return running().client
    },
    with: derive,
    async put(...items) {
      for (const item of items) await people.client.send(new PutItemCommand({ TableName: now.table, Item: item }))
    },
    async stored(item) {
      return (await people.plain.send(new GetItemCommand({ TableName: now.table, Key: keyOf(item), ConsistentRead: true }))).Item
    },
    sent: () => now.wire.filter(({ operation }) => !operation.startsWith('Describe')),
  }
  return people
}
