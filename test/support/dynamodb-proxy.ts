// A proxy before DynamoDB, for what a network and a busy table do to requests.
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DynamoDbProxy {
  readonly endpoint: string
  close(): Promise<void>
}

export interface ProxyFaults {
  /** Answers in DynamoDB's place; false lets the request go on. */
  readonly answer?: (target: string, incoming: IncomingMessage, outgoing: ServerResponse) => boolean
  /** Whether the connection is cut once DynamoDB has answered: the client never learns of it. */
  readonly cuts?: (target: string, status: number) => boolean
}

export async function startDynamoDbProxy(upstream: string, { answer, cuts }: ProxyFaults): Promise<DynamoDbProxy> {
  const { hostname, port } = new URL(upstream)
  const server = createServer((incoming, outgoing) => {
    const target = String(incoming.headers['x-amz-target'])
    if (answer?.(target, incoming, outgoing) === true) return
    const forward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answered) => {
      void bodyOf(answered).then((body) => {
        const status = answered.statusCode ?? 500
        if (cuts?.(target, status) === true) incoming.socket.destroy()
        else outgoing.writeHead(status, answered.headers).end(body)
      })
    })
    forward.on('error', () => incoming.socket.destroy())
    incoming.pipe(forward)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    endpoint: `http://127.0.0.1:${String(address.port)}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(asBuffer(chunk))
  return Buffer.concat(chunks)
}

function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk
  throw new Error('a stream without an encoding gives buffers')
}
