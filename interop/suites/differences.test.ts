// Where the Java and the Python client differ, a test each: what all three clients make of the same item. docs/java-and-python.md has them
// in words; support/expectations.ts predicts the ones that the random suites meet.
import { AttributeActions, type AttributeActionsOptions, type Compatibility, type Item } from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalItem } from '../../test/support/canonical-form.js'
import { counted, describe as describeEntries, DESCRIPTION, readDescription, SIGNATURE } from '../../test/support/reference-format.js'
import { asDynamoDbReturns, type ClientName } from '../support/expectations.js'
import type { Outcome, PeerContext } from '../support/peers.js'
import { usePeers } from '../support/use-peers.js'
import { keysFor, rowNamed } from '../support/rows.js'
import { ourClient, peerClient, type ItemClient } from '../support/three-clients.js'
import { patternOf, sameContents, type Pattern } from '../support/verdicts.js'

const peers = usePeers()
beforeAll(async () => {
  await Promise.all(peers.both.map((peer) => peer.learn(keysFor(peer.name))))
})

/** The writers: this package for either library's readers, and the two libraries. */
type Writer = 'TypeScript for Java' | 'TypeScript for Python' | 'Java' | 'Python'
const WRITERS: readonly Writer[] = ['TypeScript for Java', 'TypeScript for Python', 'Java', 'Python']
const READERS: readonly ClientName[] = ['TypeScript', 'Java', 'Python']

interface Setup {
  readonly row?: string
  readonly actions?: AttributeActionsOptions
  readonly context?: PeerContext
  readonly requested?: Readonly<Record<string, string>>
}

const STATIC = 'Static AES-256, HmacSHA512'
const WRAPPED = 'Wrapped AES-256, content key unnamed, HmacSHA256'
const SIGN_ALL: AttributeActionsOptions = { default: 'SIGN_ONLY' }
const TABLE: PeerContext = { tableName: 'People' }

function client(name: ClientName | Writer, { row = STATIC, actions = {}, context = TABLE, requested = {} }: Setup): ItemClient {
  const { ours, theirs } = rowNamed(row)
  const setup = { provider: theirs, actions: new AttributeActions(actions), context }
  if (name === 'Java') return peerClient(peers.java, setup, requested)
  if (name === 'Python') return peerClient(peers.python, setup, requested)
  const compatibility: Compatibility = name === 'TypeScript for Python' ? 'python' : 'java'
  return ourClient({ materialsProvider: ours, actions, context: { ...context, materialDescription: requested }, compatibility })
}

async function written(writer: Writer, item: Item, setup: Setup): Promise<Item> {
  const outcome = await client(writer, setup).encrypt(item)
  if ('refusal' in outcome) throw new Error(`${writer} does not write it: ${outcome.refusal}`)
  return outcome.item
}

/** Who reads what a writer wrote, and reads it as it was; in between DynamoDB has made its numbers canonical. */
async function readersOf(writer: Writer, item: Item, setup: Setup): Promise<string> {
  const stored = asDynamoDbReturns(await written(writer, item, setup))
  const reading = await Promise.all(
    READERS.map(async (reader) => {
      const outcome = await client(reader, setup).decrypt(stored)
      if ('refusal' in outcome) return []
      expect(canonicalItem(outcome.item)).toEqual(canonicalItem(asDynamoDbReturns(item)))
      return [reader]
    }),
  )
  return reading.flat().join(', ')
}

function expectRefusal(outcome: Outcome, why: RegExp): void {
  expect('refusal' in outcome ? outcome.refusal : 'read').toMatch(why)
}

const ALL = 'TypeScript, Java, Python'
const BY_FORM: Readonly<Record<Writer, string>> = {
  'TypeScript for Java': 'TypeScript, Java',
  'TypeScript for Python': 'TypeScript, Python',
  Java: 'TypeScript, Java',
  Python: 'TypeScript, Python',
}

/** Java's UTF-16 code units have the first before the second, Python's code points the second before the first. */
const BEYOND = '\u{10000}'
const PRIVATE = '\ue000'
const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values)

