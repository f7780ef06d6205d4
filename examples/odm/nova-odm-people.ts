// examples/odm/nova-odm-people.ts
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { attribute, hashKey, table, versionAttribute } from '@nova-odm/annotations'
import type { CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { doNothing, EncryptedDataMapper, signOnly } from 'dynamodb-encryption-client/nova-odm'

export function people(client: DynamoDBClient, materialsProvider: CryptographicMaterialsProvider, tableName: string) {
  @table(tableName)
  class Person {
    @hashKey({ type: 'String' })
    id = ''

    @attribute({ type: 'String' })
    email = ''

    @attribute({ type: 'Number' })
    salary?: number

    // The key of the index byTeam.
    @signOnly()
    @attribute({ type: 'String', indexKeyConfigurations: { byTeam: 'HASH' } })
    team = ''

    @doNothing()
    @attribute({ type: 'Number' })
    visits?: number

    @versionAttribute()
    version?: number
  }
  const mapper = new EncryptedDataMapper({ client, materialsProvider, classes: [Person], readConsistency: 'strong' })
  return { Person, mapper }
}
