// The demo's first step: the same program on a plain client, and on one that encrypts.
import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { EncryptedClient, type AttributeActions, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { application, SECRETS } from './application.js'
import { TABLE } from './people.js'
import { describeValue, type Printer } from './print.js'
import { Table } from './table.js'

/** @returns what was not as it should be, a sentence each */
export async function withTheOneLine(
  printer: Printer,
  plain: DynamoDBClient,
  materialsProvider: CryptographicMaterialsProvider,
  actions: AttributeActions,
): Promise<string[]> {
  const { partitionKeyName, sortKeyName } = TABLE
  const without = await Table.create(plain, 'Visits', partitionKeyName, sortKeyName)
  const withLine = await Table.create(plain, 'EncryptedVisits', partitionKeyName, sortKeyName)

  const shown = await application(DynamoDBDocumentClient.from(plain), without.name)
  // The one line.
  const client = EncryptedClient.from(plain, { materialsProvider, actions })
  const shownEncrypted = await application(DynamoDBDocumentClient.from(client), withLine.name)

  const same = JSON.stringify(shown) === JSON.stringify(shownEncrypted)
  for (const [index, line] of shownEncrypted.entries()) printer.fact(index === 0 ? 'it shows' : '', line)
  printer.fact('', same ? 'the same with and without the line' : 'NOT the same with and without the line', same ? 'good' : 'bad')
  const [plainly, hidden] = [await secretsIn(plain, without.name), await secretsIn(plain, withLine.name)]
  printer.fact('stored', `without the line, the table gives away ${plainly.join(', ')}`)
  printer.fact('', `with it: ${hidden.length === 0 ? 'nothing' : hidden.join(', ')}`, hidden.length === 0 ? 'good' : 'bad')
  return [
    ...(same ? [] : ['the program shows something else when its client encrypts']),
    ...(hidden.length === 0 ? [] : ['the encrypted table gives away what it should not']),
    ...(plainly.length === new Set(SECRETS).size ? [] : ['the search for secrets does not find them where they are']),
  ]
}

/** The secrets that stand in a table in plaintext. */
async function secretsIn(client: DynamoDBClient, tableName: string): Promise<string[]> {
  const { Items: items = [] } = await client.send(new ScanCommand({ TableName: tableName }))
  const text = items.flatMap((item) => Object.values(item).map(describeValue)).join('\n')
  return [...new Set(SECRETS)].filter((secret) => text.includes(secret))
}
