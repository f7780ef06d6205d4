import { KMSClient } from '@aws-sdk/client-kms'
import { afterEach, beforeEach } from 'vitest'
import { startLocalKms, type LocalKms, type LocalKmsOptions } from '../../src/testing/index.js'

/** A local KMS for each test of a file, and clients of it that are closed with it. */
export interface KmsUnderTest {
  readonly kms: LocalKms
  /** A client that sends each request once. */
  client(region?: string): KMSClient
}

export function useLocalKms(options: LocalKmsOptions = {}): KmsUnderTest {
  let kms: LocalKms | undefined
  let clients: KMSClient[] = []
  function running(): LocalKms {
    if (kms === undefined) throw new Error('only inside a test')
    return kms
  }
  beforeEach(async () => {
    kms = await startLocalKms(options)
  })
  afterEach(async () => {
    for (const client of clients) client.destroy()
    clients = []
    await running().close()
  })
  return {
    get kms() {
      return running()
    },
    client(region) {
      const client = new KMSClient({ ...running().clientConfig(region), maxAttempts: 1 })
      clients.push(client)
      return client
    },
  }
}

/** What has to be there in an answer. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing in the answer')
  return value
}
