// The vectors that this project makes for others, every one of them: read, or refused with the code that they name. `npm run interop` shows
// them to the Java and the Python client.
import { describe, expect, test } from 'vitest'
import { canonicalItem } from './support/canonical-form.js'
import { itemFromJson } from './support/dynamodb-json.js'
import { encryptorFor, vectorSets } from './support/generated-vectors.js'

describe.each(vectorSets())('version $version, to read', ({ keys, readable }) => {
  test.each(readable)('$id', async (vector) => {
    const expected = canonicalItem(itemFromJson(vector.plaintext))
    // What either library reads, a reader under the other's name reads, too.
    for (const compatibility of ['java', 'python'] as const) {
      const encryptor = encryptorFor({ ...vector, compatibility }, keys)
      expect(canonicalItem(await encryptor.decryptItem(itemFromJson(vector.stored)))).toEqual(expected)
    }
  })

  test('a change to any attribute that is signed is refused', async () => {
    const [vector] = readable
    if (vector === undefined) throw new Error('there are vectors')
    const stored = itemFromJson(vector.stored)
    const encryptor = encryptorFor(vector, keys)
    for (const name of Object.keys(itemFromJson(vector.plaintext))) {
      if ((vector.actions.attributes[name] ?? vector.actions.default) === 'DO_NOTHING') continue
      await expect(encryptor.decryptItem({ ...stored, [name]: { S: 'changed' } })).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    }
  })
})

describe.each(vectorSets())('version $version, to refuse', ({ keys, refused }) => {
  test.each(refused)('$id: $what', async (vector) => {
    await expect(encryptorFor(vector, keys).decryptItem(itemFromJson(vector.stored))).rejects.toMatchObject({
      name: 'DynamoDBEncryptionError',
      code: vector.error,
    })
  })
})
