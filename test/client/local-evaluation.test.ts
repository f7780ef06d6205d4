// What is worked out in this process: updates and conditions on encrypted attributes, when others write the same item, when answers are lost,
// when there is no item, or an unsigned one, and when DynamoDB's limits are reached.
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClient,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { EncryptedClient, LocalKey, StaticMaterialsProvider, type EncryptedClientOptions, type Item } from 'dynamodb-encryption-client'
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useStoreDatabase } from '../support/store-database.js'
import { createTable, hasTransactions } from './support/tables.js'
import { hookWire, type WireHooks } from './support/wire.js'

const database = useStoreDatabase()
const materialsProvider = new StaticMaterialsProvider({
  encryptionKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const OPTIONS: EncryptedClientOptions = { materialsProvider, actions: { attributes: { signed: 'SIGN_ONLY', visits: 'DO_NOTHING' } } }
const SIGNATURE = '*amzn-ddb-map-sig*'

let raw: DynamoDBClient
let TableName: string
let Key: { id: { S: string } }

beforeAll(async () => {
  raw = database.client()
  TableName = await createTable(raw, { key: 'id' })
})
beforeEach(() => {
  Key = { id: { S: randomUUID() } }
})

function clientWith(hooks: WireHooks = {}, options: Partial<EncryptedClientOptions> = {}): DynamoDBClient {
  const plain = database.client()
  hookWire(plain, hooks)
  const merged: EncryptedClientOptions = Object.assign({}, OPTIONS, options)
  return EncryptedClient.from(plain, merged)
}

/** What the SDK takes for a broken connection, and tries again. */
function brokenConnection(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })
}

const put = (item: Item, client = clientWith()): Promise<unknown> =>
  client.send(new PutItemCommand({ TableName, Item: { ...Key, ...item } }))
const read = async (): Promise<Item | undefined> =>
  (await clientWith().send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item
const readRaw = async (): Promise<Item | undefined> => (await raw.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item
const update = (
  client: DynamoDBClient,
  UpdateExpression: string,
  more: Partial<UpdateItemCommandInput> = {},
): Promise<{ Attributes?: Item | undefined }> => client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ...more }))
const ONE = { ExpressionAttributeValues: { ':one': { N: '1' } } }

describe('when others write the same item', () => {
  test('a lost race is run again, on what the other has left', async () => {
    await put({ secret: { N: '1' } })
    let races = 2
    const client = clientWith({
      async before(operation) {
        if (operation === 'UpdateItem' && races-- > 0) await update(clientWith(), 'SET secret = secret + :one', ONE)
      },
    })
    const { Attributes } = await update(client, 'SET secret = secret + :one', { ...ONE, ReturnValues: 'UPDATED_NEW' })
    expect(Attributes).toEqual({ secret: { N: '4' } })
    expect(await read()).toEqual({ ...Key, secret: { N: '4' } })
  })

  test('CONTENTION after maxUpdateAttempts, and nothing was written', async () => {
    await put({ secret: { N: '1' } })
    let writes = 0
    const client = clientWith(
      {
        async before(operation) {
          if (operation !== 'UpdateItem') return
          writes++
          await put({ secret: { N: String(100 + writes) } })
        },
      },
      { maxUpdateAttempts: 3 },
    )
    const failing = update(client, 'SET secret = secret + :one', ONE)
    await expect(failing).rejects.toMatchObject({ code: 'CONTENTION', tableName: TableName, key: Key })
    await expect(failing).rejects.toThrow(/3 attempts/)
    expect(writes).toBe(3)
    expect(await read()).toEqual({ ...Key, secret: { N: '103' } })
  })

  test('a condition is worked out anew after a lost race', async () => {
    await put({ secret: { N: '1' } })
    let raced = false
    const client = clientWith({
      async before(operation) {
        if (operation === 'DeleteItem' && !raced) {
          raced = true
          await put({ secret: { N: '2' } })
        }
      },
    })
    const deleting = client.send(
      new DeleteItemCommand({
        TableName,
        Key,
        ConditionExpression: 'secret = :one',
        ...ONE,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    await expect(deleting).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { ...Key, secret: { N: '2' } } })
    expect(await read()).toEqual({ ...Key, secret: { N: '2' } })
  })

  test('what is read of an unsigned attribute joins the condition', async () => {
    await put({ secret: { N: '1' }, visits: { N: '1' } })
    let raced = false
    const client = clientWith({
      async before(operation) {
        if (operation !== 'UpdateItem' || raced) return
        raced = true
        await raw.send(
          new UpdateItemCommand({
            TableName,
            Key,
            UpdateExpression: 'SET visits = :nine',
            ExpressionAttributeValues: { ':nine': { N: '9' } },
          }),
        )
      },
    })
    await update(client, 'SET secret = visits')
    expect(await read()).toEqual({ ...Key, secret: { N: '9' }, visits: { N: '9' } })
  })

  test('an unsigned attribute that is not read stays the other writer’s', async () => {
    await put({ secret: { N: '1' }, visits: { N: '1' } })
    let attempts = 0
    const client = clientWith({
      async before(operation) {
        if (operation !== 'UpdateItem') return
        attempts++
        await raw.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'ADD visits :one', ...ONE }))
      },
    })
    await update(client, 'SET secret = :one ADD visits :one', ONE)
    expect(attempts).toBe(1)
    expect(await read()).toEqual({ ...Key, secret: { N: '1' }, visits: { N: '3' } })
  })
})

