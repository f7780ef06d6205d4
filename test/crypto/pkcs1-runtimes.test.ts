// PKCS#1 v1.5 on both kinds of runtime, whichever this one is: Node 20 refuses PKCS#1 v1.5 private decryption, OpenSSL 3.2 and
// later answer a bad padding with a synthetic message. RSA itself is left out: a wrapped key is the padded block.
import type * as crypto from 'node:crypto'
import type { KeyObject, RsaPrivateKey } from 'node:crypto'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { pkcs1Block } from '../support/reference-padding.js'
import { rsaPair, secretBytes } from '../support/test-keys.js'

const runtime = vi.hoisted(() => ({ rejectsImplicitly: true, calls: [] as string[] }))

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>()
  const privateDecrypt = ({ padding }: RsaPrivateKey, block: Uint8Array): Buffer => {
    if (padding === real.constants.RSA_NO_PADDING) {
      runtime.calls.push('raw')
      return Buffer.from(block)
    }
    runtime.calls.push('padded')
    if (!runtime.rejectsImplicitly) throw new Error('RSA_PKCS1_PADDING is no longer supported for private decryption')
    const separator = block.indexOf(0, 2)
    const good = block[0] === 0 && block[1] === 2 && separator >= 10
    return good ? Buffer.from(block.subarray(separator + 1)) : real.randomBytes(19)
  }
  return { ...real, privateDecrypt }
})

const KEY = secretBytes(32, 0xc0)
const MODULUS = 256

/** Whether the runtime rejects implicitly is found out once, so each test loads the module afresh. */
async function load(): Promise<{ unwrap: (block: Uint8Array) => Buffer; byHand: (block: Uint8Array) => Buffer }> {
  vi.resetModules()
  const { byHand, pkcs1DecryptKey } = await import('../../src/crypto/pkcs1.js')
  const privateKey: KeyObject = rsaPair(512).privateKey
  return { unwrap: (block) => pkcs1DecryptKey(privateKey, block), byHand: (block) => byHand(privateKey, block) }
}

beforeEach(() => {
  runtime.calls.length = 0
})

describe.each([
  { what: 'that rejects implicitly', rejectsImplicitly: true, calls: ['padded', 'padded', 'padded'] },
  { what: 'that refuses', rejectsImplicitly: false, calls: ['padded', 'raw', 'raw'] },
])('a runtime $what', ({ rejectsImplicitly, calls }) => {
  beforeEach(() => {
    runtime.rejectsImplicitly = rejectsImplicitly
  })

  test('is found out once, and unwraps', async () => {
    const { unwrap } = await load()
    expect(unwrap(pkcs1Block(MODULUS, KEY))).toEqual(KEY)
    expect(unwrap(pkcs1Block(MODULUS, KEY.subarray(0, 16)))).toEqual(KEY.subarray(0, 16))
    expect(runtime.calls).toEqual(calls)
  })

  test.each([0, 15, 33, 64])('a message of %i bytes gives a random key', async (length) => {
    const { unwrap } = await load()
    const block = pkcs1Block(MODULUS, secretBytes(length))
    const keys = [unwrap(block), unwrap(block)]
    expect(keys[0]).toHaveLength(32)
    expect(keys[0]).not.toEqual(keys[1])
  })

  test('a bad padding gives a random key', async () => {
    const { unwrap } = await load()
    const block = pkcs1Block(MODULUS, KEY)
    block[1] = 1
    const keys = [unwrap(block), unwrap(block)]
    expect(keys[0]).toHaveLength(32)
    expect(keys[0]).not.toEqual(keys[1])
  })
})

// Under a real modulus a padding that short means a message too long for a key; here the block can be short.
describe('the shortest padding, by hand', () => {
  const block = (padding: number): Buffer => Buffer.concat([Buffer.of(0, 2), Buffer.alloc(padding, 7), Buffer.of(0), KEY])
  test('8 bytes are enough', async () => {
    const { byHand } = await load()
    expect(byHand(block(8))).toEqual(KEY)
  })

  test.each([7, 1, 0])('%i are not', async (padding) => {
    const { byHand } = await load()
    expect(byHand(block(padding))).not.toEqual(KEY)
  })
})