describe('orders: each library refuses what the other signed, this package reads both', () => {
  test.each<[what: string, item: Item, setup: Setup]>([
    ['map keys beyond the BMP, signed', { address: { M: { [BEYOND]: { S: 'a' }, [PRIVATE]: { S: 'b' } } } }, { actions: SIGN_ALL }],
    ['attribute names beyond the BMP, signed', { [BEYOND]: { S: 'a' }, [PRIVATE]: { S: 'b' } }, { actions: SIGN_ALL }],
    ['attribute names beyond the BMP, encrypted', { [BEYOND]: { S: 'a' }, [PRIVATE]: { S: 'b' } }, {}],
    ['string sets beyond the BMP, signed', { tags: { SS: [BEYOND, PRIVATE] } }, { actions: SIGN_ALL }],
    ['binary sets across 0x80, signed', { stamps: { BS: [bytes(0x7f), bytes(0x80)] } }, { actions: SIGN_ALL }],
    ['a set inside a list, signed', { visits: { L: [{ BS: [bytes(1, 0x7f), bytes(1, 0x80)] }] } }, { actions: SIGN_ALL }],
  ])('%s', async (_, item, setup) => {
    for (const writer of WRITERS) expect(await readersOf(writer, item, setup), writer).toBe(BY_FORM[writer])
  })

  test.each<[what: string, item: Item]>([
    ['map keys beyond the BMP, encrypted', { address: { M: { [BEYOND]: { S: 'a' }, [PRIVATE]: { S: 'b' } } } }],
    ['string sets beyond the BMP, encrypted', { tags: { SS: [BEYOND, PRIVATE] } }],
    ['binary sets across 0x80, encrypted', { stamps: { BS: [bytes(0x7f), bytes(0x80)] } }],
  ])('%s: all read it, since the order is inside the ciphertext', async (_, item) => {
    for (const writer of WRITERS) expect(await readersOf(writer, item, {}), writer).toBe(ALL)
  })
})

test('a missing table name: Java signs null, Python None', async () => {
  const item: Item = { id: { S: 'p-1' } }
  for (const writer of WRITERS) expect(await readersOf(writer, item, { context: {} }), writer).toBe(BY_FORM[writer])
  for (const writer of WRITERS) expect(await readersOf(writer, item, { context: TABLE }), writer).toBe(ALL)
})

test('a table that is named null or None: as without a name, to the library that says so', async () => {
  const item: Item = { id: { S: 'p-1' } }
  const [asNull, asNone] = await Promise.all([written('Java', item, { context: {} }), written('Python', item, { context: {} })])
  expect(await client('Python', { context: { tableName: 'null' } }).decrypt(asNull)).toEqual({ item })
  expect(await client('Java', { context: { tableName: 'None' } }).decrypt(asNone)).toEqual({ item })
})

describe('numbers of more than 28 digits', () => {
  const LONG = '1234567890123456789012345678901234'
  const ROUNDED = '1234567890123456789012345679000000'

  test('encrypted by Java or this package: Python reads them rounded', async () => {
    for (const writer of ['TypeScript for Java', 'Java'] as const) {
      const stored = await written(writer, { n: { N: LONG } }, {})
      expect(await client('Python', {}).decrypt(stored)).toEqual({ item: { n: { N: ROUNDED } } })
      expect(await client('TypeScript', {}).decrypt(stored)).toEqual({ item: { n: { N: LONG } } })
    }
  })

  test('encrypted by Python: rounded before they are stored, for every reader', async () => {
    const stored = await written('Python', { n: { N: LONG } }, {})
    for (const reader of READERS) expect(await client(reader, {}).decrypt(stored), reader).toEqual({ item: { n: { N: ROUNDED } } })
  })

  test('signed by Java: Python refuses. Signed by Python: Java refuses, this package reads it when told python', async () => {
    const setup = { actions: SIGN_ALL }
    const item: Item = { n: { N: LONG } }
    expect(await readersOf('Java', item, setup)).toBe('TypeScript, Java')
    expect(await readersOf('TypeScript for Java', item, setup)).toBe('TypeScript, Java')
    expect(await readersOf('Python', item, setup)).toBe('Python')
    expect(await client('TypeScript for Python', setup).decrypt(await written('Python', item, setup))).toEqual({ item })
  })

  test('signed by Python: digits past the 28th can be changed unnoticed', async () => {
    const setup = { actions: SIGN_ALL }
    const stored = await written('Python', { n: { N: LONG } }, setup)
    const changed: Item = { ...stored, n: { N: `${LONG.slice(0, -1)}9` } }
    expect(await client('Python', setup).decrypt(changed)).toEqual({ item: { n: { N: `${LONG.slice(0, -1)}9` } } })
    expect(await client('TypeScript', setup).decrypt(changed)).toEqual({ refusal: 'SIGNATURE_MISMATCH' })
  })

  test('this package, told python, does not write them: INVALID_ITEM', async () => {
    for (const setup of [{}, { actions: SIGN_ALL }]) {
      expect(await client('TypeScript for Python', setup).encrypt({ n: { N: LONG } })).toEqual({ refusal: 'INVALID_ITEM' })
    }
  })
})

