// What leaves the process: the bodies of a client's HTTP requests.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { textsOf } from '../../support/secrets.js'

export interface WireRequest {
  /** `PutItem` */
  readonly operation: string
  readonly body: string
}

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

function isHttpRequest(request: unknown): request is HttpRequest {
  return typeof request === 'object' && request !== null && 'headers' in request && 'body' in request
}

/** Records every request that reaches the client's HTTP handler, then lets it go on. To be called before another client is made from it. */
export function tapWire(client: DynamoDBClient): WireRequest[] {
  const requests: WireRequest[] = []
  const { requestHandler } = client.config
  const send = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (...args: Parameters<typeof send>) => {
    const request: unknown = args[0]
    const { headers, body } = isHttpRequest(request) ? request : { headers: {}, body: '' }
    const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1] ?? ''
    requests.push({ operation: target.replace(/^.*\./, ''), body: typeof body === 'string' ? body : Buffer.from(body).toString() })
    return send(...args)
  }
  return requests
}

/** Every form in which a text, bytes or the digits of a number could stand in a request. */
export function formsOf(secret: string): readonly string[] {
  const escaped = Array.from({ length: secret.length }, (_, at) => `\\u${secret.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
  return [secret, JSON.stringify(secret).slice(1, -1), escaped, encodeURIComponent(secret), ...textsOf(Buffer.from(secret))]
}

/** The forms of the secret that a request holds. */
export function foundIn(body: string, secret: string): string[] {
  return formsOf(secret).filter((form) => body.includes(form))
}
