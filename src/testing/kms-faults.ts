import type { LocalKmsOperation } from './kms-operations.js'

/** Which requests a fault meets: all, unless a member narrows them. */
export interface LocalKmsFaultScope {
  readonly operation?: LocalKmsOperation
  /** Requests that use this key, named by any of its names: key ID, key ARN, alias or alias ARN. */
  readonly keyId?: string
  readonly region?: string
  /**
   * How many requests it meets before it is over; without it, until it is removed. Counts requests as they arrive: a client of the
   * AWS SDK sends three before it gives up, unless its `maxAttempts` says otherwise.
   */
  readonly times?: number
}

/**
 * What goes wrong.
 *
 * - `throttle`: `ThrottlingException`, "Rate exceeded".
 * - `deny`: `AccessDeniedException`, as when no policy allows the operation.
 * - `error`: any other error by its name: `KMSInternalException` with `status` 500, `DependencyTimeoutException` with 503. `status` is
 *   400 unless it says otherwise.
 * - `delay`: waits `delayMs` milliseconds, then goes on to what the other faults say.
 * - `drop`: closes the connection without an answer; the operation has not been done.
 * - `cut`: does the operation, then closes the connection in the middle of the answer.
 */
export type LocalKmsFaultKind =
  | { readonly kind: 'throttle' | 'deny' | 'drop' | 'cut' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'error'; readonly name: string; readonly message?: string; readonly status?: number }

/** A fault for `LocalKms.inject`. */
export type LocalKmsFault = LocalKmsFaultScope & LocalKmsFaultKind

/** A fault in place. */
export interface InjectedFault {
  /** How many requests it has met. */
  readonly hits: number
  /** Takes it away; nothing happens the second time. */
  remove(): void
}

/** What a fault can ask about a request. */
export interface FaultTarget {
  readonly operation: string
  readonly region: string
  /** Every name of every key that the request uses, and the names as sent. */
  readonly keyNames: ReadonlySet<string>
}

/** What the faults in place mean for one request. */
export interface FaultPlan {
  readonly delayMs: number
  readonly fault?: Exclude<LocalKmsFaultKind, { kind: 'delay' }>
}

interface Rule {
  readonly fault: LocalKmsFault
  hits: number
}

function meets({ fault, hits }: Rule, { operation, region, keyNames }: FaultTarget): boolean {
  return (
    hits < (fault.times ?? Infinity) &&
    (fault.operation === undefined || fault.operation === operation) &&
    (fault.region === undefined || fault.region === region) &&
    (fault.keyId === undefined || keyNames.has(fault.keyId))
  )
}

/** The faults in place, oldest first. */
export class FaultRules {
  readonly #rules = new Set<Rule>()

  add(fault: LocalKmsFault): InjectedFault {
    const rule: Rule = { fault: { ...fault }, hits: 0 }
    this.#rules.add(rule)
    return {
      get hits() {
        return rule.hits
      },
      remove: () => {
        this.#rules.delete(rule)
      },
    }
  }

  /** Adds up the delays and stops at the first fault that is not one; what it counts in is counted as met. */
  plan(target: FaultTarget): FaultPlan {
    let delayMs = 0
    for (const rule of this.#rules) {
      if (!meets(rule, target)) continue
      rule.hits += 1
      const { fault } = rule
      if (fault.kind !== 'delay') return { delayMs, fault }
      delayMs += fault.delayMs
    }
    return { delayMs }
  }
}
