// How long to wait before what DynamoDB has put off is asked for again.
import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 5000

/**
 * Waits a random part of a time that doubles with each attempt (milliseconds), so that many callers do not come back at once.
 *
 * @param attempt - 1 for the first repetition
 * @throws the signal's reason when it aborts
 */
export async function pauseBeforeRetry(attempt: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
  try {
    await setTimeout(randomInt(1, longest + 1), undefined, signal === undefined ? undefined : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
