import { listenOnLoopback, type LoopbackServer } from './loopback.js'

async function loadDynalite() {
  try {
    return (await import('dynalite')).default
  } catch (cause) {
    const message =
      'startLocalDynamoDb() runs dynalite, which could not be loaded. Install it: npm install --save-dev dynalite. ' +
      'Or give it DynamoDB Local: { jar }, { classpath } or { endpoint }.'
    throw new Error(message, { cause })
  }
}

/**
 * Starts dynalite with its own store in memory; tables are ready as soon as they are asked for.
 *
 * @throws Error that says how to install dynalite, when it cannot be loaded
 */
export async function startDynalite(): Promise<LoopbackServer> {
  const dynalite = await loadDynalite()
  return listenOnLoopback(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }))
}
