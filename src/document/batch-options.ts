// How batches are sent: how many requests at once, and how long DynamoDB may put them off.
import { pauseBeforeRetry } from '../client/back-off.js'
import { DynamoDBEncryptionError } from '../errors.js'

export interface BatchOptions {
  /** When it aborts, no further request is sent, and the batch ends with its reason. */
  readonly signal?: AbortSignal | undefined
  /** How many requests are under way at once: 4 where left out. */
  readonly concurrency?: number | undefined
  /** How often in a row DynamoDB may process nothing of a request before the batch fails: 10 where left out. */
  readonly maxAttempts?: number | undefined
  /**
   * Waits before what DynamoDB has left unprocessed is sent again. Where left out: a random part of 50 ms that double each time in a row that
   * nothing is processed, up to 5 seconds.
   *
   * @param attempt - 1 for the first repetition, and again whenever something was processed
   */
  readonly pause?: ((attempt: number, signal?: AbortSignal) => Promise<void>) | undefined
}

/** {@link BatchOptions}, checked, nothing left out. */
export interface BatchSettings {
  readonly signal: AbortSignal | undefined
  readonly concurrency: number
  readonly maxAttempts: number
  readonly pause: (attempt: number, signal?: AbortSignal) => Promise<void>
}

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` */
export function batchSettings({ signal, concurrency = 4, maxAttempts = 10, pause = pauseBeforeRetry }: BatchOptions): BatchSettings {
  assertCount('concurrency', concurrency)
  assertCount('maxAttempts', maxAttempts)
  return { signal, concurrency, maxAttempts, pause }
}

function assertCount(option: string, value: number): void {
  if ((Number.isInteger(value) || value === Infinity) && value >= 1) return
  throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `${option} is a whole number from 1`)
}
