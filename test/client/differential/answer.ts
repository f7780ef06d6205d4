// What a call came to, in a form in which equal answers are equal texts: sets in order, bytes as text, table names as their shapes'.
import type { DynamoDBClient, ServiceOutputTypes } from '@aws-sdk/client-dynamodb'
import { modelCanonical, modelNumber } from '../../support/number-model.js'
import { comparedReason } from './by-design.js'
import { addressed, send, type Address, type Call } from './call.js'

export interface Failure {
  readonly error: string
  /** Of this library's errors. */
  readonly code?: string
  readonly message: string
  readonly status: number | undefined
  /** Items in the error. */
  readonly Item?: unknown
  readonly CancellationReasons?: unknown
}

export type Answer = { readonly ok: ServiceOutputTypes } | { readonly failure: Failure }

/** @param ask - what this side answers to another call */
export type Tamper = (call: Call, answer: Answer, ask: (call: Call) => Promise<Answer>) => Answer | Promise<Answer>

/** One of the two clients with its tables. */
export interface Side extends Address {
  readonly client: DynamoDBClient
  /** Replaces the tables' names by those of their shapes. */
  readonly withShapeNames: (text: string) => string
  /** Stands between the client and the comparison, for the control runs. */
  readonly tamper?: Tamper | undefined
}

export async function answerOf(side: Side, call: Call): Promise<Answer> {
  const answer = await untamperedAnswer(side, call)
  return side.tamper === undefined ? answer : side.tamper(call, answer, (other) => untamperedAnswer(side, other))
}

async function untamperedAnswer(side: Side, call: Call): Promise<Answer> {
  try {
    return { ok: await send(side.client, addressed(call, side)) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { code, Item, CancellationReasons, $metadata } = error as Error & Partial<Record<keyof Failure | '$metadata', unknown>>
    return {
      failure: {
        error: error.name,
        message: error.message,
        status: httpStatus($metadata),
        ...(typeof code === 'string' && { code }),
        ...(Item !== undefined && { Item }),
        ...(CancellationReasons !== undefined && { CancellationReasons }),
      },
    }
  }
}

function httpStatus(metadata: unknown): number | undefined {
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? Number(metadata.httpStatusCode) : undefined
}

/** How large the items are. An encrypted item is longer: only that the fields are there is compared. */
const SIZES: ReadonlySet<string> = new Set(['SizeEstimateRangeGB'])
const LEFT_OUT: ReadonlySet<string> = new Set(['$metadata'])
const SETS: ReadonlySet<string> = new Set(['SS', 'NS', 'BS'])

/**
 * The same for equal answers, but for the order of sets and of names in maps, and for the spelling of numbers: DynamoDB Local gives numbers
 * inside sets, lists and maps, and numbers that an update wrote, as they were written; DynamoDB itself has one spelling.
 */
export function canonical(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const result: [string, unknown][] = []
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    if (member === undefined || LEFT_OUT.has(name)) continue
    // Where there is nothing to return, dynalite returns nothing as an item.
    if (name === 'Attributes' && Object.keys(member ?? {}).length === 0) continue
    result.push([name, canonicalMember(name, member)])
  }
  return Object.fromEntries(result.sort(([a], [b]) => byText(a, b)))
}

function canonicalMember(name: string, member: unknown): unknown {
  if (name === 'N') return numberText(member)
  if (name === 'Message' && typeof member === 'string') return comparedReason(member)
  if (SIZES.has(name)) return typeof member
  if (name === 'ConsumedCapacity') return consumers(member)
  if (name === 'Responses' && !Array.isArray(member)) return unordered(member)
  if (name === 'NS' && Array.isArray(member)) return member.map(numberText).sort(byText)
  if (SETS.has(name) && Array.isArray(member)) return member.map(canonical).sort(byText)
  return canonical(member)
}

function numberText(number: unknown): unknown {
  return typeof number === 'string' && modelNumber(number) !== undefined ? modelCanonical(number) : number
}

/** DynamoDB promises no order of a batch's answer; dynalite has none. */
function unordered(responses: unknown): unknown {
  const tables = Object.entries(responses as Record<string, unknown[]>)
  return Object.fromEntries(tables.sort(([a], [b]) => byText(a, b)).map(([name, items]) => [name, sorted(items)]))
}

/**
 * The tables that an operation used capacity of, in the order of their names here. How much, and of which indexes, is another matter: an
 * encrypted item is longer, and encrypted anew each time it is written, so that an index that holds a part of it changes, too.
 */
function consumers(costs: unknown): unknown {
  const names = [costs].flat().map((cost) => (cost as { TableName?: unknown }).TableName)
  return names.sort(byText)
}

/** In the order of their texts. */
function sorted(members: readonly unknown[]): unknown[] {
  return members.map((member) => canonical(member)).sort((a, b) => byText(JSON.stringify(a), JSON.stringify(b)))
}

function byText(a: unknown, b: unknown): number {
  const [one, other] = [String(a), String(b)]
  return one < other ? -1 : one > other ? 1 : 0
}
