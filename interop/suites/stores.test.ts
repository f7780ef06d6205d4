// MetaStore with Caching Most Recent: DynamoDB Local holds one store table for all three clients.
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { randomUUID } from 'node:crypto'
import { MetaStore, type Item } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { text } from '../../test/support/arbitraries.js'
import { DESCRIPTION, readDescription } from '../../test/support/reference-format.js'
import { checkFor } from '../support/budget.js'
import { printedCounts } from '../support/counts.js'
import type { Outcome } from '../support/peers.js'
import { usePeers } from '../support/use-peers.js'
import { keysFor, rowNamed } from '../support/rows.js'
import { endpointOf, LOCAL_CLIENT, useDynamoDb } from '../support/servers.js'
import { threeParties, type MaterialUser, type Protection } from '../support/store-parties.js'

const peers = usePeers()
const dynamoDb = useDynamoDb()
const counts = printedCounts('stores')

const PROTECTED_BY = [
  'Wrapped AES-256, content key unnamed, HmacSHA256',
  'Wrapped RSA/ECB/OAEPWithSHA-256AndMGF1Padding, SHA256withRSA',
  'Static AES-256, HmacSHA512',
]
beforeAll(async () => {
  await Promise.all(peers.both.map((peer) => peer.learn(keysFor(peer.name, PROTECTED_BY.map(rowNamed)))))
})

const LONG = 600_000 // ms
/** A time to live that has passed by the next call. */
const SHORT = 1

/** Every client's store over a new table, by one material. */
async function users(protection: Protection, materialName: string, ttl: number): Promise<MaterialUser[]> {
  const tableName = `Store-${randomUUID()}`
  await MetaStore.createTable(dynamoDb, tableName)
  const parties = await threeParties(dynamoDb, tableName, protection, peers)
  return Promise.all(parties.map((party) => party.material(materialName, ttl)))
}

const ITEM: Item = { id: { S: 'p-1' }, name: { S: 'Ada' }, year: { N: '1815' } }

function itemIn(outcome: Outcome): Item {
  if ('refusal' in outcome) throw new Error(outcome.refusal)
  return outcome.item
}

function materialIdOf(stored: Item): string | undefined {
  return readDescription(stored[DESCRIPTION]?.B ?? new Uint8Array())['amzn-ddb-meta-id']
}

async function written(user: MaterialUser): Promise<Item> {
  return itemIn(await user.encrypt(ITEM))
}

async function expectReadBy(readers: readonly MaterialUser[], stored: Item): Promise<void> {
  for (const reader of readers) {
    expect(itemIn(await reader.decrypt(stored)), reader.name).toEqual(ITEM)
    counts.add('items read with a version of the store', reader.name)
  }
}

const protectionOf = (row: string): Protection => rowNamed(row)
const [WRAPPED_AES = ''] = PROTECTED_BY

describe.each(PROTECTED_BY)('rows protected by %s', (row) => {
  test('versions made by each are used by each, and rotation by one is seen by the others', async () => {
    const all = await users(protectionOf(row), 'Visits', LONG)
    const stored: Item[] = []
    for (const [version, rotating] of [...all, ...all].entries()) {
      expect(await rotating.newVersion(), rotating.name).toBe(version)
      for (const user of all) {
        expect(await user.maxVersion(), user.name).toBe(version)
        await user.refresh()
        const item = await written(user)
        expect(materialIdOf(item), user.name).toBe(`Visits#${String(version)}`)
        stored.push(item)
      }
    }
    for (const item of stored) await expectReadBy(all, item)
  })
})

test.each([0, 1, 2])('an empty store: client %i of three makes version 0 as it writes, the others write with it', async (first) => {
  const all = await users(protectionOf(WRAPPED_AES), 'Visits', LONG)
  for (const user of all) expect(await user.maxVersion(), user.name).toBe(-1)
  for (const user of [...all.slice(first), ...all.slice(0, first)]) {
    const stored = await written(user)
    expect(materialIdOf(stored)).toBe('Visits#0')
    await expectReadBy(all, stored)
  }
})

test('without a refresh, rotation is seen once the time to live is over', async () => {
  const all = await users(protectionOf(WRAPPED_AES), 'Visits', SHORT)
  for (const [version, rotating] of all.entries()) {
    await rotating.newVersion()
    for (const user of all) {
      const stored = await writtenOnceExpired(user, `Visits#${String(version)}`)
      await expectReadBy(all, stored)
    }
  }
})

/** Within the 500 ms after the time to live a client may still write with the version that it has. */
async function writtenOnceExpired(user: MaterialUser, materialId: string): Promise<Item> {
  return expect
    .poll(async () => written(user), { timeout: 5000, interval: 20 })
    .toSatisfy((stored: Item) => materialIdOf(stored) === materialId)
    .then(() => written(user))
}

test('all at once on an empty store: one version 0, whoever made it', async () => {
  const all = await users(protectionOf(WRAPPED_AES), 'Visits', LONG)
  const stored = await Promise.all(all.map(written))
  for (const item of stored) {
    expect(materialIdOf(item)).toBe('Visits#0')
    await expectReadBy(all, item)
  }
})

