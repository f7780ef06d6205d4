// How far a migration has come: segment, LastEvaluatedKey and counts, and nothing else of any item.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Item } from '../items.js'
import { COUNT_NAMES, NO_COUNTS, type Counts } from './counts.js'
import { itemFromJson, itemToJson } from './dynamodb-json.js'
import type { JobName } from './migration-job.js'

/** `pass` does the work, `check` is the second scan that must find nothing to do. */
export type Phase = 'pass' | 'check'

export interface SegmentState {
  readonly phase: Phase
  /** From 0. */
  readonly segment: number
  readonly isFinished: boolean
  /** Where the next page begins; undefined at the segment's beginning, and when it is finished. */
  readonly lastEvaluatedKey?: Item | undefined
  /** Of the pages before. */
  readonly counts: Counts
}

/** Which migration a checkpoint belongs to. */
export interface MigrationPlan {
  readonly job: JobName
  readonly tableName: string
  readonly totalSegments: number
}

/** Keeps the newest state of each segment, so that a process that was killed is followed by another. */
export interface Checkpoint {
  /** Where the states are kept, for messages. */
  readonly place: string
  /** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` where they are another migration's */
  load(): Promise<readonly SegmentState[]>
  /** Resolves once the state would survive the loss of this process. */
  save(state: SegmentState): Promise<void>
  /** Forgets a migration that was finished. */
  clear(): Promise<void>
}

export function stateToJson({ phase, segment, isFinished, lastEvaluatedKey, counts }: SegmentState): Record<string, unknown> {
  return { phase, segment, isFinished, counts, ...(lastEvaluatedKey !== undefined && { lastEvaluatedKey: itemToJson(lastEvaluatedKey) }) }
}

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` for what {@link stateToJson} never wrote */
export function stateFromJson(json: unknown, place: string): SegmentState {
  if (!isPlainObject(json)) throw unreadable(place)
  const { phase, segment, isFinished, lastEvaluatedKey } = json
  const isPhase = phase === 'pass' || phase === 'check'
  if (!isPhase || !isCount(segment) || typeof isFinished !== 'boolean' || !isPlainObject(json['counts'])) throw unreadable(place)
  const counts = { ...NO_COUNTS }
  for (const name of COUNT_NAMES) {
    const count = json['counts'][name]
    if (!isCount(count)) throw unreadable(place)
    counts[name] = count
  }
  return { phase, segment, isFinished, counts, ...(lastEvaluatedKey !== undefined && { lastEvaluatedKey: itemFromJson(lastEvaluatedKey) }) }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** @throws DynamoDBEncryptionError `INVALID_CONFIGURATION` */
export function assertSamePlan(found: unknown, plan: MigrationPlan, place: string): void {
  if (!isPlainObject(found)) throw unreadable(place)
  const { job, tableName, totalSegments } = found
  if (job === plan.job && tableName === plan.tableName && totalSegments === plan.totalSegments) return
  throw new DynamoDBEncryptionError(
    'INVALID_CONFIGURATION',
    `the checkpoint ${place} belongs to another migration (${String(job)} of ${String(tableName)} in ${String(totalSegments)} segments, not ` +
      `${plan.job} of ${plan.tableName} in ${String(plan.totalSegments)}): name another checkpoint, or remove it to begin anew`,
  )
}

export function unreadable(place: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_CONFIGURATION', `the checkpoint ${place} cannot be read: remove it to begin anew`)
}
