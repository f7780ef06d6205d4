// KMS's data key is overwritten as soon as the item's keys are made from it, or nothing is to be made from it.
import { EncryptCommand, type KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { failureOf, thrownBy } from '../support/failures.js'
import { SIGNATURE } from '../support/reference-format.js'
import { useKms } from './support/kms-under-test.js'
import { encryptorWith, ORDER, ORDER_CONTEXT, withDescription } from './support/orders.js'

const kms = useKms()

/** The very bytes that the SDK hands to the provider, with a copy of what they were. */
interface DataKey {
  readonly bytes: Uint8Array
  readonly copy: Buffer
}

function keepDataKeys(client: KMSClient): DataKey[] {
  const kept: DataKey[] = []
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if ('Plaintext' in result.output && result.output.Plaintext instanceof Uint8Array) {
        kept.push({ bytes: result.output.Plaintext, copy: Buffer.from(result.output.Plaintext) })
      }
      return result
    },
    { step: 'initialize' },
  )
  return kept
}

function expectWiped(kept: readonly DataKey[], count = 1): void {
  expect(kept).toHaveLength(count)
  for (const { bytes, copy } of kept) {
    expect(copy.some((byte) => byte !== 0)).toBe(true)
    expect(Buffer.from(bytes)).toEqual(Buffer.alloc(copy.length))
  }
}

async function prepared(client: KMSClient = kms.client()) {
  const { arn } = await kms.createKey()
  const stored = await encryptorWith(kms.provider({ keyId: arn })).encryptItem(ORDER)
  return { arn, stored, client, kept: keepDataKeys(client) }
}

test('after an item is written, and after it is read', async () => {
  const { arn, client, kept } = await prepared()
  const encryptor = encryptorWith(kms.provider({ keyId: arn, client }))
  const stored = await encryptor.encryptItem(ORDER)
  expectWiped(kept)
  expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
  expectWiped(kept, 2)
})

test('after many items at once', async () => {
  const { arn, client, kept } = await prepared()
  const encryptor = encryptorWith(kms.provider({ keyId: arn, client }))
  const items = Array.from({ length: 8 }, () => ORDER)
  expect(await encryptor.decryptItems(await encryptor.encryptItems(items))).toEqual(items)
  expectWiped(kept, 16)
})

describe('after an item is refused', () => {
  test('because its signature does not hold', async () => {
    const { arn, stored, client, kept } = await prepared()
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client }))
    const forged = { ...stored, [SIGNATURE]: { B: Buffer.alloc(32) } }
    await failureOf(() => encryptor.decryptItem(forged), 'SIGNATURE_MISMATCH', /does not hold/)
    expectWiped(kept)
  })

  test('because validateKeyId refuses its key', async () => {
    const { arn, stored, client, kept } = await prepared()
    const validateKeyId = (): void => {
      throw new Error('not this one')
    }
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client, validateKeyId }))
    await failureOf(() => encryptor.decryptItem(stored), 'KEY_ID_NOT_ALLOWED', /another KMS key/)
    expectWiped(kept)
  })

  test('because decryptKeyIds lacks its key', async () => {
    const { arn, stored, client, kept } = await prepared()
    const others = [await kms.createKey(), await kms.createKey()].map((key) => key.arn)
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client, decryptKeyIds: others }))
    await failureOf(() => encryptor.decryptItem(stored), 'KEY_ID_NOT_ALLOWED', /another KMS key/)
    expectWiped(kept)
  })

  test('because the data key has another length', async () => {
    const { arn, stored, client, kept } = await prepared()
    const { CiphertextBlob = Buffer.of() } = await kms
      .client()
      .send(new EncryptCommand({ KeyId: arn, Plaintext: Buffer.alloc(16, 7), EncryptionContext: ORDER_CONTEXT }))
    const changed = withDescription(stored, { 'amzn-ddb-env-key': Buffer.from(CiphertextBlob).toString('base64') })
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client }))
    await failureOf(() => encryptor.decryptItem(changed), 'INVALID_MATERIAL_DESCRIPTION', /not of 32 bytes/)
    expectWiped(kept)
  })

  test.each([
    ['GenerateDataKey', 'CiphertextBlob'],
    ['Decrypt', 'KeyId'],
  ])('because the answer to %s has no %s', async (operation, missing) => {
    const rewrite = (json: string): string =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).filter(([name]) => name !== missing)))
    const { arn, stored, client, kept } = await prepared(await kms.clientBehind(rewrite))
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client }))
    await thrownBy(() => (operation === 'Decrypt' ? encryptor.decryptItem(stored) : encryptor.encryptItem(ORDER)))
    expectWiped(kept)
  })
})
