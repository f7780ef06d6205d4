// The error class and the small modules that everything stands on.
import { inspect } from 'node:util'
import { DynamoDBEncryptionError } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { asBuffer, asUint8Array, wipe } from '../../src/bytes.js'
import { isDynamoDBEncryptionError, quote, withDetails } from '../../src/errors.js'
import { getOwn, isPromise, setOwn } from '../../src/items.js'
import { forEachParallel } from '../../src/parallel.js'
import { thrownBy } from '../support/failures.js'

const ALL = {
  cause: new Error('why'),
  tableName: 'People',
  attributeName: '__proto__',
  key: { id: { S: '7' } },
  index: 0,
  requestApplied: false,
} as const

describe('DynamoDBEncryptionError', () => {
  test('is an Error with a code', () => {
    const error = new DynamoDBEncryptionError('INVALID_ITEM', 'what to do')
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(DynamoDBEncryptionError)
    expect(error).toMatchObject({ name: 'DynamoDBEncryptionError', code: 'INVALID_ITEM', message: 'what to do' })
    expect(String(error)).toBe('DynamoDBEncryptionError: what to do')
    expect(error.stack).toContain('errors.test')
  })

  test('has only what is known', () => {
    const error = new DynamoDBEncryptionError('INVALID_ITEM', 'x')
    for (const name of ['cause', 'tableName', 'attributeName', 'key', 'index', 'requestApplied']) expect(name in error).toBe(false)
    const undefineds = new DynamoDBEncryptionError('INVALID_ITEM', 'x', {
      cause: undefined,
      tableName: undefined,
      key: undefined,
      index: undefined,
    })
    for (const name of ['cause', 'tableName', 'attributeName', 'key', 'index', 'requestApplied']) expect(name in undefineds).toBe(false)
  })

  test('shows everything it knows', () => {
    const error = new DynamoDBEncryptionError('SIGNATURE_MISMATCH', 'x', ALL)
    expect(error).toMatchObject(ALL)
    expect(error.cause).toBe(ALL.cause)
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'DynamoDBEncryptionError',
      code: 'SIGNATURE_MISMATCH',
      tableName: 'People',
      attributeName: '__proto__',
      key: { id: { S: '7' } },
      index: 0,
      requestApplied: false,
    })
    for (const word of ['SIGNATURE_MISMATCH', 'People', 'why', 'index: 0']) expect(inspect(error)).toContain(word)
  })
})

describe('isDynamoDBEncryptionError', () => {
  class DynamoDBEncryptionErrorOfAnotherBuild extends Error {
    override readonly name = 'DynamoDBEncryptionError'
    readonly code = 'INVALID_ITEM'
  }
  test.each<[unknown, boolean]>([
    [new DynamoDBEncryptionError('INVALID_ITEM', 'x'), true],
    [new DynamoDBEncryptionErrorOfAnotherBuild('x'), true],
    [new Error('x'), false],
    [Object.assign(new Error('x'), { name: 'DynamoDBEncryptionError' }), false],
    [Object.assign(new Error('x'), { code: 'INVALID_ITEM' }), false],
    [{ name: 'DynamoDBEncryptionError', code: 'INVALID_ITEM' }, false],
    ['DynamoDBEncryptionError', false],
    [undefined, false],
    [null, false],
  ])('%o: %s', (error, is) => {
    expect(isDynamoDBEncryptionError(error)).toBe(is)
  })
})

