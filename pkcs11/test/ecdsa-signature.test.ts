// DER and back, against what OpenSSL makes of the same signatures, and what is no DER.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { fromDer, toDer } from '../src/ecdsa-signature.js'

const DATA = Buffer.from('string to sign')
const CURVES = [
  ['P-256', 32],
  ['P-384', 48],
  ['P-521', 66],
] as const

for (const [namedCurve, bytes] of CURVES) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })

  test(`${namedCurve}: OpenSSL verifies what toDer made of r and s`, () => {
    for (let time = 0; time < 100; time++) {
      const signature = sign('sha256', DATA, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      assert.equal(signature.length, 2 * bytes)
      assert.equal(verify('sha256', DATA, publicKey, toDer(signature)), true)
    }
  })

  test(`${namedCurve}: fromDer takes OpenSSL's DER apart, and toDer makes the same of it`, () => {
    for (let time = 0; time < 100; time++) {
      const der = sign('sha256', DATA, privateKey)
      const signature = fromDer(der, bytes)
      assert.ok(signature)
      assert.equal(verify('sha256', DATA, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature), true)
      assert.deepEqual(toDer(signature), der)
    }
  })
}

describe('numbers at their limits', () => {
  /** r and s of two bytes, and their DER. */
  const PAIRS: readonly [string, string][] = [
    ['00000000', '3006020100020100'],
    ['00010002', '3006020101020102'],
    ['007f0080', '300702017f02020080'],
    ['0100ffff', '3009020201000203 00ffff'],
  ]
  for (const [ends, spaced] of PAIRS) {
    test(ends, () => {
      const der = spaced.replaceAll(' ', '')
      assert.equal(toDer(Buffer.from(ends, 'hex')).toString('hex'), der)
      assert.equal(fromDer(Buffer.from(der, 'hex'), 2)?.toString('hex'), ends)
    })
  }
})

describe('no signature', () => {
  const MALFORMED: readonly [string, string][] = [
    ['nothing', ''],
    ['a tag alone', '30'],
    ['another tag than SEQUENCE', '3106020101020102'],
    ['another tag than INTEGER, first', '3006040101020102'],
    ['another tag than INTEGER, second', '3006020101040102'],
    ['bytes behind the sequence', '300602010102010200'],
    ['bytes behind s', '300702010102010200'],
    ['no s', '3003020101'],
    ['a length past the end', '3007020101020102'],
    ['a number past the end', '3006020101020202'],
    ['a short length in the long form', '308106020101020102'],
    ['an indefinite length', '30800201010201020000'],
    ['a number of no bytes', '30050200020102'],
    ['a negative number', '3006020181020102'],
    ['a number with a zero too many', '300702020001020102'],
    ['a number that is too long', '300802030100000201 02'],
  ]
  for (const [what, hex] of MALFORMED) {
    test(what, () => assert.equal(fromDer(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 2), undefined))
  }
})
