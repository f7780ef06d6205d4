// One segment of a scan, page by page, from where a checkpoint says.
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import { sendOptions } from '../client/send-options.js'
import type { Item } from '../items.js'
import { forEachParallel } from '../parallel.js'
import type { CapacityLimit } from './capacity-limit.js'
import type { SegmentState } from './checkpoint.js'
import { countOutcome } from './counts.js'
import type { ItemProblem } from './item-problem.js'
import { processItem, type ItemWork } from './rewrite-item.js'
import { patiently } from './transient-errors.js'

export interface SegmentWork extends ItemWork {
  readonly totalSegments: number
  readonly readLimit: CapacityLimit
  /** Items under way at once, in this segment. */
  readonly concurrency: number
  readonly onProblem: (problem: ItemProblem) => void
  /** Called after each page; the next one is not begun before it resolves. */
  readonly onPage: (state: SegmentState) => Promise<void>
  /** For a worker whose time is limited: asked after each page, true ends the segment early. */
  readonly shouldStop?: () => boolean
}

/**
 * Problems of a page are reported before its state is, so that none is lost; a page that was cut short is read again.
 *
 * @returns the segment's last state, finished unless `shouldStop` ended it
 */
export async function runSegment(from: SegmentState, work: SegmentWork): Promise<SegmentState> {
  if (from.isFinished) return from
  const { concurrency, signal, onProblem, onPage } = work
  const pages = new Pages(from.segment, work)
  let state = from
  let next = pages.read(state.lastEvaluatedKey)
  for (;;) {
    const { Items: items = [], LastEvaluatedKey: lastEvaluatedKey } = await next
    // Read while the items of this one are written.
    if (lastEvaluatedKey !== undefined) next = pages.read(lastEvaluatedKey)
    let { counts } = state
    await forEachParallel(
      items,
      concurrency,
      async (item) => {
        const { kind, problem } = await processItem(item, work)
        counts = countOutcome(counts, kind)
        if (problem !== undefined) onProblem(problem)
      },
      signal,
    )
    const { phase, segment } = state
    state = {
      phase,
      segment,
      counts,
      isFinished: lastEvaluatedKey === undefined,
      ...(lastEvaluatedKey !== undefined && { lastEvaluatedKey }),
    }
    await onPage(state)
    if (state.isFinished || work.shouldStop?.() === true) return state
  }
}

/** Of a first page, whose cost nobody knows. */
const ITEMS_AT_FIRST = 25

/** Pages as large as a second of the read limit allows. */
class Pages {
  readonly #segment: number
  readonly #work: SegmentWork
  /** Capacity units, as the last page had it. */
  #unitsAnItem: number | undefined

  constructor(segment: number, work: SegmentWork) {
    this.#segment = segment
    this.#work = work
  }

  read(ExclusiveStartKey: Item | undefined): Promise<ScanCommandOutput> {
    const page = this.#read(ExclusiveStartKey)
    // Whoever asked for it may have failed by then; who still waits gets the error all the same.
    page.catch(() => undefined)
    return page
  }

  async #read(ExclusiveStartKey: Item | undefined): Promise<ScanCommandOutput> {
    const { job, tables, totalSegments, readLimit, signal, mode } = this.#work
    const limit = this.#limit()
    const scan = new ScanCommand({
      TableName: job.from.requestName,
      Segment: this.#segment,
      TotalSegments: totalSegments,
      // Of a pass, conditions and second scan find what a stale page has missed, at half the price.
      ConsistentRead: mode === 'check',
      ReturnConsumedCapacity: 'TOTAL',
      ...(limit !== undefined && { Limit: limit }),
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    })
    return patiently(async () => {
      const pay = await readLimit.take(limit === undefined ? 0 : (this.#unitsAnItem ?? 1) * limit, signal)
      const page = await tables.plainClient.send(scan, sendOptions(signal))
      const units = page.ConsumedCapacity?.CapacityUnits
      pay(units)
      if (units !== undefined && page.Items !== undefined && page.Items.length > 0) this.#unitsAnItem = units / page.Items.length
      return page
    }, signal)
  }

  #limit(): number | undefined {
    const { readLimit, totalSegments } = this.#work
    if (!readLimit.isLimited) return undefined
    if (this.#unitsAnItem === undefined) return ITEMS_AT_FIRST
    return Math.max(1, Math.floor(readLimit.perSecond / this.#unitsAnItem / totalSegments))
  }
}
