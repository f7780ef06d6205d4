// A proxy before DynamoDB that cuts connections once DynamoDB has done what was asked: the client never learns of it.
import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CuttingProxy {
  readonly endpoint: string
  /** Writes that were done, and whose answers were cut off. */
  readonly cut: () => number
  close(): Promise<void>
}

const WRITES = /\.(PutItem|UpdateItem|DeleteItem|TransactWriteItems)$/

/** @param share - of the writes that are cut, spread evenly */
export async function startCuttingProxy(upstream: string, share: number): Promise<CuttingProxy> {
  let writes = 0
  let cuts = 0
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(upstream)
    const forward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      void bodyOf(answer).then((body) => {
        const isWrite = WRITES.test(String(incoming.headers['x-amz-target'])) && answer.statusCode === 200
        if (isWrite && Math.floor((writes + 1) * share) > Math.floor(writes++ * share)) {
          cuts++
          incoming.socket.destroy()
          return
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(body)
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
    cut: () => cuts,
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
