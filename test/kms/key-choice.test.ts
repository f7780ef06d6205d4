// Which key an item is written under, and which keys it may have been written under: keyId, selectKeyId, decryptKeyIds, validateKeyId.
import { DynamoDBEncryptionError, type DynamoDBEncryptionErrorCode, type EncryptionContext } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider, type DirectKmsMaterialsProviderOptions } from 'dynamodb-encryption-client/kms'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { SIMULATES, useKms, type TestKey } from './support/kms-under-test.js'
import { encryptorWith, ORDER, ORDERS } from './support/orders.js'

const kms = useKms()

/** How a refusal by KMS itself arrives. */
type Refusal = readonly [DynamoDBEncryptionErrorCode, RegExp]
const REFUSED_BY_KMS: Refusal = SIMULATES.incorrectKeys
  ? ['KEY_ID_NOT_ALLOWED', /encrypted under another KMS key/]
  : ['MATERIALS_UNAVAILABLE', /AccessDeniedException/]
const REFUSED_HERE: Refusal = ['KEY_ID_NOT_ALLOWED', /encrypted under another KMS key than keyId, decryptKeyIds or validateKeyId allow/]

function sentKeyIds(): unknown[] {
  return kms.calls.map(({ operation, input }) => [operation, input['KeyId']])
}

describe('selectKeyId', () => {
  test('chooses per item, from what the item shows, on encryption only', async () => {
    const [anna, ben] = [await kms.createKey(), await kms.createKey()]
    const asked: EncryptionContext[] = []
    const provider = kms.provider({
      keyId: anna.arn,
      decryptKeyIds: [anna.arn, ben.arn],
      selectKeyId: (context) => {
        asked.push(context)
        return context.attributes?.['customer']?.S === 'ben' ? ben.keyId : anna.arn
      },
    })
    const encryptor = encryptorWith(provider)
    const items = [ORDER, { ...ORDER, customer: { S: 'ben' } }]
    const stored = []
    for (const item of items) stored.push(await encryptor.encryptItem(item))
    expect(asked).toMatchObject([
      { ...ORDERS, attributes: { customer: { S: 'anna' }, order: { N: '5' } } },
      { ...ORDERS, attributes: { customer: { S: 'ben' }, order: { N: '5' } } },
    ])
    // What is encrypted is not for it to see.
    for (const { attributes = {} } of asked) expect(Object.keys(attributes).sort()).toEqual(['customer', 'order'])
    expect(await encryptor.decryptItems(stored, { concurrency: 1 })).toEqual(items)
    expect(asked).toHaveLength(2)
    expect(sentKeyIds()).toEqual([
      ['GenerateDataKey', anna.arn],
      ['GenerateDataKey', ben.keyId],
      ['Decrypt', undefined],
      ['Decrypt', undefined],
    ])
  })

  test('does not widen what is read: keyId alone decrypts by default', async () => {
    const [configured, chosen] = [await kms.createKey(), await kms.createKey()]
    const encryptor = encryptorWith(kms.provider({ keyId: configured.arn, selectKeyId: () => chosen.arn }))
    const stored = await encryptor.encryptItem(ORDER)
    await failureOf(() => encryptor.decryptItem(stored), ...REFUSED_BY_KMS)
  })

  test('what it throws reaches the caller, and KMS is not asked', async () => {
    const { keyId } = await kms.createKey()
    const refusal = new Error('no key for this customer')
    const provider = kms.provider({
      keyId,
      selectKeyId: () => {
        throw refusal
      },
    })
    await expect(encryptorWith(provider).encryptItem(ORDER)).rejects.toBe(refusal)
    expect(kms.calls).toEqual([])
  })
})

