// What has become of the items that were read: every one of them is counted exactly once.

/** Numbers of items. */
export interface Counts {
  readonly read: number
  /** As they should be already. */
  readonly done: number
  readonly rewritten: number
  /** In a dry run: would have been rewritten. */
  readonly toRewrite: number
  /** Gone by the time they were to be written. */
  readonly deleted: number
  /** Nothing is done to them by their actions. */
  readonly unprotected: number
  /** Reported, and left as they are. */
  readonly problems: number
}

/** What became of one item. */
export type OutcomeKind = Exclude<keyof Counts, 'read'>

export const NO_COUNTS: Counts = { read: 0, done: 0, rewritten: 0, toRewrite: 0, deleted: 0, unprotected: 0, problems: 0 }

export const COUNT_NAMES = [
  'read',
  'done',
  'rewritten',
  'toRewrite',
  'deleted',
  'unprotected',
  'problems',
] as const satisfies readonly (keyof Counts)[]

export function countOutcome(counts: Counts, kind: OutcomeKind): Counts {
  return { ...counts, read: counts.read + 1, [kind]: counts[kind] + 1 }
}

export function addCounts(one: Counts, other: Counts): Counts {
  const sum = { ...one }
  for (const name of COUNT_NAMES) sum[name] += other[name]
  return sum
}

/** Whether every item that was read is accounted for. */
export function addsUp(counts: Counts): boolean {
  return counts.read === COUNT_NAMES.reduce((sum, name) => (name === 'read' ? sum : sum + counts[name]), 0)
}
