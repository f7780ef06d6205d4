// `npm run bench -- --peers`: the same items through this package, the Java client and the Python client, in the same run: one thread each,
// warmed up, in turn, so that a slow moment of the machine hits all alike. Before anything is timed, each reads what the others wrote.
import { isDeepStrictEqual } from 'node:util'
import { AttributeActions, ItemEncryptor, type Item } from 'dynamodb-encryption-client'
import { preparePeers } from '../interop/peers.mjs'
import { Peer, type PeerSetup } from '../interop/support/peers.js'
import { keysFor, rowNamed, type InteropRow } from '../interop/support/rows.js'
import { canonicalItem } from '../test/support/canonical-form.js'
import { KEY_NAMES, SIZES } from './items.js'

type Direction = 'encrypt' | 'decrypt'
const DIRECTIONS: readonly Direction[] = ['encrypt', 'decrypt']

/** Items a second, at least this many times the peer's. */
interface Goals {
  readonly java: Readonly<Record<Direction, number>>
  readonly python: number
}

interface Mode {
  readonly name: string
  readonly row: string
  /** By number of attributes. */
  readonly goals: Readonly<Record<number, Goals>>
}

const MODES: readonly Mode[] = [
  {
    name: 'Wrapped AES, HMAC',
    row: 'Wrapped AES-256, content key unnamed, HmacSHA256',
    goals: {
      4: { java: { encrypt: 1, decrypt: 0.9 }, python: 10 },
      10: { java: { encrypt: 1.6, decrypt: 1.5 }, python: 10 },
      100: { java: { encrypt: 2.5, decrypt: 2.5 }, python: 10 },
    },
  },
  {
    name: 'Wrapped RSA, RSA',
    row: 'Wrapped RSA/ECB/OAEPWithSHA-256AndMGF1Padding, SHA256withRSA',
    goals: { 10: { java: { encrypt: 1.3, decrypt: 1.3 }, python: 1 } },
  },
]

const ACTIONS = new AttributeActions().withIndexKeys(...KEY_NAMES)
const CONTEXT = { tableName: 'Visits', partitionKeyName: KEY_NAMES[0], sortKeyName: KEY_NAMES[1] }
/** Until Java's compiler has had its turn. */
const WARM_UP_MS = { full: 4000, short: 1500 }

/** One client at one item. */
interface Contender {
  readonly name: 'ours' | 'java' | 'python'
  encrypt(item: Item): Promise<Item>
  decrypt(stored: Item): Promise<Item>
  /** Nanoseconds an item, over some time. */
  time(direction: Direction, item: Item, milliseconds: number): Promise<number>
}

function ours(row: InteropRow): Contender {
  const encryptor = new ItemEncryptor({ materialsProvider: row.ours, actions: ACTIONS, context: CONTEXT })
  return {
    name: 'ours',
    encrypt: (item) => encryptor.encryptItem(item),
    decrypt: (stored) => encryptor.decryptItem(stored),
    time: async (direction, item, milliseconds) => {
      const end = BigInt(Math.round(milliseconds * 1e6))
      const began = process.hrtime.bigint()
      let took = 0n
      let count = 0
      for (; took < end; took = process.hrtime.bigint() - began) {
        for (let at = 0; at < 8; at++) await (direction === 'encrypt' ? encryptor.encryptItem(item) : encryptor.decryptItem(item))
        count += 8
      }
      return Number(took) / count
    },
  }
}

function theirs(name: 'java' | 'python', peer: Peer, row: InteropRow): Contender {
  const setup: PeerSetup = { provider: row.theirs, actions: ACTIONS, context: CONTEXT }
  const one = async (direction: Direction, item: Item): Promise<Item> => {
    const outcome = await peer[direction](item, setup)
    if ('refusal' in outcome) throw new Error(`${peer.name} does not ${direction} the item: ${outcome.refusal}`)
    return outcome.item
  }
  return {
    name,
    encrypt: (item) => one('encrypt', item),
    decrypt: (stored) => one('decrypt', stored),
    time: async (direction, item, milliseconds) => {
      const { count, nanoseconds } = await peer.bench(direction, item, setup, milliseconds)
      return nanoseconds / count
    },
  }
}

