// Faults that are put into the encrypted client's answers on purpose: the comparison must find each.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { LocalDynamoDb } from 'dynamodb-encryption-client/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer, Tamper } from './answer.js'
import type { Call } from './call.js'
import { SERVER, startDatabase } from './database.js'
import { nextPage } from './page-calls.js'
import { runPrograms, type RunOptions } from './run-programs.js'

let db: LocalDynamoDb
beforeAll(async () => {
  db = await startDatabase()
})
afterAll(() => db.close())

/** Answers with the fault, once where it can be; `done` says whether it was. */
interface Fault {
  readonly tamper: Tamper
  readonly done: () => boolean
}

/** @param change - the answer with the fault, or undefined where it cannot have it */
function once(change: (call: Call, answer: Answer) => Answer | undefined): Fault {
  let isDone = false
  return {
    tamper: (call, answer) => {
      const changed = isDone ? undefined : change(call, answer)
      isDone ||= changed !== undefined
      return changed ?? answer
    },
    done: () => isDone,
  }
}

/** The first encrypted text, number or flag of an item, altered. */
function altered(item: Item): Item | undefined {
  const change: Readonly<Record<string, (value: AttributeValue) => AttributeValue>> = {
    S: ({ S = '' }) => ({ S: `${S}!` }),
    N: ({ N }) => ({ N: N === '42' ? '43' : '42' }),
    BOOL: ({ BOOL }) => ({ BOOL: BOOL !== true }),
    B: ({ B = new Uint8Array() }) => ({ B: Buffer.concat([B, Buffer.from([1])]) }),
  }
  for (const [name, value] of Object.entries(item)) {
    const [type = ''] = Object.keys(value)
    const changed = change[type]
    if (name.startsWith('e') && changed !== undefined) return { ...item, [name]: changed(value) }
  }
  return undefined
}

const FAULTS: readonly (readonly [string, string, () => Fault])[] = [
  [
    'one decrypted attribute altered',
    '.Item.e',
    () =>
      once((call, answer) => {
        if (call.operation !== 'GetItem' || !('ok' in answer) || !('Item' in answer.ok) || answer.ok.Item === undefined) return undefined
        const Item = altered(answer.ok.Item)
        return Item && { ok: { ...answer.ok, Item } }
      }),
  ],
  [
    'one decrypted attribute of a page altered',
    '.Items.*.e',
    () =>
      once((_, answer) => {
        if (!('ok' in answer) || !('Items' in answer.ok)) return undefined
        const items = answer.ok.Items ?? []
        const at = items.findIndex((item) => altered(item) !== undefined)
        return at === -1
          ? undefined
          : { ok: { ...answer.ok, Items: items.map((item, place) => (place === at ? (altered(item) ?? item) : item)) } }
      }),
  ],
  [
    'one Count off by one',
    '.Count',
    () =>
      once((_, answer) =>
        'ok' in answer && 'Count' in answer.ok && answer.ok.Count !== undefined
          ? { ok: { ...answer.ok, Count: answer.ok.Count + 1 } }
          : undefined,
      ),
  ],
  ['one page dropped', '.', () => droppedPage()],
  [
    'one item of a page dropped',
    '.Items.length',
    () =>
      once((_, answer) =>
        'ok' in answer && 'Items' in answer.ok && (answer.ok.Items ?? []).length > 0
          ? { ok: { ...answer.ok, Items: answer.ok.Items?.slice(1) } }
          : undefined,
      ),
  ],
  [
    'the item in one failed condition altered',
    '.Item',
    () =>
      once((_, answer) => {
        if (!('failure' in answer) || typeof answer.failure.Item !== 'object') return undefined
        return { failure: { ...answer.failure, Item: { ...answer.failure.Item, eExtra: { S: 'a' } } } }
      }),
  ],
  [
    'one error with another name',
    '.error',
    () => once((_, answer) => ('failure' in answer ? { failure: { ...answer.failure, error: 'Another' } } : undefined)),
  ],
]

/** In the place of a page that has one after it comes that one: what was on it is lost. */
function droppedPage(): Fault {
  let isDone = false
  return {
    tamper: async (call, answer, ask) => {
      if (isDone || !('ok' in answer) || !('LastEvaluatedKey' in answer.ok)) return answer
      const next = nextPage(call, answer.ok.LastEvaluatedKey)
      if (next === undefined) return answer
      isDone = true
      return ask(next)
    },
    done: () => isDone,
  }
}

const SEED = 4711

const options = (): RunOptions => ({
  config: db.clientConfig,
  server: SERVER,

  seed: SEED,
  first: 0,
  programs: 30,
  lanes: 1,
  untilFound: true,
})

// Without items in errors there is nothing to alter.
const possible = FAULTS.filter(([, place]) => SERVER.returnsItemsOnFailure || place !== '.Item')

test.each(possible)('%s is found', async (_, place, makeFault) => {
  const fault = makeFault()
  const { findings } = await runPrograms({ ...options(), tamper: fault.tamper })
  expect(fault.done()).toBe(true)
  expect(findings.map(({ finding }) => finding.kind)).toEqual([expect.stringContaining(` at ${place}`)])
})

test('without a fault nothing is found in the same programs', async () => {
  const { findings } = await runPrograms({ ...options(), tamper: (_, answer) => answer, programs: 3 })
  expect(findings).toEqual([])
})
