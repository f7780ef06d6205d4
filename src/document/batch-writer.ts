// Puts and deletions of any number, sent 25 at a time.
import type { Document } from '../item/documents.js'
import type { BatchSettings } from './batch-options.js'
import type { BatchWriteRequest } from './table-requests.js'
import { UnfinishedBatchError } from './unfinished-batch-error.js'
import { sendUntilProcessed } from './unprocessed.js'

/** DynamoDB's limit for BatchWriteItem. */
const MOST_REQUESTS = 25

/** A table as a batch writer sees it. */
export interface BatchTarget {
  /** A function that gives equal texts for equal keys. */
  keyTexts(): Promise<(keyed: Document) => string>
  /** Sends one BatchWriteItem; answers with what was left unprocessed. */
  write(requests: readonly BatchWriteRequest[]): Promise<readonly BatchWriteRequest[]>
}

/**
 * Writes any number of items in batches: splits, sends several requests at once, and sends again what DynamoDB left unprocessed. Of several
 * requests with one key that wait together only the last is sent; one that comes while an earlier one is under way waits for it. So
 * what is stored in the end is what was given last.
 *
 * A batch is no transaction: other clients see some of its items before others.
 */
export class BatchWriter {
  readonly #target: BatchTarget
  readonly #settings: BatchSettings
  readonly #waiting = new Map<string, BatchWriteRequest>()
  readonly #sent = new Map<string, BatchWriteRequest>()
  readonly #underWay = new Set<Promise<void>>()
  #keyText: Promise<(keyed: Document) => string> | undefined
  #confirmed = 0
  #failure: { readonly error: unknown } | undefined

  /** Made by `EncryptedTable.batchWriter`. */
  constructor(target: BatchTarget, settings: BatchSettings) {
    this.#target = target
    this.#settings = settings
  }

  /** As {@link BatchWriter.write}, of a put. */
  put(item: Document): Promise<void> {
    return this.write({ PutRequest: { Item: item } })
  }

  /** As {@link BatchWriter.write}, of a deletion. */
  delete(key: Document): Promise<void> {
    return this.write({ DeleteRequest: { Key: key } })
  }

  /**
   * Takes a request; it is sent once there are 25, or by {@link BatchWriter.finish}. Waits while too many wait already: await it,
   * and memory stays bounded. The request must not be changed until the writer is finished.
   *
   * @throws what {@link BatchWriter.finish} throws, where an earlier request has failed. A DynamoDBEncryptionError of this request's own key
   *   means that it was not taken, and that is all
   */
  async write(request: BatchWriteRequest): Promise<void> {
    this.#take(await this.#keyOf(request), request)
    this.#start(MOST_REQUESTS)
    while (this.#waiting.size >= MOST_REQUESTS && this.#underWay.size > 0 && this.#failure === undefined) await Promise.race(this.#underWay)
    if (this.#failure !== undefined) throw await this.#ended(this.#failure)
  }

  /**
   * As {@link BatchWriter.write} of each and {@link BatchWriter.finish}. All keys are read first: where one cannot be, nothing is sent.
   */
  async writeAll(requests: readonly BatchWriteRequest[]): Promise<void> {
    const keys = await Promise.all(requests.map((request) => this.#keyOf(request)))
    for (const [index, request] of requests.entries()) this.#take(keys[index] ?? '', request)
    await this.finish()
  }

  /**
   * Sends what waits, and waits until DynamoDB has confirmed everything. More can be written afterwards.
   *
   * @throws UnfinishedBatchError where a part was written and the rest could not be. Where nothing was, the error itself: the SDK's, the
   *   signal's reason, a DynamoDBEncryptionError. {@link BatchWriter.unprocessed} has what is left, either way.
   */
  async finish(): Promise<void> {
    // Behind every request that was given before this.
    await this.#keyText?.catch(() => undefined)
    this.#start(1)
    while (this.#underWay.size > 0 && this.#failure === undefined) {
      await Promise.race(this.#underWay)
      this.#start(1)
    }
    if (this.#failure !== undefined) throw await this.#ended(this.#failure)
  }

  /** As {@link BatchWriter.finish}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish()
  }

  /** Requests that DynamoDB has not confirmed so far, as they were given, each key once: after a failure, what is left to be done. */
  get unprocessed(): readonly BatchWriteRequest[] {
    return [...new Map([...this.#sent, ...this.#waiting]).values()]
  }

  /** The same promise for all, so that requests keep their order. What failed is asked again by the next. */
  async #keyOf(request: BatchWriteRequest): Promise<string> {
    this.#keyText ??= this.#target.keyTexts()
    const asked = this.#keyText
    try {
      const keyText = await asked
      return keyText(keyedOf(request))
    } catch (error) {
      if (this.#keyText === asked) this.#keyText = undefined
      throw error
    }
  }

  #take(key: string, request: BatchWriteRequest): void {
    this.#waiting.delete(key)
    this.#waiting.set(key, request)
  }

  /** Sends what can be sent, in batches of 25, as long as there are that many or at least `least`. */
  #start(least: number): void {
    const { concurrency, signal } = this.#settings
    if (signal?.aborted === true) this.#failure ??= { error: signal.reason }
    while (this.#failure === undefined && this.#underWay.size < concurrency && this.#waiting.size >= least) {
      const batch = this.#nextBatch()
      if (batch.size < least || batch.size === 0) return
      this.#send(batch)
    }
  }

  /** The oldest that wait, but for those whose key is under way. */
  #nextBatch(): Map<string, BatchWriteRequest> {
    const batch = new Map<string, BatchWriteRequest>()
    for (const [key, request] of this.#waiting) {
      if (batch.size === MOST_REQUESTS) break
      if (!this.#sent.has(key)) batch.set(key, request)
    }
    return batch
  }

  #send(batch: ReadonlyMap<string, BatchWriteRequest>): void {
    for (const [key, request] of batch) {
      this.#waiting.delete(key)
      this.#sent.set(key, request)
    }
    const sending = sendUntilProcessed(
      batch,
      (requests) => this.#sendOnce(requests),
      this.#settings,
      () => this.#failure !== undefined,
    )
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .then(() => {
        this.#underWay.delete(sending)
        this.#start(MOST_REQUESTS)
      })
    this.#underWay.add(sending)
  }

  /** @returns the keys of what was left unprocessed */
  async #sendOnce(requests: ReadonlyMap<string, BatchWriteRequest>): Promise<ReadonlySet<string>> {
    const unprocessed = await this.#target.write([...requests.values()])
    const left = new Set(await Promise.all(unprocessed.map((request) => this.#keyOf(request))))
    for (const key of requests.keys()) {
      if (left.has(key)) continue
      this.#sent.delete(key)
      this.#confirmed++
    }
    return left
  }

  /** What a failure is told as, once no request is under way any more, so that what is left is known. */
  async #ended({ error }: { readonly error: unknown }): Promise<unknown> {
    await Promise.all(this.#underWay)
    const cause = error instanceof UnfinishedBatchError ? error.cause : error
    if (this.#confirmed === 0 && cause === error) return error
    const { unprocessed } = this
    return new UnfinishedBatchError(unprocessed, this.#confirmed + unprocessed.length, cause)
  }
}

/** The item or key that a request has; whatever is no request is refused when it is sent. */
function keyedOf({ PutRequest, DeleteRequest }: BatchWriteRequest): Document {
  return PutRequest?.Item ?? DeleteRequest?.Key ?? {}
}
