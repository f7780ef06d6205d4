// encryptItems and decryptItems: order, bounded concurrency, the first failure with its index, an AbortSignal.
import {
  ItemEncryptor,
  type CryptographicMaterialsProvider,
  type DecryptionMaterials,
  type EncryptionContext,
  type EncryptionMaterials,
  type Item,
  type ItemsOptions,
} from 'dynamodb-encryption-client'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { itemEncryptor, staticProvider } from '../support/encryptors.js'
import { failureOf, thrownBy } from '../support/failures.js'
import { CONTEXT, ENCRYPT_ALL, wholeItem } from '../support/items.js'

const itemAt = (at: number): Item => ({ ...wholeItem(), when: { N: String(at) } })
const itemsUpTo = (count: number): Item[] => Array.from({ length: count }, (_, at) => itemAt(at))
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A provider that answers later, in a pattern that lets later items overtake earlier ones, and counts. */
class SlowProvider implements CryptographicMaterialsProvider {
  open = 0
  most = 0
  asked: number[] = []
  readonly #inner = staticProvider()
  readonly #before: (at: number) => Promise<void>

  constructor(
    before: (at: number) => Promise<void> = async (at) => {
      for (let turn = 0; turn < (at * 7) % 5; turn++) await nextTurn()
    },
  ) {
    this.#before = before
  }

  async encryptionMaterials(context: EncryptionContext): Promise<EncryptionMaterials> {
    await this.#wait(context.attributes)
    return this.#inner.encryptionMaterials(context)
  }

  async decryptionMaterials(context: EncryptionContext): Promise<DecryptionMaterials> {
    await this.#wait(context.attributes)
    return this.#inner.decryptionMaterials(context)
  }

  async #wait(attributes: Item | undefined): Promise<void> {
    const at = Number(attributes?.['when']?.N)
    this.asked.push(at)
    this.open++
    this.most = Math.max(this.most, this.open)
    try {
      await this.#before(at)
    } finally {
      this.open--
    }
  }
}

const encryptorOf = (materialsProvider: CryptographicMaterialsProvider): ItemEncryptor =>
  new ItemEncryptor({ materialsProvider, actions: ENCRYPT_ALL, context: CONTEXT })

describe('order', () => {
  test.each([0, 1, 2, 15, 16, 17, 100])('%i items', async (count) => {
    for (const encryptor of [itemEncryptor(), encryptorOf(new SlowProvider())]) {
      const stored = await encryptor.encryptItems(itemsUpTo(count))
      expect(stored.map((item) => item['when'])).toEqual(itemsUpTo(count).map((item) => item['when']))
      expect(await encryptor.decryptItems(stored)).toEqual(itemsUpTo(count))
    }
  })

  test('options of the call reach every item', async () => {
    const encryptor = itemEncryptor()
    const options: ItemsOptions = { context: { tableName: 'Other' }, actions: { default: 'SIGN_ONLY' } }
    const stored = await encryptor.encryptItems(itemsUpTo(3), options)
    expect(stored.map((item) => item['text'])).toEqual(itemsUpTo(3).map((item) => item['text']))
    expect(await encryptor.decryptItems(stored, options)).toEqual(itemsUpTo(3))
    await failureOf(() => encryptor.decryptItems(stored), 'SIGNATURE_MISMATCH', /./)
  })

  test('the list given is read only', async () => {
    const items = Object.freeze(itemsUpTo(3))
    expect(await itemEncryptor().decryptItems(await itemEncryptor().encryptItems(items))).toEqual(items)
  })
})

describe('concurrency', () => {
  test.each([
    [undefined, 16],
    [1, 1],
    [3, 3],
    [100, 40],
    [1e9, 40],
  ])('%s: at most %i at once', async (concurrency, most) => {
    const provider = new SlowProvider()
    const encryptor = encryptorOf(provider)
    const stored = await encryptor.encryptItems(itemsUpTo(40), { concurrency })
    expect(provider.most).toBe(most)
    provider.most = 0
    await encryptor.decryptItems(stored, { concurrency })
    expect(provider.most).toBe(most)
    expect(provider.asked).toHaveLength(80)
  })

  test.each([0, -1, 1.5, NaN, Infinity, '4', null])('%j is refused', async (concurrency) => {
    const options = { concurrency } as unknown as ItemsOptions
    for (const method of ['encryptItems', 'decryptItems'] as const) {
      await failureOf(() => itemEncryptor()[method](itemsUpTo(1), options), 'INVALID_CONFIGURATION', /concurrency is a whole number from 1/)
      await failureOf(() => itemEncryptor()[method]([], options), 'INVALID_CONFIGURATION', /concurrency is a whole number from 1/)
    }
  })

  describe('work that never waits', () => {
    afterEach(() => {
      vi.restoreAllMocks()
    })

    /** How often other work of the process gets its turn while items are encrypted and each look at the clock finds it `step` ms on. */
    async function turnsWithClock(step: number): Promise<number> {
      let now = 0
      vi.spyOn(performance, 'now').mockImplementation(() => (now += step))
      let turns = 0
      let done = false
      const other = (): void => {
        if (done) return
        turns++
        setImmediate(other)
      }
      setImmediate(other)
      await itemEncryptor().encryptItems(itemsUpTo(20), { concurrency: 1 })
      done = true
      return turns
    }

    test('lets other work in after 10 ms', async () => {
      expect(await turnsWithClock(11)).toBeGreaterThanOrEqual(20)
    })

    test('and not before', async () => {
      expect(await turnsWithClock(0)).toBe(0)
    })
  })
})

