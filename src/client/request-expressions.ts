// The expressions of one request, parsed, with the placeholders they share.
import type { Item } from '../items.js'
import { parseCondition, type ParsedCondition } from '../expressions/parse-condition.js'
import { parseProjection, type ParsedProjection } from '../expressions/parse-projection.js'
import { parseUpdate, type ParsedUpdate } from '../expressions/parse-update.js'
import { assertAllUsed, assertPlaceholders, type Placeholders } from '../expressions/placeholders.js'
import { validationException } from '../expressions/validation-exception.js'

/** The parameters of a request that hold expressions; each operation has some of them. */
export interface ExpressionFields {
  ConditionExpression?: string | undefined
  FilterExpression?: string | undefined
  KeyConditionExpression?: string | undefined
  ProjectionExpression?: string | undefined
  UpdateExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Item | undefined
}

/** What they replaced. DynamoDB takes either form in a request, not both. */
const LEGACY_PARAMETERS = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
]

export interface RequestExpressions {
  readonly condition?: ParsedCondition | undefined
  readonly filter?: ParsedCondition | undefined
  readonly keyCondition?: ParsedCondition | undefined
  readonly projection?: ParsedProjection | undefined
  readonly update?: ParsedUpdate | undefined
}

const NO_EXPRESSIONS: RequestExpressions = {}

/**
 * Whatever DynamoDB would refuse of expressions and placeholders is refused here, before anything is sent: a value that no expression uses
 * may be one that is encrypted in the table.
 *
 * @throws ValidationException with DynamoDB's message
 */
export function parseExpressions(request: ExpressionFields): RequestExpressions {
  const {
    ConditionExpression: condition,
    FilterExpression: filter,
    KeyConditionExpression: keyCondition,
    ProjectionExpression: projection,
    UpdateExpression: update,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  } = request
  if (names === undefined && values === undefined && (condition ?? filter ?? keyCondition ?? projection ?? update) === undefined) {
    return NO_EXPRESSIONS
  }
  const placeholders: Placeholders = { names, values }
  if ((condition ?? filter ?? keyCondition ?? projection ?? update) === undefined) {
    const parameter = names === undefined ? 'ExpressionAttributeValues' : 'ExpressionAttributeNames'
    throw validationException(`${parameter} can only be specified when using expressions`)
  }
  const legacy = Object.entries(request).flatMap(([name, value]) => (value !== undefined && LEGACY_PARAMETERS.includes(name) ? [name] : []))
  if (legacy.length > 0) {
    const modern = Object.entries(request).flatMap(([name, value]) => (value !== undefined && name.endsWith('Expression') ? [name] : []))
    const parameters = `Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${modern.join(', ')}}`
    throw validationException(`Can not use both expression and non-expression parameters in the same request: ${parameters}`)
  }
  assertPlaceholders(placeholders)
  const parsed = {
    condition: condition === undefined ? undefined : parseCondition(condition, placeholders, 'ConditionExpression'),
    filter: filter === undefined ? undefined : parseCondition(filter, placeholders, 'FilterExpression'),
    keyCondition: keyCondition === undefined ? undefined : parseCondition(keyCondition, placeholders, 'KeyConditionExpression'),
    projection: projection === undefined ? undefined : parseProjection(projection, placeholders),
    update: update === undefined ? undefined : parseUpdate(update, placeholders),
  }
  assertAllUsed(
    placeholders,
    Object.values(parsed).filter((use) => use !== undefined),
  )
  return parsed
}

/** The placeholders of a request. */
export interface PlaceholderFields {
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Item | undefined
}

/** The request with the placeholders that these expressions use: DynamoDB refuses a request with others. */
export function withUsedPlaceholders<T extends PlaceholderFields>(request: T, expressions: RequestExpressions): T {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request
  if (names === undefined && values === undefined) return request
  const uses = Object.values<ParsedCondition | ParsedProjection | ParsedUpdate | undefined>({ ...expressions }).filter(
    (use) => use !== undefined,
  )
  const rest = { ...request }
  delete rest.ExpressionAttributeNames
  delete rest.ExpressionAttributeValues
  const usedNames = Object.entries(names ?? {}).filter(([placeholder]) => uses.some((use) => use.usedNames.has(placeholder)))
  const usedValues = Object.entries(values ?? {}).filter(([placeholder]) => uses.some((use) => use.usedValues.has(placeholder)))
  if (usedNames.length > 0) rest.ExpressionAttributeNames = Object.fromEntries(usedNames)
  if (usedValues.length > 0) rest.ExpressionAttributeValues = Object.fromEntries(usedValues)
  return rest
}
