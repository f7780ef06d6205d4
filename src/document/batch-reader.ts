// Items of any number of keys, read 100 at a time.
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { Document } from '../item/documents.js'
import type { Item } from '../items.js'
import { forEachParallel } from '../parallel.js'
import type { BatchSettings } from './batch-options.js'
import { sendUntilProcessed } from './unprocessed.js'

/** DynamoDB's limit for BatchGetItem. */
const MOST_KEYS = 100

/** One answer to BatchGetItem. */
export interface BatchPart {
  readonly items: readonly Document[]
  readonly unprocessed: readonly Document[]
  readonly consumed: readonly ConsumedCapacity[]
  readonly unverified: readonly Item[]
}

/** All of them. */
export type WholeBatch = Omit<BatchPart, 'unprocessed'>

/**
 * Each key is read once, however often it is given.
 *
 * @param read - sends one BatchGetItem
 * @throws UnfinishedBatchError with the caller's own keys, where DynamoDB put them off too often; what `read` throws; the signal's reason
 */
export async function readBatch(
  keys: readonly Document[],
  keyText: (key: Document) => string,
  read: (keys: readonly Document[]) => Promise<BatchPart>,
  settings: BatchSettings,
): Promise<WholeBatch> {
  const byText = [...new Map(keys.map((key) => [keyText(key), key]))]
  const chunks = Array.from({ length: Math.ceil(byText.length / MOST_KEYS) }, (_, index) => {
    const chunk = new Map(byText.slice(index * MOST_KEYS, (index + 1) * MOST_KEYS))
    return { chunk, parts: new Array<BatchPart>() }
  })
  await forEachParallel(
    chunks,
    settings.concurrency,
    ({ chunk, parts }) =>
      sendUntilProcessed(
        chunk,
        async (left) => {
          const part = await read([...left.values()])
          parts.push(part)
          return new Set(part.unprocessed.map(keyText))
        },
        settings,
      ),
    settings.signal,
  )
  const parts = chunks.flatMap((chunk) => chunk.parts)
  return {
    items: parts.flatMap(({ items }) => items),
    consumed: parts.flatMap(({ consumed }) => consumed),
    unverified: parts.flatMap(({ unverified }) => unverified),
  }
}
