// Entry `./kms`. The Direct KMS provider: a data key of AWS KMS for every item (guide: "Direct KMS Provider").
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms'
import { asBuffer, wipe } from '../bytes.js'
import { hmacNames } from '../crypto/algorithms.js'
import { hkdf } from '../crypto/hkdf.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote } from '../errors.js'
import {
  CONTENT_KEY_ALGORITHM,
  mergeDescriptions,
  WRAPPED_KEY,
  WRAPPING_ALGORITHM,
  type MaterialDescription,
} from '../format/material-description.js'
import { getOwn } from '../items.js'
import { ItemContentKey } from '../keys/local-aes-key.js'
import { ItemHmacKey } from '../keys/local-hmac-key.js'
import { DEFAULT_CONTENT_KEY_ALGORITHM, namedContentKeyBits, wrappedKeyOf } from './content-key.js'
import { KmsClients, type KmsClientOptions } from './kms-clients.js'
import { kmsEncryptionContext } from './kms-context.js'
import { isAlias, isSameKey } from './kms-key-id.js'
import type { CryptographicMaterialsProvider, DecryptionMaterials, EncryptionContext, EncryptionMaterials } from './materials.js'

export interface DirectKmsMaterialsProviderOptions extends KmsClientOptions {
  /** Key id, key ARN, alias name or alias ARN of a symmetric encryption key. The Region of an ARN chooses the client. */
  readonly keyId: string
  readonly grantTokens?: readonly string[] | undefined
  /** Chooses the key that an item is encrypted under; asked on encryption only. */
  readonly selectKeyId?: ((context: EncryptionContext) => string) | undefined
  /** Called with the ARN of the key that KMS decrypted with; throws to refuse it. */
  readonly validateKeyId?: ((keyId: string, context: EncryptionContext) => void) | undefined
  /**
   * Keys that an item may have been encrypted under. `configured`: `keyId` alone, or its replicas where it is a multi-Region
   * key; the default unless `keyId` is an alias. `any`: every key that the caller may use; the default for an alias, which may
   * have pointed to another key when the item was written. A list: key ids or key ARNs.
   */
  readonly decryptKeyIds?: 'configured' | 'any' | readonly string[] | undefined
  /** The requested material description: algorithms of the content key and of the signature. */
  readonly materialDescription?: MaterialDescription | undefined
}

const SIGNING_KEY_ALGORITHM = 'amzn-ddb-sig-alg'
const CONTEXT_ATTRIBUTE = 'aws-kms-ec-attr'
const CONTEXT_IS_KEYS = '*keys*'
const WRAPPED_BY_KMS = 'kms'
const DEFAULT_SIGNING_ALGORITHM = 'HmacSHA256/256'
const DATA_KEY_BYTES = 32
const SMALLEST_SIGNING_BITS = 128
const LARGEST_SIGNING_BITS = 1024

/**
 * Asks KMS for a data key for each item that is written, and for its decryption for each item that is read: a call an item.
 * The data key is bound to the table's name and to the values of the item's primary key, which CloudTrail shows.
 * `CachingMostRecentProvider` over a `MetaStore` that this provider protects needs a call a minute instead.
 */
