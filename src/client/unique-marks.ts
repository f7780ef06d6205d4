// Whether a stored item can be told from every other by its signature and material description.
import type { Item } from '../items.js'
import { isWritten } from './current-item.js'
import type { ProtectedTable } from './protected-table.js'

/**
 * Fresh IVs, a fresh wrapped key or a signature with randomness in it make them unique. A sign-only item under a deterministic signature
 * has none of them: signed a second time it looks the same, and that is how it is found out here.
 */
export async function isUniquelyMarked(item: Item, stored: Item, table: ProtectedTable): Promise<boolean> {
  const protection = table.protectionOf(item)
  if (protection === 'unprotected' || !protection.takesAction) return false
  if (Object.keys(item).some((name) => protection.newestActionFor(name) === 'ENCRYPT_AND_SIGN')) return true
  return !isWritten(await table.encrypt(item), stored, table)
}
