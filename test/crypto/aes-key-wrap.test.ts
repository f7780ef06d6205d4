// AES key wrap: the vectors of RFC 3394 section 4, Node's own, and what does not unwrap.
import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { AesKeyWrap } from '../../src/crypto/aes-key-wrap.js'
import { secretBytes } from '../support/test-keys.js'

const KEK = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F'
const DATA = '00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F'

describe('RFC 3394', () => {
  test.each([
    ['4.1', 16, 16, '1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5'],
    ['4.2', 24, 16, '96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D'],
    ['4.3', 32, 16, '64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7'],
    ['4.4', 24, 24, '031D33264E15D33268F24EC260743EDCE1C6C7DDEE725A936BA814915C6762D2'],
    ['4.5', 32, 24, 'A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1'],
    ['4.6', 32, 32, '28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21'],
  ])('section %s', (_section, kekLength, dataLength, wrapped) => {
    const keyWrap = new AesKeyWrap(Buffer.from(KEK, 'hex').subarray(0, kekLength))
    const data = Buffer.from(DATA, 'hex').subarray(0, dataLength)
    // Twice, since one cipher object serves for good.
    for (let time = 0; time < 2; time++) {
      expect(keyWrap.wrap(data).toString('hex').toUpperCase()).toBe(wrapped)
      expect(keyWrap.unwrap(Buffer.from(wrapped, 'hex'))).toEqual(data)
    }
  })
})

test('many keys of every length, in turn, against a cipher for each', () => {
  const kek = secretBytes(32, 5)
  const keyWrap = new AesKeyWrap(kek)
  for (let round = 0; round < 30; round++) {
    const key = secretBytes([16, 24, 32][round % 3] ?? 16, round)
    const wrapped = createCipheriv('aes256-wrap', kek, Buffer.alloc(8, 0xa6)).update(key)
    expect(keyWrap.wrap(key)).toEqual(wrapped)
    expect(keyWrap.unwrap(wrapped)).toEqual(key)
  }
})

describe('what does not unwrap', () => {
  const keyWrap = new AesKeyWrap(secretBytes(32, 5))
  const key = secretBytes(32)
  const wrapped = keyWrap.wrap(key)
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(wrapped)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return bytes
  }
  test.each<[string, Uint8Array]>([
    ['nothing', Buffer.alloc(0)],
    ['8 bytes', wrapped.subarray(0, 8)],
    ['16 bytes', wrapped.subarray(0, 16)],
    ['23 bytes', wrapped.subarray(0, 23)],
    ['24 bytes of 40', wrapped.subarray(0, 24)],
    ['32 bytes of 40', wrapped.subarray(0, 32)],
    ['39 bytes', wrapped.subarray(0, 39)],
    ['41 bytes', Buffer.concat([wrapped, Buffer.alloc(1)])],
    ['48 bytes', Buffer.concat([wrapped, Buffer.alloc(8)])],
    ['the first bit flipped', flipped(0)],
    ['the last bit flipped', flipped(39)],
    ['zeros', Buffer.alloc(40)],
    ['a megabyte of zeros', Buffer.alloc(1 << 20)],
    ['what another key wrapped', new AesKeyWrap(secretBytes(32, 6)).wrap(key)],
  ])('%s, and the next one does', (_what, bytes) => {
    expect(keyWrap.unwrap(bytes)).toBeUndefined()
    expect(keyWrap.unwrap(wrapped)).toEqual(key)
    expect(keyWrap.wrap(key)).toEqual(wrapped)
  })
})
