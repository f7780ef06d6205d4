// Document paths: `Orders[3].#lines.price`, from a top-level attribute down into maps and lists.
import type { PlaceholderReader } from './placeholders.js'
import { isReserved } from './reserved-words.js'
import type { TokenReader } from './token-reader.js'
import type { Token } from './tokens.js'
import { invalidExpression, type ExpressionKind } from './validation-exception.js'

/**
 * The top-level attribute, then map keys (strings) and list indexes (numbers). Placeholders are resolved, and a name that came from one is
 * a single name whatever characters it has: a dot in it means nothing.
 */
export type DocumentPath = readonly [attribute: string, ...rest: (string | number)[]]

/** A path as it is written: tokens of kind `name`, `#name` and `index`. */
export type WrittenPath = readonly [Token, ...Token[]]

/** DynamoDB's limits: "Limits, Nested attribute depth" in its developer guide; the largest index is that of DynamoDB Local. */
const DEEPEST = 32
const LARGEST_INDEX = 2_147_483_647

export function readPath(reader: TokenReader): WrittenPath {
  const path: [Token, ...Token[]] = [readName(reader)]
  for (;;) {
    if (reader.accept('.')) {
      path.push(readName(reader))
    } else if (reader.accept('[')) {
      path.push(reader.expect('index'))
      reader.expect(']')
    } else {
      return path
    }
  }
}

function readName(reader: TokenReader): Token {
  return reader.accept('name') ?? reader.expect('#name')
}

/** @throws ValidationException for a reserved word, and for an index that no list can have */
export function assertPathWords(path: WrittenPath, kind: ExpressionKind): void {
  for (const token of path) {
    if (token.kind === 'name' && isReserved(token.text)) {
      throw invalidExpression(kind, `Attribute name is a reserved keyword; reserved keyword: ${token.text}`)
    }
    if (token.kind === 'index' && Number(token.text) > LARGEST_INDEX) {
      throw invalidExpression(kind, `List index is not within the allowable range; index: [${token.text}]`)
    }
  }
}

/** @throws ValidationException for an undefined placeholder, and for more than 32 levels */
export function resolvePath(path: WrittenPath, placeholders: PlaceholderReader): DocumentPath {
  const [attribute, ...rest] = path
  const nameOf = (token: Token) => (token.kind === '#name' ? placeholders.name(token.text) : token.text)
  const resolved: [string, ...(string | number)[]] = [nameOf(attribute)]
  for (const token of rest) resolved.push(token.kind === 'index' ? Number(token.text) : nameOf(token))
  if (path.length > DEEPEST) {
    throw invalidExpression(placeholders.kind, `The document path has too many nesting levels; nesting levels: ${String(path.length)}`)
  }
  return resolved
}

/**
 * The paths that a projection asks for or an update changes, in the order of `written`.
 *
 * They are looked at from the last to the first, as DynamoDB Local does: of two faults it tells the later one.
 *
 * @throws ValidationException as {@link resolvePath}, for a path inside another, and where one path treats as a map what another treats as
 * a list
 */
export function resolveDistinctPaths(written: readonly WrittenPath[], placeholders: PlaceholderReader): readonly DocumentPath[] {
  const root: Place = { branches: new Map() }
  const backwards = written.toReversed().map((path) => {
    const resolved = resolvePath(path, placeholders)
    addDistinct(root, resolved, placeholders.kind)
    return resolved
  })
  return backwards.toReversed()
}

export function samePath(one: DocumentPath, other: DocumentPath): boolean {
  return one.length === other.length && one.every((step, at) => step === other[at])
}

/** `[m, a]`, `[l, [0]]`: how DynamoDB's messages write a path. */
export function pathText(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${String(step)}]` : step)).join(', ')}]`
}

/** Where paths lead, as a tree: every node is a place, its branches the steps from there. */
interface Place {
  /** Set where a path ends. */
  end?: DocumentPath
  /** Some path that goes through. */
  through?: DocumentPath
  readonly branches: Map<string | number, Place>
}

function addDistinct(root: Place, path: DocumentPath, kind: ExpressionKind): void {
  let place = root
  for (const step of path) {
    const [sibling] = place.branches.keys()
    if (place.through && typeof sibling !== typeof step) throw twoPaths('conflict', path, place.through, kind)
    place.through ??= path
    const next: Place = place.branches.get(step) ?? { branches: new Map() }
    place.branches.set(step, next)
    place = next
    if (place.end) throw twoPaths('overlap', path, place.end, kind)
  }
  if (place.through) throw twoPaths('overlap', path, place.through, kind)
  place.end = path
}

function twoPaths(how: 'overlap' | 'conflict', one: DocumentPath, two: DocumentPath, kind: ExpressionKind): Error {
  const remedy = 'must remove or rewrite one of these paths'
  return invalidExpression(
    kind,
    `Two document paths ${how} with each other; ${remedy}; path one: ${pathText(one)}, path two: ${pathText(two)}`,
  )
}
