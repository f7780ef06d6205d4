// The entry ./nova-odm: decorators beside those of @nova-odm/annotations, and a mapper that encrypts by them.
import type { AttributeActions } from '../item/attribute-actions.js'
import { modelActions } from './model-actions.js'
import { mappedModel, type MappedClass } from './nova-odm-model.js'

export { doNothing, handleUnknownAttributes, signOnly, tableNameInContext } from './nova-odm-decorators.js'
export type { ClassOnlyDecorator, PropertyOrClassDecorator } from './nova-odm-decorators.js'
export { EncryptedDataMapper } from './nova-odm-mapper.js'
export type { EncryptedDataMapperOptions, SaveBehavior } from './nova-odm-mapper.js'
export type { MappedClass } from './nova-odm-model.js'

/**
 * The attribute actions of a mapped class, as Java's annotations give them: everything is encrypted and signed but for the primary key, the
 * version attribute, and what the decorators say. For item encryptors, transparent clients, and the check of a changed model.
 *
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, with class and property in its message: a key, an index key or a version attribute that
 *   is to be encrypted, a decorator on what is no attribute or inside a nested document; `INVALID_CONFIGURATION` for a class without a table
 */
export function actionsFrom(mappedClass: MappedClass): AttributeActions {
  return modelActions(mappedModel(mappedClass).model)
}
