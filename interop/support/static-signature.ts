// A stored item around one serialized value, whatever that holds, under a signature that holds: the Static row's keys, by the format's
// plain second implementation.
import type { Item } from 'dynamodb-encryption-client'
import { CBC_ENTRY, storeItem } from '../../test/support/reference-format.js'
import { secretBytes } from '../../test/support/test-keys.js'

export const STATIC_ROW = 'Static AES-256, HmacSHA512'
export const STATIC_CONTEXT = { tableName: 'People' } as const

export function underStaticSignature(serialized: Uint8Array): Item {
  return storeItem(
    { value: { NULL: true } },
    {
      contentKey: secretBytes(32, 0x41),
      macKey: secretBytes(200, 0x90),
      macHash: 'sha512',
      actionFor: () => 'ENCRYPT_AND_SIGN',
      tableName: STATIC_CONTEXT.tableName,
      description: [CBC_ENTRY],
      serialized: { value: serialized },
    },
  )
}
