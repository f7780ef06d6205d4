// What is stored, taken apart by hand; and what either library stored, read: both orders, both words for a missing table name,
// numbers that Python rounds, renamed attributes, no description attribute.
import { createHmac } from 'node:crypto'
import {
  AttributeActions,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  type AttributeActionsInput,
  type Item,
  type ItemEncryptorOptions,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor, staticProvider } from '../support/encryptors.js'
import { failureOf } from '../support/failures.js'
import { bytesOf, CONTEXT, ENCRYPT_ALL, SIGN_ALL, TABLE, wholeItem, without } from '../support/items.js'
import {
  CBC_ENTRY,
  decryptBytes,
  describe as describePairs,
  DESCRIPTION,
  JAVA_FORM,
  PYTHON_FORM,
  readDescription,
  serialize,
  SIGNATURE,
  storeItem,
  stringToSign,
  type ReferenceForm,
} from '../support/reference-format.js'
import { MARKER } from '../support/secrets.js'
import { CONTENT_KEY, MAC_KEY, secretBytes } from '../support/test-keys.js'

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
const actionsOf = (input: AttributeActionsInput): AttributeActions =>
  input instanceof AttributeActions ? input : new AttributeActions(input)

/** The signature that a form gives to the stored attributes. */
function signatureIn(form: ReferenceForm, stored: Item, actions: AttributeActionsInput, tableName: string | undefined): Buffer {
  const string = stringToSign(without(stored, SIGNATURE, DESCRIPTION), (name) => actionsOf(actions).actionFor(name), tableName, form)
  return createHmac('sha256', MAC_KEY).update(string).digest()
}

