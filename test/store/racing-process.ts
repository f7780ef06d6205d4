// One of the processes of meta-store-races.test.ts: makes version 0 of `orders`, and writes an item with it. It says when it is
// about to put its row, and waits for the word, so that every process has found no version before the first puts one.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CachingMostRecentProvider, MetaStore, type CryptographicMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import type { LocalClientConfig } from 'dynamodb-encryption-client/testing'
import { once } from 'node:events'
import { wrappedAes, writtenBy } from '../support/store-items.js'

/** What the process is told. */
export interface RaceStart {
  readonly clientConfig: LocalClientConfig
  readonly tableName: string
  /** By the provider that an application would use, or by the store itself. */
  readonly through: 'provider' | 'store'
}

/** What it says in the end. */
export interface RaceEnd {
  /** `put` where this process made the version, else the name of the error that its put was answered with. */
  readonly outcome: string
  readonly stored: Item
}

function say(message: 'at the put' | RaceEnd): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('started by fork alone')
    process.send(message, undefined, {}, (error) => (error === null ? resolve() : reject(error)))
  })
}

async function race({ clientConfig, tableName, through }: RaceStart): Promise<RaceEnd> {
  const client = new DynamoDBClient(clientConfig)
  let outcome = 'no put'
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'PutItemCommand') return next(args)
      const [result] = await Promise.all([once(process, 'message'), say('at the put')]).then(() => Promise.allSettled([next(args)]))
      outcome = result.status === 'fulfilled' ? 'put' : (result.reason as Error).name
      if (result.status === 'rejected') throw result.reason
      return result.value
    },
    { name: 'starting line', step: 'initialize' },
  )
  const store = new MetaStore({ client, tableName, materialsProvider: wrappedAes() })
  const provider: CryptographicMaterialsProvider =
    through === 'store'
      ? await store.getOrCreateProvider('orders', 0)
      : new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 })
  const stored = await writtenBy(provider)
  client.destroy()
  return { outcome, stored }
}

const [start] = (await once(process, 'message')) as [RaceStart]
await say(await race(start))
await once(process, 'disconnect') // not before what was said is heard
