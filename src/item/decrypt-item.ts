// Stored item to plaintext item: verify, then decrypt, then return.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isBytes } from '../assert.js'
import { asBuffer } from '../bytes.js'
import { BLOCK_BYTES, unpaddedEnd } from '../crypto/cbc-pass.js'
import { equalInConstantTime } from '../crypto/digest.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote } from '../errors.js'
import { readAttributeValue, writeAttributeValue } from '../format/attribute-values.js'
import { ByteReader } from '../format/byte-reader.js'
import { LendingReader } from '../format/lending-reader.js'
import type { CompatibilityRow } from '../format/compatibility.js'
import { FormatError } from '../format/format-error.js'
import { CBC_MODE, readMaterialDescription, type MaterialDescription } from '../format/material-description.js'
import { getOwn, isPromise, type Item, type MaybePromise } from '../items.js'
import { forEachParallel } from '../parallel.js'
import { resolveSigningAlgorithm } from '../keys/allow-list.js'
import type { ContentKey, SigningKey } from '../keys/key-interfaces.js'
import { invalidCiphertext } from '../keys/local-aes-key.js'
import { isInPlaceMac, isOnePass, MAC_IN_PLACE, ONE_PASS, wipeIfItemsOwn, type OnePassContentKey } from '../keys/one-pass.js'
import type { DecryptionMaterials } from '../materials/materials.js'
import type { HistoryEntry } from './actions-history.js'
import { placed, type CallSetup, type ReservedNames } from './encryptor-setup.js'
import { CALLS_AT_ONCE, invalidAttribute } from './encrypt-item.js'
import { STRING_START, type ItemLayout } from './item-layout.js'
import { ownItemOf, readValues, type ItemValues } from './item-values.js'
import { assertContentKey, assertMaterials, providersContext } from './providers-context.js'
import { returnScratch, takeScratch, type Scratch } from './scratch.js'
import { tableDigest } from './table-digest.js'

/** @returns a new item without the reserved attributes; the one given is not changed */
export async function decryptItem(item: Item, setup: CallSetup): Promise<Item> {
  const { names, context, history } = setup
  const { newest, former } = history
  // Where nothing is configured to be done, only an item that a former entry of the history may have signed is looked at.
  if (!newest.actions.takesAction && (former.length === 0 || !Object.hasOwn(item, names.signature))) return { ...item }
  const scratch = takeScratch()
  try {
    const attributeNames = Object.keys(item)
    const layout = newest.layouts.layoutOf(attributeNames, newest.actions, setup.formToTry.checking.order, names)
    const values = readValues(item, attributeNames)
    const signature = signatureOf(layout, values, names)
    const description = descriptionOf(layout, values)
    let materials = setup.provider.decryptionMaterials(providersContext(setup, layout, values, description))
    if (isPromise(materials)) materials = await materials
    assertMaterials(materials, 'verificationKey')

    try {
      const key = materials.verificationKey
      const algorithm = resolveSigningAlgorithm(key, getOwn(materials.materialDescription, names.signingAlgorithm))
      fillString(values, layout, setup.formToTry, setup, scratch)
      let holds = check(scratch.string, layout.template.length, signature, key, algorithm)
      if (isPromise(holds)) holds = await holds
      const held = holds
        ? { entry: newest, layout }
        : await otherForm({ values, attributeNames, signature, setup, scratch }, layout, key, algorithm)

      if (held.layout.encrypted.length > 0) {
        const decrypted = decryptAttributes(values, held.layout, scratch, materials, names)
        if (isPromise(decrypted)) await decrypted
      }
      const result = ownItemOf(held.layout, values)
      for (const name of held.layout.unsignedNames) if (held.entry.dropsUnsigned(name)) Reflect.deleteProperty(result, name)
      return result
    } finally {
      wipeIfItemsOwn(materials.verificationKey)
      wipeIfItemsOwn(materials.decryptionKey)
    }
  } catch (error) {
    throw placed(error, item, context)
  } finally {
    returnScratch(scratch)
  }
}

