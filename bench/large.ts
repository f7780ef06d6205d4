// Large items: whether cost grows in step with attributes and with bytes up to the 400 KB that DynamoDB stores, and how much
// garbage an item of that size leaves.
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AttributeActions, ItemEncryptor, LocalKey, WrappedMaterialsProvider, type Item } from 'dynamodb-encryption-client'
import { KEY_NAMES } from './items.js'
import { awaited, measure } from './measure.js'

const KB = 1024
const TEXT = 'Amoxicillin 500 mg, three times a day, with food; follow-up after a week. '

function text(bytes: number): string {
  return TEXT.repeat(Math.ceil(bytes / TEXT.length)).slice(0, bytes)
}

/** Two keys and `count` texts of `bytes` bytes each, as the SDK hands an item out: built up name by name. */
function itemOfTexts(count: number, bytes: number): Item {
  const item: Item = { patientId: { S: 'patient-000123' }, visitedAt: { N: '1732233600' } }
  for (let at = 0; at < count; at++) item[`attribute${String(at).padStart(5, '0')}`] = { S: text(bytes) }
  return item
}

function itemOfBytes(bytes: number): Item {
  return { ...itemOfTexts(0, 0), scan: { B: new Uint8Array(Buffer.from(text(bytes))) } }
}

function wrappedEncryptor(): ItemEncryptor {
  return new ItemEncryptor({
    materialsProvider: new WrappedMaterialsProvider({
      wrappingKey: LocalKey.generate('AES/256'),
      signingKey: LocalKey.generate('HmacSHA256/256'),
    }),
    actions: new AttributeActions().withIndexKeys(...KEY_NAMES),
    context: { tableName: 'Visits', partitionKeyName: KEY_NAMES[0], sortKeyName: KEY_NAMES[1] },
  })
}

/** Sizes in ascending order, and what the cost is divided by. The first is the yardstick: the fixed cost of an item is small in it. */
interface Series {
  readonly what: string
  readonly unit: 'attribute' | 'KB'
  readonly sizes: readonly number[]
  readonly item: (size: number) => Item
}

const SERIES: readonly Series[] = [
  { what: 'attributes of 100 B', unit: 'attribute', sizes: [100, 300, 1000, 2500], item: (size) => itemOfTexts(size, 100) },
  { what: 'KB in 10 texts', unit: 'KB', sizes: [40, 100, 200, 390], item: (size) => itemOfTexts(10, (size * KB) / 10) },
  { what: 'KB in one binary value', unit: 'KB', sizes: [40, 100, 200, 390], item: (size) => itemOfBytes(size * KB) },
]

const MOST_GROWTH = 1.5

export interface GrowthRow {
  readonly item: string
  readonly direction: 'encrypt' | 'decrypt'
  readonly unit: string
  readonly nanoseconds: number
  /** Cost of a unit, over its cost in the smallest item of the series. */
  readonly growth: number
  readonly limit: number
}

export async function benchGrowth(rounds: number, milliseconds: number): Promise<GrowthRow[]> {
  const rows: GrowthRow[] = []
  const encryptor = wrappedEncryptor()
  for (const { what, unit, sizes, item } of SERIES) {
    const items = await Promise.all(
      sizes.map(async (size) => {
        const plain = item(size)
        return { size, plain, stored: await encryptor.encryptItem(plain) }
      }),
    )
    const times = await measure(
      items.flatMap(({ size, plain, stored }) => [
        awaited(`encrypt ${String(size)}`, () => encryptor.encryptItem(plain)),
        awaited(`decrypt ${String(size)}`, () => encryptor.decryptItem(stored)),
      ]),
      rounds,
      milliseconds,
    )
    for (const direction of ['encrypt', 'decrypt'] as const) {
      const each = sizes.map((size) => (times.get(`${direction} ${String(size)}`) ?? Number.NaN) / size)
      for (const [at, size] of sizes.entries()) {
        const nanoseconds = each[at] ?? Number.NaN
        rows.push({
          item: `${String(size)} ${what}`,
          direction,
          unit,
          nanoseconds,
          growth: nanoseconds / (each[0] ?? Number.NaN),
          limit: MOST_GROWTH,
        })
      }
    }
  }
  return rows
}

export interface GarbageRow {
  readonly item: string
  readonly direction: 'encrypt' | 'decrypt'
  readonly bytes: number
  /** Over the size of the item. */
  readonly times: number
  readonly limit: number
}

const LARGEST = 400 * KB
const MOST_GARBAGE = 3

/**
 * Bytes that a call allocates and its result does not hold, on JavaScript's heap and outside: the most of several calls, since a
 * collection in the middle of one only makes it less.
 */
async function garbageOf(work: () => Promise<unknown>, collect: () => Promise<void>): Promise<number> {
  const held: { result: unknown } = { result: undefined }
  let most = 0
  for (let call = 0; call < 9; call++) {
    // A forced collection throws compiled code away too, and code that is interpreted allocates more.
    for (let warm = 0; warm < 16; warm++) await work()
    const before = used()
    held.result = await work()
    const allocated = used() - before
    await collect()
    const withResult = used()
    held.result = undefined
    await collect()
    most = Math.max(most, allocated - (withResult - used()))
  }
  return most
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The collector, which Node shows only where it is asked for. Memory outside the heap is given back in the background. */
function collector(): () => Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  return async () => {
    if (typeof gc !== 'function') return
    Reflect.apply(gc, undefined, [])
    await setTimeout(20)
    Reflect.apply(gc, undefined, [])
  }
}

export async function benchGarbage(): Promise<GarbageRow[]> {
  const rows: GarbageRow[] = []
  const collect = collector()
  const encryptor = wrappedEncryptor()
  const items: readonly (readonly [string, Item])[] = [
    ['400 KB in one text', itemOfTexts(1, LARGEST)],
    ['400 KB in one binary value', itemOfBytes(LARGEST)],
    ['400 KB in 400 texts', itemOfTexts(400, LARGEST / 400)],
    ['400 KB in 3,000 texts', itemOfTexts(3000, LARGEST / 3000)],
  ]
  for (const [item, plain] of items) {
    const stored = await encryptor.encryptItem(plain)
    const works = { encrypt: () => encryptor.encryptItem(plain), decrypt: () => encryptor.decryptItem(stored) }
    for (const direction of ['encrypt', 'decrypt'] as const) {
      const bytes = await garbageOf(works[direction], collect)
      rows.push({ item, direction, bytes, times: bytes / LARGEST, limit: MOST_GARBAGE })
    }
  }
  return rows
}
