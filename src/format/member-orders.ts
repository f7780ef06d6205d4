// The two libraries' orders of names and set members (format section 2). They differ only for characters beyond the BMP
// against U+E000..U+FFFF, and for binary values whose first differing bytes straddle 0x80.

import { byteAt } from '../bytes.js'

export interface MemberOrder {
  /** Attribute names, map keys and SS members. */
  readonly text: (a: string, b: string) => number
  /** BS members. */
  readonly bytes: (a: Uint8Array, b: Uint8Array) => number
}

/** Java's `String.compareTo`, and its signed bytes: 0x80..0xff sort before 0x00..0x7f. */
export const JAVA_ORDER: MemberOrder = { text: compareCodeUnits, bytes: (a, b) => compareBytes(a, b, 0x80) }

/** Python's `sorted`: Unicode code points (the same as UTF-8 bytes), and unsigned bytes. */
export const PYTHON_ORDER: MemberOrder = { text: compareCodePoints, bytes: (a, b) => compareBytes(a, b, 0) }

function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) {
    const unitOfA = a.charCodeAt(at)
    const unitOfB = b.charCodeAt(at)
    if (unitOfA !== unitOfB) return codePointRank(unitOfA) - codePointRank(unitOfB)
  }
  return a.length - b.length
}

/** Moves surrogates (which stand for U+10000 and up) above U+E000..U+FFFF, where code points have them. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** `flip` 0x80 turns the comparison of unsigned bytes into one of signed bytes. */
function compareBytes(a: Uint8Array, b: Uint8Array, flip: 0 | 0x80): number {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) {
    const difference = (byteAt(a, at) ^ flip) - (byteAt(b, at) ^ flip)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A sorted copy; the list itself where it is in order already, as it mostly is. */
export function inOrder<T>(members: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  let previous: T | undefined
  for (const member of members) {
    if (previous !== undefined && compare(previous, member) > 0) return [...members].sort(compare)
    previous = member
  }
  return members
}
