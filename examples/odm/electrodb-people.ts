// examples/odm/electrodb-people.ts
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Entity, Service } from 'electrodb'
import { EncryptedClient, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { actionsFrom } from 'dynamodb-encryption-client/electrodb'

export function people(plain: DynamoDBClient, materialsProvider: CryptographicMaterialsProvider, table: string) {
  const person = new Entity(
    {
      model: { entity: 'person', version: '1', service: 'staff' },
      attributes: {
        id: { type: 'string', required: true },
        email: { type: 'string', required: true },
        salary: { type: 'number' },
        // A part of the key of byTeam, where its value is plaintext.
        team: { type: 'string', required: true, encryption: 'SIGN_ONLY' },
        visits: { type: 'number', encryption: 'DO_NOTHING' },
      },
      indexes: {
        primary: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
        byTeam: { index: 'gsi1', pk: { field: 'gsi1pk', composite: ['team'] }, sk: { field: 'gsi1sk', composite: ['id'] } },
      },
    },
    { table },
  )
  const service = new Service({ person }, { table })
  service.setClient(EncryptedClient.from(plain, { materialsProvider, tables: { [table]: { actions: actionsFrom(service) } } }))
  return service
}
