// examples/odm/dynamoose-people.ts
import type { DynamoDB } from '@aws-sdk/client-dynamodb'
import dynamoose from 'dynamoose'
import type { Item } from 'dynamoose/dist/Item.js'
import { defineActions, EncryptedClient, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'

interface Person {
  id: string
  email: string
  salary?: number
  team: string
  visits?: number
}

const schema = new dynamoose.Schema({
  id: { type: String, hashKey: true },
  email: String,
  salary: Number,
  team: { type: String, index: { name: 'byTeam', type: 'global' } },
  visits: Number,
})

const actions = defineActions<Person>()({
  id: 'SIGN_ONLY',
  email: 'ENCRYPT_AND_SIGN',
  salary: 'ENCRYPT_AND_SIGN',
  // The key of the index byTeam.
  team: 'SIGN_ONLY',
  visits: 'DO_NOTHING',
})

/** @param plain - an aggregated client, since Dynamoose calls its methods: putItem and the like */
export function people(plain: DynamoDB, materialsProvider: CryptographicMaterialsProvider, tableName: string) {
  dynamoose.aws.ddb.set(EncryptedClient.from(plain, { materialsProvider, tables: { [tableName]: { actions } } }))
  return dynamoose.model<Person & Item>(tableName, schema, { create: false, waitForActive: false })
}
