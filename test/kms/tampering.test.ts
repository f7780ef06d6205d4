// Whoever can write the table can change an item's description, which is not signed: what each entry's change leads to.
import type { Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { useKms } from './support/kms-under-test.js'
import { descriptionOf, encryptorWith, ORDER, withDescription } from './support/orders.js'

const kms = useKms()

async function protectedOrder(): Promise<{ stored: Item; read: (item: Item) => Promise<Item> }> {
  const { arn } = await kms.createKey()
  const encryptor = encryptorWith(kms.provider({ keyId: arn }))
  return { stored: await encryptor.encryptItem(ORDER), read: (item) => encryptor.decryptItem(item) }
}

/** What chooses the keys or how they are used. */
const DECISIVE = ['amzn-ddb-env-alg', 'amzn-ddb-env-key', 'amzn-ddb-map-sym-mode', 'amzn-ddb-sig-alg'] as const
/** Labels that both libraries write and neither reads. */
const LABELS = ['amzn-ddb-wrap-alg', 'aws-kms-ec-attr'] as const

test('these are all the entries there are', async () => {
  const { stored } = await protectedOrder()
  expect(Object.keys(descriptionOf(stored)).sort()).toEqual([...DECISIVE, ...LABELS].sort())
})

function changesOf(stored: Item, name: string, change: Change): Item[] {
  const value = descriptionOf(stored)[name] ?? ''
  switch (change) {
    case 'taken away':
      return [withDescription(stored, { [name]: undefined })]
    case 'emptied':
      return [withDescription(stored, { [name]: '' })]
    case 'renamed':
      return [withDescription(stored, { [name]: undefined, [`${name}x`]: value })]
    case 'flipped':
      return placesIn(name, value).map((at) => withDescription(stored, { [name]: flippedAt(value, at) }))
  }
}

/** Every character of a name; of the blob, which is long and goes over the network each time, both ends and the middle. */
function placesIn(name: string, value: string): number[] {
  return name === 'amzn-ddb-env-key' ? [0, value.length >> 1, value.length - 5] : Array.from({ length: value.length }, (_, at) => at)
}

function flippedAt(value: string, at: number): string {
  return value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1)
}

const REFUSALS = new Set(['MATERIALS_UNAVAILABLE', 'INVALID_MATERIAL_DESCRIPTION', 'ALGORITHM_NOT_ALLOWED', 'INVALID_CIPHERTEXT'])

const CHANGES = ['taken away', 'emptied', 'flipped', 'renamed'] as const
type Change = (typeof CHANGES)[number]

describe.each(DECISIVE)('%s', (name) => {
  test.each(CHANGES)('%s: refused', async (change) => {
    const { stored, read } = await protectedOrder()
    const changes = changesOf(stored, name, change)
    expect(changes.length).toBeGreaterThan(0)
    for (const item of changes) {
      const outcome = await read(item).then(
        () => 'read',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      )
      expect(REFUSALS).toContain(outcome)
    }
  })
})

describe.each(LABELS)('%s', (name) => {
  test.each(CHANGES)('%s: the plaintext is as it was', async (change) => {
    const { stored, read } = await protectedOrder()
    const changes = changesOf(stored, name, change)
    expect(changes.length).toBeGreaterThan(0)
    for (const item of changes) expect(await read(item)).toEqual(ORDER)
  })
})

describe('added', () => {
  test.each<[string, Record<string, string>]>([
    ['an unknown name', { purpose: 'other' }],
    ['the prefix with no name', { 'amzn-ddb-map-': 'x' }],
    ['__proto__', Object.fromEntries([['__proto__', 'x']])],
    ['a MetaStore`s entry', { 'amzn-ddb-meta-id': 'other#7' }],
    // The algorithm of a MAC key is the key's own, whatever the description says.
    ['another MAC algorithm', { 'amzn-ddb-map-signingAlg': 'HmacSHA512' }],
    ['an RSA algorithm', { 'amzn-ddb-map-signingAlg': 'SHA256withRSA' }],
    ['an ECDSA algorithm', { 'amzn-ddb-map-signingAlg': 'SHA256withECDSA' }],
  ])('%s: the plaintext is as it was', async (_what, entries) => {
    const { stored, read } = await protectedOrder()
    expect(await read(withDescription(stored, entries))).toEqual(ORDER)
  })

  test.each(['HmacMD5', 'NONEwithRSA', 'MD5withRSA'])('the signing algorithm %s, which is never allowed: refused', async (algorithm) => {
    const { stored, read } = await protectedOrder()
    const changed = withDescription(stored, { 'amzn-ddb-map-signingAlg': algorithm })
    await failureOf(() => read(changed), 'ALGORITHM_NOT_ALLOWED', /names the algorithm/)
  })
})

test('an item that another kind of provider wrote: refused, and KMS is not asked', async () => {
  const { stored, read } = await protectedOrder()
  const asked = kms.calls.length
  const wrapped = withDescription(stored, { 'amzn-ddb-sig-alg': undefined, 'amzn-ddb-wrap-alg': 'AESWrap', 'aws-kms-ec-attr': undefined })
  await failureOf(() => read(wrapped), 'INVALID_MATERIAL_DESCRIPTION', /it was not written under a KMS key/)
  const unprotected = Object.fromEntries(Object.entries(stored).filter(([name]) => name !== '*amzn-ddb-map-desc*'))
  await failureOf(() => read(unprotected), 'INVALID_MATERIAL_DESCRIPTION', /it was not written under a KMS key/)
  expect(kms.calls).toHaveLength(asked)
})
