// Proposal for interop/suites/mapped-class.test.ts: the class Visit, mapped by Java's DynamoDBMapper and by EncryptedDataMapper over one table.
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { EncryptedDataMapper } from 'dynamodb-encryption-client/nova-odm'
import { beforeAll, expect, test } from 'vitest'
import { AttributeActions, type Item } from 'dynamodb-encryption-client'
import { visitClass } from '../../test/odm/support/java-classes.js'
import { peerTable } from '../support/peer-tables.js'
import { keysFor, rowNamed } from '../support/rows.js'
import { useDynamoDb } from '../support/servers.js'
import { usePeers } from '../support/use-peers.js'

const peers = usePeers()
const dynamoDb = useDynamoDb()
const ROW = rowNamed('Wrapped AES-256, content key unnamed, HmacSHA256')
const TABLE = `Visits-${randomUUID()}`

const FIELDS = {
  notes: 'n',
  ward: 'w',
  seenBy: 's',
  charge: 12.5,
  scan: Uint8Array.of(1, 2),
  urgent: true,
  symptoms: new Set(['a', 'b']),
  readings: new Set([1, 2.5]),
  steps: ['x', 'y'],
  address: new Map([['k', 'v']]),
}
const ITEM: Item = {
  notes: { S: 'n' },
  ward: { S: 'w' },
  seenBy: { S: 's' },
  charge: { N: '12.5' },
  scan: { B: Uint8Array.of(1, 2) },
  urgent: { BOOL: true },
  symptoms: { SS: ['a', 'b'] },
  readings: { NS: ['1', '2.5'] },
  steps: { L: [{ S: 'x' }, { S: 'y' }] },
  address: { M: { k: { S: 'v' } } },
}

beforeAll(async () => {
  await peers.java.learn(keysFor(peers.java.name, [ROW]))
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'patientId', AttributeType: 'S' },
        { AttributeName: 'visitedAt', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'patientId', KeyType: 'HASH' },
        { AttributeName: 'visitedAt', KeyType: 'RANGE' },
      ],
    }),
  )
  await waitUntilTableExists({ client: dynamoDb, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: TABLE })
})

test('the same class maps to the same actions: each reads what the other wrote, after an update too', async () => {
  const Visit = visitClass(TABLE)
  const visit = (key: Partial<InstanceType<typeof Visit>>) => Object.assign(new Visit(), key)
  const mapper = new EncryptedDataMapper({ client: dynamoDb, materialsProvider: ROW.ours, classes: [Visit], readConsistency: 'strong' })
  const java = peerTable({ peer: peers.java, tableName: TABLE, provider: ROW.theirs, actions: new AttributeActions() })

  await mapper.put(visit({ patientId: 'ours', visitedAt: 1, ...FIELDS }))
  const { scan, ...rest } = ITEM
  const read = await java.get({ patientId: { S: 'ours' }, visitedAt: { N: '1' } })
  expect(read).toMatchObject(rest)
  expect(Buffer.from(read['scan']?.B ?? []).equals(Buffer.from(scan?.B ?? []))).toBe(true)

  await java.put({ patientId: { S: 'theirs' }, visitedAt: { N: '2' }, ...ITEM })
  const back = await mapper.get(visit({ patientId: 'theirs', visitedAt: 2 }))
  expect(back).toMatchObject({ ...FIELDS, scan: expect.any(Uint8Array) as unknown })

  await mapper.update(Object.assign(back, { notes: 'changed' }))
  expect(await java.get({ patientId: { S: 'theirs' }, visitedAt: { N: '2' } })).toMatchObject({ ...rest, notes: { S: 'changed' } })
})
