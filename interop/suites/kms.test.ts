// Direct KMS: moto's server is the KMS of all three clients.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { AttributeActions, type AttributeActionsOptions, type EncryptionContext, type Item } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import fc, { type Arbitrary } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actionsFor, attributeName, item, numberText, tableName, text, type ItemCase } from '../../test/support/arbitraries.js'
import { checkFor } from '../support/budget.js'
import { printedCounts } from '../support/counts.js'
import { asDynamoDbReturns, pythonTakesNumbers, type ClientName } from '../support/expectations.js'
import type { PeerProvider } from '../support/peers.js'
import { usePeers } from '../support/use-peers.js'
import { endpointOf, LOCAL_CLIENT } from '../support/servers.js'
import { checkAllDirections, DIRECTIONS, ourClient, peerClient, type ItemClient } from '../support/three-clients.js'

const peers = usePeers()
const counts = printedCounts('Direct KMS')
const kms = new KMSClient({ ...LOCAL_CLIENT, endpoint: endpointOf('KMS_ENDPOINT') })
afterAll(() => {
  kms.destroy()
})

let keyId = ''
beforeAll(async () => {
  keyId = await newKey()
})

async function newKey(): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  if (KeyMetadata?.Arn === undefined) throw new Error('KMS made no key')
  return KeyMetadata.Arn
}

interface Setup {
  readonly actions: AttributeActionsOptions
  readonly context: EncryptionContext
  readonly key?: string
  /** Algorithms that the provider is asked for. */
  readonly description?: Readonly<Record<string, string>>
}

function clientsFor(
  { actions, context, key = keyId, description = {} }: Setup,
  compatibility: ItemCase['compatibility'] = 'java',
): ItemClient[] {
  const { materialDescription, ...others } = context
  const provider: PeerProvider = { kind: 'kms', endpoint: endpointOf('KMS_ENDPOINT'), keyId: key, description }
  const materialsProvider = new DirectKmsMaterialsProvider({ keyId: key, client: kms, materialDescription: description })
  return [
    ourClient({ materialsProvider, actions, context, compatibility }),
    ...peers.both.map((peer) =>
      peerClient(peer, { provider, actions: new AttributeActions(actions), context: others }, materialDescription),
    ),
  ]
}

const descriptions = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  {},
  { 'amzn-ddb-env-alg': 'AES/128' },
  { 'amzn-ddb-sig-alg': 'HmacSHA512/512' },
  { 'amzn-ddb-env-alg': 'AES/192', 'amzn-ddb-sig-alg': 'HmacSHA384/256' },
)

/** A primary key as DynamoDB has it: one or two attributes of type S, N or B, not empty. */
const keyValue = fc.oneof(
  text.filter((S) => S !== '').map((S) => ({ S })),
  numberText(28).map((N) => ({ N })),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((B) => ({ B })),
)

const cases: Arbitrary<ItemCase> = fc
  .record({
    others: item(28),
    keys: fc.uniqueArray(fc.tuple(attributeName, keyValue), { maxLength: 2, selector: ([name]) => name }),
    tableName,
  })
  .chain(({ others, keys, tableName: table }) => {
    const [partition, sort] = keys
    const pairs: [string, AttributeValue][] = [...Object.entries(others), ...keys]
    const whole = asDynamoDbReturns(Object.fromEntries(pairs))
    const names = Object.keys(whole).filter((name) => name !== partition?.[0] && name !== sort?.[0])
    const context = { tableName: table, partitionKeyName: partition?.[0], sortKeyName: sort?.[0] }
    return fc
      .record({ given: actionsFor(names), compatibility: fc.constantFrom('java', 'python') })
      .map(({ given, compatibility }): ItemCase => {
        const actions = new AttributeActions(given).withIndexKeys(...keys.map(([name]) => name))
        return { item: whole, actions, context, compatibility, names: {} }
      })
  })
  .filter(({ actions, item: whole }) => actions.takesAction && pythonTakesNumbers(whole, actions))

