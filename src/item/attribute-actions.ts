// What is done to each attribute (guide: "Attribute actions"), and the actions that a table's items had before.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'

/** Encrypt and sign is the default, and the right answer in doubt. */
export type AttributeAction = 'ENCRYPT_AND_SIGN' | 'SIGN_ONLY' | 'DO_NOTHING'

export interface AttributeActionsOptions {
  /** For every attribute without an action of its own. `ENCRYPT_AND_SIGN` where left out. */
  readonly default?: AttributeAction | undefined
  readonly attributes?: Readonly<Record<string, AttributeAction>> | ReadonlyMap<string, AttributeAction> | undefined
}

const ACTIONS: ReadonlySet<unknown> = new Set<AttributeAction>(['ENCRYPT_AND_SIGN', 'SIGN_ONLY', 'DO_NOTHING'])

/** An immutable map from attribute names to actions. Any name is data: `__proto__` has the action it was given. */
export class AttributeActions {
  /**
   * The attributes that global tables of version 2017.11.29 add to every item and change by themselves, as DO_NOTHING: spread
   * it into `attributes` (guide: "Issues with older version global tables").
   */
  static readonly globalTables2017: Readonly<Record<'aws:rep:deleting' | 'aws:rep:updatetime' | 'aws:rep:updateregion', 'DO_NOTHING'>> = {
    'aws:rep:deleting': 'DO_NOTHING',
    'aws:rep:updatetime': 'DO_NOTHING',
    'aws:rep:updateregion': 'DO_NOTHING',
  }

  readonly default: AttributeAction
  readonly attributes: ReadonlyMap<string, AttributeAction>

  /** @throws DynamoDBEncryptionError `INVALID_ACTIONS` for an unknown action, with the attribute's name */
  constructor(options: AttributeActionsOptions = {}) {
    this.default = options.default ?? 'ENCRYPT_AND_SIGN'
    assertAction(this.default, undefined)
    const { attributes = {} } = options
    const entries = isMap(attributes) ? [...attributes] : Object.entries(attributes)
    for (const [name, action] of entries) assertAction(action, name)
    this.attributes = new Map(entries)
  }

  actionFor(attributeName: string): AttributeAction {
    return this.attributes.get(attributeName) ?? this.default
  }

  /** False where every action is DO_NOTHING: then items pass through untouched, both ways. */
  get takesAction(): boolean {
    return this.default !== 'DO_NOTHING' || [...this.attributes.values()].some((action) => action !== 'DO_NOTHING')
  }

  /**
   * The same actions with the keys of a table or index added: SIGN_ONLY, or DO_NOTHING where that is the default.
   *
   * @throws DynamoDBEncryptionError `INVALID_ACTIONS` where a key has been given another action, as both libraries refuse it
   */
  withIndexKeys(...keyNames: readonly string[]): AttributeActions {
    const keyAction: AttributeAction = this.default === 'DO_NOTHING' ? 'DO_NOTHING' : 'SIGN_ONLY'
    const attributes = new Map(this.attributes)
    for (const name of keyNames) {
      const given = attributes.get(name)
      if (given !== undefined && given !== keyAction) {
        throw new DynamoDBEncryptionError(
          'INVALID_ACTIONS',
          `the key attribute ${quote(name)} has the action ${given}, and keys take ${keyAction}: leave the attribute out of the actions`,
          { attributeName: name },
        )
      }
      attributes.set(name, keyAction)
    }
    return new AttributeActions({ default: this.default, attributes })
  }
}

/** Actions in either form. */
export type AttributeActionsInput = AttributeActions | AttributeActionsOptions

/** Former actions of a table whose items are still read under them. */
export interface FormerActions {
  readonly actions: AttributeActionsInput
  /**
   * Names of attributes that these actions left unsigned and the newest do not, which are returned all the same. Whoever can
   * write to the table can put such an attribute into an old item with any value.
   */
  readonly returnsUnsigned: readonly string[]
}

/** Actions, newest first, at most {@link LONGEST_HISTORY}. Items are written with the newest. */
export type ActionsHistory = readonly [AttributeActionsInput, ...(AttributeActionsInput | FormerActions)[]]

export const LONGEST_HISTORY = 8

/** @throws DynamoDBEncryptionError `INVALID_ACTIONS` */
export function attributeActions(input: AttributeActionsInput): AttributeActions {
  if (input instanceof AttributeActions) return input
  if (!isPlainObject(input)) {
    throw new DynamoDBEncryptionError(
      'INVALID_ACTIONS',
      'actions are an AttributeActions, its options { default, attributes }, or an array of these',
    )
  }
  // An AttributeActions of another copy of this package (ESM beside CommonJS) has the same two properties.
  return new AttributeActions(input)
}

function isMap(attributes: object): attributes is ReadonlyMap<string, AttributeAction> {
  return attributes instanceof Map
}

/** Whether a word is an action: for those who read words from elsewhere, such as a library's schema. */
export function isAttributeAction(word: unknown): word is AttributeAction {
  return ACTIONS.has(word)
}

function assertAction(action: unknown, name: string | undefined): asserts action is AttributeAction {
  if (isAttributeAction(action)) return
  const whose = name === undefined ? 'the default action' : `the action of ${quote(name)}`
  throw new DynamoDBEncryptionError('INVALID_ACTIONS', `${whose} is none of ${[...ACTIONS].join(', ')}`, { attributeName: name })
}
