// Plaintext item and materials to stored item.
//
// Everything that depends on the item alone is done, and every mistake in it found, before a provider is asked for keys.
import { isMac, resolveSigningAlgorithm } from '../keys/allow-list.js'
import { isBytes } from '../assert.js'
import { asUint8Array } from '../bytes.js'
import { BLOCK_BYTES, paddingFor } from '../crypto/cbc-pass.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { writeAttributeValue } from '../format/attribute-values.js'
import type { CompatibilityRow } from '../format/compatibility.js'
import { FormatError } from '../format/format-error.js'
import { CBC_MODE, isEmpty, NONE, writeMaterialDescription } from '../format/material-description.js'
import { getOwn, isPromise, setOwn, type Item, type MaybePromise } from '../items.js'
import { forEachParallel } from '../parallel.js'
import type { ContentKey, SigningKey } from '../keys/key-interfaces.js'
import { isInPlaceMac, isOnePass, ONE_PASS, MAC_IN_PLACE, wipeIfItemsOwn } from '../keys/one-pass.js'
import type { EncryptionMaterials } from '../materials/materials.js'
import { placed, type CallSetup, type ReservedNames } from './encryptor-setup.js'
import { STRING_START, type ItemLayout } from './item-layout.js'
import { ownItemOf, readValues, type ItemValues } from './item-values.js'
import { assertContentKey, assertMaterials, providersContext } from './providers-context.js'
import { returnScratch, takeScratch, type Scratch } from './scratch.js'
import { tableDigest } from './table-digest.js'

/** @returns a new item; the one given is not changed */
export async function encryptItem(item: Item, setup: CallSetup): Promise<Item> {
  const { names, context, form } = setup
  const { actions, layouts } = setup.history.newest
  if (!actions.takesAction) return { ...item }
  const scratch = takeScratch()
  try {
    assertNotReserved(item, names)
    const attributeNames = Object.keys(item)
    const layout = layouts.layoutOf(attributeNames, actions, form.writing.order, names)
    const values = readValues(item, attributeNames)
    scratch.startString(layout.template, tableDigest(context.tableName, form), STRING_START)
    serialize(values, layout, form, scratch)

    let materials = setup.provider.encryptionMaterials(providersContext(setup, layout, values))
    if (isPromise(materials)) materials = await materials
    assertMaterials(materials, 'signingKey')
    try {
      if (layout.encrypted.length > 0) {
        const pass = encryptAttributes(values, layout, scratch, materials.encryptionKey)
        if (isPromise(pass)) await pass
      }
      const algorithm = resolveSigningAlgorithm(materials.signingKey, getOwn(materials.materialDescription, names.signingAlgorithm))
      let signature = sign(scratch.string, layout.template.length, materials.signingKey, algorithm)
      if (isPromise(signature)) signature = await signature
      const description = describe(materials, algorithm, names, form)
      const stored = ownItemOf(layout, values)
      if (description !== undefined) setOwn(stored, names.materialDescription, { B: description })
      setOwn(stored, names.signature, { B: asUint8Array(signature) })
      return stored
    } finally {
      wipeIfItemsOwn(materials.signingKey)
      wipeIfItemsOwn(materials.encryptionKey)
    }
  } catch (error) {
    throw placed(error, item, context)
  } finally {
    returnScratch(scratch)
  }
}

function assertNotReserved(item: Item, names: ReservedNames): void {
  for (const name of [names.signature, names.materialDescription]) {
    if (!Object.hasOwn(item, name)) continue
    throw new DynamoDBEncryptionError(
      'INVALID_ITEM',
      `the plaintext item has the reserved attribute ${quote(name)}: it is encrypted already, or was read without the encryption client. ` +
        `Take the attribute out, or decrypt the item first.`,
      { attributeName: name },
    )
  }
}

/** Lays the encrypted attributes out for one CBC pass, and digests those that are stored as they are. */
function serialize(values: Readonly<ItemValues>, layout: ItemLayout, form: CompatibilityRow, scratch: Scratch): void {
  const { blocks, value } = scratch
  for (const { name, index, encrypted, digestAt } of layout.signed) {
    try {
      if (encrypted) {
        scratch.randomBlock()
        writeAttributeValue(blocks, values[index], form.writing)
        const padding = paddingFor(blocks.position)
        blocks.repeat(padding, padding)
        scratch.endBlocks()
      } else {
        value.position = 0
        writeAttributeValue(value, values[index], form.writing)
        scratch.digestValue(digestAt)
      }
    } catch (error) {
      throw error instanceof FormatError ? invalidAttribute(name, error) : error
    }
  }
}

