// Items to refuse: changed on the way, described by an attacker, malformed under a signature that holds, read with the wrong setup.
import type { DynamoDBEncryptionErrorCode, Item } from 'dynamodb-encryption-client'
import type { RefusedVector, VectorReader, VectorSetup } from '../../test/support/generated-vectors.js'
import { altered, attributeOf } from '../../test/support/protected-item.js'
import { describe as describeEntries, DESCRIPTION, readDescription, SIGNATURE } from '../../test/support/reference-format.js'
import { itemToJson } from '../support/item-json.js'
import { PLAINTEXTS } from '../support/plaintexts.js'
import { rowNamed } from '../support/rows.js'
import { STATIC_CONTEXT, STATIC_ROW, underStaticSignature } from '../support/static-signature.js'
import { CONTEXT, providerOf, type Setup, type Write } from './readable.js'

const WRAPPED = 'Wrapped AES-256, content key unnamed, HmacSHA256'
const RSA = 'Wrapped RSA/ECB/OAEPWithSHA-256AndMGF1Padding, SHA256withRSA'

const ITEM: Item = {
  id: { S: 'p-7' },
  when: { N: '20240229' },
  name: { S: 'Ada' },
  age: { N: '41' },
  tags: { SS: ['a', 'b'] },
}

const ENCRYPTED: VectorSetup['actions'] = {
  default: 'ENCRYPT_AND_SIGN',
  attributes: { id: 'SIGN_ONLY', when: 'SIGN_ONLY', tags: 'SIGN_ONLY' },
}

interface Change {
  readonly what: string
  readonly row?: string
  readonly error: DynamoDBEncryptionErrorCode
  /** Libraries that read it all the same; docs/java-and-python.md says why. */
  readonly readBy?: readonly VectorReader[]
  readonly stored?: (stored: Item) => Item
  readonly setup?: Partial<Setup>
}

const flipped = (item: Item, name: string, at: number): Item => {
  const bytes = Buffer.from(attributeOf(item, name).B ?? new Uint8Array())
  const place = at < 0 ? bytes.length + at : at
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return altered(item, [[name, { B: new Uint8Array(bytes) }]])
}
const cut = (item: Item, name: string, bytes: number): Item =>
  altered(item, [[name, { B: new Uint8Array(Buffer.from(attributeOf(item, name).B ?? []).subarray(0, -bytes)) }]])
const set =
  (name: string, value: Item[string] | undefined) =>
  (item: Item): Item =>
    altered(item, [[name, value]])

type Entries = readonly (readonly [string, string])[]
const described =
  (change: (entries: Entries) => Entries) =>
  (item: Item): Item => {
    const entries = change(Object.entries(readDescription(attributeOf(item, DESCRIPTION).B ?? new Uint8Array())))
    return altered(item, [[DESCRIPTION, { B: new Uint8Array(describeEntries(entries)) }]])
  }
const entry = (name: string, value: string): ((item: Item) => Item) =>
  described((entries) => entries.map(([each, old]) => [each, each === name ? value : old]))
const withEntry = (name: string, value: string): ((item: Item) => Item) => described((entries) => [...entries, [name, value]])
const withoutEntry = (name: string): ((item: Item) => Item) => described((entries) => entries.filter(([each]) => each !== name))

const MISMATCH = { error: 'SIGNATURE_MISMATCH' } as const
const NOT_ALLOWED = { error: 'ALGORITHM_NOT_ALLOWED' } as const
const BAD_DESCRIPTION = { error: 'INVALID_MATERIAL_DESCRIPTION' } as const
const LIBRARIES: readonly VectorReader[] = ['java', 'python']
const PYTHON_ALONE: readonly VectorReader[] = ['python']

