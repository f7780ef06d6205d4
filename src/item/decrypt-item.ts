// Stored item to plaintext item: verify, then decrypt, then return.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { asBuffer } from '../bytes.js'
import { BLOCK_BYTES, unpaddedEnd } from '../crypto/cbc-pass.js'
import { equalInConstantTime } from '../crypto/digest.js'
import { DynamoDBEncryptionError, isDynamoDBEncryptionError, quote, withDetails } from '../errors.js'
import { readAttributeValue, writeAttributeValue } from '../format/attribute-values.js'
import { ByteReader } from '../format/byte-reader.js'
import type { CompatibilityRow } from '../format/compatibility.js'
import { FormatError } from '../format/format-error.js'
import { CBC_MODE, readMaterialDescription, type MaterialDescription } from '../format/material-description.js'
import { getOwn, isPromise, setOwn, type Item } from '../items.js'
import { forEachParallel } from '../parallel.js'
import { resolveSigningAlgorithm } from '../keys/allow-list.js'
import type { ContentKey, SigningKey } from '../keys/key-interfaces.js'
import { invalidCiphertext } from '../keys/local-aes-key.js'
import { isInPlaceMac, isOnePass, MAC_IN_PLACE, ONE_PASS, wipeIfItemsOwn } from '../keys/one-pass.js'
import type { DecryptionMaterials } from '../materials/materials.js'
import type { HistoryEntry } from './actions-history.js'
import { placeOf, type CallSetup, type ReservedNames } from './encryptor-setup.js'
import { CALLS_AT_ONCE, invalidAttribute } from './encrypt-item.js'
import { STRING_START, type ItemLayout } from './item-layout.js'
import { assertMaterials, providersContext } from './providers-context.js'
import { returnScratch, takeScratch, type Scratch } from './scratch.js'
import { tableDigest } from './table-digest.js'

/** @returns a new item without the reserved attributes; the one given is not changed */
export async function decryptItem(item: Item, setup: CallSetup): Promise<Item> {
  const { names, context, history } = setup
  // The copy reads each attribute once; what is verified is what is returned.
  const stored: Item = { ...item }
  if (!history.newest.actions.takesAction && (history.former.length === 0 || !Object.hasOwn(stored, names.signature))) return stored
  const scratch = takeScratch()
  try {
    const signature = signatureOf(stored, names)
    const description = descriptionOf(stored, names)
    const read: StoredItem = { stored, attributeNames: Object.keys(stored), signature, setup, scratch }
    const layout = layoutOf(read, history.newest, setup.formToTry)
    let materials = setup.provider.decryptionMaterials(providersContext(setup, layout, stored, description))
    if (isPromise(materials)) materials = await materials
    assertMaterials(materials.verificationKey, materials.materialDescription)

    const algorithm = resolveSigningAlgorithm(materials.verificationKey, getOwn(materials.materialDescription, names.signingAlgorithm))
    fillString(read, layout, setup.formToTry)
    let holds = check(scratch.string, layout.template.length, signature, materials.verificationKey, algorithm)
    if (isPromise(holds)) holds = await holds
    const held = holds ? { entry: history.newest, layout } : await otherForm(read, layout, materials.verificationKey, algorithm)

    const result = withoutReserved(stored, names)
    for (const name of held.layout.unsignedNames) if (held.entry.dropsUnsigned(name)) Reflect.deleteProperty(result, name)
    if (held.layout.encryptedCount === 0) return result

    let key = contentKeyOf(materials, names)
    if (isPromise(key)) key = await key
    try {
      const decrypted = decryptAttributes(result, held.layout, scratch, key)
      if (isPromise(decrypted)) await decrypted
    } finally {
      wipeIfItemsOwn(key)
    }
    return result
  } catch (error) {
    throw isDynamoDBEncryptionError(error) ? withDetails(error, placeOf(item, context)) : error
  } finally {
    returnScratch(scratch)
  }
}

interface StoredItem {
  readonly stored: Item
  readonly attributeNames: readonly string[]
  readonly signature: Uint8Array
  readonly setup: CallSetup
  readonly scratch: Scratch
}

function signatureOf(item: Item, names: ReservedNames): Uint8Array {
  const signature = getOwn(item, names.signature)
  if (signature === undefined) {
    throw new DynamoDBEncryptionError(
      'NOT_ENCRYPTED',
      `the item has no signature (the attribute ${quote(names.signature)}): it was written without the encryption client, or its signature was taken away`,
    )
  }
  if (!(signature.B instanceof Uint8Array)) throw mismatch()
  return signature.B
}

