// Attribute actions of items that have a TypeScript type and no schema: the compiler sees to it that no property is left out.
import { AttributeActions, type AttributeAction } from './attribute-actions.js'

/** An action for each property of `T`, optional ones too. A type without names of its own, such as `Item`, cannot be listed. */
export type ActionForEach<T> = string extends keyof T ? never : Readonly<Record<Extract<keyof T, string>, AttributeAction>>

/** Refuses the properties that `Given` has beyond those of `T`, wherever the object was written. */
export type NoOthers<T, Given> = Readonly<Record<Exclude<keyof Given, keyof T>, never>>

export interface DefineActionsOptions {
  /** For attributes that the type does not know. `ENCRYPT_AND_SIGN` where left out. */
  readonly default?: AttributeAction | undefined
}

/**
 * Actions for items of type `T`. A property that is added to the type later does not compile until it has an action; a property that the
 * type does not have does not compile either. The primary key's attributes take `SIGN_ONLY`.
 *
 * @returns a function of the actions, so that `T` is written and the rest is inferred
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, from the returned function, for an action that a JavaScript caller misspelt
 *
 * @example
 * ```ts
 * const actions = defineActions<Person>()({ id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN' })
 * ```
 */
export function defineActions<T extends object>(): <Given extends ActionForEach<T>>(
  attributes: Given & NoOthers<T, Given>,
  options?: DefineActionsOptions,
) => AttributeActions {
  return (attributes, options = {}) => new AttributeActions({ default: options.default, attributes })
}
