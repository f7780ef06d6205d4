import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'

/** A server that listens on a free port of 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** Stops listening and ends every connection, kept alive or busy. Nothing happens the second time. */
  close(): Promise<void>
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}

/** @throws whatever keeps the server from listening */
export async function listenOnLoopback(server: HttpServer): Promise<LoopbackServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  let closed: Promise<void> | undefined
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      (closed ??= new Promise((resolve, reject) => {
        server.close((error) => {
          if (error)
            reject(error) // dynalite says null where node:http says undefined
          else resolve()
        })
        server.closeAllConnections()
      })),
  }
}

/** @returns a port of 127.0.0.1 that nothing listens on, for a process that cannot find one itself */
export async function findFreePort(): Promise<number> {
  const server = await listenOnLoopback(createServer())
  await server.close()
  return server.port
}
