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
import { isAlias, isSameKey, regionOfKeyId } from './kms-key-id.js'
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
/** Of a name without a length, as in both libraries. */
const DEFAULT_SIGNING_BITS = 256
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
    const { keyId, grantTokens } = options
    if (typeof keyId !== 'string' || keyId === '') throw invalid('DirectKmsMaterialsProvider takes a keyId')
    const { decryptKeyIds = isAlias(keyId) ? 'any' : 'configured' } = options
    this.#options = { ...options, grantTokens: grantTokens && [...grantTokens] }
    this.#clients = new KmsClients(this.#options)
    this.#decryptKeyIds = decryptKeyIds === 'any' ? 'any' : allowedKeys(decryptKeyIds === 'configured' ? [keyId] : decryptKeyIds)
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
    if (Plaintext === undefined || CiphertextBlob === undefined) throw incomplete('GenerateDataKey', Plaintext, context)
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
    const { [CONTENT_KEY_ALGORITHM]: content = '', [SIGNING_KEY_ALGORITHM]: signing = '' } = description
    const EncryptionContext = kmsEncryptionContext(context, content, signing, 'leaveOut')
    const client: KMSClient = await this.#clients.clientFor(keyId)
    const only = this.#onlyKeyIn(regionOfKeyId(keyId))
    const { Plaintext, KeyId } = await askKms('Decrypt', context, () =>
      client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...(only && { KeyId: only }), ...tokens(grantTokens) })),
    )
    if (Plaintext === undefined || KeyId === undefined) throw incomplete('Decrypt', Plaintext, context)
    try {
      this.#assertAllowed(KeyId, context)
      // The compiler takes an async function for one that returns void: its refusal must not be lost.
      const verdict: unknown = validateKeyId?.(KeyId, context)
      await verdict
    } catch (error) {
      wipe(Plaintext)
      throw isDynamoDBEncryptionError(error) ? error : notAllowed(context, error)
    }
    const { encryptionKey, signingKey } = keysOf(Plaintext, algorithms)
    return { decryptionKey: encryptionKey, verificationKey: signingKey, materialDescription: description }
  }

  /** Where one key alone is allowed KMS itself refuses others; a replica of it in another Region is told apart here. */
  #onlyKeyIn(region: string | undefined): string | undefined {
    const [only, ...more] = this.#decryptKeyIds === 'any' ? [] : this.#decryptKeyIds
    const keysRegion = only === undefined ? undefined : regionOfKeyId(only)
    return more.length === 0 && (keysRegion === undefined || region === undefined || keysRegion === region) ? only : undefined
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
  const [, name = '', bitsText = String(DEFAULT_SIGNING_BITS)] = /^(\w+)(?:\/(\d{3,4}))?$/.exec(signing) ?? []
  const signingName = hmacNames().find((known) => known === name)
  const signingBits = Number(bitsText)
  if (signingName === undefined || signingBits < SMALLEST_SIGNING_BITS || signingBits > LARGEST_SIGNING_BITS || signingBits % 8 !== 0) {
    throw new DynamoDBEncryptionError(
      'ALGORITHM_NOT_ALLOWED',
      `the material description names the signing key ${quote(signing)}; allowed are ${hmacNames().join(', ')} with a length of ` +
        `${String(SMALLEST_SIGNING_BITS)} to ${String(LARGEST_SIGNING_BITS)} bits, as in ${DEFAULT_SIGNING_ALGORITHM}`,
    )
  }
  return { content, contentBytes: (bits ?? 256) / 8, signing: `${name}/${bitsText}`, signingName, signingBytes: signingBits / 8 }
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
      cause: withoutAnswer(cause),
      tableName: context.tableName,
    })
  }
}

/**
 * An answer that the SDK cannot read stands, data key and all, in hidden properties of its error (3.600.0), and what JSON.parse
 * stumbled over in its message.
 */
function withoutAnswer(cause: unknown): unknown {
  if (!(cause instanceof Error) || '$fault' in cause || !('$response' in cause)) return cause
  const error = new Error('the answer of KMS could not be read')
  error.name = cause.name
  return error
}

function notAllowed(context: EncryptionContext, cause: unknown): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'KEY_ID_NOT_ALLOWED',
    'the item was encrypted under another KMS key than keyId, decryptKeyIds or validateKeyId allow',
    { cause, tableName: context.tableName },
  )
}

function incomplete(operation: string, dataKey: Uint8Array | undefined, context: EncryptionContext): DynamoDBEncryptionError {
  if (dataKey !== undefined) wipe(dataKey)
  return new DynamoDBEncryptionError('MATERIALS_UNAVAILABLE', `KMS ${operation} answered without a key`, { tableName: context.tableName })
}

/** @throws `INVALID_CONFIGURATION` for what KMS never reports */
function allowedKeys(keyIds: readonly string[]): readonly string[] {
  const given: readonly unknown[] = Array.isArray(keyIds) ? keyIds : []
  const good = given.filter((keyId): keyId is string => typeof keyId === 'string' && keyId !== '' && !isAlias(keyId))
  if (good.length > 0 && good.length === given.length) return good
  throw invalid("decryptKeyIds takes 'configured', 'any', or a list of key ids and key ARNs; KMS reports the key it used, never an alias")
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