test('rows protected by Direct KMS', async () => {
  const kms = new KMSClient({ ...LOCAL_CLIENT, endpoint: endpointOf('KMS_ENDPOINT') })
  afterAll(() => {
    kms.destroy()
  })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const keyId = KeyMetadata?.Arn ?? ''
  const protection: Protection = {
    ours: new DirectKmsMaterialsProvider({ keyId, client: kms }),
    theirs: { kind: 'kms', endpoint: endpointOf('KMS_ENDPOINT'), keyId },
  }
  const all = await users(protection, 'Visits', LONG)
  for (const [version, rotating] of all.entries()) {
    expect(await rotating.newVersion(), rotating.name).toBe(version)
    for (const user of all) {
      await user.refresh()
      const stored = await written(user)
      expect(materialIdOf(stored)).toBe(`Visits#${String(version)}`)
      await expectReadBy(all, stored)
    }
  }
})

test('a material of another name in an item: the libraries take its version for one of their own, this package says so', async () => {
  const tableName = `Store-${randomUUID()}`
  await MetaStore.createTable(dynamoDb, tableName)
  const parties = await threeParties(dynamoDb, tableName, protectionOf(WRAPPED_AES), peers)
  const visits = await Promise.all(parties.map((party) => party.material('Visits', LONG)))
  const bills = await Promise.all(parties.map((party) => party.material('Bills', LONG)))
  const [writer] = bills
  if (writer === undefined) throw new Error('there are three clients')
  const stored = await written(writer)
  for (const reader of visits) {
    await reader.newVersion()
    const outcome = await reader.decrypt(stored)
    if (reader.name === 'TypeScript') expect(outcome).toEqual({ refusal: 'MATERIAL_NAME_MISMATCH' })
    else expect(outcome, reader.name).toHaveProperty('refusal') // as a wrong key is refused, not as a wrong name
  }
})

test('the first version: Python makes none by new_provider, only by writing an item', async () => {
  for (const first of [0, 1, 2]) {
    const all = await users(protectionOf(WRAPPED_AES), 'Visits', LONG)
    const user = all[first]
    if (user === undefined) throw new Error('there are three clients')
    if (user.name !== 'Python') expect(await user.newVersion()).toBe(0)
    else await expect(user.newVersion()).rejects.toThrow(/No known version/)
    expect(materialIdOf(await written(user))).toBe('Visits#0')
  }
})

test('a # in the material name: the libraries neither write nor read with it, though their stores make versions', async () => {
  const all = await users(protectionOf(WRAPPED_AES), 'Visits#2026', LONG)
  for (const [version, user] of all.entries()) expect(await user.newVersion(), user.name).toBe(version)
  for (const writer of all) {
    const outcome = await writer.encrypt(ITEM)
    expect('item' in outcome, writer.name).toBe(writer.name === 'TypeScript')
    if ('refusal' in outcome) continue
    const readers = await Promise.all(all.map(async (reader) => ('item' in (await reader.decrypt(outcome.item)) ? [reader.name] : [])))
    expect(readers.flat(), writer.name).toEqual(['TypeScript'])
  }
})

interface Step {
  readonly kind: 'rotate' | 'write' | 'read'
  readonly by: 0 | 1 | 2
  /** Which of the items written so far is read. */
  readonly which: number
}

test('random rotations, writes and reads by all three', async () => {
  const tableName = `Store-${randomUUID()}`
  await MetaStore.createTable(dynamoDb, tableName)
  const parties = await threeParties(dynamoDb, tableName, protectionOf(WRAPPED_AES), peers)
  const steps = fc.array(
    fc.record<Step>({ kind: fc.constantFrom('rotate', 'write', 'write', 'read', 'read'), by: fc.constantFrom(0, 1, 2), which: fc.nat() }),
    { minLength: 4, maxLength: 16 },
  )
  const suffix = text.map((name) => name.replaceAll('#', '').slice(0, 100)).filter((name) => name.isWellFormed())
  let materials = 0
  await checkFor(
    'stores',
    'random steps',
    fc.asyncProperty(suffix, steps, async (end, list) => {
      const name = `${String(++materials)} ${end}` // another one each time, also for the same case again
      const all = await Promise.all(parties.map((party) => party.material(name, LONG)))
      let newest = -1
      const items: Item[] = []
      for (const { kind, by, which } of list) {
        const user = all[by]
        if (user === undefined) throw new Error('there are three clients')
        if (kind === 'rotate' && user.name === 'Python' && newest === -1) {
          await expect(user.newVersion()).rejects.toThrow(/No known version/)
        } else if (kind === 'rotate') {
          expect(await user.newVersion(), `a version by ${user.name}`).toBe(++newest)
        } else if (kind === 'write') {
          await user.refresh()
          const stored = await written(user)
          newest = Math.max(0, newest)
          expect(materialIdOf(stored), `written by ${user.name}`).toBe(`${name}#${String(newest)}`)
          items.push(stored)
        } else if (items.length > 0) {
          // Rotated twice within a second: this package asks a store once a second for versions above the newest that it knows.
          if (user.name === 'TypeScript') await user.refresh()
          await expectReadBy([user], items[which % items.length] ?? {})
        }
        counts.add('steps', kind)
      }
    }),
    { parts: 1, items: 0.005 },
  )
})
