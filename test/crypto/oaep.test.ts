// RSA-OAEP with its two hashes apart: against Node's own where both are SHA-1, against a plain second implementation elsewhere,
// and every bad padding.
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { OAEP_ALGORITHMS, type HashName } from '../../src/crypto/algorithms.js'
import { oaepDecryptKey, oaepEncrypt, oaepRoom } from '../../src/crypto/oaep.js'
import { digestOf, goodPadding, oaepBlock, openOaepBlock, rawDecrypt, rawEncrypt, type OaepParts } from '../support/reference-padding.js'
import { rsaPair, secretBytes } from '../support/test-keys.js'

const { publicKey, privateKey } = rsaPair()
const MODULUS = 256
const HASHES: readonly HashName[] = Object.values(OAEP_ALGORITHMS)
const form = (labelHash: HashName): { labelHash: HashName; mgfHash: string } => ({ labelHash, mgfHash: 'sha1' })

describe.each(HASHES)('%s for the label, SHA-1 for MGF1', (hash) => {
  test.each([16, 24, 32])('a key of %i bytes, both ways', (length) => {
    const key = secretBytes(length)
    const wrapped = oaepEncrypt(publicKey, MODULUS, hash, key)
    expect(wrapped).toHaveLength(MODULUS)
    expect(openOaepBlock(rawDecrypt(privateKey, wrapped), form(hash))).toEqual(key)
    expect(oaepDecryptKey(privateKey, hash, wrapped)).toEqual(key)
    const foreign = rawEncrypt(publicKey, oaepBlock(MODULUS, form(hash), { message: key }))
    expect(oaepDecryptKey(privateKey, hash, foreign)).toEqual(key)
  })

  test.each([0, 1, 100])('wraps %i bytes', (length) => {
    const message = secretBytes(length)
    expect(openOaepBlock(rawDecrypt(privateKey, oaepEncrypt(publicKey, MODULUS, hash, message)), form(hash))).toEqual(message)
  })

  test('as many bytes as there is room for', () => {
    const room = MODULUS - 2 * digestOf(hash).length - 2
    expect(oaepRoom(MODULUS, hash)).toBe(room)
    const message = secretBytes(room)
    expect(openOaepBlock(rawDecrypt(privateKey, oaepEncrypt(publicKey, MODULUS, hash, message)), form(hash))).toEqual(message)
  })

  test('never the same twice', () => {
    const key = secretBytes(32)
    expect(oaepEncrypt(publicKey, MODULUS, hash, key)).not.toEqual(oaepEncrypt(publicKey, MODULUS, hash, key))
  })
})

describe('SHA-1 for both is what Node has by itself', () => {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  test.each([16, 24, 32])('a key of %i bytes, both ways', (length) => {
    const key = secretBytes(length)
    expect(privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, oaepEncrypt(publicKey, MODULUS, 'sha1', key))).toEqual(key)
    expect(oaepDecryptKey(privateKey, 'sha1', publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, key))).toEqual(key)
  })

  test('SHA-256 for both is not what the item format means', () => {
    const key = secretBytes(32)
    const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256' }, key)
    expect(oaepDecryptKey(privateKey, 'sha256', wrapped)).not.toEqual(key)
  })
})

describe('moduli of other lengths', () => {
  test.each([2056, 3072])('%i bits', (bits) => {
    const pair = rsaPair(bits)
    const key = secretBytes(32)
    const wrapped = oaepEncrypt(pair.publicKey, bits / 8, 'sha256', key)
    expect(openOaepBlock(rawDecrypt(pair.privateKey, wrapped), form('sha256'))).toEqual(key)
    expect(oaepDecryptKey(pair.privateKey, 'sha256', wrapped)).toEqual(key)
  })

  // The block is too short for the padding's fixed parts: nothing unwraps, and nothing is read past its end.
  test.each([
    [512, 'sha512'],
    [1024, 'sha512'],
  ] as const)('%i bits have no room for %s', (bits, hash) => {
    const pair = rsaPair(bits)
    expect(oaepRoom(bits / 8, hash)).toBeLessThan(0)
    const noise = Buffer.alloc(bits / 8, 1)
    noise[0] = 0
    expect(oaepDecryptKey(pair.privateKey, hash, noise)).toHaveLength(32)
  })
})

