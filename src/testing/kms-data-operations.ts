import { randomBytes } from 'node:crypto'
import { parseCiphertext, seal, unseal } from './kms-ciphertext.js'
import { accessDeniedError, enumError, HIDDEN_RESOURCE, KmsError, validationError } from './kms-errors.js'
import { needBytes, readContext, readInteger, readText } from './kms-input.js'
import { CALLER } from './kms-key-names.js'
import { assertEncrypts, type Key } from './kms-keys.js'
import { needKey, type KmsRequest } from './kms-request.js'

// Lengths in bytes (KMS API reference: Encrypt, Decrypt, GenerateDataKey).
const MAX_PLAINTEXT = 4096
const MAX_CIPHERTEXT = 6144
const MAX_DATA_KEY = 1024
const DATA_KEY_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['AES_256', 32],
  ['AES_128', 16],
])

const ALGORITHM = 'SYMMETRIC_DEFAULT'

function needEncryptingKey(request: KmsRequest, member: string): Key {
  const key = needKey(request, member)
  assertEncrypts(key, request.operation)
  return key
}

/** Only symmetric encryption is done here, which is what a request that names no algorithm asks for. */
function assertAlgorithm({ input }: KmsRequest, member: string, key: Key): void {
  const algorithm = readText(input, member) ?? ALGORITHM
  if (algorithm === ALGORITHM) return
  throw new KmsError('InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`)
}

function dataKeyLength({ input }: KmsRequest): number {
  const spec = readText(input, 'KeySpec')
  const bytes = readInteger(input, 'NumberOfBytes', 1, MAX_DATA_KEY)
  if ((spec === undefined) === (bytes === undefined)) throw validationError('Please specify either number of bytes or key spec.')
  if (bytes !== undefined) return bytes
  const length = DATA_KEY_LENGTHS.get(spec ?? '')
  if (length === undefined) throw enumError('KeySpec', spec ?? '', [...DATA_KEY_LENGTHS.keys()])
  return length
}

function sealDataKey(request: KmsRequest): { plaintext: Buffer; CiphertextBlob: string; KeyId: string } {
  const length = dataKeyLength(request)
  const context = readContext(request.input, 'EncryptionContext') ?? {}
  const key = needEncryptingKey(request, 'KeyId')
  const plaintext = randomBytes(length)
  return { plaintext, CiphertextBlob: seal(key.id, key.family.material, plaintext, context).toString('base64'), KeyId: key.arn }
}

/** Opens a request's ciphertext with the key that the ciphertext names, which the member `key` may only confirm. */
function openCiphertext(
  request: KmsRequest,
  members: { key: string; context: string; algorithm: string },
): { key: Key; plaintext: Buffer } {
  const { input, keys, region, operation } = request
  const blob = needBytes(input, 'CiphertextBlob', MAX_CIPHERTEXT)
  const context = readContext(input, members.context) ?? {}
  const named = readText(input, members.key) === undefined ? undefined : needKey(request, members.key)
  const ciphertext = parseCiphertext(blob)
  const key = keys.find(ciphertext.keyId, region)
  if (named !== undefined && named !== key) {
    throw new KmsError('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.')
  }
  const action = operation === 'ReEncrypt' ? 'ReEncryptFrom' : operation
  if (key === undefined) throw accessDeniedError(CALLER, action, undefined, HIDDEN_RESOURCE)
  assertEncrypts(key, operation)
  assertAlgorithm(request, members.algorithm, key)
  return { key, plaintext: unseal(ciphertext, key.family.material, context) }
}

/** The operations that use a key on data. */
export const DATA_OPERATIONS = {
  GenerateDataKey: (request) => {
    const { plaintext, ...sealed } = sealDataKey(request)
    return { ...sealed, Plaintext: plaintext.toString('base64') }
  },

  GenerateDataKeyWithoutPlaintext: (request) => {
    const { CiphertextBlob, KeyId } = sealDataKey(request)
    return { CiphertextBlob, KeyId }
  },

  Encrypt: (request) => {
    const plaintext = needBytes(request.input, 'Plaintext', MAX_PLAINTEXT)
    const context = readContext(request.input, 'EncryptionContext') ?? {}
    const key = needEncryptingKey(request, 'KeyId')
    assertAlgorithm(request, 'EncryptionAlgorithm', key)
    const CiphertextBlob = seal(key.id, key.family.material, plaintext, context).toString('base64')
    return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: ALGORITHM }
  },

  Decrypt: (request) => {
    const members = { key: 'KeyId', context: 'EncryptionContext', algorithm: 'EncryptionAlgorithm' }
    const { key, plaintext } = openCiphertext(request, members)
    return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: ALGORITHM }
  },

  ReEncrypt: (request) => {
    const members = { key: 'SourceKeyId', context: 'SourceEncryptionContext', algorithm: 'SourceEncryptionAlgorithm' }
    const context = readContext(request.input, 'DestinationEncryptionContext') ?? {}
    const key = needEncryptingKey(request, 'DestinationKeyId')
    assertAlgorithm(request, 'DestinationEncryptionAlgorithm', key)
    const source = openCiphertext(request, members)
    return {
      CiphertextBlob: seal(key.id, key.family.material, source.plaintext, context).toString('base64'),
      SourceKeyId: source.key.arn,
      KeyId: key.arn,
      SourceEncryptionAlgorithm: ALGORITHM,
      DestinationEncryptionAlgorithm: ALGORITHM,
    }
  },
} satisfies Record<string, (request: KmsRequest) => Record<string, string>>