test('what each writes, the others read', async () => {
  await checkFor(
    'direct KMS',
    'all directions',
    fc.asyncProperty(cases, descriptions, async (given, description) => {
      await checkAllDirections(clientsFor({ ...given, description }, given.compatibility), given, counts)
    }),
    { parts: 1, items: 0.01 },
  )
  for (const direction of DIRECTIONS) expect(counts.of(direction, 'read')).toBeGreaterThan(0)
})

const KEYS: Setup = {
  actions: { attributes: { id: 'SIGN_ONLY' } },
  context: { tableName: 'People', partitionKeyName: 'id' },
}

async function readersOf(writer: ItemClient, readers: readonly ItemClient[], plaintext: Item): Promise<ClientName[]> {
  const written = await writer.encrypt(plaintext)
  if ('refusal' in written) throw new Error(`${writer.name} does not write it: ${written.refusal}`)
  const stored = asDynamoDbReturns(written.item)
  const outcomes = await Promise.all(readers.map(async (reader) => ({ reader, outcome: await reader.decrypt(stored) })))
  return outcomes.flatMap(({ reader, outcome }) => ('item' in outcome ? [reader.name] : []))
}

const refuses = async (client: ItemClient, plaintext: Item): Promise<boolean> => 'refusal' in (await client.encrypt(plaintext))

describe('differences', () => {
  test('a number key spelled 5.0: what the libraries wrote nobody can decrypt once DynamoDB made it 5; this package spells it 5 for KMS', async () => {
    const clients = clientsFor(KEYS)
    const found: Record<string, readonly ClientName[]> = {}
    for (const writer of clients) found[writer.name] = await readersOf(writer, clients, { id: { N: '5.0' }, name: { S: 'Ada' } })
    expect(found).toEqual({ TypeScript: ['TypeScript', 'Java', 'Python'], Java: [], Python: [] })
  })

  test('a key that the context names and the item lacks: written by Python alone, which leaves it out; not read by Java', async () => {
    const clients = clientsFor(KEYS)
    const [ours, java, python] = clients
    if (ours === undefined || java === undefined || python === undefined) throw new Error('there are three clients')
    const plaintext: Item = { name: { S: 'Ada' } }
    expect([await refuses(ours, plaintext), await refuses(java, plaintext)]).toEqual([true, true])
    expect(await readersOf(python, clients, plaintext)).toEqual(['TypeScript', 'Python'])
  })

  test('a key of another type than S, N and B: nobody writes it', async () => {
    for (const client of clientsFor(KEYS)) expect(await refuses(client, { id: { BOOL: true }, name: { S: 'Ada' } }), client.name).toBe(true)
  })

  test('another key of the same account: the libraries decrypt under any that they may use, this package under the configured one', async () => {
    const plaintext: Item = { id: { S: 'p-1' }, name: { S: 'Ada' } }
    const [writer] = clientsFor({ ...KEYS, key: await newKey() })
    if (writer === undefined) throw new Error('there are three clients')
    expect(await readersOf(writer, clientsFor(KEYS), plaintext)).toEqual(['Java', 'Python'])
  })

  test('no table name: KMS is told none; the signature is in either form as ever', async () => {
    const plaintext: Item = { id: { S: 'p-1' }, name: { S: 'Ada' } }
    const clients = clientsFor({ ...KEYS, context: { partitionKeyName: 'id' } })
    const found: Record<string, readonly ClientName[]> = {}
    for (const writer of clients) found[writer.name] = await readersOf(writer, clients, plaintext)
    expect(found).toEqual({ TypeScript: ['TypeScript', 'Java'], Java: ['TypeScript', 'Java'], Python: ['TypeScript', 'Python'] })
  })

  test('moved to another table, or its key changed: KMS refuses all of them', async () => {
    const clients = clientsFor(KEYS)
    const elsewhere = clientsFor({ ...KEYS, context: { ...KEYS.context, tableName: 'Animals' } })
    const plaintext: Item = { id: { S: 'p-1' }, name: { S: 'Ada' } }
    for (const writer of clients) {
      expect(await readersOf(writer, elsewhere, plaintext)).toEqual([])
      const written = await writer.encrypt(plaintext)
      const stored: Item = 'item' in written ? { ...written.item, id: { S: 'p-2' } } : {}
      for (const reader of clients) expect(await reader.decrypt(stored), reader.name).toHaveProperty('refusal')
    }
  })
})