describe('a bad padding gives a random key', () => {
  const KEY = secretBytes(32, 0xc0)
  const noSeparator = (length: number): Uint8Array => Buffer.alloc(length)
  const withByte = (position: number, byte: number) => (length: number) => {
    const padding = Buffer.from(goodPadding(length))
    padding[position < 0 ? length + position : position] = byte
    return padding
  }
  test.each<[string, OaepParts]>([
    ['a first byte of 1', { firstByte: 1, message: KEY }],
    ['another label', { label: 'x', message: KEY }],
    ['no separator', { padding: noSeparator, message: Buffer.alloc(32) }],
    [
      'no separator but in the message',
      { padding: noSeparator, message: Buffer.concat([Buffer.alloc(8), Buffer.of(2), Buffer.alloc(23)]) },
    ],
    ['a byte that is not 0 at the beginning', { padding: withByte(0, 2), message: KEY }],
    ['a byte that is not 0 before the separator', { padding: withByte(-2, 0xff), message: KEY }],
    ['another separator', { padding: withByte(-1, 2), message: KEY }],
    ['an early separator, and so a long message', { padding: withByte(0, 1), message: KEY }],
    ['two separators, and so a message of 33 bytes', { padding: withByte(-2, 1), message: KEY }],
    ['a message of no bytes', { message: Buffer.alloc(0) }],
    ...[1, 8, 15, 17, 23, 25, 31, 33, 64].map((length): [string, OaepParts] => [
      `a message of ${String(length)} bytes`,
      { message: secretBytes(length) },
    ]),
    ['a first byte of 1 and another label', { firstByte: 1, label: 'x', message: KEY }],
  ])('%s', (_what, parts) => {
    const wrapped = rawEncrypt(publicKey, oaepBlock(MODULUS, form('sha256'), parts))
    const first = oaepDecryptKey(privateKey, 'sha256', wrapped)
    const second = oaepDecryptKey(privateKey, 'sha256', wrapped)
    expect(first).toHaveLength(32)
    expect(first).not.toEqual(second)
    const message = Buffer.from(parts.message)
    for (const key of [first, second]) {
      expect(key.equals(KEY)).toBe(false)
      if (message.length > 0) expect(key.includes(message.subarray(0, 8)) && message.length > 8).toBe(false)
      expect(key.equals(Buffer.alloc(32))).toBe(false)
    }
  })

  test('a label digest that differs in any one byte', () => {
    for (let at = 0; at < 32; at++) {
      const labelDigest = digestOf('sha256')
      labelDigest[at] = (labelDigest[at] ?? 0) ^ (1 << (at & 7))
      const wrapped = rawEncrypt(publicKey, oaepBlock(MODULUS, form('sha256'), { labelDigest, message: KEY }))
      expect(oaepDecryptKey(privateKey, 'sha256', wrapped)).not.toEqual(KEY)
    }
  })

  // Under so short a modulus the rest of a block without separator is as long as a key; it must not pass for one.
  test('no separator where all that is left is as long as a key', () => {
    const pair = rsaPair(528)
    const block = oaepBlock(66, form('sha256'), { padding: (length) => Buffer.alloc(length), message: Buffer.alloc(0) })
    const rest = Buffer.concat([digestOf('sha256').subarray(1), Buffer.alloc(1)])
    expect(oaepDecryptKey(pair.privateKey, 'sha256', rawEncrypt(pair.publicKey, block))).not.toEqual(rest)
  })

  test('another OAEP hash', () => {
    const wrapped = oaepEncrypt(publicKey, MODULUS, 'sha1', KEY)
    for (const hash of HASHES.filter((name) => name !== 'sha1')) expect(oaepDecryptKey(privateKey, hash, wrapped)).not.toEqual(KEY)
  })

  test('PKCS#1 v1.5', () => {
    const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, KEY)
    expect(oaepDecryptKey(privateKey, 'sha256', wrapped)).not.toEqual(KEY)
  })

  test.each([0, 1, 2])('the number %i', (number) => {
    const wrapped = Buffer.alloc(MODULUS)
    wrapped[MODULUS - 1] = number
    expect(oaepDecryptKey(privateKey, 'sha256', wrapped)).toHaveLength(32)
  })
})
