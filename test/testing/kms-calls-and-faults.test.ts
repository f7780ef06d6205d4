// What a local KMS records, and how it fails when told to.
import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { startLocalKms } from '../../src/testing/index.js'
import { useLocalKms } from './kms-clients.js'

const local = useLocalKms()

function generate(KeyId: string): GenerateDataKeyCommand {
  return new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })
}

describe('calls', () => {
  test('each request with what it was about', async () => {
    const before = Date.now()
    const { keyId, arn } = local.kms.createKey({ alias: 'alias/orders' })
    const client = local.client()
    const EncryptionContext = { table: 'Orders' }
    const { CiphertextBlob } = await client.send(
      new GenerateDataKeyCommand({ KeyId: 'alias/orders', NumberOfBytes: 32, EncryptionContext, GrantTokens: ['token'] }),
    )
    await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
    await client.send(new ReEncryptCommand({ CiphertextBlob, SourceEncryptionContext: EncryptionContext, DestinationKeyId: keyId }))
    await client.send(new CreateAliasCommand({ AliasName: 'alias/two', TargetKeyId: arn }))
    await expect(local.client('eu-west-1').send(generate('alias/none'))).rejects.toThrow()

    expect(local.kms.calls).toMatchObject([
      {
        operation: 'GenerateDataKey',
        region: 'us-east-1',
        keyId: 'alias/orders',
        keyArn: arn,
        encryptionContext: EncryptionContext,
        grantTokens: ['token'],
        input: { KeyId: 'alias/orders', NumberOfBytes: 32 },
      },
      { operation: 'Decrypt', keyArn: arn, encryptionContext: EncryptionContext },
      { operation: 'ReEncrypt', keyId, keyArn: arn },
      { operation: 'CreateAlias', keyId: arn, keyArn: arn },
      { operation: 'GenerateDataKey', region: 'eu-west-1', keyId: 'alias/none', error: 'NotFoundException' },
    ])
    const [first, second, third, , last] = local.kms.calls
    expect(first).not.toHaveProperty('error')
    expect(second).not.toHaveProperty('keyId')
    expect(third).not.toHaveProperty('encryptionContext')
    expect(last).not.toHaveProperty('keyArn')
    expect(first?.at).toBeGreaterThanOrEqual(before)

    const taken = local.kms.calls
    local.kms.clearCalls()
    expect(local.kms.calls).toEqual([])
    expect(taken).toHaveLength(5)
  })
})