describe("numbers that boto3's decimal context has no room for", () => {
  test.each([
    ['more than 38 digits, zeros at the end', `1.${'0'.repeat(38)}`],
    ['the exponent of a zero', '0E+400'],
    ['the last of 38 digits under 1E-165', `1.${'0'.repeat(36)}1E-129`],
  ])('%s: Python does not write them, the others do', async (_, N) => {
    for (const setup of [{}, { actions: SIGN_ALL }]) {
      expectRefusal(await client('Python', setup).encrypt({ n: { N } }), /^(Rounded|Clamped|Underflow)/)
      for (const writer of ['TypeScript for Java', 'Java'] as const) {
        const stored = asDynamoDbReturns(await written(writer, { n: { N } }, setup))
        for (const reader of ['TypeScript', 'Java'] as const) expect(await client(reader, setup).decrypt(stored)).toHaveProperty('item')
      }
    }
  })

  test('1E38 and more, signed: Python writes them and cannot read them back, as DynamoDB returns their zeros', async () => {
    const setup = { actions: SIGN_ALL }
    const item: Item = { n: { N: '1.5E40' } }
    expect(await readersOf('Python', item, setup)).toBe('TypeScript, Java')
    expect(await readersOf('Python', item, {})).toBe(ALL)
    const stored = await written('Python', item, setup)
    expect(await client('Python', setup).decrypt(stored)).toEqual({ item })
    expectRefusal(await client('Python', setup).decrypt(asDynamoDbReturns(stored)), /^Rounded/)
  })
})

test('minus zero, signed: Python signs -0, DynamoDB returns 0, and then nobody can verify it', async () => {
  const item: Item = { n: { N: '-0' } }
  expect(await readersOf('Python', item, { actions: SIGN_ALL })).toBe('')
  expect(await readersOf('Python', item, {})).toBe(ALL)
  for (const writer of ['TypeScript for Java', 'TypeScript for Python', 'Java'] as const) {
    expect(await readersOf(writer, item, { actions: SIGN_ALL }), writer).toBe(ALL)
  }
})

describe('content key algorithm: AES and AES/256', () => {
  const item: Item = { name: { S: 'Ada' } }
  const named = async (writer: Writer, requested: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const stored = await written(writer, item, { row: WRAPPED, requested })
    return readDescription(stored[DESCRIPTION]?.B ?? new Uint8Array())['amzn-ddb-env-alg']
  }

  test('Java writes AES, Python and this package AES/256; all read all', async () => {
    expect(await Promise.all(WRITERS.map((writer) => named(writer, {})))).toEqual(['AES/256', 'AES/256', 'AES', 'AES/256'])
    for (const writer of WRITERS) expect(await readersOf(writer, item, { row: WRAPPED }), writer).toBe(ALL)
  })

  test('AES/128 requested: Java leaves the length out of what it writes', async () => {
    const requested = { 'amzn-ddb-env-alg': 'AES/128' }
    expect(await Promise.all(WRITERS.map((writer) => named(writer, requested)))).toEqual(['AES/128', 'AES/128', 'AES', 'AES/128'])
    for (const writer of WRITERS) expect(await readersOf(writer, item, { row: WRAPPED, requested }), writer).toBe(ALL)
  })

  test('a bare AES requested: Python refuses, the others write it', async () => {
    const setup = { row: WRAPPED, requested: { 'amzn-ddb-env-alg': 'AES' } }
    expect(await client('Python', setup).encrypt(item)).toHaveProperty('refusal')
    for (const writer of ['TypeScript for Java', 'TypeScript for Python', 'Java'] as const) {
      expect(await readersOf(writer, item, setup), writer).toBe(ALL)
    }
  })
})

