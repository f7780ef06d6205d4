// Keys, their states, aliases and names, as the SDK's client sees them.
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GenerateDataKeyCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { present, useLocalKms } from './kms-clients.js'

const local = useLocalKms()
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const UNKNOWN_ID = '00000000-1111-2222-3333-444444444444'

describe('keys', () => {
  test('CreateKey and DescribeKey', async () => {
    const before = Date.now()
    const client = local.client()
    const created = present((await client.send(new CreateKeyCommand({ Description: 'orders' }))).KeyMetadata)
    expect(created).toMatchObject({
      KeyId: expect.stringMatching(UUID) as string,
      Arn: `arn:aws:kms:us-east-1:111122223333:key/${created.KeyId ?? ''}`,
      AWSAccountId: '111122223333',
      Description: 'orders',
      Enabled: true,
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyManager: 'CUSTOMER',
      Origin: 'AWS_KMS',
      MultiRegion: false,
    })
    expect(created.MultiRegionConfiguration).toBeUndefined()
    expect(Math.abs(present(created.CreationDate).getTime() - before)).toBeLessThan(10_000)
    expect((await client.send(new DescribeKeyCommand({ KeyId: created.Arn }))).KeyMetadata).toEqual(created)
  })

  test('CreateKey of other specs', async () => {
    const create = async (input: CreateKeyCommandInput) => (await local.client().send(new CreateKeyCommand(input))).KeyMetadata
    expect(await create({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })).toMatchObject({ MacAlgorithms: ['HMAC_SHA_256'] })
    expect(await create({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })).toMatchObject({ CustomerMasterKeySpec: 'RSA_2048' })
    await expect(create({ KeySpec: 'HMAC_256' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    })
    await expect(create({ KeySpec: 'HMAC_256', KeyUsage: 'SIGN_VERIFY' })).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(create({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' })).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(create({ KeyUsage: 'KEY_AGREEMENT' })).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('ListKeys in pages', async () => {
    const arns = Array.from({ length: 5 }, () => local.kms.createKey().arn)
    const listed: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await local.client().send(new ListKeysCommand({ Limit: 2, Marker }))
      listed.push(...present(page.Keys).map(({ KeyArn }) => KeyArn))
      Marker = page.NextMarker
      expect(page.Truncated).toBe(Marker !== undefined)
    } while (Marker !== undefined)
    expect(listed).toEqual(arns)
    await expect(local.client().send(new ListKeysCommand({ Marker: 'x' }))).rejects.toMatchObject({ name: 'InvalidMarkerException' })
  })
})

describe('states', () => {
  test('DisableKey and EnableKey', async () => {
    const { keyId, arn } = local.kms.createKey()
    const client = local.client()
    const generate = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256' })
    const { CiphertextBlob } = await client.send(generate)
    await client.send(new DisableKeyCommand({ KeyId: keyId }))
    const disabled = { name: 'DisabledException', message: `${arn} is disabled.` }
    await expect(client.send(generate)).rejects.toMatchObject(disabled)
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(disabled)
    expect((await client.send(new DescribeKeyCommand({ KeyId: keyId }))).KeyMetadata).toMatchObject({
      KeyState: 'Disabled',
      Enabled: false,
    })
    await client.send(new EnableKeyCommand({ KeyId: arn }))
    await client.send(generate)
  })

  test('the same without a request', async () => {
    const { keyId, arn } = local.kms.createKey({ alias: 'alias/orders' })
    const client = local.client()
    const generate = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256' })
    for (const name of [keyId, arn, 'alias/orders']) {
      local.kms.disable(name)
      await expect(client.send(generate)).rejects.toMatchObject({ name: 'DisabledException' })
      local.kms.enable(name)
      await client.send(generate)
    }
    expect(() => local.kms.disable('alias/none')).toThrow(expect.objectContaining({ name: 'NotFoundException' }) as Error)
  })

  test('ScheduleKeyDeletion and CancelKeyDeletion', async () => {
    const { keyId, arn } = local.kms.createKey()
    const client = local.client()
    const scheduled = await client.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 7 }))
    expect(scheduled).toMatchObject({ KeyId: arn, KeyState: 'PendingDeletion', PendingWindowInDays: 7 })
    expect(present(scheduled.DeletionDate).getTime()).toBeGreaterThan(Date.now() + 6.9 * 86_400_000)
    const pending = { name: 'KMSInvalidStateException', message: `${arn} is pending deletion.` }
    await expect(client.send(new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256' }))).rejects.toMatchObject(pending)
    await expect(client.send(new EnableKeyCommand({ KeyId: keyId }))).rejects.toMatchObject(pending)
    await expect(client.send(new ScheduleKeyDeletionCommand({ KeyId: keyId }))).rejects.toMatchObject(pending)
    expect(() => local.kms.enable(keyId)).toThrow(`${arn} is pending deletion.`)
    const described = (await client.send(new DescribeKeyCommand({ KeyId: keyId }))).KeyMetadata
    expect(described).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: scheduled.DeletionDate })

    expect(await client.send(new CancelKeyDeletionCommand({ KeyId: keyId }))).toMatchObject({ KeyId: arn })
    expect((await client.send(new DescribeKeyCommand({ KeyId: keyId }))).KeyMetadata).toMatchObject({ KeyState: 'Disabled' })
    await expect(client.send(new CancelKeyDeletionCommand({ KeyId: keyId }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
      message: `${arn} is not pending deletion.`,
    })
    await expect(client.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 6 }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  test('the operations that change a key take no alias', async () => {
    const { arn, keyId } = local.kms.createKey({ alias: 'alias/orders' })
    const client = local.client()
    await expect(client.send(new DisableKeyCommand({ KeyId: 'alias/orders' }))).rejects.toMatchObject({ name: 'NotFoundException' })
    await expect(client.send(new DisableKeyCommand({ KeyId: arn.replace(`key/${keyId}`, 'alias/orders') }))).rejects.toMatchObject({
      name: 'InvalidArnException',
    })
  })
})

describe('aliases', () => {
  test('an alias is made, moved, listed and deleted', async () => {
    const [first, second] = [local.kms.createKey(), local.kms.createKey()]
    const client = local.client()
    const generate = new GenerateDataKeyCommand({ KeyId: 'alias/orders', KeySpec: 'AES_256' })
    const missing = { name: 'NotFoundException', message: 'Alias arn:aws:kms:us-east-1:111122223333:alias/orders is not found.' }
    await expect(client.send(generate)).rejects.toMatchObject(missing)

    await client.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: first.keyId }))
    const old = await client.send(generate)
    expect(old.KeyId).toBe(first.arn)
    await client.send(new UpdateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: second.arn }))
    expect((await client.send(generate)).KeyId).toBe(second.arn)
    // What the first key sealed still opens, unless the alias is named, which is another key now.
    const { CiphertextBlob } = old
    expect((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(old.Plaintext)
    await expect(client.send(new DecryptCommand({ CiphertextBlob, KeyId: 'alias/orders' }))).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    })

    const entry = { AliasName: 'alias/orders', TargetKeyId: second.keyId }
    expect((await client.send(new ListAliasesCommand({}))).Aliases).toMatchObject([entry])
    expect((await client.send(new ListAliasesCommand({ KeyId: second.keyId }))).Aliases).toMatchObject([entry])
    expect((await client.send(new ListAliasesCommand({ KeyId: first.keyId }))).Aliases).toEqual([])
    await client.send(new DeleteAliasCommand({ AliasName: 'alias/orders' }))
    await expect(client.send(generate)).rejects.toMatchObject(missing)
    await expect(client.send(new DeleteAliasCommand({ AliasName: 'alias/orders' }))).rejects.toMatchObject(missing)
    await expect(client.send(new UpdateAliasCommand(entry))).rejects.toMatchObject(missing)
  })

  test('setAlias moves one without a request', async () => {
    const [first, second] = [local.kms.createKey({ alias: 'alias/orders' }), local.kms.createKey()]
    const describe = new DescribeKeyCommand({ KeyId: 'alias/orders' })
    expect((await local.client().send(describe)).KeyMetadata?.KeyId).toBe(first.keyId)
    local.kms.setAlias('alias/orders', second.keyId)
    expect((await local.client().send(describe)).KeyMetadata?.KeyId).toBe(second.keyId)
    expect(() => local.kms.setAlias('orders', second.keyId)).toThrow('Alias must start with the prefix')
  })

  test.each([
    ['without its prefix', 'orders', 'ValidationException'],
    ['of AWS', 'alias/aws/s3', 'InvalidAliasNameException'],
    ['with a blank', 'alias/a b', 'ValidationException'],
  ])('a name %s is refused', async (_case, AliasName, name) => {
    const { keyId } = local.kms.createKey()
    await expect(local.client().send(new CreateAliasCommand({ AliasName, TargetKeyId: keyId }))).rejects.toMatchObject({ name })
  })

  test('a target has to be a key, and for a move one of the same kind', async () => {
    const { keyId } = local.kms.createKey({ alias: 'alias/orders' })
    const client = local.client()
    const command = (TargetKeyId: string) => new CreateAliasCommand({ AliasName: 'alias/other', TargetKeyId })
    await expect(client.send(command('alias/orders'))).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(client.send(command(UNKNOWN_ID))).rejects.toMatchObject({ name: 'NotFoundException' })
    await expect(client.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: keyId }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: 'An alias with the name arn:aws:kms:us-east-1:111122223333:alias/orders already exists',
    })
    const rsa = local.kms.createKey({ spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' })
    await expect(client.send(new UpdateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: rsa.keyId }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })
})