describe('what is stored', () => {
  test.each(['java', 'python'] as const)('%s: encrypted values, a description, a signature', async (compatibility) => {
    const item = wholeItem()
    const actions = new AttributeActions({ attributes: { map: 'SIGN_ONLY', list: 'DO_NOTHING' } }).withIndexKeys('id', 'when')
    const form = compatibility === 'java' ? JAVA_FORM : PYTHON_FORM
    const stored = await itemEncryptor({ compatibility, actions }).encryptItem(item)
    expect(Object.keys(stored)).toEqual([...Object.keys(item), DESCRIPTION, SIGNATURE])
    for (const [name, value] of Object.entries(item)) {
      if (actions.actionFor(name) !== 'ENCRYPT_AND_SIGN') {
        expect(stored[name]).toEqual(value)
        continue
      }
      const plaintext = serialize(value, form)
      const ciphertext = bytesOf(stored, name)
      expect(Object.keys(stored[name] ?? {})).toEqual(['B'])
      expect(ciphertext.length).toBe(16 + 16 * (Math.floor(plaintext.length / 16) + 1))
      expect(decryptBytes(CONTENT_KEY, ciphertext)).toEqual(plaintext)
    }
    const entries: readonly (readonly [string, string])[] =
      compatibility === 'java' ? [CBC_ENTRY] : [['amzn-ddb-map-signingAlg', 'HmacSHA256'], CBC_ENTRY]
    expect(Buffer.from(bytesOf(stored, DESCRIPTION))).toEqual(describePairs(entries))
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(form, stored, actions, TABLE))
  })

  test('bytes of the result are plain Uint8Arrays, as the SDK has them', async () => {
    const encryptor = itemEncryptor()
    const stored = await encryptor.encryptItem(wholeItem())
    const read = await encryptor.decryptItem(stored)
    for (const value of [...Object.values(stored), read['binary'], ...(read['binaries']?.BS ?? []).map((B) => ({ B }))]) {
      if (value?.B !== undefined) expect(value.B.constructor).toBe(Uint8Array)
    }
  })

  test('an item`s values do not share memory with the plaintext or with another item', async () => {
    const encryptor = itemEncryptor()
    const [first, second] = await encryptor.encryptItems([wholeItem(), wholeItem()])
    const before = Buffer.from(bytesOf(second ?? {}, 'text'))
    for (const value of Object.values(first ?? {})) value.B?.fill(0)
    expect(Buffer.from(bytesOf(second ?? {}, 'text'))).toEqual(before)
  })

  test('what lies beside the binary values that are read is nothing of the item', async () => {
    const encryptor = itemEncryptor()
    const item: Item = { ...wholeItem(), text: { S: MARKER }, last: { L: [{ B: Buffer.from('two') }, { S: MARKER }] } }
    const read = await encryptor.decryptItem(await encryptor.encryptItem(item))
    const values = [bytesOf(read, 'binary'), ...(read['binaries']?.BS ?? []), read['last']?.L?.[0]?.B ?? new Uint8Array(0)]
    expect(values.map((value) => Buffer.from(value))).toEqual([
      Buffer.from(item['binary']?.B ?? []),
      ...(item['binaries']?.BS ?? []).map((value) => Buffer.from(value)),
      Buffer.from('two'),
    ])
    const around = values.map(({ buffer }) => new Uint8Array(buffer))
    for (const value of values) value.fill(0)
    for (const bytes of around) expect(bytes.every((byte) => byte === 0)).toBe(true)
  })

  test('every IV is fresh', async () => {
    const encryptor = itemEncryptor()
    const stored = await encryptor.encryptItems(Array.from({ length: 50 }, wholeItem))
    const ivs = stored.flatMap((item) =>
      Object.keys(wholeItem())
        .filter((name) => ENCRYPT_ALL.actionFor(name) === 'ENCRYPT_AND_SIGN')
        .map((name) => Buffer.from(bytesOf(item, name).subarray(0, 16)).toString('hex')),
    )
    expect(new Set(ivs).size).toBe(500)
  })

  test.each([0, 1, 2, 15, 16, 17, 47, 48, 49, 255, 256, 4095, 4096, 4097, 8191, 8192, 100_000, 400_000])(
    'a text of %i characters',
    async (length) => {
      const item = { ...wholeItem(), text: { S: 'x'.repeat(length) }, other: { S: 'é'.repeat(length / 4) } }
      const encryptor = itemEncryptor()
      const stored = await encryptor.encryptItem(item)
      expect(decryptBytes(CONTENT_KEY, bytesOf(stored, 'text'))).toEqual(serialize(item.text, JAVA_FORM))
      expect(await encryptor.decryptItem(stored)).toEqual(item)
      const plain = itemEncryptor({ actions: SIGN_ALL })
      expect(await plain.decryptItem(await plain.encryptItem(item))).toEqual(item)
    },
  )

  test.each([0, 1, 2, 100, 600, 3000])('%i attributes', async (count) => {
    const item: Item = Object.fromEntries(Array.from({ length: count }, (_, at) => [`attribute ${String(at * 7919)}`, { N: String(at) }]))
    const encryptor = new ItemEncryptor({ materialsProvider: staticProvider(), actions: { attributes: { 'attribute 7919': 'SIGN_ONLY' } } })
    const stored = await encryptor.encryptItem(item)
    const actions = new AttributeActions({ attributes: { 'attribute 7919': 'SIGN_ONLY' } })
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(JAVA_FORM, stored, actions, undefined))
    expect(await encryptor.decryptItem(stored)).toEqual(item)
  })

  test('items of many sets of names, in any order of names', async () => {
    const encryptor = itemEncryptor()
    for (let round = 0; round < 60; round++) {
      const entries = Object.entries(wholeItem()).filter((_, at) => (round * 31 + at * 7) % 5 !== 0)
      const item = Object.fromEntries(round % 2 === 0 ? entries : entries.reverse())
      const stored = await encryptor.encryptItem(item)
      expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(JAVA_FORM, stored, ENCRYPT_ALL, TABLE))
      expect(await encryptor.decryptItem(Object.fromEntries(Object.entries(stored).reverse()))).toEqual(item)
    }
  })

  test('an attribute that is left alone and undefined is left out', async () => {
    const item = { ...wholeItem(), gone: undefined } as unknown as Item
    const encryptor = itemEncryptor({ actions: new AttributeActions({ attributes: { gone: 'DO_NOTHING' } }).withIndexKeys('id', 'when') })
    const stored = await encryptor.encryptItem(item)
    expect(Object.keys(stored)).not.toContain('gone')
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
  })
})

