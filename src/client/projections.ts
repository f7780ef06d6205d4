// Projections are taken out of requests, since only a whole item can be verified, and applied to what was verified.
import type { Item } from '../items.js'
import type { DocumentPath } from '../expressions/paths.js'
import { projectItem } from '../expressions/project-item.js'
import { validationException } from '../expressions/validation-exception.js'
import type { RequestExpressions } from './request-expressions.js'

interface ProjectionFields {
  ProjectionExpression?: string | undefined
  AttributesToGet?: string[] | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
}

/** What a request wants of each item: undefined for all of it. */
export type Projection = readonly DocumentPath[] | undefined

/** @throws ValidationException for both forms at once, as DynamoDB does, and for an empty list or a name twice */
export function projectionOf(request: ProjectionFields, { projection }: RequestExpressions): Projection {
  const { AttributesToGet: names } = request
  if (names === undefined) return projection?.paths
  if (projection !== undefined) {
    throw validationException(
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} ' +
        'Expression parameters: {ProjectionExpression}',
    )
  }
  if (names.length === 0) throw validationException('AttributesToGet must not be empty')
  if (new Set(names).size < names.length)
    throw validationException('One or more parameter values were invalid: Duplicate value in attribute name')
  return names.map((name): DocumentPath => [name])
}

/** The request without its projection, nor the names that only the projection used: DynamoDB refuses names that nothing uses. */
export function withoutProjection<T extends ProjectionFields>(request: T, expressions: RequestExpressions): T {
  const rest = { ...request }
  delete rest.ProjectionExpression
  delete rest.AttributesToGet
  delete rest.ExpressionAttributeNames
  const { ExpressionAttributeNames: names } = request
  if (names === undefined) return rest
  const uses = [expressions.condition, expressions.filter, expressions.keyCondition, expressions.update]
  const left = Object.entries(names).filter(([placeholder]) => uses.some((use) => use?.usedNames.has(placeholder)))
  return left.length === 0 ? rest : { ...rest, ExpressionAttributeNames: Object.fromEntries(left) }
}

export function project(item: Item, projection: Projection): Item {
  return projection === undefined ? item : projectItem(item, projection)
}
