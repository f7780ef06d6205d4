// Reads a ProjectionExpression: which parts of an item the caller wants.
import { assertPathWords, readPath, resolveDistinctPaths, type DocumentPath } from './paths.js'
import { PlaceholderReader, type Placeholders, type PlaceholderUse } from './placeholders.js'
import { TokenReader } from './token-reader.js'

export interface ParsedProjection extends PlaceholderUse {
  /** No path lies inside another. */
  readonly paths: readonly DocumentPath[]
}

/**
 * @param text - the ProjectionExpression
 * @throws ValidationException with DynamoDB's message for whatever DynamoDB would refuse, but for unused placeholders: a request's other
 * expressions may use them
 */
export function parseProjection(text: string, placeholders: Placeholders): ParsedProjection {
  const kind = 'ProjectionExpression'
  const reader = new TokenReader(text, kind)
  const written = reader.list(() => readPath(reader))
  reader.expect('end')
  for (const path of written) assertPathWords(path, kind)
  const resolver = new PlaceholderReader(placeholders, kind)
  const paths = resolveDistinctPaths(written, resolver)
  return { paths, usedNames: resolver.usedNames, usedValues: resolver.usedValues }
}
