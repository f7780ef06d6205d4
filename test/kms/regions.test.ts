// Which client, and so which Region, a key is asked of (api.md, "Materials providers").
import type { KMSClient } from '@aws-sdk/client-kms'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../support/failures.js'
import { startKmsProxy } from './support/kms-proxy.js'
import { HOME, SIMULATES, useKms } from './support/kms-under-test.js'
import { encryptorWith, ORDER } from './support/orders.js'

const kms = useKms()
const AWAY = 'eu-west-1'

afterEach(() => vi.unstubAllEnvs())

/** A client factory that records what it is asked. */
function factory(): { clientFor: (region: string) => KMSClient; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    clientFor: (region) => {
      asked.push(region)
      return kms.client(region)
    },
  }
}

function regionsAsked(): string[] {
  return kms.calls.map(({ region }) => region)
}

describe('the Region', () => {
  const KEY_NAMES = [
    { what: 'of a key ARN', alias: false },
    { what: 'of an alias ARN', alias: true },
  ]

  test.each(KEY_NAMES)('$what chooses the client, whatever region says', async ({ alias }) => {
    const key = await kms.createKey()
    const keyId = alias ? key.arn.replace(/key\/.*/, await kms.createAlias(key)) : key.arn
    const { clientFor, asked } = factory()
    const encryptor = encryptorWith(new DirectKmsMaterialsProvider({ keyId, region: AWAY, clientFor }))
    expect(await encryptor.decryptItem(await encryptor.encryptItem(ORDER))).toEqual(ORDER)
    expect(asked).toEqual([HOME])
    expect(regionsAsked()).toEqual([HOME, HOME])
  })

  test('of a key elsewhere: its ARN is enough', async () => {
    const { arn } = await kms.createKey({}, AWAY)
    const { clientFor, asked } = factory()
    const encryptor = encryptorWith(new DirectKmsMaterialsProvider({ keyId: arn, clientFor }))
    expect(await encryptor.decryptItem(await encryptor.encryptItem(ORDER))).toEqual(ORDER)
    expect(asked).toEqual([AWAY])
    expect(regionsAsked()).toEqual([AWAY, AWAY])
  })

  test('region serves names without one', async () => {
    const { keyId } = await kms.createKey({}, AWAY)
    const { clientFor, asked } = factory()
    const encryptor = encryptorWith(new DirectKmsMaterialsProvider({ keyId, region: AWAY, clientFor }))
    expect(await encryptor.decryptItem(await encryptor.encryptItem(ORDER))).toEqual(ORDER)
    expect(asked).toEqual([AWAY])
    expect(regionsAsked()).toEqual([AWAY, AWAY])
  })

  test('clientFor without a Region to give it is an error', async () => {
    const { clientFor, asked } = factory()
    const provider = new DirectKmsMaterialsProvider({ keyId: 'alias/orders', clientFor })
    await failureOf(() => encryptorWith(provider).encryptItem(ORDER), 'INVALID_CONFIGURATION', /clientFor needs a Region: give region/)
    expect(asked).toEqual([])
  })
})

describe('one client a Region is kept', () => {
  test('clientFor is called once, also by many items at once', async () => {
    const { keyId } = await kms.createKey()
    const { clientFor, asked } = factory()
    const encryptor = encryptorWith(new DirectKmsMaterialsProvider({ keyId, region: HOME, clientFor }))
    const items = Array.from({ length: 10 }, (_, at) => ({ ...ORDER, order: { N: String(at) } }))
    expect(await encryptor.decryptItems(await encryptor.encryptItems(items))).toEqual(items)
    expect(asked).toEqual([HOME])
    expect(kms.calls).toHaveLength(20)
  })

  test('keys of two Regions, two clients', async () => {
    const home = await kms.createKey()
    const away = await kms.createKey({}, AWAY)
    const { clientFor, asked } = factory()
    const keys = [home.arn, away.arn, home.arn, away.arn]
    const provider = new DirectKmsMaterialsProvider({ keyId: home.arn, clientFor, selectKeyId: () => keys.shift() ?? '' })
    for (let at = 0; at < 4; at++) await encryptorWith(provider).encryptItem(ORDER)
    expect(asked).toEqual([HOME, AWAY])
    expect(regionsAsked()).toEqual([HOME, AWAY, HOME, AWAY])
  })

  test.each([
    ['the Region of the ARN', true, undefined, AWAY],
    ['region', false, AWAY, AWAY],
    ['the SDK`s default', false, undefined, HOME],
  ])('without clientFor the SDK`s own, made once: %s', async (_what, byArn, region, expected) => {
    const { keyId, arn } = await kms.createKey({}, expected)
    const proxy = await startKmsProxy(kms.endpoint)
    // What an application would have in its environment.
    vi.stubEnv('AWS_ENDPOINT_URL_KMS', proxy.endpoint)
    vi.stubEnv('AWS_REGION', HOME)
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
    try {
      const encryptor = encryptorWith(new DirectKmsMaterialsProvider({ keyId: byArn ? arn : keyId, region }))
      for (let at = 0; at < 3; at++) expect(await encryptor.decryptItem(await encryptor.encryptItem(ORDER))).toEqual(ORDER)
      expect(proxy.calls.map((call) => call.region)).toEqual(Array.from({ length: 6 }, () => expected))
      // A client keeps its connection; six clients would have opened six.
      expect(proxy.connections).toBe(1)
    } finally {
      await proxy.close()
    }
  })
})

