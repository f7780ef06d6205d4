// No error of this provider says an attribute's value, a data key or its blob, whatever went wrong, nor does its cause. Primary keys, which
// are plaintext in the table, stand in `key` alone.
import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBEncryptionError, type Item } from 'dynamodb-encryption-client'
import type { LocalKmsFaultKind } from 'dynamodb-encryption-client/testing'
import { expect, test } from 'vitest'
import { thrownBy } from '../support/failures.js'
import { SIGNATURE } from '../support/reference-format.js'
import { expectNoSecrets, MARKER, shown } from '../support/secrets.js'
import type { Rewrite } from './support/kms-proxy.js'
import { useKms, type KmsUnderTest } from './support/kms-under-test.js'
import { blobOf, encryptorWith, ORDER_CONTEXT, withDescription } from './support/orders.js'

const kms = useKms()

const KEY_MARKER = 'plover-frotz'
const ITEM: Item = { customer: { S: KEY_MARKER }, order: { N: '5' }, card: { S: MARKER } }
const ITEM_CONTEXT = { ...ORDER_CONTEXT, customer: KEY_MARKER }

/**
 * What the SDK made of an answer that it could not read until its deserializer changed (3.600.0, for one, which package.json allows):
 * the whole of it stands in hidden properties.
 */
function likeAnOlderSdk(client: KMSClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const text = JSON.stringify(result.output, (_name, value: unknown) => (value instanceof Uint8Array ? base64(value) : value))
      const error = new SyntaxError("Expected ',' or '}' after property value in JSON")
      Object.defineProperty(error, '$responseBodyText', { value: text })
      Object.defineProperty(error, '$response', { value: { statusCode: 200, body: text } })
      throw error
    },
    { step: 'initialize' },
  )
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

interface Row {
  readonly name: string
  readonly writing?: true
  readonly fault?: LocalKmsFaultKind
  readonly rewrite?: Rewrite
  readonly options?: Parameters<KmsUnderTest['provider']>[0] | object
  readonly change?: (stored: Item) => Item
  readonly prepare?: (client: KMSClient) => void
}

const FAULTS: readonly LocalKmsFaultKind[] = [
  { kind: 'deny' },
  { kind: 'throttle' },
  { kind: 'drop' },
  { kind: 'cut' },
  { kind: 'error', name: 'InvalidCiphertextException' },
  { kind: 'error', name: 'IncorrectKeyException' },
  { kind: 'error', name: 'KMSInternalException', status: 500 },
]

/** Answers that no KMS gives, and a faulty proxy on the way may. */
const ANSWERS: Readonly<Record<string, Rewrite>> = {
  'that ends early': (json) => json.slice(0, -1),
  'that ends after the data key': (json) => json.replace(/("Plaintext": ?"[^"]+").*/s, '$1'),
  'with the data key outside of any string': (json) => json.replace(/("Plaintext": ?)"([^"]+)"/, '$1$2'),
  'with the data key in a list': (json) => json.replace(/("Plaintext": ?)("[^"]+")/, '$1[$2]'),
  'that says the data key twice': (json) => `${json}${json}`,
}

const ROWS: readonly Row[] = [
  ...FAULTS.flatMap((fault): Row[] => [
    { name: `reading, ${JSON.stringify(fault)}`, fault },
    { name: `writing, ${JSON.stringify(fault)}`, fault, writing: true },
  ]),
  ...Object.entries(ANSWERS).flatMap(([name, rewrite]): Row[] => [
    { name: `reading, an answer ${name}`, rewrite },
    { name: `writing, an answer ${name}`, rewrite, writing: true },
  ]),
  { name: 'reading, an answer that an older SDK cannot read', prepare: likeAnOlderSdk },
  { name: 'writing, an answer that an older SDK cannot read', prepare: likeAnOlderSdk, writing: true },
  { name: 'another primary key', change: (stored) => ({ ...stored, customer: { S: `${KEY_MARKER}2` } }) },
  { name: 'a key of another type', change: (stored) => ({ ...stored, customer: { SS: [KEY_MARKER] } }) },
  { name: 'a number that is none', change: (stored) => ({ ...stored, order: { N: KEY_MARKER } }) },
  { name: 'another signature', change: (stored) => ({ ...stored, [SIGNATURE]: { B: Buffer.alloc(32) } }) },
  { name: 'a blob cut short', change: (stored) => withDescription(stored, { 'amzn-ddb-env-key': blobOf(stored).slice(0, -4) }) },
  {
    name: 'a blob that is no Base64',
    change: (stored) => withDescription(stored, { 'amzn-ddb-env-key': `${blobOf(stored).slice(0, -4)}!!!!` }),
  },
  { name: 'another algorithm', change: (stored) => withDescription(stored, { 'amzn-ddb-env-alg': 'AES/128' }) },
  {
    name: 'a key that is not allowed',
    options: { decryptKeyIds: ['1234abcd-12ab-34cd-56ef-1234567890ab', '2234abcd-12ab-34cd-56ef-1234567890ab'] },
  },
]

test.each(ROWS.map((row) => [row.name, row] as const))(
  '%s',
  async (_name, { writing, fault, rewrite, options, prepare, change = (stored) => stored }) => {
    const { arn } = await kms.createKey()
    const stored = await encryptorWith(kms.provider({ keyId: arn })).encryptItem(ITEM)
    const CiphertextBlob = Buffer.from(blobOf(stored), 'base64')
    const answers: string[] = []
    const client = await kms.clientBehind((json) => {
      answers.push(json)
      return rewrite === undefined ? json : rewrite(json, '')
    })
    prepare?.(client)
    const encryptor = encryptorWith(kms.provider({ keyId: arn, client, ...options }))
    const injected = fault === undefined ? undefined : kms.inject(fault)
    const error = await thrownBy(() => (writing === true ? encryptor.encryptItem(ITEM) : encryptor.decryptItem(change(stored))))
    injected?.remove()

    const { Plaintext = Buffer.of() } = await kms.client().send(new DecryptCommand({ CiphertextBlob, EncryptionContext: ITEM_CONTEXT }))
    const dataKeys = [Plaintext, ...answers.map(dataKeyIn)].filter((bytes) => bytes.length > 0)
    expect(error).toBeInstanceOf(DynamoDBEncryptionError)
    expectNoSecrets(error, [Buffer.from(MARKER), CiphertextBlob, ...dataKeys])
    // Nor a piece of six bytes: JSON.parse quotes what it stumbles over.
    const pieces = dataKeys.map(base64).flatMap((text) => Array.from({ length: text.length - 7 }, (_, at) => text.slice(at, at + 8)))
    const text = shown(error)
    expect(pieces.filter((piece) => text.includes(piece))).toEqual([])
    // Its own text and its cause, without the property that is there to hold the primary key.
    if (!(error instanceof Error)) throw new Error('not an error')
    expect(error.message).not.toContain(KEY_MARKER)
    expect(error.stack).not.toContain(KEY_MARKER)
    expect(shown(error.cause)).not.toContain(KEY_MARKER)
  },
)

function dataKeyIn(json: string): Uint8Array {
  const { Plaintext = '' } = JSON.parse(json) as { Plaintext?: string }
  return Buffer.from(Plaintext, 'base64')
}
