// One server as several Regions: replicas of multi-Region keys, and what does not cross from Region to Region.
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  GenerateDataKeyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { present, useLocalKms } from './kms-clients.js'

describe('any Region', () => {
  const local = useLocalKms()

  test('a replica opens what the primary sealed, and the other way round', async () => {
    const [us, eu] = [local.client('us-west-2'), local.client('eu-west-1')]
    const primary = present((await us.send(new CreateKeyCommand({ MultiRegion: true }))).KeyMetadata)
    expect(primary.KeyId).toMatch(/^mrk-[0-9a-f]{32}$/)
    expect(primary.MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn: primary.Arn, Region: 'us-west-2' },
      ReplicaKeys: [],
    })
    const replicated = await us.send(new ReplicateKeyCommand({ KeyId: primary.KeyId, ReplicaRegion: 'eu-west-1' }))
    const replica = present(replicated.ReplicaKeyMetadata)
    expect(replica).toMatchObject({
      KeyId: primary.KeyId,
      Arn: present(primary.Arn).replace('us-west-2', 'eu-west-1'),
      KeyState: 'Enabled',
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA',
        PrimaryKey: { Arn: primary.Arn, Region: 'us-west-2' },
        ReplicaKeys: [{ Region: 'eu-west-1' }],
      },
    })
    for (const [sealer, opener, arn] of [[us, eu, replica.Arn] as const, [eu, us, primary.Arn] as const]) {
      const sealed = await sealer.send(new GenerateDataKeyCommand({ KeyId: primary.KeyId, KeySpec: 'AES_256' }))
      const { CiphertextBlob } = sealed
      const opened = await opener.send(new DecryptCommand({ CiphertextBlob, KeyId: arn }))
      expect(opened).toMatchObject({ KeyId: arn, Plaintext: sealed.Plaintext })
      expect((await opener.send(new DecryptCommand({ CiphertextBlob }))).KeyId).toBe(arn)
    }
  })

  test('a replica has a state of its own', async () => {
    const primary = local.kms.createKey({ multiRegion: true })
    const replica = local.kms.replicateKey(primary.keyId, 'eu-west-1')
    const generate = new GenerateDataKeyCommand({ KeyId: primary.keyId, KeySpec: 'AES_256' })
    local.kms.disable(replica.arn)
    await local.client().send(generate)
    await expect(local.client('eu-west-1').send(generate)).rejects.toMatchObject({ name: 'DisabledException' })
    local.kms.enable(replica.arn)
    local.kms.disable(primary.keyId) // a key ID means all of them
    await expect(local.client().send(generate)).rejects.toMatchObject({ name: 'DisabledException' })
    await expect(local.client('eu-west-1').send(generate)).rejects.toMatchObject({ name: 'DisabledException' })
  })

  test('a primary key waits for its replicas when it is deleted', async () => {
    const primary = local.kms.createKey({ multiRegion: true })
    const replica = local.kms.replicateKey(primary.arn, 'eu-west-1')
    const scheduled = await local.client().send(new ScheduleKeyDeletionCommand({ KeyId: primary.keyId }))
    expect(scheduled).toMatchObject({ KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 30 })
    expect(scheduled.DeletionDate).toBeUndefined()
    await expect(local.client().send(new GenerateDataKeyCommand({ KeyId: primary.keyId, KeySpec: 'AES_256' }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
      message: `${primary.arn} is pending replica deletion.`,
    })
    const eu = local.client('eu-west-1')
    await eu.send(new GenerateDataKeyCommand({ KeyId: replica.keyId, KeySpec: 'AES_256' }))
    expect(await eu.send(new ScheduleKeyDeletionCommand({ KeyId: replica.keyId }))).toMatchObject({ KeyState: 'PendingDeletion' })
  })

  test('only a multi-Region primary key is replicated, and once to a Region', async () => {
    const single = local.kms.createKey()
    const replicate = (KeyId: string, region?: string) =>
      local.client(region).send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }))
    await expect(replicate(single.keyId)).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
    const primary = local.kms.createKey({ multiRegion: true })
    await replicate(primary.keyId)
    await expect(replicate(primary.keyId)).rejects.toMatchObject({ name: 'AlreadyExistsException' })
    await expect(
      local.client('eu-west-1').send(new ReplicateKeyCommand({ KeyId: primary.keyId, ReplicaRegion: 'sa-east-1' })),
    ).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
    expect(() => local.kms.replicateKey(single.keyId, 'eu-west-1')).toThrow('is not a multi-region primary key')
    expect(() => local.kms.replicateKey('alias/none', 'eu-west-1')).toThrow(expect.objectContaining({ name: 'NotFoundException' }) as Error)
  })

  test('a key is not in another Region', async () => {
    const key = local.kms.createKey({ alias: 'alias/orders' })
    const { CiphertextBlob } = await local.client().send(new GenerateDataKeyCommand({ KeyId: key.keyId, KeySpec: 'AES_256' }))
    const eu = local.client('eu-west-1')
    const describeKey = (KeyId: string) => eu.send(new DescribeKeyCommand({ KeyId }))
    await expect(describeKey(key.keyId)).rejects.toMatchObject({
      name: 'NotFoundException',
      message: `Key '${key.arn.replace('us-east-1', 'eu-west-1')}' does not exist`,
    })
    await expect(describeKey(key.arn)).rejects.toMatchObject({ name: 'NotFoundException', message: 'Invalid arn us-east-1' })
    await expect(describeKey('alias/orders')).rejects.toMatchObject({ name: 'NotFoundException' })
    await expect(eu.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('because the resource does not exist in this Region') as string,
    })
  })

  test('an ARN names the partition of its Region', () => {
    expect(local.kms.createKey({ region: 'cn-north-1' }).arn).toMatch(/^arn:aws-cn:kms:cn-north-1:/)
    expect(local.kms.createKey({ region: 'us-gov-west-1' }).arn).toMatch(/^arn:aws-us-gov:kms:us-gov-west-1:/)
  })
})

describe('given Regions', () => {
  const local = useLocalKms({ regions: ['eu-central-1', 'eu-west-1'] })

  test('the first is the default', () => {
    expect(local.kms.clientConfig().region).toBe('eu-central-1')
    expect(local.kms.createKey()).toMatchObject({ region: 'eu-central-1' })
    expect(local.kms.createKey({ region: 'eu-west-1' })).toMatchObject({ region: 'eu-west-1' })
  })

  test('no other exists', async () => {
    expect(() => local.kms.clientConfig('us-east-1')).toThrow('Region us-east-1 is not one of this local KMS')
    expect(() => local.kms.createKey({ region: 'us-east-1' })).toThrow('Region us-east-1')
    const { keyId } = local.kms.createKey({ multiRegion: true })
    await expect(local.client().send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: 'us-east-1' }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })
})