describe('withDetails', () => {
  test('adds what is lacking, keeps everything else', () => {
    const error = new DynamoDBEncryptionError('INVALID_ITEM', 'what', { cause: ALL.cause, attributeName: 'a' })
    const placed = withDetails(error, { tableName: 'People', index: 3 })
    expect(placed).toMatchObject({ code: 'INVALID_ITEM', message: 'what', attributeName: 'a', tableName: 'People', index: 3 })
    expect(placed.cause).toBe(ALL.cause)
    expect(placed.stack).toBe(error.stack)
    expect('index' in error).toBe(false)
  })

  test('the inner place wins', () => {
    const error = new DynamoDBEncryptionError('INVALID_ITEM', 'what', ALL)
    const placed = withDetails(error, {
      cause: new Error('other'),
      tableName: 'Other',
      attributeName: 'other',
      key: {},
      index: 9,
      requestApplied: true,
    })
    expect(placed).toMatchObject(ALL)
    expect(placed.cause).toBe(ALL.cause)
  })

  test('undefined takes nothing away', () => {
    const error = new DynamoDBEncryptionError('INVALID_ITEM', 'what', ALL)
    expect(withDetails(error, { tableName: undefined, key: undefined, cause: undefined })).toMatchObject(ALL)
  })

  test('an error whose stack was taken away', () => {
    const error = new DynamoDBEncryptionError('INVALID_ITEM', 'what')
    Object.defineProperty(error, 'stack', { value: undefined })
    expect(withDetails(error, { index: 1 })).toMatchObject({ message: 'what', index: 1 })
  })
})

describe('quote', () => {
  test.each([
    ['name', '"name"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['line\nbreak\u0000', '"line\\nbreak\\u0000"'],
    ['\ud800', '"\\ud800"'],
    ['x'.repeat(64), `"${'x'.repeat(64)}"`],
    ['x'.repeat(65), `"${'x'.repeat(64)}…"`],
    [`${'x'.repeat(63)}\u{1F600}`, `"${'x'.repeat(63)}\\ud83d…"`],
  ])('%j', (name, quoted) => {
    expect(quote(name)).toBe(quoted)
    expect(quote(name).isWellFormed()).toBe(true)
  })
})

describe('own properties', () => {
  test.each(['a', '__proto__', 'constructor', 'toString'])('%s is set and read as itself', (name) => {
    const target: Record<string, string> = {}
    expect(getOwn(target, name)).toBeUndefined()
    setOwn(target, name, 'value')
    expect(getOwn(target, name)).toBe('value')
    expect(Object.keys(target)).toEqual([name])
    setOwn(target, name, 'other')
    expect(getOwn(target, name)).toBe('other')
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype)
    expect(Reflect.deleteProperty(target, name)).toBe(true)
  })
})

describe('isPromise', () => {
  test.each<[unknown, boolean]>([
    [Promise.resolve(), true],
    [{ then: () => undefined }, true],
    [{ then: 'later' }, false],
    [{}, false],
    [null, false],
    [undefined, false],
    ['then', false],
    [() => undefined, false],
  ])('%o: %s', (value, is) => {
    expect(isPromise(value)).toBe(is)
  })
})

describe('bytes', () => {
  test('views of the same memory, in either class', () => {
    const memory = new Uint8Array([1, 2, 3, 4])
    const view = memory.subarray(1, 3)
    const buffer = asBuffer(view)
    expect(Buffer.isBuffer(buffer)).toBe(true)
    expect([...buffer]).toEqual([2, 3])
    expect(asBuffer(buffer)).toBe(buffer)
    const plain = asUint8Array(buffer)
    expect(plain.constructor).toBe(Uint8Array)
    plain[0] = 9
    expect([...memory]).toEqual([1, 9, 3, 4])
    wipe(view)
    expect([...memory]).toEqual([1, 0, 0, 4])
  })
})

describe('forEachParallel', () => {
  test('every member once, with its index', async () => {
    const seen: [string, number][] = []
    await forEachParallel(['a', 'b', 'c'], 2, (member, index) => {
      seen.push([member, index])
      return Promise.resolve()
    })
    expect(seen).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ])
  })

  test('no members', async () => {
    await forEachParallel([], 4, () => Promise.reject(new Error('not asked')))
  })

  test('undefined may be thrown, and is', async () => {
    let failed = false
    try {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- callers do
      await forEachParallel([1], 1, () => Promise.reject(undefined))
    } catch (error) {
      failed = true
      expect(error).toBeUndefined()
    }
    expect(failed).toBe(true)
  })

  test('a throw is a rejection', async () => {
    const work = (): Promise<void> => {
      throw new Error('thrown')
    }
    expect(await thrownBy(() => forEachParallel([1, 2], 2, work))).toEqual(new Error('thrown'))
  })
})
