import { KmsError, validationError } from './kms-errors.js'
import { needText, readFlag, readInteger, readText, type JsonObject } from './kms-input.js'
import { ACCOUNT, parseKeyName } from './kms-key-names.js'
import { keyKind } from './kms-key-specs.js'
import { assertEnabled, assertNotPendingDeletion, type Key } from './kms-keys.js'
import { needKey, type KmsHandler, type KmsRequest } from './kms-request.js'
import { page } from './kms-pages.js'

const DAY_MS = 86_400_000

function regionsConfiguration({ family }: Key): JsonObject {
  const [primary, ...replicas] = family.members.map(({ arn, region }) => ({ Arn: arn, Region: region }))
  return { PrimaryKey: primary, ReplicaKeys: replicas }
}

function deletionDate({ state, deletionAt }: Key): JsonObject {
  return state === 'PendingDeletion' && deletionAt !== undefined ? { DeletionDate: deletionAt / 1000 } : {}
}

/** A key as CreateKey, ReplicateKey and DescribeKey show it. */
function keyMetadata(key: Key): JsonObject {
  const { family } = key
  const type = family.members[0] === key ? 'PRIMARY' : 'REPLICA'
  return {
    AWSAccountId: ACCOUNT,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt / 1000,
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...key.algorithms,
    MultiRegion: family.multiRegion,
    ...(family.multiRegion && { MultiRegionConfiguration: { MultiRegionKeyType: type, ...regionsConfiguration(key) } }),
    ...deletionDate(key),
  }
}

/** @returns the key that `KeyId` names; the operations that change a key take no alias for it */
function needOwnKey(request: KmsRequest): Key {
  const name = needText(request.input, 'KeyId')
  if (parseKeyName(name).kind === 'alias') {
    throw new KmsError(name.startsWith('arn:') ? 'InvalidArnException' : 'NotFoundException', `Invalid keyId '${name}'`)
  }
  return needKey(request, 'KeyId')
}

function createKey({ input, region, keys }: KmsRequest): JsonObject {
  // CustomerMasterKeySpec is what older SDKs send in its place.
  const kind = keyKind(readText(input, 'KeySpec') ?? readText(input, 'CustomerMasterKeySpec'), readText(input, 'KeyUsage'))
  const multiRegion = readFlag(input, 'MultiRegion') ?? false
  return { KeyMetadata: keyMetadata(keys.create(region, kind, { multiRegion, description: readText(input, 'Description') ?? '' })) }
}

/** Unlike the real one's, the replica is enabled at once. */
function replicateKey(request: KmsRequest): JsonObject {
  const { input, keys, knowsRegion } = request
  const key = needOwnKey(request)
  const region = needText(input, 'ReplicaRegion')
  if (!knowsRegion(region)) throw validationError(`Region ${region} is not supported.`)
  assertEnabled(key)
  const replica = keys.replicate(key, region, readText(input, 'Description') ?? '')
  return { ReplicaKeyMetadata: keyMetadata(replica), ReplicaTags: [] }
}

function setState(request: KmsRequest, state: 'Enabled' | 'Disabled'): JsonObject {
  const key = needOwnKey(request)
  assertNotPendingDeletion(key)
  key.state = state
  return {}
}

function scheduleKeyDeletion(request: KmsRequest): JsonObject {
  const days = readInteger(request.input, 'PendingWindowInDays', 7, 30) ?? 30
  const key = needOwnKey(request)
  assertNotPendingDeletion(key)
  key.deletionAt = Date.now() + days * DAY_MS
  // A primary key waits until its replicas are gone, and has no date until then (KMS API reference, ScheduleKeyDeletion).
  const waits = key.family.members[0] === key && key.family.members.length > 1
  key.state = waits ? 'PendingReplicaDeletion' : 'PendingDeletion'
  return { KeyId: key.arn, KeyState: key.state, PendingWindowInDays: days, ...deletionDate(key) }
}

function cancelKeyDeletion(request: KmsRequest): JsonObject {
  const key = needOwnKey(request)
  if (key.deletionAt === undefined) throw new KmsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`)
  key.deletionAt = undefined
  key.state = 'Disabled'
  return { KeyId: key.arn }
}

function listKeys({ input, region, keys }: KmsRequest): JsonObject {
  const entries = keys.keysIn(region).map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }))
  return page('Keys', entries, input, 1000)
}

/** The operations that make, show and change keys. */
export const KEY_OPERATIONS = {
  CreateKey: createKey,
  ReplicateKey: replicateKey,
  DescribeKey: (request) => ({ KeyMetadata: keyMetadata(needKey(request, 'KeyId')) }),
  ListKeys: listKeys,
  EnableKey: (request) => setState(request, 'Enabled'),
  DisableKey: (request) => setState(request, 'Disabled'),
  ScheduleKeyDeletion: scheduleKeyDeletion,
  CancelKeyDeletion: cancelKeyDeletion,
} satisfies Record<string, KmsHandler>