describe('decryptKeyIds', () => {
  interface Row {
    readonly name: string
    readonly options: (configured: TestKey, other: TestKey) => Partial<DirectKmsMaterialsProviderOptions> & { keyId: string }
    /** The KeyId that Decrypt carries. */
    readonly sent?: (configured: TestKey, other: TestKey) => string
    /** An item written under the configured key, and one under the other. */
    readonly configured: 'read' | 'refused by KMS' | 'refused here'
    readonly other: 'read' | 'refused by KMS' | 'refused here'
  }

  const arnOf = ({ arn }: TestKey): string => arn
  const ROWS: readonly Row[] = [
    { name: 'left out, a key ARN', options: ({ arn }) => ({ keyId: arn }), sent: arnOf, configured: 'read', other: 'refused by KMS' },
    {
      name: 'left out, a key id',
      options: ({ keyId }) => ({ keyId }),
      sent: ({ keyId }) => keyId,
      configured: 'read',
      other: 'refused by KMS',
    },
    {
      name: 'configured',
      options: ({ arn }) => ({ keyId: arn, decryptKeyIds: 'configured' }),
      sent: arnOf,
      configured: 'read',
      other: 'refused by KMS',
    },
    { name: 'any', options: ({ arn }) => ({ keyId: arn, decryptKeyIds: 'any' }), configured: 'read', other: 'read' },
    {
      name: 'a list of the configured key',
      options: ({ arn }) => ({ keyId: arn, decryptKeyIds: [arn] }),
      sent: arnOf,
      configured: 'read',
      other: 'refused by KMS',
    },
    {
      name: 'a list of another key than the configured one',
      options: ({ arn }, other) => ({ keyId: arn, decryptKeyIds: [other.arn] }),
      sent: (_configured, other) => other.arn,
      configured: 'refused by KMS',
      other: 'read',
    },
    {
      name: 'a list of both, by ARN and by id',
      options: ({ arn }, other) => ({ keyId: arn, decryptKeyIds: [arn, other.keyId] }),
      configured: 'read',
      other: 'read',
    },
    {
      name: 'a list of two without the other',
      options: ({ arn, keyId }) => ({ keyId: arn, decryptKeyIds: [keyId, '1234abcd-12ab-34cd-56ef-1234567890ab'] }),
      configured: 'read',
      other: 'refused here',
    },
  ]

  test.each(ROWS.map((row) => [row.name, row] as const))(
    '%s',
    async (_name, { options, sent, configured: ofConfigured, other: ofOther }) => {
      const [configured, other] = [await kms.createKey(), await kms.createKey()]
      const provider = kms.provider(options(configured, other))
      for (const [key, outcome] of [
        [configured, ofConfigured],
        [other, ofOther],
      ] as const) {
        const stored = await encryptorWith(kms.provider({ keyId: key.arn })).encryptItem(ORDER)
        const read = (): unknown => encryptorWith(provider).decryptItem(stored)
        if (outcome === 'read') expect(await read()).toEqual(ORDER)
        else await failureOf(read, ...(outcome === 'refused here' ? REFUSED_HERE : REFUSED_BY_KMS))
        expect(kms.calls.at(-1)).toMatchObject({ operation: 'Decrypt' })
        expect(kms.calls.at(-1)?.input['KeyId']).toBe(sent?.(configured, other))
      }
    },
  )

  test.each<[string, string]>([
    ['an alias name', 'alias/orders'],
    ['an alias ARN', 'arn:aws:kms:us-east-1:111122223333:alias/orders'],
  ])('%s cannot be what Decrypt is held to', async (_what, alias) => {
    const message = /decryptKeyIds takes 'configured', 'any', or a list of key ids and key ARNs/
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    for (const options of [
      { keyId: alias, decryptKeyIds: 'configured' },
      { keyId: alias, decryptKeyIds: [alias] },
      { keyId: arn, decryptKeyIds: [arn, alias] },
      { keyId: arn, decryptKeyIds: [] },
    ] as const) {
      await failureOf(() => new DirectKmsMaterialsProvider(options), 'INVALID_CONFIGURATION', message)
    }
  })
})

describe('mistakes that the compiler would have found', () => {
  const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

  test.each<[object, RegExp]>([
    [{}, /takes a keyId/],
    [{ keyId: '' }, /takes a keyId/],
    [{ keyId: undefined }, /takes a keyId/],
    [{ keyId: 5 }, /takes a keyId/],
    [{ keyId, decryptKeyIds: keyId }, /decryptKeyIds takes/],
    [{ keyId, decryptKeyIds: [undefined] }, /decryptKeyIds takes/],
    [{ keyId, decryptKeyIds: [keyId, ''] }, /decryptKeyIds takes/],
  ])('%o', async (options, message) => {
    await failureOf(() => new DirectKmsMaterialsProvider(options as DirectKmsMaterialsProviderOptions), 'INVALID_CONFIGURATION', message)
  })
})

