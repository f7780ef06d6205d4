// What a materials provider is told of an item, and a check of what it answers.
import { DynamoDBEncryptionError } from '../errors.js'
import type { MaterialDescription } from '../format/material-description.js'
import type { SigningKey } from '../keys/key-interfaces.js'
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
export function assertMaterials(signingKey: SigningKey | undefined, description: MaterialDescription | undefined): void {
  if (typeof signingKey !== 'object') throw invalid('the materials provider returned no key to sign or verify with')
  if (typeof description !== 'object') throw invalid('the materials provider returned no materialDescription')
  for (const name in description) {
    if (typeof description[name] !== 'string')
      throw invalid('the materials provider returned a materialDescription with a value that is no string')
  }
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', message)
}
