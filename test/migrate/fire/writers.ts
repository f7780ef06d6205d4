// Writers that keep changing a table while it is encrypted, and know what they have left in it.
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Item } from 'dynamodb-encryption-client'

export function patient(id: string): Item {
  return { id: { S: id }, diagnosis: { S: `first of ${id}` }, city: { S: 'Cork' }, visits: { N: '0' }, notes: { S: 'n'.repeat(900) } }
}

export interface Writers {
  /** What is in the table, by the text of `id`. */
  readonly model: ReadonlyMap<string, Item>
  /** Writes so far, by what they were. */
  readonly done: ReadonlyMap<string, number>
  /** Ends them; what they have begun is finished. */
  stop(): Promise<void>
}

/** @param client - an encrypted one in migration mode. Each writer has items of its own, so that it knows what is in them. */
export function startWriters(client: DynamoDBClient, tableName: string, items: readonly Item[], count: number): Writers {
  const model = new Map(items.map((item) => [item['id']?.S ?? '', item]))
  const ids = [...model.keys()]
  const done = new Map<string, number>()
  let isStopped = false

  async function update(id: string, name: string, before: Item): Promise<void> {
    const Key = { id: { S: id } }
    if (name === 'visits') {
      const ExpressionAttributeValues = { ':one': { N: '1' } }
      await client.send(
        new UpdateItemCommand({ TableName: tableName, Key, UpdateExpression: 'ADD visits :one', ExpressionAttributeValues }),
      )
      model.set(id, { ...before, visits: { N: String(Number(before['visits']?.N) + 1) } })
      return
    }
    const value = { S: randomUUID() }
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key,
        UpdateExpression: 'SET #n = :v',
        ExpressionAttributeNames: { '#n': name },
        ExpressionAttributeValues: { ':v': value },
      }),
    )
    model.set(id, { ...before, [name]: value })
  }

  async function writeOnce(id: string): Promise<void> {
    const before = model.get(id)
    const choice = before === undefined ? 'put' : (['put', 'delete', 'diagnosis', 'city', 'visits', 'visits'] as const)[randomInt(6)]
    if (choice === undefined) return
    if (choice === 'put') {
      const item = { ...patient(id), diagnosis: { S: randomUUID() } }
      await client.send(new PutItemCommand({ TableName: tableName, Item: item }))
      model.set(id, item)
    } else if (choice === 'delete') {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: { id: { S: id } } }))
      model.delete(id)
    } else if (before !== undefined) await update(id, choice, before)
    done.set(choice, (done.get(choice) ?? 0) + 1)
  }

  const lanes = Array.from({ length: count }, async (_, lane) => {
    const own = ids.filter((_id, at) => at % count === lane)
    while (!isStopped) {
      const id = own[randomInt(own.length)]
      if (id !== undefined) await writeOnce(id)
      await setTimeout(randomInt(10))
    }
  })
  return {
    model,
    done,
    async stop() {
      isStopped = true
      await Promise.all(lanes)
    },
  }
}