describe('an alias moved to another key', () => {
  test('old items are still read, new ones are written under the new key', async () => {
    const [old, new_] = [await kms.createKey(), await kms.createKey()]
    const keyId = await kms.createAlias(old)
    const used: string[] = []
    const encryptor = encryptorWith(kms.provider({ keyId, validateKeyId: (arn) => used.push(arn) }))
    const before = await encryptor.encryptItem(ORDER)
    await kms.moveAlias(keyId, new_)
    const after = await encryptor.encryptItem(ORDER)
    expect(await encryptor.decryptItem(before)).toEqual(ORDER)
    expect(await encryptor.decryptItem(after)).toEqual(ORDER)
    expect(used).toEqual([old.arn, new_.arn])
  })

  test('a list holds it to keys all the same', async () => {
    const [old, new_] = [await kms.createKey(), await kms.createKey()]
    const keyId = await kms.createAlias(old)
    const writer = encryptorWith(kms.provider({ keyId }))
    const before = await writer.encryptItem(ORDER)
    await kms.moveAlias(keyId, new_)
    const after = await writer.encryptItem(ORDER)
    const both = encryptorWith(kms.provider({ keyId, decryptKeyIds: [old.arn, new_.arn] }))
    expect(await both.decryptItems([before, after])).toEqual([ORDER, ORDER])
    const onlyNew = encryptorWith(kms.provider({ keyId, decryptKeyIds: [new_.arn] }))
    expect(await onlyNew.decryptItem(after)).toEqual(ORDER)
    await failureOf(() => onlyNew.decryptItem(before), ...REFUSED_BY_KMS)
  })
})

describe('validateKeyId', () => {
  test('gets the ARN of the key that KMS used, and the context, on decryption only', async () => {
    const { arn } = await kms.createKey()
    const asked: [string, EncryptionContext][] = []
    const encryptor = encryptorWith(
      kms.provider({
        keyId: arn.replace(/.*key\//, ''),
        validateKeyId: (keyId, context) => asked.push([keyId, context]),
      }),
    )
    const stored = await encryptor.encryptItem(ORDER)
    expect(asked).toEqual([])
    await encryptor.decryptItem(stored)
    expect(asked).toMatchObject([[arn, { ...ORDERS, attributes: { customer: { S: 'anna' }, order: { N: '5' } } }]])
    expect(Object.keys(asked[0]?.[1].attributes ?? {}).sort()).toEqual(['customer', 'order'])
  })

  async function readingWith(validateKeyId: () => void): Promise<() => unknown> {
    const { arn } = await kms.createKey()
    const stored = await encryptorWith(kms.provider({ keyId: arn })).encryptItem(ORDER)
    return () => encryptorWith(kms.provider({ keyId: arn, validateKeyId })).decryptItem(stored)
  }

  function refusing(refusal: Error): () => void {
    return () => {
      throw refusal
    }
  }

  test('its refusal is KEY_ID_NOT_ALLOWED, with its error as the cause', async () => {
    const refusal = new Error('not in production')
    const error = await failureOf(await readingWith(refusing(refusal)), ...REFUSED_HERE)
    expect(error).toMatchObject({ tableName: 'Orders', key: { customer: { S: 'anna' }, order: { N: '5' } } })
    expect(error.cause).toBe(refusal)
  })

  test('an error of this package keeps its own code', async () => {
    const refusal = new DynamoDBEncryptionError('KEY_ID_NOT_ALLOWED', 'only keys of account 111122223333')
    await failureOf(await readingWith(refusing(refusal)), 'KEY_ID_NOT_ALLOWED', /^only keys of account 111122223333$/)
  })

  test('an asynchronous one is waited for', async () => {
    // The compiler takes an async function for one that returns void: its refusal must not be lost.
    const refusal = async (): Promise<void> => refusing(new Error('not in production'))()
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the mistake that this is about
    await failureOf(await readingWith(refusal), ...REFUSED_HERE)
  })

  test('is not asked about a key that decryptKeyIds refuses', async () => {
    const [key, other] = [await kms.createKey(), await kms.createKey()]
    const stored = await encryptorWith(kms.provider({ keyId: other.arn })).encryptItem(ORDER)
    const asked: string[] = []
    const decryptKeyIds = [key.arn, key.keyId]
    const provider = kms.provider({ keyId: key.arn, decryptKeyIds, validateKeyId: (keyId) => asked.push(keyId) })
    await failureOf(() => encryptorWith(provider).decryptItem(stored), ...REFUSED_HERE)
    expect(asked).toEqual([])
  })
})