describe('names that lead nowhere', () => {
  // The first five are what AWS answered (localstack's snapshots of its own suite against AWS).
  test.each([
    [UNKNOWN_ID, 'NotFoundException', `Key 'arn:aws:kms:us-east-1:111122223333:key/${UNKNOWN_ID}' does not exist`],
    [`arn:aws:kms:us-east-1:111122223333:key/${UNKNOWN_ID}`, 'NotFoundException', `key/${UNKNOWN_ID}' does not exist`],
    ['fake-key-id', 'NotFoundException', "Invalid keyId 'fake-key-id'"],
    [`arn:aws:kms:ap-southeast-1:111122223333:key/${UNKNOWN_ID}`, 'NotFoundException', 'Invalid arn ap-southeast-1'],
    ['mrk-d3b95762d3b95762d3b95762d3b95762', 'NotFoundException', "mrk-d3b95762d3b95762d3b95762d3b95762' does not exist"],
    ['alias/none', 'NotFoundException', 'Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.'],
    ['arn:aws:kms:us-east-1:111122223333:alias/none', 'NotFoundException', 'alias/none is not found.'],
    ['arn:aws:kms', 'InvalidArnException', 'Invalid arn'],
    ['arn:aws:s3:::bucket', 'InvalidArnException', 'Invalid arn'],
    [`arn:aws:kms:us-east-1:444455556666:key/${UNKNOWN_ID}`, 'AccessDeniedException', 'no resource-based policies allow access'],
    ['', 'ValidationException', "at 'keyId' failed to satisfy constraint"],
  ])('%s', async (KeyId, name, message) => {
    await expect(local.client().send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as string,
      $metadata: { httpStatusCode: 400 },
    })
  })
})
