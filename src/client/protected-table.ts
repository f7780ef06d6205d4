// A table whose items are protected: what its items look like stored, and the way back.
import { LRUCache } from 'lru-cache'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { Item } from '../items.js'
import { attributeActions, type AttributeActions } from '../item/attribute-actions.js'
import type { ItemEncryptorOptions } from '../item/item-encryptor.js'
import { itemProtection, type ItemProtection } from './item-protection.js'
import { keyOf } from './item-key.js'
import type { Actions, ItemPlace, OnItemError } from './options.js'
import type { PrimaryIndex, SecondaryIndex, TableInfo } from './table-info.js'

/** Everything that is told of one table, options of all tables merged in. */
export interface TableSettings extends Omit<ItemEncryptorOptions, 'actions' | 'context'> {
  readonly actions: Actions
  readonly allowPlaintextReads: ((where: ItemPlace) => boolean) | undefined
  readonly partialIndexReads: 'refuse' | 'fetch'
  readonly onItemError: OnItemError
  readonly signatureAttribute: string
  readonly materialDescriptionAttribute: string
}

/** How many sets of actions of a function are kept: as many entities as a table may well hold. */
const MOST_PROTECTIONS = 1000

export class ProtectedTable {
  /** The name or ARN that requests have. */
  readonly requestName: string
  readonly info: TableInfo
  readonly settings: TableSettings
  /** The info's as they were when this table was set up. */
  readonly primaryIndex: PrimaryIndex
  readonly secondaryIndexes: readonly SecondaryIndex[]
  readonly keyNames: readonly string[]
  readonly #allKeyNames: ReadonlySet<string>
  /** One for all items, or a function of their keys. */
  readonly #protection: ItemProtection | ((key: Item) => ItemProtection | 'unprotected')

  /** @throws DynamoDBEncryptionError `INVALID_ACTIONS`, `INVALID_CONFIGURATION` */
  constructor(requestName: string, info: TableInfo, settings: TableSettings) {
    const { actions, ...rest } = settings
    this.requestName = requestName
    this.info = info
    this.settings = settings
    this.primaryIndex = info.primaryIndex
    this.secondaryIndexes = info.secondaryIndexes
    this.keyNames = info.protectedIndexKeys()
    this.#allKeyNames = new Set([...this.keyNames, ...info.secondaryIndexKeys()])
    const encryptorOptions: Omit<ItemEncryptorOptions, 'actions' | 'context'> = {
      materialsProvider: rest.materialsProvider,
      contextOverride: rest.contextOverride,
      compatibility: rest.compatibility,
      signatureAttribute: rest.signatureAttribute,
      materialDescriptionAttribute: rest.materialDescriptionAttribute,
      descriptionPrefix: rest.descriptionPrefix,
    }
    if (typeof actions !== 'function') {
      this.#protection = itemProtection(actions, info, encryptorOptions)
      return
    }
    const protections = new LRUCache<string, ItemProtection>({ max: MOST_PROTECTIONS })
    this.#protection = (key) => {
      const given = actions(key)
      if (given === 'unprotected') return given
      const checked = attributeActions(given)
      const text = actionsText(checked)
      let protection = protections.get(text)
      if (protection === undefined) {
        protection = itemProtection(checked, info, encryptorOptions)
        protections.set(text, protection)
      }
      return protection
    }
  }

  get tableName(): string {
    return this.info.tableName
  }

  /** Undefined where actions are a function of the key: then nothing is known of an attribute without its item. */
  get sharedProtection(): ItemProtection | undefined {
    return typeof this.#protection === 'function' ? undefined : this.#protection
  }

  /** @param item - an item, or its key: nothing else of it is looked at */
  protectionOf(item: Item): ItemProtection | 'unprotected' {
    return typeof this.#protection === 'function' ? this.#protection(keyOf(item, this.keyNames)) : this.#protection
  }

  placeOf(item: Item): ItemPlace {
    return { tableName: this.tableName, key: keyOf(item, this.keyNames) }
  }

  /** Whether an attribute belongs to the primary key or to a secondary index's: then no item has it encrypted. */
  isKeyAttribute(attributeName: string): boolean {
    return this.#allKeyNames.has(attributeName)
  }

  isReserved(attributeName: string): boolean {
    return attributeName === this.settings.signatureAttribute || attributeName === this.settings.materialDescriptionAttribute
  }

  /** @throws DynamoDBEncryptionError with any code of the item encryptor */
  async encrypt(item: Item): Promise<Item> {
    const protection = this.protectionOf(item)
    if (protection !== 'unprotected') {
      if (protection.takesAction) this.#assertCanComeBack(item)
      return protection.encryptor.encryptItem(item)
    }
    this.#assertNothingReserved(item)
    return item
  }

  /**
   * Verified, then decrypted.
   *
   * @param unverified - gets the key of an item that is returned as it was stored, because `allowPlaintextReads` says so
   */
  async decrypt(item: Item, unverified: Item[]): Promise<Item> {
    const protection = this.protectionOf(item)
    if (protection === 'unprotected') {
      this.#assertNothingReserved(item)
      return item
    }
    if (protection.takesAction && this.#mayPassUnverified(item)) {
      unverified.push(keyOf(item, this.keyNames))
      return item
    }
    return protection.encryptor.decryptItem(item)
  }

  /** Whether an item was never written by this library: it lacks both reserved attributes. With one of them it was, and was changed since. */
  isUnsigned(item: Item): boolean {
    const { signatureAttribute, materialDescriptionAttribute } = this.settings
    return !Object.hasOwn(item, signatureAttribute) && !Object.hasOwn(item, materialDescriptionAttribute)
  }

  #mayPassUnverified(item: Item): boolean {
    const { allowPlaintextReads } = this.settings
    return allowPlaintextReads !== undefined && this.isUnsigned(item) && allowPlaintextReads(this.placeOf(item))
  }

  /**
   * The AWS SDK (3.1162) hands out a top-level attribute of this name without its value, which no signature survives: whoever wrote it could
   * not read it back. Inside a map the name does no harm.
   */
  #assertCanComeBack(item: Item): void {
    if (!Object.hasOwn(item, '__proto__')) return
    throw new DynamoDBEncryptionError(
      'INVALID_ITEM',
      'attribute "__proto__": the AWS SDK for JavaScript loses an attribute of this name when it reads an item, so the item could never be ' +
        'verified again. Give it another name, or put it into a map.',
      { attributeName: '__proto__', ...this.placeOf(item) },
    )
  }

  #assertNothingReserved(item: Item): void {
    const name = Object.keys(item).find((attributeName) => this.isReserved(attributeName))
    if (name === undefined) return
    throw new DynamoDBEncryptionError(
      'INVALID_ITEM',
      `an unprotected item holds the reserved attribute ${quote(name)}: it is a protected item moved to this key, or the actions of its key ` +
        `have changed`,
      { attributeName: name, ...this.placeOf(item) },
    )
  }
}

function actionsText(actions: AttributeActions): string {
  return JSON.stringify([actions.default, ...actions.attributes])
}
