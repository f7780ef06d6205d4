// The worker of one segment of a migration as a Lambda function: for tables that one machine would be too slow for.
import { isPlainObject } from '../assert.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { CapacityLimit } from '../migrate/capacity-limit.js'
import { stateFromJson, stateToJson, type Phase, type SegmentState } from '../migrate/checkpoint.js'
import { NO_COUNTS, type Counts } from '../migrate/counts.js'
import type { ItemProblem } from '../migrate/item-problem.js'
import { openJob, type JobOptions, type JobTables } from '../migrate/job-tables.js'
import type { JobName } from '../migrate/migration-job.js'
import { runSegment } from '../migrate/segment.js'

/** Options of {@link migrateSegmentHandler}. */
export interface MigrateSegmentOptions extends JobOptions {
  readonly job: JobName
  /** Called for each item that is reported, and left as it is. What the pass reports, the check reports again. */
  readonly onProblem: (problem: ItemProblem, phase: Phase) => void
  /** Items under way at once: 16 where left out. */
  readonly concurrency?: number | undefined
  /** Read capacity units a second, of this function alone. */
  readonly limitRcu?: number | undefined
  /** Write capacity units a second, of this function alone. */
  readonly limitWcu?: number | undefined
  /** How much of its time the function leaves for the page that it has begun, in milliseconds: 60,000 where left out. */
  readonly reserveMilliseconds?: number | undefined
}

/** What the function is called with, and returns: call it again with what it returned until `isFinished`. */
export interface SegmentEvent {
  /** `pass` rewrites; `check` is the second scan, which changes nothing. Begin it when every segment of the pass is finished. */
  readonly phase: Phase
  /** From 0. */
  readonly segment: number
  /** The same in every call of a migration. */
  readonly totalSegments: number
  readonly isFinished?: boolean | undefined
  /** In DynamoDB JSON. */
  readonly lastEvaluatedKey?: Readonly<Record<string, unknown>> | undefined
  readonly counts?: Counts | undefined
}

/** What is used of Lambda's context. */
export interface RemainingTime {
  getRemainingTimeInMillis(): number
}

const RESERVE = 60_000

/**
 * Makes a Lambda handler that migrates one segment of a table for as long as its time lasts. A call that failed or was cut short can be
 * repeated with the same event: what was done is skipped.
 *
 * @throws (the handler) DynamoDBEncryptionError `INVALID_CONFIGURATION` for an event of another form; what is not about one item
 *
 * @example
 * ```ts
 * export const handler = migrateSegmentHandler({ job: 'encrypt-table', client, tableName: 'People', protection: { materialsProvider }, onProblem })
 * ```
 */
export function migrateSegmentHandler(
  options: MigrateSegmentOptions,
): (event: SegmentEvent, context: RemainingTime) => Promise<Required<Pick<SegmentEvent, 'isFinished' | 'counts'>> & SegmentEvent> {
  const { job: name, onProblem, concurrency = 16, limitRcu = Infinity, limitWcu = Infinity, reserveMilliseconds = RESERVE } = options
  const [readLimit, writeLimit] = [new CapacityLimit(limitRcu), new CapacityLimit(limitWcu)]
  let opened: Promise<JobTables> | undefined
  return async (event, context) => {
    const { state, totalSegments } = checkedEvent(event)
    opened ??= openJob(name, options)
    const { job, tables } = await opened.catch((error: unknown) => {
      // The next call asks again.
      opened = undefined
      throw error
    })
    const last = await runSegment(state, {
      job,
      tables,
      totalSegments,
      mode: state.phase === 'check' || name === 'verify' ? 'check' : 'rewrite',
      concurrency,
      readLimit,
      writeLimit,
      signal: undefined,
      onProblem: (problem) => onProblem(problem, state.phase),
      onPage: () => Promise.resolve(),
      shouldStop: () => context.getRemainingTimeInMillis() < reserveMilliseconds,
    })
    const { phase, segment, isFinished, counts } = last
    const { lastEvaluatedKey } = stateToJson(last)
    return { phase, segment, totalSegments, isFinished, counts, ...(isPlainObject(lastEvaluatedKey) && { lastEvaluatedKey }) }
  }
}

function checkedEvent(event: SegmentEvent): { state: SegmentState; totalSegments: number } {
  const given: unknown = event
  const totalSegments: unknown = isPlainObject(given) ? given['totalSegments'] : undefined
  if (!isPlainObject(given) || typeof totalSegments !== 'number' || !Number.isInteger(totalSegments) || event.segment >= totalSegments) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      "the event is { phase: 'pass' | 'check', segment, totalSegments }, or what the function returned",
    )
  }
  return { state: stateFromJson({ isFinished: false, counts: NO_COUNTS, ...given }, 'in the event'), totalSegments }
}
