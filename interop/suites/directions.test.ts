// Random items of every type and shape, in all six directions, under every provider whose keys can be held in a file.
import fc, { type Arbitrary } from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { itemCase, type ItemCase } from '../../test/support/arbitraries.js'
import { checkFor } from '../support/budget.js'
import { printedCounts } from '../support/counts.js'
import { asDynamoDbReturns, pythonTakesNumbers } from '../support/expectations.js'
import { usePeers } from '../support/use-peers.js'
import { FAMILIES, keysFor, rowNamed, ROWS } from '../support/rows.js'
import { checkAllDirections, clientsFor, DIRECTIONS } from '../support/three-clients.js'

const peers = usePeers()
const counts = printedCounts('directions')

beforeAll(async () => {
  await Promise.all(peers.both.map((peer) => peer.learn(keysFor(peer.name))))
})

/** Half of the items have whatever spelling of numbers; the other half have nothing that Python could not take. */
function cases(encrypting: boolean): Arbitrary<ItemCase> {
  const any = itemCase({ encrypting }).filter(({ actions }) => actions.takesAction)
  const forAll = itemCase({ encrypting, minLength: 1 })
    .filter(({ actions }) => actions.takesAction)
    .map((given): ItemCase => ({ ...given, item: asDynamoDbReturns(given.item), names: {} }))
    .filter(({ item, actions }) => pythonTakesNumbers(item, actions))
  return fc.oneof(any, forAll)
}

test.each(FAMILIES)('%s: what each writes, the others read', async (family) => {
  const rows = ROWS.filter((row) => row.family === family)
  const encrypting = rows.every((row) => row.encrypts)
  await checkFor(
    'directions',
    family,
    fc.asyncProperty(fc.constantFrom(...rows.map(({ name }) => name)), cases(encrypting), async (name, given) => {
      counts.add('rows', name)
      await checkAllDirections(clientsFor(rowNamed(name), given, peers), given, counts)
    }),
    { parts: FAMILIES.length, items: 1 / FAMILIES.length },
  )
  for (const { name } of rows) expect(counts.of('rows', name)).toBeGreaterThan(0)
})

test('every direction was met, and more was read than refused', () => {
  for (const direction of DIRECTIONS) {
    expect(counts.of(direction, 'read')).toBeGreaterThan(counts.of(direction, 'refused: signed in another form'))
  }
})