describe('orders', () => {
  const early = '\uE000'
  const late = '\u{10000}'
  const items: readonly [string, Item][] = [
    ['attribute names', { [`n${early}`]: { S: '1' }, [`n${late}`]: { S: '2' }, n: { S: '3' } }],
    ['SS', { a: { SS: [early, late, 'a'] } }],
    ['map keys', { a: { M: { [early]: { S: '1' }, [late]: { S: '2' } } } }],
    ['BS', { a: { BS: [bytes(0x7f), bytes(0x80)] } }],
    ['a list of them', { a: { L: [{ SS: [late, early] }, { M: { x: { BS: [bytes(0xff), bytes(0)] } } }] } }],
  ]
  const rows = items.flatMap(([what, item]) => (['java', 'python'] as const).map((compatibility) => ({ what, item, compatibility })))

  test.each(rows)('$what, signed, written $compatibility', async ({ item, compatibility }) => {
    const options = { actions: SIGN_ALL, context: { tableName: TABLE } }
    const stored = await itemEncryptor({ ...options, compatibility }).encryptItem(item)
    const [own, other] = compatibility === 'java' ? [JAVA_FORM, PYTHON_FORM] : [PYTHON_FORM, JAVA_FORM]
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(own, stored, SIGN_ALL, TABLE))
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).not.toEqual(signatureIn(other, stored, SIGN_ALL, TABLE))
    for (const reader of ['java', 'python'] as const)
      expect(await itemEncryptor({ ...options, compatibility: reader }).decryptItem(stored)).toEqual(item)
  })

  test.each(rows)('$what, encrypted, written $compatibility', async ({ item, compatibility }) => {
    const options = { actions: {}, context: { tableName: TABLE } }
    const stored = await itemEncryptor({ ...options, compatibility }).encryptItem(item)
    const form = compatibility === 'java' ? JAVA_FORM : PYTHON_FORM
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(form, stored, {}, TABLE))
    for (const [name, value] of Object.entries(item))
      expect(decryptBytes(CONTENT_KEY, bytesOf(stored, name))).toEqual(serialize(value, form))
    for (const reader of ['java', 'python'] as const) {
      const read = await itemEncryptor({ ...options, compatibility: reader }).decryptItem(stored)
      // Sets come back in the order in which they were written.
      for (const [name, value] of Object.entries(item))
        expect(serialize(read[name] ?? { NULL: true }, form)).toEqual(serialize(value, form))
    }
  })

  test('as DynamoDB may return them: sets and maps in another order', async () => {
    const item: Item = {
      a: { SS: ['b', 'a', early] },
      b: { NS: ['10', '9'] },
      c: { BS: [bytes(2), bytes(1)] },
      d: { M: { y: { S: '1' }, x: { S: '2' } } },
    }
    const options = { actions: SIGN_ALL, context: { tableName: TABLE } }
    const stored = await itemEncryptor(options).encryptItem(item)
    const returned: Item = {
      ...stored,
      a: { SS: [early, 'b', 'a'] },
      b: { NS: ['9', '10'] },
      c: { BS: [bytes(1), bytes(2)] },
      d: { M: { x: { S: '2' }, y: { S: '1' } } },
    }
    expect(await itemEncryptor(options).decryptItem(returned)).toEqual(without(returned, SIGNATURE, DESCRIPTION))
  })

  test('a form that is half Java`s and half Python`s is neither', async () => {
    const item: Item = { a: { BS: [bytes(0x7f), bytes(0x80)] } }
    const mixed = { ...PYTHON_FORM, missingTableName: 'null' }
    const stored = storeItem(item, { macKey: MAC_KEY, actionFor: () => 'SIGN_ONLY', form: mixed })
    for (const compatibility of ['java', 'python'] as const) {
      await failureOf(() => itemEncryptor({ actions: SIGN_ALL, context: {}, compatibility }).decryptItem(stored), 'SIGNATURE_MISMATCH', /./)
    }
  })
})