describe('when an answer is lost after the write was done', () => {
  /** Loses the first answer to a write; `meanwhile` happens before it is tried again. */
  function losingAnswers(
    meanwhile: () => Promise<unknown> = async () => undefined,
    options?: Partial<EncryptedClientOptions>,
  ): DynamoDBClient {
    let lost = false
    return clientWith(
      {
        async after(operation) {
          if (!/^(Put|Update|Delete)Item$/.test(operation) || lost) return
          lost = true
          await meanwhile()
          throw brokenConnection()
        },
      },
      options,
    )
  }

  test('an update is not done twice', async () => {
    await put({ secret: { N: '1' } })
    const { Attributes } = await update(losingAnswers(), 'SET secret = secret + :one', { ...ONE, ReturnValues: 'ALL_NEW' })
    expect(Attributes).toEqual({ ...Key, secret: { N: '2' } })
    expect(await read()).toEqual({ ...Key, secret: { N: '2' } })
  })

  test.each(['ALL_OLD', 'UPDATED_OLD'] as const)('%s still has what was there before', async (ReturnValues) => {
    await put({ secret: { N: '1' }, signed: { S: 'x' } })
    const { Attributes } = await update(losingAnswers(), 'SET secret = secret + :one', { ...ONE, ReturnValues })
    expect(Attributes).toEqual(ReturnValues === 'ALL_OLD' ? { ...Key, secret: { N: '1' }, signed: { S: 'x' } } : { secret: { N: '1' } })
  })

  test('a put and a deletion succeed', async () => {
    await put({ secret: { N: '1' } })
    const old = await losingAnswers().send(
      new PutItemCommand({
        TableName,
        Item: { ...Key, secret: { N: '7' } },
        ConditionExpression: 'secret = :one',
        ...ONE,
        ReturnValues: 'ALL_OLD',
      }),
    )
    expect(old.Attributes).toEqual({ ...Key, secret: { N: '1' } })
    const gone = await losingAnswers().send(
      new DeleteItemCommand({ TableName, Key, ConditionExpression: 'secret > :one', ...ONE, ReturnValues: 'ALL_OLD' }),
    )
    expect(gone.Attributes).toEqual({ ...Key, secret: { N: '7' } })
    expect(await read()).toBeUndefined()
  })

  test('if another has written since, the outcome is unknown, and said to be', async () => {
    await put({ secret: { N: '1' } })
    const client = losingAnswers(() => update(clientWith(), 'SET secret = secret + :one', ONE))
    const failing = update(client, 'SET secret = secret + :one', ONE)
    await expect(failing).rejects.toMatchObject({ code: 'CONTENTION', key: Key })
    await expect(failing).rejects.toThrow(/outcome of this write is unknown/)
    expect(await read()).toEqual({ ...Key, secret: { N: '3' } })
  })

  test('an item that does not show who wrote it is written once: the outcome is unknown at once', async () => {
    const options = { actions: { default: 'SIGN_ONLY' } } as const
    await put({ signed: { N: '1' } }, clientWith({}, options))
    let tries = 0
    const client = clientWith(
      {
        before(operation) {
          if (operation === 'UpdateItem') tries++
        },
        after(operation) {
          if (operation === 'UpdateItem') throw brokenConnection()
        },
      },
      options,
    )
    const failing = update(client, 'SET signed = signed + :one', ONE)
    await expect(failing).rejects.toThrow(/outcome of this write is unknown/)
    await expect(failing).rejects.toMatchObject({ code: 'CONTENTION', cause: { name: 'TimeoutError' } })
    expect(tries).toBe(1)
  })
})

