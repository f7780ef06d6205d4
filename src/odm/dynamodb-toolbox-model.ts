// A DynamoDB-Toolbox entity as a model, read from its schema and its table.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { generatedAttribute, type KeyPrefix, type Model, type ModelAttribute } from './model.js'
import { inNested, nestedWord } from './nested-words.js'

interface ToolboxKey {
  readonly name: string
}

interface ToolboxIndex {
  readonly partitionKey?: ToolboxKey | undefined
  readonly partitionKeys?: readonly ToolboxKey[] | undefined
  readonly sortKey?: ToolboxKey | undefined
  readonly sortKeys?: readonly ToolboxKey[] | undefined
}

/** What is looked at of a `Table` of DynamoDB-Toolbox. */
export interface ToolboxTable {
  readonly tableName?: string | (() => string) | undefined
  readonly partitionKey: ToolboxKey
  readonly sortKey?: ToolboxKey | undefined
  readonly indexes: Readonly<Record<string, ToolboxIndex>>
  readonly entityAttributeSavedAs: string
}

/** What is looked at of an `Entity` of DynamoDB-Toolbox. */
export interface ToolboxEntity {
  readonly entityName: string
  readonly table: ToolboxTable
  readonly schema: { readonly attributes: Readonly<Record<string, { readonly props: object }>> }
}

/** How an entity's keys begin, by key attribute: `{ PK: 'USER#' }`. */
export type KeyPrefixes = Readonly<Record<string, string>>

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`, `INVALID_ACTIONS` */
export function toolboxModel({ entityName: name, table, schema }: ToolboxEntity, given: KeyPrefixes = {}): Model {
  const title = `the entity ${quote(name)}`
  const tableName = typeof table.tableName === 'function' ? table.tableName() : table.tableName
  if (tableName === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `${title} has a table without a name: give it one, new Table({ name, ... }), before its attribute actions are taken`,
    )
  }
  const keyNames = [table.partitionKey.name, ...(table.sortKey === undefined ? [] : [table.sortKey.name])]
  const unknownKey = Object.keys(given).find((keyName) => !keyNames.includes(keyName))
  if (unknownKey !== undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `keyPrefixes of ${title} name ${quote(unknownKey)}, which is no key of its table: ${keyNames.join(', ')}`,
      { tableName },
    )
  }
  const attributes = Object.entries(schema.attributes).map(([property, attribute]) =>
    attributeOf(property, attribute, name, table, keyNames),
  )
  const names = new Set(attributes.map(({ attributeName }) => attributeName))
  return {
    title,
    name,
    tableName,
    keyNames,
    default: 'ENCRYPT_AND_SIGN',
    attributes: [...attributes, ...keyNames.filter((keyName) => !names.has(keyName)).map(generatedAttribute)],
    keyPrefixes: new Map([
      ...attributes.flatMap(({ property, attributeName }) => keyPrefixIn(property, attributeName, schema.attributes, keyNames)),
      ...Object.entries(given).map(([keyName, text]): [string, KeyPrefix] => [keyName, { text, isWhole: false }]),
    ]),
  }
}

function attributeOf(
  property: string,
  { props, ...inside }: { readonly props: object },
  entityName: string,
  table: ToolboxTable,
  keyNames: readonly string[],
): ModelAttribute {
  const { savedAs, key, meta, putLink } = fieldsOf(props)
  const attributeName = typeof savedAs === 'string' ? savedAs : property
  const nested = nestedWord(inside, property, (node) => isPlainObject(node['meta']) && typeof node['meta']['encryption'] === 'string')
  if (nested !== undefined) throw inNested(`${entityName}.${nested}`, attributeName)
  const isMark = attributeName === table.entityAttributeSavedAs
  const inIndexes = Object.entries(table.indexes).flatMap(([indexName, index]) =>
    keysOf(index).includes(attributeName) ? [indexName] : [],
  )
  // What is worked out of other attributes is made for the index alone: Toolbox's way to write index keys.
  const isGenerated = inIndexes.length > 0 && typeof putLink === 'function'
  return {
    property,
    attributeName,
    action: fieldsOf(meta)['encryption'],
    inPrimaryKey: key === true || keyNames.includes(attributeName),
    inIndexes,
    comparedAs: isMark ? 'is compared by every query' : isGenerated ? 'is the key of an index' : undefined,
  }
}

function keysOf({ partitionKey, partitionKeys = [], sortKey, sortKeys = [] }: ToolboxIndex): string[] {
  return [partitionKey, ...partitionKeys, sortKey, ...sortKeys].flatMap((key) => (key === undefined ? [] : [key.name]))
}

/** What the schema tells of a key that is an attribute of its own: a constant, or the prefix of a `prefix(...)` transformer. */
function keyPrefixIn(
  property: string | undefined,
  attributeName: string,
  attributes: ToolboxEntity['schema']['attributes'],
  keyNames: readonly string[],
): [string, KeyPrefix][] {
  const attribute = property === undefined ? undefined : attributes[property]
  if (attribute === undefined || !keyNames.includes(attributeName)) return []
  const { enum: values, transform } = fieldsOf(attribute.props)
  const { transformerId, prefix, delimiter } = fieldsOf(transform)
  const before = transformerId === 'prefix' && typeof prefix === 'string' && typeof delimiter === 'string' ? `${prefix}${delimiter}` : ''
  if (transform !== undefined && before === '') return []
  const value: unknown = Array.isArray(values) && values.length === 1 ? values[0] : undefined
  if (typeof value === 'string') return [[attributeName, { text: before + value, isWhole: true }]]
  return before === '' ? [] : [[attributeName, { text: before, isWhole: false }]]
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isPlainObject(value) ? value : {}
}
