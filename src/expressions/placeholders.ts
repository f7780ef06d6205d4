// Attribute names and values that stand outside an expression: `#name` and `:value`, and which of them an expression uses.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { getOwn, type Item } from '../items.js'
import { invalidExpression, validationException, type ExpressionKind } from './validation-exception.js'
import { valueProblem } from './value-problem.js'

/** ExpressionAttributeNames and ExpressionAttributeValues of a request. Keys are the caller's: `#__proto__` is one like any other. */
export interface Placeholders {
  readonly names?: Readonly<Record<string, string>> | undefined
  readonly values?: Readonly<Item> | undefined
}

/** Which placeholders expressions used, with their `#` and `:`. */
export interface PlaceholderUse {
  readonly usedNames: ReadonlySet<string>
  readonly usedValues: ReadonlySet<string>
}

/** The placeholders of one request, as one of its expressions asks for them. */
export class PlaceholderReader implements PlaceholderUse {
  readonly kind: ExpressionKind
  readonly usedNames = new Set<string>()
  readonly usedValues = new Set<string>()
  readonly #placeholders: Placeholders

  constructor(placeholders: Placeholders, kind: ExpressionKind) {
    this.kind = kind
    this.#placeholders = placeholders
  }

  /**
   * @param placeholder - with its `#`
   * @throws ValidationException where it is not defined
   */
  name(placeholder: string): string {
    const name = getOwn(this.#placeholders.names ?? {}, placeholder)
    if (name === undefined) {
      throw this.#undefined('attribute name used in the document path is not defined; attribute name', placeholder)
    }
    this.usedNames.add(placeholder)
    return name
  }

  /**
   * @param placeholder - with its `:`
   * @throws ValidationException where it is not defined
   */
  value(placeholder: string): AttributeValue {
    const value = getOwn(this.#placeholders.values ?? {}, placeholder)
    if (value === undefined) throw this.#undefined('attribute value used in expression is not defined; attribute value', placeholder)
    this.usedValues.add(placeholder)
    return value
  }

  #undefined(what: string, placeholder: string): Error {
    return invalidExpression(this.kind, `An expression ${what}: ${placeholder}`)
  }
}

const KEY_OF = { names: /^#[A-Za-z0-9_]+$/, values: /^:[A-Za-z0-9_]+$/ }

/**
 * Checks the placeholders of a request by themselves, before any expression.
 *
 * @throws ValidationException as DynamoDB does for an empty map, a key that is no placeholder, an empty name, and what {@link valueProblem} finds
 */
export function assertPlaceholders({ names, values }: Placeholders): void {
  if (names !== undefined) {
    assertKeys('ExpressionAttributeNames', Object.keys(names), KEY_OF.names)
    const empty = Object.keys(names).find((key) => names[key] === '')
    if (empty !== undefined)
      throw validationException(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${empty}`)
  }
  if (values !== undefined) {
    assertKeys('ExpressionAttributeValues', Object.keys(values), KEY_OF.values)
    for (const [key, value] of Object.entries(values)) {
      const problem = valueProblem(value)
      if (problem !== undefined) throw validationException(`ExpressionAttributeValues contains invalid value: ${problem} for key ${key}`)
    }
  }
}

function assertKeys(parameter: string, keys: readonly string[], form: RegExp): void {
  if (keys.length === 0) throw validationException(`${parameter} must not be empty`)
  const wrong = keys.find((key) => !form.test(key))
  if (wrong !== undefined) throw validationException(`${parameter} contains invalid key: Syntax error; key: "${wrong}"`)
}

/**
 * DynamoDB refuses a request with a placeholder that none of its expressions uses.
 *
 * @param uses - what each expression of the request used, in any order
 * @throws ValidationException that lists the unused ones
 */
export function assertAllUsed({ names = {}, values = {} }: Placeholders, uses: readonly Partial<PlaceholderUse>[]): void {
  assertUsed('ExpressionAttributeNames', Object.keys(names), (key) => uses.some(({ usedNames }) => usedNames?.has(key)))
  assertUsed('ExpressionAttributeValues', Object.keys(values), (key) => uses.some(({ usedValues }) => usedValues?.has(key)))
}

function assertUsed(parameter: string, keys: readonly string[], isUsed: (key: string) => boolean | undefined): void {
  const unused = keys.filter((key) => isUsed(key) !== true)
  if (unused.length > 0) throw validationException(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`)
}