test('an answer that is lost behind the client’s back, by a middleware, is noticed when it is tried again', async () => {
  await put({ secret: { N: '1' } })
  const plain = database.client()
  let lost = false
  plain.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args)
      if (context.commandName !== 'UpdateItemCommand' || lost) return answer
      lost = true
      throw brokenConnection()
    },
    { name: 'losing', step: 'finalizeRequest', priority: 'low' },
  )
  await update(EncryptedClient.from(plain, OPTIONS), 'SET secret = secret + :one', ONE)
  expect(lost).toBe(true)
  expect(await read()).toEqual({ ...Key, secret: { N: '2' } })
})

describe('an item that is not there', () => {
  test.each([
    ['of an encrypted attribute', 'SET secret = :one', { secret: { N: '1' } }],
    ['of an unsigned attribute alone', 'ADD visits :one', { visits: { N: '1' } }],
    [
      'of each kind',
      'SET secret = if_not_exists(secret, :one), signed = :one ADD visits :one',
      { secret: { N: '1' }, signed: { N: '1' }, visits: { N: '1' } },
    ],
  ])('an update %s makes a signed one', async (_, expression, expected) => {
    const { Attributes } = await update(clientWith(), expression, { ...ONE, ReturnValues: 'ALL_NEW' })
    expect(Attributes).toEqual({ ...Key, ...expected })
    expect(await readRaw()).toHaveProperty([SIGNATURE])
    expect(await read()).toEqual({ ...Key, ...expected })
  })

  test('a condition that it fails leaves nothing', async () => {
    const failing = update(clientWith(), 'ADD visits :one', { ...ONE, ConditionExpression: 'attribute_exists(id)' })
    await expect(failing).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
    expect(await readRaw()).toBeUndefined()
  })
})

describe('an unsigned item', () => {
  const UNSIGNED = { secret: { N: '1' }, note: { S: 'plain' }, visits: { N: '5' } }
  beforeEach(() => raw.send(new PutItemCommand({ TableName, Item: { ...Key, ...UNSIGNED } })))

  test('is refused without allowPlaintextReads', async () => {
    await expect(update(clientWith(), 'SET secret = :one', ONE)).rejects.toMatchObject({ code: 'NOT_ENCRYPTED' })
    expect(await readRaw()).toEqual({ ...Key, ...UNSIGNED })
  })

  test.each(['SET secret = secret + :one', 'ADD visits :one'])('with it, %s leaves it encrypted', async (expression) => {
    await update(clientWith({}, { allowPlaintextReads: () => true }), expression, ONE)
    const stored = (await readRaw()) ?? {}
    expect(Object.keys(stored['note'] ?? {})).toEqual(['B'])
    expect(stored).toHaveProperty([SIGNATURE])
    const adds = expression.startsWith('ADD')
    expect(await read()).toEqual({ ...Key, ...UNSIGNED, ...(adds ? { visits: { N: '6' } } : { secret: { N: '2' } }) })
  })

  test('one that was deleted meanwhile does not come back', async () => {
    let deleted = false
    const client = clientWith(
      {
        async before(operation) {
          if (operation !== 'UpdateItem' || deleted) return
          deleted = true
          await raw.send(new DeleteItemCommand({ TableName, Key }))
        },
      },
      { allowPlaintextReads: () => true },
    )
    const failing = update(client, 'SET secret = secret + :one', ONE)
    await expect(failing).rejects.toMatchObject({ name: 'ValidationException' })
    expect(await readRaw()).toBeUndefined()
  })
})

