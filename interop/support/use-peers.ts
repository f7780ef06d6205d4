// The two peers of a test file.
import { afterAll } from 'vitest'
import { Peer } from './peers.js'
import type { PeerCommand } from './peer-process.js'

export interface Peers {
  readonly java: Peer
  readonly python: Peer
  readonly both: readonly [Peer, Peer]
}

function commands(): { readonly java: PeerCommand; readonly python: PeerCommand } {
  const given = process.env['INTEROP_PEERS']
  if (given === undefined) throw new Error('the peers are prepared by `npm run interop`: run these suites with it')
  return JSON.parse(given) as ReturnType<typeof commands>
}

/** To be called once, at the top of a test file: its own two processes, started when first asked, ended with the file. */
export function usePeers({ answersWithinMs }: { readonly answersWithinMs?: number } = {}): Peers {
  const { java: forJava, python: forPython } = commands()
  const [java, python] = [new Peer('Java', forJava, answersWithinMs), new Peer('Python', forPython, answersWithinMs)]
  afterAll(() => Promise.all([java.process.close(), python.process.close()]))
  return { java, python, both: [java, python] }
}