function signatureOf(layout: ItemLayout, values: Readonly<ItemValues>, names: ReservedNames): Uint8Array {
  const signature = values[layout.signatureAt]
  if (signature === undefined) {
    throw new DynamoDBEncryptionError(
      'NOT_ENCRYPTED',
      `the item has no signature (the attribute ${quote(names.signature)}): it was written without the encryption client, or its signature was taken away`,
    )
  }
  const bytes = bytesOf(signature)
  if (bytes === undefined) throw mismatch()
  return bytes
}

function descriptionOf(layout: ItemLayout, values: Readonly<ItemValues>): MaterialDescription {
  const attribute = values[layout.materialDescriptionAt]
  // Java stores none where it is empty.
  if (attribute === undefined) return {}
  try {
    const bytes = bytesOf(attribute)
    if (bytes === undefined) throw new FormatError('it is not of type B')
    return readMaterialDescription(bytes)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', `the item's material description cannot be read: ${error.message}`)
  }
}

function bytesOf(attribute: AttributeValue | null): Uint8Array | undefined {
  const bytes: unknown = attribute?.B
  return isBytes(bytes) ? bytes : undefined
}

function mismatch(): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'SIGNATURE_MISMATCH',
    'the signature does not hold: the item was changed after it was signed, or was signed under another key, another table name, or other ' +
      'attribute actions. Nothing of it has been decrypted.',
  )
}

interface UnverifiedItem {
  readonly values: Readonly<ItemValues>
  readonly attributeNames: readonly string[]
  readonly signature: Uint8Array
  readonly setup: CallSetup
  readonly scratch: Scratch
}

/**
 * The signature did not hold under the newest actions and the likeliest form: tries the other form in which a library may
 * have signed the item, then former actions. Whatever gives a string to sign that was tried before is not tried again, so
 * an item that is the same in all forms is verified once.
 *
 * @throws `SIGNATURE_MISMATCH` where none holds
 */
async function otherForm(
  { values, attributeNames, signature, setup, scratch }: UnverifiedItem,
  first: ItemLayout,
  key: SigningKey,
  algorithm: string,
): Promise<{ entry: HistoryEntry; layout: ItemLayout }> {
  const { newest, former } = setup.history
  const tried = [Buffer.from(scratch.string.subarray(STRING_START, first.template.length))]
  for (const entry of [newest, ...former]) {
    for (const form of setup.formsToCheck) {
      const layout = entry.layouts.layoutOf(attributeNames, entry.actions, form.checking.order, setup.names)
      fillString(values, layout, form, setup, scratch)
      const string = scratch.string.subarray(STRING_START, layout.template.length)
      if (tried.some((earlier) => earlier.equals(string))) continue
      tried.push(Buffer.from(string))
      if (await check(scratch.string, layout.template.length, signature, key, algorithm)) return { entry, layout }
    }
  }
  throw mismatch()
}

/** Everything but the digests of the stored values is the layout's. */
function fillString(values: Readonly<ItemValues>, layout: ItemLayout, form: CompatibilityRow, setup: CallSetup, scratch: Scratch): void {
  const { value } = scratch
  scratch.startString(layout.template, tableDigest(setup.context.tableName, form), STRING_START)
  for (const { name, index, encrypted, digestAt } of layout.signed) {
    const stored = values[index]
    // What will be replaced by what its B decrypts to needs no look at whatever else it might hold.
    if (encrypted && stored?.B instanceof Uint8Array) {
      scratch.digestBinary(stored.B, digestAt)
      continue
    }
    value.position = 0
    try {
      writeAttributeValue(value, stored, form.checking)
    } catch (error) {
      throw error instanceof FormatError ? invalidAttribute(name, error) : error
    }
    scratch.digestValue(digestAt)
  }
}

function check(string: Buffer, end: number, signature: Uint8Array, key: SigningKey, algorithm: string): boolean | Promise<boolean> {
  if (isInPlaceMac(key)) return equalInConstantTime(key[MAC_IN_PLACE](string, STRING_START, end), signature)
  if (key.verify === undefined)
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'the verificationKey cannot verify: give the key that has that half')
  const holds: MaybePromise<unknown> = key.verify(string.subarray(STRING_START, end), signature, algorithm)
  // True itself: an answer such as { valid: false } of a key held elsewhere must not pass for it.
  return isPromise(holds) ? holds.then((answer) => answer === true) : holds === true
}

function contentKeyOf(materials: DecryptionMaterials, names: ReservedNames): ContentKey | Promise<ContentKey> {
  const { decryptionKey, materialDescription } = materials
  if (decryptionKey === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      'the item has encrypted attributes, but the materials provider has no decryptionKey',
    )
  }
  const mode = getOwn(materialDescription, names.mode)
  if (mode === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_MATERIAL_DESCRIPTION',
      `the item has encrypted attributes, but its material description has no ${names.mode}`,
    )
  }
  if (mode !== CBC_MODE)
    throw new DynamoDBEncryptionError(
      'ALGORITHM_NOT_ALLOWED',
      `the item's material description names another mode than ${CBC_MODE}: ${quote(mode)}`,
    )
  const key: MaybePromise<unknown> = typeof decryptionKey === 'function' ? decryptionKey() : decryptionKey
  return isPromise(key) ? key.then(assertContentKey) : assertContentKey(key)
}

