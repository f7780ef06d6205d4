// Keys are in the token for one reason: that nobody, this program included, can take them out of it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import pkcs11js, { type Handle } from 'pkcs11js'
import { rsaPair } from './support/pairs.js'
import { newToken } from './support/softhsm.js'
import { generateAes, generateEc, generateMac, generateRsa, importRsa, importSecret } from './support/token-keys.js'

const made = newToken()
const { token } = made
after(() => made.remove())

const { CKA_COEFFICIENT, CKA_PRIME_1, CKA_PRIVATE_EXPONENT, CKA_VALUE } = pkcs11js
const RSA_SECRETS = [CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_COEFFICIENT]

interface Row {
  readonly what: string
  readonly key: () => Promise<Handle>
  readonly secrets: readonly number[]
  /** Made elsewhere: it was outside once, and the token remembers. */
  readonly imported?: boolean
}

const KEYS: readonly Row[] = [
  { what: 'a content key', key: () => generateAes(token, 'content', 'content'), secrets: [CKA_VALUE] },
  { what: 'an AES wrapping key', key: () => generateAes(token, 'wrapping', 'wrapping'), secrets: [CKA_VALUE] },
  { what: 'a MAC key', key: () => generateMac(token, 'mac'), secrets: [CKA_VALUE] },
  { what: 'an RSA wrapping key', key: async () => (await generateRsa(token, 'oaep', 'oaep')).privateKey, secrets: RSA_SECRETS },
  { what: 'an RSA signing key', key: async () => (await generateRsa(token, 'rsa', 'signing')).privateKey, secrets: RSA_SECRETS },
  { what: 'an EC signing key', key: async () => (await generateEc(token, 'ec', 'P-256')).privateKey, secrets: [CKA_VALUE] },
  {
    what: 'an imported AES key',
    key: () => importSecret(token, 'imported', 'content', randomBytes(32)),
    secrets: [CKA_VALUE],
    imported: true,
  },
  {
    what: 'an imported RSA key',
    key: () => importRsa(token, 'imported rsa', 'oaep', rsaPair(2048).privateKey),
    secrets: RSA_SECRETS,
    imported: true,
  },
]

/** By name: the binding gives an error a code from some functions and not from others. */
function refuses(work: () => unknown, reason: string): void {
  assert.throws(work, { message: new RegExp(`^${reason}\\b`) })
}

function flag(key: Handle, type: number): boolean {
  return token.attribute(key, type)[0] === 1
}

for (const { what, key: make, secrets, imported = false } of KEYS) {
  describe(what, () => {
    test('has no value that could be read', async () => {
      const key = await make()
      for (const type of secrets) refuses(() => token.attribute(key, type), 'CKR_ATTRIBUTE_SENSITIVE')
      assert.equal(flag(key, pkcs11js.CKA_SENSITIVE), true)
      assert.equal(flag(key, pkcs11js.CKA_EXTRACTABLE), false)
      assert.equal(flag(key, pkcs11js.CKA_ALWAYS_SENSITIVE), !imported)
      assert.equal(flag(key, pkcs11js.CKA_NEVER_EXTRACTABLE), !imported)
    })

    test('cannot be wrapped, nor be made readable', async () => {
      const [key, wrapping] = [await make(), await generateAes(token, `thief of ${what}`, 'wrapping')]
      const { pkcs11 } = token
      await token.use((session) => {
        const mechanism = { mechanism: pkcs11js.CKM_AES_KEY_WRAP_PAD }
        refuses(() => pkcs11.C_WrapKey(session, mechanism, wrapping, key, Buffer.alloc(4096)), 'CKR_KEY_UNEXTRACTABLE')
        for (const [type, value] of [
          [pkcs11js.CKA_SENSITIVE, false],
          [pkcs11js.CKA_EXTRACTABLE, true],
        ] as const) {
          refuses(() => {
            pkcs11.C_SetAttributeValue(session, key, [{ type, value }])
          }, 'CKR_ATTRIBUTE_READ_ONLY')
        }
      })
    })
  })
}

test('a key has one use: what wraps does not decrypt, what decrypts does not wrap', async () => {
  const [wrapping, content] = [await generateAes(token, 'only wraps', 'wrapping'), await generateAes(token, 'only decrypts', 'content')]
  const { pkcs11 } = token
  const cbc = { mechanism: pkcs11js.CKM_AES_CBC_PAD, parameter: Buffer.alloc(16) }
  await token.use((session) => {
    refuses(() => {
      pkcs11.C_DecryptInit(session, cbc, wrapping)
    }, 'CKR_KEY_FUNCTION_NOT_PERMITTED')
    const wrap = { mechanism: pkcs11js.CKM_AES_KEY_WRAP }
    refuses(() => pkcs11.C_WrapKey(session, wrap, content, wrapping, Buffer.alloc(64)), 'CKR_KEY_FUNCTION_NOT_PERMITTED')
  })
})
