// What someone who can write to the table, and has no key, might do to an item. Each change goes into the table and comes back
// from it through a plain client, as it would in an attack.
import type { Item, ItemEncryptor } from 'dynamodb-encryption-client'
import { sameItem } from './compare.js'
import type { Table } from './table.js'

export interface Tampering {
  readonly what: string
  readonly change: (stored: Item) => Item
  /** The changed item is put into another table, with the same key. */
  readonly moves?: boolean
}

export const TAMPERINGS: readonly Tampering[] = [
  { what: 'flips a byte of notes', change: (stored) => ({ ...stored, notes: withFlippedByte(stored['notes']) }) },
  {
    what: 'swaps email and phone',
    change: (stored) => ({ ...stored, email: valueOf(stored, 'phone'), phone: valueOf(stored, 'email') }),
  },
  { what: 'deletes allergies', change: (stored) => without(stored, 'allergies') },
  {
    what: 'renames bornOn to seenOn',
    change: (stored) => ({ ...without(stored, 'bornOn'), seenOn: valueOf(stored, 'bornOn') }),
  },
  { what: 'moves it to table Archive', change: (stored) => stored, moves: true },
]

export interface Outcome {
  readonly what: string
  /** What reading the item gave: `code` is undefined for an error that is not this package's. */
  readonly result:
    { readonly kind: 'read'; readonly item: Item } | { readonly kind: 'error'; readonly code?: string; readonly message: string }
}

/** Writes each changed item, reads it raw, and tries to decrypt it; the item as it was is put back at the end. */
export async function tamper(stored: Item, table: Table, archive: Table, encryptor: ItemEncryptor): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { what, change, moves = false } of TAMPERINGS) {
    const target = moves ? archive : table
    const changed = change(stored)
    if (!moves && sameItem(changed, stored)) throw new Error(`"${what}" changed nothing: the demo would prove nothing`)
    await target.put(changed)
    outcomes.push({ what, result: await read(await target.get(stored), target.name, encryptor) })
  }
  await table.put(stored)
  return outcomes
}

/** What an application would get for an item that a plain client has read. */
export async function read(stored: Item, tableName: string, encryptor: ItemEncryptor): Promise<Outcome['result']> {
  try {
    return { kind: 'read', item: await encryptor.decryptItem(stored, { context: { tableName } }) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const ours = error.name === 'DynamoDBEncryptionError' && 'code' in error && typeof error.code === 'string'
    return { kind: 'error', message: error.message, ...(ours && { code: String(error.code) }) }
  }
}

function valueOf(item: Item, name: string): Item[string] {
  const value = item[name]
  if (value === undefined) throw new Error(`the demo's item has no ${name}`)
  return value
}

function without(item: Item, name: string): Item {
  valueOf(item, name)
  return Object.fromEntries(Object.entries(item).filter(([other]) => other !== name))
}

function withFlippedByte(value: Item[string] | undefined): Item[string] {
  if (value?.B === undefined) throw new Error('the demo flips a byte of an encrypted attribute, which is of type B')
  const middle = value.B.length >> 1
  return { B: value.B.map((byte, at) => (at === middle ? byte ^ 1 : byte)) }
}