describe('no table name', () => {
  test.each([
    ['java', 'null'],
    ['python', 'None'],
  ] as const)('%s signs the word %s', async (compatibility, word) => {
    const item = without(wholeItem(), 'text')
    const encryptor = itemEncryptor({ context: {}, compatibility })
    const stored = await encryptor.encryptItem(item)
    const form = compatibility === 'java' ? JAVA_FORM : PYTHON_FORM
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(form, stored, ENCRYPT_ALL, undefined))
    expect(Buffer.from(bytesOf(stored, SIGNATURE))).toEqual(signatureIn(form, stored, ENCRYPT_ALL, word))
    for (const reader of ['java', 'python'] as const)
      expect(await itemEncryptor({ context: {}, compatibility: reader }).decryptItem(stored)).toEqual(item)
    // The word is a table's name like any other, as the format has it.
    expect(await itemEncryptor({ context: { tableName: word } }).decryptItem(stored)).toEqual(item)
    await failureOf(() => itemEncryptor({ context: { tableName: TABLE } }).decryptItem(stored), 'SIGNATURE_MISMATCH', /another table name/)
  })

  test.each(['people', 'People ', 'People2', '', 'null'])('the name %j is not People', async (tableName) => {
    const stored = await itemEncryptor().encryptItem(wholeItem())
    await failureOf(() => itemEncryptor({ context: { tableName } }).decryptItem(stored), 'SIGNATURE_MISMATCH', /another table name/)
  })

  test('a lone surrogate in it', async () => {
    for (const method of ['encryptItem', 'decryptItem'] as const) {
      const item = method === 'encryptItem' ? wholeItem() : await itemEncryptor().encryptItem(wholeItem())
      await failureOf(
        () => itemEncryptor()[method](item, { context: { tableName: '\ud800' } }),
        'INVALID_CONFIGURATION',
        /the table name holds a lone surrogate/,
      )
    }
  })
})

