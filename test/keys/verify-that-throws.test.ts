// Some builds of OpenSSL throw for a malformed signature where others answer false. Either way it does not hold.
import type * as crypto from 'node:crypto'
import { LocalKey } from 'dynamodb-encryption-client'
import { expect, test, vi } from 'vitest'
import { ecPair, rsaPair } from '../support/test-keys.js'

vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof crypto>()),
  verify: () => {
    throw new Error('error:0680007B:asn1 encoding routines::header too long')
  },
}))

const DATA = Buffer.from('data')

test('RSA', () => {
  expect(LocalKey.rsaSigning(rsaPair()).verify(DATA, DATA)).toBe(false)
})

test('EC', () => {
  expect(LocalKey.ecdsaSigning(ecPair()).verify(DATA, DATA)).toBe(false)
})
