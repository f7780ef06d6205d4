// A class of @nova-odm/mapper as a model: the schema that its annotations left, and the words of our decorators.
import { DynamoDbSchema, DynamoDbTable, getSchema } from '@nova-odm/mapper'
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { AttributeAction } from '../item/attribute-actions.js'
import type { Model, ModelAttribute } from './model.js'
import { classNameOf, declarationsOf } from './nova-odm-decorators.js'

/** A class that the mapper can make objects of. */
export type MappedClass<T extends object = object> = new () => T

/** A class's annotations, and what of them is no model's. */
export interface MappedModel {
  readonly model: Model
  readonly handlesUnknown: boolean
  readonly tableNameInContext: string | undefined
  /** The names of its properties, as objects have them. */
  readonly properties: ReadonlySet<string>
  readonly versionProperty: string | undefined
}

type SchemaType = ReturnType<typeof getSchema>[string]

/**
 * @param tableNamePrefix - the mapper's, which stands before every table's name
 * @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`, `INVALID_ACTIONS`
 */
export function mappedModel(mappedClass: MappedClass, tableNamePrefix = ''): MappedModel {
  const prototype = prototypeOf(mappedClass)
  const name = classNameOf(prototype)
  const title = `the class ${name}`
  const schema = schemaOf(prototype)
  const table: unknown = Reflect.get(prototype, DynamoDbTable)
  if (typeof table !== 'string' || table === '') {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `${title} has no table: decorate it with @table('...') of @nova-odm/annotations`,
    )
  }
  const tableName = tableNamePrefix + table
  const declared = declarationsOf(prototype)
  const defaultAction = declared.defaultAction ?? 'ENCRYPT_AND_SIGN'
  const entries = Object.entries(schema)
  for (const [property, action] of declared.actions) {
    if (!Object.hasOwn(schema, property)) throw noAttribute(name, property, tableName)
    if (defaultAction === 'DO_NOTHING' && action !== 'DO_NOTHING') throw inUntouchedClass(name, property, tableName)
  }
  for (const [property, type] of entries) assertNothingNested(type, `${name}.${property}`, property)
  return {
    model: {
      title,
      name,
      tableName,
      keyNames: [...keyNames(entries, 'HASH'), ...keyNames(entries, 'RANGE')],
      default: defaultAction,
      attributes: entries.map(([property, type]) => attributeOf(property, type, declared.actions)),
      keyPrefixes: new Map(),
    },
    handlesUnknown: declared.handlesUnknown ?? false,
    tableNameInContext: declared.tableNameInContext,
    properties: new Set(Object.keys(schema)),
    versionProperty: entries.find(([, type]) => isVersion(type))?.[0],
  }
}

function prototypeOf(mappedClass: unknown): object {
  const prototype: unknown = typeof mappedClass === 'function' ? mappedClass.prototype : undefined
  if (typeof prototype === 'object' && prototype !== null) return prototype
  throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'a mapped class is a class, decorated with @table() of @nova-odm/annotations')
}

function schemaOf(prototype: object): ReturnType<typeof getSchema> {
  if (isPlainObject(Reflect.get(prototype, DynamoDbSchema))) return getSchema(prototype)
  throw new DynamoDBEncryptionError(
    'INVALID_CONFIGURATION',
    `the class ${classNameOf(prototype)} has no schema: decorate its properties with @attribute() and @hashKey() of @nova-odm/annotations`,
  )
}

function attributeOf(property: string, type: SchemaType, actions: ReadonlyMap<string, AttributeAction>): ModelAttribute {
  return {
    property,
    attributeName: nameOf(property, type),
    action: actions.get(property),
    inPrimaryKey: keyTypeOf(type) !== undefined,
    inIndexes: 'indexKeyConfigurations' in type ? Object.keys(type.indexKeyConfigurations ?? {}) : [],
    comparedAs: isVersion(type) ? 'is the version attribute, which writes are conditional on' : undefined,
  }
}

function keyNames(entries: readonly (readonly [string, SchemaType])[], kind: 'HASH' | 'RANGE'): string[] {
  return entries.flatMap(([property, type]) => (keyTypeOf(type) === kind ? [nameOf(property, type)] : []))
}

function keyTypeOf(type: SchemaType): 'HASH' | 'RANGE' | undefined {
  return 'keyType' in type ? type.keyType : undefined
}

function nameOf(property: string, { attributeName }: SchemaType): string {
  return attributeName ?? property
}

function isVersion(type: SchemaType): boolean {
  return type.type === 'Number' && type.versionAttribute === true
}

/** A class that is embedded in another may not have words of its own: only whole attributes are encrypted. */
function assertNothingNested(type: unknown, path: string, attributeName: string, seen = new Set<unknown>()): void {
  if (!isPlainObject(type) || seen.has(type)) return
  seen.add(type)
  const { members, memberType, valueConstructor } = type
  if (typeof valueConstructor === 'function') {
    const inner: unknown = Reflect.get(valueConstructor, 'prototype')
    const declared = typeof inner === 'object' && inner !== null ? declarationsOf(inner) : undefined
    const [property] = declared?.actions.keys() ?? []
    if (property !== undefined || declared?.defaultAction !== undefined)
      throw inNested(property === undefined ? path : `${path}.${property}`, attributeName)
  }
  assertNothingNested(memberType, path, attributeName, seen)
  const inside = Array.isArray(members)
    ? members.map((each: unknown) => ['', each] as const)
    : Object.entries(isPlainObject(members) ? members : {})
  for (const [property, each] of inside) assertNothingNested(each, property === '' ? path : `${path}.${property}`, attributeName, seen)
}

function noAttribute(name: string, attributeName: string, tableName: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_ACTIONS',
    `${name}.${attributeName} has an encryption decorator and is no attribute: decorate it with @attribute() too`,
    { attributeName, tableName },
  )
}

/** As in Java: `@DoNotTouch` on a class leaves nothing to sign. */
function inUntouchedClass(name: string, attributeName: string, tableName: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_ACTIONS',
    `${name}.${attributeName} is to be signed and the class ${name} is @doNothing(), whose items have no signature: decorate properties instead of ` +
      `the class`,
    { attributeName, tableName },
  )
}

function inNested(path: string, attributeName: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_ACTIONS',
    `${path} has an encryption decorator inside another attribute, and only whole attributes are encrypted: decorate the outer property`,
    { attributeName },
  )
}
