// An item as the Java or Python library would have written it under a data key that the test chooses: KMS encrypts the data key, and the
// reference format does the rest. Nothing of the package is used.
import { EncryptCommand } from '@aws-sdk/client-kms'
import type { Item } from 'dynamodb-encryption-client'
import { CBC_ENTRY, storeItem } from '../../support/reference-format.js'
import type { KmsUnderTest, TestKey } from './kms-under-test.js'
import { ORDER, ORDER_CONTEXT, ORDERS } from './orders.js'
import { referenceHkdf } from './reference-hkdf.js'

export interface Writing {
  readonly item?: Item
  /** The data key; 32 bytes of 0x07 unless given. */
  readonly dataKey?: Uint8Array
  readonly contentAlgorithm?: string
  readonly signingAlgorithm?: string
  /** What both keys are; derived from the data key by the algorithms' lengths unless given. */
  readonly contentKey?: Uint8Array
  readonly macKey?: Uint8Array
  readonly macHash?: string
  /** What KMS is sent; that of ORDER with the algorithms unless given. */
  readonly encryptionContext?: Readonly<Record<string, string>>
}

export async function writtenElsewhere(kms: KmsUnderTest, { keyId }: TestKey, writing: Writing = {}): Promise<Item> {
  const { item = ORDER, dataKey = Buffer.alloc(32, 7), contentAlgorithm = 'AES/256', signingAlgorithm = 'HmacSHA256/256' } = writing
  const algorithms = { '*amzn-ddb-env-alg*': contentAlgorithm, '*amzn-ddb-sig-alg*': signingAlgorithm }
  const EncryptionContext = writing.encryptionContext ?? { ...ORDER_CONTEXT, ...algorithms }
  const { CiphertextBlob = Buffer.of() } = await kms
    .client()
    .send(new EncryptCommand({ KeyId: keyId, Plaintext: dataKey, EncryptionContext }))
  return storeItem(item, {
    contentKey: writing.contentKey ?? referenceHkdf(dataKey, 'Encryption', bytesNamed(contentAlgorithm)),
    macKey: writing.macKey ?? referenceHkdf(dataKey, 'Signing', bytesNamed(signingAlgorithm)),
    ...(writing.macHash !== undefined && { macHash: writing.macHash }),
    actionFor: (name) => (name === ORDERS.partitionKeyName || name === ORDERS.sortKeyName ? 'SIGN_ONLY' : 'ENCRYPT_AND_SIGN'),
    tableName: ORDERS.tableName,
    description: [
      CBC_ENTRY,
      ['amzn-ddb-env-alg', contentAlgorithm],
      ['amzn-ddb-env-key', Buffer.from(CiphertextBlob).toString('base64')],
      ['amzn-ddb-sig-alg', signingAlgorithm],
      ['amzn-ddb-wrap-alg', 'kms'],
      ['aws-kms-ec-attr', '*keys*'],
    ],
  })
}

/** Bytes of a key: the bits after the slash; 256 without one, in both libraries. */
export function bytesNamed(algorithm: string): number {
  const [, bits = '256'] = algorithm.split('/')
  return Number(bits) / 8
}
