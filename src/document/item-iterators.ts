// Items one by one, across the pages of Query and Scan.
import { setMaxListeners } from 'node:events'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Document } from '../item/documents.js'

/** Options of `queryItems`. */
export interface QueryItemsOptions {
  /** How many items DynamoDB reads for a page, before it filters them: as many as fit into 1 MB where left out. */
  readonly pageSize?: number | undefined
  /** When it aborts, the iteration rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** Options of `scanItems`. */
export interface ScanItemsOptions extends QueryItemsOptions {
  /** In how many parts the table is read at the same time: 1 where left out. Each keeps one page in memory. */
  readonly segments?: number | undefined
}

/** What the iterators look at of an answer. */
interface Page {
  readonly Items?: Document[] | undefined
  readonly LastEvaluatedKey?: Document | undefined
}

/** Reads the page after a key, or the first. */
export type ReadPage = (after: Document | undefined, signal: AbortSignal | undefined) => Promise<Page>

/** A page is asked for when its first item is. */
export async function* itemsOf(
  readPage: ReadPage,
  start: Document | undefined,
  signal?: AbortSignal,
): AsyncGenerator<Document, void, undefined> {
  let after = start
  do {
    const page = await readPage(after, signal)
    yield* itemsOfPage(page, signal)
    after = page.LastEvaluatedKey
  } while (after !== undefined)
}

function* itemsOfPage({ Items: items = [] }: Page, signal: AbortSignal | undefined): Generator<Document, void, undefined> {
  for (const item of items) {
    signal?.throwIfAborted()
    yield item
  }
}

/**
 * The items of several segments, in the order in which their pages come. A segment's next page is asked for when the last one's items are
 * through, so that memory holds a page of each at most. Whoever leaves the iteration early ends the requests under way.
 */
export async function* itemsOfSegments(
  readPageOf: (segment: number) => ReadPage,
  segments: number,
  signal?: AbortSignal,
): AsyncGenerator<Document, void, undefined> {
  const left = new AbortController()
  const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal])
  // Each request under way listens, and Node warns of more than ten.
  setMaxListeners(0, stop)
  const pages = new Map<number, Promise<{ readonly segment: number; readonly page: Page }>>()
  const read = (segment: number, after: Document | undefined): void => {
    const page = readPageOf(segment)(after, stop).then((answer) => ({ segment, page: answer }))
    // Whoever fails first is told; the others' failures have nobody to hear them.
    page.catch(() => undefined)
    pages.set(segment, page)
  }
  try {
    for (let segment = 0; segment < segments; segment++) read(segment, undefined)
    while (pages.size > 0) {
      const { segment, page } = await Promise.race(pages.values())
      pages.delete(segment)
      yield* itemsOfPage(page, signal)
      if (page.LastEvaluatedKey !== undefined) read(segment, page.LastEvaluatedKey)
    }
  } finally {
    left.abort()
    await Promise.allSettled(pages.values())
  }
}

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` */
export function assertSegments(segments: number): number {
  if (Number.isInteger(segments) && segments >= 1 && segments <= 1_000_000) return segments
  throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'segments is a whole number from 1 to 1,000,000')
}
