// What the three clients make of one changed item, and the differences between them that have an explanation.
import { isUtf8 } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import type { AttributeActions, Item } from 'dynamodb-encryption-client'
import { canonicalItem, withNumbers } from '../../test/support/canonical-form.js'
import { DESCRIPTION, SIGNATURE } from '../../test/support/reference-format.js'
import { pythonNumber } from './expectations.js'
import type { Outcome } from './peers.js'

export interface Verdicts {
  readonly ours: Outcome
  readonly java: Outcome
  readonly python: Outcome
}

/** A changed item, as it was judged. */
export interface Judged extends Verdicts {
  readonly mutation: string
  readonly stored: Item
  readonly actions: AttributeActions
  readonly row: string
}

/** `reads` and `refuses`, in the order of this package, Java, Python. */
export type Pattern = `${'reads' | 'refuses'} ${'reads' | 'refuses'} ${'reads' | 'refuses'}`

const word = (outcome: Outcome): 'reads' | 'refuses' => ('item' in outcome ? 'reads' : 'refuses')

export function patternOf({ ours, java, python }: Verdicts): Pattern {
  return `${word(ours)} ${word(java)} ${word(python)}`
}

/** What they read, each as text; a number that is none has no canonical form. */
function contents({ ours, java, python }: Verdicts): unknown[] {
  return [ours, java, python].flatMap((outcome): unknown[] => {
    if (!('item' in outcome)) return []
    try {
      return [canonicalItem(outcome.item)]
    } catch {
      return [outcome.item]
    }
  })
}

export function sameContents(verdicts: Verdicts): boolean {
  const [first, ...rest] = contents(verdicts)
  return rest.every((content) => isDeepStrictEqual(content, first))
}

function sameContentsRounded({ ours, java, python }: Verdicts): boolean {
  const rounded = (outcome: Outcome): Outcome =>
    'item' in outcome
      ? { item: Object.fromEntries(Object.entries(outcome.item).map(([name, value]) => [name, withNumbers(value, pythonNumber)])) }
      : outcome
  return sameContents({ ours: rounded(ours), java: rounded(java), python: rounded(python) })
}

export const agree = (verdicts: Verdicts): boolean =>
  sameContents(verdicts) && ['reads reads reads', 'refuses refuses refuses'].includes(patternOf(verdicts))

export interface Explanation {
  /** As docs/java-and-python.md has it. */
  readonly reason: string
  readonly patterns: readonly Pattern[]
  /** Those who read it may read different things. */
  readonly contentsDiffer?: true
  readonly applies: (judged: Judged) => boolean
}

const MODE = 'amzn-ddb-map-sym-mode'
const SIGNING = 'amzn-ddb-map-signingAlg'
const WRAPPED_KEY = 'amzn-ddb-env-key'
const CONTENT_KEY = 'amzn-ddb-env-alg'
const WRAPPING = 'amzn-ddb-wrap-alg'

interface Described {
  readonly entries: ReadonlyMap<string, string>
  readonly hasNameTwice: boolean
  readonly isUtf8: boolean
}

/** As the libraries read it: of a name that occurs twice the last value counts. */
function described({ stored }: Judged): Described {
  const bytes = Buffer.from(stored[DESCRIPTION]?.B ?? new Uint8Array())
  const parts: Buffer[] = []
  for (let at = 4; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at)
    parts.push(bytes.subarray(at + 4, end))
    at = end
  }
  const pairs = parts.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name.toString('utf8'), parts[at + 1]?.toString('utf8') ?? '']] : [],
  )
  return {
    entries: new Map(pairs),
    hasNameTwice: new Set(pairs.map(([name]) => name)).size < pairs.length,
    isUtf8: parts.every(isUtf8),
  }
}

function actionsIn({ stored, actions }: Judged): string[] {
  const names = Object.keys(stored).filter((name) => name !== SIGNATURE && name !== DESCRIPTION)
  return names.map((name) => actions.actionFor(name))
}

