// An ElectroDB entity as a model. What its types declare is read from its schema; how its keys begin stands in what it works out of that.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { generatedAttribute, type KeyPrefix, type Model, type ModelAttribute } from './model.js'
import { inNested, nestedWord } from './nested-words.js'

/** What is looked at of an `Entity` of ElectroDB. */
export interface ElectroEntity {
  readonly schema: {
    readonly model: { readonly entity: string }
    readonly attributes: Readonly<Record<string, unknown>>
    readonly indexes: Readonly<Record<string, ElectroIndex>>
  }
  getTableName(): string | undefined
}

interface ElectroIndex {
  readonly index?: string
  readonly type?: string
  readonly pk: ElectroKey
  readonly sk?: ElectroKey
}

interface ElectroKey {
  readonly field?: string
  readonly composite?: readonly string[]
  readonly template?: string
}

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION`, `INVALID_ACTIONS` */
export function electrodbModel(entity: ElectroEntity): Model {
  const { model, attributes, indexes } = entity.schema
  const name = model.entity
  const title = `the entity ${quote(name)}`
  const tableName = entity.getTableName()
  if (tableName === undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `${title} has no table: give it one, new Entity(schema, { table }), before its attribute actions are taken`,
    )
  }
  const rows = Object.values(indexes)
  const keyNames = rows.filter(({ index }) => index === undefined).flatMap(keyFields)
  const own = Object.entries(attributes).map(([property, definition]) => attributeOf(property, definition, rows, name))
  const ownNames = new Set(own.map(({ attributeName }) => attributeName))
  const generated = [...new Set([...rows.flatMap(keyFields), ...marksOf(entity)])].filter((field) => !ownNames.has(field))
  return {
    title,
    name,
    tableName,
    keyNames,
    default: 'ENCRYPT_AND_SIGN',
    attributes: [...own, ...generated.map(generatedAttribute)],
    keyPrefixes: keyPrefixesOf(entity),
  }
}

function attributeOf(property: string, definition: unknown, indexes: readonly ElectroIndex[], entityName: string): ModelAttribute {
  // A definition may be its type alone: 'string', or a list of values.
  const given = isPlainObject(definition) ? definition : {}
  const { field, encryption, properties, items } = given
  const attributeName = typeof field === 'string' ? field : property
  const nested = nestedWord({ properties, items }, property, isSaid)
  if (nested !== undefined) throw inNested(`${entityName}.${nested}`, attributeName)
  const using = indexes.filter((index) => isInKeys(index, property, attributeName))
  return {
    property,
    attributeName,
    action: encryption,
    inPrimaryKey: using.some(({ index }) => index === undefined),
    inIndexes: using.flatMap(({ index }) => (index === undefined ? [] : [index])),
    comparedAs: undefined,
  }
}

/** An attribute inside may be named `encryption` itself: its definition is no text. */
function isSaid({ encryption }: Readonly<Record<string, unknown>>): boolean {
  return typeof encryption === 'string'
}

function isInKeys({ pk, sk }: ElectroIndex, property: string, attributeName: string): boolean {
  return [pk, sk].some((key) => key !== undefined && (key.field === attributeName || partsOf(key).includes(property)))
}

function partsOf({ composite = [], template }: ElectroKey): string[] {
  const inTemplate = typeof template === 'string' ? [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, part = '']) => part) : []
  return [...composite, ...inTemplate]
}

/** The fields that hold an index's keys. Those of type `composite` have none: there the parts themselves are the keys. */
function keyFields({ pk, sk }: ElectroIndex): string[] {
  return [pk.field, sk?.field].filter((field) => field !== undefined)
}

/** The attributes that tell an entity's items: every query and get of ElectroDB compares them. */
function marksOf(entity: ElectroEntity): string[] {
  const identifiers = objectAt(entity, 'identifiers')
  return [identifiers['entity'] ?? '__edb_e__', identifiers['version'] ?? '__edb_v__'].filter((name) => typeof name === 'string')
}

/**
 * How the keys of the table itself begin. ElectroDB's types do not tell: this reads `model.prefixes` and `model.facets.labels`, by table
 * index. Should a version keep them elsewhere, nothing is known, and entities that disagree are refused.
 */
function keyPrefixesOf(entity: ElectroEntity): ReadonlyMap<string, KeyPrefix> {
  const model = objectAt(entity, 'model')
  const keys = objectAt(objectAt(model, 'prefixes'), '')
  const labels = objectAt(objectAt(objectAt(model, 'facets'), 'labels'), '')
  const found = ['pk', 'sk'].flatMap((kind): [string, KeyPrefix][] => {
    const key = objectAt(keys, kind)
    const prefix = keyPrefix(key, labels[kind])
    return typeof key['field'] === 'string' && prefix !== undefined ? [[key['field'], prefix]] : []
  })
  return new Map(found)
}

/** `$service`, `$entity_1#first_`, or what stands before the first `${...}` of a template. */
function keyPrefix({ prefix, isCustom, casing, cast, postfix }: Readonly<Record<string, unknown>>, labels: unknown): KeyPrefix | undefined {
  if (typeof prefix !== 'string' || cast === 'number' || !Array.isArray(labels)) return undefined
  const first: unknown = labels[0]
  if (first === undefined) return { text: inCase(`${prefix}${typeof postfix === 'string' ? postfix : ''}`, casing), isWhole: true }
  const label = isPlainObject(first) ? first['label'] : undefined
  if (typeof label !== 'string') return undefined
  return { text: inCase(isCustom === true ? label : `${prefix}#${label}_`, casing), isWhole: false }
}

/** ElectroDB's keys are in lower case unless told otherwise. */
function inCase(text: string, casing: unknown): string {
  if (casing === 'none') return text
  return casing === 'upper' ? text.toUpperCase() : text.toLowerCase()
}

function objectAt(parent: object, name: string): Readonly<Record<string, unknown>> {
  const found: unknown = Reflect.get(parent, name)
  return isPlainObject(found) ? found : {}
}
