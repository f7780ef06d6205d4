// Items to read: each provider whose keys can be held in a file, each type, both compatibilities, each part of the context.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AttributeActions, type Compatibility, type Item } from 'dynamodb-encryption-client'
import type { ReadableVector, VectorReader, VectorSetup } from '../../test/support/generated-vectors.js'
import { DESCRIPTION, SIGNATURE } from '../../test/support/reference-format.js'
import { pythonTakesNumbers, readingForms, signedBytes, signingForm } from '../support/expectations.js'
import { itemToJson } from '../support/item-json.js'
import { ROWS, type InteropRow } from '../support/rows.js'

export type Setup = Omit<VectorSetup, 'id' | 'stored'>
export type Write = (setup: Setup, item: Item) => Promise<Item>

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values)
const range = (length: number): Uint8Array => new Uint8Array(Array.from({ length }, (_, at) => at))

function nested(levels: number): AttributeValue {
  let value: AttributeValue = { L: [] }
  for (let level = 1; level < levels; level++) value = level % 2 === 0 ? { L: [value] } : { M: { inside: value } }
  return value
}

/** Java sorts the first before the second, Python the second before the first. */
const [BEYOND, PRIVATE] = ['\u{10000}', '\ue000']

export const CONTEXT = { tableName: 'People', partitionKeyName: 'id', sortKeyName: 'when' }

/** Every type, some in an order of their own in each library, under every action. */
const PERSON: Item = {
  id: { S: 'p-7' },
  when: { N: '20240229' },
  name: { S: 'Zoë Ångström' },
  age: { N: '41' },
  scan: { B: range(40) },
  tags: { SS: ['b', 'a', PRIVATE, BEYOND] },
  readings: { NS: ['10', '9', '-1.5'] },
  stamps: { BS: [bytes(0x80), bytes(0x7f)] },
  visits: { L: [{ S: 'first' }, { N: '2' }, { L: [] }, { NULL: true }] },
  address: { M: { street: { S: 'Elm' }, [BEYOND]: { BOOL: true }, [PRIVATE]: { BOOL: false } } },
  active: { BOOL: true },
  left: { NULL: true },
  seenBy: { S: 'anyone may change this' },
}

const [SIGNED, UNTOUCHED] = ['SIGN_ONLY', 'DO_NOTHING'] as const
const PERSON_ACTIONS: VectorSetup['actions'] = {
  default: 'ENCRYPT_AND_SIGN',
  attributes: { id: SIGNED, when: SIGNED, age: SIGNED, active: SIGNED, readings: SIGNED, visits: SIGNED, seenBy: UNTOUCHED },
}
/** The parts whose order differs are signed as they are. */
const OWN_ORDERS: VectorSetup['actions'] = {
  ...PERSON_ACTIONS,
  attributes: { ...PERSON_ACTIONS.attributes, tags: SIGNED, stamps: SIGNED, address: SIGNED },
}

const signedOnly = ({ attributes }: VectorSetup['actions']): VectorSetup['actions'] => ({ default: SIGNED, attributes })

/** Values by what is particular about them. */
const VALUES: Readonly<Record<string, AttributeValue>> = {
  'empty text': { S: '' },
  'text of every width': { S: 'a\u0000é€\ufeff\uffff\u{1f600}\u{10ffff}' },
  'long text': { S: 'Lorem ipsum, '.repeat(100) },
  zero: { N: '0' },
  'negative fraction': { N: '-0.00000000015' },
  '28 digits': { N: '1234567890.123456789012345678' },
  '38 digits': { N: '-12345678901234567890123456789012345678' },
  'smallest number': { N: `0.${'0'.repeat(129)}1` },
  'largest number': { N: `${'9'.repeat(38)}${'0'.repeat(88)}` },
  'empty bytes': { B: bytes() },
  'every byte': { B: range(256) },
  'texts, ASCII': { SS: ['b', 'a', 'B', ''] },
  'texts beyond the BMP': { SS: [PRIVATE, BEYOND] },
  numbers: { NS: ['10', '9', '-1', '0.5', '0'] },
  'bytes under 0x80': { BS: [bytes(2), bytes(1, 2), bytes(1)] },
  'bytes across 0x80': { BS: [bytes(0xff), bytes(0x00), bytes(0x7f, 1), bytes(0x80, 1)] },
  'empty list': { L: [] },
  'empty map': { M: {} },
  'map of awkward keys': { M: Object.fromEntries(['__proto__', 'constructor', 'S', '', ' '].map((key) => [key, { S: key }])) },
  'map keys beyond the BMP': { M: { [PRIVATE]: { N: '1' }, [BEYOND]: { N: '2' } } },
  'lists and maps, 32 deep': nested(32),
  true: { BOOL: true },
  false: { BOOL: false },
  null: { NULL: true },
}

