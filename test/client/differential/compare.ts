// Where two answers differ.
import { canonical, type Answer, type Side } from './answer.js'
import { sameMessage } from './by-design.js'
import type { Call } from './call.js'
import type { Server } from './servers.js'

export interface Difference {
  /** One text for differences of the same kind: what was asked, and where the answers part. */
  readonly kind: string
  readonly call: Call
  readonly plain: unknown
  readonly encrypted: unknown
}

/** @returns undefined for answers that are the same to a caller */
export function differenceOf(
  call: Call,
  [plainSide, plain]: readonly [Side, Answer],
  [encryptedSide, encrypted]: readonly [Side, Answer],
  server: Server,
): Difference | undefined {
  const [one, other] = [comparable(plainSide, plain), comparable(encryptedSide, encrypted)]
  if (isFailure(one) && isFailure(other) && (!server.comparesMessages || sameMessage(one.message, other.message)))
    other.message = one.message
  const place = firstDifference(one, other)
  if (place === undefined) return undefined
  const kind = `${call.operation}: ${word(plain)} | ${word(encrypted)} at ${place}`
  return { kind, call, plain: one, encrypted: other }
}

function comparable(side: Side, answer: Answer): unknown {
  return JSON.parse(side.withShapeNames(JSON.stringify(canonical('ok' in answer ? answer.ok : answer.failure))))
}

function isFailure(answer: unknown): answer is { message: string } {
  return typeof answer === 'object' && answer !== null && 'error' in answer && 'message' in answer
}

function word(answer: Answer): string {
  return 'ok' in answer ? 'ok' : `${answer.failure.error} ${answer.failure.code ?? ''}`.trim()
}

/** @returns the way there; indexes are left out of it, so that differences of one kind read alike */
function firstDifference(one: unknown, other: unknown): string | undefined {
  if (one === other) return undefined
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return '.'
  if (Array.isArray(one) !== Array.isArray(other)) return '.'
  if (Array.isArray(one) && Array.isArray(other) && one.length !== other.length) return '.length'
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))]
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const inside = firstDifference(left.get(name), right.get(name))
    if (inside !== undefined) return `.${/^\d+$/.test(name) ? '*' : name}${inside === '.' ? '' : inside}`
  }
  return undefined
}
