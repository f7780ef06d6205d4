// docs/permissions.md: each role is run, and the calls it makes are those of its row and of its policy, no more and no fewer.
import { CachingMostRecentProvider, ItemEncryptor, type CryptographicMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import type { LocalKmsCall } from 'dynamodb-encryption-client/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { blocksOf, tableRowsUnder } from './support/doc-pages.js'
import { actionsOf, allows, parsePolicy, type IamRequest, type Policy } from './support/iam-policy.js'
import { useWatchedServices, type DynamoDbCall, type WatchedStore } from './support/watched-services.js'

const PAGE = 'docs/permissions.md'
const SAMPLE_KEY = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const SAMPLE_TABLES = 'arn:aws:dynamodb:us-west-2:111122223333:table/'

const CONDITIONS = ['kms:EncryptionContext:*aws-kms-table*', 'kms:EncryptionContext:N', 'dynamodb:LeadingKeys']

const services = useWatchedServices()

const fromKms = ({ operation, encryptionContext = {} }: LocalKmsCall): IamRequest => ({
  action: `kms:${operation}`,
  resource: SAMPLE_KEY,
  context: Object.fromEntries(Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, [value]])),
})
const fromDynamoDb = ({ operation, tableName, materialName }: DynamoDbCall): IamRequest => ({
  action: `dynamodb:${operation}`,
  resource: `${SAMPLE_TABLES}${tableName}`,
  context: materialName === undefined ? {} : { 'dynamodb:LeadingKeys': [materialName] },
})

/** What a role's work asks of IAM: of KMS under this store's key, and of this store's table. */
async function requestsOf(watched: WatchedStore, work: () => Promise<unknown>): Promise<IamRequest[]> {
  services.kms.clearCalls()
  watched.calls.length = 0
  await work()
  return [...services.kms.calls.filter(({ keyArn }) => keyArn === watched.key.arn).map(fromKms), ...watched.calls.map(fromDynamoDb)]
}

const encryptorWith = (materialsProvider: CryptographicMaterialsProvider): ItemEncryptor =>
  new ItemEncryptor({
    materialsProvider,
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
  })
const order: Item = { order: { N: '7' }, address: { S: '1 Sea Road' } }

/** By the label of its row. */
const requests = new Map<string, IamRequest[]>()

beforeAll(async () => {
  const main = await services.store('OrderKeys')
  requests.set('sets up (`MetaStore.createTable`)', main.calls.map(fromDynamoDb))
  const replica = await services.store('ReplicaKeys')
  const direct = encryptorWith(services.direct(main.key.arn))
  const caching = (): ItemEncryptor =>
    encryptorWith(new CachingMostRecentProvider({ store: main.store, materialName: 'orders', ttl: 60_000 }))
  const record = async (label: string, watched: WatchedStore, work: () => Promise<unknown>): Promise<void> =>
    void requests.set(label, await requestsOf(watched, work))

  let stored: Item = {}
  await record('Direct KMS: writes items', main, async () => (stored = await direct.encryptItem(order)))
  await record('Direct KMS: reads items', main, () => direct.decryptItem(stored))
  await record('makes versions (`newProvider`)', main, () => main.store.newProvider('orders'))
  await record('Caching Most Recent: writes items', main, async () => (stored = await caching().encryptItem(order)))
  await record('Caching Most Recent: reads items', main, () => caching().decryptItem(stored))
  await record('replicates: from this store', main, () => main.store.replicate('orders', 0, replica.store))
  await main.store.newProvider('orders')
  await record('replicates: to this store', replica, () => main.store.replicate('orders', 1, replica.store))
}, 60_000)

describe('the table', () => {
  const rows = tableRowsUnder(PAGE, 'Who needs what')

  test('has a row for each role', () => {
    expect(rows.map(([label]) => label).sort()).toEqual([...requests.keys()].sort())
  })

  test.each(rows.map(([label = '', key = '', table = '']) => ({ label, named: namesIn(key, table) })))('$label', ({ label, named }) => {
    expect(named).toEqual(distinctActions(requests.get(label) ?? []))
  })
})

describe.each([
  { heading: 'Direct KMS: writes items', labels: ['Direct KMS: writes items'] },
  { heading: 'Direct KMS: reads items', labels: ['Direct KMS: reads items'] },
  {
    heading: 'Caching Most Recent: reads items, writes items',
    labels: ['Caching Most Recent: reads items', 'Caching Most Recent: writes items'],
  },
  { heading: 'Makes versions', labels: ['makes versions (`newProvider`)'] },
  { heading: 'Sets up', labels: ['sets up (`MetaStore.createTable`)'] },
])('the policy "$heading"', ({ heading, labels }) => {
  const policy = policyUnder(heading)
  const made = (): IamRequest[] => labels.flatMap((label) => requests.get(label) ?? [])

  test('allows every call that was made', () => {
    expect(made()).not.toEqual([])
    expect(made().filter((request) => !allows(policy, request))).toEqual([])
  })

  test('names no action that was not used', () => {
    expect(actionsOf(policy).sort()).toEqual(distinctActions(made()))
  })

  test('allows none of them for another key, table or material', () => {
    const changed = made().flatMap((request) => [
      { ...request, resource: `${request.resource}2` },
      ...Object.keys(request.context)
        .filter((name) => CONDITIONS.includes(name))
        .map((name) => ({ ...request, context: { ...request.context, [name]: ['another'] } })),
    ])
    expect(changed).not.toEqual([])
    expect(changed.filter((request) => allows(policy, request))).toEqual([])
  })
})

test('the page has no policy that is not tested', () => {
  expect(blocksOf(PAGE).filter(({ language }) => language === 'json')).toHaveLength(5)
})

test('the names that conditions can ask for are in the encryption context', () => {
  const named = tableRowsUnder(PAGE, 'Conditions on the encryption context').map(([name = '']) => name.replaceAll('`', ''))
  const sent = [...requests.values()].flat().flatMap(({ context }) => Object.keys(context))
  expect(named).toEqual([
    'kms:EncryptionContext:*aws-kms-table*',
    'kms:EncryptionContext:N',
    'kms:EncryptionContext:V',
    'kms:EncryptionContext:<partition key>',
  ])
  for (const name of named) expect(sent).toContain(name.replace('<partition key>', 'order'))
})

function policyUnder(heading: string): Policy {
  const block = blocksOf(PAGE).find((each) => each.language === 'json' && each.heading === heading)
  if (block === undefined) throw new Error(`no policy under ${heading}`)
  return parsePolicy(block.text)
}

function namesIn(...cells: readonly string[]): string[] {
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+:\w+)`/g)].map(([, name = '']) => name)).sort()
}

function distinctActions(of: readonly IamRequest[]): string[] {
  return [...new Set(of.map(({ action }) => action))].sort()
}
