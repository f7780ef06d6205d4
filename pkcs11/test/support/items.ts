// The item that the tests write, and what they do to it once it is stored.
import assert from 'node:assert/strict'
import { ItemEncryptor, type AttributeAction, type CryptographicMaterialsProvider, type Item } from 'dynamodb-encryption-client'

export const DESCRIPTION = '*amzn-ddb-map-desc*'
export const SIGNATURE = '*amzn-ddb-map-sig*'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** Each of DynamoDB's ten types, sets in the order that they come back in; `notes` is longer than a block by far. */
export const ITEM: Item = {
  patientId: { S: 'patient-0017' },
  visit: { N: '20260417' },
  ward: { S: 'C2' },
  version: { N: '3' },
  insured: { BOOL: true },
  referredBy: { NULL: true },
  photo: { B: bytes(0xff, 0xd8, 0xff, 0xe0) },
  allergies: { SS: ['latex', 'penicillin'] },
  readings: { NS: ['36.6', '37.2'] },
  scans: { BS: [bytes(1, 2), bytes(3)] },
  contacts: { L: [{ S: 'Ana' }, { M: { phone: { S: '555-0101' } } }] },
  notes: { S: 'ünïcödé and more. '.repeat(200) },
}

const ACTIONS: Readonly<Record<string, AttributeAction>> = {
  patientId: 'SIGN_ONLY',
  visit: 'SIGN_ONLY',
  ward: 'SIGN_ONLY',
  version: 'DO_NOTHING',
}

export const CONTEXT = { tableName: 'Visits', partitionKeyName: 'patientId', sortKeyName: 'visit' }

export function encryptorOf(materialsProvider: CryptographicMaterialsProvider): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider, actions: { attributes: ACTIONS }, context: CONTEXT })
}

/** Writes with one provider, reads with the other, and looks at what was stored in between. */
export async function assertTravels(writer: CryptographicMaterialsProvider, reader = writer, item = ITEM): Promise<Item> {
  const stored = await encryptorOf(writer).encryptItem(item)
  for (const [name, value] of Object.entries(item)) {
    if (ACTIONS[name] === undefined) assert.deepEqual(Object.keys(stored[name] ?? {}), ['B'], `${name} is stored in plaintext`)
    else assert.deepEqual(stored[name], value)
  }
  assert.deepEqual(await encryptorOf(reader).decryptItem(stored), item)
  return stored
}

export function bytesOf(item: Item, name: string): Buffer {
  const value = item[name]?.B
  assert.ok(value instanceof Uint8Array, `${name} is no B`)
  return Buffer.from(value)
}

/** The material description's pairs: names and values in turn, each with its length before it, behind a version. */
export function descriptionOf(item: Item): Map<string, string> {
  const description = bytesOf(item, DESCRIPTION)
  const texts: string[] = []
  for (let at = 4; at < description.length; at += 4 + description.readUInt32BE(at)) {
    texts.push(description.toString('utf8', at + 4, at + 4 + description.readUInt32BE(at)))
  }
  return new Map(Array.from({ length: texts.length / 2 }, (_, pair) => [texts[2 * pair] ?? '', texts[2 * pair + 1] ?? '']))
}

export function withDescription(item: Item, entries: ReadonlyMap<string, string>): Item {
  const parts = [...entries].flat().map((text) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(Buffer.byteLength(text))
    return Buffer.concat([length, Buffer.from(text)])
  })
  return { ...item, [DESCRIPTION]: { B: Buffer.concat([Buffer.alloc(4), ...parts]) } }
}