describe('numbers that Python rounds', () => {
  const DIGITS = '123456789012345678901234567895'
  const ROUNDED = '123456789012345678901234567900'
  const item: Item = { a: { N: DIGITS }, b: { NS: ['1', DIGITS] } }
  /** Signed as Python does: over the rounded numbers, while the table has all digits. */
  const signedByPython = (stored: Item): Item => {
    const rounded = storeItem(
      { a: { N: ROUNDED }, b: { NS: ['1', ROUNDED] } },
      { macKey: MAC_KEY, actionFor: () => 'SIGN_ONLY', tableName: TABLE, form: PYTHON_FORM },
    )
    return { ...stored, [SIGNATURE]: rounded[SIGNATURE] ?? { NULL: true } }
  }
  const options: Partial<ItemEncryptorOptions> = { actions: SIGN_ALL, context: { tableName: TABLE } }

  test('what Python signed is read where python is told, and only there', async () => {
    expect(await itemEncryptor({ ...options, compatibility: 'python' }).decryptItem(signedByPython(item))).toEqual(item)
    // To accept the rounded form is to accept changes past the 28th digit.
    await failureOf(() => itemEncryptor(options).decryptItem(signedByPython(item)), 'SIGNATURE_MISMATCH', /./)
  })

  test('what was signed to the last digit is read under both', async () => {
    const stored = await itemEncryptor(options).encryptItem(item)
    for (const compatibility of ['java', 'python'] as const) {
      expect(await itemEncryptor({ ...options, compatibility }).decryptItem(stored)).toEqual(item)
    }
    await failureOf(() => itemEncryptor(options).decryptItem({ ...stored, a: { N: `${DIGITS.slice(0, -1)}6` } }), 'SIGNATURE_MISMATCH', /./)
  })

  test('-0 as Python signs it', async () => {
    const stored = storeItem({ a: { N: '-0' } }, { macKey: MAC_KEY, actionFor: () => 'SIGN_ONLY', tableName: TABLE, form: PYTHON_FORM })
    expect(await itemEncryptor({ ...options, compatibility: 'python' }).decryptItem(stored)).toEqual({ a: { N: '-0' } })
  })

  test.each(['SIGN_ONLY', 'ENCRYPT_AND_SIGN'] as const)('%s: told python, such a number is not written', async (action) => {
    const encryptor = itemEncryptor({ actions: { default: action }, context: {}, compatibility: 'python' })
    const error = await failureOf(
      () => encryptor.encryptItem(item),
      'INVALID_ITEM',
      /attribute "a": a number has more than 28 significant digits, which the Python client would round/,
    )
    expect(error.attributeName).toBe('a')
    await failureOf(() => encryptor.encryptItem({ b: { NS: ['1', DIGITS] } }), 'INVALID_ITEM', /attribute "b".*28 significant digits/)
    expect(await encryptor.decryptItem(await encryptor.encryptItem({ a: { N: DIGITS.slice(0, 28) } }))).toEqual({
      a: { N: DIGITS.slice(0, 28) },
    })
  })

  test('a number in another notation is the same number', async () => {
    const stored = await itemEncryptor(options).encryptItem({ a: { N: '1.50E+3' }, b: { NS: ['5.00', '1E1'] } })
    expect(stored['a']).toEqual({ N: '1.50E+3' })
    expect(await itemEncryptor(options).decryptItem({ ...stored, a: { N: '1500' }, b: { NS: ['10', '5'] } })).toEqual({
      a: { N: '1500' },
      b: { NS: ['10', '5'] },
    })
    const encrypted = itemEncryptor({ actions: {}, context: {} })
    expect(await encrypted.decryptItem(await encrypted.encryptItem({ a: { N: '1.50E+3' }, b: { NS: ['5.00', '1E1'] } }))).toEqual({
      a: { N: '1500' },
      b: { NS: ['10', '5'] },
    })
  })
})

describe('the table of an item, and its neighbours', () => {
  const encryptor = itemEncryptor()
  test.each<[string, (stored: Item, other: Item) => Item]>([
    ['a signed value changed', (stored) => ({ ...stored, when: { N: '20240301' } })],
    ['a signed value of another type', (stored) => ({ ...stored, when: { S: '20240229' } })],
    ['an encrypted value of another item', (stored, other) => ({ ...stored, text: other['text'] ?? { NULL: true } })],
    ['two values exchanged', (stored) => ({ ...stored, text: stored['map'] ?? { NULL: true }, map: stored['text'] ?? { NULL: true } })],
    ['an attribute taken out', (stored) => without(stored, 'nothing')],
    ['an attribute renamed', (stored) => ({ ...without(stored, 'nothing'), nothin: stored['nothing'] ?? { NULL: true } })],
    ['an attribute added', (stored) => ({ ...stored, role: { S: 'admin' } })],
    ['the signature of another item', (stored, other) => ({ ...stored, [SIGNATURE]: other[SIGNATURE] ?? { NULL: true } })],
  ])('%s', async (_what, change) => {
    const stored = await encryptor.encryptItem(wholeItem())
    const other = await encryptor.encryptItem({ ...wholeItem(), id: { S: 'p-8' } })
    const error = await failureOf(
      () => encryptor.decryptItem(change(stored, other)),
      'SIGNATURE_MISMATCH',
      /the signature does not hold: .* Nothing of it has been decrypted/,
    )
    expect(error).toMatchObject({ tableName: TABLE, key: { id: { S: 'p-7' } } })
  })

  test('an action that differs: encrypted is not signed', async () => {
    const stored = await encryptor.encryptItem(wholeItem())
    const other = itemEncryptor({ actions: new AttributeActions({ attributes: { text: 'SIGN_ONLY' } }).withIndexKeys('id', 'when') })
    await failureOf(() => other.decryptItem(stored), 'SIGNATURE_MISMATCH', /other attribute actions/)
  })

  test('another key', async () => {
    const stored = await encryptor.encryptItem(wholeItem())
    const other = new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(secretBytes(32)) })
    await failureOf(() => itemEncryptor({ materialsProvider: other }).decryptItem(stored), 'SIGNATURE_MISMATCH', /under another key/)
  })
})