test('a value worked out from an encrypted attribute does not leave in plaintext', async () => {
  await put({ secret: { S: 'x' }, visits: { N: '1' } })
  for (const expression of ['SET visits = secret', 'SET signed = if_not_exists(secret, :one)', 'SET signed = list_append(secret, :one)']) {
    const more = expression.includes(':one') ? { ExpressionAttributeValues: { ':one': { L: [] } } } : {}
    await expect(update(clientWith(), expression, more)).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED', attributeName: 'secret' })
  }
})

describe('an item of more attributes than an expression can name', () => {
  const many = Object.fromEntries(Array.from({ length: 700 }, (_, at) => [`attribute${String(at)}`, { N: '1' }]))

  test('is put as a whole', async () => {
    await put(many)
    const { Attributes } = await update(clientWith(), 'SET attribute1 = attribute1 + :one', { ...ONE, ReturnValues: 'UPDATED_NEW' })
    expect(Attributes).toEqual({ attribute1: { N: '2' } })
    expect(await read()).toEqual({ ...Key, ...many, attribute1: { N: '2' } })
  })

  test('is refused, with the figures, where an unsigned attribute would be lost', async () => {
    await put({ ...many, visits: { N: '1' } })
    const failing = update(clientWith(), 'SET attribute1 = attribute1 + :one', ONE)
    await expect(failing).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED', key: Key })
    await expect(failing).rejects.toThrow(/4096.*1 attributes with DO_NOTHING/)
  })
})

describe.skipIf(!hasTransactions)('transactions', () => {
  const increment = (more: object = {}) => ({ Update: { TableName, Key, UpdateExpression: 'SET secret = secret + :one', ...ONE, ...more } })
  const other = () => ({ Put: { TableName, Item: { id: { S: randomUUID() }, secret: { N: '1' } } } })

  test('with a token, repeated in this process: applied once', async () => {
    await put({ secret: { N: '1' } })
    const client = clientWith()
    const ClientRequestToken = randomUUID()
    const TransactItems = [increment()]
    for (let call = 0; call < 3; call++) await client.send(new TransactWriteItemsCommand({ ClientRequestToken, TransactItems }))
    expect(await read()).toEqual({ ...Key, secret: { N: '2' } })
  })

  test('with a token, repeated by another process: refused, and the error says that it was applied', async () => {
    await put({ secret: { N: '1' } })
    const ClientRequestToken = randomUUID()
    const TransactItems = [increment()]
    await clientWith().send(new TransactWriteItemsCommand({ ClientRequestToken, TransactItems }))
    const failing = clientWith().send(new TransactWriteItemsCommand({ ClientRequestToken, TransactItems }))
    await expect(failing).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' })
    await expect(failing).rejects.toThrow(/was applied/)
    expect(await read()).toEqual({ ...Key, secret: { N: '2' } })
  })

  test('a lost race is run again as a whole', async () => {
    await put({ secret: { N: '1' } })
    let raced = false
    const client = clientWith({
      async before(operation) {
        if (operation !== 'TransactWriteItems' || raced) return
        raced = true
        await update(clientWith(), 'SET secret = secret + :one', ONE)
      },
    })
    await client.send(new TransactWriteItemsCommand({ TransactItems: [increment(), other()] }))
    expect(await read()).toEqual({ ...Key, secret: { N: '3' } })
  })

  test('a race that is always lost is a TransactionConflict', async () => {
    await put({ secret: { N: '1' } })
    const client = clientWith(
      {
        async before(operation) {
          if (operation === 'TransactWriteItems') await update(clientWith(), 'SET secret = secret + :one', ONE)
        },
      },
      { maxUpdateAttempts: 2 },
    )
    const failing = client.send(new TransactWriteItemsCommand({ TransactItems: [other(), increment()] }))
    await expect(failing).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
    })
  })

  test('an update that does not fit the item is a ValidationError among the reasons', async () => {
    await put({ secret: { S: 'no number' } })
    const failing = clientWith().send(new TransactWriteItemsCommand({ TransactItems: [other(), increment()] }))
    await expect(failing).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
    })
  })
})