async function assertAgree(contenders: readonly Contender[], item: Item): Promise<void> {
  for (const writer of contenders) {
    const stored = await writer.encrypt(item)
    for (const reader of contenders) {
      const read = await reader.decrypt(stored)
      if (!isDeepStrictEqual(canonicalItem(read), canonicalItem(item)))
        throw new Error(`${reader.name} reads ${writer.name}'s item otherwise`)
    }
  }
}

/** The best quarter of the rounds, as bench/measure.ts has it: what other programs take of the machine only ever adds. */
function bestQuarter(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 2] ?? Number.NaN
}

async function measured(
  contenders: readonly Contender[],
  item: Item,
  rounds: number,
  milliseconds: number,
  warmUp: number,
): Promise<Row[]> {
  await assertAgree(contenders, item)
  const times = new Map<string, number[]>()
  for (const direction of DIRECTIONS) {
    const inputs = await Promise.all(
      contenders.map(async (contender) => ({ contender, input: direction === 'encrypt' ? item : await contender.encrypt(item) })),
    )
    for (const { contender, input } of inputs) await contender.time(direction, input, warmUp)
    for (let round = 0; round < rounds; round++) {
      for (const { contender, input } of inputs) {
        const key = `${contender.name} ${direction}`
        times.set(key, [...(times.get(key) ?? []), await contender.time(direction, input, milliseconds)])
      }
    }
  }
  const best = (name: Contender['name'], direction: Direction): number => bestQuarter(times.get(`${name} ${direction}`) ?? [])
  return DIRECTIONS.map((direction) => ({
    direction,
    ours: 1e9 / best('ours', direction),
    java: 1e9 / best('java', direction),
    python: 1e9 / best('python', direction),
  }))
}

interface Row {
  readonly direction: Direction
  /** Items a second. */
  readonly ours: number
  readonly java: number
  readonly python: number
}

const atLeast = (ratio: number, goal: number): string => `${ratio.toFixed(2)}${ratio < goal ? ` (goal ${String(goal)})` : ''}`

/**
 * Prints a table of items a second and of ratios, and where this package is the slower one.
 *
 * @param only - words that a line's provider or item contains; every line where empty
 */
export async function benchPeers(rounds: number, milliseconds: number, only: readonly string[], short: boolean): Promise<void> {
  const commands = await preparePeers()
  const [java, python] = [new Peer('Java', commands.java), new Peer('Python', commands.python)]
  try {
    const rows = MODES.map(({ row }) => rowNamed(row))
    await Promise.all([java.learn(keysFor('Java', rows)), python.learn(keysFor('Python', rows))])
    console.log('Java and Python on the same items, one thread each: items a second, and how many times theirs ours is')
    const lines: Record<string, string | number>[] = []
    const lost: string[] = []
    for (const { name, row, goals } of MODES) {
      for (const { name: size, count, item } of SIZES) {
        const goal = goals[count]
        if (goal === undefined || !only.every((word) => `${name} ${size}`.includes(word))) continue
        const contenders = [ours(rowNamed(row)), theirs('java', java, rowNamed(row)), theirs('python', python, rowNamed(row))]
        for (const each of await measured(contenders, item, rounds, milliseconds, short ? WARM_UP_MS.short : WARM_UP_MS.full)) {
          const { direction } = each
          const [overJava, overPython] = [each.ours / each.java, each.ours / each.python]
          lines.push({
            provider: name,
            item: size,
            direction,
            ours: Math.round(each.ours),
            Java: Math.round(each.java),
            Python: Math.round(each.python),
            'times Java': atLeast(overJava, goal.java[direction]),
            'times Python': atLeast(overPython, goal.python),
          })
          for (const [peer, ratio] of Object.entries({ Java: overJava, Python: overPython })) {
            if (ratio < 1) lost.push(`${name}, ${size}, ${direction}: ${peer} is ${(1 / ratio).toFixed(2)} times as fast`)
          }
        }
      }
    }
    console.table(lines)
    console.log(lost.length === 0 ? 'Nowhere is a peer faster.' : `Where a peer is faster:\n  ${lost.join('\n  ')}`)
  } finally {
    await Promise.all([java.process.close(), python.process.close()])
  }
}
