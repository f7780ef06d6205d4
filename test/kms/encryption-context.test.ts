// The encryption context that KMS is sent: exactly the format's, on writing and on reading (format section 6, "Direct KMS").
import { AttributeActions, ItemEncryptor, overrideTableName, type EncryptionContext, type Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failures.js'
import { useKms } from './support/kms-under-test.js'
import { encryptorWith, keysSigned, ORDER, ORDERS } from './support/orders.js'
import { writtenElsewhere } from './support/written-elsewhere.js'

const kms = useKms()

const ALGORITHMS = { '*amzn-ddb-env-alg*': 'AES/256', '*amzn-ddb-sig-alg*': 'HmacSHA256/256' }
const TABLE = { ...ALGORITHMS, '*aws-kms-table*': 'Orders' }

interface Row {
  readonly name: string
  readonly keys: Item
  /** As DynamoDB returns them; the same unless given. */
  readonly returned?: Item
  readonly context?: EncryptionContext
  readonly sent: Readonly<Record<string, string>>
}

const PARTITION_KEY = { tableName: 'Orders', partitionKeyName: 'id' }

const number = (written: string, canonical: string): Row => ({
  name: `N ${written} as ${canonical}`,
  keys: { id: { N: written } },
  returned: { id: { N: canonical } },
  context: PARTITION_KEY,
  sent: { ...TABLE, id: canonical },
})

const ROWS: readonly Row[] = [
  {
    name: 'partition and sort key of type S as they are',
    keys: { customer: { S: 'anna' }, order: { S: '5.0' } },
    sent: { ...TABLE, customer: 'anna', order: '5.0' },
  },
  { name: 'a partition key alone', keys: { id: { S: 'anna' } }, context: PARTITION_KEY, sent: { ...TABLE, id: 'anna' } },
  {
    name: 'S beyond ASCII',
    keys: { id: { S: 'Zoë 漢字 \u{1f511}\u0000' } },
    context: PARTITION_KEY,
    sent: { ...TABLE, id: 'Zoë 漢字 \u{1f511}\u0000' },
  },
  number('5', '5'),
  number('5.0', '5'),
  number('1E+3', '1000'),
  number('-0.00', '0'),
  number('0012.3400', '12.34'),
  number('12345678901234567890123456789012345678', '12345678901234567890123456789012345678'),
  number('1E-130', `0.${'0'.repeat(129)}1`),
  {
    name: 'B in Base64',
    keys: { id: { B: Uint8Array.of(0xfb, 0xff, 0x00, 0x01) } },
    context: PARTITION_KEY,
    sent: { ...TABLE, id: '+/8AAQ==' },
  },
  {
    name: 'B that is a part of a larger buffer',
    keys: { id: { B: new Uint8Array([9, 9, 1, 2, 3, 9]).subarray(2, 5) } },
    context: PARTITION_KEY,
    sent: { ...TABLE, id: 'AQID' },
  },
  { name: 'no table name', keys: { id: { S: 'a' } }, context: { partitionKeyName: 'id' }, sent: { ...ALGORITHMS, id: 'a' } },
  { name: 'no key names', keys: { id: { S: 'a' } }, context: { tableName: 'Orders' }, sent: TABLE },
  { name: 'nothing but the algorithms', keys: { id: { S: 'a' } }, context: {}, sent: ALGORITHMS },
  {
    name: 'keys named as members of every object are',
    keys: { constructor: { S: 'a' }, toString: { S: 'b' } },
    context: { tableName: 'Orders', partitionKeyName: 'constructor', sortKeyName: 'toString' },
    sent: { ...TABLE, constructor: 'a', toString: 'b' },
  },
  {
    name: 'a key named __proto__',
    keys: Object.fromEntries([['__proto__', { S: 'a' }]]),
    context: { tableName: 'Orders', partitionKeyName: '__proto__' },
    sent: Object.fromEntries([...Object.entries(TABLE), ['__proto__', 'a']]),
  },
]

test.each(ROWS.map((row) => [row.name, row] as const))(
  '%s, on writing and on reading',
  async (_name, { keys, returned = keys, context = ORDERS, sent }) => {
    const { keyId } = await kms.createKey()
    // Also where the context does not name the keys: they stay in plaintext, and out of KMS's context.
    const actions = new AttributeActions().withIndexKeys(...Object.keys(keys))
    const encryptor = new ItemEncryptor({ materialsProvider: kms.provider({ keyId }), context, actions })
    const stored = await encryptor.encryptItem(withOwn({ card: { S: 'secret' } }, keys))
    const read = await encryptor.decryptItem(withOwn(stored, returned))
    expect(Object.entries(read).sort()).toEqual(Object.entries(withOwn({ card: { S: 'secret' } }, returned)).sort())
    expect(kms.calls.map(({ operation }) => operation)).toEqual(['GenerateDataKey', 'Decrypt'])
    for (const { input } of kms.calls) expect(entriesOf(input['EncryptionContext'])).toEqual(entriesOf(sent))
  },
)

test('attributes that are no keys stay out of it, in plaintext or not', async () => {
  const { keyId } = await kms.createKey()
  const actions = new AttributeActions({ attributes: { status: 'SIGN_ONLY' } }).withIndexKeys('customer', 'order')
  const encryptor = new ItemEncryptor({ materialsProvider: kms.provider({ keyId }), context: ORDERS, actions })
  const item = { ...ORDER, status: { S: 'open' } }
  expect(await encryptor.decryptItem(await encryptor.encryptItem(item))).toEqual(item)
  for (const { input } of kms.calls) {
    expect(input['EncryptionContext']).toEqual({ ...TABLE, customer: 'anna', order: '5' })
  }
})

test('overrideTableName: the name that the item was written under', async () => {
  const { keyId } = await kms.createKey()
  const provider = kms.provider({ keyId })
  const stored = await protect(provider)
  const restored = new ItemEncryptor({
    materialsProvider: provider,
    context: { ...ORDERS, tableName: 'Restored' },
    contextOverride: overrideTableName('Restored', 'Orders'),
    actions: keysSigned(ORDERS),
  })
  expect(await restored.decryptItem(stored)).toEqual(ORDER)
  expect(kms.calls[1]?.input['EncryptionContext']).toMatchObject({ '*aws-kms-table*': 'Orders' })
})

function protect(provider: ReturnType<typeof kms.provider>, item: Item = ORDER): Promise<Item> {
  return encryptorWith(provider).encryptItem(item)
}

describe('refused on writing, and KMS is not asked', () => {
  test.each([
    ['the partition key is not in the item', { order: { N: '5' } }, 'customer', /"customer" is not in the item/],
    ['the sort key is not in the item', { customer: { S: 'a' } }, 'order', /"order" is not in the item/],
    ['neither is', {}, 'customer', /"customer" is not in the item/],
  ] as const)('%s', async (_what, keys, attributeName, message) => {
    const { keyId } = await kms.createKey()
    const error = await failureOf(() => protect(kms.provider({ keyId }), { ...keys, card: { S: 'x' } }), 'INVALID_ITEM', message)
    expect(error).toMatchObject({ attributeName, tableName: 'Orders' })
    expect(kms.calls).toEqual([])
  })

  test('a key whose value the provider is not told, because it is encrypted', async () => {
    const { keyId } = await kms.createKey()
    const provider = kms.provider({ keyId })
    await failureOf(
      () => provider.encryptionMaterials({ ...ORDERS, attributes: { customer: { S: 'anna' } } }),
      'INVALID_ITEM',
      /"order" is not in the item, or not in plaintext/,
    )
    expect(kms.calls).toEqual([])
  })

  test.each(['not a number', '1E+126', '1'.repeat(39)])('the number %s', async (N) => {
    const { keyId } = await kms.createKey()
    const error = await failureOf(() => protect(kms.provider({ keyId }), { ...ORDER, order: { N } }), 'INVALID_ITEM', /"order"/)
    expect(error.attributeName).toBe('order')
    expect(kms.calls).toEqual([])
  })

  test.each(['SIGN_ONLY', 'DO_NOTHING'] as const)('a lone surrogate in a key that is %s', async (action) => {
    const { keyId } = await kms.createKey()
    const actions = { attributes: { customer: action, order: action } }
    const encryptor = new ItemEncryptor({ materialsProvider: kms.provider({ keyId }), context: ORDERS, actions })
    const error = await failureOf(() => encryptor.encryptItem({ ...ORDER, customer: { S: 'a\ud800' } }), 'INVALID_ITEM', /"customer"/)
    expect(error.attributeName).toBe('customer')
    expect(kms.calls).toEqual([])
  })
})

describe('refused both ways, and KMS is not asked', () => {
  test.each<Item>([
    { order: { BOOL: true } },
    { order: { NULL: true } },
    { order: { SS: ['a'] } },
    { order: { NS: ['1'] } },
    { order: { BS: [Uint8Array.of(1)] } },
    { order: { L: [{ S: 'a' }] } },
    { order: { M: { a: { S: 'a' } } } },
  ])('a key of a type that has no text: %o', async (keys) => {
    const { keyId } = await kms.createKey()
    const provider = kms.provider({ keyId })
    const refusal = ['INVALID_ITEM', /primary key attribute "order" is neither S, N nor B/] as const
    await failureOf(() => protect(provider, { ...ORDER, ...keys }), ...refusal)
    expect(kms.calls).toEqual([])
    const stored = await protect(provider)
    const error = await failureOf(() => encryptorWith(provider).decryptItem({ ...stored, ...keys }), ...refusal)
    expect(error).toMatchObject({ attributeName: 'order', tableName: 'Orders' })
    expect(kms.calls).toHaveLength(1)
  })

  test.each(
    ['*amzn-ddb-env-alg*', '*amzn-ddb-sig-alg*', '*aws-kms-table*'].flatMap((name) =>
      ['partitionKeyName', 'sortKeyName'].map((role) => ({ name, role })),
    ),
  )('a $role of $name, which stands for something else', async ({ name, role }) => {
    const { keyId } = await kms.createKey()
    const provider = kms.provider({ keyId })
    const context = { ...ORDERS, [role]: name }
    const attributes = { ...ORDER, [name]: { S: 'AES/256' } }
    const refusal = ['INVALID_ITEM', /has a name that stands for something else in the encryption context/] as const
    await failureOf(() => provider.encryptionMaterials({ ...context, attributes }), ...refusal)
    const materialDescription = { 'amzn-ddb-env-alg': 'AES/256', 'amzn-ddb-sig-alg': 'HmacSHA256/256', 'amzn-ddb-env-key': 'AAAA' }
    await failureOf(() => provider.decryptionMaterials({ ...context, attributes, materialDescription }), ...refusal)
    expect(kms.calls).toEqual([])
  })
})

describe('on reading a key that the item lacks is left out', () => {
  test('what Python wrote without it is read', async () => {
    const key = await kms.createKey()
    const encryptionContext = { ...TABLE, customer: 'anna' }
    const item = { customer: { S: 'anna' }, card: { S: 'secret' } }
    const stored = await writtenElsewhere(kms, key, { item, encryptionContext })
    expect(await encryptorWith(kms.provider({ keyId: key.keyId })).decryptItem(stored)).toEqual(item)
    expect(kms.calls.map(({ input }) => input['EncryptionContext'])).toEqual([encryptionContext])
  })

  test('what was written with it is refused by KMS', async () => {
    const { keyId } = await kms.createKey()
    const provider = kms.provider({ keyId })
    const { order: _, ...rest } = await protect(provider)
    const error = await failureOf(() => encryptorWith(provider).decryptItem(rest), 'MATERIALS_UNAVAILABLE', /other primary key values/)
    expect(error.cause).toMatchObject({ name: 'InvalidCiphertextException' })
    expect(kms.calls[1]?.input['EncryptionContext']).toEqual({ ...TABLE, customer: 'anna' })
  })
})

/** Own properties, whatever their names. */
function withOwn(item: Item, more: Item): Item {
  return Object.fromEntries([...Object.entries(item), ...Object.entries(more)])
}

function entriesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.entries(value).sort() : []
}
