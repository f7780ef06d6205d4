// Which options a request has, and what its expressions say.
import type { Call } from './call.js'

/** Parameters that only say where, or that every request of the kind has. */
const PLAIN: ReadonlySet<string> = new Set(['TableName', 'Key', 'Keys', 'Item', 'RequestItems', 'TransactItems'])

/** `Query Limit`, `Query Select COUNT`, `TransactWriteItems Put ConditionExpression`. */
export function optionsOf({ operation, input }: Call): string[] {
  const options = optionsIn(input, operation)
  if ('RequestItems' in input) {
    for (const part of Object.values(input.RequestItems ?? {})) {
      const requests: readonly object[] = Array.isArray(part) ? part : []
      if (!Array.isArray(part)) options.push(...optionsIn(part, operation))
      options.push(...requests.flatMap((request) => Object.keys(request)).map((name) => `${operation} ${name}`))
    }
    if (Object.keys(input.RequestItems ?? {}).length > 1) options.push(`${operation} two tables`)
  }
  if ('TransactItems' in input) {
    const actions = (input.TransactItems ?? []).flatMap((action) => entriesOf(action))
    for (const [name, action] of actions) options.push(`${operation} ${name}`, ...optionsIn(action, `${operation} ${name}`))
    const tables = actions.map(([, action]) => entriesOf(action).find(([name]) => name === 'TableName')?.[1])
    if (new Set(tables).size > 1) options.push(`${operation} two tables`)
  }
  return options
}

function optionsIn(request: unknown, prefix: string): string[] {
  return entriesOf(request)
    .filter(([name, value]) => !PLAIN.has(name) && value !== undefined)
    .map(([name, value]) => `${prefix} ${name}${isChoice(name, value) ? ` ${String(value)}` : ''}`)
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? Object.entries(value) : []
}

function isChoice(name: string, value: unknown): boolean {
  return (
    typeof value === 'boolean' || name === 'Select' || name === 'IndexName' || name === 'ConditionalOperator' || name.startsWith('Return')
  )
}

/** What expressions say: [parameter, feature, how it is seen]. */
const WORDS: readonly (readonly [string, RegExp])[] = [
  ...['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'].map(
    (name) => [name, new RegExp(`${name} ?\\(`)] as const,
  ),
  ...['=', '<>', '<', '<=', '>', '>='].map((operator) => [operator, new RegExp(` ${operator} `)] as const),
  ...['AND', 'OR', 'NOT', 'BETWEEN', 'IN'].map((word) => [word, new RegExp(`\\b${word}\\b`)] as const),
]
const UPDATE_WORDS: readonly (readonly [string, RegExp])[] = [
  ...['SET', 'REMOVE', 'ADD', 'DELETE'].map((word) => [word, new RegExp(`\\b${word}\\b`, 'i')] as const),
  ...['if_not_exists', 'list_append'].map((name) => [name, new RegExp(`${name}\\(`)] as const),
  ['sum', / \+ /],
  ['difference', / - /],
  ['nested path', /\w\.[#\w]/],
  ['list index', /\[\d+\]/],
]
const PROJECTION_WORDS: readonly (readonly [string, RegExp])[] = [
  ['nested path', /\w\.[#\w]/],
  ['list index', /\[\d+\]/],
  ['name by #', /#/],
]
const EXPRESSIONS: Readonly<Record<string, readonly (readonly [string, RegExp])[]>> = {
  ConditionExpression: WORDS,
  FilterExpression: WORDS,
  ProjectionExpression: PROJECTION_WORDS,
  UpdateExpression: UPDATE_WORDS,
}
/** The parameters that expressions replaced. */
const LEGACY: ReadonlySet<string> = new Set(['Expected', 'QueryFilter', 'ScanFilter', 'KeyConditions'])

/** `FilterExpression contains`, `Expected BEGINS_WITH`, `table by ARN`. */
export function featuresOf({ operation, input }: Call): string[] {
  const features: string[] = []
  const walk = (value: unknown): void => {
    for (const [name, member] of entriesOf(value)) {
      const inside = entriesOf(member)
      if (name === 'ExpressionAttributeNames') {
        if (inside.some(([, attribute]) => String(attribute).includes('.'))) features.push('# for a name with a dot')
      } else if (name === 'AttributeUpdates') {
        features.push(...inside.map(([, action]) => `${name} ${memberOf(action, 'Action') ?? 'PUT'}`))
      } else if (LEGACY.has(name)) {
        features.push(...inside.map(([, condition]) => `${name} ${memberOf(condition, 'ComparisonOperator') ?? 'Value or Exists'}`))
      } else if (name === 'TableName' && typeof member === 'string') {
        features.push(member.startsWith('arn:') ? 'table by ARN' : `table ${member}`)
      } else if (typeof member === 'string') {
        const words = (EXPRESSIONS[name] ?? []).filter(([, pattern]) => pattern.test(member))
        features.push(...words.map(([word]) => `${name} ${word}`))
      } else {
        walk(member)
      }
    }
  }
  walk(input)
  if ('RequestItems' in input && Object.keys(input.RequestItems ?? {}).some((name) => name.startsWith('arn:')))
    features.push('table by ARN')
  if ('ExclusiveStartKey' in input) features.push(`${operation} further page`)
  return features
}

function memberOf(value: unknown, name: string): string | undefined {
  const member = entriesOf(value).find(([other]) => other === name)?.[1]
  return typeof member === 'string' ? member : undefined
}
