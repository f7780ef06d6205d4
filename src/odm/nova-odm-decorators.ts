// The decorators that stand beside those of @nova-odm/annotations, and what they leave on a class for the mapper to find.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { AttributeAction } from '../item/attribute-actions.js'

/** A decorator of TypeScript's `experimentalDecorators`, as those of `@nova-odm/annotations` are. */
export type PropertyOrClassDecorator = (target: object, propertyKey?: string | symbol) => void
export type ClassOnlyDecorator = (target: object) => void

/** What a class says of itself. Base classes have declarations of their own. */
export interface Declarations {
  /** For attributes without an action of their own. */
  defaultAction?: AttributeAction
  handlesUnknown?: boolean
  tableNameInContext?: string
  readonly actions: Map<string, AttributeAction>
}

/** The same symbol in every copy of this package: a class may be decorated by one copy and mapped by another. */
const DECLARATIONS = Symbol.for('dynamodb-encryption-client.nova-odm')

/**
 * Signed, not encrypted: Java's `@DoNotEncrypt`. On a property, or on a class for the properties that say nothing.
 *
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, as the class is defined, where the property or the class has an action already
 */
export function signOnly(): PropertyOrClassDecorator {
  return declareAction('signOnly', 'SIGN_ONLY')
}

/**
 * Neither signed nor encrypted: Java's `@DoNotTouch`. Whoever can write to the table can change the attribute unseen. On a class it means
 * all attributes, and its items are stored as they are.
 *
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, as the class is defined, where the property or the class has an action already
 */
export function doNothing(): PropertyOrClassDecorator {
  return declareAction('doNothing', 'DO_NOTHING')
}

/**
 * Java's `@HandleUnknownAttributes`: attributes that the class does not declare are verified and decrypted with the class's default action,
 * and then left out of the object, as the mapper does it. Without it such an item is refused.
 */
export function handleUnknownAttributes(): ClassOnlyDecorator {
  return (target) => {
    declarationsOn(classOf(target, 'handleUnknownAttributes')).handlesUnknown = true
  }
}

/** Java's `@TableAadOverride`: the name in the encryption context in the place of the table's own, for items that came from another table. */
export function tableNameInContext(tableName: string): ClassOnlyDecorator {
  return (target) => {
    const prototype = classOf(target, 'tableNameInContext')
    if (typeof tableName !== 'string' || tableName === '') {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `@tableNameInContext of the class ${classNameOf(prototype)} takes a table's name`,
      )
    }
    declarationsOn(prototype).tableNameInContext = tableName
  }
}

/** What a class and its base classes say, the nearest first: a subclass's word replaces its base's. */
export function declarationsOf(prototype: object): Readonly<Declarations> {
  const parent = Reflect.getPrototypeOf(prototype)
  const inherited = parent === null ? undefined : declarationsOf(parent)
  const own = Object.hasOwn(prototype, DECLARATIONS) ? declarationsOn(prototype) : undefined
  return { ...inherited, ...own, actions: new Map([...(inherited?.actions ?? []), ...(own?.actions ?? [])]) }
}

/** For messages: the class that has this prototype. */
export function classNameOf(prototype: object): string {
  return prototype.constructor.name
}

function declareAction(word: string, action: AttributeAction): PropertyOrClassDecorator {
  return (target, propertyKey) => {
    if (propertyKey === undefined) {
      const prototype = classOf(target, word)
      const declarations = declarationsOn(prototype)
      if (declarations.defaultAction !== undefined) throw twice(`the class ${classNameOf(prototype)}`, undefined, word)
      declarations.defaultAction = action
      return
    }
    if (typeof propertyKey !== 'string') throw notThere(word)
    const { actions } = declarationsOn(target)
    if (actions.has(propertyKey)) throw twice(`${classNameOf(target)}.${propertyKey}`, propertyKey, word)
    actions.set(propertyKey, action)
  }
}

function declarationsOn(prototype: object): Declarations {
  const known: unknown = Object.getOwnPropertyDescriptor(prototype, DECLARATIONS)?.value
  if (isDeclarations(known)) return known
  const value: Declarations = { actions: new Map() }
  Object.defineProperty(prototype, DECLARATIONS, { value })
  return value
}

function isDeclarations(value: unknown): value is Declarations {
  return isPlainObject(value) && value['actions'] instanceof Map
}

/** The prototype of a decorated class. */
function classOf(target: unknown, word: string): object {
  if (typeof target !== 'function') throw notThere(word)
  const prototype: unknown = Reflect.get(target, 'prototype')
  if (typeof prototype !== 'object' || prototype === null) throw notThere(word)
  return prototype
}

function twice(what: string, attributeName: string | undefined, word: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_ACTIONS', `${what} has two encryption decorators, @${word} and one below it: leave one`, {
    attributeName,
  })
}

function notThere(word: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_CONFIGURATION',
    `@${word} stands on a class or a property with a name, in a project with "experimentalDecorators", which @nova-odm/annotations needs too`,
  )
}
