// Projections are taken out of requests, since only a whole item can be verified, and applied to what was verified.
import type { Item } from '../items.js'
import type { DocumentPath } from '../expressions/paths.js'
import { projectItem } from '../expressions/project-item.js'
import { validationException } from '../expressions/validation-exception.js'
import { withUsedPlaceholders, type PlaceholderFields, type RequestExpressions } from './request-expressions.js'

interface ProjectionFields {
  ProjectionExpression?: string | undefined
  AttributesToGet?: string[] | undefined
}

/** What a request wants of each item: undefined for all of it. */
export type Projection = readonly DocumentPath[] | undefined

/** @throws ValidationException for an empty list or a name twice, as DynamoDB does */
export function projectionOf(request: ProjectionFields, { projection }: RequestExpressions): Projection {
  const { AttributesToGet: names } = request
  if (names === undefined) return projection?.paths
  if (names.length === 0) throw validationException('AttributesToGet must not be empty')
  if (new Set(names).size < names.length)
    throw validationException('One or more parameter values were invalid: Duplicate value in attribute name')
  return names.map((name): DocumentPath => [name])
}

/** The request without its projection. */
export function withoutProjection<T extends ProjectionFields & PlaceholderFields>(request: T, expressions: RequestExpressions): T {
  const rest = { ...request }
  delete rest.ProjectionExpression
  delete rest.AttributesToGet
  return withUsedPlaceholders(rest, { ...expressions, projection: undefined })
}

export function project(item: Item, projection: Projection): Item {
  return projection === undefined ? item : projectItem(item, projection)
}
