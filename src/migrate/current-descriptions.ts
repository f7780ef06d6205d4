// Whether an item's material description is what would be written now: how a former version of a key is told from the newest.
import { LRUCache } from 'lru-cache'
import { readMaterialDescription, WRAPPED_KEY } from '../format/material-description.js'
import { getOwn, type Item } from '../items.js'
import type { ProtectedTable } from '../client/protected-table.js'

/** As many as there may be tenants with materials of their own. */
const MOST_KEPT = 10_000

export interface DescriptionComparison {
  readonly isCurrent: boolean
  /** The item encrypted; once, however often it is called. */
  readonly after: () => Promise<Item>
}

export class CurrentDescriptions {
  readonly #table: ProtectedTable
  /** Descriptions that this process has written, without their wrapped keys. */
  readonly #written = new LRUCache<string, true>({ max: MOST_KEPT })

  constructor(table: ProtectedTable) {
    this.#table = table
  }

  /**
   * Encrypting tells what would be written, and is done once for each description there is: the items that have one that was written here
   * before cost nothing.
   *
   * @param holds - whether the stored item is readable as it is
   */
  async compare(stored: Item, item: Item, holds: boolean): Promise<DescriptionComparison> {
    let encrypted: Promise<Item> | undefined
    const after = (): Promise<Item> => {
      encrypted ??= this.#encrypt(item)
      return encrypted
    }
    if (!holds) return { isCurrent: false, after }
    const text = this.#textOf(stored)
    if (this.#written.has(text)) return { isCurrent: true, after }
    return { isCurrent: this.#textOf(await after()) === text, after }
  }

  async #encrypt(item: Item): Promise<Item> {
    const encrypted = await this.#table.encrypt(item)
    this.#written.set(this.#textOf(encrypted), true)
    return encrypted
  }

  #textOf(stored: Item): string {
    const bytes = getOwn(stored, this.#table.settings.materialDescriptionAttribute)?.B
    if (bytes === undefined) return ''
    const entries = Object.entries(readMaterialDescription(bytes)).filter(([name]) => name !== WRAPPED_KEY)
    return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