export class DirectKmsMaterialsProvider implements CryptographicMaterialsProvider {
  readonly #options: DirectKmsMaterialsProviderOptions
  readonly #clients: KmsClients
  readonly #decryptKeyIds: 'any' | readonly string[]

  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` */
  constructor(options: DirectKmsMaterialsProviderOptions) {
    const { keyId, decryptKeyIds = isAlias(keyId) ? 'any' : 'configured' } = options
    if (typeof keyId !== 'string' || keyId === '') throw invalid('DirectKmsMaterialsProvider takes a keyId')
    const allowed = decryptKeyIds === 'configured' ? [keyId] : decryptKeyIds
    if (allowed !== 'any' && (allowed.length === 0 || allowed.some(isAlias))) {
      throw invalid(
        "decryptKeyIds takes 'configured', 'any', or a list of key ids and key ARNs; KMS reports the key it used, never an alias",
      )
    }
    this.#options = { ...options }
    this.#clients = new KmsClients(options)
    this.#decryptKeyIds = allowed
  }

  async encryptionMaterials(context: EncryptionContext): Promise<EncryptionMaterials> {
    const { keyId, selectKeyId, grantTokens, materialDescription } = this.#options
    const requested = mergeDescriptions(materialDescription, context.materialDescription)
    const algorithms = itemAlgorithms({
      [CONTENT_KEY_ALGORITHM]: DEFAULT_CONTENT_KEY_ALGORITHM,
      [SIGNING_KEY_ALGORITHM]: DEFAULT_SIGNING_ALGORITHM,
      ...requested,
    })
    const EncryptionContext = kmsEncryptionContext(context, algorithms.content, algorithms.signing, 'refuse')
    const chosen = selectKeyId === undefined ? keyId : selectKeyId(context)
    const client = await this.#clients.clientFor(chosen)
    const { Plaintext, CiphertextBlob } = await askKms('GenerateDataKey', context, () =>
      client.send(new GenerateDataKeyCommand({ KeyId: chosen, NumberOfBytes: DATA_KEY_BYTES, EncryptionContext, ...tokens(grantTokens) })),
    )
    if (Plaintext === undefined || CiphertextBlob === undefined) throw incomplete('GenerateDataKey', context)
    const { encryptionKey, signingKey } = keysOf(Plaintext, algorithms)
    return {
      encryptionKey,
      signingKey,
      materialDescription: {
        ...requested,
        [CONTENT_KEY_ALGORITHM]: algorithms.content,
        [SIGNING_KEY_ALGORITHM]: algorithms.signing,
        [WRAPPED_KEY]: asBuffer(CiphertextBlob).toString('base64'),
        [WRAPPING_ALGORITHM]: WRAPPED_BY_KMS,
        [CONTEXT_ATTRIBUTE]: CONTEXT_IS_KEYS,
      },
    }
  }

  async decryptionMaterials(context: EncryptionContext): Promise<DecryptionMaterials> {
    const { keyId, validateKeyId, grantTokens } = this.#options
    const description = context.materialDescription ?? {}
    const algorithms = itemAlgorithms(description)
    const CiphertextBlob = wrappedKeyOf(description)
    const EncryptionContext = kmsEncryptionContext(context, algorithms.content, algorithms.signing, 'leaveOut')
    const client: KMSClient = await this.#clients.clientFor(keyId)
    const only = this.#decryptKeyIds !== 'any' && this.#decryptKeyIds.length === 1 ? { KeyId: this.#decryptKeyIds[0] } : undefined
    const { Plaintext, KeyId } = await askKms('Decrypt', context, () =>
      client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...only, ...tokens(grantTokens) })),
    )
    if (Plaintext === undefined || KeyId === undefined) throw incomplete('Decrypt', context)
    try {
      this.#assertAllowed(KeyId, context)
      validateKeyId?.(KeyId, context)
    } catch (error) {
      wipe(Plaintext)
      throw isDynamoDBEncryptionError(error) ? error : notAllowed(context, error)
    }
    const { encryptionKey, signingKey } = keysOf(Plaintext, algorithms)
    return { decryptionKey: encryptionKey, verificationKey: signingKey, materialDescription: description }
  }

  #assertAllowed(used: string, context: EncryptionContext): void {
    const allowed = this.#decryptKeyIds
    if (allowed !== 'any' && !allowed.some((keyId) => isSameKey(keyId, used))) throw notAllowed(context, undefined)
  }
}

interface ItemAlgorithms {
  readonly content: string
  readonly contentBytes: number
  readonly signing: string
  readonly signingName: ReturnType<typeof hmacNames>[number]
  readonly signingBytes: number
}

/** @throws `INVALID_MATERIAL_DESCRIPTION` where a name is missing, `ALGORITHM_NOT_ALLOWED` for any other value */
function itemAlgorithms(description: MaterialDescription): ItemAlgorithms {
  const named = getOwn(description, CONTENT_KEY_ALGORITHM)
  const signing = getOwn(description, SIGNING_KEY_ALGORITHM)
  if (named === undefined || signing === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_MATERIAL_DESCRIPTION',
      `the item's material description lacks ${CONTENT_KEY_ALGORITHM} or ${SIGNING_KEY_ALGORITHM}: it was not written under a KMS key`,
    )
  }
  const bits = namedContentKeyBits(description, 128)
  // The length is derived from the name, so one without a length stands for the default.
  const content = bits === undefined ? DEFAULT_CONTENT_KEY_ALGORITHM : named
  const [name = '', bitsText = ''] = signing.split('/', 2)
  const signingName = hmacNames().find((known) => known === name)
  const signingBits = /^\d{3,4}$/.test(bitsText) ? Number(bitsText) : 0
  if (signingName === undefined || signingBits < SMALLEST_SIGNING_BITS || signingBits > LARGEST_SIGNING_BITS || signingBits % 8 !== 0) {
    throw new DynamoDBEncryptionError(
      'ALGORITHM_NOT_ALLOWED',
      `the material description names the signing key ${quote(signing)}; allowed are ${hmacNames().join(', ')} with a length of ` +
        `${String(SMALLEST_SIGNING_BITS)} to ${String(LARGEST_SIGNING_BITS)} bits, as in ${DEFAULT_SIGNING_ALGORITHM}`,
    )
  }
  return { content, contentBytes: (bits ?? 256) / 8, signing, signingName, signingBytes: signingBits / 8 }
}

