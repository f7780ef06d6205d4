// What a run has met: which operations, options and errors, and how often.
import type { Answer } from './answer.js'
import { READS, type Call } from './call.js'
import { featuresOf, optionsOf } from './call-features.js'
import { kindOf } from './invalid-kinds.js'

export class Coverage {
  readonly #counts = new Map<string, number>()
  programs = 0
  calls = 0
  succeeded = 0
  reads = 0
  readsWithItems = 0

  /** @param label - of a row of invalid requests */
  addAnswer(call: Call, answer: Answer, label: string | undefined): void {
    this.calls++
    if (label !== undefined) this.#add(`error ${kindOf(label)}`)
    if ('failure' in answer) {
      for (const error of failuresIn(answer)) this.#add(`error ${error}`)
      return
    }
    this.succeeded++
    this.#add(`operation ${call.operation}`)
    for (const option of new Set(optionsOf(call))) this.#add(`option ${option}`)
    for (const feature of new Set(featuresOf(call))) this.#add(`feature ${feature}`)
    if (!READS.has(call.operation)) return
    this.reads++
    if (hasItems(answer.ok)) this.readsWithItems++
  }

  addRefusal(label: string): void {
    this.#add(`refusal ${label}`)
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0
  }

  #add(what: string): void {
    this.#counts.set(what, this.of(what) + 1)
  }

  /** One line for each group: `operation: PutItem 120, GetItem 300`. */
  toString(): string {
    const groups = new Map<string, string[]>()
    for (const [what, count] of [...this.#counts].sort()) {
      const [group = '', ...rest] = what.split(' ')
      groups.set(group, [...(groups.get(group) ?? []), `${rest.join(' ')} ${String(count)}`])
    }
    return Array.from(groups, ([group, counts]) => `${group}: ${counts.join(', ')}`).join('\n')
  }
}

function failuresIn(answer: Answer): string[] {
  if (!('failure' in answer)) return []
  const { error, Item, CancellationReasons } = answer.failure
  const reasons = Array.isArray(CancellationReasons) ? CancellationReasons : []
  const withItem = Item !== undefined || reasons.some((reason: { Item?: unknown }) => reason.Item !== undefined)
  return [error, ...(withItem ? [`${error} with item`] : [])]
}

function hasItems(output: object): boolean {
  const { Item, Items, Responses } = output as {
    Item?: unknown
    Items?: unknown[]
    Responses?: { Item?: unknown }[] | Record<string, unknown[]>
  }
  if (Responses !== undefined) {
    return Array.isArray(Responses)
      ? Responses.some((response) => response.Item !== undefined)
      : Object.values(Responses).some(({ length }) => length > 0)
  }
  return Item !== undefined || (Items ?? []).length > 0
}
