// examples/odm/dynamodb-toolbox-people.ts
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Entity, item, number, string, Table } from 'dynamodb-toolbox'
import type { CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { EncryptedDocumentClient } from 'dynamodb-encryption-client/document'
import { actionsFrom, doNothing, signOnly } from 'dynamodb-encryption-client/dynamodb-toolbox'

export function people(documents: DynamoDBDocumentClient, materialsProvider: CryptographicMaterialsProvider, name: string) {
  const table = new Table({
    name,
    partitionKey: { name: 'pk', type: 'string' },
    sortKey: { name: 'sk', type: 'string' },
    indexes: { gsi1: { type: 'global', partitionKey: { name: 'team', type: 'string' }, sortKey: { name: 'sk', type: 'string' } } },
  })
  const Person = new Entity({
    name: 'Person',
    table,
    schema: item({
      id: string().key(),
      email: string(),
      salary: number().optional(),
      // The key of the index gsi1.
      team: string().meta(signOnly),
      visits: number().optional().meta(doNothing),
    }),
    computeKey: ({ id }) => ({ pk: `PERSON#${id}`, sk: 'PERSON' }),
  })
  table.documentClient = EncryptedDocumentClient.from(documents, {
    materialsProvider,
    tables: { [name]: { actions: actionsFrom(Person) } },
  })
  return { table, Person }
}
