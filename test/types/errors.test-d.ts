// The error class: what a handler can rely on.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError, type DynamoDBEncryptionErrorCode, type DynamoDBEncryptionErrorDetails } from 'dynamodb-encryption-client'
import { expectTypeOf, test } from 'vitest'

declare const error: DynamoDBEncryptionError

test('the codes, each of them', () => {
  expectTypeOf<DynamoDBEncryptionErrorCode>().toEqualTypeOf<
    | 'SIGNATURE_MISMATCH'
    | 'NOT_ENCRYPTED'
    | 'INVALID_ITEM'
    | 'INVALID_CIPHERTEXT'
    | 'INVALID_MATERIAL_DESCRIPTION'
    | 'ALGORITHM_NOT_ALLOWED'
    | 'INVALID_ACTIONS'
    | 'INVALID_CONFIGURATION'
    | 'MATERIALS_UNAVAILABLE'
    | 'VERSION_NOT_FOUND'
    | 'MATERIAL_NAME_MISMATCH'
    | 'KEY_ID_NOT_ALLOWED'
    | 'OPERATION_NOT_SUPPORTED'
    | 'ITEM_TOO_LARGE'
    | 'CONTENTION'
  >()
  // @ts-expect-error a code that does not exist
  expectTypeOf(error.code === 'BAD_SIGNATURE').toBeBoolean()
})

test('is an Error, with its place where that is known', () => {
  expectTypeOf<DynamoDBEncryptionError>().toExtend<Error>()
  expectTypeOf(error.name).toBeString()
  expectTypeOf(error.code).toEqualTypeOf<DynamoDBEncryptionErrorCode>()
  expectTypeOf(error.cause).toEqualTypeOf<unknown>()
  expectTypeOf(error.tableName).toEqualTypeOf<string | undefined>()
  expectTypeOf(error.attributeName).toEqualTypeOf<string | undefined>()
  expectTypeOf(error.key).toEqualTypeOf<Readonly<Record<string, AttributeValue>> | undefined>()
  expectTypeOf(error.index).toEqualTypeOf<number | undefined>()
  expectTypeOf(error.requestApplied).toEqualTypeOf<boolean | undefined>()
  // @ts-expect-error it is read-only
  error.code = 'CONTENTION'
  // @ts-expect-error the item is nobody's to log
  expectTypeOf(error.item).toBeUndefined()
})

test('providers throw it, with a cause', () => {
  expectTypeOf(DynamoDBEncryptionError).toBeConstructibleWith('MATERIALS_UNAVAILABLE', 'the vault is sealed', { cause: new Error('503') })
  expectTypeOf(DynamoDBEncryptionError).toBeConstructibleWith('MATERIALS_UNAVAILABLE', 'the vault is sealed')
  expectTypeOf<DynamoDBEncryptionErrorDetails>().toHaveProperty('index')
  // @ts-expect-error a code first
  new DynamoDBEncryptionError('the vault is sealed')
  // @ts-expect-error no code of the package
  new DynamoDBEncryptionError('VAULT_SEALED', 'the vault is sealed')
})
