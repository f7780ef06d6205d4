// The operations that use a key on data, as the SDK's client sees them.
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  ReEncryptCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { present, useLocalKms } from './kms-clients.js'

const local = useLocalKms()
const context = { table: 'Orders', key: 'a-1', clé: 'é' }

describe('GenerateDataKey', () => {
  test.each([
    [{ NumberOfBytes: 1 }, 1],
    [{ NumberOfBytes: 1024 }, 1024],
    [{ KeySpec: 'AES_256' as const }, 32],
    [{ KeySpec: 'AES_128' as const }, 16],
  ])('%o', async (length, bytes) => {
    const { keyId, arn } = local.kms.createKey()
    const dataKey = await local.client().send(new GenerateDataKeyCommand({ KeyId: keyId, EncryptionContext: context, ...length }))
    expect(dataKey.Plaintext).toHaveLength(bytes)
    expect(dataKey.KeyId).toBe(arn)
    const opened = await local.client().send(new DecryptCommand({ CiphertextBlob: dataKey.CiphertextBlob, EncryptionContext: context }))
    expect(opened.Plaintext).toEqual(dataKey.Plaintext)
    expect(opened).toMatchObject({ KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
  })

  test('a new key each time', async () => {
    const { keyId } = local.kms.createKey()
    const command = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256' })
    const [first, second] = [await local.client().send(command), await local.client().send(command)]
    expect(first.Plaintext).not.toEqual(second.Plaintext)
  })

  test('without its plaintext', async () => {
    const { keyId, arn } = local.kms.createKey()
    const dataKey = await local.client().send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyId, NumberOfBytes: 32 }))
    expect(dataKey).not.toHaveProperty('Plaintext')
    expect(dataKey.KeyId).toBe(arn)
    const opened = await local.client().send(new DecryptCommand({ CiphertextBlob: dataKey.CiphertextBlob }))
    expect(opened.Plaintext).toHaveLength(32)
  })

  test.each([
    ['neither length', {}, 'Please specify either number of bytes or key spec.'],
    ['both lengths', { NumberOfBytes: 32, KeySpec: 'AES_256' as const }, 'Please specify either number of bytes or key spec.'],
    ['no bytes', { NumberOfBytes: 0 }, "Value '0' at 'numberOfBytes' failed to satisfy constraint"],
    ['too many bytes', { NumberOfBytes: 1025 }, "Value '1025' at 'numberOfBytes' failed to satisfy constraint"],
    ['another spec', { KeySpec: 'AES_512' as 'AES_256' }, 'Member must satisfy enum value set: [AES_256, AES_128]'],
  ])('refuses %s', async (_name, length, message) => {
    const { keyId } = local.kms.createKey()
    await expect(local.client().send(new GenerateDataKeyCommand({ KeyId: keyId, ...length }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
      $metadata: { httpStatusCode: 400 },
    })
  })

  test.each([
    ['HMAC_256', 'GENERATE_VERIFY_MAC', 'key usage is GENERATE_VERIFY_MAC which is not valid for GenerateDataKey.'],
    ['ECC_NIST_P256', 'SIGN_VERIFY', 'key usage is SIGN_VERIFY which is not valid for GenerateDataKey.'],
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.'],
  ] as const)('refuses a %s key', async (spec, usage, message) => {
    const { keyId } = local.kms.createKey({ spec, usage })
    await expect(local.client().send(new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256' }))).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('Encrypt and Decrypt', () => {
  const plaintext = Uint8Array.of(1, 2, 3)

  test('round trip, with any name of the key', async () => {
    const { keyId, arn } = local.kms.createKey({ alias: 'alias/orders' })
    const client = local.client()
    const aliasArn = arn.replace(`key/${keyId}`, 'alias/orders')
    for (const name of [keyId, arn, 'alias/orders', aliasArn]) {
      const sealed = await client.send(new EncryptCommand({ KeyId: name, Plaintext: plaintext, EncryptionContext: context }))
      expect(sealed).toMatchObject({ KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
      const blob = { CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context }
      const opened = await client.send(new DecryptCommand({ ...blob, KeyId: name }))
      expect(opened).toMatchObject({ KeyId: arn, Plaintext: plaintext })
    }
  })

  test('the order of the context does not matter, an empty one is none', async () => {
    const { keyId } = local.kms.createKey()
    const client = local.client()
    const sealed = await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: { a: '1', b: '2' } }))
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: { b: '2', a: '1' } }))
    expect(opened.Plaintext).toEqual(plaintext)
    const bare = await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: {} }))
    expect((await client.send(new DecryptCommand({ CiphertextBlob: bare.CiphertextBlob }))).Plaintext).toEqual(plaintext)
  })

  test.each([
    ['another value', { table: 'orders' }],
    ['a name more', { table: 'Orders', x: '' }],
    ['none', undefined],
    ['the bytes moved from value to name', { tableO: 'rders' }],
  ])('another context is InvalidCiphertextException: %s', async (_name, other) => {
    const { keyId } = local.kms.createKey()
    const client = local.client()
    const sealed = await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: { table: 'Orders' } }))
    const command = new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: other })
    await expect(client.send(command)).rejects.toMatchObject({ name: 'InvalidCiphertextException', $metadata: { httpStatusCode: 400 } })
  })

  test('any altered, cut or lengthened ciphertext is refused', async () => {
    const { keyId } = local.kms.createKey()
    const client = local.client()
    const blob = present((await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: plaintext }))).CiphertextBlob)
    const idAt = Buffer.from(blob).indexOf(keyId)
    for (let at = 0; at < blob.length; at += 1) {
      const altered = Uint8Array.from(blob, (byte, index) => (index === at ? byte ^ 1 : byte))
      // Another key ID is a key that nobody has: KMS does not say so.
      const name = at >= idAt && at < idAt + keyId.length ? 'AccessDeniedException' : /^(InvalidCiphertext|AccessDenied)Exception$/
      await expect(client.send(new DecryptCommand({ CiphertextBlob: altered }))).rejects.toMatchObject({
        name: typeof name === 'string' ? name : (expect.stringMatching(name) as string),
      })
      if (at === 0) continue
      await expect(client.send(new DecryptCommand({ CiphertextBlob: blob.subarray(0, at) }))).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      })
    }
    await expect(client.send(new DecryptCommand({ CiphertextBlob: Buffer.concat([blob, Buffer.of(0)]) }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    })
  })

  test('a KeyId of another key is IncorrectKeyException', async () => {
    const { keyId } = local.kms.createKey()
    const other = local.kms.createKey()
    const client = local.client()
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: plaintext }))
    await expect(client.send(new DecryptCommand({ CiphertextBlob, KeyId: other.arn }))).rejects.toMatchObject({
      name: 'IncorrectKeyException',
      message: 'The key ID in the request does not identify a CMK that can perform this operation.',
    })
  })

  test('refuses lengths that KMS refuses', async () => {
    const { keyId } = local.kms.createKey()
    const client = local.client()
    const sent = client.send(new EncryptCommand({ KeyId: keyId, Plaintext: new Uint8Array(4097) }))
    await expect(sent).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    })
    await expect(client.send(new DecryptCommand({ CiphertextBlob: new Uint8Array(6145) }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
    await expect(client.send(new EncryptCommand({ KeyId: keyId, Plaintext: new Uint8Array(0) }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  test('does only symmetric encryption', async () => {
    const { keyId } = local.kms.createKey()
    const command = new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' })
    await expect(local.client().send(command)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  })

  test('a dry run says that it would have worked', async () => {
    const { keyId } = local.kms.createKey()
    const command = new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, DryRun: true })
    await expect(local.client().send(command)).rejects.toMatchObject({ name: 'DryRunOperationException' })
  })
})

describe('ReEncrypt', () => {
  test('moves a ciphertext to another key and context', async () => {
    const [from, to] = [local.kms.createKey(), local.kms.createKey()]
    const client = local.client()
    const dataKey = await client.send(new GenerateDataKeyCommand({ KeyId: from.keyId, KeySpec: 'AES_256', EncryptionContext: context }))
    const moved = await client.send(
      new ReEncryptCommand({
        CiphertextBlob: dataKey.CiphertextBlob,
        SourceEncryptionContext: context,
        SourceKeyId: from.arn,
        DestinationKeyId: to.keyId,
        DestinationEncryptionContext: { moved: 'yes' },
      }),
    )
    expect(moved).toMatchObject({ SourceKeyId: from.arn, KeyId: to.arn })
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { moved: 'yes' } }))
    expect(opened).toMatchObject({ KeyId: to.arn, Plaintext: dataKey.Plaintext })
  })

  test('refuses the wrong source key, source context and destination', async () => {
    const [from, to] = [local.kms.createKey(), local.kms.createKey()]
    const client = local.client()
    const { CiphertextBlob } = await client.send(new GenerateDataKeyCommand({ KeyId: from.keyId, KeySpec: 'AES_256' }))
    const good = { CiphertextBlob, DestinationKeyId: to.keyId }
    await expect(client.send(new ReEncryptCommand({ ...good, SourceKeyId: to.keyId }))).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    })
    await expect(client.send(new ReEncryptCommand({ ...good, SourceEncryptionContext: context }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    })
    await expect(client.send(new ReEncryptCommand({ ...good, DestinationKeyId: 'alias/none' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    })
    local.kms.disable(from.keyId)
    await expect(client.send(new ReEncryptCommand(good))).rejects.toMatchObject({ name: 'DisabledException' })
  })
})