describe('a client that was given', () => {
  test('is always used', async () => {
    const { keyId, arn } = await kms.createKey()
    const { clientFor, asked } = factory()
    for (const name of [keyId, arn]) {
      const provider = new DirectKmsMaterialsProvider({ keyId: name, client: kms.client(), clientFor, region: AWAY })
      const encryptor = encryptorWith(provider)
      expect(await encryptor.decryptItem(await encryptor.encryptItem(ORDER))).toEqual(ORDER)
    }
    expect(asked).toEqual([])
    expect(regionsAsked()).toEqual([HOME, HOME, HOME, HOME])
  })

  test.each(['key/1234abcd-12ab-34cd-56ef-1234567890ab', 'alias/orders'])(
    'of another Region than the ARN`s (%s) is an error both ways',
    async (resource) => {
      const { keyId } = await kms.createKey()
      const stored = await encryptorWith(kms.provider({ keyId })).encryptItem(ORDER)
      const encryptor = encryptorWith(kms.provider({ keyId: `arn:aws:kms:${AWAY}:111122223333:${resource}` }))
      const refusal = ['INVALID_CONFIGURATION', /the key is in eu-west-1 and the KMS client in us-east-1/] as const
      await failureOf(() => encryptor.encryptItem(ORDER), ...refusal)
      await failureOf(() => encryptor.decryptItem(stored), ...refusal)
      expect(kms.calls).toHaveLength(1)
    },
  )

  test('of another Region than the ARN that selectKeyId chose is an error', async () => {
    const { keyId } = await kms.createKey()
    const away = await kms.createKey({}, AWAY)
    const encryptor = encryptorWith(kms.provider({ keyId, selectKeyId: () => away.arn }))
    await failureOf(() => encryptor.encryptItem(ORDER), 'INVALID_CONFIGURATION', /the key is in eu-west-1 and the KMS client in us-east-1/)
    expect(kms.calls).toEqual([])
  })

  test('whose Region is not known fails when it sends, with the SDK`s reason', async () => {
    const { arn } = await kms.createKey()
    const client = kms.client()
    client.config.region = () => Promise.reject(new Error('Region is missing'))
    const error = await failureOf(
      () => encryptorWith(kms.provider({ keyId: arn, client })).encryptItem(ORDER),
      'MATERIALS_UNAVAILABLE',
      /GenerateDataKey failed/,
    )
    expect(error.cause).toMatchObject({ message: 'Region is missing' })
  })
})

describe.runIf(SIMULATES.multiRegionKeys)('multi-Region keys', () => {
  test.each([
    ['by its ARN', (arn: string) => arn],
    ['by its id', (arn: string) => arn.replace(/.*key\//, '')],
  ])('what one Region wrote with its ARN, another reads with its replica %s', async (_what, name) => {
    const primary = await kms.createKey({ MultiRegion: true })
    const replica = await kms.replicate(primary, AWAY)
    const stored = await encryptorWith(kms.provider({ keyId: primary.arn })).encryptItem(ORDER)
    const keyId = name(replica)
    const reader = encryptorWith(kms.provider({ keyId, client: kms.client(AWAY) }))
    expect(await reader.decryptItem(stored)).toEqual(ORDER)
    expect(kms.calls[1]).toMatchObject({ operation: 'Decrypt', region: AWAY, input: { KeyId: keyId } })
    // And back.
    const back = await reader.encryptItem(ORDER)
    expect(await encryptorWith(kms.provider({ keyId: primary.arn })).decryptItem(back)).toEqual(ORDER)
  })

  test.each([
    ['alone', (arn: string) => [arn]],
    ['among others', (arn: string) => [arn, `arn:aws:kms:${AWAY}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`]],
  ])('a list that names the primary key, %s, lets the replica decrypt', async (_what, list) => {
    const primary = await kms.createKey({ MultiRegion: true })
    const replica = await kms.replicate(primary, AWAY)
    const stored = await encryptorWith(kms.provider({ keyId: primary.arn })).encryptItem(ORDER)
    const provider = kms.provider({ keyId: replica, client: kms.client(AWAY), decryptKeyIds: list(primary.arn) })
    expect(await encryptorWith(provider).decryptItem(stored)).toEqual(ORDER)
  })

  test('a Region without a replica reads nothing', async () => {
    const primary = await kms.createKey({ MultiRegion: true })
    const stored = await encryptorWith(kms.provider({ keyId: primary.arn })).encryptItem(ORDER)
    const elsewhere = kms.provider({ keyId: primary.arn.replace(HOME, AWAY), client: kms.client(AWAY) })
    const error = await failureOf(() => encryptorWith(elsewhere).decryptItem(stored), 'MATERIALS_UNAVAILABLE', /KMS Decrypt failed/)
    expect(error.cause).toHaveProperty('$metadata')
  })
})
