// Errors that pass: a migration runs for days, and waits through a throttled table or a lost connection.
import { pauseBeforeRetry } from '../client/back-off.js'

const TRANSIENT: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'DependencyTimeoutException',
  'KMSInternalException',
  'LimitExceededException',
  'TransactionInProgressException',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
])

/** Of the error itself, or of what caused it. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code: unknown = 'code' in error ? error.code : undefined
  return TRANSIENT.has(error.name) || (typeof code === 'string' && TRANSIENT.has(code)) || isTransient(error.cause)
}

/** After the SDK's own retries. With pauses up to 5 seconds these are some minutes. */
const MOST_ATTEMPTS = 60

/** Calls again what fails with an error that passes. */
export async function patiently<T>(call: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (!isTransient(error) || attempt >= MOST_ATTEMPTS) throw error
      await pauseBeforeRetry(attempt, signal)
    }
  }
}
