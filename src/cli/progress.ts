// One line on the terminal that says how far a scan has come: items, rate, time left, problems. Nothing where nobody watches.
import type { MigrationProgress } from '../migrate/migrate-table.js'
import type { CliOutput } from './io.js'
import { fit, grouped } from './printer.js'

const SHORTEST_PAUSE = 100
const CLEAR_LINE = '\r\u001B[2K'

export class ProgressLine {
  readonly #output: CliOutput
  readonly #expected: number | undefined
  readonly #now: () => number
  #phase: string | undefined
  #beganAt = 0
  #beganWith = 0
  #shownAt = -Infinity
  #isShown = false

  /** @param expected - items of the table, as DynamoDB last counted them (every six hours) */
  constructor(output: CliOutput, expected: number | undefined, now: () => number = () => performance.now()) {
    this.#output = output
    this.#expected = expected
    this.#now = now
  }

  show(progress: MigrationProgress): void {
    if (this.#output.isTTY !== true) return
    const now = this.#now()
    if (this.#phase !== progress.phase) {
      this.#phase = progress.phase
      this.#beganAt = now
      this.#beganWith = progress.counts.read
      this.#shownAt = -Infinity
    }
    if (now - this.#shownAt < SHORTEST_PAUSE) return
    this.#shownAt = now
    this.#isShown = true
    this.#output.write(`${CLEAR_LINE}${fit(this.#text(progress, now), (this.#output.columns ?? 80) - 1)}`)
  }

  /** Takes the line away, before something else is printed. */
  clear(): void {
    if (this.#isShown) this.#output.write(CLEAR_LINE)
    this.#isShown = false
  }

  #text({ phase, counts, finishedSegments, totalSegments }: MigrationProgress, now: number): string {
    const { read, problems } = counts
    const seconds = (now - this.#beganAt) / 1000
    const rate = seconds > 0 ? (read - this.#beganWith) / seconds : 0
    const parts = [
      phase === 'pass' ? 'pass ' : 'check',
      bar(this.#expected === undefined ? finishedSegments / totalSegments : read / Math.max(this.#expected, read, 1)),
      `${grouped(read)} items`,
      `${grouped(rate)}/s`,
      `${String(finishedSegments)}/${String(totalSegments)} segments`,
    ]
    if (this.#expected !== undefined && rate > 0 && this.#expected > read) parts.push(`${duration((this.#expected - read) / rate)} left`)
    if (problems > 0) parts.push(`${grouped(problems)} problems`)
    return parts.join('  ')
  }
}

const BAR_WIDTH = 16

function bar(share: number): string {
  const filled = Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH))
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${String(whole)} s`
  if (whole < 3600) return `${String(Math.ceil(whole / 60))} min`
  return `${(whole / 3600).toFixed(1)} h`
}
