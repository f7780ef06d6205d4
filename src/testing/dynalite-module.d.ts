// dynalite 4 has no types: this is the part of it that is used here (its README, "API").
declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface Options {
    /** Milliseconds that a table spends in CREATING, DELETING and UPDATING; 500 each unless given. */
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
    /** The largest item, in KiB of 1024 bytes; 400 unless given. */
    readonly maxItemSizeKb?: number
  }

  /** A server that does not listen yet. Closing it closes its store. */
  export default function dynalite(options?: Options): Server
}
