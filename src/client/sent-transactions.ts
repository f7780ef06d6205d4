// Transactions that were sent with a token of the caller's: repeated, they must be the same to the byte, and every encryption is another one.
import type { TransactWriteItem, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { itemSize } from './item-size.js'

/** As long as DynamoDB remembers a token ("ClientRequestToken" in its API reference), in milliseconds. */
const TOKEN_LIFETIME = 10 * 60 * 1000
const MOST_TRANSACTIONS = 1000
/** Bytes of items. */
const LARGEST_SUM = 64 * 1024 * 1024

interface SentTransaction {
  /** Of the caller's request, under a key of this process: plaintext is not kept. */
  readonly digest: string
  readonly items: TransactWriteItem[]
}

export class SentTransactions {
  readonly #key = randomBytes(32)
  readonly #sent = new LRUCache<string, SentTransaction>({
    max: MOST_TRANSACTIONS,
    maxSize: LARGEST_SUM,
    ttl: TOKEN_LIFETIME,
    sizeCalculation: ({ items }) => 1 + items.reduce((size, { Put: put }) => size + itemSize(put?.Item ?? {}), 0),
  })

  /** What was sent for the same request with the same token, if it was sent from here. */
  find(request: TransactWriteItemsCommandInput): TransactWriteItem[] | undefined {
    const { ClientRequestToken: token } = request
    const sent = token === undefined ? undefined : this.#sent.get(token)
    return sent?.digest === this.#digestOf(request) ? sent.items : undefined
  }

  /** To be called before it is sent: its answer may be lost. */
  keep(request: TransactWriteItemsCommandInput, items: TransactWriteItem[]): void {
    const { ClientRequestToken: token } = request
    if (token !== undefined) this.#sent.set(token, { digest: this.#digestOf(request), items })
  }

  #digestOf({ TransactItems: items }: TransactWriteItemsCommandInput): string {
    const text = JSON.stringify(items, (_, value: unknown) =>
      value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value,
    )
    return createHmac('sha256', this.#key).update(text).digest('base64')
  }
}
