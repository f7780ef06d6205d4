// What a materials provider is told of an item, and a check of what it answers.
import { hasMethod, isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { MaterialDescription } from '../format/material-description.js'
import type { ContentKey } from '../keys/key-interfaces.js'
import type { EncryptionContext } from '../materials/materials.js'
import type { CallSetup } from './encryptor-setup.js'
import type { ItemLayout } from './item-layout.js'
import { itemOf, type ItemValues } from './item-values.js'

/** The context with the attributes that are stored in plaintext, so that it is the same on both sides. */
export function providersContext(
  setup: CallSetup,
  layout: ItemLayout,
  values: Readonly<ItemValues>,
  materialDescription: MaterialDescription | undefined = setup.context.materialDescription,
): EncryptionContext {
  const { tableName, partitionKeyName, sortKeyName } = setup.context
  return { tableName, partitionKeyName, sortKeyName, attributes: itemOf(layout, values, layout.plaintext), materialDescription }
}

/** A provider can be anyone's object: what it answers is checked before it is used. */
export function assertMaterials(materials: unknown, keyName: 'signingKey' | 'verificationKey'): void {
  if (!isPlainObject(materials)) throw invalid('the materials provider returned no materials')
  const { [keyName]: key, materialDescription } = materials
  if (typeof key !== 'object' || key === null) throw invalid(`the materials provider returned no ${keyName}`)
  if (!isPlainObject(materialDescription)) throw invalid('the materials provider returned no materialDescription')
  for (const name in materialDescription) {
    if (typeof materialDescription[name] !== 'string')
      throw invalid('the materials provider returned a materialDescription with a value that is no string')
  }
}

export function assertContentKey(key: unknown): ContentKey {
  if (isContentKey(key)) return key
  throw invalid('the materials provider returned an encryptionKey or decryptionKey that is no content key')
}

function isContentKey(key: unknown): key is ContentKey {
  return hasMethod(key, 'encrypt') || hasMethod(key, 'decrypt')
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
