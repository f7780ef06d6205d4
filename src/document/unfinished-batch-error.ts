// A batch that was done in part: what is left must be known, or it is lost.

/**
 * A batch ended before DynamoDB had confirmed all of it. `cause` is the reason: DynamoDB's or the SDK's error, the reason of an AbortSignal,
 * an error of a materials provider; there is none where DynamoDB put the rest off too often.
 *
 * `unprocessed` holds the caller's own requests in plaintext. It is no property of the object itself, so that a logger does not print it.
 */
export class UnfinishedBatchError<Request> extends Error {
  override readonly name = 'UnfinishedBatchError'
  readonly #unprocessed: readonly Request[]

  constructor(unprocessed: readonly Request[], total: number, cause?: unknown) {
    const count = `${String(unprocessed.length)} of ${String(total)}`
    super(
      `${count} requests of a batch are left: ${cause === undefined ? 'DynamoDB put them off too often' : 'cause has the reason'}, unprocessed has the requests`,
      cause === undefined ? undefined : { cause },
    )
    this.#unprocessed = unprocessed
  }

  /**
   * What DynamoDB has not confirmed, each key once: the requests as they were given, to be sent again. One whose answer was lost may have
   * been applied; a put or a deletion does no harm the second time.
   */
  get unprocessed(): readonly Request[] {
    return this.#unprocessed
  }
}
