// A program of the kind that everybody has: it keeps a clinic's visits with the document client. Nothing in it knows of encryption.
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb'

const PATIENTS = [
  { clinic: 'Old Mill', personId: 1, name: 'Inès Dubois', diagnosis: 'hay fever', visits: 1, notes: ['pollen test'] },
  { clinic: 'Old Mill', personId: 2, name: 'Farid Haddad', diagnosis: 'migraine', visits: 4, notes: [] },
  { clinic: 'Old Mill', personId: 3, name: 'Zoë Berg', diagnosis: 'hay fever', visits: 2, notes: [] },
]

/** @returns what it would show on a screen, a line each */
export async function application(client: DynamoDBDocumentClient, tableName: string): Promise<string[]> {
  await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: PATIENTS.map((Item) => ({ PutRequest: { Item } })) } }))

  // A visit: one more, and a note about it.
  const Key = { clinic: 'Old Mill', personId: 2 }
  const { Attributes: visited } = await client.send(
    new UpdateCommand({
      TableName: tableName,
      Key,
      UpdateExpression: 'SET visits = visits + :one, notes = list_append(notes, :note)',
      ConditionExpression: 'visits < :many',
      ExpressionAttributeValues: { ':one': 1, ':note': ['better with less coffee'], ':many': 10 },
      ReturnValues: 'UPDATED_NEW',
    }),
  )

  // Who has hay fever?
  const { Items: sneezing = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'clinic = :clinic',
      FilterExpression: 'diagnosis = :diagnosis',
      ExpressionAttributeValues: { ':clinic': 'Old Mill', ':diagnosis': 'hay fever' },
    }),
  )

  // Gone, if nothing is open any more.
  const leaving = new DeleteCommand({
    TableName: tableName,
    Key: { clinic: 'Old Mill', personId: 1 },
    ConditionExpression: 'size(notes) > :none',
    ExpressionAttributeValues: { ':none': 5 },
  })
  const kept = await client.send(leaving).then(
    () => 'deleted',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  )

  const { Item: farid = {} } = await client.send(new GetCommand({ TableName: tableName, Key, ProjectionExpression: 'notes[0], visits' }))
  const keys = PATIENTS.map(({ clinic, personId }) => ({ clinic, personId }))
  const { Responses } = await client.send(new BatchGetCommand({ RequestItems: { [tableName]: { Keys: keys } } }))
  return [
    `visit: ${JSON.stringify(visited)}`,
    `hay fever: ${sneezing.map(({ name }) => String(name)).join(', ')}`,
    `delete: ${kept}`,
    `part of an item: ${JSON.stringify(Object.fromEntries(Object.entries(farid).sort()))}`,
    `all: ${(Responses?.[tableName] ?? [])
      .map(({ name }) => String(name))
      .sort()
      .join(', ')}`,
  ]
}

/** Words that the table should not give away. */
export const SECRETS: readonly string[] = PATIENTS.flatMap(({ name, diagnosis }) => [name, diagnosis])
