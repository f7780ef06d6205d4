// The vectors that this project makes for others, shown to the Java and the Python client: each reads and refuses what they say.
import { AttributeActions } from 'dynamodb-encryption-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalItem } from '../../test/support/canonical-form.js'
import { itemFromJson } from '../../test/support/dynamodb-json.js'
import { vectorSets, type VectorProvider, type VectorSetup } from '../../test/support/generated-vectors.js'
import type { Outcome, Peer } from '../support/peers.js'
import { usePeers } from '../support/use-peers.js'
import { peerClient } from '../support/three-clients.js'

const peers = usePeers()
/** The versions' keys have the same names, and are not the same. */
const keyName = (version: number, name: string): string => `v${String(version)} ${name}`

beforeAll(async () => {
  for (const { version, keys } of vectorSets()) {
    for (const [name, key] of Object.entries(keys)) {
      const told = { do: 'key', ...key, name: keyName(version, name) }
      await peers.java.process.tell(told)
      if (!key.algorithm.endsWith('ECDSA')) await peers.python.process.tell(told)
    }
  }
})

const READERS = [
  ['java', peers.java],
  ['python', peers.python],
] as const

function read(peer: Peer, version: number, { provider, actions, context, names, stored }: VectorSetup): Promise<Outcome> {
  const setup = { provider: named(version, provider), actions: new AttributeActions(actions), context, ...(names && { names }) }
  return peerClient(peer, setup).decrypt(itemFromJson(stored))
}

function named(version: number, provider: VectorProvider): VectorProvider {
  const signingKey = keyName(version, provider.signingKey)
  if (provider.kind === 'wrapped') return { ...provider, signingKey, wrappingKey: keyName(version, provider.wrappingKey) }
  const { encryptionKey } = provider
  return { ...provider, signingKey, ...(encryptionKey !== undefined && { encryptionKey: keyName(version, encryptionKey) }) }
}

describe.each(vectorSets())('version $version, to read', ({ version, readable }) => {
  test.each(readable)('$id', async (vector) => {
    for (const [reader, peer] of READERS) {
      const outcome = await read(peer, version, vector)
      const expected = canonicalItem(itemFromJson(vector.plaintext))
      if (!vector.readBy.includes(reader)) expect('item' in outcome && canonicalItem(outcome.item), reader).not.toEqual(expected)
      else if ('refusal' in outcome) throw new Error(`${reader}: ${outcome.refusal}`)
      else expect(canonicalItem(outcome.item), reader).toEqual(expected)
    }
  })
})

describe.each(vectorSets())('version $version, to refuse', ({ version, refused }) => {
  test.each(refused)('$id: $what', async (vector) => {
    for (const [reader, peer] of READERS) {
      expect(await read(peer, version, vector), reader).toHaveProperty(vector.readBy.includes(reader) ? 'item' : 'refusal')
    }
  })
})
