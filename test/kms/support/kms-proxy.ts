// A KMS that stands before another one: it records what is asked, fails when told to, and can rewrite answers. What `startLocalKms`
// does for itself, for a server that we did not write; and what no KMS would answer.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectedFault, LocalKmsCall, LocalKmsFault } from 'dynamodb-encryption-client/testing'
import { FaultRules } from '../../../src/testing/kms-faults.js'
import { listenOnLoopback } from '../../../src/testing/loopback.js'

/** What is recorded of a request. */
export type KmsCall = Pick<LocalKmsCall, 'operation' | 'region' | 'input'>

/** The text of a successful answer, made into another. */
export type Rewrite = (json: string, operation: string) => string

export interface KmsProxy {
  readonly endpoint: string
  readonly calls: readonly KmsCall[]
  /** Connections that clients have opened so far. */
  readonly connections: number
  inject(fault: LocalKmsFault): InjectedFault
  close(): Promise<void>
}

const ERRORS = {
  throttle: { status: 400, name: 'ThrottlingException', message: 'Rate exceeded' },
  deny: { status: 400, name: 'AccessDeniedException', message: 'User is not authorized to perform the operation on this resource' },
}

export async function startKmsProxy(upstream: string, rewrite: Rewrite = (json) => json): Promise<KmsProxy> {
  const calls: KmsCall[] = []
  const faults = new FaultRules()
  let connections = 0

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const call = callOf(request, body)
    calls.push(call)
    const keyId = call.input['KeyId']
    const { delayMs, fault } = faults.plan({ ...call, keyNames: new Set(typeof keyId === 'string' ? [keyId] : []) })
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false })
    switch (fault?.kind) {
      case 'drop':
        response.destroy()
        return
      case 'throttle':
      case 'deny':
        sendError(response, ERRORS[fault.kind])
        return
      case 'error':
        sendError(response, { status: 400, message: '', ...fault })
        return
      case 'cut':
      case undefined: {
        const { status, text } = await forward(upstream, request, body)
        send(response, status, status === 200 ? rewrite(text, call.operation) : text, fault?.kind === 'cut')
      }
    }
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy())
  })
  server.on('connection', () => connections++)
  const listening = await listenOnLoopback(server)
  return {
    endpoint: listening.endpoint,
    calls,
    get connections() {
      return connections
    },
    inject: (fault) => faults.add(fault),
    close: () => listening.close(),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function callOf({ headers }: IncomingMessage, body: string): KmsCall {
  const operation = String(headers['x-amz-target']).replace('TrentService.', '')
  const region = /Credential=[^/]+\/\d+\/([^/]+)\/kms/.exec(String(headers.authorization))?.[1] ?? ''
  return { operation, region, input: JSON.parse(body) as KmsCall['input'] }
}

async function forward(upstream: string, { headers }: IncomingMessage, body: string): Promise<{ status: number; text: string }> {
  const passed = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'].map((name): [string, string] => [
    name,
    String(headers[name]),
  ])
  const response = await fetch(upstream, { method: 'POST', headers: passed, body })
  return { status: response.status, text: await response.text() }
}

function sendError(response: ServerResponse, { status, name, message }: { status: number; name: string; message: string }): void {
  send(response, status, JSON.stringify({ __type: name, message }), false)
}

function send(response: ServerResponse, status: number, json: string, cut: boolean): void {
  const body = Buffer.from(json)
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length })
  if (cut) response.write(body.subarray(0, body.length >> 1), () => response.destroy())
  else response.end(body)
}
