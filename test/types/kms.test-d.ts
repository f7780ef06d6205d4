// The entry `./kms`.
import type { KMSClient } from '@aws-sdk/client-kms'
import type { CryptographicMaterialsProvider, EncryptionContext } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider, type DirectKmsMaterialsProviderOptions } from 'dynamodb-encryption-client/kms'
import { expectTypeOf, test } from 'vitest'

declare const client: KMSClient

test('a key id, and the rest if you like', () => {
  expectTypeOf<DirectKmsMaterialsProvider>().toExtend<CryptographicMaterialsProvider>()
  expectTypeOf(DirectKmsMaterialsProvider).toBeConstructibleWith({ keyId: 'alias/people' })
  const all: Required<DirectKmsMaterialsProviderOptions> = {
    keyId: 'alias/people',
    client,
    region: 'eu-west-1',
    clientFor: (region) => (region === '' ? client : client),
    grantTokens: ['token'],
    selectKeyId: ({ tableName = '' }) => `alias/${tableName}`,
    validateKeyId: (keyId, context) => {
      expectTypeOf(keyId).toEqualTypeOf<string>()
      expectTypeOf(context).toEqualTypeOf<EncryptionContext>()
    },
    decryptKeyIds: 'configured',
    materialDescription: { 'amzn-ddb-env-alg': 'AES/128' },
  }
  expectTypeOf(DirectKmsMaterialsProvider).toBeConstructibleWith(all)
  expectTypeOf<DirectKmsMaterialsProviderOptions['decryptKeyIds']>().toEqualTypeOf<'configured' | 'any' | readonly string[] | undefined>()
})

test('wrong ones', () => {
  // @ts-expect-error a key id is missing
  new DirectKmsMaterialsProvider({ client })
  // @ts-expect-error which keys, or any
  new DirectKmsMaterialsProvider({ keyId: 'alias/people', decryptKeyIds: true })
  // @ts-expect-error one token is not a list
  new DirectKmsMaterialsProvider({ keyId: 'alias/people', grantTokens: 'token' })
  // @ts-expect-error the field's old word for it
  new DirectKmsMaterialsProvider({ keyId: 'alias/people', cmk: 'arn' })
})