const COMPATIBILITIES: readonly Compatibility[] = ['java', 'python']
const WRAPPED_AES = 'Wrapped AES-256, content key unnamed, HmacSHA256'

function rowNamed(name: string): InteropRow {
  const row = ROWS.find((each) => each.name === name)
  if (row === undefined) throw new Error(`no row is named ${name}`)
  return row
}

export function providerOf({ theirs }: InteropRow): VectorSetup['provider'] {
  if (theirs.kind === 'static' || theirs.kind === 'wrapped') return theirs
  throw new Error('vectors are for providers that can run offline')
}

/** What the two libraries make of it, by the format; interop/suites/vectors.test.ts asks them. */
function readersOf(setup: Setup, stored: Item, peers: InteropRow['peers']): VectorReader[] {
  const actions = new AttributeActions(setup.actions)
  const { signatureAttribute = SIGNATURE, materialDescriptionAttribute = DESCRIPTION } = setup.names ?? {}
  const unsigned = Object.fromEntries(
    Object.entries(stored).filter(([name]) => name !== signatureAttribute && name !== materialDescriptionAttribute),
  )
  const signedBy = signedBytes(unsigned, actions, setup.context.tableName, signingForm('TypeScript', setup.compatibility))
  const reads = (reader: 'Java' | 'Python'): boolean =>
    peers.includes(reader) &&
    // Java hands back what has nothing to do about it, reserved attributes and all.
    (reader === 'Python' || Object.keys(unsigned).some((name) => actions.actionFor(name) !== 'DO_NOTHING')) &&
    (reader === 'Java' || (setup.names === undefined && pythonTakesNumbers(unsigned, actions))) &&
    readingForms(reader, setup.compatibility).some((form) => signedBytes(unsigned, actions, setup.context.tableName, form).equals(signedBy))
  return ['typescript', ...(reads('Java') ? (['java'] as const) : []), ...(reads('Python') ? (['python'] as const) : [])]
}

export async function readableVectors(write: Write): Promise<ReadableVector[]> {
  const vectors: ReadableVector[] = []
  const add = async (id: string, row: InteropRow, setup: Omit<Setup, 'provider'>, item: Item): Promise<void> => {
    const whole: Setup = { provider: providerOf(row), ...setup }
    const stored = await write(whole, item)
    const readBy = readersOf(whole, stored, row.peers)
    vectors.push({ id: `${id}, ${setup.compatibility}`, ...whole, readBy, plaintext: itemToJson(item), stored: itemToJson(stored) })
  }
  for (const compatibility of COMPATIBILITIES) {
    for (const row of ROWS) {
      const actions = row.encrypts ? PERSON_ACTIONS : signedOnly(PERSON_ACTIONS)
      const item = row.encrypts ? PERSON : withoutOwnOrders(PERSON)
      await add(row.name, row, { compatibility, context: CONTEXT, actions }, item)
    }
    const row = rowNamed(WRAPPED_AES)
    await add('orders of their own', row, { compatibility, context: CONTEXT, actions: OWN_ORDERS }, PERSON)
    await add('no table name', row, { compatibility, context: {}, actions: PERSON_ACTIONS }, PERSON)
    await add('a table named null', row, { compatibility, context: { tableName: 'null' }, actions: PERSON_ACTIONS }, PERSON)
    const renamed = { signatureAttribute: '#signature', materialDescriptionAttribute: '#description', descriptionPrefix: 'ours-' }
    await add('other reserved names', row, { compatibility, context: CONTEXT, actions: PERSON_ACTIONS, names: renamed }, PERSON)
    await add('no attributes', row, { compatibility, context: { tableName: 'People' }, actions: PERSON_ACTIONS }, {})
    const awkward = Object.fromEntries(['__proto__', 'constructor', 'toString', '\u{10000}', '\ue000'].map((name) => [name, { S: name }]))
    await add(
      'awkward names',
      row,
      { compatibility, context: { tableName: 'People' }, actions: { default: 'ENCRYPT_AND_SIGN', attributes: {} } },
      awkward,
    )
    for (const [what, value] of Object.entries(VALUES)) {
      // Python would round it.
      if (compatibility === 'python' && (what === '38 digits' || what === 'largest number')) continue
      const actions: VectorSetup['actions'] = { default: 'ENCRYPT_AND_SIGN', attributes: { signed: SIGNED } }
      await add(what, row, { compatibility, context: { tableName: 'People' }, actions }, { encrypted: value, signed: value })
    }
  }
  return vectors
}

function withoutOwnOrders({ tags: _tags, stamps: _stamps, address: _address, ...item }: Item): Item {
  return item
}