/** Puts the decrypted values in the place of the stored ones. */
function decryptAttributes(
  values: ItemValues,
  layout: ItemLayout,
  scratch: Scratch,
  materials: DecryptionMaterials,
  names: ReservedNames,
): void | Promise<void> {
  const key = contentKeyOf(materials, names)
  return isPromise(key) ? key.then((content) => decryptUnder(content, values, layout, scratch)) : decryptUnder(key, values, layout, scratch)
}

function decryptUnder(key: ContentKey, values: ItemValues, layout: ItemLayout, scratch: Scratch): void | Promise<void> {
  if (!isOnePass(key))
    return decryptOneByOne(key, values, layout).finally(() => {
      wipeIfItemsOwn(key)
    })
  try {
    decryptInOnePass(key, values, layout, scratch)
  } finally {
    wipeIfItemsOwn(key)
  }
}

function decryptInOnePass(key: OnePassContentKey, values: ItemValues, layout: ItemLayout, scratch: Scratch): void {
  const { blocks, ends } = scratch
  for (const { index } of layout.encrypted) {
    blocks.append(storedBytes(values[index]))
    scratch.endBlocks()
  }
  const plaintext = key[ONE_PASS].decrypt(scratch.blockBytes)
  const reader = new LendingReader(plaintext)
  try {
    let start = 0
    let position = 0
    for (const { index } of layout.encrypted) {
      const end = ends[position++] ?? start
      const valueEnd = unpaddedEnd(plaintext, start + BLOCK_BYTES, end)
      if (valueEnd === -1) throw invalidCiphertext()
      reader.narrow(start + BLOCK_BYTES, valueEnd)
      values[index] = readValue(reader)
      start = end
    }
  } finally {
    reader.wipeTheRest()
  }
}

/** For a key held elsewhere: a call an attribute. */
async function decryptOneByOne(key: ContentKey, values: ItemValues, layout: ItemLayout): Promise<void> {
  // All are looked at before the key is asked about any.
  const stored = layout.encrypted.map(({ index }) => ({ index, bytes: storedBytes(values[index]) }))
  await forEachParallel(stored, CALLS_AT_ONCE, async ({ index, bytes }) => {
    values[index] = readValue(new ByteReader(asBuffer(await decryptValue(key, bytes))))
  })
}

async function decryptValue(key: ContentKey, stored: Uint8Array): Promise<Uint8Array> {
  try {
    const plaintext: unknown = await key.decrypt(stored)
    if (isBytes(plaintext)) return plaintext
    throw invalidCiphertext()
  } catch (error) {
    // What kept a key held elsewhere from being used may be told; why a ciphertext did not decrypt may not.
    throw isDynamoDBEncryptionError(error) && error.code === 'MATERIALS_UNAVAILABLE' ? error : invalidCiphertext()
  }
}

function storedBytes(value: AttributeValue | undefined): Uint8Array {
  const bytes = value?.B
  if (!(bytes instanceof Uint8Array) || bytes.length < 2 * BLOCK_BYTES || bytes.length % BLOCK_BYTES !== 0) throw invalidCiphertext()
  return bytes
}

function readValue(reader: ByteReader): AttributeValue {
  try {
    const value = readAttributeValue(reader)
    reader.finish()
    return value
  } catch (error) {
    throw error instanceof FormatError ? invalidCiphertext() : error
  }
}
