// A proxy before DynamoDB that answers some requests as a table does that has no capacity left.
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ThrottlingProxy {
  readonly endpoint: string
  /** Requests that were refused. */
  readonly throttled: () => number
  close(): Promise<void>
}

const CAPACITY = /\.(Scan|GetItem|PutItem|UpdateItem)$/
const ANSWER = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'The level of configured provisioned throughput for the table was exceeded',
})

/** @param every - one request of so many is refused */
export async function startThrottlingProxy(upstream: string, every: number): Promise<ThrottlingProxy> {
  let requests = 0
  let throttled = 0
  const { hostname, port } = new URL(upstream)
  const server = createServer((incoming, outgoing) => {
    if (CAPACITY.test(String(incoming.headers['x-amz-target'])) && ++requests % every === 0) {
      throttled++
      incoming.resume()
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(ANSWER)
      return
    }
    const forward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
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
    throttled: () => throttled,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
