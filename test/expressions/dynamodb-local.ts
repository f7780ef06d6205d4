// Asks DynamoDB Local what it makes of an expression, by plain HTTP: the SDK would cost more than the server.
// DYNAMODB_ENDPOINT names it; without one the suites that ask it are skipped.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { Agent, request } from 'node:http'
import { itemFromJson as revived, itemToJson as written } from '../../src/migrate/dynamodb-json.js'
import type { Item } from '../../src/items.js'

export const endpoint = process.env['DYNAMODB_ENDPOINT']

/** What the server answered: a body, or an error's name and message. */
export type Answer<T> = { readonly ok: T } | { readonly error: string; readonly message: string; readonly item?: Item }

export interface ExpressionParameters {
  readonly names?: Readonly<Record<string, string>> | undefined
  readonly values?: Readonly<Item> | undefined
}

export class LocalTable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 })
  readonly #endpoint: string
  readonly name: string

  constructor(endpointUrl: string, name: string) {
    this.#endpoint = endpointUrl
    this.name = name
  }

  /** A table with the partition key `pk` and the sort key `sk`, both strings. */
  async create(): Promise<void> {
    const answer = await this.#call('CreateTable', {
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    })
    if ('error' in answer) throw new Error(`${answer.error}: ${answer.message}`)
  }

  async drop(): Promise<void> {
    await this.#call('DeleteTable', {})
    this.#agent.destroy()
  }

  put(item: Item, more: Readonly<Record<string, unknown>> = {}): Promise<Answer<Reply>> {
    return this.#call('PutItem', { Item: written(item), ...more })
  }

  /** At most 25. */
  async putAll(items: readonly Item[]): Promise<void> {
    const requests = items.map((item) => ({ PutRequest: { Item: written(item) } }))
    const answer = await this.#call('BatchWriteItem', { RequestItems: { [this.name]: requests } })
    if ('error' in answer) throw new Error(`${answer.error}: ${answer.message}`)
  }

  get(key: Item, more: Readonly<Record<string, unknown>> = {}): Promise<Answer<Reply>> {
    return this.#call('GetItem', { Key: written(key), ConsistentRead: true, ...more })
  }

  update(key: Item, more: Readonly<Record<string, unknown>>): Promise<Answer<Reply>> {
    return this.#call('UpdateItem', { Key: written(key), ...more })
  }

  delete(key: Item, more: Readonly<Record<string, unknown>>): Promise<Answer<Reply>> {
    return this.#call('DeleteItem', { Key: written(key), ...more })
  }

  query(more: Readonly<Record<string, unknown>>): Promise<Answer<Reply>> {
    return this.#call('Query', { ConsistentRead: true, ...more })
  }

  async #call(operation: string, input: Readonly<Record<string, unknown>>): Promise<Answer<Reply>> {
    const body = JSON.stringify({ TableName: this.name, ...input })
    const { status, text } = await this.#post(operation, body)
    const reply = JSON.parse(text) as Record<string, unknown>
    if (status === 200) return { ok: replyOf(reply) }
    const type = String(reply['__type'])
    const message = String(reply['message'] ?? reply['Message'])
    return { error: type.slice(type.indexOf('#') + 1), message, ...(isWire(reply['Item']) && { item: revived(reply['Item']) }) }
  }

  #post(operation: string, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
      }
      const sent = request(this.#endpoint, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

/** The parts of answers that the suites look at. */
export interface Reply {
  readonly item?: Item | undefined
  readonly attributes?: Item | undefined
  readonly items?: readonly Item[] | undefined
  readonly count?: number | undefined
}

function replyOf(reply: Readonly<Record<string, unknown>>): Reply {
  const { Item, Attributes, Items, Count } = reply
  return {
    item: isWire(Item) ? revived(Item) : undefined,
    attributes: isWire(Attributes) ? revived(Attributes) : undefined,
    items: Array.isArray(Items) ? Items.filter(isWire).map(revived) : undefined,
    count: typeof Count === 'number' ? Count : undefined,
  }
}

function isWire(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** ExpressionAttributeNames and ExpressionAttributeValues. */
export function parameters({ names, values }: ExpressionParameters): Record<string, unknown> {
  return {
    ...(names && { ExpressionAttributeNames: names }),
    ...(values && { ExpressionAttributeValues: written(values) }),
  }
}

/** The message of an answer that is an error, or undefined. */
export function messageOf(answer: Answer<unknown>): string | undefined {
  return 'error' in answer && answer.error === 'ValidationException' ? answer.message : undefined
}

export const S = (text: string): AttributeValue => ({ S: text })
export const N = (number: number | string): AttributeValue => ({ N: String(number) })
