// The item encryptor: options in, items out. Merging and checking are here; the work is in encrypt-item.ts and decrypt-item.ts.
import { hasMethod, isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, withDetails } from '../errors.js'
import { COMPATIBILITY, FORMS_TO_CHECK, type Compatibility } from '../format/compatibility.js'
import {
  CBC_MODE,
  DEFAULT_DESCRIPTION_PREFIX,
  mergeDescriptions,
  MODE_SUFFIX,
  SIGNING_ALGORITHM_SUFFIX,
} from '../format/material-description.js'
import type { Item } from '../items.js'
import type { CryptographicMaterialsProvider, EncryptionContext } from '../materials/materials.js'
import { forEachParallel } from '../parallel.js'
import { checkHistory, type CheckedHistory } from './actions-history.js'
import { AttributeActions, type ActionsHistory, type AttributeActionsInput } from './attribute-actions.js'
import { decryptItem } from './decrypt-item.js'
import { documentFromItem, itemFromDocument, type Document, type MarshallOptions, type UnmarshallOptions } from './documents.js'
import { encryptItem } from './encrypt-item.js'
import { assertKeysNotEncrypted, type CallSetup, type ReservedNames } from './encryptor-setup.js'
import type { ContextOverride } from './table-name-override.js'

export interface ItemEncryptorOptions {
  readonly materialsProvider: CryptographicMaterialsProvider
  /** Every attribute is encrypted and signed where left out. An array is a history, newest first: items are written with the first. */
  readonly actions?: AttributeActionsInput | ActionsHistory | undefined
  readonly context?: EncryptionContext | undefined
  /** Applied last, on what constructor and call give together. */
  readonly contextOverride?: ContextOverride | undefined
  /** Whose order items are written in; what either wrote is read. `java` where left out. */
  readonly compatibility?: Compatibility | undefined
  readonly materialDescriptionAttribute?: string | undefined
  readonly signatureAttribute?: string | undefined
  /** Prefix of the description's entries that are the encryptor's own, where Java's caller changed it. */
  readonly descriptionPrefix?: string | undefined
  readonly marshallOptions?: MarshallOptions | undefined
  readonly unmarshallOptions?: UnmarshallOptions | undefined
}

export interface ItemOptions {
  /** Its fields replace those of the constructor one by one, the material description name by name. */
  readonly context?: EncryptionContext | undefined
  /** Replaces the constructor's actions whole. */
  readonly actions?: AttributeActionsInput | ActionsHistory | undefined
}

