// The words of encryption inside other libraries' schemas, as the compiler sees them, and what the adapters give.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { attribute, hashKey, table } from '@nova-odm/annotations'
import { item, string } from 'dynamodb-toolbox'
import * as toolbox from 'dynamodb-toolbox'
import { Entity, Service } from 'electrodb'
import { EncryptedClient, type AttributeActions, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import * as forToolbox from 'dynamodb-encryption-client/dynamodb-toolbox'
import * as forElectro from 'dynamodb-encryption-client/electrodb'
import * as forNova from 'dynamodb-encryption-client/nova-odm'
import { expectTypeOf, test } from 'vitest'

declare const materialsProvider: CryptographicMaterialsProvider
declare const client: DynamoDBClient

const indexes = { primary: { pk: { field: 'pk', composite: ['id'] } } } as const
const model = { entity: 'person', version: '1', service: 'staff' } as const

test('ElectroDB: the word is checked, and changes no type of the entity', () => {
  const person = new Entity({
    model,
    attributes: { id: { type: 'string' }, team: { type: 'string', required: true, encryption: 'SIGN_ONLY' } },
    indexes,
  })
  expectTypeOf(forElectro.actionsFrom(person)).toEqualTypeOf<AttributeActions>()
  expectTypeOf(forElectro.actionsFrom([person])).toEqualTypeOf<forElectro.TableActions>()
  expectTypeOf(forElectro.actionsFrom(new Service({ person }))).toEqualTypeOf<forElectro.TableActions>()
  expectTypeOf(forElectro.refuseUnknownAttributes(client, person)).toEqualTypeOf<DynamoDBClient>()
  EncryptedClient.from(client, { materialsProvider, tables: { People: { actions: forElectro.actionsFrom([person]) } } })
  // @ts-expect-error an action that does not exist
  new Entity({ model, attributes: { id: { type: 'string', encryption: 'SIGN' } }, indexes })
  // @ts-expect-error this is no entity of ElectroDB
  forElectro.actionsFrom({ model })
})

test('DynamoDB-Toolbox: the words are values, and meta keeps what else it holds', () => {
  const People = new toolbox.Table({ name: 'People', partitionKey: { name: 'id', type: 'string' } })
  const Person = new toolbox.Entity({
    name: 'Person',
    table: People,
    schema: item({
      id: string().key(),
      team: string().meta(forToolbox.signOnly),
      at: string().meta({ ...forToolbox.doNothing, title: 'when' }),
    }),
  })
  expectTypeOf(forToolbox.actionsFrom(Person)).toEqualTypeOf<AttributeActions>()
  expectTypeOf(forToolbox.actionsFrom([Person])).toEqualTypeOf<forToolbox.TableActions>()
  expectTypeOf(forToolbox.actionsFrom([Person], { keyPrefixes: { Person: { id: 'P#' } } })).toEqualTypeOf<forToolbox.TableActions>()
  // @ts-expect-error a table does not know its entities
  forToolbox.actionsFrom(People)
  // @ts-expect-error at least one entity
  forToolbox.actionsFrom([])
})

test('nova-odm: decorators of properties and classes, and a mapper of what they decorate', () => {
  @forNova.handleUnknownAttributes()
  @forNova.tableNameInContext('Original')
  @forNova.signOnly()
  @table('People')
  class Person {
    @hashKey({ type: 'String' }) id = ''
    @forNova.doNothing() @attribute({ type: 'String' }) note = ''
  }
  expectTypeOf(forNova.actionsFrom(Person)).toEqualTypeOf<AttributeActions>()
  const mapper = new forNova.EncryptedDataMapper({ client, materialsProvider, classes: [Person], saveBehavior: 'CLOBBER' })
  expectTypeOf(mapper.get(new Person())).resolves.toEqualTypeOf<Person>()
  expectTypeOf(mapper.put(new Person())).resolves.toEqualTypeOf<Person>()
  // @ts-expect-error at least one class
  new forNova.EncryptedDataMapper({ client, materialsProvider, classes: [] })
  // @ts-expect-error the guide's default save behaviour writes parts of items
  new forNova.EncryptedDataMapper({ client, materialsProvider, classes: [Person], saveBehavior: 'UPDATE' })
  // @ts-expect-error a class, not its object
  forNova.actionsFrom(new Person())
})
