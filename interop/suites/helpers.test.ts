// Rows that the libraries' helpers for applications put are read by this package, and back. DynamoDB Local holds the table.
import { CreateTableCommand, GetItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { AttributeActions, type AttributeActionsOptions, type Item } from 'dynamodb-encryption-client'
import fc, { type Arbitrary } from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { binary, item, numberText, text } from '../../test/support/arbitraries.js'
import { canonicalItem } from '../../test/support/canonical-form.js'
import { modelCanonical } from '../../test/support/number-model.js'
import { SIGNATURE } from '../../test/support/reference-format.js'
import { checkFor } from '../support/budget.js'
import { printedCounts } from '../support/counts.js'
import { asDynamoDbReturns, pythonTakesNumbers, signedAlike } from '../support/expectations.js'
import { hasNativeForm, ourDocumentTable, ourTable, type TableUser } from '../support/our-table.js'
import { peerTable } from '../support/peer-tables.js'
import { usePeers } from '../support/use-peers.js'
import { keysFor, rowNamed } from '../support/rows.js'
import { useDynamoDb } from '../support/servers.js'

const peers = usePeers()
const dynamoDb = useDynamoDb()
const counts = printedCounts('helpers')

const ROW = rowNamed('Wrapped AES-256, content key unnamed, HmacSHA256')
const TABLE = `Visits-${randomUUID()}`
const KEY_NAMES = ['patientId', 'visitedAt'] as const
/** As the annotations of Java's class have it; each helper adds the keys. */
const ACTIONS: AttributeActionsOptions = { attributes: { ward: 'SIGN_ONLY', seenBy: 'DO_NOTHING' } }

beforeAll(async () => {
  await Promise.all(peers.both.map((peer) => peer.learn(keysFor(peer.name, [ROW]))))
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: [
        { AttributeName: 'patientId', AttributeType: 'S' },
        { AttributeName: 'visitedAt', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'patientId', KeyType: 'HASH' },
        { AttributeName: 'visitedAt', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  await waitUntilTableExists({ client: dynamoDb, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: TABLE })
})

const actions = new AttributeActions(ACTIONS)
const signedActions = actions.withIndexKeys(...KEY_NAMES)
const options = { client: dynamoDb, tableName: TABLE, materialsProvider: ROW.ours, actions: ACTIONS }
const ours = (compatibility: 'java' | 'python'): TableUser => ourTable({ ...options, compatibility })
const oursInDocuments = (compatibility: 'java' | 'python'): TableUser => ourDocumentTable({ ...options, compatibility })

const filled = text.filter((value) => value !== '')
const optional = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const some = <T>(member: Arbitrary<T>, identity: (member: T) => string): Arbitrary<T[]> =>
  fc.uniqueArray(member, { minLength: 1, maxLength: 5, selector: identity })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const filledBinary = binary.filter(({ length }) => length > 0)

/** What Java's class has: an attribute of each type. */
const visit: Arbitrary<Item> = fc
  .record({
    notes: optional(filled.map((S) => ({ S }))),
    ward: optional(filled.map((S) => ({ S }))),
    seenBy: optional(filled.map((S) => ({ S }))),
    charge: optional(numberText(28).map((N) => ({ N }))),
    scan: optional(filledBinary.map((B) => ({ B }))),
    urgent: optional(fc.boolean().map((BOOL) => ({ BOOL }))),
    symptoms: optional(some(filled, (member) => member).map((SS) => ({ SS }))),
    readings: optional(some(numberText(28), modelCanonical).map((NS) => ({ NS }))),
    stamps: optional(some(filledBinary, hex).map((BS) => ({ BS }))),
    steps: optional(
      fc
        .array(
          filled.map((S) => ({ S })),
          { minLength: 1, maxLength: 4 },
        )
        .map((L) => ({ L })),
    ),
    address: optional(
      fc
        .dictionary(
          filled,
          filled.map((S) => ({ S })),
          { minKeys: 1, maxKeys: 4 },
        )
        .map((M) => ({ M })),
    ),
  })
  .map((attributes) =>
    Object.fromEntries(Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  )

/** Whatever DynamoDB holds, but for an attribute that the AWS SDK for JavaScript loses: see the last test. */
const anything = item(28, { maxLength: 6 }).filter((attributes) => !Object.hasOwn(attributes, '__proto__'))

let rows = 0
/** A partition of its own for each item, so that a query finds it alone. */
function withKeys(attributes: Item, when: string): Item {
  return asDynamoDbReturns({ ...attributes, patientId: { S: `patient-${String(++rows)}` }, visitedAt: { N: when } })
}

interface Helper {
  readonly name: string
  readonly items: Arbitrary<Item>
  readonly theirs: TableUser
  /** Whose form of orders this package writes for it. */
  readonly compatibility: 'java' | 'python'
}

const HELPERS: readonly Helper[] = [
  {
    name: "Java's DynamoDBMapper with AttributeEncryptor",
    items: visit,
    theirs: peerTable({ peer: peers.java, tableName: TABLE, provider: ROW.theirs, actions }),
    compatibility: 'java',
  },
  ...(['table', 'client'] as const).map((helper): Helper => ({
    name: helper === 'table' ? "Python's EncryptedTable" : "Python's EncryptedClient",
    items: anything,
    theirs: peerTable({ peer: peers.python, helper, tableName: TABLE, provider: ROW.theirs, actions }),
    compatibility: 'python',
  })),
]

const WRITES = ['put', 'batchPut'] as const
const READS = ['get', 'query'] as const

test.each(HELPERS)('$name', async ({ name, items, theirs, compatibility }) => {
  const mine = { EncryptedClient: ours(compatibility), EncryptedTable: oursInDocuments(compatibility) }
  const cases = fc
    .record({
      attributes: items,
      when: numberText(28),
      write: fc.constantFrom(...WRITES),
      read: fc.constantFrom(...READS),
      by: fc.constantFrom('EncryptedClient', 'EncryptedTable'),
    })
    .filter(({ attributes, by }) => signedAlike(attributes, signedActions) && (by === 'EncryptedClient' || hasNativeForm(attributes)))
  await checkFor(
    'helpers',
    name,
    fc.asyncProperty(cases, async ({ attributes, when, write, read, by }) => {
      const plaintext = withKeys(attributes, when)
      fc.pre(pythonTakesNumbers(plaintext, signedActions))
      const { patientId, visitedAt } = plaintext
      if (patientId === undefined || visitedAt === undefined) throw new Error('the item has keys')
      for (const [writer, reader, direction] of [
        [theirs, mine[by], `put by ${name}, read by our ${by}`],
        [mine[by], theirs, `put by our ${by}, read by ${name}`],
      ] as const) {
        await writer[write](plaintext)
        await expectStoredEncrypted(plaintext)
        const found = read === 'get' ? [await reader.get({ patientId, visitedAt })] : await reader.query({ patientId })
        expect(found.map(canonicalItem), direction).toEqual([canonicalItem(plaintext)])
        counts.add(direction, `${write} and ${read}`)
      }
    }),
    { parts: HELPERS.length, items: 0.005 },
  )
})

async function expectStoredEncrypted({ patientId, visitedAt, ...others }: Item): Promise<void> {
  if (patientId === undefined || visitedAt === undefined) throw new Error('the item has keys')
  const { Item: stored } = await dynamoDb.send(
    new GetItemCommand({ TableName: TABLE, Key: { patientId, visitedAt }, ConsistentRead: true }),
  )
  expect(stored).toHaveProperty([SIGNATURE, 'B'])
  for (const name of Object.keys(others)) {
    if (actions.actionFor(name) === 'ENCRYPT_AND_SIGN') expect(Object.keys(stored?.[name] ?? {})).toEqual(['B'])
  }
}

test('an attribute named __proto__: the AWS SDK for JavaScript loses its value on reading, so this package neither writes nor reads it', async () => {
  const plaintext = withKeys(Object.fromEntries([['__proto__', { S: 'lost' }]]), '1')
  const theirs = peerTable({ peer: peers.python, helper: 'client', tableName: TABLE, provider: ROW.theirs, actions })
  const { patientId, visitedAt } = plaintext
  if (patientId === undefined || visitedAt === undefined) throw new Error('the item has keys')
  const key = { patientId, visitedAt }
  await theirs.put(plaintext)
  expect(canonicalItem(await theirs.get(key))).toEqual(canonicalItem(plaintext))
  const { Item: stored = {} } = await dynamoDb.send(new GetItemCommand({ TableName: TABLE, Key: key, ConsistentRead: true }))
  expect(Object.getOwnPropertyDescriptor(stored, '__proto__')?.value).toBeUndefined()
  await expect(ours('python').get(key)).rejects.toMatchObject({ name: 'DynamoDBEncryptionError' })
  await expect(ours('python').put(plaintext)).rejects.toMatchObject({ code: 'INVALID_ITEM', attributeName: '__proto__' })
})
