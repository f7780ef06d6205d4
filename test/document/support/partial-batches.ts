// A server that leaves parts of batches unprocessed, as DynamoDB does when a table's capacity is used up.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** How many of a batch's members are processed: with none the answer names all of them; `throttled` is the error that DynamoDB has for that. */
export type Processed = number | 'throttled'

/** A batch of one table, on its way. */
export interface PassingBatch {
  /** How many came before. */
  readonly index: number
  readonly size: number
}

interface Wire {
  readonly headers: Record<string, string>
  body: unknown
}

interface Body {
  readonly RequestItems: Readonly<Record<string, readonly object[] | { readonly Keys: readonly object[] }>>
}

function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && 'headers' in value && 'body' in value
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : String(body)
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && 'RequestItems' in value
}

interface Reply {
  readonly response: { readonly statusCode: number; readonly body: Readable }
}

function isReply(value: unknown): value is Reply {
  const { response } = Object.assign({ response: undefined }, value) as { readonly response: unknown }
  return typeof response === 'object' && response !== null && 'body' in response && response.body instanceof Readable
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

/**
 * Stands in the client's HTTP handler, and in those of clients made from it: the server gets the first so many members of each batch, and
 * the rest is answered as unprocessed.
 *
 * @returns the sizes of the batches so far
 */
export function leaveUnprocessed(client: DynamoDBClient, process: (batch: PassingBatch) => Processed | Promise<Processed>): number[] {
  const sizes: number[] = []
  const { requestHandler } = client.config
  const send = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = async (...args: Parameters<typeof send>) => {
    const request: unknown = args[0]
    if (!isWire(request)) return send(...args)
    const body: unknown = JSON.parse(textOf(request.body))
    if (!isBody(body)) return send(...args)
    const [[table, part] = ['', []]] = Object.entries(body.RequestItems)
    const isWrite = 'length' in part
    const members = isWrite ? part : part.Keys
    const index = sizes.push(members.length) - 1
    const processed = await process({ index, size: members.length })
    if (processed === 'throttled')
      return answer(400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'of the test' })
    const partOf = (these: readonly object[]): object => (these.length === 0 ? {} : { [table]: isWrite ? these : { ...part, Keys: these } })
    const left = { [isWrite ? 'UnprocessedItems' : 'UnprocessedKeys']: partOf(members.slice(processed)) }
    if (processed === 0) return answer(200, { ...(isWrite ? {} : { Responses: { [table]: [] } }), ...left })
    const cut = JSON.stringify({ ...body, RequestItems: partOf(members.slice(0, processed)) })
    request.body = cut
    request.headers['content-length'] = String(Buffer.byteLength(cut))
    const reply = await send(...args)
    const checked: unknown = reply
    if (!isReply(checked) || checked.response.statusCode !== 200) return reply
    const given: unknown = JSON.parse((await buffer(checked.response.body)).toString())
    return answer(200, { ...asObject(given), ...left })
  }
  return sizes
}

function answer(statusCode: number, body: object) {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'partial' }
  return { response: { statusCode, headers, body: Readable.from([Buffer.from(JSON.stringify(body))]) } }
}
