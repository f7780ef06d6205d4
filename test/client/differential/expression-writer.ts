// Writes paths and values into an expression, by name where the grammar lets it, else by a placeholder.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { Random } from './random.js'

/** From a top-level attribute down: keys of maps, indexes of lists. */
export type Path = readonly [string, ...(string | number)[]]

/** The reserved words among the names of this suite. */
const RESERVED: ReadonlySet<string> = new Set(['status', 'constructor', 'new'])

export class ExpressionWriter {
  readonly #random: Random
  readonly #names = new Map<string, string>()
  readonly #values: Item = {}

  constructor(random: Random) {
    this.#random = random
  }

  path([attribute, ...rest]: Path): string {
    return rest.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${String(step)}]` : `${text}.${this.#name(step)}`),
      this.#name(attribute),
    )
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${String(Object.keys(this.#values).length)}`
    this.#values[placeholder] = value
    return placeholder
  }

  #name(name: string): string {
    if (/^[A-Za-z][A-Za-z0-9]*$/.test(name) && !RESERVED.has(name) && this.#random.chance(0.5)) return name
    const placeholder = this.#names.get(name) ?? `#n${String(this.#names.size)}`
    this.#names.set(name, placeholder)
    return placeholder
  }

  /** The parameters that belong to what was written. */
  get parameters(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Item } {
    return {
      ...(this.#names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name])),
      }),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: this.#values }),
    }
  }
}
