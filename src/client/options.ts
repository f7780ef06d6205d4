// What the transparent clients are told, once for all tables and once for each.
import type { Compatibility } from '../format/compatibility.js'
import type { ActionsHistory, AttributeActionsInput } from '../item/attribute-actions.js'
import type { ContextOverride } from '../item/table-name-override.js'
import type { Item } from '../items.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import type { TableInfo } from './table-info.js'

/** Where an item is: its table's bare name, and its primary key. */
export interface ItemPlace {
  readonly tableName: string
  readonly key: Item
}

/**
 * Attribute actions of a table's items: the same for all of them, a history of such actions, or a function of the primary key for a
 * table of several entities. A function gives an item's actions on both sides, so it must answer the same for the same key for ever.
 * `unprotected` items pass through as they are; anyone who can write to the table can change them.
 */
export type Actions = AttributeActionsInput | ActionsHistory | ((key: Item) => AttributeActionsInput | 'unprotected')

/** Called for an item that cannot be verified or decrypted. `skip` goes on without it. */
export type OnItemError = 'throw' | ((error: unknown, where: ItemPlace) => 'skip' | 'throw')

interface ProtectionOptions {
  /** Every attribute but the primary key's is encrypted and signed where left out. */
  readonly actions?: Actions | undefined
  /** For tables restored under another name: see `overrideTableName`. */
  readonly contextOverride?: ContextOverride | undefined
  /** Whose order items are written in; `java` where left out. */
  readonly compatibility?: Compatibility | undefined
  /**
   * For a table on its way to being encrypted. Asked for each item that has neither reserved attribute: true returns it as it is, and lists
   * its key in `output.$metadata.unverifiedItems`. While this is set, whoever can write to the table can put anything into it.
   */
  readonly allowPlaintextReads?: ((where: ItemPlace) => boolean) | undefined
  /** What a read of an index does that holds parts of items, which cannot be verified. `refuse` where left out. */
  readonly partialIndexReads?: 'refuse' | 'fetch' | undefined
  /** `throw` where left out. */
  readonly onItemError?: OnItemError | undefined
}

/** What one table has of its own; the rest is as for all tables. */
export interface TableOptions extends ProtectionOptions {
  readonly materialsProvider?: CryptographicMaterialsProvider | undefined
  /** The table's keys and indexes, for callers without permission to describe it. */
  readonly info?: TableInfo | undefined
}

interface ClientOptions extends ProtectionOptions {
  /** What is done with tables that `tables` does not name. `reject` where left out. */
  readonly otherTables?: 'reject' | 'passThrough' | undefined
  /** How many items of a batch or page wait for their materials at once: 16 where left out. */
  readonly concurrency?: number | undefined
  readonly signatureAttribute?: string | undefined
  readonly materialDescriptionAttribute?: string | undefined
  readonly descriptionPrefix?: string | undefined
  /** Whether conditions, filters and updates on encrypted attributes are worked out in this process. True where left out. */
  readonly localEvaluation?: boolean | undefined
  /** How often an update of encrypted attributes is tried when others write the same item: 10 where left out. */
  readonly maxUpdateAttempts?: number | undefined
}

/** Options of the transparent clients: a materials provider for all tables, or one for each of `tables`. */
export type EncryptedClientOptions = ClientOptions &
  (
    | {
        readonly materialsProvider: CryptographicMaterialsProvider
        /** By name or ARN. Where it is given, only these tables are encrypted; without it, every table is. */
        readonly tables?: Readonly<Record<string, TableOptions>> | undefined
      }
    | {
        readonly materialsProvider?: undefined
        readonly tables: Readonly<Record<string, TableOptions & { readonly materialsProvider: CryptographicMaterialsProvider }>>
      }
  )
