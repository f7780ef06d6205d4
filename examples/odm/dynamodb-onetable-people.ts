// examples/odm/dynamodb-onetable-people.ts
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Table, type Entity, type Model } from 'dynamodb-onetable'
import { defineActions, EncryptedClient, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'

const schema = {
  format: 'onetable:1.1.0',
  version: '0.0.1',
  indexes: { primary: { hash: 'pk', sort: 'sk' }, gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' } },
  models: {
    Person: {
      pk: { type: String, value: 'person#${id}' },
      sk: { type: String, value: 'person#' },
      gs1pk: { type: String, value: 'team#${team}' },
      gs1sk: { type: String, value: 'person#${id}' },
      id: { type: String, required: true },
      email: { type: String, required: true },
      salary: { type: Number },
      team: { type: String, required: true },
      visits: { type: Number },
    },
  },
  params: { isoDates: true, timestamps: false },
} as const

/** What OneTable stores: the model's attributes, and those that it makes. */
type Stored = Record<keyof typeof schema.models.Person | '_type', unknown>

const actions = defineActions<Stored>()({
  pk: 'SIGN_ONLY',
  sk: 'SIGN_ONLY',
  gs1pk: 'SIGN_ONLY',
  gs1sk: 'SIGN_ONLY',
  // OneTable compares it in every query.
  _type: 'SIGN_ONLY',
  id: 'SIGN_ONLY',
  email: 'ENCRYPT_AND_SIGN',
  salary: 'ENCRYPT_AND_SIGN',
  // A part of the key of gs1, where its value is plaintext.
  team: 'SIGN_ONLY',
  visits: 'DO_NOTHING',
})

interface People {
  readonly table: Table
  readonly person: Model<Entity<typeof schema.models.Person>>
}

export function people(plain: DynamoDBClient, materialsProvider: CryptographicMaterialsProvider, name: string): People {
  const client = EncryptedClient.from(plain, { materialsProvider, tables: { [name]: { actions } } })
  const table = new Table({ name, client, schema, partial: false })
  return { table, person: table.getModel('Person') }
}
