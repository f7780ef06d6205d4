// What the three clients make of malformed plaintexts under a signature that holds: a test for each kind of fault.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AttributeActions } from 'dynamodb-encryption-client'
import { beforeAll, expect, test } from 'vitest'
import { normalized } from '../../test/support/dynamodb-json.js'
import { JAVA_FORM, serialize } from '../../test/support/reference-format.js'
import { loopsInJava } from '../support/endless.js'
import type { Outcome } from '../support/peers.js'
import { usePeers } from '../support/use-peers.js'
import { NO_ANSWER } from '../support/peer-process.js'
import { ENDLESS_IN_JAVA, PLAINTEXTS } from '../support/plaintexts.js'
import { keysFor, rowNamed } from '../support/rows.js'
import { STATIC_CONTEXT, STATIC_ROW, underStaticSignature } from '../support/static-signature.js'
import { ourClient, peerClient } from '../support/three-clients.js'

const peers = usePeers({ answersWithinMs: 3000 })
beforeAll(async () => {
  await Promise.all(peers.both.map((peer) => peer.learn(keysFor(peer.name, [rowNamed(STATIC_ROW)]))))
})

const actions = new AttributeActions()
const { ours: materialsProvider, theirs: provider } = rowNamed(STATIC_ROW)
const clients = [
  ourClient({ materialsProvider, actions, context: STATIC_CONTEXT }),
  ...peers.both.map((peer) => peerClient(peer, { provider, actions, context: STATIC_CONTEXT })),
]

test.each(PLAINTEXTS)('$what', async ({ bytes, what: _, ...readings }) => {
  const stored = underStaticSignature(bytes)
  expect(loopsInJava(bytes)).toBe(false)
  const [byUs, byJava, byPython] = await Promise.all(clients.map((client) => client.decrypt(stored)))
  expect({ ours: readingOf(byUs), java: readingOf(byJava), python: readingOf(byPython) }).toEqual({
    ours: normalizedOr(readings.ours),
    java: normalizedOr(readings.java),
    python: normalizedOr(readings.python),
  })
  if (readings.ours === undefined) expect(byUs).toEqual({ refusal: 'INVALID_CIPHERTEXT' })
})

test.each(ENDLESS_IN_JAVA)('bytes longer than what is left, of a B or a member of a BS: Java reads for ever', async (bytes) => {
  const stored = underStaticSignature(bytes)
  expect(loopsInJava(bytes)).toBe(true)
  const [byUs, byJava, byPython] = await Promise.all(clients.map((client) => client.decrypt(stored)))
  expect(byUs).toEqual({ refusal: 'INVALID_CIPHERTEXT' })
  expect(byPython).toHaveProperty('refusal', expect.stringMatching(/^DeserializationError/))
  expect(byJava).toHaveProperty('refusal', expect.stringContaining(NO_ANSWER))
})

test('Java answers again after that', async () => {
  const stored = underStaticSignature(serialize({ S: 'abc' }, JAVA_FORM))
  for (const client of clients) expect(await client.decrypt(stored)).toEqual({ item: { value: { S: 'abc' } } })
})

/** Sets in one order; undefined for a refusal. */
function readingOf(outcome: Outcome | undefined): AttributeValue | undefined {
  if (outcome === undefined) throw new Error('a client is missing')
  return 'item' in outcome ? normalizedOr(outcome.item['value']) : undefined
}

function normalizedOr(value: AttributeValue | undefined): AttributeValue | undefined {
  return value && normalized(value)
}
