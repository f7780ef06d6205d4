// A model as every adapter reads it out of its library's schema. Below this nobody asks which library it was.
import type { AttributeAction } from '../item/attribute-actions.js'

/** One attribute of a model, as items have it in the table. */
export interface ModelAttribute {
  /** As the developer wrote it, for messages: `email`. Undefined for an attribute that the library makes by itself. */
  readonly property: string | undefined
  /** As the table has it: `e`. */
  readonly attributeName: string
  /** The action that the schema gives; undefined where it gives none. */
  readonly action: unknown
  /**
   * Whether the value stands in the primary key, by itself or as a part; in the keys of which secondary indexes; or whether the library
   * compares it in every query. All of these are plaintext.
   */
  readonly inPrimaryKey: boolean
  readonly inIndexes: readonly string[]
  /** Why the attribute can be signed at most although no key holds it: `is the version attribute`. */
  readonly comparedAs: string | undefined
}

/** How a model's keys begin, or what they are: what tells the entities of a single table apart. */
export interface KeyPrefix {
  readonly text: string
  /** True where the whole key is `text`. */
  readonly isWhole: boolean
}

export interface Model {
  /** For messages: `the entity "Person"`, `the class Person`. */
  readonly title: string
  /** Before a property's name in messages: `Person`. */
  readonly name: string
  readonly tableName: string
  /** Names of the primary key's attributes, the partition key's first. */
  readonly keyNames: readonly string[]
  /** For attributes without an action of their own. */
  readonly default: AttributeAction
  readonly attributes: readonly ModelAttribute[]
  /** By key attribute, as far as they are known. */
  readonly keyPrefixes: ReadonlyMap<string, KeyPrefix>
}

/** An attribute that a library makes and fills by itself, and that must stay in plaintext: a key, or a mark that its queries compare. */
export function generatedAttribute(attributeName: string): ModelAttribute {
  return { property: undefined, attributeName, action: undefined, inPrimaryKey: false, inIndexes: [], comparedAs: 'is made by the library' }
}