describe('nothing to sign', () => {
  const item: Item = { seenBy: { S: 'Dr. Okafor' } }
  const oneUntouched: AttributeActionsOptions = { attributes: { seenBy: 'DO_NOTHING' } }
  const nothingAtAll: AttributeActionsOptions = { default: 'DO_NOTHING' }

  test('an item of DO_NOTHING attributes alone: signed by all; Java hands it back unread, reserved attributes and all', async () => {
    for (const writer of WRITERS) {
      const stored = await written(writer, item, { actions: oneUntouched })
      expect(Object.keys(stored)).toContain(SIGNATURE)
      for (const reader of ['TypeScript', 'Python'] as const) {
        expect(await client(reader, { actions: oneUntouched }).decrypt(stored)).toEqual({ item })
      }
      const read = await client('Java', { actions: oneUntouched }).decrypt(stored)
      expect(read).toEqual({ item: stored })
    }
  })

  test('signature taken away from such an item: Java alone still hands it back', async () => {
    expect(await client('Java', { actions: oneUntouched }).decrypt(item)).toEqual({ item })
    expect(await client('TypeScript', { actions: oneUntouched }).decrypt(item)).toEqual({ refusal: 'NOT_ENCRYPTED' })
    expectRefusal(await client('Python', { actions: oneUntouched }).decrypt(item), /No signature/)
  })

  test('DO_NOTHING throughout the configuration: this package and Python pass the item through, Java signs it on writing', async () => {
    const setup = { actions: nothingAtAll }
    for (const writer of ['TypeScript for Java', 'Python'] as const) expect(await written(writer, item, setup)).toEqual(item)
    const signed = await written('Java', item, setup)
    expect(Object.keys(signed).sort()).toEqual([DESCRIPTION, SIGNATURE, 'seenBy'])
    for (const reader of READERS) expect(await client(reader, setup).decrypt(signed), reader).toEqual({ item: signed })
  })

  test('an item without attributes: Java stores it unsigned, and the others refuse it then', async () => {
    expect(await written('Java', {}, {})).toEqual({})
    expect(await client('TypeScript', {}).decrypt({})).toEqual({ refusal: 'NOT_ENCRYPTED' })
    for (const writer of ['TypeScript for Java', 'Python'] as const) expect(Object.keys(await written(writer, {}, {}))).toContain(SIGNATURE)
  })
})

describe('what only some refuse to write', () => {
  test('a reserved attribute in a plaintext item: Java overwrites it, the others refuse', async () => {
    const item: Item = { id: { S: 'p-1' }, [SIGNATURE]: { B: bytes(1) } }
    expect(await client('TypeScript', {}).encrypt(item)).toEqual({ refusal: 'INVALID_ITEM' })
    expectRefusal(await client('Python', {}).encrypt(item), /Reserved attribute/)
    expect((await written('Java', item, {}))[SIGNATURE]?.B).toHaveLength(64)
  })

  test('a primary key that would be encrypted: Java encrypts it, the others refuse', async () => {
    const setup = { context: { ...TABLE, partitionKeyName: 'id' } }
    const item: Item = { id: { S: 'p-1' } }
    expect(await client('TypeScript', setup).encrypt(item)).toEqual({ refusal: 'INVALID_ACTIONS' })
    expectRefusal(await client('Python', setup).encrypt(item), /partition key/)
    expect((await written('Java', item, setup))['id']).toHaveProperty('B')
  })

  test('a lone surrogate: Java stores a question mark, the others refuse', async () => {
    const item: Item = { name: { S: 'a\ud800b' } }
    expect(await client('TypeScript', {}).encrypt(item)).toEqual({ refusal: 'INVALID_ITEM' })
    expectRefusal(await client('Python', {}).encrypt(item), /UnicodeEncodeError/)
    const stored = await written('Java', item, {})
    for (const reader of READERS) expect(await client(reader, {}).decrypt(stored), reader).toEqual({ item: { name: { S: 'a?b' } } })
  })
})

