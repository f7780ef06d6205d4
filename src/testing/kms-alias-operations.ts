import { constraintError, KmsError, notFoundError, validationError } from './kms-errors.js'
import { needText, readText, type JsonObject } from './kms-input.js'
import { kmsArn, parseKeyName } from './kms-key-names.js'
import { assertNotPendingDeletion, type Alias, type Key } from './kms-keys.js'
import { page } from './kms-pages.js'
import { needKey, type KmsHandler, type KmsRequest } from './kms-request.js'

/** @throws KmsError `ValidationException`, `InvalidAliasNameException` for the names that AWS keeps for itself */
export function assertAliasName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw validationError(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  }
  if (!/^alias\/[a-zA-Z0-9/_-]{1,250}$/.test(name)) {
    throw constraintError('AliasName', name, 'satisfy regular expression pattern: ^alias/[a-zA-Z0-9/_-]+$')
  }
  if (name.startsWith('alias/aws/')) throw new KmsError('InvalidAliasNameException', `${name} is reserved by AWS.`)
}

function needAliasName({ input }: KmsRequest): string {
  const name = needText(input, 'AliasName')
  assertAliasName(name)
  return name
}

function needTarget(request: KmsRequest): Key {
  if (parseKeyName(needText(request.input, 'TargetKeyId')).kind === 'alias') {
    throw validationError('Aliases must refer to keys. Not aliases')
  }
  const target = needKey(request, 'TargetKeyId')
  assertNotPendingDeletion(target)
  return target
}

function needAlias({ keys, region }: KmsRequest, name: string): Alias {
  const alias = keys.alias(region, name)
  if (alias === undefined) throw notFoundError(`Alias ${kmsArn(region, name)} is not found.`)
  return alias
}

function createAlias(request: KmsRequest): JsonObject {
  const name = needAliasName(request)
  const target = needTarget(request)
  const existing = request.keys.alias(request.region, name)
  if (existing !== undefined) throw new KmsError('AlreadyExistsException', `An alias with the name ${existing.arn} already exists`)
  request.keys.setAlias(name, target)
  return {}
}

/** An alias moves only to a key of the same kind (KMS API reference, UpdateAlias). */
function updateAlias(request: KmsRequest): JsonObject {
  const name = needAliasName(request)
  const target = needTarget(request)
  const { usage, spec } = needAlias(request, name).target
  if (usage !== target.usage || (spec === 'SYMMETRIC_DEFAULT') !== (target.spec === 'SYMMETRIC_DEFAULT')) {
    throw validationError('The current and new KMS keys must be of the same type and have the same key usage.')
  }
  request.keys.setAlias(name, target)
  return {}
}

function deleteAlias(request: KmsRequest): JsonObject {
  request.keys.deleteAlias(needAlias(request, needAliasName(request)))
  return {}
}

function listAliases(request: KmsRequest): JsonObject {
  const { input, region, keys } = request
  const only = readText(input, 'KeyId') === undefined ? undefined : needKey(request, 'KeyId')
  const aliases = keys.aliasesIn(region).filter(({ target }) => only === undefined || target === only)
  const entries = aliases.map(({ name, arn, target, createdAt, updatedAt }) => ({
    AliasName: name,
    AliasArn: arn,
    TargetKeyId: target.id,
    CreationDate: createdAt / 1000,
    LastUpdatedDate: updatedAt / 1000,
  }))
  return page('Aliases', entries, input, 100)
}

/** The operations on aliases. */
export const ALIAS_OPERATIONS = {
  CreateAlias: createAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,
} satisfies Record<string, KmsHandler>
