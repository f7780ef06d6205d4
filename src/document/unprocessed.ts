// The part of a batch that DynamoDB has put off, sent again until it is through.
import type { BatchSettings } from './batch-options.js'
import { UnfinishedBatchError } from './unfinished-batch-error.js'

/**
 * @param parts - by key, the caller's own
 * @param send - sends them; answers with the keys of those that were put off
 * @param isStopped - asked after each pause
 * @throws UnfinishedBatchError where nothing was processed `maxAttempts` times in a row; what `send` throws; the signal's reason
 */
export async function sendUntilProcessed<T>(
  parts: ReadonlyMap<string, T>,
  send: (parts: ReadonlyMap<string, T>) => Promise<ReadonlySet<string>>,
  { maxAttempts, pause, signal }: BatchSettings,
  isStopped: () => boolean = () => false,
): Promise<void> {
  let left = parts
  for (let fruitless = 0; left.size > 0 && !isStopped();) {
    const { putOff, throttling } = await attempt(left, send)
    const before = left.size
    left = new Map([...left].filter(([key]) => putOff.has(key)))
    if (left.size === 0) return
    fruitless = left.size < before ? 0 : fruitless + 1
    if (fruitless >= maxAttempts) throw new UnfinishedBatchError([...left.values()], parts.size, throttling)
    await pause(fruitless + (left.size < before ? 1 : 0), signal)
    signal?.throwIfAborted()
  }
}

interface Answer {
  readonly putOff: { has(key: string): boolean }
  readonly throttling?: unknown
}

/** Where nothing at all of a request could be processed, DynamoDB answers with an error, once the SDK's own retries are over. */
async function attempt<T>(
  parts: ReadonlyMap<string, T>,
  send: (parts: ReadonlyMap<string, T>) => Promise<ReadonlySet<string>>,
): Promise<Answer> {
  try {
    return { putOff: await send(parts) }
  } catch (error) {
    if (error instanceof Error && THROTTLING.has(error.name)) return { putOff: parts, throttling: error }
    throw error
  }
}

const THROTTLING: ReadonlySet<string> = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])