export function invalidAttribute(name: string, error: FormatError): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_ITEM', `attribute ${quote(name)}: ${error.message}`, { attributeName: name })
}

function encryptAttributes(values: ItemValues, layout: ItemLayout, scratch: Scratch, key: ContentKey | undefined): void | Promise<void> {
  if (key === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      'the actions encrypt attributes, but the materials provider has no encryptionKey: give it one, or set the actions to SIGN_ONLY',
    )
  }
  assertContentKey(key)
  if (!isOnePass(key)) return encryptOneByOne(values, layout, scratch, key)
  const { ends } = scratch
  const ciphertext = key[ONE_PASS].encrypt(scratch.blockBytes)
  const { buffer, byteOffset } = ciphertext
  let start = 0
  let position = 0
  for (const { index, digestAt } of layout.encrypted) {
    const end = ends[position++] ?? start
    const bytes = new Uint8Array(buffer, byteOffset + start, end - start)
    start = end
    scratch.digestBinary(bytes, digestAt)
    values[index] = { B: bytes }
  }
}

/** How many calls for one item a key held elsewhere gets at once. */
export const CALLS_AT_ONCE = 16

/** For a key held elsewhere: a call an attribute. */
async function encryptOneByOne(values: ItemValues, layout: ItemLayout, scratch: Scratch, key: ContentKey): Promise<void> {
  const { blocks, ends } = scratch
  await forEachParallel(layout.encrypted, CALLS_AT_ONCE, async ({ name, index, digestAt }, position) => {
    const start = (ends[position - 1] ?? 0) + BLOCK_BYTES
    const end = ends[position] ?? start
    const padding = blocks.buffer[end - 1] ?? 0
    const bytes = await encryptValue(key, name, Buffer.from(blocks.buffer.subarray(start, end - padding)))
    scratch.digestBinary(bytes, digestAt)
    values[index] = { B: bytes }
  })
}

async function encryptValue(key: ContentKey, name: string, plaintext: Buffer): Promise<Uint8Array> {
  const bytes: unknown = await key.encrypt(plaintext)
  plaintext.fill(0)
  if (!isBytes(bytes) || bytes.length < 2 * BLOCK_BYTES || bytes.length % BLOCK_BYTES !== 0) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      'the encryptionKey returned something else than a 16-byte IV and a ciphertext of whole 16-byte blocks',
      { attributeName: name },
    )
  }
  return asUint8Array(bytes)
}

/**
 * The bytes of the actual material description, with the entries that are the item encryptor's own (format section 3).
 *
 * @returns undefined where there is nothing to say
 */
function describe(materials: EncryptionMaterials, algorithm: string, names: ReservedNames, form: CompatibilityRow): Uint8Array | undefined {
  const { encryptionKey, materialDescription } = materials
  const mode = getOwn(materialDescription, names.mode)
  if (mode !== undefined && mode !== CBC_MODE) {
    throw new DynamoDBEncryptionError('ALGORITHM_NOT_ALLOWED', `the requested material description asks for another mode than ${CBC_MODE}`)
  }
  const own = encryptionKey === undefined ? NONE : names.modeEntry
  const over = form.namesMacAlgorithm || !isMac(algorithm) ? { ...own, [names.signingAlgorithm]: algorithm } : own
  if (isEmpty(over) && isEmpty(materialDescription)) return undefined
  try {
    return writeMaterialDescription(materialDescription, over)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', `the material description cannot be written: ${error.message}`)
  }
}

function sign(string: Buffer, end: number, key: SigningKey, algorithm: string): Uint8Array | Promise<Uint8Array> {
  if (isInPlaceMac(key)) return key[MAC_IN_PLACE](string, STRING_START, end)
  if (key.sign === undefined)
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'the signingKey cannot sign: give the key that has that half')
  const signature: MaybePromise<unknown> = key.sign(string.subarray(STRING_START, end), algorithm)
  return isPromise(signature) ? signature.then(assertSignature) : assertSignature(signature)
}

function assertSignature(signature: unknown): Uint8Array {
  if (isBytes(signature) && signature.length > 0) return signature
  throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'the signingKey returned something else than a signature in bytes')
}