function descriptionOf(item: Item, names: ReservedNames): MaterialDescription {
  const attribute = getOwn(item, names.materialDescription)
  // Java stores none where it is empty.
  if (attribute === undefined) return {}
  try {
    if (!(attribute.B instanceof Uint8Array)) throw new FormatError('it is not of type B')
    return readMaterialDescription(attribute.B)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', `the item's material description cannot be read: ${error.message}`)
  }
}

function mismatch(): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'SIGNATURE_MISMATCH',
    'the signature does not hold: the item was changed after it was signed, or was signed under another key, another table name, or other ' +
      'attribute actions. Nothing of it has been decrypted.',
  )
}

function layoutOf({ attributeNames, setup }: StoredItem, entry: HistoryEntry, form: CompatibilityRow): ItemLayout {
  return entry.layouts.layoutOf(attributeNames, entry.actions, form.checking.order, setup.names.both)
}

/**
 * The signature did not hold under the newest actions and the likeliest form: tries the other form in which a library may
 * have signed the item, then former actions. Whatever gives a string to sign that was tried before is not tried again, so
 * an item that is the same in all forms is verified once.
 *
 * @throws `SIGNATURE_MISMATCH` where none holds
 */
async function otherForm(
  read: StoredItem,
  first: ItemLayout,
  key: SigningKey,
  algorithm: string,
): Promise<{ entry: HistoryEntry; layout: ItemLayout }> {
  const { setup, scratch, signature } = read
  const { newest, former } = setup.history
  const tried = [Buffer.from(scratch.string.subarray(STRING_START, first.template.length))]
  for (const entry of [newest, ...former]) {
    for (const form of setup.formsToCheck) {
      const layout = layoutOf(read, entry, form)
      fillString(read, layout, form)
      const string = scratch.string.subarray(STRING_START, layout.template.length)
      if (tried.some((earlier) => earlier.equals(string))) continue
      tried.push(Buffer.from(string))
      if (await check(scratch.string, layout.template.length, signature, key, algorithm)) return { entry, layout }
    }
  }
  throw mismatch()
}

/** Everything but the digests of the stored values is the layout's. */
function fillString({ stored, setup, scratch }: StoredItem, layout: ItemLayout, form: CompatibilityRow): void {
  const { value } = scratch
  scratch.startString(layout.template, tableDigest(setup.context.tableName, form), STRING_START)
  for (const { name, digestAt } of layout.signed) {
    value.position = 0
    try {
      writeAttributeValue(value, stored[name], form.checking)
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
  return key.verify(string.subarray(STRING_START, end), signature, algorithm)
}

function withoutReserved(stored: Item, names: ReservedNames): Item {
  const { [names.signature]: _signature, [names.materialDescription]: _description, ...attributes } = stored
  return attributes
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
  return typeof decryptionKey === 'function' ? decryptionKey() : decryptionKey
}

function decryptAttributes(result: Item, layout: ItemLayout, scratch: Scratch, key: ContentKey): void | Promise<void> {
  if (!isOnePass(key)) return decryptOneByOne(result, layout, key)
  const { blocks, ends } = scratch
  for (const { name, encrypted } of layout.signed) {
    if (!encrypted) continue
    const bytes = storedBytes(result[name])
    blocks.reserve(bytes.length)
    blocks.buffer.set(bytes, blocks.position)
    blocks.position += bytes.length
    ends.push(blocks.position)
  }
  const plaintext = key[ONE_PASS].decrypt(blocks.buffer.subarray(0, blocks.position))
  const reader = new ByteReader(plaintext)
  let start = 0
  let index = 0
  for (const { name, encrypted } of layout.signed) {
    if (!encrypted) continue
    const end = ends[index++] ?? start
    const valueEnd = unpaddedEnd(plaintext, start + BLOCK_BYTES, end)
    if (valueEnd === -1) throw invalidCiphertext()
    reader.narrow(start + BLOCK_BYTES, valueEnd)
    setOwn(result, name, readValue(reader))
    start = end
  }
}

/** For a key held elsewhere: a call an attribute. */
async function decryptOneByOne(result: Item, layout: ItemLayout, key: ContentKey): Promise<void> {
  const attributes = layout.signed.filter((attribute) => attribute.encrypted)
  const stored = attributes.map(({ name }) => storedBytes(result[name]))
  await forEachParallel(stored, CALLS_AT_ONCE, async (bytes, index) => {
    const plaintext = asBuffer(await decryptValue(key, bytes))
    const name = attributes[index]?.name
    if (name !== undefined) setOwn(result, name, readValue(new ByteReader(plaintext)))
  })
}

async function decryptValue(key: ContentKey, stored: Uint8Array): Promise<Uint8Array> {
  try {
    return await key.decrypt(stored)
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
