import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnLoopback } from './loopback.js'

/** A request in the AWS JSON protocol, version 1.1. */
export interface AwsJsonRequest {
  /** The header `X-Amz-Target`: `TrentService.Decrypt`; empty if it is missing. */
  readonly target: string
  /** The header `Authorization`; undefined if it is missing. Nothing has checked it. */
  readonly authorization: string | undefined
  readonly body: Buffer
  /** Aborts when the server closes. */
  readonly signal: AbortSignal
}

/** How to answer: in full, cut off in the middle, or not at all. */
export type AwsJsonReply = { readonly kind: 'whole' | 'cut'; readonly status: number; readonly json: string } | { readonly kind: 'drop' }

export interface AwsJsonServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** Stops listening and ends every connection, answered or not. */
  close(): Promise<void>
}

/** No request of KMS is longer: 4,096 bytes of data, 6,144 of ciphertext, a key policy of 32 KiB. */
const MAX_BODY = 1 << 20

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return undefined
    length += chunk.length
    if (length > MAX_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, reply: AwsJsonReply): void {
  if (reply.kind === 'drop') {
    response.destroy()
    return
  }
  const body = Buffer.from(reply.json)
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length, 'x-amzn-requestid': randomUUID() }
  response.writeHead(reply.status, headers)
  if (reply.kind === 'whole') response.end(body)
  else response.write(body.subarray(0, body.length >> 1), () => response.destroy())
}

/** @param answer - must not reject, but when its signal has aborted */
export async function startAwsJsonServer(answer: (request: AwsJsonRequest) => Promise<AwsJsonReply>): Promise<AwsJsonServer> {
  const closing = new AbortController()
  // Every request that waits listens to it, and thousands may.
  setMaxListeners(0, closing.signal)

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const target = request.headers['x-amz-target']
    const authorization = request.headers.authorization
    if (body === undefined) send(response, { kind: 'whole', status: 413, json: '{"__type":"RequestEntityTooLargeException"}' })
    else send(response, await answer({ target: typeof target === 'string' ? target : '', authorization, body, signal: closing.signal }))
  }

  const server = createServer((request, response) => {
    // The client went away while it was still sending, or the server is closing: nobody is left to answer.
    respond(request, response).catch(() => response.destroy())
  })
  const loopback = await listenOnLoopback(server)
  return {
    endpoint: loopback.endpoint,
    close: async () => {
      closing.abort()
      await loopback.close()
    },
  }
}