describe('faults', () => {
  test.each([
    [{ kind: 'throttle' }, 'ThrottlingException', 'Rate exceeded', 400],
    [{ kind: 'error', name: 'KMSInternalException', message: 'later', status: 500 }, 'KMSInternalException', 'later', 500],
    [{ kind: 'error', name: 'LimitExceededException' }, 'LimitExceededException', '', 400],
  ] as const)('%o', async (fault, name, message, httpStatusCode) => {
    const { keyId } = local.kms.createKey()
    const injected = local.kms.inject({ ...fault, times: 1 })
    await expect(local.client().send(generate(keyId))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as string,
      $metadata: { httpStatusCode },
    })
    expect(local.kms.calls).toMatchObject([{ error: name }])
    expect(injected.hits).toBe(1)
    await local.client().send(generate(keyId))
    expect(injected.hits).toBe(1)
  })

  test('deny names the caller, the action and the key', async () => {
    const { keyId, arn } = local.kms.createKey()
    const client = local.client()
    const { CiphertextBlob } = await client.send(generate(keyId))
    local.kms.inject({ kind: 'deny' })
    const message = (action: string, on: string) =>
      `User: arn:aws:iam::111122223333:user/local is not authorized to perform: kms:${action} on ${on} ` +
      `because no identity-based policy allows the kms:${action} action`
    const name = 'AccessDeniedException'
    await expect(client.send(generate(keyId))).rejects.toMatchObject({ name, message: message('GenerateDataKey', `resource: ${arn}`) })
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name,
      message: message('Decrypt', 'the resource associated with this ciphertext'),
    })
    await expect(client.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: keyId }))).rejects.toMatchObject({
      message: message('ReEncryptTo', `resource: ${arn}`),
    })
  })

  test('a scope narrows it to an operation, a key or a Region', async () => {
    const one = local.kms.createKey({ multiRegion: true, alias: 'alias/one' })
    const two = local.kms.createKey()
    local.kms.replicateKey(one.keyId, 'eu-west-1')
    const [us, eu] = [local.client(), local.client('eu-west-1')]
    const { CiphertextBlob } = await us.send(generate(one.keyId))

    const byOperation = local.kms.inject({ kind: 'deny', operation: 'Decrypt' })
    await us.send(generate(one.keyId))
    await expect(us.send(new DecryptCommand({ CiphertextBlob }))).rejects.toThrow('not authorized')
    byOperation.remove()
    byOperation.remove()
    await us.send(new DecryptCommand({ CiphertextBlob }))

    for (const keyId of [one.arn, one.keyId, 'alias/one']) {
      const byKey = local.kms.inject({ kind: 'deny', keyId })
      for (const name of [one.arn, one.keyId, 'alias/one']) await expect(us.send(generate(name))).rejects.toThrow('not authorized')
      await expect(us.send(new DecryptCommand({ CiphertextBlob }))).rejects.toThrow('not authorized')
      const moved = us.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: two.keyId }))
      await expect(moved).rejects.toThrow('not authorized')
      await us.send(generate(two.keyId))
      byKey.remove()
    }

    local.kms.inject({ kind: 'deny', region: 'eu-west-1' })
    await us.send(generate(one.keyId))
    await expect(eu.send(generate(one.keyId))).rejects.toThrow('not authorized')
  })

  test('a name that leads nowhere can be met too', async () => {
    local.kms.inject({ kind: 'throttle', keyId: 'alias/none' })
    await expect(local.client().send(generate('alias/none'))).rejects.toMatchObject({ name: 'ThrottlingException' })
  })

  test('delays add up and the oldest other fault decides', async () => {
    const { keyId } = local.kms.createKey()
    local.kms.inject({ kind: 'delay', delayMs: 60 })
    local.kms.inject({ kind: 'delay', delayMs: 60, times: 1 })
    const throttle = local.kms.inject({ kind: 'throttle' })
    const deny = local.kms.inject({ kind: 'deny' })
    const start = performance.now()
    await expect(local.client().send(generate(keyId))).rejects.toMatchObject({ name: 'ThrottlingException' })
    expect(performance.now() - start).toBeGreaterThan(115)
    expect([throttle.hits, deny.hits]).toEqual([1, 0])
  })

  test.each(['drop', 'cut'] as const)('%s breaks the connection', async (kind) => {
    const { keyId } = local.kms.createKey()
    const fault = local.kms.inject({ kind, times: 1 })
    await expect(local.client().send(generate(keyId))).rejects.toThrow()
    expect(fault.hits).toBe(1)
    expect(local.kms.calls).toMatchObject([{ operation: 'GenerateDataKey', error: kind }])
    await local.client().send(generate(keyId))
  })

  test('a cut request was done, a dropped one was not', async () => {
    const { keyId } = local.kms.createKey()
    const alias = (AliasName: string) => new CreateAliasCommand({ AliasName, TargetKeyId: keyId })
    local.kms.inject({ kind: 'cut', times: 1 })
    await expect(local.client().send(alias('alias/cut'))).rejects.toThrow()
    local.kms.inject({ kind: 'drop', times: 1 })
    await expect(local.client().send(alias('alias/drop'))).rejects.toThrow()
    await local.client().send(new DescribeKeyCommand({ KeyId: 'alias/cut' }))
    await expect(local.client().send(new DescribeKeyCommand({ KeyId: 'alias/drop' }))).rejects.toThrow('is not found')
  })

  test('the SDK tries again where the real service would make it', async () => {
    const { keyId } = local.kms.createKey()
    const client = new KMSClient({ ...local.kms.clientConfig(), maxAttempts: 3 })
    for (const kind of ['throttle', 'drop'] as const) {
      local.kms.clearCalls()
      local.kms.inject({ kind, times: 2 })
      await client.send(generate(keyId))
      expect(local.kms.calls).toHaveLength(3)
    }
    local.kms.clearCalls()
    local.kms.inject({ kind: 'deny' })
    await expect(client.send(generate(keyId))).rejects.toThrow('not authorized')
    expect(local.kms.calls).toHaveLength(1)
    client.destroy()
  })

  test('latency is before every answer', async () => {
    await using slow = await startLocalKms({ latencyMs: 80 })
    const client = new KMSClient(slow.clientConfig())
    const { keyId } = slow.createKey()
    const start = performance.now()
    await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: Uint8Array.of(1) }))
    expect(performance.now() - start).toBeGreaterThan(75)
    client.destroy()
  })
})

describe('close', () => {
  test('ends what is under way and what is kept alive, also twice', async () => {
    const kms = await startLocalKms()
    const { keyId } = kms.createKey()
    const client = new KMSClient({ ...kms.clientConfig(), maxAttempts: 1 })
    await client.send(generate(keyId)) // leaves a connection alive
    kms.inject({ kind: 'delay', delayMs: 3_600_000 })
    const waiting = expect(client.send(generate(keyId))).rejects.toThrow()
    while (kms.calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
    await kms.close()
    await waiting
    await kms.close()
    client.destroy() // its old connection may not have noticed yet
    await expect(local.client().send(generate(keyId))).rejects.toThrow('does not exist') // another server, and it is still there
    await expect(fetch(kms.endpoint)).rejects.toThrow('fetch failed')
  })
})