const CHANGES: readonly Change[] = [
  { what: 'a bit of an encrypted value, in its IV', ...MISMATCH, stored: (item) => flipped(item, 'name', 0) },
  { what: 'a bit of an encrypted value, at its end', ...MISMATCH, stored: (item) => flipped(item, 'name', -1) },
  { what: 'an encrypted value cut by a block', ...MISMATCH, stored: (item) => cut(item, 'name', 16) },
  {
    what: 'two encrypted values exchanged',
    ...MISMATCH,
    stored: (item) =>
      altered(item, [
        ['name', item['age']],
        ['age', item['name']],
      ]),
  },
  { what: 'a signed value changed', ...MISMATCH, stored: set('tags', { SS: ['a', 'c'] }) },
  { what: 'a key changed', ...MISMATCH, stored: set('id', { S: 'p-8' }) },
  { what: 'an encrypted value replaced by plaintext', ...MISMATCH, stored: set('name', { S: 'Ada' }) },
  { what: 'an attribute taken away', ...MISMATCH, stored: set('age', undefined) },
  { what: 'an attribute added', ...MISMATCH, stored: set('role', { S: 'admin' }) },
  { what: 'a bit of the signature', ...MISMATCH, stored: (item) => flipped(item, SIGNATURE, 5) },
  { what: 'the signature cut by a byte', ...MISMATCH, stored: (item) => cut(item, SIGNATURE, 1) },
  { what: 'an empty signature', ...MISMATCH, stored: set(SIGNATURE, { B: new Uint8Array() }) },
  { what: 'a signature that is text', ...MISMATCH, stored: set(SIGNATURE, { S: 'signature' }) },
  { what: 'no signature', error: 'NOT_ENCRYPTED', stored: set(SIGNATURE, undefined) },
  { what: 'another table', ...MISMATCH, setup: { context: { ...CONTEXT, tableName: 'Animals' } } },
  { what: 'another action', ...MISMATCH, setup: { actions: { ...ENCRYPTED, attributes: { ...ENCRYPTED.attributes, age: 'SIGN_ONLY' } } } },
  {
    what: 'another signing key',
    ...MISMATCH,
    setup: { provider: providerOf(rowNamed('Wrapped AES-256, content key unnamed, SHA512withRSA')) },
  },
  { what: 'another version of the description', ...BAD_DESCRIPTION, stored: (item) => flipped(item, DESCRIPTION, 3) },
  { what: 'a description cut by a byte', ...BAD_DESCRIPTION, stored: (item) => cut(item, DESCRIPTION, 1) },
  { what: 'an empty description', ...BAD_DESCRIPTION, stored: set(DESCRIPTION, { B: new Uint8Array() }) },
  { what: 'a description that is text', ...BAD_DESCRIPTION, stored: set(DESCRIPTION, { S: 'description' }) },
  { what: 'no description', ...BAD_DESCRIPTION, stored: set(DESCRIPTION, undefined) },
  { what: 'a name twice, the right value first', ...BAD_DESCRIPTION, stored: withEntry('amzn-ddb-wrap-alg', 'x') },
  { what: 'no mode', ...BAD_DESCRIPTION, stored: withoutEntry('amzn-ddb-map-sym-mode') },
  { what: 'no wrapped key', ...BAD_DESCRIPTION, stored: withoutEntry('amzn-ddb-env-key') },
  { what: 'another mode', ...NOT_ALLOWED, stored: entry('amzn-ddb-map-sym-mode', '/ECB/PKCS5Padding') },
  { what: 'another wrapping algorithm', ...NOT_ALLOWED, readBy: PYTHON_ALONE, stored: entry('amzn-ddb-wrap-alg', 'AES/ECB/PKCS5Padding') },
  { what: 'another cipher', ...NOT_ALLOWED, stored: entry('amzn-ddb-env-alg', 'Blowfish') },
  { what: 'a shorter content key', error: 'INVALID_CIPHERTEXT', readBy: LIBRARIES, stored: entry('amzn-ddb-env-alg', 'AES/128') },
  {
    what: "another item's wrapped key",
    error: 'INVALID_CIPHERTEXT',
    stored: entry('amzn-ddb-env-key', 'kHWvLqVFIEMYkkULd8NRZ9TIRWJx2KBGQrTpy1gMLEvTTZVlQxPkXQ=='),
  },
  { what: 'a MAC that is broken', ...NOT_ALLOWED, readBy: LIBRARIES, stored: withEntry('amzn-ddb-map-signingAlg', 'HmacMD5') },
  {
    what: 'an RSA signature by another hash',
    row: RSA,
    ...MISMATCH,
    readBy: PYTHON_ALONE,
    stored: entry('amzn-ddb-map-signingAlg', 'SHA512withRSA'),
  },
  {
    what: 'an HMAC under a public key',
    row: RSA,
    ...NOT_ALLOWED,
    readBy: PYTHON_ALONE,
    stored: entry('amzn-ddb-map-signingAlg', 'HmacSHA256'),
  },
  { what: 'PKCS#1 v1.5 for OAEP', row: RSA, ...NOT_ALLOWED, stored: entry('amzn-ddb-wrap-alg', 'RSA/ECB/PKCS1Padding') },
  { what: 'RSA without padding', row: RSA, ...NOT_ALLOWED, stored: entry('amzn-ddb-wrap-alg', 'RSA/ECB/NoPadding') },
]

export async function refusedVectors(write: Write): Promise<RefusedVector[]> {
  const vectors: RefusedVector[] = []
  const add = (what: string, setup: Setup, stored: Item, error: DynamoDBEncryptionErrorCode, readBy: readonly VectorReader[]): void => {
    vectors.push({ id: `refused ${String(vectors.length + 1)}`, what, ...setup, error, readBy, stored: itemToJson(stored) })
  }
  for (const { what, row = WRAPPED, error, readBy = [], stored: change = (item: Item): Item => item, setup = {} } of CHANGES) {
    // Java's form: neither library refuses it for its order, and the description has no MAC's name of its own.
    const written: Setup = { provider: providerOf(rowNamed(row)), compatibility: 'java', context: CONTEXT, actions: ENCRYPTED }
    add(what, { ...written, ...setup }, change(await write(written, ITEM)), error, readBy)
  }
  const row = rowNamed(STATIC_ROW)
  for (const { what, bytes, ours, java, python } of PLAINTEXTS) {
    if (ours !== undefined || bytes.length > 1000) continue
    const readBy: VectorReader[] = [...(java ? (['java'] as const) : []), ...(python ? (['python'] as const) : [])]
    const actions = { default: 'ENCRYPT_AND_SIGN', attributes: {} } as const
    const setup: Setup = { provider: providerOf(row), compatibility: 'java', context: STATIC_CONTEXT, actions }
    add(`a plaintext with ${what}`, setup, underStaticSignature(bytes), 'INVALID_CIPHERTEXT', readBy)
  }
  return vectors
}
