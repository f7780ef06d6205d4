// docs/keys-held-elsewhere.md stays true: its code is that of this folder, which runs.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { visitsEncryptor } from '../examples/visits.js'
import { assertFails } from './support/failures.js'
import { ITEM } from './support/items.js'
import { newToken } from './support/softhsm.js'
import { generateEc, generateRsa } from './support/token-keys.js'

const made = newToken()
const { token } = made
after(() => made.remove())

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/keys-held-elsewhere.md', root), 'utf8')
const blocks = [...page.matchAll(/^```typescript\n(.*?)^```$/gms)].map(([, code = '']) => code)

test('the page shows the example and a key of each role', () => {
  assert.equal(blocks.length, 4)
})

for (const code of blocks) {
  const [, file = 'none: its first line names no file'] = /^\/\/ (pkcs11\/\S+)\n/.exec(code) ?? []
  test(`the page has the code of ${file}, word for word`, () => {
    assert.equal(code, readFileSync(new URL(file, root), 'utf8'))
  })
}

test('the example encrypts and decrypts, and refuses what was changed', async () => {
  await generateRsa(token, 'visits-wrapping', 'oaep')
  await generateEc(token, 'visits-signing', 'P-256')
  const encryptor = visitsEncryptor(token)
  const stored = await encryptor.encryptItem(ITEM)
  assert.deepEqual(await encryptor.decryptItem(stored), ITEM)
  const changed = { ...stored, visit: { N: '20260418' } }
  await assertFails(encryptor.decryptItem(changed), 'SIGNATURE_MISMATCH', /signature/)
})