/** Both keys from one data key, which is wiped. */
function keysOf(dataKey: Uint8Array, algorithms: ItemAlgorithms): { encryptionKey: ItemContentKey; signingKey: ItemHmacKey } {
  try {
    if (dataKey.length !== DATA_KEY_BYTES) {
      throw new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', `the item's data key is not of ${String(DATA_KEY_BYTES)} bytes`)
    }
    const signingBytes = hkdf(dataKey, 'Signing', algorithms.signingBytes)
    const signingKey = new ItemHmacKey(signingBytes, algorithms.signingName)
    wipe(signingBytes)
    return { encryptionKey: new ItemContentKey(hkdf(dataKey, 'Encryption', algorithms.contentBytes)), signingKey }
  } finally {
    wipe(dataKey)
  }
}

function tokens(grantTokens: readonly string[] | undefined): { GrantTokens?: string[] } {
  return grantTokens === undefined ? {} : { GrantTokens: [...grantTokens] }
}

/** What to look at first, by the name of KMS's error. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['AccessDeniedException', 'the caller lacks the permission: see docs/permissions.md'],
  [
    'InvalidCiphertextException',
    'the data key was made for another table name, other primary key values or other algorithms, or the stored key was altered: KMS binds them together',
  ],
  ['NotFoundException', 'there is no such key or alias in this Region'],
  ['DisabledException', 'the key is disabled'],
  ['KMSInvalidStateException', 'the key is pending deletion or import'],
  ['InvalidKeyUsageException', 'the key is not a symmetric encryption key'],
])

async function askKms<T>(operation: string, context: EncryptionContext, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'an error'
    if (name === 'IncorrectKeyException') throw notAllowed(context, cause)
    throw new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', `KMS ${operation} failed with ${name}: ${ADVICE.get(name) ?? 'see cause'}`, {
      cause,
      tableName: context.tableName,
    })
  }
}

function notAllowed(context: EncryptionContext, cause: unknown): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'KEY_ID_NOT_ALLOWED',
    'the item was encrypted under another KMS key than keyId, decryptKeyIds or validateKeyId allow',
    { cause, tableName: context.tableName },
  )
}

function incomplete(operation: string, context: EncryptionContext): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', `KMS ${operation} answered without a key`, { tableName: context.tableName })
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
