// What a row of invalid requests is made of.
import type { Item } from 'dynamodb-encryption-client'
import type { Call } from './call.js'
import type { Random } from './random.js'
import type { ShapeName, TableShape } from './shapes.js'

export interface RowContext {
  readonly random: Random
  readonly shape: TableShape
  /** Of an item that is there, where there is one. */
  readonly key: Item
  /** With that key. */
  readonly item: Item
}

/** One kind of request that DynamoDB refuses. */
export interface InvalidRow {
  /** Where, and which kind of fault: `get: key cut short`. */
  readonly label: string
  /** The table that it needs; any where left out. */
  readonly on?: ShapeName
  readonly call: (context: RowContext) => Call
  /** Where the encrypted client refuses it otherwise than DynamoDB: its error's code, or else its name, and why. */
  readonly byDesign?: { readonly refusal: string; readonly why: string }
}
