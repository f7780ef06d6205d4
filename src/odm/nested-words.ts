// Finds a word of encryption inside an attribute, where it would be without effect: only whole attributes are encrypted.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'

/** Deeper than any item can be nested (DynamoDB allows 32 levels), and the end for a schema that holds itself. */
const DEEPEST = 64

/**
 * @param node - the part of a library's schema that describes what is inside the attribute
 * @param path - the attribute's own, for the answer
 * @param hasWord - of one description
 * @returns the path of the first description that has a word: `address.street`
 */
export function nestedWord(
  node: unknown,
  path: string,
  hasWord: (description: Readonly<Record<string, unknown>>) => boolean,
  depth = 0,
): string | undefined {
  if (depth > DEEPEST) return undefined
  if (Array.isArray(node)) return firstOf(node.map((each: unknown, at) => [String(at), each]))
  if (!isPlainObject(node)) return undefined
  return firstOf(Object.entries(node))

  function firstOf(entries: readonly (readonly [string, unknown])[]): string | undefined {
    for (const [name, inner] of entries) {
      const inside = STRUCTURAL.has(name) ? path : `${path}.${name}`
      if (isPlainObject(inner) && hasWord(inner)) return inside
      const found = nestedWord(inner, inside, hasWord, depth + 1)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** Names of a schema's own parts, which are no part of an attribute's path. */
const STRUCTURAL: ReadonlySet<string> = new Set(['properties', 'items', 'attributes', 'elements', 'members', 'memberType', 'props'])

/** @param path - of the description that has the word: `Person.address.street` */
export function inNested(path: string, attributeName: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError(
    'INVALID_ACTIONS',
    `${path} says an encryption inside another attribute, and only whole attributes have one: say it at the top`,
    { attributeName },
  )
}
