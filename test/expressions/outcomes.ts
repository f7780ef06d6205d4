// The outcome of a request as a text, from DynamoDB Local and from here, so that the two can be compared.
import { assertAllUsed, assertPlaceholders, type PlaceholderUse, type Placeholders } from '../../src/expressions/placeholders.js'
import type { Item } from '../../src/items.js'
import { comparableMessage } from './comparable.js'
import type { Answer, Reply } from './dynamodb-local.js'
import { S } from './dynamodb-local.js'
import { setOwn } from '../../src/items.js'

/** What a request with one expression comes to here: its result, or its error. */
export function outcome(placeholders: Placeholders, evaluate: () => readonly [PlaceholderUse, () => string]): string {
  return resultOrError(() => {
    assertPlaceholders(placeholders)
    const [use, result] = evaluate()
    assertAllUsed(placeholders, [use])
    return result()
  })
}

/** `ValidationException: …` for an error. */
export function resultOrError(evaluate: () => string): string {
  try {
    return evaluate()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return `${error.name}: ${comparableMessage(error.message)}`
  }
}

/** The same of what DynamoDB Local answered; a condition that failed is `false`. */
export function answered(answer: Answer<Reply>, result: (reply: Reply) => string): string {
  if ('ok' in answer) return result(answer.ok)
  if (answer.error === 'ConditionalCheckFailedException') return 'false'
  return `${answer.error}: ${comparableMessage(answer.message)}`
}

export function isError(outcome: string): boolean {
  return outcome.includes('Exception: ')
}

/** A spread would lose an attribute `__proto__`. */
export function withKey(item: Item, pk: string, sk: string): Item {
  const keyed: Item = { pk: S(pk), sk: S(sk) }
  for (const [name, value] of Object.entries(item)) if (name !== 'pk' && name !== 'sk') setOwn(keyed, name, value)
  return keyed
}

export function keyOf(item: Item): Item {
  return { pk: item['pk'] ?? S(''), sk: item['sk'] ?? S('') }
}
