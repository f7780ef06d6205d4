import { parseCiphertext } from './kms-ciphertext.js'
import { needText, type JsonObject } from './kms-input.js'
import type { Key, KeyRing } from './kms-keys.js'

/** One operation that was asked for, its input still unchecked. */
export interface KmsRequest {
  readonly operation: string
  readonly region: string
  readonly input: JsonObject
  readonly keys: KeyRing
  /** Whether a key may be made in this Region. */
  readonly knowsRegion: (region: string) => boolean
}

/** Answers an operation, or throws the `KmsError` to answer with. */
export type KmsHandler = (request: KmsRequest) => JsonObject

/** @returns the key that a member names, which has to be there */
export function needKey({ operation, region, input, keys }: KmsRequest, member: string): Key {
  return keys.get(needText(input, member), region, operation)
}

/** The members that name the key a request is about; a request has at most one of them. */
const KEY_MEMBERS = ['KeyId', 'DestinationKeyId', 'TargetKeyId'] as const

/** @returns the key as the request names it; undefined when it names none or its name is no text */
export function namedKey({ input }: KmsRequest): string | undefined {
  return KEY_MEMBERS.map((member) => input[member]).find((value) => typeof value === 'string')
}

/** @returns the key inside a ciphertext; undefined when there is none or it is not one of this Region */
function sealingKey({ input, keys, region }: KmsRequest): Key | undefined {
  const blob = input['CiphertextBlob']
  if (typeof blob !== 'string') return undefined
  try {
    return keys.find(parseCiphertext(Buffer.from(blob, 'base64')).keyId, region)
  } catch {
    return undefined
  }
}

/** @returns the key that a request is about: the one it names, else the one its ciphertext names; undefined if it is not there */
export function subjectKey(request: KmsRequest): Key | undefined {
  const name = namedKey(request)
  return name === undefined ? sealingKey(request) : request.keys.find(name, request.region)
}

/** @returns every key that a request would use: of ReEncrypt the old one too */
export function usedKeys(request: KmsRequest): readonly Key[] {
  return [subjectKey(request), sealingKey(request)].filter((key) => key !== undefined)
}