describe('what Python does not have', () => {
  test.each(['Static AES-256, SHA256withECDSA', 'Wrapped RSA/ECB/OAEPWithSHA-224AndMGF1Padding, HmacSHA256'])(
    '%s: this package and Java read each other',
    async (row) => {
      const item: Item = { name: { S: 'Ada' } }
      for (const writer of ['TypeScript for Java', 'Java'] as const) {
        const stored = await written(writer, item, { row })
        for (const reader of ['TypeScript', 'Java'] as const) expect(await client(reader, { row }).decrypt(stored)).toEqual({ item })
      }
    },
  )

  test('an ECDSA key is no key to it', async () => {
    const key = rowNamed('Static AES-256, SHA256withECDSA').keys.filter(({ algorithm }) => algorithm.endsWith('ECDSA'))
    await expect(peers.python.learn(key)).rejects.toThrow(/Unknown algorithm/)
  })

  test('OAEP with SHA-224 is no padding to it', async () => {
    const { theirs } = rowNamed('Wrapped RSA/ECB/OAEPWithSHA-224AndMGF1Padding, HmacSHA256')
    const outcome = await peerClient(peers.python, { provider: theirs, actions: new AttributeActions(), context: TABLE }).encrypt({})
    expectRefusal(outcome, /^JceTransformationError/)
  })
})

describe('the description', () => {
  const item: Item = { id: { S: 'p-1' } }
  const row = 'sign-only, HmacSHA256'
  const nameless = async (writer: Writer): Promise<Readonly<Record<string, string>> | undefined> => {
    const stored = await written(writer, item, { row, actions: SIGN_ALL })
    const bytesOfIt = stored[DESCRIPTION]?.B
    return bytesOfIt && readDescription(bytesOfIt)
  }

  test('an empty one: Java stores none, Python names the MAC in it; this package does as it is told', async () => {
    expect(await nameless('Java')).toBeUndefined()
    expect(await nameless('Python')).toEqual({ 'amzn-ddb-map-signingAlg': 'HmacSHA256' })
    for (const writer of WRITERS) expect(await readersOf(writer, item, { row, actions: SIGN_ALL }), writer).toBe(ALL)
  })
})

