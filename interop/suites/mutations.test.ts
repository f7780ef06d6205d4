// Refusals agree: stored items with something changed about them, judged by all three clients. Where they differ, the difference is one of
// those that support/verdicts.ts explains, or the test fails.
import { AttributeActions, type Item } from 'dynamodb-encryption-client'
import fc from 'fast-check'
import { beforeAll, test } from 'vitest'
import { attributeValue, itemCase, type ItemCase } from '../../test/support/arbitraries.js'
import { byteFault } from '../../test/support/byte-faults.js'
import { JAVA_FORM, serialize } from '../../test/support/reference-format.js'
import { checkFor } from '../support/budget.js'
import { printedCounts } from '../support/counts.js'
import { asDynamoDbReturns, pythonTakesNumbers, signedAlike } from '../support/expectations.js'
import { loopsInJava } from '../support/endless.js'
import { MUTATIONS, type Target } from '../support/mutations.js'
import { NO_ANSWER } from '../support/peer-process.js'
import type { Outcome } from '../support/peers.js'
import { usePeers } from '../support/use-peers.js'
import { underStaticSignature } from '../support/static-signature.js'
import { keysFor, rowNamed } from '../support/rows.js'
import { clientsFor, ourClient, peerClient, type ItemClient } from '../support/three-clients.js'
import { agree, explanationOf, patternOf, type Judged } from '../support/verdicts.js'

const peers = usePeers()
const counts = printedCounts('mutations')

beforeAll(async () => {
  await Promise.all(peers.both.map((peer) => peer.learn(keysFor(peer.name))))
})

/** Rows that both peers have: each kind of provider, of wrapping key and of signing key. */
const ROW_NAMES = [
  'Static AES-256, HmacSHA512',
  'Static AES-256, SHA256withRSA',
  'sign-only, HmacSHA256',
  'sign-only, SHA256withRSA',
  'Wrapped AES-256, content key unnamed, HmacSHA256',
  'Wrapped RSA/ECB/OAEPWithSHA-256AndMGF1Padding, SHA256withRSA',
  'Wrapped RSA/ECB/OAEPWithSHA-1AndMGF1Padding, HmacSHA256',
]

const PARTS = Object.keys(MUTATIONS).length + 1
const AT_LEAST = 40 // of each, a thousand in all

/** Items that all three read, unchanged: with a table's name, and with nothing that the libraries sign in different forms. */
const common = (encrypting: boolean): fc.Arbitrary<ItemCase> =>
  itemCase({ encrypting, minLength: 1 })
    .filter(({ actions }) => actions.takesAction)
    .map((given): ItemCase => {
      const context = { ...given.context, tableName: 'People' }
      return { ...given, item: asDynamoDbReturns(given.item), context, names: {}, compatibility: 'python' }
    })
    .filter(({ item, actions }) => pythonTakesNumbers(item, actions) && signedAlike(item, actions))

async function judge(clients: readonly ItemClient[], stored: Item): Promise<Pick<Judged, 'ours' | 'java' | 'python'>> {
  const [ours, java, python] = await Promise.all(clients.map((client) => client.decrypt(stored)))
  if (ours === undefined || java === undefined || python === undefined) throw new Error('three clients judge')
  for (const outcome of [java, python]) {
    if ('refusal' in outcome && outcome.refusal.startsWith(NO_ANSWER)) throw new Error(outcome.refusal)
  }
  return { ours, java, python }
}

function record(judged: Judged): void {
  const pattern = patternOf(judged)
  if (agree(judged)) {
    counts.add(judged.mutation, `all ${pattern.startsWith('reads') ? 'read' : 'refuse'}`)
    return
  }
  const explanation = explanationOf(judged)
  if (explanation === undefined) {
    const { ours, java, python, mutation, row } = judged
    const texts = Object.entries({ ours, java, python }).map(([name, outcome]) => `${name}: ${outcomeText(outcome)}`)
    throw new Error(`${mutation}, ${row}: ${pattern}, and nothing explains it\n${texts.join('\n')}`)
  }
  counts.add(judged.mutation, `explained (${explanation.reason})`)
}

const outcomeText = (outcome: Outcome): string => ('item' in outcome ? JSON.stringify(outcome.item).slice(0, 500) : outcome.refusal)

test.each(Object.entries(MUTATIONS))('%s', async (mutation, mutate) => {
  const target = fc
    .constantFrom(...ROW_NAMES)
    .chain((row) => fc.tuple(fc.constant(row), common(rowNamed(row).encrypts), fc.nat({ max: 2 })))
  await checkFor(
    'mutations',
    mutation,
    fc.asyncProperty(target, fc.gen(), async ([row, given, writer], gen) => {
      const clients = clientsFor(rowNamed(row), given, peers)
      const again = async (item = given.item): Promise<Item> => {
        const outcome = await clients[writer]?.encrypt(item)
        if (outcome === undefined || 'refusal' in outcome) throw new Error(`not written: ${outcome?.refusal ?? ''}`)
        return asDynamoDbReturns(outcome.item)
      }
      const { actions } = given
      const subject: Target = { item: given.item, stored: await again(), actions, context: given.context, again }
      const { stored = subject.stored, context = given.context } = await mutate(subject, gen)
      const readers = context === given.context ? clients : clientsFor(rowNamed(row), { ...given, context }, peers)
      record({ ...(await judge(readers, stored)), mutation, stored, actions, row })
    }),
    { parts: PARTS, items: 0.05, atLeast: AT_LEAST },
  )
})

test('any byte of a plaintext, under a signature that holds', async () => {
  const row = rowNamed('Static AES-256, HmacSHA512')
  const context = { tableName: 'People' }
  const actions = new AttributeActions()
  const clients = [
    ourClient({ materialsProvider: row.ours, actions, context }),
    ...peers.both.map((peer) => peerClient(peer, { provider: row.theirs, actions, context })),
  ]
  await checkFor(
    'mutations',
    'any byte of a plaintext',
    fc.asyncProperty(attributeValue(28), byteFault, async (value, fault) => {
      const serialized = fault.apply(serialize(value, JAVA_FORM))
      fc.pre(!loopsInJava(serialized))
      const stored = underStaticSignature(serialized)
      record({ ...(await judge(clients, stored)), mutation: 'any byte of a plaintext', stored, actions, row: row.name })
    }),
    { parts: PARTS, items: 0.1, atLeast: AT_LEAST },
  )
})
