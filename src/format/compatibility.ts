// What the Java and the Python client do differently, a row each (format sections 2, 3, 5 and 7).
import type { WritingRules } from './attribute-values.js'
import { JAVA_ORDER, PYTHON_ORDER } from './member-orders.js'
import { canonicalNumber, pythonSignedNumber, pythonStorableNumber, storableNumber } from './number-text.js'

/** Whose reader the items are written for. What either wrote can be read under both. */
export type Compatibility = 'java' | 'python'

export interface CompatibilityRow {
  readonly name: Compatibility
  /** How values to be stored are serialized. */
  readonly writing: WritingRules
  /** How stored values are serialized to check a signature: laxer, since the signature decides. */
  readonly checking: WritingRules
  /** What is hashed in the table name's place where the encryption context has none. */
  readonly missingTableName: string
  /** Java names the signing algorithm in the description for asymmetric keys alone, Python always. */
  readonly namesMacAlgorithm: boolean
}

export const COMPATIBILITY: Readonly<Record<Compatibility, CompatibilityRow>> = {
  java: {
    name: 'java',
    writing: { order: JAVA_ORDER, number: storableNumber, onlyStorable: true },
    checking: { order: JAVA_ORDER, number: canonicalNumber, onlyStorable: false },
    missingTableName: 'null',
    namesMacAlgorithm: false,
  },
  python: {
    name: 'python',
    writing: { order: PYTHON_ORDER, number: pythonStorableNumber, onlyStorable: true },
    checking: { order: PYTHON_ORDER, number: pythonSignedNumber, onlyStorable: false },
    missingTableName: 'None',
    namesMacAlgorithm: true,
  },
}

/** Python's form for a reader that is not told `python`: its order and table name, and numbers to their last digit. */
const PYTHON_EXACT: CompatibilityRow = {
  ...COMPATIBILITY.python,
  checking: { ...COMPATIBILITY.python.checking, number: canonicalNumber },
}

/** The forms that a reader tries, the likelier first. */
export const FORMS_TO_CHECK: Readonly<Record<Compatibility, readonly CompatibilityRow[]>> = {
  java: [COMPATIBILITY.java, PYTHON_EXACT],
  python: [COMPATIBILITY.python, PYTHON_EXACT, COMPATIBILITY.java],
}