const nothingEncrypted = (judged: Judged): boolean => !actionsIn(judged).includes('ENCRYPT_AND_SIGN')
const refusedHere = ({ ours }: Judged, ...codes: readonly string[]): boolean => 'refusal' in ours && codes.includes(ours.refusal)

export const EXPLANATIONS: readonly Explanation[] = [
  {
    reason: 'Java hands back an item without attributes that have an action, unread',
    patterns: ['refuses reads refuses', 'reads reads reads', 'reads reads refuses', 'refuses reads reads'],
    contentsDiffer: true, // it has the reserved attributes still
    applies: (judged) => actionsIn(judged).every((action) => action === 'DO_NOTHING'),
  },
  {
    reason: 'of a name twice in the description the libraries take the last value',
    patterns: ['refuses reads reads', 'refuses reads refuses', 'refuses refuses reads'],
    applies: (judged) => refusedHere(judged, 'INVALID_MATERIAL_DESCRIPTION') && described(judged).hasNameTwice,
  },
  {
    reason: 'the description is no UTF-8: Java puts replacement characters',
    patterns: ['refuses reads refuses'],
    applies: (judged) => refusedHere(judged, 'INVALID_MATERIAL_DESCRIPTION') && !described(judged).isUtf8,
  },
  {
    reason: 'the description names an algorithm that the keys do not permit',
    patterns: ['refuses reads reads', 'refuses reads refuses', 'refuses refuses reads'],
    applies: (judged) => refusedHere(judged, 'ALGORITHM_NOT_ALLOWED'),
  },
  {
    reason: 'the description names another length than the content key has',
    patterns: ['refuses reads reads'],
    applies: (judged) => refusedHere(judged, 'INVALID_CIPHERTEXT') && /^AES\/\d+$/.test(described(judged).entries.get(CONTENT_KEY) ?? ''),
  },
  {
    reason: "Python verifies by the key's own algorithm, whatever the description names",
    patterns: ['refuses refuses reads'],
    applies: (judged) =>
      refusedHere(judged, 'SIGNATURE_MISMATCH') &&
      judged.row.includes('SHA256withRSA') &&
      described(judged).entries.get(SIGNING) !== 'SHA256withRSA',
  },
  {
    reason: 'with nothing to decrypt Java and Python still unwrap the content key',
    patterns: ['reads refuses refuses', 'reads refuses reads', 'reads reads refuses'],
    applies: (judged) => nothingEncrypted(judged) && judged.row.startsWith('Wrapped'),
  },
  {
    reason: 'with nothing to decrypt Python still wants the mode of encryption',
    patterns: ['reads reads refuses'],
    applies: (judged) => nothingEncrypted(judged) && !described(judged).entries.has(MODE),
  },
  {
    reason: 'Java needs the name of the content key algorithm',
    patterns: ['reads refuses reads'],
    applies: (judged) => described(judged).entries.has(WRAPPED_KEY) && !described(judged).entries.has(CONTENT_KEY),
  },
  {
    reason: 'without the name of the wrapping algorithm the libraries take AES for a cipher',
    patterns: ['reads refuses refuses'],
    applies: (judged) => judged.row.startsWith('Wrapped AES') && !described(judged).entries.has(WRAPPING),
  },
  {
    reason: 'Python rounds a number to 28 digits',
    patterns: ['reads reads reads'],
    contentsDiffer: true,
    applies: sameContentsRounded,
  },
  {
    reason: 'a malformed value under a signature that holds: the libraries read more than the format has',
    patterns: ['refuses reads reads', 'refuses reads refuses', 'refuses refuses reads'],
    contentsDiffer: true,
    applies: (judged) => judged.mutation === 'any byte of a plaintext' && refusedHere(judged, 'INVALID_CIPHERTEXT'),
  },
]

export function explanationOf(judged: Judged): Explanation | undefined {
  const same = sameContents(judged)
  return EXPLANATIONS.find(
    ({ patterns, applies, contentsDiffer = false }) => (same || contentsDiffer) && patterns.includes(patternOf(judged)) && applies(judged),
  )
}
