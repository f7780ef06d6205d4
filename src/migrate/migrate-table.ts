// A whole table: every segment of a pass, then every segment of the check, from wherever a checkpoint says.
import { setMaxListeners } from 'node:events'
import { forEachParallel } from '../parallel.js'
import type { ProtectedTables } from '../client/protected-tables.js'
import { CapacityLimit } from './capacity-limit.js'
import type { Checkpoint, Phase, SegmentState } from './checkpoint.js'
import { addCounts, NO_COUNTS, type Counts } from './counts.js'
import type { ItemProblem } from './item-problem.js'
import type { MigrationJob } from './migration-job.js'
import { runSegment } from './segment.js'

export interface MigrationProgress {
  readonly phase: Phase
  /** Of the phase, what was done before a restart included. */
  readonly counts: Counts
  readonly finishedSegments: number
  readonly totalSegments: number
}

export interface MigrationOptions {
  readonly job: MigrationJob
  /** Their plain client reads and writes. */
  readonly tables: ProtectedTables
  readonly totalSegments: number
  /** Segments under way at once. */
  readonly segmentsAtOnce: number
  /** Items under way at once, in each segment. */
  readonly concurrency: number
  readonly isDryRun?: boolean | undefined
  /** Read capacity units a second. */
  readonly limitRcu?: number | undefined
  /** Write capacity units a second. */
  readonly limitWcu?: number | undefined
  /** Not used by a dry run and by `verify`, which change nothing. */
  readonly checkpoint?: Checkpoint | undefined
  readonly onProblem?: ((problem: ItemProblem, phase: Phase) => void) | undefined
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface MigrationSummary {
  readonly job: MigrationJob['name']
  readonly tableName: string
  /** What the pass did; undefined for `verify`. */
  readonly pass?: Counts
  /** What the second scan found; undefined for a dry run. */
  readonly check?: Counts
}

/**
 * Rewrites a table while others use it. Whatever is reported as a problem has been left as it is.
 *
 * @throws what is not about one item, such as a missing permission; an abort rejects with the signal's reason. What was done is in the
 *   checkpoint, and the next call goes on from there
 */
export async function migrateTable(given: MigrationOptions): Promise<MigrationSummary> {
  const options = given.signal === undefined ? given : { ...given, signal: forManyRequests(given.signal) }
  const { job, isDryRun = false } = options
  const summary = { job: job.name, tableName: job.from.tableName }
  if (job.name === 'verify') return { ...summary, check: await runPhase('check', options, new Map()) }
  if (isDryRun) return { ...summary, pass: await runPhase('pass', options, new Map()) }
  const states = await savedStates(options)
  const pass = await runPhase('pass', options, states)
  return { ...summary, pass, check: await runPhase('check', options, states) }
}

/** One that hundreds of requests listen to at once, which Node would take for a leak. */
function forManyRequests(signal: AbortSignal): AbortSignal {
  const own = AbortSignal.any([signal])
  setMaxListeners(0, own)
  return own
}

/** By phase and segment. */
type States = ReadonlyMap<string, SegmentState>

async function savedStates({ checkpoint, totalSegments }: MigrationOptions): Promise<States> {
  const states = (await checkpoint?.load()) ?? []
  const finished = states.filter(({ phase, isFinished }) => phase === 'check' && isFinished)
  if (finished.length < totalSegments) return new Map(states.map((state) => [stateKey(state), state]))
  // Of a migration that came to its end: this is the next one.
  await checkpoint?.clear()
  return new Map()
}

function stateKey({ phase, segment }: Pick<SegmentState, 'phase' | 'segment'>): string {
  return `${phase} ${String(segment)}`
}

async function runPhase(phase: Phase, options: MigrationOptions, saved: States): Promise<Counts> {
  const { job, tables, totalSegments, segmentsAtOnce, concurrency, isDryRun = false, onProblem, onProgress, signal } = options
  const states = Array.from(
    { length: totalSegments },
    (_, segment): SegmentState => saved.get(stateKey({ phase, segment })) ?? { phase, segment, isFinished: false, counts: NO_COUNTS },
  )
  const tell = (): void =>
    onProgress?.({
      phase,
      counts: total(states),
      finishedSegments: states.filter(({ isFinished }) => isFinished).length,
      totalSegments,
    })
  const checkpoint = isDryRun || job.name === 'verify' ? undefined : options.checkpoint
  const work = {
    job,
    tables,
    mode: phase === 'check' ? 'check' : isDryRun ? 'dryRun' : 'rewrite',
    totalSegments,
    concurrency,
    readLimit: new CapacityLimit(options.limitRcu ?? Infinity),
    writeLimit: new CapacityLimit(options.limitWcu ?? Infinity),
    onProblem: (problem: ItemProblem) => onProblem?.(problem, phase),
    async onPage(state: SegmentState) {
      await checkpoint?.save(state)
      states[state.segment] = state
      tell()
    },
    signal,
  } as const
  tell()
  const unfinished = states.filter(({ isFinished }) => !isFinished)
  await forEachParallel(
    unfinished,
    segmentsAtOnce,
    async (state) => {
      await runSegment(state, work)
    },
    signal,
  )
  return total(states)
}

function total(states: readonly SegmentState[]): Counts {
  return states.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS)
}
