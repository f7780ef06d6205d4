// The list of operations against the SDK's own.
import * as sdk from '@aws-sdk/client-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { operationNames } from '../../src/client/operations.js'
import { staticProvider } from '../support/table-provider.js'
import { useStoreDatabase } from '../support/store-database.js'
import { createTable } from './support/tables.js'
import { tapWire, type WireRequest } from './support/wire.js'

const commands = Object.keys(sdk)
  .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
  .map((name) => name.replace(/Command$/, ''))

test('every operation of the SDK is in the table, and nothing else', () => {
  expect([...operationNames].toSorted()).toEqual(commands.toSorted())
})

describe('an operation that nobody has thought about', () => {
  const database = useStoreDatabase()
  let wire: WireRequest[]
  let client: sdk.DynamoDBClient
  let table: string

  beforeAll(async () => {
    const plain = database.client()
    table = await createTable(plain, { key: 'id' })
    wire = tapWire(plain)
    // An operation of a name that the SDK does not have yet; it would read a table.
    plain.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'DescribeContinuousBackupsCommand') context.commandName = 'ReadSomehowCommand'
        return next(args)
      },
      { step: 'initialize' },
    )
    client = EncryptedClient.from(plain, { tables: { [table]: { materialsProvider: staticProvider() } }, otherTables: 'passThrough' })
  })

  test('is refused on an encrypted table, before anything is sent', async () => {
    const refused = client.send(new sdk.DescribeContinuousBackupsCommand({ TableName: table }))
    await expect(refused).rejects.toThrow(/ReadSomehow/)
    await expect(refused).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED', tableName: table })
    expect(wire).toEqual([])
  })

  test('passes on a table that is not', async () => {
    await expect(client.send(new sdk.DescribeContinuousBackupsCommand({ TableName: 'Another' }))).rejects.toThrow()
    expect(wire.map(({ operation }) => operation)).toEqual(['DescribeContinuousBackups'])
  })
})