export interface ItemsOptions extends ItemOptions {
  /** How many items wait for their materials at once: 16 where left out. */
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const DEFAULT_CONCURRENCY = 16

/**
 * Encrypts and signs items, verifies and decrypts them. It talks to no database: give what it returns to any DynamoDB client,
 * or use the transparent clients, which call it for you.
 *
 * @example
 * ```ts
 * const encryptor = new ItemEncryptor({ materialsProvider, context: { tableName: 'People', partitionKeyName: 'id' }, actions: { attributes: { id: 'SIGN_ONLY' } } })
 * const stored = await encryptor.encryptItem({ id: { S: '7' }, diagnosis: { S: 'influenza' } })
 * const item = await encryptor.decryptItem(stored)
 * ```
 */
export class ItemEncryptor {
  readonly #options: ItemEncryptorOptions
  readonly #names: ReservedNames
  readonly #history: CheckedHistory
  readonly #setup: CallSetup
  readonly #histories = new WeakMap<object, CheckedHistory>()

  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`, `INVALID_ACTIONS` */
  constructor(options: ItemEncryptorOptions) {
    assertOptions(options)
    this.#options = { ...options }
    this.#names = reservedNames(options)
    this.#history = checkHistory(options.actions ?? {})
    this.#setup = this.#setupFor({})
  }

  /**
   * @param item - not changed
   * @returns the item as it is to be stored: encrypted attributes of type B, the material description, the signature
   * @throws DynamoDBEncryptionError with any code of its own; whatever the materials provider throws passes through
   */
  encryptItem(item: Item, options?: ItemOptions): Promise<Item> {
    return this.#run(encryptItem, item, options)
  }

  /**
   * @param item - as DynamoDB returns it, whole; not changed
   * @returns the plaintext item, verified first
   */
  decryptItem(item: Item, options?: ItemOptions): Promise<Item> {
    return this.#run(decryptItem, item, options)
  }

  /** As {@link ItemEncryptor.encryptItem}, from native JavaScript values, converted as `marshallOptions` say. */
  async encryptDocument(document: Document, options?: ItemOptions): Promise<Item> {
    return this.encryptItem(itemFromDocument(assertItem(document), this.#options.marshallOptions), options)
  }

  /** As {@link ItemEncryptor.decryptItem}, into native JavaScript values, converted as `unmarshallOptions` say. */
  async decryptDocument(item: Item, options?: ItemOptions): Promise<Document> {
    return documentFromItem(await this.decryptItem(item, options), this.#options.unmarshallOptions)
  }

  /** Encrypts many items, order kept. The first failure rejects with its `index`; an abort rejects with the signal's reason. */
  async encryptItems(items: readonly Item[], options: ItemsOptions = {}): Promise<Item[]> {
    const setup = this.#setupFor(options)
    return eachItem(items, options, (item) => encryptItem(assertItem(item), setup))
  }

  /** Decrypts many items, order kept. The first failure rejects with its `index`; an abort rejects with the signal's reason. */
  async decryptItems(items: readonly Item[], options: ItemsOptions = {}): Promise<Item[]> {
    const setup = this.#setupFor(options)
    return eachItem(items, options, (item) => decryptItem(assertItem(item), setup))
  }

  /** Not an async function, which would wrap the promise in another: every error still is a rejection. */
  #run(work: (item: Item, setup: CallSetup) => Promise<Item>, item: Item, options: ItemOptions | undefined): Promise<Item> {
    try {
      return work(assertItem(item), options === undefined ? this.#setup : this.#setupFor(options))
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #setupFor(call: ItemOptions): CallSetup {
    const { materialsProvider, compatibility = 'java', contextOverride } = this.#options
    const merged = mergeContexts(this.#options.context, call.context)
    const context = contextOverride === undefined ? merged : contextOverride(merged)
    const setup: CallSetup = {
      provider: materialsProvider,
      history: call.actions === undefined ? this.#history : this.#historyOf(call.actions),
      context,
      names: this.#names,
      form: COMPATIBILITY[compatibility],
      formToTry: COMPATIBILITY[compatibility],
      formsToCheck: FORMS_TO_CHECK[compatibility],
    }
    assertKeysNotEncrypted(setup)
    return setup
  }

  /** Kept only for objects that cannot change. */
  #historyOf(actions: AttributeActionsInput | ActionsHistory): CheckedHistory {
    if (!(actions instanceof AttributeActions)) return checkHistory(actions)
    let history = this.#histories.get(actions)
    if (history === undefined) {
      history = checkHistory(actions)
      this.#histories.set(actions, history)
    }
    return history
  }
}

async function eachItem(items: readonly Item[], options: ItemsOptions, work: (item: Item) => Promise<Item>): Promise<Item[]> {
  const { concurrency = DEFAULT_CONCURRENCY, signal } = options
  if (!Number.isInteger(concurrency) || concurrency < 1) throw invalid('concurrency is a whole number from 1')
  const results = new Array<Item>(items.length)
  await forEachParallel(
    items,
    concurrency,
    async (item, index) => {
      try {
        results[index] = await work(item)
      } catch (error) {
        throw isDynamoDBEncryptionError(error) ? withDetails(error, { index }) : error
      }
    },
    signal,
  )
  return results
}

function mergeContexts(base: EncryptionContext = {}, call: EncryptionContext = {}): EncryptionContext {
  return {
    tableName: call.tableName ?? base.tableName,
    partitionKeyName: call.partitionKeyName ?? base.partitionKeyName,
    sortKeyName: call.sortKeyName ?? base.sortKeyName,
    materialDescription: mergeDescriptions(base.materialDescription, call.materialDescription),
  }
}

function reservedNames(options: ItemEncryptorOptions): ReservedNames {
  const {
    materialDescriptionAttribute: materialDescription = '*amzn-ddb-map-desc*',
    signatureAttribute: signature = '*amzn-ddb-map-sig*',
    descriptionPrefix = DEFAULT_DESCRIPTION_PREFIX,
  } = options
  if (materialDescription === '' || signature === '' || materialDescription === signature) {
    throw invalid('materialDescriptionAttribute and signatureAttribute are two different names')
  }
  const mode = asPropertyName(descriptionPrefix + MODE_SUFFIX)
  return {
    materialDescription,
    signature,
    mode,
    modeEntry: Object.freeze({ [mode]: CBC_MODE }),
    signingAlgorithm: asPropertyName(descriptionPrefix + SIGNING_ALGORITHM_SUFFIX),
  }
}

/** The engine's own copy of a name: one put together at run time is looked up letter by letter each time it is used. */
function asPropertyName(name: string): string {
  return Object.keys({ [name]: undefined })[0] ?? name
}

function assertOptions(options: ItemEncryptorOptions): void {
  const given: unknown = options
  const provider: unknown = isPlainObject(given) ? given['materialsProvider'] : undefined
  if (!hasMethod(provider, 'encryptionMaterials') || !hasMethod(provider, 'decryptionMaterials')) {
    throw invalid('ItemEncryptor takes a materialsProvider, such as a WrappedMaterialsProvider')
  }
  const { compatibility = 'java' } = options
  if (!Object.hasOwn(COMPATIBILITY, compatibility)) throw invalid("compatibility is 'java' or 'python'")
}

function assertItem<T extends object>(item: T): T {
  if (!isPlainObject(item)) {
    throw new DynamoDBEncryptionError('INVALID_ITEM', 'an item is an object of attribute names to attribute values')
  }
  return item
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
