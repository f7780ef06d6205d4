// What whoever can write the table can do: an item's material description is not signed.
import type { Item } from 'dynamodb-encryption-client'
import { readMaterialDescription, writeMaterialDescription } from '../../src/format/material-description.js'

const DESCRIPTION = '*amzn-ddb-map-desc*'

/** The item with another material id: `orders#17`. */
export function forged(stored: Item, id: string): Item {
  const description = readMaterialDescription(Buffer.from(stored[DESCRIPTION]?.B ?? []))
  return { ...stored, [DESCRIPTION]: { B: writeMaterialDescription({ ...description, 'amzn-ddb-meta-id': id }) } }
}
