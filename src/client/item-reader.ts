// The items of one answer: verified and decrypted, in order, a bounded number of them at once.
import { isDynamoDBEncryptionError, withDetails } from '../errors.js'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../items.js'
import { forEachParallel } from '../parallel.js'
import type { Call } from './call.js'
import type { ProtectedTable } from './protected-table.js'

/** An item as DynamoDB returned it; of a table that is not protected, it is as it should be. */
export interface StoredItem {
  readonly table: ProtectedTable | undefined
  readonly item: Item
}

interface ReaderSettings {
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
  /** For writes: the operation has happened, or its condition has failed, whatever comes of the items in the answer. */
  readonly requestApplied?: true
}

export class ItemReader {
  readonly #settings: ReaderSettings
  readonly #unverified: Item[] = []

  constructor(settings: ReaderSettings) {
    this.#settings = settings
  }

  /** @returns undefined for an item that `onItemError` skips */
  async read(table: ProtectedTable | undefined, item: Item): Promise<Item | undefined> {
    if (table === undefined) return item
    try {
      return await table.decrypt(item, this.#unverified)
    } catch (error) {
      const { requestApplied } = this.#settings
      const placed = isDynamoDBEncryptionError(error) ? withDetails(error, { ...table.placeOf(item), requestApplied }) : error
      const { onItemError } = table.settings
      if (onItemError === 'throw' || onItemError(placed, table.placeOf(item)) !== 'skip') throw placed
      return undefined
    }
  }

  /** As {@link ItemReader.read}, for many. An abort rejects with the signal's reason. */
  async readAll(stored: readonly StoredItem[]): Promise<(Item | undefined)[]> {
    const { concurrency, signal } = this.#settings
    const items = new Array<Item | undefined>(stored.length)
    await forEachParallel(
      stored,
      concurrency,
      async ({ table, item }, index) => {
        items[index] = await this.read(table, item)
      },
      signal,
    )
    return items
  }

  /** The answer with the keys of what `allowPlaintextReads` let pass. */
  finish<T extends { readonly $metadata: object }>(output: T): T {
    if (this.#unverified.length === 0) return output
    return { ...output, $metadata: { ...output.$metadata, unverifiedItems: this.#unverified } }
  }
}

/** What is added to an answer's `$metadata` when items were returned as they were stored, because `allowPlaintextReads` said so. */
export interface UnverifiedItemsMetadata {
  /** Their primary keys, as attribute values. */
  readonly unverifiedItems?: readonly Item[]
}

/** What a reader of items takes over from the call. */
export function settingsOf({ tables, signal }: Pick<Call<never, never>, 'tables' | 'signal'>): {
  concurrency: number
  signal: AbortSignal | undefined
} {
  return { concurrency: tables.concurrency, signal }
}

interface OldItemOutput {
  Attributes?: Record<string, AttributeValue> | undefined
  readonly $metadata: object
}

/** The answer with the whole item in it, as ReturnValues ALL_OLD and ALL_NEW have it, decrypted. */
export async function readAttributes<T extends OldItemOutput>(output: T, table: ProtectedTable, reader: ItemReader): Promise<T> {
  if (output.Attributes === undefined) return output
  const item = await reader.read(table, output.Attributes)
  return reader.finish({ ...output, Attributes: item })
}