describe('renamed attributes', () => {
  const renamed: Partial<ItemEncryptorOptions> = {
    materialDescriptionAttribute: 'desc',
    signatureAttribute: '__proto__',
    descriptionPrefix: 'mine-',
  }

  test('are written and read', async () => {
    const encryptor = itemEncryptor({ ...renamed, compatibility: 'python' })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(Object.keys(stored)).toEqual([...Object.keys(wholeItem()), 'desc', '__proto__'])
    expect(readDescription(bytesOf(stored, 'desc'))).toEqual({ 'mine-sym-mode': '/CBC/PKCS5Padding', 'mine-signingAlg': 'HmacSHA256' })
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
    await failureOf(
      () => itemEncryptor().decryptItem(stored),
      'NOT_ENCRYPTED',
      /the item has no signature \(the attribute "\*amzn-ddb-map-sig\*"\)/,
    )
  })

  test('are reserved, and the usual names are not', async () => {
    const encryptor = itemEncryptor(renamed)
    for (const name of ['desc', '__proto__']) {
      const item = Object.fromEntries([...Object.entries(wholeItem()), [name, { S: 'x' }]])
      const error = await failureOf(() => encryptor.encryptItem(item), 'INVALID_ITEM', /the plaintext item has the reserved attribute/)
      expect(error.attributeName).toBe(name)
    }
    const item = { ...wholeItem(), [SIGNATURE]: { S: 'x' }, [DESCRIPTION]: { S: 'y' } }
    expect(await encryptor.decryptItem(await encryptor.encryptItem(item))).toEqual(item)
  })

  test('one at a time', async () => {
    for (const options of [{ signatureAttribute: 'sig' }, { materialDescriptionAttribute: 'desc' }]) {
      const encryptor = itemEncryptor(options)
      expect(await encryptor.decryptItem(await encryptor.encryptItem(wholeItem()))).toEqual(wholeItem())
    }
  })

  test('another prefix than the item`s: the mode is not found', async () => {
    const stored = await itemEncryptor().encryptItem(wholeItem())
    await failureOf(
      () => itemEncryptor({ descriptionPrefix: 'mine-' }).decryptItem(stored),
      'INVALID_MATERIAL_DESCRIPTION',
      /has no mine-sym-mode/,
    )
  })

  test.each<[string, Partial<ItemEncryptorOptions>]>([
    ['the same name twice', { materialDescriptionAttribute: 'a', signatureAttribute: 'a' }],
    ['the other`s usual name', { signatureAttribute: DESCRIPTION }],
    ['an empty one', { signatureAttribute: '' }],
    ['an empty one', { materialDescriptionAttribute: '' }],
  ])('%s is refused', async (_what, options) => {
    await failureOf(
      () => itemEncryptor(options),
      'INVALID_CONFIGURATION',
      /materialDescriptionAttribute and signatureAttribute are two different names/,
    )
  })
})