describe('a description that was changed on its way: this package, Java, Python', () => {
  const MODE = 'amzn-ddb-map-sym-mode'
  const SIGNING = 'amzn-ddb-map-signingAlg'
  const CONTENT_KEY = 'amzn-ddb-env-alg'
  const WRAPPING = 'amzn-ddb-wrap-alg'
  const WRAPPED_KEY = 'amzn-ddb-env-key'
  const RSA = 'Wrapped RSA/ECB/OAEPWithSHA-256AndMGF1Padding, SHA256withRSA'
  type Entries = readonly (readonly [name: string, value: string])[]
  type Change = (entries: Entries) => Entries
  const to =
    (name: string, value: string): Change =>
    (entries) => [...entries.filter(([each]) => each !== name), [name, value]]
  const add =
    (name: string, value: string): Change =>
    (entries) => [...entries, [name, value]]
  const drop =
    (name: string): Change =>
    (entries) =>
      entries.filter(([each]) => each !== name)
  const nothing: Change = (entries) => entries

  test.each<[what: string, setup: Setup, change: Change, pattern: Pattern]>([
    ['nothing', { row: WRAPPED }, nothing, 'reads reads reads'],
    ['an unknown name', { row: WRAPPED }, add('colour', 'blue'), 'reads reads reads'],
    ['a name twice, with the same value', { row: WRAPPED }, add(WRAPPING, 'AESWrap'), 'reads reads reads'],
    ['a name twice, the right value last', { row: WRAPPED }, (entries) => [[WRAPPING, 'x'], ...entries], 'refuses reads reads'],
    ['a name twice, the right value first', { row: WRAPPED }, add(WRAPPING, 'x'), 'refuses refuses refuses'],
    ['a shorter content key', { row: WRAPPED }, to(CONTENT_KEY, 'AES/128'), 'refuses reads reads'],
    ['a content key of no algorithm', { row: WRAPPED }, drop(CONTENT_KEY), 'reads refuses reads'],
    ['a content key of another cipher', { row: WRAPPED }, to(CONTENT_KEY, 'Blowfish'), 'refuses refuses refuses'],
    ['no wrapping algorithm beside an AES key', { row: WRAPPED }, drop(WRAPPING), 'reads refuses refuses'],
    ['no wrapping algorithm beside an RSA key', { row: RSA }, drop(WRAPPING), 'refuses refuses refuses'],
    ['a wrapping algorithm in small letters', { row: WRAPPED }, to(WRAPPING, 'aeswrap'), 'refuses reads refuses'],
    ['another mode for the AES wrapping key', { row: WRAPPED }, to(WRAPPING, 'AES/ECB/PKCS5Padding'), 'refuses refuses reads'],
    ['PKCS#1 v1.5 for OAEP', { row: RSA }, to(WRAPPING, 'RSA/ECB/PKCS1Padding'), 'refuses refuses refuses'],
    ['a broken MAC beside an HMAC key', { row: WRAPPED }, to(SIGNING, 'HmacMD5'), 'refuses reads reads'],
    ['another MAC beside an HMAC key', { row: WRAPPED }, to(SIGNING, 'HmacSHA512'), 'reads reads reads'],
    ['an RSA signature beside an HMAC key', { row: WRAPPED }, to(SIGNING, 'SHA256withRSA'), 'reads reads reads'],
    ['another signature beside an RSA key', { row: RSA }, to(SIGNING, 'SHA512withRSA'), 'refuses refuses reads'],
    ['no signature algorithm beside an RSA key', { row: RSA }, drop(SIGNING), 'reads reads reads'],
    ['an HMAC beside an RSA key', { row: RSA }, to(SIGNING, 'HmacSHA256'), 'refuses refuses reads'],
    ['no mode', { row: WRAPPED }, drop(MODE), 'refuses refuses refuses'],
    ['another mode', { row: WRAPPED }, to(MODE, '/ECB/PKCS5Padding'), 'refuses refuses refuses'],
    ['no mode, and nothing encrypted', { row: WRAPPED, actions: SIGN_ALL }, drop(MODE), 'reads reads refuses'],
    ['no wrapped key', { row: WRAPPED }, drop(WRAPPED_KEY), 'refuses refuses refuses'],
    ['no wrapped key, and nothing encrypted', { row: WRAPPED, actions: SIGN_ALL }, drop(WRAPPED_KEY), 'reads reads reads'],
    ['a wrong wrapped key, and nothing encrypted', { row: WRAPPED, actions: SIGN_ALL }, to(WRAPPED_KEY, 'AAAA'), 'reads refuses refuses'],
  ])('%s', async (_, setup, change, pattern) => {
    const item: Item = { name: { S: 'Ada' } }
    for (const writer of ['TypeScript for Java', 'TypeScript for Python', 'Python'] as const) {
      const stored = await written(writer, item, setup)
      const entries = change(Object.entries(readDescription(stored[DESCRIPTION]?.B ?? new Uint8Array())))
      const changed: Item = { ...stored, [DESCRIPTION]: { B: new Uint8Array(describeEntries(entries)) } }
      const [ours, java, python] = await Promise.all(READERS.map((reader) => client(reader, setup).decrypt(changed)))
      if (ours === undefined || java === undefined || python === undefined) throw new Error('three clients read')
      expect(patternOf({ ours, java, python }), writer).toBe(pattern)
      expect(sameContents({ ours, java, python })).toBe(true)
    }
  })

  test('a name that is no UTF-8: Java puts a replacement character', async () => {
    const stored = await written('Java', { name: { S: 'Ada' } }, {})
    const bad = Buffer.concat([stored[DESCRIPTION]?.B ?? new Uint8Array(), counted(bytes(0xff)), counted('x')])
    const changed: Item = { ...stored, [DESCRIPTION]: { B: new Uint8Array(bad) } }
    expect(await client('TypeScript', {}).decrypt(changed)).toEqual({ refusal: 'INVALID_MATERIAL_DESCRIPTION' })
    expect(await client('Java', {}).decrypt(changed)).toEqual({ item: { name: { S: 'Ada' } } })
    expectRefusal(await client('Python', {}).decrypt(changed), /^UnicodeDecodeError/)
  })
})
