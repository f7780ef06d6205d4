// A random item with its stored form, and reading it: what the tampering properties start from.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ItemEncryptor, type AttributeActions, type EncryptionContext, type Item } from 'dynamodb-encryption-client'
import type { ItemCase } from './arbitraries.js'
import type { ProviderRow } from './provider-rows.js'
import { DESCRIPTION, SIGNATURE } from './reference-format.js'

/** How an item is read: other than it was written, in part, for an attack. */
export interface Reading {
  readonly actions?: AttributeActions
  readonly context?: EncryptionContext
  readonly signer?: number
}

export class ProtectedItem {
  readonly given: ItemCase
  readonly row: ProviderRow
  readonly stored: Item
  readonly signatureName: string
  readonly descriptionName: string

  static async from(given: ItemCase, row: ProviderRow): Promise<ProtectedItem> {
    return new ProtectedItem(given, row, await encryptorFor(given, row).encryptItem(given.item))
  }

  private constructor(given: ItemCase, row: ProviderRow, stored: Item) {
    this.given = given
    this.row = row
    this.stored = stored
    this.signatureName = given.names.signatureAttribute ?? SIGNATURE
    this.descriptionName = given.names.materialDescriptionAttribute ?? DESCRIPTION
  }

  read(stored: Item, reading: Reading = {}): Promise<Item> {
    return encryptorFor(this.given, this.row, reading).decryptItem(stored)
  }

  /** Another item under the same keys, actions and context. */
  storedLikewise(item: Item): Promise<Item> {
    return encryptorFor(this.given, this.row).encryptItem(item)
  }

  namesWith(...actions: readonly string[]): string[] {
    return Object.keys(this.given.item).filter((name) => actions.includes(this.given.actions.actionFor(name)))
  }
}

function encryptorFor({ names, compatibility, ...given }: ItemCase, { make }: ProviderRow, reading: Reading = {}): ItemEncryptor {
  const { actions = given.actions, context = given.context, signer = 0 } = reading
  return new ItemEncryptor({ materialsProvider: make(signer), actions, context, compatibility, ...names })
}

/** The item with these attributes in the place of its own; `undefined` takes one away. Own properties, whatever their names. */
export function altered(item: Item, changes: Iterable<readonly [name: string, value: AttributeValue | undefined]>): Item {
  const attributes = new Map<string, AttributeValue | undefined>(Object.entries(item))
  for (const [name, value] of changes) attributes.set(name, value)
  return Object.fromEntries([...attributes].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

export function attributeOf(item: Item, name: string): AttributeValue {
  const value = new Map(Object.entries(item)).get(name)
  if (value === undefined) throw new Error('the item has no such attribute')
  return value
}
