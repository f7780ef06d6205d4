// What leaves the process: the bodies of a client's HTTP requests. And what comes back, where a test needs an answer that no local server gives.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Readable } from 'node:stream'
import { isPlainObject } from '../../../src/assert.js'
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

/** `PutItem` */
function operationIn(headers: HttpRequest['headers']): string {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1] ?? ''
  return target.replace(/^.*\./, '')
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

/** Records every request that reaches the client's HTTP handler, then lets it go on. To be called before another client is made from it. */
export function tapWire(client: DynamoDBClient): WireRequest[] {
  const requests: WireRequest[] = []
  const { requestHandler } = client.config
  const send = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (...args: Parameters<typeof send>) => {
    const request: unknown = args[0]
    const { headers, body } = isHttpRequest(request) ? request : { headers: {}, body: '' }
    requests.push({ operation: operationIn(headers), body: textOf(body) })
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

/** What a server answers. */
export interface WireAnswer {
  readonly status: number
  readonly body: object
}

/** Answers in the server's place; undefined lets a request go on to it. */
export type WireAnswerer = (
  operation: string,
  body: Readonly<Record<string, unknown>>,
) => WireAnswer | undefined | Promise<WireAnswer | undefined>

/** Lets `answer` reply to the client's requests, and to those of clients made from it. */
export function answerWire(client: DynamoDBClient, answer: WireAnswerer): void {
  const { requestHandler } = client.config
  const send = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = async (...args: Parameters<typeof send>) => {
    const request: unknown = args[0]
    if (!isHttpRequest(request)) return send(...args)
    const body: unknown = JSON.parse(textOf(request.body))
    const given = await answer(operationIn(request.headers), isPlainObject(body) ? body : {})
    if (given === undefined) return send(...args)
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'answered-here' }
    return { response: { statusCode: given.status, headers, body: Readable.from([Buffer.from(JSON.stringify(given.body))]) } }
  }
}

/** The answer with an error of DynamoDB's. */
export function errorAnswer(name: string, status = 400, more: object = {}): WireAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `${name} of the test`, ...more } }
}

/** Changes what the client's requests hold, and those of clients made from it, on their way out. */
export function rewriteWire(client: DynamoDBClient, rewrite: (body: string) => string): void {
  const { requestHandler } = client.config
  const send = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (...args: Parameters<typeof send>) => {
    const request: unknown = args[0]
    if (isHttpRequest(request)) {
      const body = Buffer.from(rewrite(textOf(request.body)))
      Object.assign(request, { body, headers: { ...request.headers, 'content-length': String(body.length) } })
    }
    return send(...args)
  }
}

/** What happens on the way to the server and back; what it throws is what the client sees of the network. */
export interface WireHooks {
  readonly before?: (operation: string) => Promise<void> | void
  /** Once the server has answered. */
  readonly after?: (operation: string) => Promise<void> | void
}

export function hookWire(client: DynamoDBClient, { before, after }: WireHooks): void {
  const { requestHandler } = client.config
  const send = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = async (...args: Parameters<typeof send>) => {
    const request: unknown = args[0]
    const operation = isHttpRequest(request) ? operationIn(request.headers) : ''
    await before?.(operation)
    const answer = await send(...args)
    await after?.(operation)
    return answer
  }
}