describe('a failure', () => {
  test.each([0, 1, 20, 39])('of item %i rejects with its index', async (bad) => {
    const encryptor = itemEncryptor()
    const items = itemsUpTo(40).map((item, at) => (at === bad ? { ...item, text: { N: 'one' } } : item))
    const error = await failureOf(() => encryptor.encryptItems(items), 'INVALID_ITEM', /attribute "text": a number is malformed/)
    expect(error).toMatchObject({ index: bad, attributeName: 'text', tableName: CONTEXT.tableName, key: { when: { N: String(bad) } } })

    const stored = (await encryptor.encryptItems(itemsUpTo(40))).map((item, at) => (at === bad ? { ...item, when: { N: '-1' } } : item))
    const mismatch = await failureOf(() => encryptor.decryptItems(stored), 'SIGNATURE_MISMATCH', /the signature does not hold/)
    expect(mismatch).toMatchObject({ index: bad, key: { when: { N: '-1' } } })
  })

  test('an error that is not of this package passes through as it is', async () => {
    const foreign = new Error('the provider`s own')
    const provider = new SlowProvider((at) => (at === 3 ? Promise.reject(foreign) : Promise.resolve()))
    expect(await thrownBy(() => encryptorOf(provider).encryptItems(itemsUpTo(10)))).toBe(foreign)
  })

  test('no further item begins, and those under way are waited for', async () => {
    const provider = new SlowProvider(async (at) => {
      await nextTurn()
      if (at === 1) throw new Error('no')
      await nextTurn()
      await nextTurn()
    })
    expect(await thrownBy(() => encryptorOf(provider).encryptItems(itemsUpTo(50), { concurrency: 4 }))).toEqual(new Error('no'))
    expect(provider.open).toBe(0)
    expect(provider.asked).toEqual([0, 1, 2, 3])
  })

  test('the first in time wins', async () => {
    const provider = new SlowProvider(async (at) => {
      for (let turn = 0; turn < 10 - at; turn++) await nextTurn()
      throw new Error(`item ${String(at)}`)
    })
    expect(await thrownBy(() => encryptorOf(provider).encryptItems(itemsUpTo(5)))).toEqual(new Error('item 4'))
  })

  test('a member that is no item', async () => {
    const items = [...itemsUpTo(2), undefined as unknown as Item]
    const error = await failureOf(() => itemEncryptor().encryptItems(items), 'INVALID_ITEM', /an item is an object/)
    expect(error.index).toBe(2)
  })

  test('a list that is none is a rejection, never thrown', async () => {
    for (const method of ['encryptItems', 'decryptItems'] as const) {
      const promise = itemEncryptor()[method](undefined as unknown as Item[])
      await expect(promise).rejects.toThrow()
    }
  })
})

describe('an AbortSignal', () => {
  test('aborted beforehand: nothing begins', async () => {
    const reason = new Error('changed my mind')
    for (const method of ['encryptItems', 'decryptItems'] as const) {
      const provider = new SlowProvider()
      expect(await thrownBy(() => encryptorOf(provider)[method](itemsUpTo(3), { signal: AbortSignal.abort(reason) }))).toBe(reason)
      expect(provider.asked).toEqual([])
      expect(await thrownBy(() => encryptorOf(provider)[method]([], { signal: AbortSignal.abort(reason) }))).toBe(reason)
    }
  })

  test('aborted meanwhile: no further item begins, and it rejects with the reason', async () => {
    const reason = { what: 'any value may be a reason' }
    const controller = new AbortController()
    const provider = new SlowProvider(async (at) => {
      await nextTurn()
      if (at === 5) controller.abort(reason)
      await nextTurn()
    })
    expect(await thrownBy(() => encryptorOf(provider).encryptItems(itemsUpTo(100), { concurrency: 4, signal: controller.signal }))).toBe(
      reason,
    )
    expect(provider.open).toBe(0)
    expect(provider.asked.length).toBeLessThanOrEqual(8)
  })

  test('aborted without a reason: the platform`s AbortError', async () => {
    const error = await thrownBy(() => itemEncryptor().encryptItems(itemsUpTo(1), { signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ name: 'AbortError' })
  })

  test('never aborted: no difference', async () => {
    const { signal } = new AbortController()
    const stored = await itemEncryptor().encryptItems(itemsUpTo(5), { signal })
    expect(await itemEncryptor().decryptItems(stored, { signal })).toEqual(itemsUpTo(5))
  })

  test('an abort in the middle of work that never waits', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 11))
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => {
      controller.abort(reason)
    })
    expect(await thrownBy(() => itemEncryptor().encryptItems(itemsUpTo(1000), { signal: controller.signal }))).toBe(reason)
    vi.restoreAllMocks()
  })
})
