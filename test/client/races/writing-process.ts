// One of the processes of races.test.ts: its writers change the same few items as all the others', through the encrypted client.
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb'
import { EncryptedClient } from 'dynamodb-encryption-client'
import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { racingProvider, type RaceStart, type WriterLog } from './race.js'

function say(message: WriterLog): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('started by fork alone')
    process.send(message, undefined, {}, (error) => (error === null ? resolve() : reject(error)))
  })
}

process.once('message', (start: RaceStart) => {
  void run(start).then(async (log) => {
    await say(log)
    process.disconnect()
  })
})

async function run({ clientConfig, tableName, writers, rounds, items, keys }: RaceStart): Promise<WriterLog> {
  const plain = new DynamoDBClient({ ...clientConfig, maxAttempts: 3 })
  const log: WriterLog = { added: {}, moved: {}, views: 0, unknown: 0, contended: 0, repeated: 0, ended: 0 }

  // Between read and write: some wait, so that others come first, and some end there, as a process does that is killed.
  plain.middlewareStack.add(
    (next, context) => async (args) => {
      if (!/^(UpdateItem|TransactWriteItems)Command$/.test(String(context.commandName))) return next(args)
      if (randomInt(5) === 0) await setTimeout(randomInt(30))
      if (randomInt(20) === 0) {
        log.ended++
        throw new Error('ended between read and write')
      }
      return next(args)
    },
    { name: 'faults', step: 'build' },
  )
  const client = EncryptedClient.from(plain, {
    materialsProvider: racingProvider(keys),
    actions: { attributes: { views: 'DO_NOTHING' } },
    maxUpdateAttempts: 60,
  })

  async function logged(id: AttributeValue, item: string): Promise<boolean> {
    const { Item: now } = await client.send(new GetItemCommand({ TableName: tableName, Key: { id: { S: item } }, ConsistentRead: true }))
    return (now?.['log']?.L ?? []).some(({ S }) => S === id.S)
  }

  /** Adds to an encrypted number, and leaves the writer's mark in an encrypted list. */
  async function count(item: string): Promise<void> {
    const id = { S: randomUUID() }
    for (;;) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { id: { S: item } },
            UpdateExpression: 'SET #count = if_not_exists(#count, :zero) + :one, #log = list_append(if_not_exists(#log, :none), :id)',
            ExpressionAttributeNames: { '#count': 'count', '#log': 'log' },
            ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' }, ':none': { L: [] }, ':id': { L: [id] } },
          }),
        )
        break
      } catch (error) {
        // What a program has to do that must count exactly: see whether it is there.
        if (!isUnsure(error)) throw error
        if (String(error).includes('outcome')) log.unknown++
        else log.contended++
        if (await logged(id, item)) break
      }
    }
    log.added[item] = [...(log.added[item] ?? []), id.S]
  }

  /** Moves an amount from one balance to another, if it is there; a call without an answer is repeated with its token. */
  async function move(from: string, to: string): Promise<void> {
    const amount = { N: String(randomInt(1, 4)) }
    const update = (item: string, sign: '+' | '-') => ({
      Update: {
        TableName: tableName,
        Key: { id: { S: item } },
        UpdateExpression: `SET balance = balance ${sign} :amount`,
        ConditionExpression: sign === '-' ? 'balance >= :amount' : 'attribute_exists(balance)',
        ExpressionAttributeValues: { ':amount': amount },
      },
    })
    for (let token = randomUUID(); ;) {
      const command = (): TransactWriteItemsCommand =>
        new TransactWriteItemsCommand({ ClientRequestToken: token, TransactItems: [update(from, '-'), update(to, '+')] })
      try {
        await client.send(command())
        // Some programs repeat what has been done, too.
        if (randomInt(5) === 0) {
          log.repeated++
          await client.send(command())
        }
        break
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error))
        if (name === 'TransactionCanceledException' && /\[.*ConditionalCheckFailed/.test(message)) return
        // Nothing was done: a new call.
        if (name === 'TransactionCanceledException') token = randomUUID()
        else if (name === 'IdempotentParameterMismatchException') break
        else log.repeated++
      }
    }
    log.moved[from] = (log.moved[from] ?? 0) - Number(amount.N)
    log.moved[to] = (log.moved[to] ?? 0) + Number(amount.N)
  }

  async function view(item: string): Promise<void> {
    const ADD = {
      UpdateExpression: 'ADD #views :one',
      ExpressionAttributeNames: { '#views': 'views' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }
    // No retries: DynamoDB itself counts such a number twice when an answer is lost, so this does not go through the proxy.
    await directly.send(new UpdateItemCommand({ TableName: tableName, Key: { id: { S: item } }, ...ADD }))
    log.views++
  }
  const direct = new DynamoDBClient({ ...clientConfig, endpoint: keys.directEndpoint })
  const directly = EncryptedClient.from(direct, {
    materialsProvider: racingProvider(keys),
    actions: { attributes: { views: 'DO_NOTHING' } },
  })

  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let round = 0; round < rounds; round++) {
        const [one, other] = twoOf(items)
        await count(one)
        await move(one, other)
        await view(one)
      }
    }),
  )
  plain.destroy()
  direct.destroy()
  return log
}

function isUnsure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && error.code === 'CONTENTION') return true
  // Nobody answered, however often it was tried.
  return !('$metadata' in error) || /ECONNRESET|socket hang up|TimeoutError/.test(`${error.name} ${error.message}`)
}

function twoOf(items: readonly string[]): [string, string] {
  const first = randomInt(items.length)
  const second = (first + 1 + randomInt(items.length - 1)) % items.length
  return [items[first] ?? '', items[second] ?? '']
}