describe('no description attribute', () => {
  test('as Java leaves it out where it is empty', async () => {
    const materialsProvider = new StaticMaterialsProvider({ signingKey: LocalKey.hmac(MAC_KEY) })
    const encryptor = itemEncryptor({ materialsProvider, actions: SIGN_ALL })
    const stored = await encryptor.encryptItem(wholeItem())
    expect(Object.keys(stored)).toEqual([...Object.keys(wholeItem()), SIGNATURE])
    expect(await encryptor.decryptItem(stored)).toEqual(wholeItem())
    // With an encryption key that is not needed, too.
    expect(await itemEncryptor({ actions: SIGN_ALL }).decryptItem(stored)).toEqual(wholeItem())
  })

  test('an empty one is the same', async () => {
    const stored = storeItem(wholeItem(), { macKey: MAC_KEY, actionFor: () => 'SIGN_ONLY', tableName: TABLE, description: [] })
    expect(await itemEncryptor({ actions: SIGN_ALL }).decryptItem(stored)).toEqual(wholeItem())
  })

  test('where something is encrypted there must be one', async () => {
    const stored = await itemEncryptor().encryptItem(wholeItem())
    await failureOf(
      () => itemEncryptor().decryptItem(without(stored, DESCRIPTION)),
      'INVALID_MATERIAL_DESCRIPTION',
      /has no amzn-ddb-map-sym-mode/,
    )
  })
})

describe('DO_NOTHING throughout', () => {
  const NOTHING = { default: 'DO_NOTHING', attributes: { a: 'DO_NOTHING' } } as const
  const encryptor = new ItemEncryptor({ materialsProvider: staticProvider(), actions: NOTHING, context: CONTEXT })

  test.each<[string, Item]>([
    ['an item', wholeItem()],
    ['an empty item', {}],
    ['reserved attributes', { [SIGNATURE]: { S: 'mine' }, [DESCRIPTION]: { S: 'mine' } }],
    ['values that nobody checks', { a: { N: 'one' }, b: JSON.parse('{}') as Item[string], c: { S: '\ud800' } }],
    ['any name', Object.fromEntries([['__proto__', { S: 'x' }]])],
  ])('%s passes through untouched, both ways, as another object', async (_what, item) => {
    for (const method of ['encryptItem', 'decryptItem'] as const) {
      const result = await encryptor[method](item)
      expect(Object.entries(result)).toEqual(Object.entries(item))
      expect(result).not.toBe(item)
    }
    expect(await encryptor.encryptItems([item, item])).toHaveLength(2)
  })

  test('is a property of the configuration, never of what an item happens to hold', async () => {
    const actions = { default: 'DO_NOTHING', attributes: { name: 'SIGN_ONLY' } } as const
    const partly = new ItemEncryptor({ materialsProvider: staticProvider(), actions, context: CONTEXT })
    const stored = await partly.encryptItem({ note: { S: 'x' } })
    expect(Object.keys(stored)).toContain(SIGNATURE)
    expect(await partly.decryptItem(stored)).toEqual({ note: { S: 'x' } })
    // Whoever strips the signed attributes and the signature does not get the rest accepted.
    await failureOf(() => partly.decryptItem({ note: { S: 'x' } }), 'NOT_ENCRYPTED', /no signature/)
    const whole = await partly.encryptItem({ name: { S: 'Ada' }, note: { S: 'x' } })
    await failureOf(() => partly.decryptItem(without(whole, 'name')), 'SIGNATURE_MISMATCH', /./)
  })
})

test('an attribute that is left alone may change', async () => {
  const encryptor = itemEncryptor({ actions: new AttributeActions({ attributes: { note: 'DO_NOTHING' } }).withIndexKeys('id', 'when') })
  const stored = await encryptor.encryptItem({ ...wholeItem(), note: { S: 'a' } })
  expect(stored['note']).toEqual({ S: 'a' })
  expect(await encryptor.decryptItem({ ...stored, note: { S: 'b' } })).toEqual({ ...wholeItem(), note: { S: 'b' } })
  expect(await encryptor.decryptItem(without(stored, 'note'))).toEqual(wholeItem())
})

test('an empty item', async () => {
  const encryptor = itemEncryptor()
  const stored = await encryptor.encryptItem({})
  expect(Object.keys(stored)).toEqual([DESCRIPTION, SIGNATURE])
  expect(await encryptor.decryptItem(stored)).toEqual({})
})
